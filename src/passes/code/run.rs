//! Follows a DO block as PostgreSQL would run it: which statements run, in which order, and which do not.

use super::condition::{self, Test};
use super::constant;
use super::failure::{Fails, Failure, fails};
use super::rules::{GUARDED_STATEMENT, UNSURE_GUARD, UNWRAPPED_BLOCK};
use super::{Part, PartOf, hint, into, refusal, repeat};
use crate::diagnostic::{Diagnostic, Level};
use crate::passes::session::{Outcome, Session};
use crate::passes::statements::heads::{self, Fate};
use crate::passes::statements::unsupported;
use crate::syntax::Parsed;
use crate::syntax::lex::Kind;
use crate::syntax::plpgsql::{Block, Node, NodeKind, walk};
use crate::text::Span;
use std::collections::BTreeMap;

/// One block on its way.
pub struct Run<'s> {
    pub session: &'s mut Session,
    pub parsed: &'s Parsed,
    pub parts: Vec<Part>,
    pub diagnostics: Vec<Diagnostic>,
    /// Its variables, and their values where those are known.
    pub variables: BTreeMap<String, Option<String>>,
    /// Errors that a handler around the statement at hand takes.
    pub watched: Vec<Vec<String>>,
    /// Something was decided or rewritten, so that the block is more than its statements.
    pub guarded: bool,
}

/// What came of a block.
pub struct Done {
    pub parts: Vec<Part>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a block did not run to its end.
#[derive(Debug)]
pub enum Stop {
    Refused(Box<Diagnostic>),
    /// PostgreSQL raises this error.
    Raised(Failure, Span),
}

impl Stop {
    pub fn diagnostic(self) -> Diagnostic {
        match self {
            Stop::Refused(diagnostic) => *diagnostic,
            Stop::Raised(failure, span) => refusal(span, format!("PostgreSQL fails here: {}", failure.why)),
        }
    }
}

pub enum Flow {
    On,
    Returned,
}

pub type Ran = Result<Flow, Stop>;
/// Where in the source a byte of a statement's text is.
pub type Place<'p> = &'p dyn Fn(usize) -> usize;

pub fn stop(diagnostic: Diagnostic) -> Stop {
    Stop::Refused(Box::new(diagnostic))
}

impl<'s> Run<'s> {
    pub fn new(session: &'s mut Session, parsed: &'s Parsed, block: &Block) -> Run<'s> {
        let names = block.names();
        Run {
            session,
            parsed,
            parts: Vec::new(),
            diagnostics: Vec::new(),
            variables: names.into_iter().map(|name| (name, None)).collect(),
            watched: Vec::new(),
            guarded: false,
        }
    }

    pub fn whole(&mut self, block: &Block) -> Result<(), Stop> {
        self.block(block)?;
        if !self.guarded {
            let head = self.parsed.first_word();
            let message = match self.parts.is_empty() {
                true => "the block does nothing that stays",
                false => "the block's statements stand for themselves",
            };
            let mut note = Diagnostic::new(&UNWRAPPED_BLOCK, head, message);
            note.level = Level::Info;
            self.diagnostics.insert(0, note);
        }
        Ok(())
    }

    pub fn done(self) -> Done {
        Done { parts: self.parts, diagnostics: self.diagnostics }
    }

    pub fn source(&self, span: Span) -> &'s str {
        self.parsed.source().get(span.start..span.end).unwrap_or_default()
    }

    /// Notes what the block's condition leads to.
    pub fn note(&mut self, span: Span, message: String) {
        self.guarded = true;
        let mut note = Diagnostic::new(&GUARDED_STATEMENT, span, message);
        note.level = Level::Info;
        self.diagnostics.push(note);
    }

    pub fn unsure(&mut self, span: Span, message: String) {
        self.guarded = true;
        let warning = Diagnostic::new(&UNSURE_GUARD, span, message)
            .with_help("convert this file together with the ones before it");
        self.diagnostics.push(warning);
    }

    fn block(&mut self, block: &Block) -> Ran {
        for declared in &block.declared {
            let text = declared.value.map(|span| self.source(span));
            let value = text.and_then(|text| constant::value(text, &self.variables));
            let value = value.or_else(|| condition::value(text?, self.session, &self.variables));
            self.variables.insert(declared.name.clone(), value);
        }
        if block.handlers.is_empty() { self.nodes(&block.nodes) } else { self.guarded(block) }
    }

    pub fn nodes(&mut self, nodes: &[Node]) -> Ran {
        for node in nodes {
            if let Flow::Returned = self.node(node)? {
                return Ok(Flow::Returned);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &Node) -> Ran {
        match &node.kind {
            NodeKind::Null | NodeKind::Raise { fails: false } => Ok(Flow::On),
            NodeKind::Raise { fails: true } => {
                let failure =
                    Failure { error: "raise_exception", why: "the block raises an exception".into() };
                Err(Stop::Raised(failure, node.span))
            }
            NodeKind::Return { .. } => Ok(Flow::Returned),
            NodeKind::Sql { parsed, front, at } => {
                let (front, at) = (*front, *at);
                self.statement(node.span, parsed, Some(&|byte| at + byte.saturating_sub(front)))?;
                Ok(Flow::On)
            }
            NodeKind::Execute { command, more } => self.execute(node.span, *command, *more),
            NodeKind::Assign { target, value } => self.assign(node.span, target, *value),
            NodeKind::Block(block) => self.block(block),
            NodeKind::If { arms, otherwise } => {
                for (n, arm) in arms.iter().enumerate() {
                    let rest = arms.iter().skip(n + 1).map(|arm| arm.nodes.as_slice());
                    let others: Vec<&[Node]> = rest.chain([otherwise.as_slice()]).collect();
                    let text = self.source(arm.test);
                    let test = condition::test(text, self.session, &self.variables);
                    match self.arm(arm.test, &test, &arm.nodes, &others)? {
                        Some(flow) => return Ok(flow),
                        None => continue,
                    }
                }
                self.nodes(otherwise)
            }
            NodeKind::Loop { head, nodes } => self.repeat(node.span, *head, nodes),
            NodeKind::Case { arms } => {
                let arms: Vec<&[Node]> = arms.iter().map(Vec::as_slice).collect();
                self.inert(node.span, &arms, "a CASE depends on what a server knows")
            }
        }
    }

    /// A loop runs as often as its constants say.
    fn repeat(&mut self, at: Span, head: Span, nodes: &[Node]) -> Ran {
        let text = self.source(head);
        if repeat::is_over_invalid_indexes(text) {
            let why = "TiDB keeps no index that could not be built";
            self.note(head, why.to_string());
            self.leave_out(nodes, why);
            return Ok(Flow::On);
        }
        let Some(rounds) = repeat::rounds(text, &self.variables) else {
            return self.inert(at, &[nodes], "a loop runs as often as rows say");
        };
        self.note(head, format!("the loop runs {} times", rounds.values.len()));
        for value in rounds.values {
            self.variables.insert(rounds.variable.clone(), Some(value));
            if let Flow::Returned = self.nodes(nodes)? {
                return Ok(Flow::Returned);
            }
        }
        self.variables.insert(rounds.variable, None);
        Ok(Flow::On)
    }

    /// One arm of an IF. `None` when it is not taken, and the next is to be asked.
    fn arm(
        &mut self,
        at: Span,
        test: &Test,
        nodes: &[Node],
        others: &[&[Node]],
    ) -> Result<Option<Flow>, Stop> {
        if let Some(flow) = self.single(at, test, nodes, others)? {
            return Ok(Some(flow));
        }
        match test {
            Test::Known(true, why) => {
                self.note(at, format!("{why}: what the condition guards runs"));
                let flow = self.nodes(nodes)?;
                others.iter().for_each(|nodes| self.leave_out(nodes, why));
                Ok(Some(flow))
            }
            Test::Known(false, why) => {
                self.note(at, format!("{why}: what the condition guards does not run"));
                self.leave_out(nodes, why);
                Ok(None)
            }
            Test::Assumed(true, why) => {
                let sure = self.session.whole_run || self.creates_first(nodes);
                self.assumed(at, sure, why, "what the condition guards runs");
                let flow = self.nodes(nodes)?;
                others.iter().for_each(|nodes| self.leave_out(nodes, why));
                Ok(Some(flow))
            }
            Test::Assumed(false, why) => {
                self.assumed(at, self.session.whole_run, why, "what the condition guards is left out");
                self.leave_out(nodes, why);
                Ok(None)
            }
            Test::Unknown(why) => {
                let mut all = vec![nodes];
                all.extend(others);
                self.inert(at, &all, why).map(Some)
            }
        }
    }

    /// Whether the first thing that nodes do is a change to a known table, or a CREATE that has no trace on TiDB or fails
    /// there when it is done twice.
    fn creates_first(&self, nodes: &[Node]) -> bool {
        let first =
            nodes.iter().find(|node| !matches!(node.kind, NodeKind::Null | NodeKind::Raise { fails: false }));
        let Some(NodeKind::Sql { parsed, .. }) = first.map(|node| &node.kind) else { return false };
        match parsed.head(2).as_str() {
            "CREATE TYPE" | "CREATE DOMAIN" | "CREATE TABLE" | "CREATE EXTENSION" | "CREATE TRIGGER" => true,
            _ => fails(&self.session.catalog, parsed) == Fails::No,
        }
    }

    fn assumed(&mut self, at: Span, sure: bool, why: &str, then: &str) {
        if sure {
            self.note(at, format!("{why}: {then}"));
        } else {
            self.unsure(at, format!("{why}: {then}, whatever there is on TiDB"));
        }
    }

    /// Nodes that can't be followed, but may have no statement that TiDB would run either.
    fn inert(&mut self, at: Span, all: &[&[Node]], why: &str) -> Ran {
        let help = "write the statements that have to run as plain statements, or run the code in a program";
        let refuse = || stop(refusal(at, why).with_help(help));
        let mut idle = true;
        for nodes in all {
            walk(nodes, &mut |node| idle &= self.is_idle(node));
        }
        if !idle {
            return Err(refuse());
        }
        self.note(at, "nothing in it has a counterpart on TiDB".into());
        let mut lost: Vec<Diagnostic> = Vec::new();
        for nodes in all {
            walk(nodes, &mut |node| {
                if let NodeKind::Sql { parsed, .. } = &node.kind {
                    lost.extend(unsupported::left_out(parsed).map(|d| Diagnostic { span: node.span, ..d }));
                } else if let NodeKind::Execute { command, .. } = &node.kind
                    && let Some(text) = constant::text(self.source(*command), &BTreeMap::new())
                {
                    let parsed = Parsed::inner(&text.said);
                    lost.extend(unsupported::left_out(&parsed).map(|d| Diagnostic { span: node.span, ..d }));
                }
            });
        }
        self.diagnostics.extend(lost);
        all.iter().for_each(|nodes| self.leave_out(nodes, "nothing in it has a counterpart on TiDB"));
        Ok(Flow::On)
    }

    /// Whether TiDB has nothing to run for it, whatever comes before.
    pub fn is_idle(&self, node: &Node) -> bool {
        let dropped = |parsed: &Parsed| heads::of(parsed).is_some_and(|head| matches!(head.fate, Fate::Drop));
        match &node.kind {
            NodeKind::Null | NodeKind::Raise { fails: false } | NodeKind::Return { .. } => true,
            NodeKind::Block(_) | NodeKind::If { .. } | NodeKind::Loop { .. } | NodeKind::Case { .. } => true,
            NodeKind::Raise { fails: true } => false,
            NodeKind::Assign { value, .. } => !self.source(*value).contains('('),
            NodeKind::Sql { parsed, .. } => dropped(parsed) || hint::only_drops_code(parsed),
            NodeKind::Execute { command, .. } => {
                let text = constant::text(self.source(*command), &BTreeMap::new());
                text.is_some_and(|text| dropped(&Parsed::inner(&text.said)))
            }
        }
    }

    /// Notes that nodes do not run.
    pub fn leave_out(&mut self, nodes: &[Node], why: &str) {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return };
        walk(nodes, &mut |node| {
            if let NodeKind::Sql { parsed, .. } = &node.kind {
                self.session.pass_over(parsed);
            }
        });
        let what =
            PartOf::Left(format!("dropped: {} {}: {why}", GUARDED_STATEMENT.code, GUARDED_STATEMENT.name));
        self.parts.push(Part { span: first.span.join(last.span), what });
    }

    /// Translates a statement of the block. `place` says where in the source a byte of it is.
    pub fn statement(&mut self, span: Span, parsed: &Parsed, place: Option<Place<'_>>) -> Result<(), Stop> {
        if let Some((variable, value)) = into::read(parsed, self.session, &self.variables) {
            self.guarded = true;
            self.variables.insert(variable, Some(value));
            return Ok(());
        }
        self.readable(span, parsed)?;
        self.watch(span, parsed)?;
        let mut plan = self.session.plan_inner(parsed);
        for mut diagnostic in std::mem::take(&mut plan.diagnostics) {
            diagnostic.span = place.map_or(span, |place| {
                let start = place(diagnostic.span.start).clamp(span.start, span.end.saturating_sub(1));
                Span::new(start, place(diagnostic.span.end).clamp(start + 1, span.end.max(start + 1)))
            });
            self.diagnostics.push(diagnostic);
        }
        if !matches!(plan.outcome, Outcome::Folded) || !plan.note.is_empty() {
            let what = PartOf::Statement(Box::new(parsed.clone()), Box::new(plan));
            self.parts.push(Part { span, what });
        }
        Ok(())
    }

    /// Refuses statements that only PL/pgSQL has, or that its variables have a part in.
    fn readable(&self, span: Span, parsed: &Parsed) -> Result<(), Stop> {
        let source = parsed.source();
        let words: Vec<String> = parsed
            .tokens
            .iter()
            .filter(|t| matches!(t.kind, Kind::Word | Kind::Quoted))
            .map(|t| t.text(source).trim_matches('"').to_lowercase())
            .collect();
        let first = words.first().map_or("", String::as_str);
        let control =
            ["get", "open", "fetch", "move", "close", "exit", "continue", "assert", "call", "commit"];
        if control.contains(&first) || first == "rollback" {
            return Err(stop(refusal(span, format!("{} belongs to PL/pgSQL", first.to_uppercase()))));
        }
        if let Some(name) = words.iter().find(|word| self.variables.contains_key(*word) || *word == "found") {
            return Err(stop(refusal(span, format!("the statement reads the variable {name}"))));
        }
        let intos = words.iter().filter(|word| *word == "into").count();
        if intos > usize::from(matches!(first, "insert" | "merge")) {
            return Err(stop(refusal(span, "a variable takes what a query finds")));
        }
        Ok(())
    }
}
