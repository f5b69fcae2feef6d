//! IF around one statement, and blocks that take errors.

use super::condition::{self, Test};
use super::failure::{Fails, fails};
use super::rules::{IGNORED_ERROR, UNSURE_GUARD};
use super::run::{Flow, Run, Stop};
use super::{Part, PartOf, hint};
use crate::diagnostic::Diagnostic;
use crate::syntax::Parsed;
use crate::syntax::plpgsql::{Block, Handler, Node, NodeKind};
use crate::text::Span;

/// What a handler does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    Nothing,
    RaisesAgain,
    Something,
}

fn deed(handler: &Handler) -> Deed {
    match handler.nodes.last().map(|node| &node.kind) {
        Some(NodeKind::Raise { fails: true }) => Deed::RaisesAgain,
        _ if handler
            .nodes
            .iter()
            .all(|node| matches!(node.kind, NodeKind::Null | NodeKind::Raise { fails: false })) =>
        {
            Deed::Nothing
        }
        _ => Deed::Something,
    }
}

/// PostgreSQL's codes of the errors that migrations guard against.
const STATES: [(&str, &str); 11] = [
    ("42710", "duplicate_object"),
    ("42p07", "duplicate_table"),
    ("42701", "duplicate_column"),
    ("42p06", "duplicate_schema"),
    ("42723", "duplicate_function"),
    ("42p16", "invalid_table_definition"),
    ("42704", "undefined_object"),
    ("42p01", "undefined_table"),
    ("42703", "undefined_column"),
    ("42883", "undefined_function"),
    ("23505", "unique_violation"),
];

fn takes(handler: &Handler, error: &str) -> bool {
    handler.conditions.iter().any(|condition| {
        let named =
            STATES.iter().find(|(state, _)| state == condition).map_or(condition.as_str(), |(_, name)| name);
        named == error || named == "others"
    })
}

impl Run<'_> {
    /// A guard around one statement about the same object: the statement says it itself, where TiDB can.
    pub fn single(
        &mut self,
        at: Span,
        test: &Test,
        nodes: &[Node],
        others: &[&[Node]],
    ) -> Result<Option<Flow>, Stop> {
        let [node] = nodes else { return Ok(None) };
        let NodeKind::Sql { parsed, front: 0, at: start } = &node.kind else { return Ok(None) };
        if matches!(test, Test::Unknown(_))
            && others.iter().all(|nodes| nodes.is_empty())
            && self.unwatched()
            && let Some((from, conditional)) = hint::conditional(parsed, self.source(at))
        {
            self.note(at, "the INSERT asks the condition itself".to_string());
            let (start, end) = (*start, node.span.end);
            let place = |byte: usize| if byte <= from { start + byte } else { end };
            self.statement(node.span, &conditional, Some(&place))?;
            return Ok(Some(Flow::On));
        }
        let Some((subject, there)) = condition::asks(self.source(at)) else { return Ok(None) };
        if others.iter().any(|nodes| !nodes.is_empty()) {
            return Ok(None);
        }
        let decided = matches!(test, Test::Known(..));
        if matches!(test, Test::Known(false, _)) {
            return Ok(None);
        }
        let drops = parsed.head(1) == "DROP" || parsed.head(8).contains(" DROP ");
        if let Some(hinted) = hint::of_guard(parsed, &subject, !decided)
            && drops == there
        {
            self.guarded = true;
            self.note(at, format!("the statement itself asks for {subject}"));
            let start = *start;
            let place = |byte: usize| start + hinted.place(byte);
            self.statement(node.span, &hinted.parsed, Some(&place))?;
            return Ok(Some(Flow::On));
        }
        if self.is_idle(node) {
            return Ok(None);
        }
        // A statement that makes what is asked for fails where PostgreSQL would have left it out.
        if let (Test::Unknown(why), false, false) = (test, there, drops)
            && makes(parsed, &subject.name)
        {
            self.unsure(at, format!("{why}: the statement runs, and fails if {subject} is there already"));
            self.statement(node.span, parsed, Some(&|byte| start + byte))?;
            return Ok(Some(Flow::On));
        }
        Ok(None)
    }

    /// No block around takes errors.
    fn unwatched(&self) -> bool {
        self.watched.is_empty()
    }

    /// A block with EXCEPTION.
    pub fn guarded(&mut self, block: &Block) -> Result<Flow, Stop> {
        self.guarded = true;
        if block.handlers.iter().all(|handler| deed(handler) == Deed::RaisesAgain) {
            return self.nodes(&block.nodes);
        }
        let before = (self.session.clone(), self.parts.len(), self.diagnostics.len());
        let taken: Vec<String> = block.handlers.iter().flat_map(|h| h.conditions.clone()).collect();
        self.watched.push(taken);
        let ran = self.nodes(&block.nodes);
        self.watched.pop();
        let (failure, at) = match ran {
            Ok(flow) => {
                self.what_else(block, before.1);
                return Ok(flow);
            }
            Err(Stop::Raised(failure, at)) => (failure, at),
            Err(refused) => return Err(refused),
        };
        let Some(handler) = block.handlers.iter().find(|handler| takes(handler, failure.error)) else {
            return Err(Stop::Raised(failure, at));
        };
        *self.session = before.0;
        self.parts.truncate(before.1);
        self.diagnostics.truncate(before.2);
        match deed(handler) {
            Deed::RaisesAgain => Err(Stop::Raised(failure, at)),
            _ => {
                self.note(at, format!("{}: PostgreSQL undoes the block and goes on", failure.why));
                self.leave_out(&block.nodes, &failure.why);
                self.nodes(&handler.nodes)
            }
        }
    }

    /// Errors that can't be foreseen, where statements of the block run.
    fn what_else(&mut self, block: &Block, from: usize) {
        let Some(handler) = block.handlers.first() else { return };
        let runs = |part: &Part| match &part.what {
            PartOf::Statement(parsed, plan) => {
                plan.outcome.runs() && self.foresees(handler, parsed, part.span)
            }
            PartOf::Left(_) => false,
        };
        let Some(part) = self.parts.iter().skip(from).find(|part| runs(part)) else { return };
        let message =
            "on PostgreSQL an error of this statement is taken by the block, on TiDB it stops the script";
        let warning = Diagnostic::new(&IGNORED_ERROR, part.span, message)
            .with_help("see that nothing that this statement needs is missing when it runs");
        self.diagnostics.push(warning);
    }

    /// Whether an error may come that only a server knows of.
    fn foresees(&self, handler: &Handler, parsed: &Parsed, at: Span) -> bool {
        if handler.conditions.iter().any(|condition| condition == "others") {
            return !says_if(parsed);
        }
        // A statement that was watched and is about nothing declared has been spoken of already.
        let spoken = self
            .diagnostics
            .iter()
            .any(|d| at.start <= d.span.start && d.span.end <= at.end && *d.rule == UNSURE_GUARD);
        let data =
            ["unique_violation", "23505", "foreign_key_violation", "check_violation", "not_null_violation"];
        !spoken && handler.conditions.iter().any(|condition| data.contains(&condition.as_str()))
    }

    /// Sees whether a statement raises an error that a block around it takes.
    pub fn watch(&mut self, span: Span, parsed: &Parsed) -> Result<(), Stop> {
        if self.watched.is_empty() {
            return Ok(());
        }
        match fails(&self.session.catalog, parsed) {
            Fails::Yes(failure) => Err(Stop::Raised(failure, span)),
            Fails::Unknown(what) if !says_if(parsed) => {
                let message = format!(
                    "no file of this run declares {what}: the statement runs, and fails where PostgreSQL would have ignored that"
                );
                self.unsure(span, message);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn says_if(parsed: &Parsed) -> bool {
    let source = parsed.source();
    let mut words = parsed.tokens.iter().filter(|t| !t.is_trivia()).take(12).map(|t| t.text(source));
    words.any(|word| word.eq_ignore_ascii_case("if"))
}

/// Whether the statement creates or adds something of this name.
fn makes(parsed: &Parsed, name: &str) -> bool {
    let head = parsed.head(12);
    let adds = head.starts_with("CREATE") || head.starts_with("ALTER TABLE") && head.contains(" ADD");
    let source = parsed.source();
    adds && parsed.tokens.iter().any(|t| t.text(source).trim_matches('"').eq_ignore_ascii_case(name))
}
