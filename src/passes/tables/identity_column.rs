//! `identity-column`

use crate::diagnostic::rule;
use crate::passes::Cx;
use sqlparser::ast::{ColumnDef, ColumnOption, Expr, GeneratedAs, SequenceOptions, UnaryOperator, Value};

rule! {
    /// An identity column.
    ///
    /// `GENERATED … AS IDENTITY` becomes `AUTO_INCREMENT` (see `serial-column` for what that means). `START WITH n`
    /// becomes the table option `AUTO_INCREMENT = n`. `GENERATED ALWAYS` refuses explicit values on PostgreSQL, unless they are
    /// said to override; `AUTO_INCREMENT` takes them. TiDB's step is always 1: a column with another step, bounds or CYCLE takes its
    /// numbers from a sequence.
    pub IDENTITY_COLUMN = "C021", "identity-column", Tables, Exact;
}

/// What the sequence of an identity column says.
pub struct Identity {
    pub start: Option<String>,
    /// What AUTO_INCREMENT can't do: other steps, bounds, beginning again.
    pub others: Vec<SequenceOptions>,
}

/// Takes the identity clause out of a column.
pub fn take(cx: &mut Cx<'_>, column: &mut ColumnDef) -> Option<Identity> {
    let is = |option: &ColumnOption| {
        matches!(
            option,
            ColumnOption::Generated {
                generation_expr: None,
                generated_as: GeneratedAs::Always | GeneratedAs::ByDefault,
                ..
            }
        )
    };
    let at = column.options.iter().position(|option| is(&option.option))?;
    let ColumnOption::Generated { generated_as, sequence_options, .. } = column.options.remove(at).option
    else {
        return None;
    };
    let span = cx.column_option(&column.name, "GENERATED");
    if matches!(generated_as, GeneratedAs::Always) {
        cx.note(
            &IDENTITY_COLUMN,
            span,
            "AUTO_INCREMENT takes explicit values, which GENERATED ALWAYS refuses",
        );
    }
    let mut identity = Identity { start: None, others: Vec::new() };
    for option in sequence_options.unwrap_or_default() {
        match &option {
            SequenceOptions::StartWith(value, _) => {
                identity.start = number(value).filter(|start| start != "1")
            }
            SequenceOptions::IncrementBy(value, _) if number(value).as_deref() == Some("1") => {}
            // sqlparser says of NO CYCLE that it is true.
            SequenceOptions::MinValue(None)
            | SequenceOptions::MaxValue(None)
            | SequenceOptions::Cycle(true) => {}
            SequenceOptions::MinValue(Some(value)) if number(value).as_deref() == Some("1") => {}
            SequenceOptions::Cache(_) => {}
            _ => identity.others.push(option),
        }
    }
    Some(identity)
}

/// A number as the source writes it.
pub fn number(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Some(digits.clone()),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => Some(format!("-{}", number(expr)?)),
        Expr::Nested(inner) => number(inner),
        _ => None,
    }
}
