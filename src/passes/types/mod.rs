//! Data types: for each a rule that says what it becomes, in one ordered list.

mod uuid;

use super::{Cx, Work};
use crate::diagnostic::Rule;
use crate::text::Span;
use sqlparser::ast::{DataType, Ident, ObjectName};

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[&uuid::UUID_TYPE];

/// A rule's conversion: `None` when the type is not its business.
type Convert = fn(&mut TypeCx<'_, '_>, &DataType) -> Option<DataType>;

/// The first that answers decides.
static CONVERSIONS: &[Convert] = &[uuid::convert];

/// The column whose type is converted.
pub struct TypeCx<'c, 'a> {
    pub cx: &'c mut Cx<'a>,
    pub table: ObjectName,
    pub column: Ident,
}

impl TypeCx<'_, '_> {
    /// Where the type stands in the source.
    pub fn span(&self) -> Span {
        self.cx.column_type(&self.column)
    }
}

/// Gives every column its TiDB type.
pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    for site in work.types() {
        let mut type_cx = TypeCx { cx, table: site.table, column: site.column };
        if let Some(converted) = CONVERSIONS.iter().find_map(|convert| convert(&mut type_cx, site.data_type))
        {
            *site.data_type = converted;
        }
    }
}
