//! One look over a file's statements: which tables it creates, what is said about them later, which sequences count what.

use crate::catalog::Name;
use crate::passes::sequences::calls::{self, What};
use crate::passes::types::alias;
use crate::syntax::sequence::{self, About, Alter, Identity, Options, SequenceStatement};
use crate::syntax::{Parsed, names};
use sqlparser::ast::{
    AlterColumnOperation, AlterTable, AlterTableOperation as Op, ColumnOption, CommentObject, CreateTable,
    DataType, Expr, GeneratedAs, IndexColumn, ObjectType, Statement, TableConstraint,
};
use std::collections::{BTreeMap, BTreeSet};

/// A table that the file creates.
#[derive(Debug, Clone)]
pub struct Created {
    pub table: Name,
    pub at: usize,
    /// The first statement after which it may be another table than it was.
    pub until: usize,
    pub columns: Vec<Column>,
    /// The columns of its primary key, if it has one from the start.
    pub key: Option<Vec<String>>,
    /// A constraint or a column is dropped later: TiDB can't drop a key that the table is stored by.
    pub undone: bool,
}

#[derive(Debug, Clone)]
pub struct Column {
    pub name: String,
    pub integer: bool,
    pub not_null: bool,
    pub numbered: bool,
    /// The sequence of its default.
    pub counts: Option<Name>,
}

/// Something said about a created table later.
#[derive(Debug, Clone)]
pub struct Later {
    pub at: usize,
    /// Its place among the created.
    pub created: usize,
    pub what: Said,
}

#[derive(Debug, Clone)]
pub enum Said {
    Key(Box<TableConstraint>, Vec<String>),
    Default { column: String, sequence: Name },
    Identity { column: String, always: bool, options: Box<Options> },
    TableComment(String),
    ColumnComment { column: String, text: String },
}

/// A sequence that the file creates.
#[derive(Debug, Clone, Default)]
pub struct Counting {
    /// Its CREATE SEQUENCE.
    pub at: Option<usize>,
    pub options: Options,
    /// Statements that say what column it belongs to, and the last of them.
    pub owned: Vec<usize>,
    pub owner: Option<(Name, String)>,
    /// `SELECT setval(…)` of a literal: the statement, and the next number after it.
    pub set: Vec<(usize, i128)>,
    /// Statements that only say how it is stored or repeat its type.
    pub idle: Vec<usize>,
    /// Other changes, so that it stays what it is.
    pub changed: bool,
}

#[derive(Debug, Default)]
pub struct Scanned {
    pub created: Vec<Created>,
    pub later: Vec<Later>,
    pub sequences: BTreeMap<Name, Counting>,
    /// How often each sequence is asked for a number.
    pub calls: BTreeMap<Name, usize>,
    /// Unique keys and indexes of one column, or that begin with it.
    pub keyed: BTreeSet<(Name, String)>,
    /// Statements that may do anything to rows and tables.
    pub opaque: Vec<usize>,
    now: BTreeMap<Name, usize>,
}

pub fn scan(statements: &[&Parsed]) -> Scanned {
    let mut scanned = Scanned::default();
    for (at, parsed) in statements.iter().enumerate() {
        if let Some(said) = sequence::read(parsed.source(), &parsed.tokens) {
            scanned.sequence(at, &said);
            continue;
        }
        match parsed.tree.as_deref() {
            Ok(tree) => scanned.statement(at, parsed, tree),
            Err(_) => scanned.unread(at, parsed),
        }
    }
    scanned
}

impl Scanned {
    fn statement(&mut self, at: usize, parsed: &Parsed, tree: &Statement) {
        if mentions_calls(parsed) {
            for (what, name) in calls::all(tree) {
                if matches!(what, What::Next | What::Current) {
                    *self.calls.entry(name).or_default() += 1;
                }
            }
        }
        match tree {
            Statement::CreateTable(create) => self.create(at, create),
            Statement::AlterTable(alter) => self.alter(at, alter),
            Statement::CreateIndex(index) if index.unique && index.predicate.is_none() => {
                self.key(&Name::of(&index.table_name), &index.columns);
            }
            Statement::Comment { object_type, object_name, comment: Some(comment), .. } => {
                self.comment(at, *object_type, object_name, comment);
            }
            Statement::Drop { object_type: ObjectType::Table, names: dropped, .. } => {
                for name in dropped {
                    self.close(&Name::of(name), at);
                }
            }
            Statement::Drop { object_type: ObjectType::Schema, .. } => self.opaque.push(at),
            Statement::Drop { object_type: ObjectType::Sequence, names: dropped, .. } => {
                for name in dropped {
                    self.sequences.entry(Name::of(name)).or_default().changed = true;
                }
            }
            Statement::Query(query) => match calls::selected(query) {
                Some((call, None)) if call.what == What::Set => self.set(at, &call),
                Some((call, Some(_))) if call.what == What::Set => {}
                _ => self.query(at, parsed),
            },
            Statement::Truncate(truncate) => {
                for table in &truncate.table_names {
                    self.close(&Name::of(&table.name), at);
                }
            }
            Statement::Rollback { .. }
            | Statement::Merge { .. }
            | Statement::Call(_)
            | Statement::Execute { .. }
            | Statement::Insert(_)
            | Statement::Update(_)
            | Statement::Delete(_) => self.opaque.push(at),
            _ => {}
        }
    }

    /// A query may call what changes rows; a setting of the session does not.
    fn query(&mut self, at: usize, parsed: &Parsed) {
        let source = parsed.source();
        let setting = parsed.tokens.iter().any(|t| t.text(source).eq_ignore_ascii_case("set_config"));
        if !setting {
            self.opaque.push(at);
        }
    }

    fn unread(&mut self, at: usize, parsed: &Parsed) {
        let head = parsed.head(1);
        let source = parsed.source();
        let says = |word: &str| parsed.tokens.iter().any(|t| t.text(source).eq_ignore_ascii_case(word));
        let may_change = match head.as_str() {
            "ALTER" => says("rename") || says("drop") || says("type") || says("schema"),
            "CREATE" | "COMMENT" | "GRANT" | "REVOKE" | "SET" | "RESET" | "ANALYZE" | "VACUUM"
            | "REINDEX" | "CLUSTER" | "LOCK" | "SECURITY" | "REFRESH" | "IMPORT" | "REASSIGN" => false,
            "DROP" => says("table") || says("owned") || says("schema"),
            _ => true,
        };
        if may_change {
            self.opaque.push(at);
        }
    }

    fn close(&mut self, table: &Name, at: usize) {
        if let Some(place) = self.now.remove(table) {
            self.created[place].until = at;
        }
    }

    fn create(&mut self, at: usize, create: &CreateTable) {
        let table = Name::of(&create.name);
        if create.if_not_exists && self.now.contains_key(&table) {
            return;
        }
        self.close(&table, at);
        let mut key = None;
        let mut columns = Vec::new();
        for column in &create.columns {
            let name = names::folded(&column.name);
            let mut own = Column {
                integer: is_integer(&column.data_type),
                not_null: false,
                numbered: is_serial(&column.data_type),
                counts: None,
                name,
            };
            for option in &column.options {
                match &option.option {
                    ColumnOption::NotNull => own.not_null = true,
                    ColumnOption::PrimaryKey(_) => {
                        own.not_null = true;
                        key = Some(vec![own.name.clone()]);
                    }
                    ColumnOption::Unique(_) => {
                        self.keyed.insert((table.clone(), own.name.clone()));
                    }
                    ColumnOption::Default(expr) => own.counts = next_of(expr),
                    ColumnOption::Generated {
                        generation_expr: None,
                        generated_as: GeneratedAs::Always | GeneratedAs::ByDefault,
                        ..
                    } => own.numbered = true,
                    _ => {}
                }
            }
            columns.push(own);
        }
        for constraint in &create.constraints {
            match constraint {
                TableConstraint::PrimaryKey(primary) => key = plain(&primary.columns),
                TableConstraint::Unique(unique) => self.key(&table, &unique.columns),
                _ => {}
            }
        }
        let plain = create.query.is_none() && create.partition_of.is_none() && create.inherits.is_none();
        let place = self.created.len();
        self.created.push(Created {
            table: table.clone(),
            at,
            until: usize::MAX,
            columns,
            key,
            undone: false,
        });
        if plain {
            self.now.insert(table, place);
        }
    }

    fn key(&mut self, table: &Name, columns: &[IndexColumn]) {
        if let Some(first) = plain(columns).and_then(|columns| columns.into_iter().next()) {
            self.keyed.insert((table.clone(), first));
        }
    }

    fn alter(&mut self, at: usize, alter: &AlterTable) {
        let table = Name::of(&alter.name);
        for operation in &alter.operations {
            match operation {
                Op::AddConstraint { constraint: TableConstraint::Unique(unique), .. } => {
                    self.key(&table, &unique.columns);
                }
                Op::DropColumn { .. } | Op::DropConstraint { .. } => {
                    let places = self.created.iter_mut().filter(|created| created.table == table);
                    places.for_each(|created| created.undone = true);
                    self.close(&table, at);
                }
                Op::RenameTable { .. }
                | Op::RenameColumn { .. }
                | Op::AlterColumn { op: AlterColumnOperation::SetDataType { .. }, .. } => {
                    self.close(&table, at)
                }
                _ => {}
            }
        }
        let Some(&created) = self.now.get(&table) else { return };
        let [only] = &alter.operations[..] else { return };
        let what = match only {
            Op::AddConstraint { constraint: constraint @ TableConstraint::PrimaryKey(key), .. } => {
                match plain(&key.columns) {
                    Some(columns) => Said::Key(Box::new(constraint.clone()), columns),
                    None => return,
                }
            }
            Op::AlterColumn { column_name, op: AlterColumnOperation::SetDefault { value } } => {
                match next_of(value) {
                    Some(sequence) => Said::Default { column: names::folded(column_name), sequence },
                    None => return,
                }
            }
            _ => return,
        };
        self.later.push(Later { at, created, what });
    }

    fn sequence(&mut self, at: usize, said: &SequenceStatement) {
        let name = Name::of(&said.name);
        let owner = |options: &Options| {
            let (table, column) = options.owned_by.clone()??;
            Some((Name::of(&table), names::folded(&column)))
        };
        match &said.about {
            About::Create { temporary } => {
                let counting = self.sequences.entry(name).or_default();
                counting.changed |= *temporary || counting.at.is_some();
                counting.at = Some(at);
                counting.owner = owner(&said.options).or(counting.owner.take());
                counting.options = said.options.clone();
            }
            About::Alter(Alter::Storage) => self.sequences.entry(name).or_default().idle.push(at),
            About::Alter(Alter::Options) => {
                let counting = self.sequences.entry(name).or_default();
                let Options { owned_by, data_type, .. } = &said.options;
                let only_owner = Options { owned_by: owned_by.clone(), ..Options::default() } == said.options;
                let only_type =
                    Options { data_type: data_type.clone(), ..Options::default() } == said.options;
                if only_owner {
                    counting.owner = owner(&said.options);
                    counting.owned.push(at);
                } else if only_type {
                    counting.idle.push(at);
                } else {
                    counting.changed = true;
                }
            }
            About::Alter(_) => self.sequences.entry(name).or_default().changed = true,
            About::Identity(column, Identity::Add { always }) => {
                if let Some(&created) = self.now.get(&name) {
                    let column = names::folded(column);
                    let options = Box::new(said.options.clone());
                    let what = Said::Identity { column, always: *always, options };
                    self.later.push(Later { at, created, what });
                }
            }
            About::Identity(..) => self.close(&name, at),
        }
    }

    fn set(&mut self, at: usize, call: &calls::Call<'_>) {
        let Some(name) = call.sequence() else { return };
        if let Some(next) = calls::next_after(call, 1) {
            self.sequences.entry(name).or_default().set.push((at, next));
        }
    }

    fn comment(&mut self, at: usize, kind: CommentObject, name: &sqlparser::ast::ObjectName, text: &str) {
        let mut table = name.clone();
        let text = text.to_string();
        let (most, what) = match kind {
            CommentObject::Table => (2048, Said::TableComment(text)),
            CommentObject::Column => {
                let Some(column) = table.0.pop().and_then(|part| part.as_ident().map(names::folded)) else {
                    return;
                };
                (1024, Said::ColumnComment { column, text })
            }
            _ => return,
        };
        let (Said::TableComment(text) | Said::ColumnComment { text, .. }) = &what else { return };
        if text.is_empty() || text.chars().count() > most {
            return;
        }
        if let Some(&created) = self.now.get(&Name::of(&table)) {
            self.later.push(Later { at, created, what });
        }
    }
}

/// The words are looked for first: most statements call no sequence.
fn mentions_calls(parsed: &Parsed) -> bool {
    let source = parsed.source();
    parsed.tokens.iter().any(|token| {
        let text = token.text(source);
        text.len() == 7 && (text.eq_ignore_ascii_case("nextval") || text.eq_ignore_ascii_case("currval"))
    })
}

/// The sequence of `nextval('…')`.
fn next_of(expr: &Expr) -> Option<Name> {
    match expr {
        Expr::Nested(inner) | Expr::Cast { expr: inner, .. } => next_of(inner),
        _ => calls::of(expr).filter(|call| call.what == What::Next)?.sequence(),
    }
}

fn plain(columns: &[IndexColumn]) -> Option<Vec<String>> {
    let names = crate::passes::index_columns(columns);
    (names.len() == columns.len() && !names.is_empty()).then_some(names)
}

fn is_integer(data_type: &DataType) -> bool {
    let canonical = alias::canonical(data_type);
    matches!(
        canonical.as_ref().unwrap_or(data_type),
        DataType::Int(_)
            | DataType::Integer(_)
            | DataType::Int2(_)
            | DataType::Int4(_)
            | DataType::Int8(_)
            | DataType::SmallInt(_)
            | DataType::BigInt(_)
    )
}

fn is_serial(data_type: &DataType) -> bool {
    crate::passes::tables::serial_column::width(data_type).is_some()
}
