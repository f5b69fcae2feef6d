//! The texts of small files, kept while a run reads them several times: for what they include, for what they do to
//! tables, and to convert them.

use super::discover::SourceFile;
use super::error::ProjectError;
use super::run::{WHOLE, load};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How many bytes of small files are kept; the files behind them are read each time.
const KEPT: u64 = 16 * 1024 * 1024;

/// Texts by the names of their files.
#[derive(Debug)]
pub struct Texts {
    kept: HashMap<String, OnceLock<Vec<u8>>>,
}

impl Texts {
    /// Room for the texts of these files, none of which is read yet.
    pub fn of(files: &[SourceFile]) -> Texts {
        let mut left = KEPT;
        let small = files.iter().filter(|file| file.path.is_some() && file.size <= WHOLE);
        let kept = small.take_while(|file| {
            let fits = file.size <= left;
            left = left.saturating_sub(file.size);
            fits
        });
        Texts { kept: kept.map(|file| (file.name.clone(), OnceLock::new())).collect() }
    }

    /// The text of a file, where there is room for it.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn kept(&self, file: &SourceFile) -> Result<Option<&[u8]>, ProjectError> {
        let Some(slot) = self.kept.get(&file.name) else { return Ok(None) };
        match slot.get() {
            Some(text) => Ok(Some(text)),
            None => {
                let text = load(file)?;
                Ok(Some(slot.get_or_init(|| text)))
            }
        }
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn read(&self, file: &SourceFile) -> Result<Cow<'_, [u8]>, ProjectError> {
        match self.kept(file)? {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => load(file).map(Cow::Owned),
        }
    }
}
