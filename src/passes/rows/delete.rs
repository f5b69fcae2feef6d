//! DELETE.

use super::table::{self, Changed, condition};
use super::{Refused, joined, returning, set_default};
use crate::passes::statements::data::ROW_CHANGE;
use crate::passes::{Cx, Item};
use crate::syntax::names;
use sqlparser::ast::{Delete, FromTable, ObjectName, Statement};

pub fn statement(cx: &mut Cx<'_>, mut delete: Delete) -> Result<Vec<Item>, Refused> {
    let refuse = |span, message: &str| Refused::new(&ROW_CHANGE, span, message);
    let using = delete.using.take();
    let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) = &mut delete.from;
    let [only] = &mut from[..] else {
        return Err(refuse(cx.head(), "DELETE from several tables"));
    };
    if using.is_none()
        && delete.returning.is_none()
        && let Some(scope) = table::undeclared(cx, only)
    {
        condition(cx, delete.selection.as_mut(), &scope)?;
        return Ok(vec![Item::tree(Statement::Delete(delete))]);
    }
    let changed = Changed::of(cx, only)?;
    if delete.returning.is_some() && Changed::is_part(only) {
        return Err(returning::refused(cx, "the rows of one partition"));
    }
    let mut scope = changed.scope();
    scope.ctes.clone_from(&cx.ctes);
    if let Some(using) = using {
        if delete.returning.is_some() {
            return Err(returning::refused(cx, "the deleted rows can't be shown before a join"));
        }
        joined::join(cx, only, using, &mut scope)?;
        let own = changed.alias.clone().or_else(|| names::last(&changed.name).cloned());
        delete.tables = own.map(|own| ObjectName::from(vec![own])).into_iter().collect();
    }
    condition(cx, delete.selection.as_mut(), &scope)?;
    let mut items = Vec::new();
    if let Some(asked) = delete.returning.take() {
        // The rows are shown while they are there.
        let selection = delete.selection.clone();
        items.push(returning::select(cx, asked, &changed.name, changed.alias.as_ref(), selection, true)?);
    }
    items.extend(set_default::before(cx, &delete));
    items.push(Item::tree(Statement::Delete(delete)));
    Ok(items)
}
