//! A first, light reading of all files of a run: what they do to tables, so that a table can be created as later
//! files need it. Nothing of the files is kept.

use super::discover::SourceFile;
use super::error::ProjectError;
use super::run::open;
use super::texts::Texts;
use super::window::Window;
use super::workers::Workers;
use crate::passes::{Ahead, Event, Follow, events};
use crate::report::record::Direction;
use crate::script::PieceKind;
use std::io::Read;
use std::sync::Arc;

/// What one file does to tables: in its part that applies, and in its part that undoes.
type Parts = (Vec<Event>, Vec<Event>);

/// Reads all files.
///
/// # Errors
/// When a file can't be read.
pub fn look_ahead(files: &[SourceFile], texts: &Texts, workers: &Workers) -> Result<Ahead, ProjectError> {
    let bytes = files.iter().map(|file| file.size).sum();
    let mut slots: Vec<(&SourceFile, Result<Parts, ProjectError>)> =
        files.iter().map(|file| (file, Ok(Parts::default()))).collect();
    workers.each(bytes, &mut slots, |(file, parts)| {
        *parts = match texts.kept(file) {
            Ok(Some(text)) => read(file, text),
            Ok(None) if file.path.is_none() => Ok(Parts::default()),
            Ok(None) => open(file).and_then(|source| read(file, source)),
            Err(error) => Err(error),
        };
    });
    let mut follow = Follow::default();
    for (file, parts) in slots {
        let (ups, downs) = parts?;
        let name: Arc<str> = file.name.as_str().into();
        follow.file(&name, false, &ups);
        follow.file(&name, true, &downs);
    }
    Ok(follow.done())
}

fn read(file: &SourceFile, source: impl Read) -> Result<Parts, ProjectError> {
    let mut parts = Parts::default();
    let path = file.path.as_deref().unwrap_or("standard input".as_ref());
    let mut window = Window::new(source);
    let mut undoes = file.direction == Direction::Down;
    while let Some(cut) = window.next().map_err(|e| ProjectError::io("read", path, e))? {
        match cut.kind {
            PieceKind::Directive(directive) => undoes = directive.goes_down().unwrap_or(undoes),
            PieceKind::Statement if is_about_tables(cut.bytes) => {
                let into = if undoes { &mut parts.1 } else { &mut parts.0 };
                events(&String::from_utf8_lossy(cut.bytes), into);
            }
            _ => {}
        }
    }
    Ok(parts)
}

/// Whether a statement begins as one that creates, changes or drops a table.
fn is_about_tables(bytes: &[u8]) -> bool {
    matches!(bytes.first().map(u8::to_ascii_lowercase), Some(b'c' | b'a' | b'd'))
}
