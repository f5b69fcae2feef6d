//! Reads a statement with the grammar of `grammar/ddl.pest`.

use super::{Bound, BoundKind, Datum, DomainChange, Form, Named, PartitionOf};
use crate::syntax::names;
use crate::syntax::reserved::is_reserved;
use crate::syntax::walk::WalkMut;
use crate::text::Span;
use pest::Parser as _;
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;
use sqlparser::ast::{Expr, Ident, ObjectName, ObjectNamePart, VisitorMut};
use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Span as Empty;
use std::ops::ControlFlow;

#[derive(Parser)]
#[grammar = "../grammar/ddl.pest"]
struct Grammar;

/// The statement's form, if it is one of these.
pub fn read(source: &str) -> Option<Form> {
    let pair = Grammar::parse(Rule::form, source).ok()?.next()?;
    let rule = pair.as_rule();
    let whole = span(&pair);
    let mut parts = Parts { pairs: pair.into_inner() };
    Some(match rule {
        Rule::attach => Form::Attach {
            table: parts.name()?,
            partition: parts.name()?,
            bound: bound(parts.next(Rule::bound)?)?,
        },
        Rule::detach => Form::Detach { table: parts.name()?, partition: parts.name()? },
        Rule::inherit => {
            let joins = !parts.clone().has(Rule::no);
            Form::Inherit { table: parts.name()?, parent: parts.name()?, joins }
        }
        Rule::drop_expression => Form::DropExpression {
            table: parts.name()?,
            column: ident(parts.next(Rule::ident)?.as_str()),
            span: whole,
        },
        Rule::of_type => Form::OfType { table: parts.name()? },
        Rule::table_space | Rule::index_depends => Form::NoEffect { span: whole },
        Rule::attach_index => Form::AttachIndex { index: parts.name()?, partition: parts.name()? },
        Rule::set_schema => Form::SetSchema {
            kind: parts.next(Rule::kind)?.as_str().to_ascii_uppercase(),
            object: parts.name()?,
            schema: ident(parts.next(Rule::ident)?.as_str()),
        },
        Rule::rename_view => {
            Form::RenameView { view: parts.name()?, new: ident(parts.next(Rule::ident)?.as_str()) }
        }
        Rule::partition_of => partition_of(parts)?,
        Rule::typed_table => Form::TypedTable { table: parts.name()?, of: parts.name()? },
        Rule::alter_domain => {
            let domain = parts.name()?;
            let changed = parts.pairs.clone().find(|p| is_change(p.as_rule()))?;
            Form::AlterDomain { domain, span: span(&changed), change: change(changed)? }
        }
        Rule::alter_type => Form::AlterType { name: parts.name()? },
        Rule::analyze => Form::Analyze {
            tables: parts
                .pairs
                .filter(|p| p.as_rule() == Rule::target)
                .filter_map(|p| Parts { pairs: p.into_inner() }.name())
                .collect(),
        },
        Rule::drop_domains => {
            let cascade =
                parts.clone().next(Rule::cascade).is_some_and(|p| p.as_str().eq_ignore_ascii_case("cascade"));
            let mut domains = Vec::new();
            while let Some(domain) = parts.name() {
                domains.push(domain);
            }
            Form::DropDomains { domains, cascade }
        }
        Rule::schema_elements => Form::SchemaElements { span: whole },
        _ => return None,
    })
}

/// The parts of a statement, in order.
#[derive(Clone)]
struct Parts<'i> {
    pairs: Pairs<'i, Rule>,
}

impl<'i> Parts<'i> {
    fn next(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        self.pairs.find(|pair| pair.as_rule() == rule)
    }

    fn has(mut self, rule: Rule) -> bool {
        self.next(rule).is_some()
    }

    fn name(&mut self) -> Option<Named> {
        let pair = self.next(Rule::name)?;
        let at = span(&pair);
        let parts = pair.into_inner().map(|p| ObjectNamePart::Identifier(ident(p.as_str())));
        Some(Named { name: ObjectName(parts.collect()), span: at })
    }
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    let text = pair.as_str();
    let start = pair.as_span().start();
    // A part that may go on takes the blanks before what it does not find.
    Span::new(start, start + text.trim_end().len())
}

fn ident(text: &str) -> Ident {
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => Ident::with_quote('`', names::truncate(&inner.replace("\"\"", "\"")).to_string()),
        None if is_reserved(text) => Ident::with_quote('`', text),
        None => Ident::new(names::truncate(text)),
    }
}

fn partition_of(mut parts: Parts<'_>) -> Option<Form> {
    let all = parts.clone();
    let part = |rule| all.clone().next(rule).map(|pair| span(&pair));
    Some(Form::PartitionOf(Box::new(PartitionOf {
        table: parts.name()?,
        parent: parts.name()?,
        if_not_exists: part(Rule::if_not_exists).is_some(),
        elements: part(Rule::elements),
        bound: bound(all.clone().next(Rule::bound)?)?,
        by: part(Rule::by),
    })))
}

fn bound(pair: Pair<'_, Rule>) -> Option<Bound> {
    let at = span(&pair);
    let inner = pair.into_inner().find(|p| matches!(p.as_rule(), Rule::range | Rule::list | Rule::hash));
    let Some(inner) = inner else { return Some(Bound { kind: BoundKind::Default, span: at }) };
    let rule = inner.as_rule();
    let parts = inner.clone().into_inner();
    let kind = match rule {
        Rule::range => {
            let (mut from, mut to, mut second) = (Vec::new(), Vec::new(), false);
            for part in parts {
                match part.as_rule() {
                    Rule::TO => second = true,
                    Rule::datum if second => to.push(datum(part.as_str())?),
                    Rule::datum => from.push(datum(part.as_str())?),
                    _ => {}
                }
            }
            BoundKind::Range { from, to }
        }
        Rule::list => {
            let data = parts.filter(|p| p.as_rule() == Rule::datum);
            BoundKind::List(data.map(|p| datum(p.as_str())).collect::<Option<_>>()?)
        }
        _ => {
            let (mut modulus, mut remainder) = (0, 0);
            for part in parts.filter(|p| p.as_rule() == Rule::hash_part) {
                let mut words = part.into_inner();
                let (word, number) = (words.next()?, words.next()?.as_str().parse().ok()?);
                match word.as_str().to_ascii_lowercase().as_str() {
                    "modulus" => modulus = number,
                    _ => remainder = number,
                }
            }
            BoundKind::Hash { modulus, remainder }
        }
    };
    Some(Bound { kind, span: at })
}

fn datum(text: &str) -> Option<Datum> {
    let text = text.trim();
    Some(match text.to_ascii_lowercase().as_str() {
        "minvalue" => Datum::MinValue,
        "maxvalue" => Datum::MaxValue,
        _ => Datum::Value(Box::new(expression(text)?)),
    })
}

/// An expression without places: its own would be counted from its start.
fn expression(text: &str) -> Option<Expr> {
    let mut parser = Parser::new(&PostgreSqlDialect {}).try_with_sql(text).ok()?;
    let expr = parser.parse_expr().ok()?;
    (parser.peek_token_ref().token == sqlparser::tokenizer::Token::EOF).then(|| unplaced(expr))
}

fn unplaced(mut expr: Expr) -> Expr {
    struct Unplaced;
    impl VisitorMut for Unplaced {
        type Break = ();
        fn pre_visit_ident(&mut self, ident: &mut Ident) -> ControlFlow<()> {
            ident.span = Empty::empty();
            if ident.quote_style.is_some() || is_reserved(&ident.value) {
                ident.quote_style = Some('`');
            }
            ControlFlow::Continue(())
        }
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            match expr {
                Expr::Value(value) => value.span = Empty::empty(),
                // A function's name in TiDB's grammar is none of the reserved words.
                Expr::Function(function) => {
                    for part in &mut function.name.0 {
                        if let ObjectNamePart::Identifier(ident) = part {
                            ident.quote_style = None;
                        }
                    }
                }
                _ => {}
            }
            ControlFlow::Continue(())
        }
    }
    let _ = expr.walk_mut(&mut Unplaced);
    expr
}

fn is_change(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::set_not_null
            | Rule::drop_not_null
            | Rule::set_default
            | Rule::drop_default
            | Rule::add_check
            | Rule::drop_constraint
            | Rule::rename_constraint
            | Rule::validate
            | Rule::rename_to
    )
}

fn change(pair: Pair<'_, Rule>) -> Option<DomainChange> {
    let rule = pair.as_rule();
    let mut parts = Parts { pairs: pair.into_inner() };
    Some(match rule {
        Rule::set_not_null => DomainChange::SetNotNull,
        Rule::drop_not_null => DomainChange::DropNotNull,
        Rule::set_default => {
            DomainChange::SetDefault(Box::new(expression(parts.next(Rule::expression)?.as_str().trim())?))
        }
        Rule::drop_default => DomainChange::DropDefault,
        Rule::add_check => DomainChange::AddCheck {
            name: parts.clone().next(Rule::ident).map(|p| ident(p.as_str())),
            check: Box::new(unwrapped(expression(parts.clone().next(Rule::parens)?.as_str())?)),
            not_valid: parts.has(Rule::VALID),
        },
        Rule::drop_constraint => DomainChange::DropConstraint {
            if_exists: parts.clone().has(Rule::if_exists),
            name: ident(parts.next(Rule::ident)?.as_str()),
        },
        Rule::rename_constraint => DomainChange::RenameConstraint {
            from: ident(parts.next(Rule::ident)?.as_str()),
            to: ident(parts.next(Rule::ident)?.as_str()),
        },
        Rule::validate => DomainChange::Validate,
        _ => DomainChange::Rename(ident(parts.next(Rule::ident)?.as_str())),
    })
}

fn unwrapped(expr: Expr) -> Expr {
    match expr {
        Expr::Nested(inner) => *inner,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partitions_are_read() {
        let form = read(
            "ALTER TABLE ONLY s.\"P\" /* to */ ATTACH PARTITION p1 FOR VALUES FROM ('a,)', MINVALUE) TO (now(), 5);",
        );
        let Some(Form::Attach { table, bound, .. }) = form else { panic!("{form:?}") };
        assert_eq!(table.name.to_string(), "s.`P`");
        let BoundKind::Range { from, to } = bound.kind else { panic!("a range") };
        assert_eq!((from.len(), to.len(), &from[1]), (2, 2, &Datum::MinValue));
        let form = read(
            "create table if not exists a partition of b (c default 0) for values with (modulus 4, remainder 3) partition by list (d) tablespace x",
        );
        let Some(Form::PartitionOf(part)) = form else { panic!("{form:?}") };
        assert_eq!(part.bound.kind, BoundKind::Hash { modulus: 4, remainder: 3 });
        assert!(part.if_not_exists && part.elements.is_some() && part.by.is_some());
        let form = read("CREATE TABLE p PARTITION OF q DEFAULT");
        assert!(matches!(form, Some(Form::PartitionOf(part)) if part.bound.kind == BoundKind::Default));
    }

    #[test]
    fn other_statements_are_read() {
        for sql in [
            "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
            "ALTER TABLE t NO INHERIT p",
            "ALTER TABLE t OF x",
            "ALTER TABLE t NOT OF",
            "ALTER TABLE ALL IN TABLESPACE a OWNED BY joe SET TABLESPACE b",
            "ALTER INDEX i ATTACH PARTITION j",
            "ALTER INDEX i NO DEPENDS ON EXTENSION e",
            "ALTER FUNCTION f(int, text) SET SCHEMA s",
            "ALTER TABLE IF EXISTS a.b SET SCHEMA s;",
            "ALTER MATERIALIZED VIEW a SET SCHEMA s",
            "ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > ')') NOT VALID",
            "ALTER DOMAIN d SET DEFAULT 'x;y'",
            "ALTER DOMAIN d DROP CONSTRAINT IF EXISTS c CASCADE",
            "ALTER TYPE t ADD ATTRIBUTE a int, DROP ATTRIBUTE b",
            "ALTER TYPE t SET (RECEIVE = f)",
            "ANALYZE (VERBOSE) a, b (c, d)",
            "ANALYZE VERBOSE",
            "DROP DOMAIN IF EXISTS a, b CASCADE",
            "CREATE SCHEMA s CREATE TABLE t (a int) CREATE VIEW v AS SELECT 1",
            "CREATE TABLE a OF b (PRIMARY KEY (c))",
        ] {
            assert!(read(sql).is_some(), "{sql}");
        }
        for sql in ["ALTER TABLE t ATTACH PARTITION", "SELECT 1", "ALTER DOMAIN d", ""] {
            assert!(read(sql).is_none(), "{sql}");
        }
    }
}
