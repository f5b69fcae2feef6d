//! DELETE.

use super::table::{Changed, condition};
use super::{Refused, returning};
use crate::passes::statements::data::ROW_CHANGE;
use crate::passes::{Cx, Item};
use sqlparser::ast::{Delete, FromTable, Statement};

pub fn statement(cx: &mut Cx<'_>, mut delete: Delete) -> Result<Vec<Item>, Refused> {
    let refuse = |span, message: &str| Refused::new(&ROW_CHANGE, span, message);
    if delete.using.is_some() {
        return Err(refuse(cx.words(&["using"]), "DELETE … USING is not translated yet"));
    }
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &mut delete.from;
    let [only] = &mut from[..] else {
        return Err(refuse(cx.head(), "DELETE from several tables"));
    };
    let changed = Changed::of(cx, only)?;
    condition(cx, delete.selection.as_mut(), &changed.scope())?;
    let mut items = Vec::new();
    if let Some(asked) = delete.returning.take() {
        // The rows are shown while they are there.
        let selection = delete.selection.clone();
        items.push(returning::select(cx, asked, &changed.name, changed.alias.as_ref(), selection, true)?);
    }
    items.push(Item::tree(Statement::Delete(delete)));
    Ok(items)
}
