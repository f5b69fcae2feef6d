//! A table: what PostgreSQL declared and what stands for it on TiDB.

use super::Name;
use crate::syntax::names;
use sqlparser::ast::{
    ColumnOption, ConstraintCharacteristics, ConstraintUsingIndex, CreateIndex, DataType, DeferrableInitial,
    Expr, Ident, ObjectName, ReferentialAction, TableConstraint, Value,
};
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: Name,
    /// The name as TiDB's statements write it.
    pub tidb_name: ObjectName,
    pub columns: Vec<Column>,
    pub constraints: Vec<Constraint>,
    pub indexes: Vec<Index>,
    /// Why TiDB does not have it, if it doesn't.
    pub missing: Option<String>,
    pub temporary: bool,
    /// How it is partitioned.
    pub partitioning: Option<Box<super::Partitioning>>,
    /// The table that it is a partition of; then it is missing on TiDB as a table.
    pub part_of: Option<Name>,
    /// The tables that show its rows on PostgreSQL, since it inherits from them.
    pub parents: Vec<Name>,
    /// The rows are stored by the primary key, which TiDB can't drop then.
    pub clustered: bool,
    /// Rows brought ids that the table would have made, and no setval came after.
    pub explicit_ids: bool,
    pub triggers: Vec<Trigger>,
}

/// A trigger as declared.
#[derive(Debug, Clone, PartialEq)]
pub struct Trigger {
    /// Folded.
    pub name: String,
    pub function: Name,
    /// The columns that take the time of an UPDATE on TiDB for it.
    pub columns: Vec<String>,
    /// The defaults that columns had before it gave them the time of an INSERT.
    pub defaults: Vec<(String, Option<Expr>)>,
    /// `INSERT` and the like, where it is not on TiDB and does something to rows.
    pub lost: Vec<String>,
}

/// What is known of a function that triggers call.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Routine {
    /// It only sets columns to the time.
    pub touch: Option<Touch>,
    /// What it does, in words.
    pub effects: String,
    pub help: String,
}

/// A function that sets columns of the row to the time, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touch {
    /// Folded.
    pub columns: Vec<String>,
    /// Only where the row changed.
    pub changed: bool,
    /// Only in an UPDATE.
    pub update: bool,
    /// Only where the statement left the column as it was.
    pub untouched: bool,
    /// The time is UTC's, whatever the session's zone is.
    pub utc: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Folded.
    pub name: String,
    pub ident: Ident,
    pub pg: DataType,
    pub tidb: DataType,
    /// What TiDB's definition says after the type: enough to restate the column.
    pub options: Vec<ColumnOption>,
    /// GENERATED ALWAYS AS IDENTITY.
    pub always: bool,
    /// The default that PostgreSQL's column has and TiDB's can't have.
    pub lost_default: Option<Arc<Expr>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// PostgreSQL's name, folded; made up as PostgreSQL does where the author gave none.
    pub name: String,
    /// The name on TiDB, if it is there under one.
    pub tidb_name: Option<String>,
    pub kind: ConstraintKind,
    /// Folded.
    pub columns: Vec<String>,
    /// TiDB's form of a CHECK or a foreign key, to say it again after a rename.
    pub written: Option<TableConstraint>,
    /// A foreign key NOT VALID: the rows that were there are not checked yet.
    pub unchecked: bool,
    /// When PostgreSQL checks it.
    pub timing: Timing,
}

/// When a constraint is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Timing {
    #[default]
    Statement,
    /// DEFERRABLE: with each statement unless SET CONSTRAINTS puts it off.
    Deferrable,
    /// DEFERRABLE INITIALLY DEFERRED: at the transaction's end.
    Deferred,
}

impl Timing {
    pub fn of(said: Option<&ConstraintCharacteristics>) -> Timing {
        match said {
            Some(said) if said.initially == Some(DeferrableInitial::Deferred) => Timing::Deferred,
            Some(said) if said.deferrable == Some(true) => Timing::Deferrable,
            _ => Timing::Statement,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum ConstraintKind {
    PrimaryKey,
    Unique,
    Check,
    ForeignKey {
        table: Name,
        columns: Vec<String>,
        on_delete: Option<ReferentialAction>,
        on_update: Option<ReferentialAction>,
    },
    Exclude,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Folded.
    pub name: String,
    /// The name on TiDB, if it is there.
    pub tidb_name: Option<String>,
    pub unique: bool,
    /// Folded names of the plain columns it covers.
    pub columns: Vec<String>,
    /// Made by a constraint of the same name.
    pub constraint: bool,
    /// Folded names of the columns that its expressions, its predicate and INCLUDE mention.
    pub mentions: Vec<String>,
    /// Its expressions, as `inference_text` writes them.
    pub expressions: Vec<String>,
    /// The condition of a partial index, as `inference_text` writes it.
    pub predicate: Option<String>,
    /// TiDB's index, where it computes: to say it again.
    pub written: Option<Arc<CreateIndex>>,
    /// Columns of TiDB's table that compute for it, which PostgreSQL does not have.
    pub helpers: Vec<String>,
}

impl Table {
    /// Whether TiDB's table has columns that PostgreSQL's has not.
    pub fn has_helpers(&self) -> bool {
        self.indexes.iter().any(|index| !index.helpers.is_empty())
    }

    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        self.columns.iter_mut().find(|column| column.name.eq_ignore_ascii_case(name))
    }

    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name.eq_ignore_ascii_case(name))
    }

    pub fn primary_key(&self) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.kind == ConstraintKind::PrimaryKey)
    }

    /// Makes a constraint of a unique index, under the constraint's name if it has one.
    pub(super) fn adopt_index(&mut self, using: &ConstraintUsingIndex, primary: bool) {
        let old = names::folded(&using.index_name);
        let name = using.name.as_ref().map_or_else(|| old.clone(), names::folded);
        let Some(index) = self.indexes.iter_mut().find(|index| index.name == old) else { return };
        index.name.clone_from(&name);
        index.constraint = true;
        index.tidb_name =
            index.tidb_name.is_some().then(|| if primary { "PRIMARY".into() } else { name.clone() });
        let kind = if primary { ConstraintKind::PrimaryKey } else { ConstraintKind::Unique };
        let (tidb_name, columns) = (index.tidb_name.clone(), index.columns.clone());
        if primary {
            self.columns.iter_mut().filter(|c| columns.contains(&c.name)).for_each(Column::set_not_null);
        }
        self.constraints.push(Constraint {
            name,
            tidb_name,
            kind,
            columns,
            written: None,
            unchecked: false,
            timing: Timing::default(),
        });
    }

    /// Whether a constraint or an index of the table has this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.constraint(name).is_some()
            || self.indexes.iter().any(|index| index.name.eq_ignore_ascii_case(name))
    }

    /// Whether a key or an index covers this column.
    pub fn is_keyed(&self, column: &str) -> bool {
        self.indexes.iter().any(|index| index.columns.iter().any(|c| c.eq_ignore_ascii_case(column)))
            || self.constraints.iter().any(|c| {
                matches!(c.kind, ConstraintKind::ForeignKey { .. })
                    && c.columns.iter().any(|c| c.eq_ignore_ascii_case(column))
            })
    }
}

impl Index {
    /// Whether TiDB's index has the column in an expression.
    pub fn computes_with(&self, column: &str) -> bool {
        let written = self.written.iter().flat_map(|index| &index.columns).map(|c| &c.column.expr);
        let says = |expr: &Expr| !super::mentioned_names(expr, |name| name == column).is_empty();
        self.mentions.iter().any(|name| name == column)
            || written.filter(|expr| matches!(expr, Expr::Nested(_))).any(says)
    }

    /// Whether PostgreSQL drops it along with this column.
    pub fn uses(&self, column: &str) -> bool {
        self.columns.iter().chain(&self.mentions).any(|c| c.eq_ignore_ascii_case(column))
    }
}

impl Constraint {
    pub fn has_column(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c.eq_ignore_ascii_case(column))
    }

    /// Whether it is a foreign key to this table.
    pub fn refers_to(&self, name: &Name) -> bool {
        matches!(&self.kind, ConstraintKind::ForeignKey { table, .. } if table == name)
    }
}

impl Column {
    pub fn not_null(&self) -> bool {
        self.options.contains(&ColumnOption::NotNull)
    }

    pub fn set_not_null(&mut self) {
        // A default of NULL is none: TiDB would put an empty value in its place.
        self.options.retain(|option| {
            let none =
                matches!(option, ColumnOption::Default(Expr::Value(value)) if value.value == Value::Null);
            *option != ColumnOption::Null && !none
        });
        if !self.not_null() {
            self.options.insert(0, ColumnOption::NotNull);
        }
    }
}
