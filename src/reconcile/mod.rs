//! Writes the translation into the author's text: the one place that makes output.

mod align;
mod block;
mod merge;
pub mod spell;
mod write;

use crate::diagnostic::{Diagnostic, Status};
use crate::passes::{Outcome, Plan, settled};
use crate::syntax::Parsed;
use crate::syntax::lex::Kind;
use crate::text::Span;
use align::Stream;
use std::borrow::Cow;

pub use spell::trivia;

/// A translated statement.
#[derive(Debug, Clone)]
pub struct Translation {
    pub status: Status,
    /// The TiDB statements to run, in order, each without its semicolon.
    pub sql: Vec<String>,
    /// What stands in the output file in the statement's place, without the last semicolon.
    pub text: String,
    /// Where the semicolons between the statements are in `text`.
    pub cuts: Vec<usize>,
    /// Whether `text` needs a semicolon after it (it does not when only comments are left).
    pub terminated: bool,
    /// `text` has its last semicolon itself, before a comment.
    pub closed: bool,
    pub diagnostics: Vec<Diagnostic>,
    /// The merge failed its own check and the printed text was emitted instead.
    pub fell_back: bool,
    /// The rows after it are part of it.
    pub takes_rows: bool,
}

/// Writes a plan down, and takes the text of a statement that stays. Pure: may run on any thread.
pub fn emit(parsed: &mut Parsed, plan: Plan) -> Translation {
    let mut translation = written(parsed, plan.outcome, &plan.note);
    translation.diagnostics = plan.diagnostics;
    translation
}

fn written(parsed: &mut Parsed, outcome: Outcome, note: &str) -> Translation {
    match outcome {
        Outcome::Trees(trees) => {
            let settled = settled(parsed, trees);
            written(parsed, settled, note)
        }
        Outcome::Same => respelled(parsed, Span::default()),
        Outcome::Without(gone) => respelled(parsed, gone),
        Outcome::Changed { before, after } => changed(parsed, &before, &after),
        Outcome::Block(parts) => block::block(parsed, parts),
        Outcome::Rows(statements) => inserted(parsed, statements),
        // Its rows are written before it comes here.
        Outcome::Copy(_) => commented(parsed, Status::Refused, note),
        Outcome::Refused => commented(parsed, Status::Refused, note),
        Outcome::Dropped => commented(parsed, Status::Dropped, note),
        Outcome::Folded => commented(parsed, Status::Folded, note),
    }
}

/// What a plan says, where nothing is to be written.
pub fn findings(parsed: &Parsed, plan: Plan) -> Translation {
    let outcome = match plan.outcome {
        Outcome::Trees(trees) => settled(parsed, trees),
        outcome => outcome,
    };
    let status = match outcome {
        Outcome::Same => Status::Unchanged,
        Outcome::Without(_)
        | Outcome::Trees(_)
        | Outcome::Changed { .. }
        | Outcome::Block(_)
        | Outcome::Copy(_)
        | Outcome::Rows(_) => Status::Rewritten,
        Outcome::Refused => Status::Refused,
        Outcome::Dropped => Status::Dropped,
        Outcome::Folded => Status::Folded,
    };
    Translation { diagnostics: plan.diagnostics, ..translation(status, Vec::new(), String::new(), false) }
}

fn translation(status: Status, sql: Vec<String>, text: String, terminated: bool) -> Translation {
    Translation {
        status,
        sql,
        text,
        cuts: Vec::new(),
        terminated,
        closed: false,
        diagnostics: Vec::new(),
        fell_back: false,
        takes_rows: false,
    }
}

/// The rows of a COPY, under the comments that stand in it.
fn inserted(parsed: &Parsed, sql: Vec<String>) -> Translation {
    let mut text: String = parsed
        .tokens
        .iter()
        .filter(|token| token.is_comment())
        .map(|token| format!("{}\n", spell::token(token.kind, token.text(parsed.source()))))
        .collect();
    let mut cuts = Vec::new();
    for (at, statement) in sql.iter().enumerate() {
        if at > 0 {
            cuts.push(text.len());
            text.push_str(";\n");
        }
        text.push_str(statement);
    }
    Translation { takes_rows: true, cuts, ..translation(Status::Rewritten, sql, text, true) }
}

/// Only names, literals and comments are spelled another way, if anything, and a part may be gone.
fn respelled(parsed: &mut Parsed, gone: Span) -> Translation {
    let source = parsed.source();
    let mut out = String::new();
    let mut copied = 0;
    let mut respelled = parsed.respelled.iter().peekable();
    for token in &parsed.tokens {
        if token.span.start < gone.end && token.span.start >= gone.start {
            respelled.next_if(|(at, _)| *at == token.span.start);
            if token.span.start == gone.start {
                out.push_str(&source[copied..gone.start]);
                copied = gone.end;
            }
            continue;
        }
        let text = token.text(source);
        let spelled = match token.kind {
            Kind::Space | Kind::Punct | Kind::Number | Kind::Param => continue,
            Kind::Word | Kind::Quoted if respelled.peek().is_some_and(|(at, _)| *at == token.span.start) => {
                respelled.next().map_or(Cow::Borrowed(text), |(_, name)| Cow::Owned(name.clone()))
            }
            kind => spell::token(kind, text),
        };
        if let Cow::Owned(spelled) = spelled {
            out.push_str(&source[copied..token.span.start]);
            out.push_str(&spelled);
            copied = token.span.end;
        }
    }
    if copied == 0 {
        let text = std::mem::take(&mut parsed.text);
        return translation(Status::Unchanged, vec![text.clone()], text, true);
    }
    out.push_str(&source[copied..]);
    let out = parsed.unmask(out);
    translation(Status::Rewritten, vec![out.clone()], out, true)
}

fn changed(parsed: &Parsed, before: &str, after: &[String]) -> Translation {
    let solid = parsed.tokens.iter().filter(|token| !token.is_trivia()).copied().collect();
    let source = Stream::of(parsed.source(), solid);
    if let Some(merged) = merge::merge(&source, before, after) {
        let sql = merged.statements.iter().map(|s| parsed.unmask(merged.text[s.start..s.end].to_string()));
        let sql: Vec<_> = sql.collect();
        let (text, cuts) = joined(parsed, &merged);
        if text == parsed.text && sql.len() == 1 && sql[0] == text {
            return translation(Status::Unchanged, sql, text, true);
        }
        return Translation { cuts, ..translation(Status::Rewritten, sql, text, true) };
    }
    let respell = |text: &String| {
        let tokens = crate::syntax::lex::lex(text, crate::syntax::lex::Rules::Printed);
        let spelled: String = tokens.iter().map(|t| spell::token(t.kind, t.text(text))).collect();
        parsed.unmask(spelled)
    };
    let sql: Vec<String> = after.iter().map(respell).collect();
    let comments: String = parsed
        .tokens
        .iter()
        .filter(|token| token.is_comment())
        .map(|token| format!("{}\n", spell::token(token.kind, token.text(parsed.source()))))
        .collect();
    let mut text = comments;
    let mut cuts = Vec::new();
    for (n, statement) in sql.iter().enumerate() {
        if n > 0 {
            cuts.push(text.len());
            text.push_str(";\n");
        }
        text.push_str(statement);
    }
    Translation { fell_back: true, cuts, ..translation(Status::Rewritten, sql, text, true) }
}

/// The merged text with its placeholders back, and where its semicolons are then.
fn joined(parsed: &Parsed, merged: &merge::Merged) -> (String, Vec<usize>) {
    let mut text = String::with_capacity(merged.text.len());
    let mut cuts = Vec::new();
    let mut done = 0;
    for statement in &merged.statements[..merged.statements.len().saturating_sub(1)] {
        let Some(at) = merged.text[statement.end..].find(';') else { continue };
        text.push_str(&parsed.unmask(merged.text[done..statement.end + at].to_string()));
        cuts.push(text.len());
        done = statement.end + at;
    }
    text.push_str(&parsed.unmask(merged.text[done..].to_string()));
    (text, cuts)
}

/// The statement stays where it was, whole, as a comment under a line that says why.
fn commented(parsed: &Parsed, status: Status, note: &str) -> Translation {
    translation(status, Vec::new(), under_note(&parsed.text, note), false)
}

/// A text as a comment, under a line that says why.
fn under_note(source: &str, note: &str) -> String {
    let mut text = format!("-- pg2tidb: {note}\n").replace("\n\n", "\n");
    for line in source.split_inclusive('\n') {
        text.push_str("-- ");
        text.push_str(line);
    }
    text
}
