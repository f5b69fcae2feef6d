//! The columns that a query gives: PostgreSQL's names for them, and their types as a table would declare them.

use crate::passes::Cx;
use crate::passes::expressions::literals;
use crate::passes::expressions::scope::{Lookup, Scope};
use crate::passes::expressions::types::Ty;
use crate::syntax::names;
use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator as Op, CharacterLength, DataType, ExactNumberInfo, Expr, Function,
    FunctionArg, FunctionArgExpr, FunctionArguments, ObjectName, SelectItem, SetExpr, TimezoneInfo,
    TrimWhereField, Value,
};

/// The name that PostgreSQL gives a column of this expression.
pub fn name(expr: &Expr) -> String {
    figured(expr).unwrap_or_else(|| "?column?".into())
}

fn figured(expr: &Expr) -> Option<String> {
    let fixed = |name: &str| Some(name.to_string());
    match expr {
        Expr::Identifier(ident) => Some(ident.value.clone()),
        Expr::CompoundIdentifier(parts) => parts.last().map(|ident| ident.value.clone()),
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => figured(inner),
        Expr::Function(function) => names::last(&function.name).map(names::folded),
        Expr::Cast { expr: inner, data_type, .. } => figured(inner).or_else(|| Some(type_name(data_type))),
        Expr::TypedString(typed) => Some(type_name(&typed.data_type)),
        Expr::Case { else_result, .. } => else_result.as_deref().and_then(figured).or_else(|| fixed("case")),
        Expr::Exists { negated: false, .. } => fixed("exists"),
        Expr::Subquery(query) => match leftmost(&query.body)?.projection.first()? {
            SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
            SelectItem::UnnamedExpr(expr) => figured(expr),
            _ => None,
        },
        Expr::Value(value) => match value.value {
            Value::Boolean(_) => fixed("bool"),
            _ => None,
        },
        Expr::Interval(_) => fixed("interval"),
        Expr::Array(_) => fixed("array"),
        Expr::Tuple(_) => fixed("row"),
        Expr::Extract { .. } => fixed("extract"),
        Expr::Substring { .. } => fixed("substring"),
        Expr::Position { .. } => fixed("position"),
        Expr::Overlay { .. } => fixed("overlay"),
        Expr::AtTimeZone { .. } => fixed("timezone"),
        Expr::Ceil { .. } => fixed("ceil"),
        Expr::Floor { .. } => fixed("floor"),
        Expr::Trim { trim_where, .. } => fixed(match trim_where {
            Some(TrimWhereField::Leading) => "ltrim",
            Some(TrimWhereField::Trailing) => "rtrim",
            _ => "btrim",
        }),
        _ => None,
    }
}

fn type_name(data_type: &DataType) -> String {
    let text = data_type.to_string().to_lowercase();
    let word = text.split(['(', ' ', '[']).next().unwrap_or_default();
    match word {
        "int" | "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "boolean" => "bool",
        "double" => "float8",
        "real" => "float4",
        "decimal" => "numeric",
        "char" | "character" => "bpchar",
        other => other,
    }
    .to_string()
}

/// The first SELECT of a query, whose names are the whole's.
pub fn leftmost(body: &SetExpr) -> Option<&sqlparser::ast::Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => leftmost(&query.body),
        SetExpr::SetOperation { left, .. } => leftmost(left),
        _ => None,
    }
}

/// The same, to change it.
pub fn leftmost_mut(body: &mut SetExpr) -> Option<&mut sqlparser::ast::Select> {
    match body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => leftmost_mut(&mut query.body),
        SetExpr::SetOperation { left, .. } => leftmost_mut(left),
        _ => None,
    }
}

/// The type that PostgreSQL would give a table's column made of this expression of the source.
pub fn data_type(cx: &Cx<'_>, scope: &Scope<'_>, expr: &Expr, ty: &Ty) -> Option<DataType> {
    exact(cx, scope, expr).or_else(|| plain(ty))
}

/// What the expression's form says, length and all.
fn exact(cx: &Cx<'_>, scope: &Scope<'_>, expr: &Expr) -> Option<DataType> {
    let column = |lookup: Lookup<'_>| match lookup {
        Lookup::Column(found) => found.data_type.map(|data_type| unserial(cx.catalog.base_type(data_type))),
        _ => None,
    };
    match expr {
        Expr::Identifier(ident) => column(scope.column(&names::folded(ident), cx.catalog)),
        Expr::CompoundIdentifier(parts) => {
            let (last, table) = parts.split_last()?;
            let table = ObjectName::from(table.to_vec());
            column(scope.qualified(&table, &names::folded(last), cx.catalog))
        }
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => exact(cx, scope, inner),
        Expr::UnaryOp { expr: inner, .. } => exact(cx, scope, inner).filter(|inner| rank(inner).is_some()),
        Expr::Cast { data_type, .. } => Some(data_type.clone()),
        Expr::TypedString(typed) => Some(typed.data_type.clone()),
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) if number.parse::<i32>().is_ok() => Some(DataType::Integer(None)),
            Value::Number(number, _) if number.parse::<i64>().is_ok() => Some(DataType::BigInt(None)),
            _ => None,
        },
        Expr::BinaryOp { left, op: Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo, right } => {
            let (left, right) = (exact(cx, scope, left)?, exact(cx, scope, right)?);
            let wider = if rank(&left)? >= rank(&right)? { left } else { right };
            Some(wider)
        }
        Expr::Function(function) => called(cx, scope, function),
        Expr::Case { conditions, else_result, .. } => {
            let results = conditions.iter().map(|when| &when.result).chain(else_result.as_deref());
            common(cx, scope, results)
        }
        Expr::Extract { .. } => Some(DataType::Numeric(ExactNumberInfo::None)),
        _ => None,
    }
}

/// The one type that all of these have, untyped literals aside.
fn common<'e>(cx: &Cx<'_>, scope: &Scope<'_>, exprs: impl Iterator<Item = &'e Expr>) -> Option<DataType> {
    let mut found = None;
    for expr in exprs {
        let untyped = matches!(expr, Expr::Value(v) if matches!(v.value, Value::Null) || literals::text_of(&v.value).is_some());
        if untyped {
            continue;
        }
        let this = without_length(exact(cx, scope, expr)?);
        match &found {
            None => found = Some(this),
            Some(other) if *other == this => {}
            Some(other) => {
                let wider = if rank(other)? >= rank(&this)? { other.clone() } else { this };
                found = Some(wider);
            }
        }
    }
    found
}

fn called(cx: &Cx<'_>, scope: &Scope<'_>, function: &Function) -> Option<DataType> {
    let name = literals::function_name(function)?;
    let args: Vec<&Expr> = match &function.args {
        FunctionArguments::List(list) => list
            .args
            .iter()
            .filter_map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    match name.as_str() {
        "count" | "row_number" | "rank" | "dense_rank" => Some(DataType::BigInt(None)),
        "ntile" | "length" | "char_length" | "octet_length" | "strpos" | "cardinality" | "array_length" => {
            Some(DataType::Integer(None))
        }
        "min" | "max" | "lag" | "lead" | "first_value" | "last_value" | "nth_value" => {
            exact(cx, scope, args.first()?).map(without_length)
        }
        "sum" => match exact(cx, scope, args.first()?)? {
            DataType::SmallInt(_)
            | DataType::Int2(_)
            | DataType::Int(_)
            | DataType::Int4(_)
            | DataType::Integer(_) => Some(DataType::BigInt(None)),
            DataType::BigInt(_) | DataType::Int8(_) => Some(DataType::Numeric(ExactNumberInfo::None)),
            other => Some(without_length(other)),
        },
        "coalesce" | "greatest" | "least" => common(cx, scope, args.into_iter()),
        "nullif" => exact(cx, scope, args.first()?).map(without_length),
        _ => None,
    }
}

/// A function's result has no length of its own.
fn without_length(data_type: DataType) -> DataType {
    match data_type {
        DataType::Varchar(_) | DataType::CharacterVarying(_) | DataType::CharVarying(_) => {
            DataType::Varchar(None::<CharacterLength>)
        }
        DataType::Numeric(_) | DataType::Decimal(_) | DataType::Dec(_) => {
            DataType::Numeric(ExactNumberInfo::None)
        }
        other => other,
    }
}

/// The type of a column that takes its values from a serial one.
pub fn unserial(data_type: &DataType) -> DataType {
    let DataType::Custom(name, _) = data_type else { return data_type.clone() };
    match name.to_string().to_lowercase().as_str() {
        "serial" | "serial4" => DataType::Integer(None),
        "bigserial" | "serial8" => DataType::BigInt(None),
        "smallserial" | "serial2" => DataType::SmallInt(None),
        _ => data_type.clone(),
    }
}

/// The order of the number types: the wider one wins.
fn rank(data_type: &DataType) -> Option<u8> {
    match data_type {
        DataType::SmallInt(_) | DataType::Int2(_) => Some(0),
        DataType::Int(_) | DataType::Int4(_) | DataType::Integer(_) => Some(1),
        DataType::BigInt(_) | DataType::Int8(_) => Some(2),
        DataType::Numeric(ExactNumberInfo::None) => Some(3),
        DataType::DoublePrecision | DataType::Float8 => Some(4),
        _ => None,
    }
}

/// What the kind of value alone says.
pub fn plain(ty: &Ty) -> Option<DataType> {
    let found = match ty {
        Ty::Bool => DataType::Boolean,
        Ty::Int | Ty::Big => DataType::BigInt(None),
        Ty::Decimal | Ty::Numeric => DataType::Numeric(ExactNumberInfo::None),
        Ty::Float => DataType::DoublePrecision,
        Ty::Text | Ty::Unknown => DataType::Text,
        Ty::Bytea => DataType::Bytea,
        Ty::Date => DataType::Date,
        Ty::Time => DataType::Time(None, TimezoneInfo::None),
        Ty::Timestamp => DataType::Timestamp(None, TimezoneInfo::None),
        Ty::Timestamptz => DataType::Timestamp(None, TimezoneInfo::WithTimeZone),
        Ty::Json => DataType::JSONB,
        Ty::Uuid => DataType::Uuid,
        Ty::Array(element) => {
            DataType::Array(ArrayElemTypeDef::SquareBracket(Box::new(plain(element)?), None))
        }
        _ => return None,
    };
    Some(found)
}
