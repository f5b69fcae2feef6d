//! Procedural code: DO blocks, functions of triggers and triggers, as typed forms.

mod heads;
mod read;

use super::Parsed;
use super::lex::{Kind, Token};
use crate::text::{Span, may_say};
use sqlparser::ast::ObjectName;

pub use heads::{function, trigger};
pub use read::{block_of, program, texts_of};

/// A block: what it declares, what it does, what it does about errors.
#[derive(Debug, Clone)]
pub struct Block {
    pub declared: Vec<Declared>,
    pub nodes: Vec<Node>,
    pub handlers: Vec<Handler>,
}

/// A variable.
#[derive(Debug, Clone)]
pub struct Declared {
    /// Folded.
    pub name: String,
    /// What it begins with.
    pub value: Option<Span>,
}

/// `WHEN condition THEN …`
#[derive(Debug, Clone)]
pub struct Handler {
    /// In lower case; five characters for `SQLSTATE '…'`.
    pub conditions: Vec<String>,
    pub nodes: Vec<Node>,
}

/// A statement of PL/pgSQL. Spans are bytes in the statement that holds the code.
#[derive(Debug, Clone)]
pub struct Node {
    pub span: Span,
    pub kind: NodeKind,
}

#[derive(Debug, Clone)]
pub enum NodeKind {
    Null,
    If {
        arms: Vec<Arm>,
        otherwise: Vec<Node>,
    },
    Block(Box<Block>),
    Raise {
        /// It ends what runs.
        fails: bool,
    },
    Return {
        value: Span,
    },
    Execute {
        command: Span,
        /// INTO or USING follows.
        more: bool,
    },
    Assign {
        /// Folded.
        target: Vec<String>,
        value: Span,
    },
    Loop {
        /// What stands before LOOP.
        head: Span,
        nodes: Vec<Node>,
    },
    Case {
        arms: Vec<Vec<Node>>,
    },
    /// Any other statement, and PERFORM as the SELECT it is.
    Sql {
        parsed: Box<Parsed>,
        /// How many bytes of its text stand before those of the source.
        front: usize,
        /// Where the rest of its text lies.
        at: usize,
    },
}

#[derive(Debug, Clone)]
pub struct Arm {
    pub test: Span,
    pub nodes: Vec<Node>,
}

/// A function that triggers call.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: ObjectName,
    pub replaces: bool,
    pub language: String,
    /// It takes arguments of its own.
    pub arguments: bool,
    /// What it does, where that can be read.
    pub block: Option<Block>,
    /// The body's bytes in the statement.
    pub body: Span,
}

/// A statement about triggers.
#[derive(Debug, Clone)]
pub enum Routine {
    Function(Function),
    Trigger(Trigger),
}

/// Reads a CREATE FUNCTION that returns `trigger`, or a CREATE TRIGGER.
pub fn routine(source: &str, tokens: &[Token]) -> Option<Routine> {
    let mut words = tokens.iter().filter(|token| token.kind == Kind::Word).map(|token| token.text(source));
    if !words.next()?.eq_ignore_ascii_case("create") {
        return None;
    }
    // CREATE [OR REPLACE] [CONSTRAINT] …
    let says = |word: &str| words.clone().take(3).any(|here| here.eq_ignore_ascii_case(word));
    if says("function") {
        may_say(source, "trigger").then(|| function(source)).flatten().map(Routine::Function)
    } else if says("trigger") {
        trigger(source).map(Routine::Trigger)
    } else {
        None
    }
}

/// CREATE TRIGGER.
#[derive(Debug, Clone)]
pub struct Trigger {
    /// Folded.
    pub name: String,
    pub table: ObjectName,
    pub table_span: Span,
    pub before: bool,
    /// AFTER, as against INSTEAD OF.
    pub after: bool,
    /// In upper case.
    pub events: Vec<Event>,
    pub row: bool,
    pub when: Option<Span>,
    pub function: ObjectName,
    pub function_span: Span,
    /// What stands in the call's parentheses.
    pub arguments: Span,
    pub replaces: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// INSERT, UPDATE, DELETE or TRUNCATE.
    pub kind: String,
    /// The columns of `UPDATE OF`, folded.
    pub columns: Vec<String>,
}

impl Block {
    /// Every statement of SQL in it, in the order of the text.
    pub fn statements(&self) -> Vec<&Parsed> {
        let mut found = Vec::new();
        self.walk(&mut |node| {
            if let NodeKind::Sql { parsed, .. } = &node.kind {
                found.push(parsed.as_ref());
            }
        });
        found
    }

    /// Visits every node, those inside others after them.
    pub fn walk<'b>(&'b self, visit: &mut dyn FnMut(&'b Node)) {
        walk(&self.nodes, visit);
        for handler in &self.handlers {
            walk(&handler.nodes, visit);
        }
    }

    /// The names that it and the blocks in it declare.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.declared.iter().map(|d| d.name.clone()).collect();
        self.walk(&mut |node| {
            if let NodeKind::Block(block) = &node.kind {
                names.extend(block.declared.iter().map(|d| d.name.clone()));
            }
        });
        names
    }
}

/// Visits nodes and those in them.
pub fn walk<'b>(nodes: &'b [Node], visit: &mut dyn FnMut(&'b Node)) {
    for node in nodes {
        visit(node);
        match &node.kind {
            NodeKind::If { arms, otherwise } => {
                arms.iter().for_each(|arm| walk(&arm.nodes, visit));
                walk(otherwise, visit);
            }
            NodeKind::Block(block) => block.walk(visit),
            NodeKind::Loop { nodes, .. } => walk(nodes, visit),
            NodeKind::Case { arms } => arms.iter().for_each(|nodes| walk(nodes, visit)),
            _ => {}
        }
    }
}
