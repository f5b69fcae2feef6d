//! `default-value`, `text-default`, `default-left-out`

use super::constant;
use super::default_render::{Rendered, render};
use crate::diagnostic::{Fidelity, Level, rule};
use crate::passes::expressions::arrays::bare;
use crate::passes::expressions::literals::{self, Literal};
use crate::passes::expressions::networks::is_address;
use crate::passes::expressions::types::Ty;
use crate::passes::rebuild::modify_column;
use crate::passes::types::postgres_type;
use crate::passes::{Cx, Item, Work};
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{
    AlterColumnOperation, AlterTableOperation, ColumnOption, DataType, Expr, Ident, ObjectName, Statement,
};

rule! {
    /// A default that TiDB writes another way.
    ///
    /// Casts go (`'x'::varchar`), the time has the precision of its column (`CURRENT_TIMESTAMP(6)`), uuids are made by
    /// `(uuid())`, booleans are `TRUE` and `FALSE`, bytes `X'00ff'`, and JSON is built by `(json_object())` and `(json_array())`.
    /// `uuid()` makes uuids that are unique but hold the time (version 1), where `gen_random_uuid()` makes random ones.
    pub DEFAULT_VALUE = "C022", "default-value", Tables, Exact;
}

rule! {
    /// A literal default of a text or of bytes of any length.
    ///
    /// TiDB takes no default on `LONGTEXT` and `LONGBLOB`. The column becomes a `VARCHAR(16383)`, or a `VARBINARY(65535)`, the
    /// longest types that may have one: longer values are refused, literals here and others by TiDB (error 1406), so that nothing
    /// is cut in silence.
    pub TEXT_DEFAULT = "C023", "text-default", Tables, Approximate;
}

rule! {
    /// A default that TiDB can't have.
    ///
    /// TiDB takes literals, the current time and date, and a few functions; on JSON, none before 8.5. The column
    /// has no default then: INSERT must bring the value. A column that is NOT NULL refuses rows without it.
    pub DEFAULT_LEFT_OUT = "C024", "default-left-out", Tables, Lossy, needs ExpressionDefaults | UuidToBinDefault;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for (table, column) in work.columns() {
        let is = |option: &ColumnOption| matches!(option, ColumnOption::Default(_));
        let Some(at) = column.options.iter().position(|o| is(&o.option)) else { continue };
        let ColumnOption::Default(expr) = &column.options[at].option else { continue };
        let span = cx.column_option(&column.name, "DEFAULT");
        let postgres = postgres_type(cx, &table, &column.name).unwrap_or_else(|| column.data_type.clone());
        match rendered(cx, expr, &postgres, &column.data_type, span) {
            Some(Rendered { expr, data_type }) => {
                column.options[at].option = ColumnOption::Default(expr);
                if let Some(data_type) = data_type {
                    column.data_type = data_type;
                }
            }
            None => {
                column.options.remove(at);
            }
        }
    }
    for item in &mut work.items {
        if let Item::Tree(statement) = item
            && let Statement::AlterTable(alter) = statement.as_mut()
        {
            let table = alter.name.clone();
            let types: Vec<(Ident, DataType)> = alter.operations.iter().filter_map(new_type).collect();
            for operation in &mut alter.operations {
                set_default(cx, &table, &types, operation);
            }
        }
    }
}

/// The default that a column keeps when its type changes, with the type that may have it; `None` when there is none.
pub fn kept(
    cx: &mut Cx<'_>,
    expr: &Expr,
    postgres: &DataType,
    tidb: &DataType,
    span: Span,
) -> Option<(Expr, DataType)> {
    let time = |name: &ObjectName| {
        let name = names::last(name).map(names::folded).unwrap_or_default();
        name == "current_timestamp" || name == "now"
    };
    match expr {
        Expr::Value(_) => {}
        Expr::Function(function) if time(&function.name) => {}
        _ => return Some((expr.clone(), tidb.clone())),
    }
    let rendered = rendered(cx, expr, postgres, tidb, span)?;
    Some((rendered.expr, rendered.data_type.unwrap_or_else(|| tidb.clone())))
}

/// The default for TiDB; reports what differs, and `None` when there can't be one.
fn rendered(
    cx: &mut Cx<'_>,
    expr: &Expr,
    postgres: &DataType,
    tidb: &DataType,
    span: Span,
) -> Option<Rendered> {
    let printed = printed(cx, expr, postgres);
    let expr = printed.as_ref().unwrap_or(expr);
    let constant = constant::of(expr);
    match render(cx.options, expr, &constant, postgres, tidb) {
        Ok((rendered, remark)) => {
            if let Some(remark) = remark {
                let found = match remark.level {
                    Level::Info => cx.note(remark.rule, span, remark.message),
                    _ => cx.report(remark.rule, span, remark.message),
                };
                if remark.level == Level::Warning {
                    (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
                }
                found.help = remark.help;
            }
            Some(rendered)
        }
        Err(why) => {
            cx.report(&DEFAULT_LEFT_OUT, span, format!("{why}: the column has no default")).help =
                Some("let INSERT bring the value".into());
            None
        }
    }
}

/// An interval or an address as PostgreSQL prints it, where a text holds it on TiDB.
fn printed(cx: &Cx<'_>, expr: &Expr, postgres: &DataType) -> Option<Expr> {
    let ty = Ty::of(postgres, cx.catalog);
    if !(ty == Ty::Interval || matches!(&ty, Ty::Other(name) if is_address(name))) {
        return None;
    }
    let text = match bare(expr) {
        Expr::Value(value) => literals::text_of(&value.value)?,
        Expr::Interval(interval) => match interval.value.as_ref() {
            Expr::Value(value) if interval.leading_field.is_none() => literals::text_of(&value.value)?,
            _ => return None,
        },
        _ => return None,
    };
    match literals::typed(cx, &text, &ty) {
        Ok(Literal::Text(text)) => Some(literals::string(text)),
        _ => None,
    }
}

/// The type that the same statement gives a column.
fn new_type(operation: &AlterTableOperation) -> Option<(Ident, DataType)> {
    match operation {
        AlterTableOperation::AlterColumn {
            column_name,
            op: AlterColumnOperation::SetDataType { data_type, .. },
        } => Some((column_name.clone(), data_type.clone())),
        _ => None,
    }
}

/// `ALTER COLUMN … SET DEFAULT`, which TiDB takes only for some: else the column is restated.
fn set_default(
    cx: &mut Cx<'_>,
    table: &ObjectName,
    types: &[(Ident, DataType)],
    operation: &mut AlterTableOperation,
) {
    let AlterTableOperation::AlterColumn { column_name, op: AlterColumnOperation::SetDefault { value } } =
        operation
    else {
        return;
    };
    let name: Ident = column_name.clone();
    let default = cx.words_from(&["default"], cx.ident(&name));
    let span = Span::new(default.start, cx.around(&Expr::Identifier(name.clone())).end.max(default.end));
    let Some(owner) = cx.catalog.table(table) else { return };
    let Some(column) = owner.column(&name.value) else { return };
    let Some(postgres) = postgres_type(cx, table, &name) else { return };
    let retyped = types.iter().find(|(other, _)| other.value.eq_ignore_ascii_case(&name.value));
    let tidb = retyped.map_or_else(|| column.tidb.clone(), |(_, tidb)| tidb.clone());
    let Some(Rendered { expr, data_type }) = rendered(cx, value, &postgres, &tidb, span) else {
        *operation =
            AlterTableOperation::AlterColumn { column_name: name, op: AlterColumnOperation::DropDefault };
        return;
    };
    let plain = match &expr {
        Expr::Value(_) | Expr::UnaryOp { .. } => true,
        Expr::Nested(_) => tidb != DataType::JSON,
        _ => false,
    };
    if plain && data_type.is_none() {
        *value = expr;
        return;
    }
    let mut restated = column.clone();
    restated.options.retain(|option| !matches!(option, ColumnOption::Default(_)));
    restated.options.push(ColumnOption::Default(expr));
    let data_type = data_type.unwrap_or(tidb);
    if let Statement::AlterTable(mut alter) = modify_column(owner, &restated, data_type)
        && let Some(modify) = alter.operations.pop()
    {
        *operation = modify;
    }
}
