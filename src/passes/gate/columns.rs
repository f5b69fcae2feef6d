//! Column definitions, table constraints and the columns of keys.

use super::{Checked, exprs, names, refuse, types};
use crate::passes::Cx;
use crate::text::Span;
use sqlparser::ast::{
    CheckConstraint, ColumnDef, ColumnOption, ForeignKeyConstraint, Ident, IndexColumn, OrderByExpr,
    OrderByOptions, PrimaryKeyConstraint, ReferentialAction, TableConstraint, UniqueConstraint,
};

/// Where something stands, which is looked for only when it is refused.
type At<'a> = &'a dyn Fn() -> Span;

pub fn column(cx: &Cx<'_>, column: &ColumnDef) -> Checked {
    let ColumnDef { name, data_type, options } = column;
    names::ident(cx, name)?;
    if !types::is_known(data_type) {
        return refuse(cx.column_type(name), format!("the type {data_type}"));
    }
    for option in options {
        self::option(cx, name, &option.option)?;
    }
    Ok(())
}

pub fn option(cx: &Cx<'_>, name: &Ident, option: &ColumnOption) -> Checked {
    let at = |word: &str| cx.column_option(name, word);
    match option {
        ColumnOption::Null
        | ColumnOption::NotNull
        | ColumnOption::Comment(_)
        | ColumnOption::CharacterSet(_)
        | ColumnOption::Collation(_) => Ok(()),
        ColumnOption::Default(expr) | ColumnOption::OnUpdate(expr) => exprs::check(cx, expr),
        ColumnOption::PrimaryKey(key) => primary_key(cx, key, &|| at("PRIMARY")),
        ColumnOption::Unique(key) => unique(cx, key, &|| at("UNIQUE")),
        ColumnOption::Check(check) => self::check(cx, check, &|| at("CHECK")),
        ColumnOption::DialectSpecific(_) => {
            let said = option.to_string().to_ascii_uppercase();
            let known = ["AUTO_INCREMENT", "AUTO_RANDOM", "NONCLUSTERED", "SERIAL", "VIRTUAL", "STORED"];
            if known.iter().any(|word| said.starts_with(word)) { Ok(()) } else { refuse(at(""), said) }
        }
        ColumnOption::Generated {
            generated_as: _,
            sequence_options: None,
            generation_expr: Some(expr),
            generation_expr_mode: _,
            generated_keyword: _,
        } => exprs::check(cx, expr),
        ColumnOption::Generated { .. } => refuse(at("GENERATED"), "GENERATED … AS IDENTITY"),
        // TiDB reads REFERENCES at a column and forgets it.
        ColumnOption::ForeignKey(_) => refuse(at("REFERENCES"), "REFERENCES at a column"),
        ColumnOption::Materialized(_)
        | ColumnOption::Ephemeral(_)
        | ColumnOption::Alias(_)
        | ColumnOption::Options(_)
        | ColumnOption::Identity(_)
        | ColumnOption::OnConflict(_)
        | ColumnOption::Policy(_)
        | ColumnOption::Tags(_)
        | ColumnOption::Srid(_)
        | ColumnOption::Invisible => refuse(cx.ident(name), format!("the column option {option}")),
    }
}

pub fn constraint(cx: &Cx<'_>, constraint: &TableConstraint) -> Checked {
    let whole = || cx.around(constraint);
    match constraint {
        TableConstraint::PrimaryKey(key) => primary_key(cx, key, &whole),
        TableConstraint::Unique(key) => unique(cx, key, &whole),
        TableConstraint::ForeignKey(key) => foreign_key(cx, key, &whole),
        TableConstraint::Check(check) => self::check(cx, check, &whole),
        TableConstraint::Index(index) => index.columns.iter().try_for_each(|column| index_column(cx, column)),
        TableConstraint::Exclude(_) => refuse(whole(), "EXCLUDE"),
        TableConstraint::FulltextOrSpatial(_) => refuse(whole(), "a FULLTEXT or SPATIAL key"),
        TableConstraint::PrimaryKeyUsingIndex(_) | TableConstraint::UniqueUsingIndex(_) => {
            refuse(whole(), "a constraint USING INDEX")
        }
    }
}

fn name(cx: &Cx<'_>, name: Option<&Ident>) -> Checked {
    name.map_or(Ok(()), |name| names::ident(cx, name))
}

fn primary_key(cx: &Cx<'_>, key: &PrimaryKeyConstraint, at: At<'_>) -> Checked {
    let PrimaryKeyConstraint {
        name: given,
        index_name,
        index_type: _,
        columns,
        include,
        index_options: _,
        characteristics,
    } = key;
    name(cx, given.as_ref())?;
    name(cx, index_name.as_ref())?;
    if !include.is_empty() {
        return refuse(at(), "PRIMARY KEY … INCLUDE");
    }
    if characteristics.is_some() {
        return refuse(at(), "a constraint that is DEFERRABLE");
    }
    columns.iter().try_for_each(|column| index_column(cx, column))
}

fn unique(cx: &Cx<'_>, key: &UniqueConstraint, at: At<'_>) -> Checked {
    let UniqueConstraint {
        name: given,
        index_name,
        index_type_display: _,
        index_type: _,
        columns,
        include,
        index_options: _,
        characteristics,
        nulls_distinct,
    } = key;
    name(cx, given.as_ref())?;
    name(cx, index_name.as_ref())?;
    if !include.is_empty() {
        return refuse(at(), "UNIQUE … INCLUDE");
    }
    if characteristics.is_some() {
        return refuse(at(), "a constraint that is DEFERRABLE");
    }
    if *nulls_distinct != sqlparser::ast::NullsDistinctOption::None {
        return refuse(at(), "UNIQUE NULLS [NOT] DISTINCT");
    }
    columns.iter().try_for_each(|column| index_column(cx, column))
}

fn foreign_key(cx: &Cx<'_>, key: &ForeignKeyConstraint, at: At<'_>) -> Checked {
    let ForeignKeyConstraint {
        name: given,
        index_name,
        columns,
        foreign_table,
        referred_columns,
        on_delete,
        on_update,
        match_kind,
        characteristics,
    } = key;
    name(cx, given.as_ref())?;
    name(cx, index_name.as_ref())?;
    names::object(cx, foreign_table)?;
    columns.iter().chain(referred_columns).try_for_each(|column| names::ident(cx, column))?;
    if match_kind.is_some() || characteristics.is_some() {
        return refuse(at(), "a foreign key that is DEFERRABLE or says MATCH");
    }
    let sets_default = |action: &Option<ReferentialAction>| *action == Some(ReferentialAction::SetDefault);
    if sets_default(on_delete) || sets_default(on_update) {
        return refuse(at(), "SET DEFAULT as a foreign key's action");
    }
    if referred_columns.is_empty() {
        return refuse(at(), "a foreign key without the columns it refers to");
    }
    Ok(())
}

fn check(cx: &Cx<'_>, check: &CheckConstraint, at: At<'_>) -> Checked {
    let CheckConstraint { name: given, expr, no_inherit, enforced: _ } = check;
    name(cx, given.as_ref())?;
    if *no_inherit {
        return refuse(at(), "CHECK … NO INHERIT");
    }
    exprs::check(cx, expr)
}

pub fn index_column(cx: &Cx<'_>, column: &IndexColumn) -> Checked {
    let IndexColumn { column: OrderByExpr { expr, options, with_fill }, operator_class } = column;
    let OrderByOptions { sort, nulls_first } = options;
    if let Some(class) = operator_class {
        return refuse(cx.node(expr), format!("the operator class {class}"));
    }
    if nulls_first.is_some()
        || with_fill.is_some()
        || matches!(sort, Some(sqlparser::ast::OrderBySort::Using(_)))
    {
        return refuse(cx.node(expr), "this order of an index");
    }
    match expr {
        sqlparser::ast::Expr::Identifier(ident) => names::ident(cx, ident),
        // `a(20)` is a prefix of a column in TiDB's grammar and a call in the tree's.
        sqlparser::ast::Expr::Function(function) if is_prefix(function) => Ok(()),
        sqlparser::ast::Expr::Nested(inner) => exprs::check(cx, inner),
        other => exprs::check(cx, other),
    }
}

fn is_prefix(function: &sqlparser::ast::Function) -> bool {
    use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value};
    let FunctionArguments::List(list) = &function.args else { return false };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value)))] = &list.args[..] else {
        return false;
    };
    matches!(value.value, Value::Number(..)) && function.name.0.len() == 1
}
