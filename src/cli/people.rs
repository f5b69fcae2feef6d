//! Standard error: diagnostics, notes, a progress bar when it takes long, and one line of summary.

use crate::diagnostic::Level;
use crate::project::Chunk;
use crate::report::finding::Located;
use crate::report::human::{Renderer, Style};
use crate::report::summary::Summary;
use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Nobody needs to be told about a run that is over by then.
const PATIENCE: Duration = Duration::from_secs(1);

/// How standard error likes its diagnostics: NO_COLOR, CLICOLOR_FORCE and the terminal decide.
pub fn style() -> Style {
    let colour = AutoStream::choice(&std::io::stderr()) != ColorChoice::Never;
    Style { unicode: colour && std::io::stderr().is_terminal(), colour }
}

/// What people are told while a run goes on.
#[derive(Debug)]
pub struct People {
    renderer: Renderer,
    lowest: Option<Level>,
    summary: bool,
    started: Instant,
    progress: Progress,
}

#[derive(Debug)]
enum Progress {
    Never,
    Waiting { total: u64, done: u64 },
    Shown(ProgressBar),
}

impl People {
    /// `lowest` is the quietest level that is shown; none shows nothing at all.
    pub fn new(lowest: Option<Level>, summary: bool, total_bytes: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let progress = if terminal && summary {
            Progress::Waiting { total: total_bytes, done: 0 }
        } else {
            Progress::Never
        };
        People { renderer: Renderer::new(style()), lowest, summary, started: Instant::now(), progress }
    }

    /// Whether diagnostics are shown at all.
    pub fn wants_snippets(&self) -> bool {
        self.lowest.is_some()
    }

    pub fn chunk(&mut self, file: &str, chunk: &Chunk) {
        let Some(lowest) = self.lowest else { return };
        let found = chunk.outcomes.iter().flat_map(|outcome| &outcome.located).chain(&chunk.notes);
        let mut shown: Vec<&Located> = found.filter(|located| located.finding.level >= lowest).collect();
        shown.sort_by_key(|located| (located.finding.line, located.finding.column));
        if shown.is_empty() {
            return;
        }
        let text: String = shown.into_iter().map(|located| self.renderer.render(file, located)).collect();
        self.say(&text);
    }

    /// A line that is not about a place in a file.
    pub fn note(&self, text: &str) {
        if self.lowest.is_some_and(|lowest| lowest <= Level::Warning) {
            self.say(&format!("note: {text}\n"));
        }
    }

    /// A line for those who want to know everything.
    pub fn remark(&self, text: &str) {
        if self.lowest == Some(Level::Info) {
            self.say(&format!("{text}\n"));
        }
    }

    pub fn advance(&mut self, bytes: u64) {
        match &mut self.progress {
            Progress::Never => {}
            Progress::Shown(bar) => bar.inc(bytes),
            Progress::Waiting { total, done } => {
                *done += bytes;
                if self.started.elapsed() > PATIENCE {
                    let bar = ProgressBar::with_draw_target(Some(*total), ProgressDrawTarget::stderr());
                    if let Ok(style) = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes} {eta}") {
                        bar.set_style(style);
                    }
                    bar.set_position(*done);
                    self.progress = Progress::Shown(bar);
                }
            }
        }
    }

    pub fn finish(&mut self, summary: &mut Summary) {
        summary.took = self.started.elapsed();
        if let Progress::Shown(bar) = &self.progress {
            bar.finish_and_clear();
        }
        if self.summary {
            self.say(&format!("{summary}\n"));
        }
    }

    fn say(&self, text: &str) {
        let write = || {
            // when standard error is gone there is nobody left to tell
            let _ = std::io::stderr().lock().write_all(text.as_bytes());
        };
        match &self.progress {
            Progress::Shown(bar) => bar.suspend(write),
            Progress::Never | Progress::Waiting { .. } => write(),
        }
    }
}
