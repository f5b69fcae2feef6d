//! `type-using`: a type changed by an expression, through a new column.

use super::build;
use super::conversion::{TYPE_USING, mentions};
use super::state::State;
use crate::catalog::{Column, generated_name};
use crate::passes::expressions::types::Ty;
use crate::passes::expressions::{Scope, translate_to};
use crate::passes::{Cx, Item};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation as Op, ColumnDef, ColumnOption, ColumnOptionDef, Expr, Ident,
    MySQLColumnPosition, Statement, TableConstraint,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// The steps: a new column, filled by the expression, takes the place and the name of the old one.
pub fn steps(
    cx: &mut Cx<'_>,
    state: &State,
    name: &Ident,
    (old, new): (&Column, &Column),
    using: &Expr,
    span: Span,
) -> Result<Vec<Item>, ()> {
    let refuse = |cx: &mut Cx<'_>, span: Span, why: String| {
        cx.report(&TYPE_USING, span, format!("TiDB can't convert {} by an expression: {why}", old.ident))
            .refused()
            .help("add a new column, UPDATE it with the expression, drop the old one and rename");
        Err(())
    };
    let Some(table) = &state.table else {
        return refuse(cx, span, "no file of this run declares the table".into());
    };
    let column = &old.name;
    let holds = table.constraints.iter().find(|c| c.has_column(column));
    let index = table.indexes.iter().find(|i| i.tidb_name.is_some() && i.uses(column));
    let generated = table.columns.iter().find(|c| {
        c.options.iter().any(|o| match o {
            ColumnOption::Generated { generation_expr: Some(expr), .. } => mentions(expr, column),
            _ => false,
        })
    });
    let referred = state.referring(cx).any(|(_, _, columns)| columns.contains(column));
    let check = table.constraints.iter().any(|c| match &c.written {
        Some(TableConstraint::Check(check)) => mentions(&check.expr, column),
        _ => false,
    });
    let holder = holds.map(|c| c.name.clone()).or_else(|| index.map(|i| i.name.clone()));
    if let Some(holder) = holder.or_else(|| generated.map(|c| c.name.clone())) {
        return refuse(cx, span, format!("{holder} holds on to the column"));
    }
    if referred || check || super::auto_increment(old) {
        return refuse(cx, span, "others hold on to the column".into());
    }
    let declared = new_type(cx, name).unwrap_or_else(|| new.pg.clone());
    let ty = Ty::of(&declared, cx.catalog);
    let columns = table.columns.iter().map(|column| (column.name.clone(), column.pg.clone()));
    let scope = Scope::of_columns(cx, columns);
    let mut value = using.clone();
    if let Err(untranslatable) = translate_to(cx, &mut value, &scope, &ty) {
        return refuse(cx, untranslatable.span, format!("{} has no translation", untranslatable.what));
    }
    cx.note(
        &TYPE_USING,
        span,
        format!("a new column, filled by the expression, takes the place of {}", old.ident),
    );
    let made = generated_name(column, "", "new", |name| table.column(name).is_some());
    let made = names::ident(&made);
    let options: Vec<ColumnOptionDef> = new
        .options
        .iter()
        .filter(|o| matches!(o, ColumnOption::Collation(_) | ColumnOption::CharacterSet(_)))
        .map(|option| ColumnOptionDef { name: None, option: option.clone() })
        .collect();
    let bare = new.options.iter().filter(|o| **o != ColumnOption::Null).count() == options.len();
    let add = Op::AddColumn {
        column_keyword: true,
        if_not_exists: false,
        column_def: ColumnDef { name: made.clone(), data_type: new.tidb.clone(), options },
        column_position: Some(MySQLColumnPosition::After(old.ident.clone())),
    };
    let rename = Op::RenameColumn { old_column_name: made.clone(), new_column_name: old.ident.clone() };
    let mut items = vec![
        build::alter(&state.name, vec![add]),
        Item::Text(format!("UPDATE {} SET {made} = {value}", state.name)),
        build::alter(&state.name, vec![build::drop_column(old.ident.clone())]),
        build::alter(&state.name, vec![rename]),
    ];
    if !bare {
        items.push(build::alter(&state.name, vec![build::modify(new)]));
    }
    Ok(items)
}

/// The text that PostgreSQL makes of a column of bytes.
pub fn printed_bytes(column: &Ident) -> Option<Expr> {
    let text = format!(r"'\x' || encode({column}, 'hex')");
    Parser::new(&GenericDialect {}).try_with_sql(&text).ok()?.parse_expr().ok()
}

/// PostgreSQL's new type.
fn new_type(cx: &Cx<'_>, name: &Ident) -> Option<sqlparser::ast::DataType> {
    let Ok(Statement::AlterTable(alter)) = cx.parsed.tree.as_deref() else { return None };
    alter.operations.iter().find_map(|operation| match operation {
        Op::AlterColumn { column_name, op: AlterColumnOperation::SetDataType { data_type, .. } }
            if names::folded(column_name) == names::folded(name) =>
        {
            Some(data_type.clone())
        }
        _ => None,
    })
}
