//! Functions of triggers that set columns to the time and do nothing else.

use crate::catalog::Touch;
use crate::syntax::lex::{Kind, Rules, lex};
use crate::syntax::plpgsql::{Block, Node, NodeKind};

/// What the function sets, if that is all it does. `source` is the statement that the block's spans are of.
pub fn touch(source: &str, block: &Block) -> Option<Touch> {
    if !block.handlers.is_empty() {
        return None;
    }
    let mut reader = Reader { source, row: "new".into(), touch: Touch::default(), returned: false };
    // `_new := NEW` works on a copy of the row.
    let declared: Vec<&str> = block.declared.iter().map(|d| d.name.as_str()).collect();
    for declared in &block.declared {
        if declared
            .value
            .is_some_and(|value| normal(source.get(value.start..value.end).unwrap_or_default()) == "new")
        {
            reader.row.clone_from(&declared.name);
        }
    }
    reader.nodes(&block.nodes, &declared)?;
    (reader.returned && !reader.touch.columns.is_empty()).then_some(reader.touch)
}

struct Reader<'s> {
    source: &'s str,
    /// The variable that the row is in.
    row: String,
    touch: Touch,
    returned: bool,
}

impl Reader<'_> {
    fn text(&self, span: crate::text::Span) -> String {
        normal(self.source.get(span.start..span.end).unwrap_or_default())
    }

    fn nodes(&mut self, nodes: &[Node], declared: &[&str]) -> Option<()> {
        for node in nodes {
            if self.returned {
                return None;
            }
            match &node.kind {
                NodeKind::Null | NodeKind::Raise { fails: false } => {}
                NodeKind::Assign { target, value } => match &target[..] {
                    [name] if declared.contains(&name.as_str()) && self.text(*value) == "new" => {
                        self.row.clone_from(name);
                    }
                    [row, column] if *row == self.row || row == "new" && self.row == "new" => {
                        self.touch.utc |= now(&self.text(*value))?;
                        if !self.touch.columns.contains(column) {
                            self.touch.columns.push(column.clone());
                        }
                    }
                    _ => return None,
                },
                NodeKind::If { arms, otherwise } => {
                    let [arm] = &arms[..] else { return None };
                    let before = self.touch.columns.len();
                    self.test(&self.text(arm.test))?;
                    self.nodes(&arm.nodes, declared)?;
                    let columns = self.touch.columns.get(before..)?.to_vec();
                    // What the test asks of a column must be of the one that is set.
                    if columns.is_empty() {
                        return None;
                    }
                    let returned = std::mem::take(&mut self.returned);
                    let set = self.touch.columns.len();
                    self.nodes(otherwise, declared)?;
                    if self.touch.columns.len() != set {
                        return None;
                    }
                    self.returned = returned && self.returned;
                }
                NodeKind::Return { value } => {
                    let value = self.text(*value);
                    if value != self.row && value != "new" && value != "old"
                        || value == "old" && !self.touch.changed
                    {
                        return None;
                    }
                    self.returned = true;
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// A condition under which the columns are set.
    fn test(&mut self, test: &str) -> Option<()> {
        let test = test
            .strip_prefix("( ")
            .and_then(|t| t.strip_suffix(" )"))
            .filter(|t| balanced(t))
            .unwrap_or(test);
        for part in test.split(" and ") {
            let part = part.trim();
            let rows = [
                "new is distinct from old",
                "old is distinct from new",
                "new . * is distinct from old . *",
                "old . * is distinct from new . *",
                "row ( new . * ) is distinct from row ( old . * )",
                "row ( old . * ) is distinct from row ( new . * )",
                "new <> old",
                "old <> new",
                "new != old",
                "old != new",
            ];
            if rows.contains(&part) {
                self.touch.changed = true;
            } else if part == "tg_op = 'update'" {
                self.touch.update = true;
            } else if same_column(part) {
                self.touch.untouched = true;
            } else {
                return None;
            }
        }
        Some(())
    }
}

/// `NEW.c IS NOT DISTINCT FROM OLD.c`, `NEW.c = OLD.c`
fn same_column(test: &str) -> bool {
    let words: Vec<&str> = test.split(' ').collect();
    match &words[..] {
        [a, ".", column, "=", b, ".", other]
        | [a, ".", column, "is", "not", "distinct", "from", b, ".", other] => {
            column == other && matches!((*a, *b), ("new", "old") | ("old", "new"))
        }
        _ => false,
    }
}

fn balanced(text: &str) -> bool {
    let mut depth = 0i32;
    text.chars().all(|c| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        depth >= 0
    })
}

/// The words with one blank between them, in lower case but for texts.
pub fn normal(text: &str) -> String {
    let tokens = lex(text, Rules::Postgres);
    let words = tokens.iter().filter(|token| !token.is_trivia()).map(|token| match token.kind {
        Kind::Quoted => token.text(text).trim_matches('"').to_string(),
        _ => token.text(text).to_lowercase(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether an expression is the time of the statement; `true` where it is UTC's in any session.
fn now(text: &str) -> Option<bool> {
    let mut text = text;
    while let Some(inner) = text.strip_prefix("( ").and_then(|t| t.strip_suffix(" )")).filter(|t| balanced(t))
    {
        text = inner;
    }
    for cast in [
        " :: timestamp",
        " :: timestamptz",
        " :: timestamp with time zone",
        " :: timestamp without time zone",
    ] {
        text = text.strip_suffix(cast).unwrap_or(text);
    }
    let zones = [" at time zone 'utc'", " at time zone 'gmt'"];
    if let Some(inner) = zones.iter().find_map(|zone| text.strip_suffix(zone)) {
        return now(inner).map(|_| true);
    }
    if let Some(inner) = text.strip_prefix("timezone ( 'utc' , ").and_then(|t| t.strip_suffix(" )")) {
        return now(inner).map(|_| true);
    }
    if let Some(inner) = text.strip_prefix("timezone ( 'utc' :: text , ").and_then(|t| t.strip_suffix(" )")) {
        return now(inner).map(|_| true);
    }
    let calls = ["now", "transaction_timestamp", "statement_timestamp", "clock_timestamp"];
    let text = text.strip_prefix("pg_catalog . ").unwrap_or(text);
    let is_call = calls.iter().any(|name| text.strip_prefix(name) == Some(" ( )"));
    let words = ["current_timestamp", "localtimestamp"];
    let is_word = words.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(" ( ") && rest.ends_with(" )") && rest.len() == 6
        })
    });
    (is_call || is_word).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::plpgsql::function;

    fn columns(body: &str) -> Option<Touch> {
        let source = format!("CREATE FUNCTION f() RETURNS trigger AS $$ {body} $$ LANGUAGE plpgsql");
        touch(&source, function(&source)?.block.as_ref()?)
    }

    #[test]
    fn functions_that_only_take_the_time() {
        for body in [
            "BEGIN NEW.updated_at = now(); RETURN NEW; END;",
            "BEGIN NEW.\"updated_at\" := CURRENT_TIMESTAMP(3); RETURN new; END",
            "DECLARE _new record; BEGIN _new := NEW; _new.\"updated_at\" = NOW(); RETURN _new; END;",
            "BEGIN IF NEW IS DISTINCT FROM OLD AND NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN NEW.updated_at := \
             current_timestamp; END IF; RETURN NEW; END;",
            "BEGIN IF row(NEW.*) IS DISTINCT FROM row(OLD.*) THEN NEW.updated_at = (now() at time zone 'utc'); RETURN NEW; \
             ELSE RETURN OLD; END IF; END;",
        ] {
            assert_eq!(columns(body).map(|t| t.columns), Some(vec!["updated_at".to_string()]), "{body}");
        }
        for body in [
            "BEGIN NEW.updated_at = now(); RETURN NULL; END;",
            "BEGIN NEW.updated_at = now(); NEW.n = NEW.n + 1; RETURN NEW; END;",
            "BEGIN NEW.updated_at = now() + interval '1 day'; RETURN NEW; END;",
            "BEGIN IF NEW.a > 1 THEN NEW.updated_at = now(); END IF; RETURN NEW; END;",
            "BEGIN IF NEW IS DISTINCT FROM OLD THEN NEW.updated_at = now(); RETURN NEW; END IF; END;",
            "BEGIN INSERT INTO log VALUES (1); NEW.updated_at = now(); RETURN NEW; END;",
        ] {
            assert_eq!(columns(body), None, "{body}");
        }
    }
}
