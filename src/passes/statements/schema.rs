//! `schema`: what a PostgreSQL schema is on TiDB.

use crate::config::CharsetClause;
use crate::diagnostic::rule;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{Ident, ObjectName, SchemaName, Statement};

rule! {
    /// A schema.
    ///
    /// `public` is the database that the connection has chosen, so it needs no making. Any other schema becomes the
    /// database of its name, or of the name that the option `schemas` gives it: mind that other applications on the same
    /// cluster may have a database of that name. TiDB can't rename a database.
    pub SCHEMA = "S060", "schema", Statements, Exact;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Some(Statement::CreateSchema { schema_name, default_collate_spec: None, .. }) = work.first() else {
        return;
    };
    let name = match schema_name {
        SchemaName::Simple(name) | SchemaName::NamedAuthorization(name, _) => name.clone(),
        SchemaName::UnnamedAuthorization(user) => ObjectName::from(vec![user.clone()]),
    };
    let Some(schema) = names::last(&name) else { return };
    let database = cx.options.schemas.get(&names::folded(schema)).cloned();
    if database.as_deref() == Some("") {
        let span = cx.ident(schema);
        cx.note(&SCHEMA, span, "this schema is the database that the connection has chosen");
        work.verdict = Verdict::Drop;
        return;
    }
    let ident =
        database.map_or_else(|| Ident { span: schema.span, ..schema.clone() }, |name| names::ident(&name));
    if let Some(Statement::CreateSchema { schema_name, .. }) = work.first() {
        *schema_name = SchemaName::Simple(ObjectName::from(vec![ident]));
    }
    if cx.options.charset_clause == CharsetClause::Database
        && let Some(printed) = work.first().map(|statement| statement.to_string())
    {
        let (charset, collation) = (&cx.options.charset, &cx.options.collation);
        work.items =
            vec![Item::Text(format!("{printed} DEFAULT CHARACTER SET {charset} COLLATE {collation}"))];
    }
}
