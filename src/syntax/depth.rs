//! Refuses what would build a tree too deep to walk.

use super::lex::{Kind, Token};
use super::parse::Failure;

/// Left-deep chains such as `a OR b OR …` become trees as deep as they are long; past this many
/// operators walking them could exhaust the stack.
const MAX_CHAIN: usize = 1_000;

/// Refuses what would build a tree too deep to walk.
pub fn too_deep(source: &str, tokens: &[Token]) -> Option<Failure> {
    let mut chain = 0;
    for token in tokens {
        let text = token.text(source);
        match token.kind {
            Kind::Punct if matches!(text, "," | "(" | ")" | ";") => {
                chain = if text == "," { 0 } else { chain }
            }
            Kind::Punct if text != "." => chain += 1,
            Kind::Word if text.eq_ignore_ascii_case("and") || text.eq_ignore_ascii_case("or") => chain += 1,
            Kind::Word
                if ["union", "except", "intersect"].iter().any(|word| text.eq_ignore_ascii_case(word)) =>
            {
                chain += 1;
            }
            _ => {}
        }
        if chain > MAX_CHAIN {
            let message = format!("more than {MAX_CHAIN} operators in one expression");
            return Some(Failure { message, span: token.span });
        }
    }
    None
}
