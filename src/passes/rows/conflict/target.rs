//! The conflict target: which of the table's unique keys ON CONFLICT is about.

use crate::catalog::{Index, Name, Table, inference_text};
use crate::passes::Cx;
use crate::syntax::names;
use crate::text::Span;
use sqlparser::ast::{ConflictTarget, Expr, ObjectName};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

/// What stands between ON CONFLICT and DO.
#[derive(Debug, Default)]
pub struct Target {
    /// Folded.
    pub columns: Vec<String>,
    pub expressions: Vec<String>,
    pub predicate: Option<String>,
    /// ON CONSTRAINT.
    pub constraint: Option<String>,
    pub span: Span,
}

/// Reads the target; `None` where there is none. What the tree could not hold is read from the text.
pub fn read(cx: &Cx<'_>, tree: Option<&ConflictTarget>) -> Result<Option<Target>, Span> {
    let span = written(cx);
    match tree {
        Some(ConflictTarget::Columns(columns)) => {
            let columns = columns.iter().map(names::folded).collect();
            Ok(Some(Target { columns, span, ..Target::default() }))
        }
        Some(ConflictTarget::OnConstraint(name)) => {
            Ok(Some(Target { constraint: Some(Name::of(name).name), span, ..Target::default() }))
        }
        None if span.start == span.end => Ok(None),
        None => {
            let text = cx.parsed.source().get(span.start..span.end).unwrap_or_default();
            parse(text).map(|target| Some(Target { span, ..target })).ok_or(span)
        }
    }
}

/// The text between the last ON CONFLICT and its DO; empty where nothing stands there.
fn written(cx: &Cx<'_>) -> Span {
    let source = cx.parsed.source();
    let solid: Vec<Span> = cx.parsed.tokens.iter().filter(|t| !t.is_trivia()).map(|t| t.span).collect();
    let is = |span: &Span, word: &str| source[span.start..span.end].eq_ignore_ascii_case(word);
    let Some(at) = solid.iter().rposition(|span| is(span, "conflict")) else { return Span::default() };
    let rest = &solid[at + 1..];
    let mut depth = 0usize;
    let ends = rest.iter().position(|span| {
        match &source[span.start..span.end] {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && is(span, "do")
    });
    match ends {
        Some(ends) if ends > 0 => rest[0].join(rest[ends - 1]),
        _ => Span::new(solid[at].end, solid[at].end),
    }
}

/// `(a, lower(b)) WHERE c`. Collations and operator classes don't tell indexes apart here.
fn parse(text: &str) -> Option<Target> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?;
    parser.expect_token(&Token::LParen).ok()?;
    let mut target = Target::default();
    loop {
        let mut expr = parser.parse_expr().ok()?;
        while let Expr::Nested(inner) | Expr::Collate { expr: inner, .. } = expr {
            expr = *inner;
        }
        match &expr {
            Expr::Identifier(ident) => target.columns.push(names::folded(ident)),
            other => target.expressions.push(inference_text(other)),
        }
        // An operator class.
        if matches!(parser.peek_token_ref().token, Token::Word(_)) {
            parser.next_token();
        }
        if !parser.consume_token(&Token::Comma) {
            break;
        }
    }
    parser.expect_token(&Token::RParen).ok()?;
    if parser.parse_keyword(Keyword::WHERE) {
        target.predicate = Some(inference_text(&parser.parse_expr().ok()?));
    }
    (parser.peek_token_ref().token == Token::EOF).then_some(target)
}

impl Target {
    /// The unique keys that PostgreSQL infers from the target.
    pub fn arbiters<'t>(&self, table: &'t Table) -> Vec<&'t Index> {
        if let Some(name) = &self.constraint {
            let named = |index: &&Index| index.constraint && index.name.eq_ignore_ascii_case(name);
            return table.indexes.iter().filter(named).collect();
        }
        let same =
            |a: &[String], b: &[String]| a.iter().all(|x| b.contains(x)) && b.iter().all(|x| a.contains(x));
        let inferred = |index: &&Index| {
            index.unique
                && same(&index.columns, &self.columns)
                && same(&index.expressions, &self.expressions)
                && match (&index.predicate, &self.predicate) {
                    (None, _) => true,
                    (Some(wanted), Some(said)) => !wanted.is_empty() && implies(said, wanted),
                    (Some(_), None) => false,
                }
        };
        table.indexes.iter().filter(inferred).collect()
    }
}

/// Whether one of a condition's parts is what the index wants.
fn implies(said: &str, wanted: &str) -> bool {
    let bare = |text: &str| text.replace(['(', ')'], "");
    bare(said) == bare(wanted)
}

/// The table's name for a message.
pub fn shown(name: &ObjectName) -> String {
    name.to_string().replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_read_from_their_text() {
        let target = parse("(a, lower( \"B\" ) COLLATE \"C\" text_ops) WHERE (c IS NULL)").expect("a target");
        assert_eq!(target.columns, ["a"]);
        assert_eq!(target.expressions, ["lower(b)"]);
        assert_eq!(target.predicate.as_deref(), Some("cisnull"));
        assert!(parse("(a) b").is_none());
        assert!(parse("a").is_none());
    }
}
