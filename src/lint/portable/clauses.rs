//! Words that say what holds anyway, and clauses that have a second form.

use super::view::{Spelling, View};
use crate::syntax::lex::Kind;

/// What a whole statement is written as.
pub fn whole(view: &View<'_>, found: &mut Vec<Spelling>) {
    let noise = view.len() == 2 && view.is_any(1, &["WORK", "TRANSACTION"]);
    if view.len() == 1 || noise {
        let word = match view.at(0).to_ascii_uppercase().as_str() {
            "END" => Some("COMMIT"),
            "ABORT" => Some("ROLLBACK"),
            _ => None,
        };
        if let Some(word) = word {
            found.extend(view.put(0, view.len(), word, format!("{word} says the same")));
        } else if noise && view.is_any(0, &["BEGIN", "COMMIT", "ROLLBACK"]) {
            found.extend(view.leave_out(1, 2, "the word says nothing"));
        }
    }
    if view.is(0, "CREATE") {
        let temp = 1 + usize::from(view.is_any(1, &["LOCAL", "GLOBAL"]));
        if view.seq(temp, &["TEMP", "TABLE"]) || temp == 2 && view.seq(temp, &["TEMPORARY", "TABLE"]) {
            found.extend(view.put(1, temp + 1, "TEMPORARY", "TEMPORARY says the same"));
        }
    }
    if view.is(0, "TRUNCATE") && !view.is_any(view.len().wrapping_sub(1), &["CASCADE"]) {
        let mut from = view.len();
        if view.is(from.wrapping_sub(1), "RESTRICT") && from > 2 {
            from -= 1;
        }
        if from > 3 && view.seq(from - 2, &["CONTINUE", "IDENTITY"]) {
            from -= 2;
        }
        if from < view.len() {
            found.extend(view.leave_out(from, view.len(), "this is what TRUNCATE does anyway"));
        }
    }
    rename(view, found);
}

/// `ALTER TABLE t RENAME a TO b`
fn rename(view: &View<'_>, found: &mut Vec<Spelling>) {
    if !view.seq(0, &["ALTER", "TABLE"]) {
        return;
    }
    let name = |at: usize| matches!(view.kind(at), Some(Kind::Word | Kind::Quoted));
    for at in 3..view.len().min(10) {
        if view.is(at, "RENAME")
            && name(at + 1)
            && !view.is_any(at + 1, &["COLUMN", "CONSTRAINT", "TO"])
            && view.is(at + 2, "TO")
            && at + 4 == view.len()
        {
            let words = format!("{} COLUMN", view.at(at));
            found.extend(view.put(at, at + 1, words, "COLUMN may be said"));
        }
    }
}

/// What begins at a token.
pub fn at(view: &View<'_>, at: usize) -> Option<Spelling> {
    if view.kind(at) != Some(Kind::Word) {
        return None;
    }
    match view.at(at).to_ascii_uppercase().as_str() {
        "WITHOUT" if view.seq(at, &["WITHOUT", "TIME", "ZONE"]) => {
            let of = if view.is(at.wrapping_sub(1), ")") {
                view.open(at - 1)?.checked_sub(1)?
            } else {
                at.checked_sub(1)?
            };
            let time = view.is_any(of, &["TIMESTAMP", "TIME"]);
            time.then(|| view.leave_out(at, at + 3, "a time has no zone unless one is asked for"))?
        }
        word @ ("ISNULL" | "NOTNULL") => {
            let operand = at.checked_sub(1)?;
            let after = matches!(view.kind(operand)?, Kind::Quoted | Kind::Number | Kind::Param)
                || view.is(operand, ")")
                || view.kind(operand) == Some(Kind::Word)
                    && !view.is_any(operand, &["AS", "SELECT", "WHERE", "AND", "OR", "NOT", "ON"]);
            let alone = !view.is(at + 1, "(") && !view.is(at + 1, ".");
            let text = if word == "ISNULL" { "IS NULL" } else { "IS NOT NULL" };
            (after && alone).then(|| view.put(at, at + 1, text, format!("{text} says the same")))?
        }
        "LIMIT" if view.is(at + 1, "ALL") => view.leave_out(at, at + 2, "LIMIT ALL limits nothing"),
        "OFFSET" | "FETCH" if view.is_any(0, &["SELECT", "WITH", "CREATE", "INSERT", "("]) => fetch(view, at),
        "USING" if view.is(at + 1, "BTREE") && view.is(at + 2, "(") && is_index(view) => {
            view.leave_out(at, at + 2, "an index is a B-tree unless another kind is asked for")
        }
        "NULLS" if is_index(view) => nulls(view, at),
        "MATCH" if view.is(at + 1, "SIMPLE") && has_constraints(view) => {
            view.leave_out(at, at + 2, "this is how a foreign key matches anyway")
        }
        "NOT" if view.is(at + 1, "DEFERRABLE") && has_constraints(view) => {
            let end = if view.seq(at + 2, &["INITIALLY", "IMMEDIATE"]) { at + 4 } else { at + 2 };
            let deferred = view.seq(at + 2, &["INITIALLY", "DEFERRED"]);
            (!deferred).then(|| view.leave_out(at, end, "a constraint is checked at once anyway"))?
        }
        "INITIALLY" if view.is(at + 1, "IMMEDIATE") && has_constraints(view) => {
            let before = view.is(at.wrapping_sub(1), "DEFERRABLE") || view.is(at + 2, "DEFERRABLE");
            (!before).then(|| view.leave_out(at, at + 2, "a constraint is checked at once anyway"))?
        }
        _ => None,
    }
}

fn is_index(view: &View<'_>) -> bool {
    view.seq(0, &["CREATE", "INDEX"]) || view.seq(0, &["CREATE", "UNIQUE", "INDEX"])
}

/// Constraints are declared here, and none is changed.
fn has_constraints(view: &View<'_>) -> bool {
    let table = (1..4).any(|at| view.is(at, "TABLE"));
    view.is_any(0, &["CREATE", "ALTER"])
        && table
        && !(1..view.len()).any(|at| view.seq(at, &["ALTER", "CONSTRAINT"]))
}

/// `ASC NULLS LAST` and `DESC NULLS FIRST` of a B-tree.
fn nulls(view: &View<'_>, at: usize) -> Option<Spelling> {
    let methods = (0..at).filter(|&at| view.is(at, "USING"));
    if !methods.into_iter().all(|method| view.is(method + 1, "BTREE")) || at == 0 {
        return None;
    }
    let usual = if view.is(at - 1, "DESC") { "FIRST" } else { "LAST" };
    (view.is(at + 1, usual) && view.is_any(at + 2, &[",", ")"]))
        .then(|| view.leave_out(at, at + 2, "NULLs stand there anyway"))?
}

/// `OFFSET n ROWS` and `FETCH FIRST n ROWS ONLY`, in either order.
fn fetch(view: &View<'_>, at: usize) -> Option<Spelling> {
    let offset = |at: usize| {
        let number = view.is(at, "OFFSET") && view.kind(at + 1) == Some(Kind::Number);
        let rows = usize::from(view.is_any(at + 2, &["ROW", "ROWS"]));
        number.then(|| (view.at(at + 1), at + 2 + rows, rows == 1))
    };
    let limit = |at: usize| {
        if !view.is(at, "FETCH") || !view.is_any(at + 1, &["FIRST", "NEXT"]) {
            return None;
        }
        let number = view.kind(at + 2) == Some(Kind::Number);
        let rows = at + 2 + usize::from(number);
        let ends = view.is_any(rows, &["ROW", "ROWS"]) && view.is(rows + 1, "ONLY");
        ends.then(|| (if number { view.at(at + 2) } else { "1" }, rows + 2))
    };
    let says = "LIMIT and OFFSET say the same";
    if let Some((skip, end, rows)) = offset(at) {
        return match limit(end) {
            Some((count, end)) => view.put(at, end, format!("LIMIT {count} OFFSET {skip}"), says),
            None => rows.then(|| view.put(at, end, format!("OFFSET {skip}"), says))?,
        };
    }
    // the one behind OFFSET was written with it
    let behind =
        (1..4).any(|back| at.checked_sub(back).and_then(offset).is_some_and(|(_, end, _)| end == at));
    let (count, end) = limit(at).filter(|_| !behind)?;
    view.put(at, end, format!("LIMIT {count}"), says)
}
