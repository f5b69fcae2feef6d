//! `unparsed`, and what becomes of statements that have no translation: each is known by its name.

use super::heads::{self, Fate, Head};
use super::maintenance::MAINTENANCE;
use crate::diagnostic::{Diagnostic, Fidelity, Level, rule};
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::{Failure, Parsed};
use crate::text::Span;
use sqlparser::ast::Statement;

rule! {
    /// A statement that can't be read.
    ///
    /// The parser stopped at the place that is underlined. Nothing of the statement is emitted; in the
    /// output file it stays where it was, as a comment.
    pub UNPARSED = "P001", "unparsed", Script, Refused;
}

/// What becomes of a statement that has no tree.
pub fn unread(parsed: &Parsed, failure: &Failure) -> (Verdict, Diagnostic) {
    match heads::of(parsed) {
        // Such statements are translated where they can be read.
        Some(head) if [heads::QUERIES, heads::CHANGES].contains(&head.message) => {
            let (verdict, mut found) = verdict(&head, failure.span);
            found.message = format!("the statement can't be read: {}", failure.message);
            (verdict, found)
        }
        Some(head) => verdict(&head, head_span(parsed, &head)),
        None if parsed.head(1) == "DELIMITER" => {
            let message = "DELIMITER belongs to MySQL's client: PostgreSQL has no such statement";
            let found = Diagnostic::new(&UNPARSED, parsed.first_word(), message);
            (Verdict::Refuse, found.with_help("take the line out, and write what follows in dollar quotes"))
        }
        None => (Verdict::Refuse, Diagnostic::new(&UNPARSED, failure.span, failure.message.clone())),
    }
}

/// Leaves out the kinds of statement that have no translation.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if matches!(
        work.first(),
        None | Some(
            Statement::Insert(_)
                | Statement::Update(_)
                | Statement::Delete(_)
                | Statement::CreateTable(_)
                | Statement::AlterTable(_)
                | Statement::CreateIndex(_)
                | Statement::Query(_)
                | Statement::CreateView(_)
        )
    ) {
        return;
    }
    if let Some(Statement::Analyze(analyze)) = work.first() {
        if analyze.table_name.is_some() {
            analyze.has_table_keyword = true;
            analyze.columns.clear();
            return;
        }
        cx.note(&MAINTENANCE, cx.head(), "the statistics of a whole database are gathered by TiDB itself");
        work.verdict = Verdict::Drop;
        return;
    }
    let Some(head) = heads::of(cx.parsed) else { return };
    let (verdict, diagnostic) = verdict(&head, head_span(cx.parsed, &head));
    cx.push(diagnostic);
    work.verdict = verdict;
}

/// What is said of a statement that is left out by its kind.
pub fn left_out(parsed: &Parsed) -> Option<Diagnostic> {
    let head = heads::of(parsed).filter(|head| matches!(head.fate, Fate::Drop))?;
    Some(verdict(&head, head_span(parsed, &head)).1)
}

fn verdict(head: &Head, span: Span) -> (Verdict, Diagnostic) {
    let mut diagnostic = Diagnostic::new(head.rule, span, head.message);
    match head.fate {
        // A rule for several kinds may know some that are left out without a loss, and the other way round.
        Fate::Refuse => {
            diagnostic.level = Level::Error;
            diagnostic.fidelity = Fidelity::Refused;
            (Verdict::Refuse, diagnostic)
        }
        Fate::Drop => {
            if head.rule.fidelity != Fidelity::Lossy {
                diagnostic.level = Level::Info;
                diagnostic.fidelity = Fidelity::Exact;
            }
            (Verdict::Drop, diagnostic)
        }
    }
}

/// The words that say what it is, and whatever stands between them.
fn head_span(parsed: &Parsed, head: &Head) -> Span {
    let source = parsed.source();
    let solid = || parsed.tokens.iter().filter(|token| !token.is_trivia());
    let first = solid().next().map(|token| token.span).unwrap_or_default();
    let last = head.words.rsplit(' ').next().unwrap_or(head.words);
    let last = solid().take(12).find(|token| token.text(source).eq_ignore_ascii_case(last));
    last.map_or(first, |token| first.join(token.span))
}
