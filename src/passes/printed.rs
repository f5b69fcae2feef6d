//! The trees of a plan as text, and whether the source may stay as it is.

use super::{Item, Outcome, Trees, Work};
use crate::catalog::with_clustering;
use crate::syntax::Parsed;
use crate::syntax::lex::{Kind, Rules, lex};
use sqlparser::ast::Statement;
use std::collections::HashSet;

/// What becomes of a statement that is emitted. `tree` is what the passes began with.
pub fn outcome(parsed: &Parsed, tree: &Statement, work: Work) -> Outcome {
    if work.items.is_empty() {
        return Outcome::Dropped;
    }
    let of = parsed.tree.is_err().then(|| Box::new(tree.clone()));
    Outcome::Trees(Trees { items: work.items, reprint: work.reprint, of })
}

/// What the trees say; pure, and most of the work where a statement changes.
pub fn settled(parsed: &Parsed, trees: Trees) -> Outcome {
    let Trees { items, reprint, of } = trees;
    let tree = of.as_deref().or(parsed.tree.as_deref().ok());
    match (&items[..], tree) {
        ([Item::Tree(only)], Some(tree))
            if !reprint && only.as_ref() == tree && !parsed.incomplete && !says_more(parsed, tree) =>
        {
            Outcome::Same
        }
        (items, tree) => {
            let before = tree.map_or_else(|| parsed.source().to_string(), printed);
            let room = parsed.text.len() + parsed.text.len() / 4;
            let after = items.iter().map(|item| with_clustering(written(item, room))).collect();
            Outcome::Changed { before, after }
        }
    }
}

/// Whether the source has a word that the tree does not keep, such as the WORK of `COMMIT WORK`. No pass
/// has seen it, so it must not stay. INSERTs have none, and are most of large files.
fn says_more(parsed: &Parsed, tree: &Statement) -> bool {
    if matches!(tree, Statement::Insert(_)) {
        return false;
    }
    let text = printed(tree);
    let bare = |token: &'_ str| -> String { token.trim_matches(['`', '"']).to_ascii_uppercase() };
    let same = |a: &str, b: &str| a.trim_matches(['`', '"']).eq_ignore_ascii_case(b.trim_matches(['`', '"']));
    let source = parsed.source();
    let mut said = parsed.tokens.iter().filter(|token| token.kind == Kind::Word).map(|t| t.text(source));
    let printed = lex(&text, Rules::Postgres);
    let mut kept = printed.iter().filter(|token| !token.is_trivia()).map(|token| token.text(&text));
    // The printer keeps the author's order nearly always.
    let Some(first) = said.find(|word| !kept.any(|kept| same(word, kept))) else { return false };
    let kept: HashSet<String> = printed.iter().map(|token| bare(token.text(&text))).collect();
    let missing = |word: &str| {
        let word = bare(word);
        !kept.contains(&word) && !["AS", "INNER", "OUTER", "INTO"].contains(&word.as_str())
    };
    missing(first) || said.any(missing)
}

/// A value printed into a text that has room for it.
fn written(value: &impl std::fmt::Display, room: usize) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(room);
    let _ = write!(text, "{value}");
    text
}

/// The tree as SQL. sqlparser's printer does not double a quote inside a comment's text.
fn printed(tree: &Statement) -> String {
    match tree {
        Statement::Comment { object_type, object_name, comment: Some(comment), if_exists } => {
            Statement::Comment {
                object_type: *object_type,
                object_name: object_name.clone(),
                comment: Some(comment.replace('\'', "''")),
                if_exists: *if_exists,
            }
            .to_string()
        }
        _ => written(tree, 256),
    }
}
