//! The walk through an expression: each form of it, from the inside out.

use super::literals::{self, Literal};
use super::scope::Lookup;
use super::types::Ty;
use super::{
    Scope, Untranslatable, arrays, bits, casts, declared, enums, functions, json, lists, operators, patterns,
    printing, spans, subqueries, undeclared, zones,
};
use crate::passes::{Cx, parameters};
use crate::syntax::names;
use sqlparser::ast::{
    BinaryOperator, CaseWhen, CastKind, DataType, Expr, ObjectName, TypedString, UnaryOperator, Value,
};

/// A type, or why there is no translation.
pub type Typed = Result<Ty, Untranslatable>;

pub struct Walk<'w, 'a> {
    pub cx: &'w mut Cx<'a>,
    pub scope: &'w Scope<'w>,
    /// Whether the value is rounded where it is used, so that its last digits do not matter.
    pub rounds: bool,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub fn new(cx: &'w mut Cx<'a>, scope: &'w Scope<'w>) -> Walk<'w, 'a> {
        Walk { cx, scope, rounds: false }
    }
}

impl Walk<'_, '_> {
    /// Says what has no translation, where.
    pub fn refuse<T>(&self, at: &Expr, what: impl Into<String>) -> Result<T, Untranslatable> {
        Err(Untranslatable { span: super::span(self.cx, at), what: what.into() })
    }

    /// Makes an expression TiDB's and tells the type it had on PostgreSQL.
    pub fn expr(&mut self, expr: &mut Expr) -> Typed {
        if matches!(expr, Expr::Between { .. })
            && let Some(ty) = enums::compared(self, expr)?
        {
            return Ok(ty);
        }
        match expr {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) => self.name(expr),
            Expr::Nested(inner) => self.expr(inner),
            Expr::Value(_) => self.value(expr),
            Expr::TypedString(TypedString { data_type, value, .. }) => {
                let mut cast = Expr::Cast {
                    kind: CastKind::DoubleColon,
                    expr: Box::new(Expr::Value(value.clone())),
                    data_type: data_type.clone(),
                    format: None,
                };
                let ty = casts::cast(self, &mut cast)?;
                *expr = cast;
                Ok(ty)
            }
            Expr::Cast { data_type, expr: inner, .. } => {
                // Out of its range a number fails, and the text of a negative one wraps around.
                if data_type.to_string().eq_ignore_ascii_case("oid")
                    && functions::whole(inner).is_none_or(|number| u32::try_from(number).is_err())
                {
                    return self.refuse(expr, "the cast to oid");
                }
                if matches!(data_type, DataType::Custom(..)) {
                    declared::check(self, expr)?;
                }
                let Expr::Cast { data_type, .. } = expr else { return Ok(Ty::Unknown) };
                if matches!(data_type, DataType::Custom(..)) {
                    *data_type = self.cx.catalog.base_type(data_type).clone();
                }
                casts::cast(self, expr)
            }
            Expr::UnaryOp { .. } => bits::unary(self, expr),
            Expr::BinaryOp { op: BinaryOperator::Overlaps, .. } => zones::overlaps(self, expr),
            Expr::BinaryOp { left, .. } if matches!(left.as_ref(), Expr::Tuple(_)) => {
                subqueries::rows(self, expr)
            }
            Expr::BinaryOp { .. } => operators::binary(self, expr),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) => self.expr(inner).map(|_| Ty::Bool),
            Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner)
            | Expr::IsUnknown(inner)
            | Expr::IsNotUnknown(inner) => {
                let ty = self.expr(inner)?;
                self.coerce(inner, &ty, &Ty::Bool)
            }
            Expr::IsDistinctFrom(..) | Expr::IsNotDistinctFrom(..) => operators::distinct(self, expr),
            Expr::InList { expr: left, .. } if matches!(left.as_ref(), Expr::Tuple(_)) => {
                subqueries::row_in_list(self, expr)
            }
            Expr::InList { expr: left, list, .. } => {
                let mut ty = self.expr(left)?;
                for item in list {
                    let found = self.expr(item)?;
                    ty = operators::comparable(self, left, &ty, item, &found)?;
                }
                Ok(Ty::Bool)
            }
            Expr::Between { expr: inner, low, high, .. } => {
                let either_order = operators::is_symmetric(self, low);
                let mut ty = self.expr(inner)?;
                for bound in [&mut *low, &mut *high] {
                    let found = self.expr(bound)?;
                    ty = operators::comparable(self, inner, &ty, bound, &found)?;
                }
                if either_order {
                    let bounds = vec![Self::take(low), Self::take(high)];
                    **low = literals::call("LEAST", bounds.clone());
                    **high = literals::call("GREATEST", bounds);
                }
                operators::ordered(self, inner, &ty)?;
                Ok(Ty::Bool)
            }
            Expr::Like { .. } | Expr::ILike { .. } => patterns::like(self, expr),
            Expr::AnyOp { right, .. } | Expr::AllOp { right, .. }
                if matches!(right.as_ref(), Expr::Subquery(_)) =>
            {
                subqueries::any_or_all(self, expr)
            }
            Expr::AnyOp { .. } | Expr::AllOp { .. } => lists::any_or_all(self, expr),
            Expr::Case { operand, conditions, else_result, .. } => {
                let operand_ty = match operand {
                    Some(operand) => Some(self.expr(operand)?),
                    None => None,
                };
                let mut result = Ty::Unknown;
                for CaseWhen { condition, result: value } in conditions.iter_mut() {
                    let found = self.expr(condition)?;
                    match (&operand_ty, operand.as_mut()) {
                        (Some(ty), Some(operand)) => {
                            operators::comparable(self, operand, ty, condition, &found)?;
                        }
                        _ => {
                            self.coerce(condition, &found, &Ty::Bool)?;
                        }
                    }
                    let ty = self.expr(value)?;
                    result = result.widest(&ty);
                }
                if let Some(value) = else_result {
                    let ty = self.expr(value)?;
                    result = result.widest(&ty);
                }
                let values = conditions.iter_mut().map(|when| &mut when.result);
                for value in values.chain(else_result.as_deref_mut()) {
                    if matches!(value, Expr::Value(_)) {
                        self.coerce(value, &Ty::Unknown, &result)?;
                    }
                }
                Ok(if result == Ty::Unknown { Ty::Text } else { result })
            }
            Expr::Function(function) if parameters::is_named(&function.name) => Ok(Ty::Unknown),
            Expr::Function(_) => functions::call(self, expr),
            Expr::JsonAccess { .. } | Expr::CompoundFieldAccess { .. } => json::access(self, expr),
            Expr::Trim { .. } => functions::trim(self, expr),
            Expr::Substring { .. } => functions::substring(self, expr),
            Expr::Position { .. } => functions::position(self, expr),
            Expr::Ceil { .. } | Expr::Floor { .. } => functions::ceiling(self, expr),
            Expr::Extract { .. } => functions::extract(self, expr),
            Expr::Collate { expr: inner, collation } => {
                // "C" orders by bytes, as utf8mb4_0900_bin does.
                let plain = names::last(collation).is_some_and(|name| {
                    ["c", "posix", "default", "ucs_basic"].contains(&names::folded(name).as_str())
                });
                if !plain {
                    let what = format!("COLLATE {collation}");
                    return self.refuse(expr, what);
                }
                let ty = self.expr(inner)?;
                *expr = std::mem::replace(inner, Expr::value(Value::Null));
                Ok(ty)
            }
            Expr::Array(_) => arrays::constructed(self, expr, None),
            Expr::Subquery(_) => subqueries::scalar(self, expr),
            Expr::InSubquery { .. } => subqueries::within(self, expr),
            Expr::Exists { .. } => subqueries::exists(self, expr),
            Expr::SimilarTo { .. } => patterns::similar(self, expr),
            Expr::AtTimeZone { .. } => zones::at_time_zone(self, expr),
            Expr::Interval(_) => spans::literal(self, expr),
            Expr::Tuple(_) => self.refuse(expr, "a row"),
            Expr::Overlay { .. } => functions::overlay(self, expr),
            other => {
                let what = format!("the expression {}", literals::shown(&other.to_string()));
                self.refuse(other, what)
            }
        }
    }

    /// A column, by its name alone or with its table's.
    fn name(&mut self, expr: &mut Expr) -> Typed {
        let (parts, single) = match &*expr {
            Expr::Identifier(ident) => (std::slice::from_ref(ident), true),
            Expr::CompoundIdentifier(parts) => (&parts[..], parts.len() == 1),
            _ => return Ok(Ty::Unknown),
        };
        let Some((last, table)) = parts.split_last() else { return self.refuse(expr, "the name") };
        let name = names::folded(last);
        let shown = parts.iter().map(|part| part.value.as_str()).collect::<Vec<_>>().join(".");
        let span = parts.first().map_or_else(|| self.cx.head(), |first| self.cx.ident(first));
        let span = span.join(self.cx.ident(last));
        let refuse = |what| Err(Untranslatable { span, what });
        let scope = self.scope;
        let lookup = if single {
            scope.column(&name, self.cx.catalog)
        } else {
            scope.qualified(&ObjectName::from(table.to_vec()), &name, self.cx.catalog)
        };
        match lookup {
            Lookup::Column(found) => {
                if let Some(written) = found.written {
                    *expr = written.clone();
                } else if let Expr::CompoundIdentifier(parts) = expr
                    && parts.len() > 2
                {
                    // The table is in the scope by its own name, wherever its database is.
                    parts.drain(..parts.len() - 2);
                }
                Ok(found.ty)
            }
            Lookup::Row => refuse(format!("the row {shown}")),
            Lookup::Ambiguous => refuse(format!("the name {shown}, which several tables have,")),
            Lookup::Nothing => refuse(format!("the name {shown}")),
        }
    }

    fn value(&mut self, expr: &mut Expr) -> Typed {
        let Expr::Value(value) = expr else { return Ok(Ty::Unknown) };
        match &value.value {
            Value::Number(text, false) => {
                if text.contains(|c: char| c == '_' || c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')) {
                    let what = format!("the number {text}");
                    return self.refuse(expr, what);
                }
                if text.contains(['e', 'E']) && text.parse::<f64>().is_ok_and(|n| n.is_infinite()) {
                    let what = format!("the number {text}, which is larger than any of TiDB's,");
                    return self.refuse(expr, what);
                }
                if !text.contains(['e', 'E']) && literals::is_too_fine(text) {
                    let what = format!("the number {text}, which has more digits than a DECIMAL,");
                    return self.refuse(expr, what);
                }
                Ok(match text.parse::<i64>() {
                    Ok(n) if i32::try_from(n).is_ok() => Ty::Int,
                    Ok(_) => Ty::Big,
                    Err(_) if text.contains(['e', 'E']) => Ty::Numeric,
                    Err(_) => Ty::Decimal,
                })
            }
            Value::Boolean(_) => Ok(Ty::Bool),
            Value::Null => Ok(Ty::Unknown),
            Value::SingleQuotedByteStringLiteral(_) | Value::HexStringLiteral(_) => Ok(Ty::Bit),
            other if literals::text_of(other).is_some() => Ok(Ty::Unknown),
            other if parameters::is_parameter(other) => Ok(Ty::Unknown),
            Value::Placeholder(name) => {
                let what = format!("the parameter {name}");
                self.refuse(expr, what)
            }
            _ => self.refuse(expr, "this literal"),
        }
    }

    /// Gives an untyped literal the type that is wanted; fails where the types don't go together.
    pub fn coerce(&mut self, expr: &mut Expr, found: &Ty, wanted: &Ty) -> Typed {
        if found == wanted || matches!(wanted, Ty::Unknown) {
            return Ok(found.clone());
        }
        if *found == Ty::Unknown {
            let text = match super::arrays::bare(expr) {
                Expr::Value(value) => literals::text_of(&value.value),
                _ => None,
            };
            let Some(text) = text else {
                return match parameters::is_one(expr) {
                    true => parameters::typed(self, expr, wanted),
                    false => Ok(wanted.clone()),
                };
            };
            if undeclared::is(wanted) && undeclared::reads_alike(&text, self.cx.options) {
                return Ok(wanted.clone());
            }
            let literal = match literals::typed(self.cx, &text, wanted) {
                Ok(literal) => literal,
                Err(what) => return self.refuse(expr, what),
            };
            let json = matches!(wanted, Ty::Json | Ty::Array(_));
            match literal {
                Literal::Same if json => *expr = as_json(literals::string(text)),
                Literal::Same if wanted.is_number() => *expr = literals::number(text.trim()),
                Literal::Same => {}
                Literal::Text(text) if json => *expr = as_json(literals::string(text)),
                Literal::Text(other) => {
                    if other != text {
                        *expr = literals::string(other);
                    }
                }
                Literal::Expr(other) => *expr = other,
            }
            return Ok(wanted.clone());
        }
        let fits = found.is_number() && wanted.is_number()
            || found.is_time() && wanted.is_time()
            || matches!((found, wanted), (Ty::Enum, Ty::Text) | (Ty::Text, Ty::Enum));
        if fits {
            Ok(wanted.clone())
        } else if *wanted == Ty::Text && !matches!(found, Ty::Other(_) | Ty::Bytea | Ty::Bit | Ty::Array(_)) {
            // An assignment prints the value.
            let at = expr.clone();
            let value = Walk::take(expr);
            *expr = printing::printed(self, value, found, &at, false)?;
            Ok(Ty::Text)
        } else {
            let what = format!("{} where {} is wanted", found.name(), wanted.name());
            self.refuse(expr, what)
        }
    }

    /// An argument that must be a text.
    pub fn text(&mut self, expr: &mut Expr) -> Result<(), Untranslatable> {
        let ty = self.expr(expr)?;
        match ty {
            Ty::Text | Ty::Enum | Ty::Unknown => Ok(()),
            other => self.refuse(expr, format!("{} where text is wanted", other.name())),
        }
    }

    /// Takes an operand out of the tree, to put it elsewhere.
    pub fn take(expr: &mut Expr) -> Expr {
        std::mem::replace(expr, Expr::value(Value::Null))
    }
}

/// `CAST(… AS JSON)`: TiDB compares documents only as documents.
pub fn as_json(expr: Expr) -> Expr {
    Expr::Cast { kind: CastKind::Cast, expr: Box::new(expr), data_type: DataType::JSON, format: None }
}

/// `left op right`.
pub fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

/// `NOT (…)`.
pub fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(Expr::Nested(Box::new(expr))) }
}
