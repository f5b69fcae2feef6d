//! Turns the text of a statement into its syntax tree.

/// One statement of a file, read.
#[derive(Debug, Clone)]
pub struct Parsed {
    /// The statement's text as it stands in the file.
    pub text: String,
}

impl Parsed {
    /// Reads one statement. Never fails: what can't be read is refused when it is planned.
    pub fn new(text: &[u8]) -> Parsed {
        Parsed { text: String::from_utf8_lossy(text).into_owned() }
    }
}
