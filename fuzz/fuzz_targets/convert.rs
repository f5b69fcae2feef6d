//! Converts any bytes under any options: no panic, two runs alike, no comment lost, an unchanged statement is the source's
//! text, and the records count the statements of the file. The first byte chooses the options.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pg2tidb::config::{Ids, Options, TimestamptzAs, UuidAs};
use pg2tidb::diagnostic::Direction;
use pg2tidb::passes::Session;
use pg2tidb::project::{Chunk, Settings, convert_text};
use pg2tidb::report::record::Status;
use pg2tidb::script::{PieceKind, split};
use pg2tidb::target::Target;

fn options(choice: u8) -> Options {
    let mut options = Options { target: Target::ALL[usize::from(choice) % 3], ..Options::default() };
    if choice & 8 != 0 {
        options.uuid = UuidAs::Binary16;
    }
    if choice & 16 != 0 {
        options.timestamptz = TimestamptzAs::Datetime;
    }
    if choice & 32 != 0 {
        options.ids = Ids::AutoRandom;
    }
    options
}

fn convert(choice: u8, text: &[u8]) -> Chunk {
    let mut session = Session::new(&options(choice));
    let settings = Settings { threads: 1, ..Settings::default() };
    convert_text("fuzz.sql", text.to_vec(), Direction::Up, &mut session, settings)
}

/// Letters and digits: what no respelling of a comment changes.
fn words(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric()).collect()
}

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let once = convert(choice, text);
    assert!(once.outcomes.iter().all(|outcome| !outcome.fell_back), "the merge fell back");
    assert_eq!(once, convert(choice, text));
    for (at, outcome) in once.outcomes.iter().enumerate() {
        let record = &outcome.record;
        assert_eq!(record.index, at);
        // What stands behind `--rollback` is put together from several comments.
        if record.status == Status::Unchanged && !text.windows(10).any(|part| part == b"--rollback") {
            let sql = record.sql[0].as_bytes();
            assert!(text.windows(sql.len().max(1)).any(|part| part == sql), "unchanged, but another text");
        }
    }
    let Ok(source) = std::str::from_utf8(text) else { return };
    // Comments between the statements are kept, line by line: a finding may stand before one that has a zero byte.
    let kept = words(&String::from_utf8_lossy(&once.output));
    for piece in split(text).iter().filter(|piece| piece.kind == PieceKind::Trivia) {
        for line in source[piece.span.start..piece.span.end].lines().map(words) {
            assert!(kept.contains(&line), "lost {line}");
        }
    }
});
