//! `composite-type`, and the statements that declare and drop types.

use super::{domain::DOMAIN_TYPE, enum_type::ENUM_TYPE};
use crate::diagnostic::{Fidelity, Level, Rule, rule};
use crate::passes::statements::dependents;
use crate::passes::{Cx, Item, Verdict, Work};
use sqlparser::ast::{DropBehavior, ObjectName, ObjectType, Statement, UserDefinedTypeRepresentation};

rule! {
    /// A composite type, a range type or a base type of one's own.
    ///
    /// TiDB has nothing for it. Columns of such a type are refused as well (`unknown-type`); a column for each field,
    /// or a JSON object, is the usual replacement.
    pub COMPOSITE_TYPE = "T028", "composite-type", Types, Refused;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Item::Tree(statement)) = work.items.first() else { return };
    let head = cx.head();
    match statement.as_ref() {
        Statement::CreateType { name, representation } => {
            if let Some(UserDefinedTypeRepresentation::Enum { .. }) = representation {
                cx.note(
                    &ENUM_TYPE,
                    head,
                    format!("TiDB has no named types: each column of {name} carries the labels"),
                );
                work.verdict = Verdict::Fold;
                return;
            }
            let what = match representation {
                Some(UserDefinedTypeRepresentation::Composite { .. }) => "composite types",
                Some(UserDefinedTypeRepresentation::Range { .. }) => "range types",
                _ => "types of one's own",
            };
            cx.report(&COMPOSITE_TYPE, head, format!("TiDB has no {what}: {name} is not made")).help =
                Some("a column for each part, or a JSON object, can stand for it".into());
            work.verdict = Verdict::Refuse;
        }
        Statement::CreateDomain(domain) => {
            let name = &domain.name;
            cx.note(
                &DOMAIN_TYPE,
                head,
                format!("TiDB has no domains: each column of {name} carries what it says"),
            );
            work.verdict = Verdict::Fold;
        }
        Statement::Drop { object_type: ObjectType::Type, names, cascade, .. } => {
            let (names, cascade) = (names.clone(), *cascade);
            drop_types(cx, work, &names, cascade, &ENUM_TYPE);
        }
        Statement::DropDomain(drop) => {
            let (names, cascade) = ([drop.name.clone()], drop.drop_behavior == Some(DropBehavior::Cascade));
            drop_types(cx, work, &names, cascade, &DOMAIN_TYPE);
        }
        _ => {}
    }
}

/// Domains that are dropped several at a time.
pub fn drop_domains(cx: &mut Cx<'_>, work: &mut Work, names: &[ObjectName], cascade: bool) {
    drop_types(cx, work, names, cascade, &DOMAIN_TYPE);
}

/// The columns have the definition: nothing is left to drop, unless CASCADE takes columns along.
fn drop_types(cx: &mut Cx<'_>, work: &mut Work, names: &[ObjectName], cascade: bool, rule: &'static Rule) {
    let head = cx.head();
    let users: Vec<String> = names.iter().flat_map(|name| users(cx, name)).collect();
    if cascade && !users.is_empty() {
        let mut items = Vec::new();
        for name in names {
            match dependents::columns(cx, name, head) {
                Some(dropped) => items.extend(dropped),
                None => {
                    work.verdict = Verdict::Refuse;
                    return;
                }
            }
        }
        (work.items, work.done) = (items, true);
        return;
    }
    if let Some(user) = users.first() {
        let message = format!(
            "PostgreSQL does not drop what {user} has for its type; on TiDB nothing is dropped either"
        );
        let found = cx.report(rule, head, message);
        (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
        work.verdict = Verdict::Drop;
        return;
    }
    let what = if *rule == DOMAIN_TYPE { "domains" } else { "named types" };
    cx.note(rule, head, format!("TiDB has no {what}: there is nothing to drop"));
    work.verdict = Verdict::Drop;
}

/// The columns that are declared with a type.
fn users(cx: &Cx<'_>, type_name: &ObjectName) -> Vec<String> {
    let columns = cx.catalog.columns_of_type(type_name);
    columns.map(|(table, column)| format!("{}.{}", table.name.name, column.name)).collect()
}
