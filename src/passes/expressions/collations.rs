//! Collations: texts of no column get the tables' own.

use super::functions;
use super::functions::template::operand_of;
use super::walk::Walk;
use crate::syntax::names;
use sqlparser::ast::{Expr, Ident, ObjectName};

/// Texts of no column are compared by the connection's collation, which mostly takes `a` for `A`: they get the tables' own.
pub fn collate(left: &mut Expr, right: &Expr) {
    if has_collation(left) || has_collation(right) || is_null(left) || is_null(right) {
        return;
    }
    let inner = operand_of(Walk::take(left));
    *left = Expr::Collate {
        expr: Box::new(inner),
        collation: ObjectName::from(vec![Ident::new("utf8mb4_0900_bin")]),
    };
}

fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, sqlparser::ast::Value::Null))
}

/// Whether a text has a column's collation, or one that is said.
fn has_collation(expr: &Expr) -> bool {
    match expr {
        // The new row of ON CONFLICT is VALUES(…), which has none.
        Expr::CompoundIdentifier(parts) if names::folded(&parts[0]) == "excluded" => false,
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Subquery(_) | Expr::Collate { .. } => true,
        // The server gives it the other side's.
        Expr::Value(value) if crate::passes::parameters::is_parameter(&value.value) => true,
        Expr::Value(_) | Expr::Cast { .. } | Expr::Extract { .. } => false,
        Expr::Nested(inner) | Expr::Trim { expr: inner, .. } | Expr::Substring { expr: inner, .. } => {
            has_collation(inner)
        }
        Expr::Function(function) => {
            const NONE: [&str; 9] = [
                "JSON_UNQUOTE",
                "JSON_TYPE",
                "DATE_FORMAT",
                "HEX",
                "MD5",
                "SHA2",
                "JSON_QUOTE",
                "BIN_TO_UUID",
                "TO_BASE64",
            ];
            !NONE.contains(&function.name.to_string().to_uppercase().as_str())
                && functions::plain_args(function).into_iter().any(has_collation)
        }
        Expr::Case { conditions, else_result, .. } => {
            conditions.iter().any(|when| has_collation(&when.result))
                || else_result.as_deref().is_some_and(has_collation)
        }
        _ => true,
    }
}
