//! Casts to types that the project declares: enums, which have their labels only, and domains, which check their values.

use super::functions::word;
use super::rules::DOMAIN_CAST;
use super::walk::Walk;
use super::{Untranslatable, arrays};
use crate::catalog::UserType;
use sqlparser::ast::{DataType, Expr};

/// What is to be said of a cast to such a type, or against it.
pub fn check(walk: &mut Walk<'_, '_>, cast: &Expr) -> Result<(), Untranslatable> {
    let Expr::Cast { expr: inner, data_type, .. } = cast else { return Ok(()) };
    let mut declared = data_type;
    let mut checked = false;
    while let DataType::Custom(name, _) = declared {
        match walk.cx.catalog.user_type(name) {
            Some(UserType::Domain(domain)) => {
                checked |= domain.not_null || !domain.constraints.is_empty();
                declared = &domain.base;
            }
            Some(UserType::Enum(labels)) => {
                if let Some(text) = word(arrays::bare(inner))
                    && !labels.contains(&text)
                {
                    let what = format!("the label '{text}', which {name} does not have,");
                    return walk.refuse(cast, what);
                }
                break;
            }
            _ => break,
        }
    }
    if checked {
        let span = walk.cx.node(cast);
        let message =
            format!("PostgreSQL checks the value against the domain {data_type} here, TiDB does not");
        walk.cx.report(&DOMAIN_CAST, span, message);
    }
    Ok(())
}
