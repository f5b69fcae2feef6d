//! What can go wrong while checking against real databases: always what was being done, where, and what was answered.

use std::fmt;

pub type Result<T> = std::result::Result<T, Error>;

/// A check could not be carried out. (A statement that a database refuses is a result, not an error.)
#[derive(Debug)]
pub struct Error {
    doing: String,
    cause: Option<String>,
}

impl Error {
    pub fn new(doing: impl Into<String>) -> Self {
        Error { doing: doing.into(), cause: None }
    }

    /// `doing` reads after "cannot", as in "read the schema of database x".
    pub fn because(doing: impl Into<String>, cause: impl fmt::Display) -> Self {
        Error { doing: format!("cannot {}", doing.into()), cause: Some(cause.to_string()) }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {}

/// Adds what was being done to an error of a driver.
pub(crate) trait While<T> {
    fn while_doing(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn while_doing(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Error::because(doing(), cause))
    }
}
