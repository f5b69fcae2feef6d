//! `nonclustered-key`: a primary key that a later statement of the run drops or changes.

use crate::catalog::{NONCLUSTERED, generated_name};
use crate::diagnostic::rule;
use crate::passes::ahead::{Change, Later};
use crate::passes::{Cx, Work, index_columns};
use crate::syntax::names;
use sqlparser::ast::{
    ColumnOption, ColumnOptionDef, CreateTable, CreateTableOptions, DataType, Ident, IndexOption, IndexType,
    SqlOption, Statement, TableConstraint,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Word};

rule! {
    /// A primary key that a later statement drops or changes.
    ///
    /// TiDB stores the rows of a table by its primary key, and such a key can't be dropped, nor can the type of its
    /// columns change. Where a later statement of the run does so, the key is made `NONCLUSTERED`: rows are stored by a
    /// hidden number, and the key is an index like any other. So the files of a project have to be converted together.
    /// A column that would be `AUTO_RANDOM` becomes `AUTO_INCREMENT` then.
    pub NONCLUSTERED_KEY = "C400", "nonclustered-key", Tables, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if cx.later.is_empty() {
        return;
    }
    let later = cx.later;
    let Some(create) = work.create_table().filter(|create| !create.temporary) else { return };
    let Some((columns, name)) = primary_key(create) else { return };
    let Some(why) = later.iter().find_map(|later| reason(cx, create, &columns, &name, later)) else { return };
    let span = mark(cx, create);
    cx.note(
        &NONCLUSTERED_KEY,
        span,
        format!("{why}: TiDB can do that where the primary key is NONCLUSTERED"),
    );
}

/// The columns and the name of the primary key.
pub(super) fn primary_key(create: &CreateTable) -> Option<(Vec<String>, String)> {
    let table = names::last(&create.name).map(names::folded)?;
    let made_up = || generated_name(&table, "", "pkey", |_| false);
    let inline = create.columns.iter().find_map(|column| {
        let option = column.options.iter().find(|o| matches!(o.option, ColumnOption::PrimaryKey(_)))?;
        Some((vec![names::folded(&column.name)], option.name.as_ref().map(names::folded)))
    });
    let listed = || {
        create.constraints.iter().find_map(|constraint| match constraint {
            TableConstraint::PrimaryKey(key) => {
                Some((index_columns(&key.columns), key.name.as_ref().map(names::folded)))
            }
            _ => None,
        })
    };
    let (columns, name) = inline.or_else(listed)?;
    Some((columns, name.unwrap_or_else(made_up)))
}

/// Why a later change needs the key NONCLUSTERED, if it does.
fn reason(
    cx: &Cx<'_>,
    create: &CreateTable,
    columns: &[String],
    name: &str,
    later: &Later,
) -> Option<String> {
    let what = match &later.change {
        Change::DropConstraint(dropped) if dropped == name => "drops the primary key".to_string(),
        Change::DropColumn(column) if columns.contains(column) => {
            format!("drops `{column}`, a column of the primary key")
        }
        // One that is folded into this statement is not another.
        Change::AddPrimaryKey if has_key_in_source(cx) => "makes another primary key".to_string(),
        Change::Retype(column, to) if columns.contains(column) => {
            let own = create.columns.iter().find(|c| names::folded(&c.name) == *column)?;
            if keeps(cx, &own.data_type, to) {
                return None;
            }
            format!("changes the type of `{column}`, a column of the primary key")
        }
        _ => return None,
    };
    let file = std::path::Path::new(&*later.file).file_name().map_or_else(
        || "a later statement".to_string(),
        |name| match &*later.file == cx.place {
            true => "a later statement".to_string(),
            false => format!("`{}`", name.to_string_lossy()),
        },
    );
    Some(format!("{file} {what}"))
}

fn has_key_in_source(cx: &Cx<'_>) -> bool {
    matches!(cx.parsed.tree.as_deref(), Ok(Statement::CreateTable(create)) if primary_key(create).is_some())
}

/// Whether TiDB changes a type to one of these words while it is in a clustered key.
fn keeps(cx: &Cx<'_>, own: &DataType, to: &str) -> bool {
    let Ok(to) = Parser::new(&PostgreSqlDialect {}).try_with_sql(to).and_then(|mut p| p.parse_data_type())
    else {
        return false;
    };
    crate::passes::alter::grows_in_key(own, &to, u64::from(cx.options.indexed_text))
}

/// Writes NONCLUSTERED to the primary key; returns where it stands in the source.
fn mark(cx: &Cx<'_>, create: &mut CreateTable) -> crate::text::Span {
    let mut span = cx.head();
    for column in &mut create.columns {
        for option in &mut column.options {
            if let ColumnOption::DialectSpecific(tokens) = &mut option.option
                && tokens.iter().any(|token| token.to_string() == "AUTO_RANDOM")
            {
                *tokens = vec![bare("AUTO_INCREMENT")];
            }
        }
        if let Some(at) = column.options.iter().position(|o| matches!(o.option, ColumnOption::PrimaryKey(_)))
        {
            span = cx.column_option(&column.name, "primary");
            let option = ColumnOption::DialectSpecific(vec![bare("NONCLUSTERED")]);
            column.options.insert(at + 1, ColumnOptionDef { name: None, option });
        }
    }
    if let CreateTableOptions::Plain(options) = &mut create.table_options {
        for option in options {
            if let SqlOption::KeyValue { key, .. } = option
                && key.value == "AUTO_RANDOM_BASE"
            {
                key.value = "AUTO_INCREMENT".into();
            }
        }
    }
    for constraint in &mut create.constraints {
        if let TableConstraint::PrimaryKey(key) = constraint {
            span = cx.around(&*key);
            key.index_options.push(IndexOption::Using(IndexType::Custom(Ident::new(NONCLUSTERED))));
        }
    }
    span
}

fn bare(word: &str) -> Token {
    Token::Word(Word { value: word.to_string(), quote_style: None, keyword: Keyword::NoKeyword })
}
