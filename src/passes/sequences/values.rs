//! Calls of sequence functions inside statements: in defaults, in rows, in queries.

use super::calls::{self, Call, What};
use super::setval::{resolve, shown};
use super::statement::call;
use super::{COUNTER_VALUE, UNDECLARED_SEQUENCE};
use crate::catalog::{Name, Place};
use crate::diagnostic::{Fidelity, Level};
use crate::passes::expressions::span;
use crate::passes::{Cx, Verdict, Work};
use crate::syntax::names;
use crate::syntax::walk::WalkMut;
use sqlparser::ast::{
    ColumnDef, ColumnOption, ColumnOptionDef, CreateTable, DataType, Expr, GeneratedAs, Ident, Insert,
    SetExpr, Statement, TableConstraint, TableObject, VisitorMut,
};
use std::ops::ControlFlow;

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    if !says_so(cx) {
        return;
    }
    let mut refused = false;
    for statement in work.trees() {
        match statement {
            Statement::CreateTable(create) => undeclared_default(cx, create),
            Statement::Insert(insert) => own_default(cx, insert),
            _ => {}
        }
        let strict = !matches!(statement, Statement::CreateTable(_) | Statement::AlterTable(_));
        let mut rewrite = Rewrite { cx, strict, refused: false };
        let _ = statement.walk_mut(&mut rewrite);
        refused |= rewrite.refused;
    }
    if refused {
        work.verdict = Verdict::Refuse;
    }
}

/// Most statements call no sequence, which their words tell.
fn says_so(cx: &Cx<'_>) -> bool {
    let source = cx.parsed.source();
    cx.parsed.tokens.iter().any(|token| {
        let text = token.text(source);
        (text.len() == 7
            && (text.eq_ignore_ascii_case("nextval")
                || text.eq_ignore_ascii_case("currval")
                || text.eq_ignore_ascii_case("lastval")))
            || (text.len() == 6 && text.eq_ignore_ascii_case("setval"))
    })
}

struct Rewrite<'w, 'a> {
    cx: &'w mut Cx<'a>,
    /// Whether a call that has no translation refuses the statement; a default is judged by its own rule.
    strict: bool,
    refused: bool,
}

impl VisitorMut for Rewrite<'_, '_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Some(found) = calls::of(expr) {
            match rewritten(self.cx, &found) {
                Ok(new) => *expr = new,
                Err((rule, message)) if self.strict => {
                    let at = span(self.cx, expr);
                    let found = self.cx.report(rule, at, message);
                    (found.level, found.fidelity) = (Level::Error, Fidelity::Refused);
                    self.refused = true;
                }
                Err(_) => {}
            }
        }
        ControlFlow::Continue(())
    }
}

type Refusal = (&'static crate::diagnostic::Rule, String);

fn rewritten(cx: &Cx<'_>, found: &Call<'_>) -> Result<Expr, Refusal> {
    if found.what == What::Last {
        return Err((&COUNTER_VALUE, "lastval() does not say whose number it was".into()));
    }
    let Some((_, sequence)) = resolve(cx, &found.named) else {
        return Err((&UNDECLARED_SEQUENCE, format!("no file of this run creates {}", shown(&found.named))));
    };
    match (&sequence.place, found.what) {
        (Place::Sequence(name), What::Next) => Ok(call(name)),
        (Place::Sequence(name), What::Current) => {
            let Expr::Function(mut function) = call(name) else { return Ok(call(name)) };
            function.name = sqlparser::ast::ObjectName::from(vec![Ident::new("lastval")]);
            Ok(Expr::Function(function))
        }
        (Place::Sequence(_), _) => {
            Err((&COUNTER_VALUE, "setval inside a statement is not translated: say it alone".into()))
        }
        (Place::Counter, _) => {
            let owner = sequence.owner.as_ref().map(|(table, column)| format!("{}.{column}", table.name));
            let owner = owner.unwrap_or_else(|| "a column".into());
            Err((&COUNTER_VALUE, format!("{} is the AUTO_INCREMENT of {owner} on TiDB", shown(&found.named))))
        }
        (Place::Missing(why), _) => {
            Err((&COUNTER_VALUE, format!("{} is not on TiDB: {why}", shown(&found.named))))
        }
    }
}

/// The next number of a column's own counter is its DEFAULT.
fn own_default(cx: &Cx<'_>, insert: &mut Insert) {
    let TableObject::TableName(name) = &insert.table else { return };
    let table = Name::of(name);
    let listed: Vec<String> =
        insert.columns.iter().map(|name| names::last(name).map(names::folded).unwrap_or_default()).collect();
    let columns: Vec<String> = match listed.is_empty() {
        false => listed,
        true => match cx.catalog.table_named(&table) {
            Some(table) => table.columns.iter().map(|column| column.name.clone()).collect(),
            None => return,
        },
    };
    let Some(SetExpr::Values(values)) = insert.source.as_mut().map(|query| query.body.as_mut()) else {
        return;
    };
    for row in &mut values.rows {
        for (expr, column) in row.content.iter_mut().zip(&columns) {
            let Some(found) = calls::of(expr).filter(|call| call.what == What::Next) else { continue };
            if let Some((_, sequence)) = resolve(cx, &found.named)
                && sequence.place == Place::Counter
                && sequence.belongs_to(&table, column)
            {
                *expr = Expr::Identifier(Ident::new("DEFAULT"));
            }
        }
    }
}

/// A key column that takes from a sequence that no file creates numbers its rows itself.
fn undeclared_default(cx: &mut Cx<'_>, create: &mut CreateTable) {
    let is_key = |column: &ColumnDef| {
        let folded = names::folded(&column.name);
        let inline = column.options.iter().any(|o| matches!(o.option, ColumnOption::PrimaryKey(_)));
        inline
            || create.constraints.iter().any(|constraint| match constraint {
                TableConstraint::PrimaryKey(key) => {
                    crate::passes::index_columns(&key.columns).first() == Some(&folded)
                }
                _ => false,
            })
    };
    let undeclared = |column: &ColumnDef| {
        let integer = matches!(
            crate::passes::types::alias::canonical(&column.data_type).as_ref().unwrap_or(&column.data_type),
            DataType::Int(_)
                | DataType::Integer(_)
                | DataType::Int2(_)
                | DataType::Int4(_)
                | DataType::Int8(_)
                | DataType::SmallInt(_)
                | DataType::BigInt(_)
        );
        let at = column.options.iter().position(|o| match &o.option {
            ColumnOption::Default(expr) => calls::of(expr)
                .is_some_and(|call| call.what == What::Next && resolve(cx, &call.named).is_none()),
            _ => false,
        });
        at.filter(|_| integer)
    };
    let found = create.columns.iter().enumerate().find_map(|(n, column)| Some((n, undeclared(column)?)));
    let Some((n, at)) = found.filter(|(n, _)| is_key(&create.columns[*n])) else { return };
    let column = &mut create.columns[n];
    column.options.remove(at);
    let identity = ColumnOption::Generated {
        generated_as: GeneratedAs::ByDefault,
        sequence_options: None,
        generation_expr: None,
        generation_expr_mode: None,
        generated_keyword: true,
    };
    column.options.push(ColumnOptionDef { name: None, option: identity });
    let name = column.name.clone();
    let at = cx.column_option(&name, "DEFAULT");
    let message = format!("no file of this run creates the sequence of {name}: the column starts at 1");
    let found = cx.report(&UNDECLARED_SEQUENCE, at, message);
    (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
    found.help = Some("convert this file together with the one that creates the sequence".into());
}
