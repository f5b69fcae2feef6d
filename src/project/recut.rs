//! Keeps a runner's own splitter right where one statement became several, or none.
//!
//! goose and sql-migrate send what stands between two lines as one statement, and goose loses the line after a block
//! that holds nothing but comments; Drizzle's migrator sends what stands between its breakpoints; Liquibase sends a
//! changeset with `splitStatements:false` whole.

use super::layouts::Between;
use crate::script::Directive;
use std::borrow::Cow;

/// What a directive line is to a splitter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    BlockBegin,
    BlockEnd,
    Breakpoint,
    /// A changeset that is sent whole.
    Whole,
    /// Any other line that ends what the ones before began.
    Boundary,
    Plain,
}

/// A line that is written only once it is known what comes after it.
#[derive(Debug)]
struct Held {
    mark: Mark,
    line: Vec<u8>,
    rest: Vec<u8>,
    /// How many statements stand in `rest`.
    statements: usize,
}

/// The state of the splitter that will read the output.
#[derive(Debug, Default)]
pub struct Recut {
    between: Between,
    held: Option<Held>,
    /// The lines that end and begin a block, inside one.
    block: Option<(Vec<u8>, Vec<u8>)>,
    /// How many statements stand since the last line that parts them.
    statements: usize,
    breakpoint: Vec<u8>,
}

impl Recut {
    pub fn new(between: Between) -> Self {
        Recut { between, breakpoint: b"--> statement-breakpoint".to_vec(), ..Recut::default() }
    }

    /// Where the next bytes that are no statement and no directive go.
    pub fn target<'a>(&'a mut self, output: &'a mut Vec<u8>) -> &'a mut Vec<u8> {
        match &mut self.held {
            Some(held) => &mut held.rest,
            None => output,
        }
    }

    /// Takes a directive line.
    pub fn directive(&mut self, directive: Directive, line: &[u8], output: &mut Vec<u8>) {
        match mark(directive, line) {
            Mark::BlockBegin => {
                self.release(true, output);
                self.statements = 0;
                self.block = Some((ending(line), line.to_vec()));
                self.hold(Mark::BlockBegin, line);
            }
            Mark::BlockEnd => {
                self.block = None;
                self.statements = 0;
                match self.held.take() {
                    // nothing but comments: neither line may stay
                    Some(held) => output.extend(held.rest),
                    None => output.extend_from_slice(line),
                }
            }
            Mark::Breakpoint => {
                line.clone_into(&mut self.breakpoint);
                if self.statements > 0 {
                    self.release(true, output);
                    self.hold(Mark::Breakpoint, line);
                }
                self.statements = 0;
            }
            Mark::Whole => {
                self.release(true, output);
                self.statements = 0;
                self.hold(Mark::Whole, &for_mysql(directive, line));
            }
            Mark::Boundary => {
                self.release(true, output);
                self.statements = 0;
                output.extend_from_slice(&for_mysql(directive, line));
            }
            Mark::Plain => self.target(output).extend_from_slice(line),
        }
    }

    fn hold(&mut self, mark: Mark, line: &[u8]) {
        self.held = Some(Held { mark, line: line.to_vec(), rest: Vec::new(), statements: 0 });
    }

    /// Makes room for a statement, or several with semicolons between them: `cuts` is where those are in `text`.
    /// Appends the text.
    pub fn statement(&mut self, text: &str, cuts: &[usize], output: &mut Vec<u8>) {
        let count = cuts.len() + 1;
        if let Some(held) = &mut self.held
            && held.mark == Mark::Whole
        {
            held.statements += count;
            if held.statements > 1 {
                held.line = split(&held.line);
                self.release(true, output);
            }
        } else {
            self.release(true, output);
        }
        let parting = self.parting();
        if let Some(parting) = parting.as_deref().filter(|_| self.statements > 0) {
            let target = self.target(output);
            let indent = indentation(target);
            target.extend_from_slice(parting);
            target.push(b'\n');
            target.extend_from_slice(&indent);
        }
        self.statements += count;
        let target = self.target(output);
        let mut done = 0;
        for &cut in cuts.iter().filter(|_| parting.is_some()) {
            let after = (cut + 1).min(text.len());
            target.extend_from_slice(&text.as_bytes()[done..after]);
            done = after;
            let Some(parting) = &parting else { continue };
            if parting.starts_with(b"--> ") {
                target.extend_from_slice(parting);
            } else {
                target.push(b'\n');
                target.extend_from_slice(parting);
            }
            if !text[done..].trim_start_matches([' ', '\r']).starts_with('\n') {
                target.push(b'\n');
            }
        }
        target.extend_from_slice(&text.as_bytes()[done..]);
    }

    /// What has to stand between two statements here, besides the semicolon.
    fn parting(&self) -> Option<Vec<u8>> {
        if let Some((end, begin)) = &self.block {
            return Some([end.as_slice(), b"\n", begin.as_slice()].concat());
        }
        (self.between == Between::Breakpoint).then(|| self.breakpoint.clone())
    }

    /// The file is over: what is still held is written. A breakpoint with no statement after it is not.
    pub fn finish(&mut self, output: &mut Vec<u8>) {
        let keep = self.held.as_ref().is_some_and(|held| held.mark != Mark::Breakpoint);
        self.release(keep, output);
    }

    fn release(&mut self, keep: bool, output: &mut Vec<u8>) {
        let Some(held) = self.held.take() else { return };
        if keep {
            output.extend(held.line);
        }
        output.extend(held.rest);
    }
}

fn mark(directive: Directive, line: &[u8]) -> Mark {
    let says = |word: &str| line.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()));
    match directive {
        Directive::StatementBegin => Mark::BlockBegin,
        Directive::StatementEnd => Mark::BlockEnd,
        Directive::Up | Directive::Down => Mark::Boundary,
        Directive::Breakpoint => Mark::Breakpoint,
        Directive::Changeset if says("splitStatements:false") => Mark::Whole,
        Directive::Changeset => Mark::Boundary,
        Directive::Rollback | Directive::Other => Mark::Plain,
    }
}

/// A changeset's line, with MySQL among the databases that it is for where PostgreSQL is: TiDB is one to Liquibase.
fn for_mysql(directive: Directive, line: &[u8]) -> Cow<'_, [u8]> {
    let text = String::from_utf8_lossy(line);
    let place = text.to_ascii_lowercase().find("dbms:").filter(|_| directive == Directive::Changeset);
    let Some(from) = place.map(|at| at + "dbms:".len()) else { return Cow::Borrowed(line) };
    let length = text[from..].find(char::is_whitespace).unwrap_or(text.len() - from);
    let value = text[from..from + length].trim_matches('"');
    let mut names: Vec<&str> = value.split(',').collect();
    if names.contains(&"mysql") {
        return Cow::Borrowed(line);
    }
    let Some(postgres) = names.iter_mut().find(|name| **name == "postgresql") else {
        return Cow::Borrowed(line);
    };
    *postgres = "mysql";
    let quote = if text[from..].starts_with('"') { "\"" } else { "" };
    let value = names.join(",");
    Cow::Owned(format!("{}{quote}{value}{quote}{}", &text[..from], &text[from + length..]).into_bytes())
}

/// The line that ends a block, from the one that begins it.
fn ending(begin: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(begin);
    let lower = text.to_ascii_lowercase();
    match lower.find("statementbegin") {
        Some(at) => {
            let word = &text[at..at + "statementbegin".len()];
            let end = if word.starts_with('S') { "StatementEnd" } else { "statementend" };
            format!("{}{end}", &text[..at]).into_bytes()
        }
        None => begin.to_vec(),
    }
}

/// A changeset's line that has its statements sent one by one.
fn split(line: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(line).into_owned();
    match text.to_ascii_lowercase().find("splitstatements:false") {
        Some(at) => {
            let value = at + "splitstatements:".len();
            format!("{}true{}", &text[..value], &text[value + "false".len()..]).into_bytes()
        }
        None => text.into_bytes(),
    }
}

/// Takes the blanks of the last line off, if it has nothing else, and starts a line if it has.
fn indentation(output: &mut Vec<u8>) -> Vec<u8> {
    let start = memchr::memrchr(b'\n', output).map_or(0, |at| at + 1);
    if output[start..].trim_ascii().is_empty() && (start > 0 || output.is_empty()) {
        return output.split_off(start);
    }
    output.push(b'\n');
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Feeds lines: a directive, a statement given as `SQL;SQL`, or a comment.
    fn recut(between: Between, lines: &[&str]) -> String {
        let (mut recut, mut output) = (Recut::new(between), Vec::new());
        for line in lines {
            let lower = line.to_ascii_lowercase();
            let directive = match () {
                () if lower.contains("statementbegin") => Some(Directive::StatementBegin),
                () if lower.contains("statementend") => Some(Directive::StatementEnd),
                () if lower.contains("breakpoint") => Some(Directive::Breakpoint),
                () if lower.contains("--changeset") => Some(Directive::Changeset),
                () if lower.contains("+goose") => Some(Directive::Up),
                () => None,
            };
            match directive {
                Some(directive) => recut.directive(directive, line.as_bytes(), &mut output),
                None if line.starts_with("--") => recut.target(&mut output).extend(line.as_bytes()),
                None => {
                    let text = line.replace(';', ";\n");
                    let cuts: Vec<usize> = text.match_indices(';').map(|(at, _)| at).collect();
                    recut.statement(&text, &cuts, &mut output);
                    recut.target(&mut output).push(b';');
                }
            }
            recut.target(&mut output).push(b'\n');
        }
        recut.finish(&mut output);
        String::from_utf8(output).expect("text")
    }

    #[test]
    fn a_block_holds_one_statement() {
        let (begin, end) = ("-- +goose StatementBegin", "-- +goose StatementEnd");
        let one = recut(Between::Semicolon, &["-- +goose Up", begin, "A", end]);
        assert_eq!(one, format!("-- +goose Up\n{begin}\nA;\n{end}\n"));
        let two = recut(Between::Semicolon, &[begin, "A;B", "C", end, "D"]);
        assert_eq!(two, format!("{begin}\nA;\n{end}\n{begin}\nB;\n{end}\n{begin}\nC;\n{end}\nD;\n"));
        let none = recut(Between::Semicolon, &["-- +goose Up", begin, "-- was F", end, "D"]);
        assert_eq!(none, "-- +goose Up\n\n-- was F\n\nD;\n");
    }

    #[test]
    fn a_breakpoint_stands_between_every_two_statements() {
        let mark = "--> statement-breakpoint";
        assert_eq!(recut(Between::Breakpoint, &["A;B"]), format!("A;{mark}\nB;\n"));
        assert_eq!(
            recut(Between::Breakpoint, &["A", mark, "B", "C"]),
            format!("A;\n{mark}\nB;\n{mark}\nC;\n")
        );
        // chunks of comments alone go with what comes after them, and none is left at the end
        assert_eq!(
            recut(Between::Breakpoint, &["-- was A", mark, "B", mark, "-- was C"]),
            "-- was A\n\nB;\n\n-- was C\n"
        );
    }

    #[test]
    fn a_changeset_for_postgresql_is_one_for_mysql() {
        let written = |line: &str| {
            String::from_utf8(for_mysql(Directive::Changeset, line.as_bytes()).into_owned()).expect("text")
        };
        assert_eq!(written("--changeset a:1 dbms:postgresql"), "--changeset a:1 dbms:mysql");
        assert_eq!(
            written("--changeset a:1 dbms:\"h2,postgresql\" labels:x"),
            "--changeset a:1 dbms:\"h2,mysql\" labels:x"
        );
        for same in ["--changeset a:1 dbms:h2", "--changeset a:1", "--changeset a:1 dbms:mysql,postgresql"] {
            assert_eq!(written(same), same);
        }
    }

    #[test]
    fn a_changeset_that_became_several_statements_is_split() {
        let whole = "--changeset a:1 splitStatements:false";
        assert_eq!(recut(Between::Semicolon, &[whole, "A"]), format!("{whole}\nA;\n"));
        let split = whole.replace("false", "true");
        assert_eq!(recut(Between::Semicolon, &[whole, "A;B"]), format!("{split}\nA;\nB;\n"));
        assert_eq!(recut(Between::Semicolon, &[whole, "A", "B"]), format!("{split}\nA;\nB;\n"));
    }
}
