//! Values of PL/pgSQL's expressions that are known before anything runs.

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;
use std::collections::BTreeMap;

/// Variables and their values, where those are known.
pub type Variables = BTreeMap<String, Option<String>>;

/// A text that is put together.
pub struct Text {
    /// With a name of ours in the place of what is not known.
    pub said: String,
    /// All of it is known.
    pub whole: bool,
}

/// What stands for a part that is not known: a name.
const UNKNOWN: &str = "pg2tidb_unknown";

/// An expression of PL/pgSQL.
pub fn parse(text: &str) -> Option<Expr> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).with_recursion_limit(40).try_with_sql(text).ok()?;
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token_ref().token == Token::EOF).then_some(expr)
}

/// The value of an expression, if it is known.
pub fn value(text: &str, variables: &Variables) -> Option<String> {
    let text = self::text(text, variables)?;
    text.whole.then_some(text.said)
}

/// The text that an expression makes, as far as it is known.
pub fn text(text: &str, variables: &Variables) -> Option<Text> {
    let mut whole = true;
    let said = of(&parse(text)?, variables, &mut whole)?;
    Some(Text { said, whole })
}

fn of(expr: &Expr, variables: &Variables, whole: &mut bool) -> Option<String> {
    Some(match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => text.clone(),
            Value::DollarQuotedString(text) => text.value.clone(),
            Value::Number(number, _) => number.clone(),
            Value::Boolean(truth) => truth.to_string(),
            _ => return None,
        },
        Expr::Nested(inner) => of(inner, variables, whole)?,
        Expr::Cast { expr, data_type: DataType::Text | DataType::Varchar(_) | DataType::Boolean, .. } => {
            of(expr, variables, whole)?
        }
        Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } => {
            let left = of(left, variables, whole)?;
            left + &of(right, variables, whole)?
        }
        Expr::Identifier(name) => match variables.get(&name.value.to_lowercase()) {
            Some(Some(value)) => value.clone(),
            _ => unknown(whole),
        },
        Expr::Function(function) => call(function, variables, whole)?,
        _ => unknown(whole),
    })
}

fn unknown(whole: &mut bool) -> String {
    *whole = false;
    UNKNOWN.to_string()
}

fn call(function: &Function, variables: &Variables, whole: &mut bool) -> Option<String> {
    let FunctionArguments::List(list) = &function.args else { return Some(unknown(whole)) };
    let args: Vec<&Expr> = list
        .args
        .iter()
        .filter_map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
            _ => None,
        })
        .collect();
    let name = function.name.to_string().to_lowercase();
    match (name.as_str(), args.split_first()) {
        ("format", Some((pattern, rest))) => {
            let pattern = of(pattern, variables, whole)?;
            let mut rest = rest.iter();
            let mut said = String::new();
            let mut chars = pattern.chars();
            while let Some(c) = chars.next() {
                if c != '%' {
                    said.push(c);
                    continue;
                }
                let kind = chars.next()?;
                if kind == '%' {
                    said.push('%');
                    continue;
                }
                let value = of(rest.next()?, variables, whole)?;
                match kind {
                    's' => said.push_str(&value),
                    'I' => said.push_str(&quoted(&value)),
                    'L' => said.push_str(&format!("'{}'", value.replace('\'', "''"))),
                    _ => return None,
                }
            }
            Some(said)
        }
        ("quote_ident", Some((arg, []))) => Some(quoted(&of(arg, variables, whole)?)),
        ("quote_literal", Some((arg, []))) => {
            Some(format!("'{}'", of(arg, variables, whole)?.replace('\'', "''")))
        }
        ("concat", Some(_)) => {
            let mut said = String::new();
            for arg in args {
                said.push_str(&of(arg, variables, whole)?);
            }
            Some(said)
        }
        _ => Some(unknown(whole)),
    }
}

/// A name in quotes, where it needs them.
fn quoted(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain { name.to_string() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_put_together() {
        let variables: Variables =
            [("a".to_string(), Some("x y".to_string())), ("b".to_string(), None)].into();
        let said = |sql: &str| text(sql, &variables).map(|text| (text.said, text.whole));
        assert_eq!(said("'DROP TABLE ' || quote_ident(a)"), Some(("DROP TABLE \"x y\"".into(), true)));
        assert_eq!(said("format('%I.%s = %L', 't', 'c', 'it''s')"), Some(("t.c = 'it''s'".into(), true)));
        assert_eq!(said("'GRANT ALL TO ' || b"), Some(("GRANT ALL TO pg2tidb_unknown".into(), false)));
        assert_eq!(value("b", &variables), None);
    }
}
