//! Names that TiDB takes.

use super::{Checked, refuse};
use crate::passes::Cx;
use sqlparser::ast::{Ident, ObjectName, ObjectNamePart};

/// TiDB has no empty names and none that end in a blank.
pub fn ident(cx: &Cx<'_>, name: &Ident) -> Checked {
    if name.value.is_empty() || name.value.ends_with(char::is_whitespace) {
        return refuse(cx.ident(name), "a name that ends in a blank");
    }
    Ok(())
}

/// `name` or `database.name`.
pub fn object(cx: &Cx<'_>, name: &ObjectName) -> Checked {
    if name.0.len() > 2 {
        return refuse(cx.node(name), "a name of three parts");
    }
    name.0.iter().try_for_each(|part| match part {
        ObjectNamePart::Identifier(name) => ident(cx, name),
        ObjectNamePart::Function(_) => refuse(cx.node(name), "a name made by a function"),
    })
}
