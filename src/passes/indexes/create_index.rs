//! `create-index`, `index-method`, `index-on-view`: what CREATE INDEX says beside its columns.

use super::{columns, helper, partial};
use crate::catalog::index_name;
use crate::diagnostic::rule;
use crate::passes::alter::{State, TEMPORARY_CHANGE, is_temporary, refuse_missing};
use crate::passes::tables::key_options::NULLS_NOT_DISTINCT;
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use sqlparser::ast::{
    ArrayElemTypeDef, CastKind, CharacterLength, CreateIndex, DataType, Expr, Ident, IndexType, ObjectName,
    ObjectNamePart, Statement,
};

rule! {
    /// An index.
    ///
    /// An index without a name gets the one that PostgreSQL makes up. `CONCURRENTLY`, `ON ONLY`, operator classes,
    /// `NULLS FIRST` and `LAST`, `WITH` and `TABLESPACE` change nothing about what an index finds, and are dropped: TiDB
    /// builds indexes without blocking writes. `USING btree` is what TiDB does anyway, and a btree does what a hash index
    /// does. `INCLUDE`d columns are read from the table.
    pub CREATE_INDEX = "I001", "create-index", Indexes, Exact;
}

rule! {
    /// An index of a kind that TiDB does not have.
    ///
    /// GIN, GiST, SP-GiST, RUM and vector indexes only make queries faster. TiDB has none of these kinds, so the index is
    /// left out; queries that used it read the whole table. A BRIN index becomes an ordinary one.
    pub INDEX_METHOD = "I002", "index-method", Indexes, Lossy;
}

rule! {
    /// A GIN index on an array of numbers, UUIDs or texts.
    ///
    /// The array is a JSON array on TiDB, whose elements a multi-valued index covers: `((CAST(a AS SIGNED ARRAY)))`. Queries
    /// with `MEMBER OF`, `JSON_CONTAINS` and `JSON_OVERLAPS`, which stand for `= ANY`, `@>` and `&&`, use it. TiDB then
    /// rejects rows whose array holds a NULL or arrays, and texts that are longer than the index says: `indexed_text`
    /// characters where the elements have no length of their own.
    pub MULTI_VALUED_INDEX = "I600", "multi-valued-index", Indexes, Approximate;
}

rule! {
    /// An index on a view.
    ///
    /// Materialized views have no translation, and TiDB has no indexes on views.
    pub INDEX_ON_VIEW = "I003", "index-on-view", Indexes, Refused;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let Ok(Statement::CreateIndex(source)) = cx.parsed.tree.as_deref() else { return };
    if cx.catalog.view(&source.table_name).is_some() {
        let span = cx.node(&source.table_name);
        cx.report(
            &INDEX_ON_VIEW,
            span,
            format!("TiDB has no indexes on views, and {} is one", source.table_name),
        );
        work.verdict = Verdict::Refuse;
        return;
    }
    if refuse_missing(cx, work, &source.table_name) {
        return;
    }
    if is_temporary(cx, &source.table_name) {
        return on_temporary(cx, work, source);
    }
    let Some(Statement::CreateIndex(index)) = work.trees().next() else { return };
    let mut index = index.clone();
    let mut state = State::of(cx, &source.table_name, &index.table_name);
    name(&mut index, &state, source);
    let multi_valued = elements(cx, &mut index, &state);
    if !multi_valued && !method(cx, &mut index) {
        work.verdict = Verdict::Drop;
        return;
    }
    plain_options(cx, &mut index, &state);
    if multi_valued {
        if index.predicate.take().is_some() {
            let span = cx.words(&["where"]);
            cx.note(
                &partial::PARTIAL_INDEX,
                span,
                "TiDB has no partial indexes: it becomes one over all rows",
            );
        }
        work.items = vec![Item::tree(Statement::CreateIndex(index))];
        return;
    }
    let translated = partial::predicate(cx, &state, &mut index)
        .and_then(|wrap| columns::columns(cx, &mut state, &mut index, wrap));
    match translated {
        Ok(mut items) => {
            short_name(cx, &mut index, &state);
            items.extend(helper::creation(index, state.table.as_deref()));
            work.items = items;
        }
        Err(verdict) => work.verdict = verdict,
    }
}

/// TiDB keeps an expression in a hidden column that is named after the index: `_V$_name_0` has 64 characters at most.
fn short_name(cx: &mut Cx<'_>, index: &mut CreateIndex, state: &State) {
    const MOST: usize = 57;
    let computes = index.columns.iter().any(|column| matches!(column.column.expr, Expr::Nested(_)));
    let Some(name) = index.name.as_ref().and_then(names::last).cloned() else { return };
    if !computes || name.value.chars().count() <= MOST {
        return;
    }
    let mut cut = name.value.clone();
    cut.truncate(names::floor_char(&name.value, MOST - 2));
    let taken = |name: &str| state.table.as_ref().is_some_and(|table| table.has_name(name));
    let short = crate::catalog::generated_name(&cut, "", "", taken);
    let span = cx.ident(&name);
    let message = format!(
        "TiDB names a hidden column after the index, which has room for {MOST} characters: it is called {short}"
    );
    cx.note(&CREATE_INDEX, span, message);
    index.name = Some(ObjectName::from(vec![names::ident(&short)]));
}

fn on_temporary(cx: &mut Cx<'_>, work: &mut Work, source: &CreateIndex) {
    let span = cx.node(&source.table_name);
    let message = format!("TiDB makes no index on a temporary table, and {} is one", source.table_name);
    if source.unique {
        cx.report(&TEMPORARY_CHANGE, span, message).help("say UNIQUE in CREATE TEMPORARY TABLE");
        work.verdict = Verdict::Refuse;
        return;
    }
    cx.note(&TEMPORARY_CHANGE, span, message);
    work.verdict = Verdict::Drop;
}

fn name(index: &mut CreateIndex, state: &State, source: &CreateIndex) {
    match &mut index.name {
        Some(name) => {
            let last: Vec<ObjectNamePart> = name.0.last().cloned().into_iter().collect();
            name.0 = last;
        }
        None => {
            let made_up = match &state.table {
                Some(table) => index_name(table, source),
                None => index_name(&crate::passes::alter::undeclared(&source.table_name), source),
            };
            let ident = names::ident(&made_up);
            index.name = Some(ObjectName(vec![ObjectNamePart::Identifier(ident)]));
        }
    }
}

/// Makes a GIN index on an array of numbers, UUIDs or texts one over the elements; whether it is one.
fn elements(cx: &mut Cx<'_>, index: &mut CreateIndex, state: &State) -> bool {
    if index.using != Some(IndexType::GIN) {
        return false;
    }
    let [column] = &mut index.columns[..] else { return false };
    let Expr::Identifier(ident) = &column.column.expr else { return false };
    let Some(known) = state.column(ident).filter(|known| known.tidb == DataType::JSON) else { return false };
    let DataType::Array(ArrayElemTypeDef::SquareBracket(inner, _) | ArrayElemTypeDef::AngleBracket(inner)) =
        cx.catalog.base_type(&known.pg)
    else {
        return false;
    };
    let inner = crate::passes::types::alias::canonical(inner).unwrap_or_else(|| inner.as_ref().clone());
    let mut bound = "arrays with NULL among them, and arrays of arrays".to_owned();
    let as_type = match inner {
        DataType::SmallInt(_)
        | DataType::Int2(_)
        | DataType::Int(_)
        | DataType::Integer(_)
        | DataType::Int4(_)
        | DataType::BigInt(_)
        | DataType::Int8(_) => "SIGNED ARRAY".to_owned(),
        DataType::Uuid => "CHAR(36) ARRAY".to_owned(),
        DataType::Text => {
            let length = cx.options.indexed_text;
            bound =
                format!("elements of more than {length} characters, NULL among them, and arrays of arrays");
            format!("CHAR({length}) ARRAY")
        }
        DataType::Varchar(Some(CharacterLength::IntegerLength { length, .. })) if length <= 768 => {
            format!("CHAR({length}) ARRAY")
        }
        _ => return false,
    };
    let span = cx.ident(ident);
    let cast = Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(Expr::Identifier(ident.clone())),
        data_type: DataType::Custom(ObjectName::from(vec![Ident::new(as_type)]), Vec::new()),
        format: None,
    };
    column.column.expr = Expr::Nested(Box::new(cast));
    column.operator_class = None;
    index.using = None;
    index.with.clear();
    index.concurrently = false;
    cx.report(
        &MULTI_VALUED_INDEX,
        span,
        format!("the index covers the array's elements: TiDB rejects {bound}"),
    )
    .help("look for elements with MEMBER OF, JSON_CONTAINS or JSON_OVERLAPS, which use the index");
    true
}

/// Whether TiDB has an index in the place of this kind.
fn method(cx: &mut Cx<'_>, index: &mut CreateIndex) -> bool {
    let Some(using) = index.using.take() else { return true };
    let span = |cx: &Cx<'_>| {
        let using = cx.words(&["using"]);
        cx.words_from(&[&word_after(cx, using.end)], using)
    };
    match using {
        IndexType::BTree | IndexType::Hash => true,
        IndexType::BRIN => {
            let span = span(cx);
            cx.note(
                &INDEX_METHOD,
                span,
                "TiDB has no BRIN indexes: it becomes an ordinary one, which is larger",
            );
            true
        }
        other => {
            let span = span(cx);
            cx.report(&INDEX_METHOD, span, format!("TiDB has no {other} indexes: the index is left out"))
                .help("queries that used it read the whole table; look for another way to find the rows");
            false
        }
    }
}

fn word_after(cx: &Cx<'_>, from: usize) -> String {
    let rest = cx.parsed.source().get(from..).unwrap_or("").trim_start();
    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn plain_options(cx: &mut Cx<'_>, index: &mut CreateIndex, state: &State) {
    index.concurrently = false;
    index.with.clear();
    if !index.include.is_empty() {
        let span = cx.words(&["include"]);
        cx.note(&CREATE_INDEX, span, "TiDB has no INCLUDE: queries read these columns from the table");
        index.include.clear();
    }
    if index.nulls_distinct.take() == Some(false) && index.unique && may_be_null(index, state) {
        let span = cx.words(&["nulls", "not", "distinct"]);
        cx.report(
            &NULLS_NOT_DISTINCT,
            span,
            "TiDB takes NULLs for distinct: rows that differ in nothing else are accepted",
        )
        .help("make the columns NOT NULL, with a value that stands for none");
    }
}

fn may_be_null(index: &CreateIndex, state: &State) -> bool {
    index.columns.iter().any(|column| match &column.column.expr {
        Expr::Identifier(ident) => !state.column(ident).is_some_and(|c| c.not_null()),
        _ => true,
    })
}
