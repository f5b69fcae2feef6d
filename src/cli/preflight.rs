//! `pg2tidb preflight`: what a session must have for the translations to mean what they say.

use super::args::{Preflight, PreflightFormat};
use super::settings::{self, SettingsError};
use super::{DONE, FAILED};
use crate::report::preflight;
use std::io::Write;

pub fn preflight(arguments: &Preflight) -> u8 {
    match settings::read_for(arguments.config.as_ref(), None, arguments.target) {
        Ok(found) => {
            let options = found.options;
            let text = match arguments.format {
                PreflightFormat::Sql => preflight::sql(&options),
                PreflightFormat::Json => preflight::json(&options),
            };
            // a reader that has gone wants no more
            let _ = std::io::stdout().write_all(text.as_bytes());
            DONE
        }
        Err(error) => {
            let text = match error {
                SettingsError::Io(error) => format!("error: {error}\n"),
                SettingsError::Wrong(drawn) => drawn,
            };
            let _ = std::io::stderr().write_all(text.as_bytes());
            FAILED
        }
    }
}
