//! psql as the oracle: a stand-in server records which queries psql sends for a file, and the splitter must find the same.

use pg2tidb::script::{Piece, PieceKind, split, split_with_problems};
use pg2tidb::text::Span;
use std::io::{BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

/// The marker query between two files.
const NEXT: &[u8] = b"next file";

/// Speaks as much of the server's protocol as psql needs, and answers each query with success.
fn serve(stream: TcpStream, queries: &Mutex<Vec<Vec<u8>>>) -> std::io::Result<()> {
    let mut from = BufReader::new(stream.try_clone()?);
    let mut to = BufWriter::new(stream);
    let length = u32::from_be_bytes(read(&mut from)?);
    from.by_ref().take(u64::from(length) - 4).read_to_end(&mut Vec::new())?;
    send(&mut to, b'R', &[0, 0, 0, 0])?;
    for (name, value) in
        [("server_version", "15.0"), ("client_encoding", "UTF8"), ("standard_conforming_strings", "on")]
    {
        send(&mut to, b'S', format!("{name}\0{value}\0").as_bytes())?;
    }
    send(&mut to, b'Z', b"I")?;
    to.flush()?;
    loop {
        let [kind] = read(&mut from)?;
        let length = u32::from_be_bytes(read(&mut from)?);
        let mut body = Vec::new();
        from.by_ref().take(u64::from(length) - 4).read_to_end(&mut body)?;
        match kind {
            b'Q' => {
                body.pop();
                let copies = is_copy(&body);
                queries.lock().expect("no panic").push(body);
                if copies {
                    send(&mut to, b'G', &[0, 0, 0])?;
                } else {
                    send(&mut to, b'C', b"DO\0")?;
                    send(&mut to, b'Z', b"I")?;
                }
            }
            b'c' | b'f' => {
                send(&mut to, b'C', b"COPY 0\0")?;
                send(&mut to, b'Z', b"I")?;
            }
            b'X' => return Ok(()),
            _ => {}
        }
        to.flush()?;
    }
}

fn read<const N: usize>(from: &mut impl Read) -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn send(to: &mut impl Write, kind: u8, body: &[u8]) -> std::io::Result<()> {
    to.write_all(&[kind])?;
    to.write_all(&(body.len() as u32 + 4).to_be_bytes())?;
    to.write_all(body)
}

fn is_copy(query: &[u8]) -> bool {
    pg2tidb::script::copy::CopyHeader::parse(query.strip_suffix(b";").unwrap_or(query))
        .is_some_and(|copy| copy.has_data())
}

fn psql() -> Option<PathBuf> {
    let known = ["/usr/lib/postgresql/15/bin/psql", "/usr/bin/psql"];
    known.into_iter().map(PathBuf::from).find(|path| path.exists())
}

/// The queries psql sends for each file.
fn ask_psql(psql: &Path, files: &[PathBuf]) -> Vec<Vec<Vec<u8>>> {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    let queries = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&queries);
    // One connection, and one more for each `\connect`. The threads end with the test.
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let record = Arc::clone(&record);
            std::thread::spawn(move || serve(stream, &record));
        }
    });
    let mut command = Command::new(psql);
    command.args(["-X", "-q", "-h", "127.0.0.1", "-U", "u", "-d", "d", "-p", &port.to_string()]);
    command.env("PGSSLMODE", "disable").env("PGGSSENCMODE", "disable").env("PGCLIENTENCODING", "UTF8");
    for file in files {
        command.arg("-f").arg(file).args(["-c", "next file"]);
    }
    let output = command.output().expect("psql runs");
    let queries = queries.lock().expect("no panic");
    let mut by_file: Vec<_> = queries.split(|query| query == NEXT).map(<[_]>::to_vec).collect();
    by_file.pop();
    assert_eq!(by_file.len(), files.len(), "{}", String::from_utf8_lossy(&output.stderr));
    by_file
}

/// The statements of a text, without the comments around them.
fn statements(text: &[u8]) -> Vec<String> {
    spans(text).into_iter().map(|span| shown(text, span)).collect()
}

/// One query as psql sent it, however many statements the splitter sees in it. None if it has nothing but comments.
fn query(text: &[u8]) -> Option<String> {
    let spans = spans(text);
    Some(shown(text, spans.first()?.join(*spans.last()?)))
}

fn spans(text: &[u8]) -> Vec<Span> {
    split(text)
        .into_iter()
        .filter(|piece| piece.kind == PieceKind::Statement)
        .map(|piece| piece.span)
        .collect()
}

fn shown(text: &[u8], span: Span) -> String {
    // psql leaves blank lines out.
    String::from_utf8_lossy(&text[span.start..span.end]).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn compare(files: &[PathBuf]) {
    let Some(psql) = psql() else {
        println!("skipped: no psql here");
        return;
    };
    for files in files.chunks(200) {
        for (file, queries) in files.iter().zip(ask_psql(&psql, files)) {
            let text = std::fs::read(file).expect("a readable file");
            // What is not closed is a problem of the file, and psql's guesses about it are no better.
            let (pieces, problems) = split_with_problems(&text);
            if !problems.is_empty() || directive_ends_statement(&pieces) {
                continue;
            }
            let sent: Vec<String> = queries.iter().filter_map(|sent| query(sent)).collect();
            let found = statements(&text);
            let same = found.iter().zip(&sent).take_while(|(found, sent)| found == sent).count();
            let shown = || text.escape_ascii().take(2000).map(char::from).collect::<String>();
            assert_eq!(
                found.get(same),
                sent.get(same),
                "statement {same} of {}: {}",
                file.display(),
                shown()
            );
        }
    }
}

/// A line such as `-- migrate:down` ends a statement that lacks its semicolon, for its runner but not for psql.
fn directive_ends_statement(pieces: &[Piece]) -> bool {
    let mut kinds = pieces.iter().map(|piece| piece.kind).filter(|kind| *kind != PieceKind::Trivia);
    let mut open = false;
    kinds.any(|kind| {
        let cut = open && matches!(kind, PieceKind::Directive(_));
        open = kind == PieceKind::Statement;
        cut
    })
}

#[test]
fn psql_agrees_on_the_corpus() {
    let Some(files) = crate::shared::sql_files() else { return };
    compare(&files);
}

/// Pieces of SQL put together at random: everything that psql and the splitter must read alike.
#[rustfmt::skip]
const FRAGMENTS: &[&str] = &[
    "select 1", ";", ";\n", "\n", "\r\n", " ", "'", "''", "'a;b'", "\"", "\"a;\"", "$$", "$a$", "$", "$1", "a$b$", "$é$", "E'", "e'\\'",
    "U&'", "E", "x", "1", "-", "--", "-- c\n", "/*", "*/", "/", "*", "+", "(a;b)", "case", " end ", "create ", "or replace ",
    "function ", "procedure ", "rule ", "begin atomic ", "; end;\n", "f() ", "copy t from stdin;\n1;\n\\.\n", ",", "é", "[", "]", "@",
];

#[test]
fn psql_agrees_on_fragments_put_together() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    // A small generator with a fixed seed: the same texts every time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let rounds = std::env::var("PSQL_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(1000);
    let mut files = Vec::new();
    for round in 0..rounds {
        let text: String = (0..random(15) + 1).map(|_| FRAGMENTS[random(FRAGMENTS.len())]).collect();
        // psql takes up a statement again after a command in its middle; here it ends.
        if split(text.as_bytes()).iter().any(|piece| piece.kind == PieceKind::Meta) {
            continue;
        }
        let file = dir.path().join(format!("{round}.sql"));
        std::fs::write(&file, text).expect("a written file");
        files.push(file);
    }
    compare(&files);
}
