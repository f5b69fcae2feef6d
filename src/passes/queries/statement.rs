//! Statements that are queries, and those that keep one: views.

use super::rules::{MATERIALIZED_VIEW, VIEW};
use super::{named, output, translate};
use crate::config::{MaterializedViews, Options};
use crate::diagnostic::{Diagnostic, Fidelity, Level, Rule};
use crate::passes::expressions::Untranslatable;
use crate::passes::expressions::scope::{Column, Scope};
use crate::passes::rows::changes;
use crate::passes::statements::data::QUERY;
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::Parsed;
use crate::text::Span;
use sqlparser::ast::{
    CreateTableOptions, CreateView, CreateViewParams, CreateViewSecurity, DataType, Ident, OptimizerHint,
    OptimizerHintStyle, Query, SqlOption, Statement, Value,
};

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let (rule, done): (&'static Rule, _) = match work.first() {
        Some(Statement::Query(query)) if changes(query) => return,
        Some(Statement::Query(query)) => (&QUERY, statement(cx, query)),
        Some(Statement::CreateView(view))
            if view.materialized && cx.options.materialized_views == MaterializedViews::Refuse =>
        {
            let span = cx.node(&view.name);
            let found = cx.report(&MATERIALIZED_VIEW, span, "there are no materialized views on TiDB");
            found.help = Some(
                "make it a plain view with `materialized_views = \"view\"`, or a table that a job fills"
                    .into(),
            );
            work.verdict = Verdict::Refuse;
            return;
        }
        Some(Statement::CreateView(view)) => (&VIEW, self::view(cx, view)),
        _ => return,
    };
    if let Err(Untranslatable { span, what }) = done {
        let found = cx.report(rule, span, format!("{what} has no translation"));
        (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
        work.verdict = Verdict::Refuse;
        return;
    }
    // A query that is said several times is judged once.
    let mut seen: Vec<(Span, String)> = Vec::new();
    cx.diagnostics.retain(|found| {
        let key = (found.span, found.message.clone());
        let new = !seen.contains(&key);
        seen.push(key);
        new
    });
    work.reprint = true;
}

fn statement(cx: &mut Cx<'_>, query: &mut Query) -> Result<(), Untranslatable> {
    translate(cx, query, &Scope::default()).map(drop)
}

/// Lets a recursive query go as deep, and a text of a group become as long, as on PostgreSQL, by a hint for this statement.
pub fn unbound(work: &mut Work, recursive: bool, grouped: bool) {
    let text = settings(recursive, grouped);
    for statement in work.trees() {
        let hints = match statement {
            Statement::Query(query) => match output::leftmost_mut(&mut query.body) {
                Some(select) => &mut select.optimizer_hints,
                None => continue,
            },
            Statement::Insert(insert) => &mut insert.optimizer_hints,
            Statement::Update(update) => &mut update.optimizer_hints,
            Statement::Delete(delete) => &mut delete.optimizer_hints,
            _ => continue,
        };
        hints.push(OptimizerHint {
            prefix: String::new(),
            text: format!("{text} "),
            style: OptimizerHintStyle::MultiLine,
        });
    }
}

fn settings(recursive: bool, grouped: bool) -> String {
    let settings = [(recursive, "cte_max_recursion_depth"), (grouped, "group_concat_max_len")];
    let settings = settings.into_iter().filter(|(wanted, _)| *wanted);
    settings.map(|(_, name)| format!(" SET_VAR({name} = 4294967295)")).collect()
}

/// The same hint as a text, with a blank after it; empty where nothing needs it.
pub fn unbound_hint(recursive: bool, grouped: bool) -> String {
    if recursive || grouped { format!("/*+{} */ ", settings(recursive, grouped)) } else { String::new() }
}

fn view(cx: &mut Cx<'_>, view: &mut CreateView) -> Result<(), Untranslatable> {
    let CreateView {
        or_alter,
        or_replace: _,
        materialized,
        secure,
        name,
        name_before_not_exists: _,
        columns,
        query,
        options,
        cluster_by,
        comment,
        with_no_schema_binding,
        if_not_exists,
        temporary,
        copy_grants,
        to,
        params,
    } = view;
    let name = name.clone();
    let span = cx.node(&name);
    let refuse = |what: &str| Err(Untranslatable { span, what: what.into() });
    if *materialized {
        let found =
            cx.report(&MATERIALIZED_VIEW, span, "the rows are computed at each read, and always fresh");
        (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
        *materialized = false;
        *if_not_exists = false;
    }
    let foreign = *or_alter
        || *secure
        || !cluster_by.is_empty()
        || comment.is_some()
        || *with_no_schema_binding
        || *if_not_exists
        || *copy_grants
        || to.is_some()
        || params.is_some()
        || columns.iter().any(|column| column.data_type.is_some() || column.options.is_some());
    if foreign {
        return refuse("this form of view");
    }
    if *temporary {
        return refuse("a temporary view");
    }
    let listed: Vec<Ident> = columns.iter().map(|column| column.name.clone()).collect();
    let mut found = named(cx, query, &Scope::default(), &[])?;
    for (column, ident) in found.iter_mut().zip(&listed) {
        column.name = crate::syntax::names::folded(ident);
        column.ident = ident.clone();
    }
    if let CreateTableOptions::With(list) = options {
        for option in std::mem::take(list) {
            *params = self::option(&option, params.take())
                .ok_or_else(|| Untranslatable { span, what: format!("the view's option {option}") })?;
        }
    }
    *options = CreateTableOptions::None;
    cx.declares = Some(
        found.into_iter().map(|column| (column.ident.clone(), declared(&column), column.not_null)).collect(),
    );
    Ok(())
}

/// A column's type as the catalog keeps it.
fn declared(column: &Column) -> DataType {
    let known = column.data_type.clone().or_else(|| output::plain(&column.ty));
    known.unwrap_or_else(|| {
        DataType::Custom(sqlparser::ast::ObjectName::from(vec![Ident::new(column.ty.name())]), Vec::new())
    })
}

/// What a view's option says on TiDB; None where it can't be said.
fn option(option: &SqlOption, params: Option<CreateViewParams>) -> Option<Option<CreateViewParams>> {
    let (key, on) = match option {
        SqlOption::Ident(key) => (key, true),
        SqlOption::KeyValue { key, value } => {
            let sqlparser::ast::Expr::Value(value) = value else { return None };
            let on = match &value.value {
                Value::Boolean(on) => *on,
                Value::SingleQuotedString(text) => {
                    crate::passes::expressions::literals::boolean(text).ok()?
                }
                _ => return None,
            };
            (key, on)
        }
        _ => return None,
    };
    match key.value.to_ascii_lowercase().as_str() {
        // It keeps functions from seeing rows too early, and TiDB has no functions of the user's own.
        "security_barrier" => Some(params),
        "security_invoker" if !on => Some(params),
        "security_invoker" => Some(Some(CreateViewParams {
            algorithm: None,
            definer: None,
            security: Some(CreateViewSecurity::Invoker),
        })),
        _ => None,
    }
}

/// REFRESH of a materialized view that is a plain one.
pub fn refresh(parsed: &Parsed, options: &Options) -> Option<(Verdict, Diagnostic)> {
    let refresh = parsed.head(3) == "REFRESH MATERIALIZED VIEW";
    (refresh && options.materialized_views == MaterializedViews::View).then(|| {
        let span =
            parsed.tokens.iter().find(|token| !token.is_trivia()).map(|token| token.span).unwrap_or_default();
        let mut diagnostic =
            Diagnostic::new(&MATERIALIZED_VIEW, span, "the rows of a plain view are always fresh");
        (diagnostic.level, diagnostic.fidelity) = (Level::Info, Fidelity::Exact);
        (Verdict::Drop, diagnostic)
    })
}
