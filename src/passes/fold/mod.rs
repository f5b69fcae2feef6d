//! Folding: what a file says about a table after its CREATE TABLE and TiDB can only say, or says best, in it.

mod decide;
mod rows;
mod scan;

pub use rows::{RowsLog, is_about_rows};

use crate::catalog::{Catalog, Name};
use crate::diagnostic::{Rule, rule};
use crate::syntax::walk::WalkMut;
use crate::syntax::{Parsed, names};
use sqlparser::ast::{
    ColumnOption, ColumnOptionDef, CommentDef, CreateTable, CreateTableOptions, Expr, GeneratedAs, Ident,
    SequenceOptions, SqlOption, Statement, TableConstraint, Value, VisitorMut,
};
use sqlparser::tokenizer::Span as SqlSpan;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

rule! {
    /// A statement that the CREATE TABLE of the same file takes over.
    ///
    /// TiDB decides in CREATE TABLE which column numbers its rows, and stores a table by its primary key only if the key is
    /// declared there. pg_dump, and many migrations, say both afterwards: `CREATE SEQUENCE`, `ALTER SEQUENCE … OWNED BY`,
    /// `SET DEFAULT nextval(…)`, `ADD GENERATED … AS IDENTITY`, `ADD PRIMARY KEY`, `setval`, `COMMENT ON`. What stands in the
    /// file that creates the table becomes part of the CREATE TABLE, unless rows or the table were changed in between in
    /// a way that could make a difference; the statement stays in its place as a comment. Nothing is folded into another
    /// file.
    pub FOLDED_STATEMENT = "S500", "folded-statement", Statements, Exact;
}

/// The rules of folding.
pub static RULES: &[&Rule] = &[&FOLDED_STATEMENT];

/// What a CREATE TABLE takes over.
#[derive(Debug, Clone, PartialEq)]
enum Change {
    Key(TableConstraint),
    /// The column numbers its rows, from `start`; the sequence that did so on PostgreSQL.
    Numbered {
        column: String,
        sequence: Name,
        start: i128,
        always: bool,
    },
    TableComment(String),
    ColumnComment {
        column: String,
        text: String,
    },
}

/// A statement that was folded.
#[derive(Debug, Clone, PartialEq)]
pub struct Gone {
    pub table: Name,
    pub message: String,
}

/// What is folded in a file, by the numbers of its declaring statements.
#[derive(Debug, Clone, Default)]
pub struct Folds {
    into: BTreeMap<usize, Taken>,
    gone: BTreeMap<usize, Gone>,
}

/// All that one CREATE TABLE takes over.
#[derive(Debug, Clone, PartialEq)]
struct Taken {
    table: Name,
    changes: Vec<Change>,
}

impl Folds {
    /// Finds what can be folded. `statements` are the declaring ones, in order.
    pub fn of(statements: &[&Parsed], rows: &RowsLog, catalog: &Catalog) -> Folds {
        if statements.len() < 2 {
            return Folds::default();
        }
        decide::decide(scan::scan(statements), rows, catalog)
    }

    pub fn gone(&self, number: usize) -> Option<&Gone> {
        self.gone.get(&number)
    }

    /// The CREATE TABLE with what it takes over.
    pub fn declared(&self, number: usize, tree: &Statement) -> Option<Statement> {
        let taken = self.into.get(&number)?;
        let mut tree = tree.clone();
        if let Statement::CreateTable(create) = &mut tree {
            taken.changes.iter().for_each(|change| change.apply(create));
        }
        Some(tree)
    }

    /// Tells the catalog which sequences the columns of a CREATE TABLE count for.
    pub fn declare_sequences(&self, number: usize, catalog: &mut Catalog) {
        let Some(Taken { table, changes }) = self.into.get(&number) else { return };
        for change in changes {
            if let Change::Numbered { column, sequence, .. } = change
                && catalog.sequence_of(table, column).is_some()
            {
                catalog.name_counter(sequence.clone(), table, column);
            }
        }
    }
}

impl Change {
    fn apply(&self, create: &mut CreateTable) {
        match self {
            Change::Key(key) => {
                let mut key = key.clone();
                let _ = key.walk_mut(&mut Elsewhere);
                create.constraints.push(key);
            }
            Change::Numbered { column, start, always, .. } => {
                let Some(column) = find(create, column) else { return };
                column.options.retain(|option| !matches!(option.option, ColumnOption::Default(_)));
                let start = (*start != 1).then(|| {
                    let number = Expr::Value(Value::Number(start.to_string(), false).into());
                    vec![SequenceOptions::StartWith(number, true)]
                });
                let identity = ColumnOption::Generated {
                    generated_as: if *always { GeneratedAs::Always } else { GeneratedAs::ByDefault },
                    sequence_options: start,
                    generation_expr: None,
                    generation_expr_mode: None,
                    generated_keyword: true,
                };
                column.options.push(ColumnOptionDef { name: None, option: identity });
            }
            Change::ColumnComment { column, text } => {
                if let Some(column) = find(create, column) {
                    let option = ColumnOption::Comment(text.clone());
                    column.options.push(ColumnOptionDef { name: None, option });
                }
            }
            Change::TableComment(text) => {
                let comment = SqlOption::Comment(CommentDef::WithEq(text.replace('\'', "''")));
                match &mut create.table_options {
                    CreateTableOptions::Plain(options) => options.push(comment),
                    CreateTableOptions::None => {
                        create.table_options = CreateTableOptions::Plain(vec![comment]);
                    }
                    _ => {}
                }
            }
        }
    }
}

fn find<'c>(create: &'c mut CreateTable, column: &str) -> Option<&'c mut sqlparser::ast::ColumnDef> {
    create.columns.iter_mut().find(|c| names::folded(&c.name) == column)
}

/// What comes from another statement has no place in this one.
struct Elsewhere;

impl VisitorMut for Elsewhere {
    type Break = ();

    fn pre_visit_ident(&mut self, ident: &mut Ident) -> ControlFlow<()> {
        ident.span = SqlSpan::empty();
        ControlFlow::Continue(())
    }
}
