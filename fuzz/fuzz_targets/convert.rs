//! Converts any bytes: no panic, and two runs give the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pg2tidb::config::Options;
use pg2tidb::diagnostic::Direction;
use pg2tidb::passes::Session;
use pg2tidb::project::{Chunk, Settings, convert_text};

fn convert(data: &[u8]) -> Chunk {
    let mut session = Session::new(&Options::default());
    let settings = Settings { threads: 1, ..Settings::default() };
    convert_text("fuzz.sql", data.to_vec(), Direction::Up, &mut session, settings)
}

fuzz_target!(|data: &[u8]| {
    let once = convert(data);
    assert!(once.outcomes.iter().all(|outcome| !outcome.fell_back), "the merge fell back");
    assert_eq!(once, convert(data));
});
