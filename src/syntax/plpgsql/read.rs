//! Reads the block structure of PL/pgSQL with the grammar of `grammar/plpgsql.pest`.

use super::{Arm, Block, Declared, Handler, Node, NodeKind};
use crate::syntax::Parsed;
use crate::syntax::lex::{Kind, Rules, lex};
use crate::text::Span;
use pest::Parser as _;
use pest::iterators::Pair;
use pest_derive::Parser;

#[derive(Parser)]
#[grammar = "../grammar/plpgsql.pest"]
pub(super) struct Grammar;

/// Deeper nesting is not read: each level costs stack.
const MOST_DEPTH: usize = 64;

/// The block of a DO statement, if it is one that can be read. Spans are bytes in `source`.
pub fn block_of(source: &str) -> Option<Block> {
    program(source, code_of(source)?)
}

/// The statements of SQL in a DO statement, in the order of the text: what the block would say, without reading them.
pub fn texts_of(source: &str) -> Vec<&str> {
    let Some(text) = code_of(source).and_then(|body| source.get(body.start..body.end)) else {
        return Vec::new();
    };
    let statements = code(text).into_iter().flat_map(|pair| pair.into_inner().flatten());
    statements.filter(|pair| pair.as_rule() == Rule::sql).filter_map(|pair| sql(pair.as_str())).collect()
}

/// The code of a DO statement, if its language is PL/pgSQL.
fn code_of(source: &str) -> Option<Span> {
    if too_deep(source) {
        return None;
    }
    let head = Grammar::parse(Rule::do_head, source).ok()?.next()?;
    let mut body = None;
    for pair in head.into_inner() {
        match pair.as_rule() {
            Rule::language if language(&pair) != "plpgsql" => return None,
            Rule::body => body = Some(inside(&pair)?),
            _ => {}
        }
    }
    body
}

/// Code that is not nested too deeply, as the grammar reads it.
fn code(text: &str) -> Option<Pair<'_, Rule>> {
    if too_deep(text) { None } else { Grammar::parse(Rule::program, text).ok()?.next() }
}

/// A statement in code, without its semicolon and what stands before that.
fn sql(text: &str) -> Option<&str> {
    text.strip_suffix(';').map(trimmed)
}

/// The block that a body holds.
pub fn program(source: &str, body: Span) -> Option<Block> {
    let text = source.get(body.start..body.end)?;
    let reader = Reader { text, offset: body.start };
    code(text)?.into_inner().find(|pair| pair.as_rule() == Rule::block).map(|pair| reader.block(pair))
}

/// Folded, without quotes.
pub(super) fn language(pair: &Pair<'_, Rule>) -> String {
    let text = pair.clone().into_inner().last().map_or("", |pair| pair.as_str());
    text.trim_matches(['\'', '"']).to_ascii_lowercase()
}

/// What is between a body's quotes, where the text there is the code itself.
pub(super) fn inside(pair: &Pair<'_, Rule>) -> Option<Span> {
    let (start, text) = (pair.as_span().start(), pair.as_str().trim_end());
    let quote = match text.strip_prefix('$') {
        Some(rest) => rest.find('$')? + 2,
        None if text.starts_with('\'') && !text.get(1..text.len().checked_sub(1)?)?.contains('\'') => 1,
        None => return None,
    };
    Some(Span::new(start + quote, (start + text.len()).checked_sub(quote)?))
}

/// Whether parentheses or blocks are nested more deeply than is read.
fn too_deep(text: &str) -> bool {
    let (mut parens, mut blocks, mut most) = (0usize, 0usize, 0usize);
    let mut before = ";";
    for token in lex(text, Rules::Postgres).iter().filter(|token| !token.is_trivia()) {
        let word = token.text(text);
        let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other));
        let was = |words: &[&str]| words.iter().any(|other| before.eq_ignore_ascii_case(other));
        match (token.kind, word) {
            (Kind::Punct, "(") => parens += 1,
            (Kind::Punct, ")") => parens = parens.saturating_sub(1),
            (Kind::Word, _) if is(&["end"]) => blocks = blocks.saturating_sub(1),
            (Kind::Word, _) if is(&["begin", "loop", "case"]) && !was(&["end"]) => blocks += 1,
            // Other IFs are of `IF EXISTS`.
            (Kind::Word, _) if is(&["if"]) && was(&[";", "begin", "then", "else", "loop", ">"]) => {
                blocks += 1
            }
            _ => {}
        }
        most = most.max(parens).max(blocks);
        before = word;
    }
    most > MOST_DEPTH
}

pub(super) fn folded(text: &str) -> String {
    match text.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_lowercase(),
    }
}

struct Reader<'t> {
    text: &'t str,
    offset: usize,
}

impl Reader<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let at = pair.as_span().start();
        let text = trimmed(pair.as_str());
        Span::new(self.offset + at, self.offset + at + text.len())
    }

    fn block(&self, pair: Pair<'_, Rule>) -> Block {
        let mut block = Block { declared: Vec::new(), nodes: Vec::new(), handlers: Vec::new() };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::declaration => block.declared.extend(self.declaration(part)),
                Rule::nodes => block.nodes = self.nodes(part),
                Rule::handlers => {
                    block.handlers = part
                        .into_inner()
                        .filter(|p| p.as_rule() == Rule::handler)
                        .map(|p| self.handler(p))
                        .collect();
                }
                _ => {}
            }
        }
        block
    }

    fn declaration(&self, pair: Pair<'_, Rule>) -> Option<Declared> {
        let mut name = None;
        let mut value = None;
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::ident if name.is_none() => name = Some(folded(part.as_str())),
                Rule::value => value = Some(self.span(&part)),
                _ => {}
            }
        }
        Some(Declared { name: name?, value })
    }

    fn handler(&self, pair: Pair<'_, Rule>) -> Handler {
        let mut handler = Handler { conditions: Vec::new(), nodes: Vec::new() };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::condition => {
                    let word = part.into_inner().last();
                    handler
                        .conditions
                        .extend(word.map(|w| w.as_str().trim_matches('\'').to_ascii_lowercase()));
                }
                Rule::nodes => handler.nodes = self.nodes(part),
                _ => {}
            }
        }
        handler
    }

    fn nodes(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        pair.into_inner().filter_map(|pair| self.node(pair)).collect()
    }

    fn node(&self, pair: Pair<'_, Rule>) -> Option<Node> {
        let span = self.span(&pair);
        let find = |rule: Rule| pair.clone().into_inner().find(|p| p.as_rule() == rule);
        let kind = match pair.as_rule() {
            Rule::empty => NodeKind::Null,
            Rule::if_node => {
                let mut arms = vec![self.arm(pair.clone())?];
                let mut otherwise = Vec::new();
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::arm => arms.push(self.arm(part)?),
                        Rule::otherwise => otherwise = self.inner(part),
                        _ => {}
                    }
                }
                NodeKind::If { arms, otherwise }
            }
            Rule::case_node => {
                let mut arms = Vec::new();
                for part in pair.into_inner() {
                    match part.as_rule() {
                        Rule::nodes => arms.push(self.nodes(part)),
                        Rule::otherwise => arms.push(self.inner(part)),
                        _ => {}
                    }
                }
                NodeKind::Case { arms }
            }
            Rule::loop_node => NodeKind::Loop {
                head: find(Rule::loop_head).map_or(span, |p| self.span(&p)),
                nodes: find(Rule::nodes).map_or(Vec::new(), |p| self.nodes(p)),
            },
            Rule::raise => {
                let quiet = find(Rule::severity)
                    .is_some_and(|s| !s.as_str().trim().eq_ignore_ascii_case("exception"));
                NodeKind::Raise { fails: !quiet }
            }
            Rule::returned => {
                let word = "return".len();
                NodeKind::Return { value: Span::new(span.start + word, span.end.saturating_sub(1)) }
            }
            Rule::execute => NodeKind::Execute {
                command: self.span(&find(Rule::command)?),
                more: find(Rule::into).is_some(),
            },
            Rule::assign => {
                let target = find(Rule::target)?;
                let names = target.into_inner().filter(|p| p.as_rule() == Rule::ident);
                NodeKind::Assign {
                    target: names.map(|p| folded(p.as_str())).collect(),
                    value: self.span(&find(Rule::value)?),
                }
            }
            Rule::nested => NodeKind::Block(Box::new(self.block(find(Rule::block)?))),
            Rule::perform => {
                let value = self.span(&find(Rule::value)?);
                let text = self.text.get(value.start - self.offset..value.end - self.offset)?;
                let parsed = Box::new(Parsed::inner(&format!("SELECT {text}")));
                let kind = NodeKind::Sql { parsed, front: "SELECT ".len(), at: value.start };
                return Some(Node { span: Span::new(span.start, value.end), kind });
            }
            Rule::sql => {
                let text = sql(pair.as_str())?;
                let span = Span::new(span.start, span.start + text.len());
                let parsed = Box::new(Parsed::inner(text));
                return Some(Node { span, kind: NodeKind::Sql { parsed, front: 0, at: span.start } });
            }
            _ => return None,
        };
        Some(Node { span, kind })
    }

    fn arm(&self, pair: Pair<'_, Rule>) -> Option<Arm> {
        let mut arm = Arm { test: Span::default(), nodes: Vec::new() };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::test => arm.test = self.span(&part),
                Rule::nodes => {
                    arm.nodes = self.nodes(part);
                    return Some(arm);
                }
                _ => {}
            }
        }
        None
    }

    fn inner(&self, pair: Pair<'_, Rule>) -> Vec<Node> {
        pair.into_inner().find(|p| p.as_rule() == Rule::nodes).map_or(Vec::new(), |p| self.nodes(p))
    }
}

/// Without the blanks and comments at the end, which a part that may go on takes along.
fn trimmed(text: &str) -> &str {
    let last =
        lex(text, Rules::Postgres).iter().rev().find(|token| !token.is_trivia()).map(|token| token.span.end);
    text.get(..last.unwrap_or(0)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_is_read() {
        let source = "DO $x$ DECLARE a int := 1; BEGIN -- c\n IF NOT EXISTS (SELECT 1) THEN CREATE TYPE t AS ENUM ('a;b'); \
                      ELSE NULL; END IF; BEGIN DROP TABLE t /* x */ ; EXCEPTION WHEN undefined_table OR SQLSTATE '42P01' \
                      THEN RAISE NOTICE 'x'; END; END $x$ LANGUAGE plpgsql";
        let block = block_of(source).expect("a block");
        assert_eq!(block.declared[0].name, "a");
        assert_eq!(
            block.statements().iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
            ["CREATE TYPE t AS ENUM ('a;b')", "DROP TABLE t",]
        );
        assert_eq!(texts_of(source), block.statements().iter().map(|p| p.text.as_str()).collect::<Vec<_>>());
        let NodeKind::If { arms, otherwise } = &block.nodes[0].kind else { panic!("an IF") };
        assert_eq!(&source[arms[0].test.start..arms[0].test.end], "NOT EXISTS (SELECT 1)");
        assert!(matches!(otherwise[0].kind, NodeKind::Null));
        let NodeKind::Block(inner) = &block.nodes[1].kind else { panic!("a block") };
        assert_eq!(inner.handlers[0].conditions, ["undefined_table", "42p01"]);
        assert!(matches!(inner.handlers[0].nodes[0].kind, NodeKind::Raise { fails: false }));
    }

    #[test]
    fn code_of_other_languages_and_broken_code_is_none() {
        assert!(block_of("DO $$ print(1) $$ LANGUAGE plpython3u").is_none());
        assert!(block_of("DO $$ BEGIN SELECT 1; $$").is_none());
        let deep =
            format!("DO $$ BEGIN {} NULL; {} END $$", "IF a THEN ".repeat(9_000), "END IF; ".repeat(9_000));
        assert!(block_of(&deep).is_none());
        assert!(block_of(&format!("DO $$ BEGIN SELECT {}1 END $$", "(".repeat(50_000))).is_none());
    }

    const PIECES: [&str; 14] =
        ["'", "''", "\\", "\"", "\"\"", "$", "$$", "$t$", "$\u{e9}$", "a", "\n", "(", "--", ";"];

    proptest::proptest! {
        /// The grammar passes quotes by search; the lexer looks at what they hold.
        #[test]
        fn quotes_end_where_the_lexer_ends_them(
            begins in proptest::sample::select(&["'", "e'", "E'", "\"", "$$", "$t$", "$\u{e9}$"][..]),
            pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..12),
        ) {
            let text = format!("{begins}{}", pieces.concat());
            let rule = match begins.as_bytes()[0] {
                b'$' => Rule::dollars,
                b'"' => Rule::quoted,
                _ => Rule::string,
            };
            let ends = lex(&text, Rules::Postgres)[0].span.end;
            match Grammar::parse(rule, &text) {
                Ok(pairs) => proptest::prop_assert_eq!(pairs.as_str().len(), ends, "{}", text),
                // What has no end goes on to the end of the text.
                Err(_) => proptest::prop_assert_eq!(ends, text.len(), "{}", text),
            }
            // In parentheses, what it holds closes none of them.
            let list = format!("({text})");
            let closed = lex(&list, Rules::Postgres)[1].span.end < list.len();
            let inside = Grammar::parse(Rule::parens, &list).ok().map(|pairs| pairs.as_str().len());
            proptest::prop_assert!(!closed || inside.is_none_or(|end| end > ends + 1), "{}", list);
        }
    }
}
