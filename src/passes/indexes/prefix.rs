//! `index-prefix`: indexes on the beginning of a text.

use super::partial::bare;
use crate::catalog::Table;
use crate::diagnostic::rule;
use crate::passes::Cx;
use crate::passes::alter::State;
use crate::passes::tables::key_size::{KeyPart, fit, key_part};
use sqlparser::ast::{
    CreateIndex, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments,
    Ident, IndexColumn, ObjectName, ObjectNamePart, Value,
};

rule! {
    /// An index on a text that is too long for a key.
    ///
    /// A key of TiDB takes at most 3072 bytes, four for each character. An index that is not unique covers the first
    /// characters of the text: it finds the same rows.
    pub INDEX_PREFIX = "I007", "index-prefix", Indexes, Exact;
}

/// Covers long texts by their first characters.
pub fn prefixes(cx: &mut Cx<'_>, table: &Table, index: &mut CreateIndex) {
    let part = |column: &IndexColumn| match &column.column.expr {
        Expr::Identifier(ident) => {
            table.column(&ident.value).map_or(KeyPart::Fixed(8), |c| key_part(&c.tidb))
        }
        // What an expression makes of the column's text is as long.
        _ => KeyPart::Fixed(8),
    };
    let parts: Vec<KeyPart> = index.columns.iter().map(part).collect();
    let Some(lengths) = fit(&parts, u64::from(cx.options.indexed_text)) else { return };
    for ((column, part), length) in index.columns.iter_mut().zip(parts).zip(lengths) {
        let (Expr::Identifier(ident), Some(length)) = (&column.column.expr, length) else { continue };
        let longer = match part {
            KeyPart::Text | KeyPart::Blob => true,
            KeyPart::Characters(n) | KeyPart::Bytes(n) => n > length,
            _ => false,
        };
        if longer {
            let span = cx.ident(ident);
            cx.note(
                &INDEX_PREFIX,
                span,
                format!(
                    "the index covers the first {length} characters of {ident}: TiDB's keys hold 3072 bytes"
                ),
            );
            column.column.expr = prefix(ident, length);
        }
    }
}

/// `column(n)`, which sqlparser's tree has as a call.
pub fn prefix(column: &Ident, length: u64) -> Expr {
    let number = Expr::value(Value::Number(length.to_string(), false));
    Expr::Function(Function {
        name: ObjectName(vec![ObjectNamePart::Identifier(column.clone())]),
        uses_odbc_syntax: false,
        parameters: FunctionArguments::None,
        args: FunctionArguments::List(FunctionArgumentList {
            duplicate_treatment: None,
            args: vec![FunctionArg::Unnamed(FunctionArgExpr::Expr(number))],
            clauses: Vec::new(),
        }),
        filter: None,
        null_treatment: None,
        over: None,
        within_group: Vec::new(),
    })
}

/// The column and the length of `left(column, 3)`, `substr(column, 1, 3)` or `substring(column FROM 1 FOR 3)`: a unique key on a prefix is one
/// on just that.
pub fn beginning(expr: &Expr, state: &State) -> Option<(Ident, u64)> {
    let number = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(number, _) => number.parse::<u64>().ok(),
            _ => None,
        },
        _ => None,
    };
    let (text, length) = match bare(expr) {
        Expr::Substring { expr, substring_from: Some(from), substring_for: Some(length), .. }
            if number(from) == Some(1) =>
        {
            (expr.as_ref().clone(), number(length)?)
        }
        Expr::Function(function) => {
            let FunctionArguments::List(list) = &function.args else { return None };
            let values = list.args.iter().map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
                _ => None,
            });
            let values: Vec<&Expr> = values.collect::<Option<_>>()?;
            match (function.name.to_string().to_ascii_lowercase().as_str(), values.as_slice()) {
                ("left", [text, length]) => ((*text).clone(), number(length)?),
                ("substr" | "substring", [text, from, length]) if number(from) == Some(1) => {
                    ((*text).clone(), number(length)?)
                }
                _ => return None,
            }
        }
        _ => return None,
    };
    let Expr::Identifier(ident) = text else { return None };
    let most = match key_part(&state.column(&ident)?.tidb) {
        KeyPart::Text => 768,
        KeyPart::Characters(most) => most.min(768),
        _ => return None,
    };
    // A prefix may be no longer than the column.
    (length > 0 && length < most).then_some((ident, length))
}
