//! Expressions as two databases print them, brought to one form: enough to see that a CHECK or a generated column is the
//! same, not a parser. Parentheses, casts and character set introducers go, operators and spellings become TiDB's.

/// Who printed a text: only TiDB escapes with backslashes in plain strings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Postgres,
    Tidb,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Token {
    /// A keyword or a name, lower case, without quotes.
    Word(String),
    /// A name with an opening parenthesis behind it.
    Function(String),
    Text(String),
    Number(String),
    Symbol(String),
}

impl Token {
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(self, Token::Word(word) | Token::Function(word) | Token::Symbol(word) if word == text)
    }
}

/// Words that may stand before a parenthesis without being a function.
const NOT_FUNCTIONS: [&str; 14] = [
    "in", "any", "all", "some", "and", "or", "not", "is", "then", "else", "when", "array", "between", "like",
];

pub(super) fn tokens(text: &str, dialect: Dialect) -> Vec<Token> {
    let chars: Vec<char> = text.chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        if c.is_whitespace() {
            at += 1;
        } else if c == '\'' {
            let escaped =
                dialect == Dialect::Tidb || matches!(out.last(), Some(Token::Word(word)) if word == "e");
            if escaped && dialect == Dialect::Postgres {
                out.pop();
            }
            let (value, end) = quoted(&chars, at, escaped);
            out.push(Token::Text(value));
            at = end;
        } else if c == '"' || c == '`' {
            let (value, end) = quoted(&chars, at, false);
            out.push(Token::Word(value.to_lowercase()));
            at = end;
        } else if c.is_ascii_digit() {
            let end = run(&chars, at, |c| c.is_ascii_alphanumeric() || c == '.');
            out.push(Token::Number(chars[at..end].iter().collect()));
            at = end;
        } else if c.is_alphanumeric() || c == '_' {
            let end = run(&chars, at, |c| c.is_alphanumeric() || c == '_' || c == '$');
            let word = chars[at..end].iter().collect::<String>().to_lowercase();
            let opens = chars[end..].iter().find(|c| !c.is_whitespace()) == Some(&'(');
            let function = opens && !NOT_FUNCTIONS.contains(&word.as_str());
            out.push(if function { Token::Function(word) } else { Token::Word(word) });
            at = end;
        } else if "()[],.;".contains(c) {
            out.push(Token::Symbol(c.to_string()));
            at += 1;
        } else {
            let end = run(&chars, at, |c| "+-*/<>=~!@#%^&|`?:".contains(c)).max(at + 1);
            out.push(Token::Symbol(chars[at..end].iter().collect()));
            at = end;
        }
    }
    out
}

fn run(chars: &[char], from: usize, belongs: impl Fn(char) -> bool) -> usize {
    from + chars[from..].iter().take_while(|c| belongs(**c)).count()
}

fn quoted(chars: &[char], from: usize, escapes: bool) -> (String, usize) {
    let quote = chars[from];
    let mut value = String::new();
    let mut at = from + 1;
    while at < chars.len() {
        if chars[at] == quote && chars.get(at + 1) == Some(&quote) {
            at += 1;
        } else if chars[at] == quote {
            return (value, at + 1);
        } else if escapes && chars[at] == '\\' && at + 1 < chars.len() {
            at += 1;
        }
        value.push(chars[at]);
        at += 1;
    }
    (value, at)
}

/// Without `::type` and without `_utf8mb4` in front of strings.
pub(super) fn without_casts(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].is("::") {
            at = after_type(&tokens, at + 1);
            continue;
        }
        let introducer = matches!(&tokens[at], Token::Word(word) if word.starts_with('_'))
            && matches!(tokens.get(at + 1), Some(Token::Text(_)));
        if !introducer {
            out.push(tokens[at].clone());
        }
        at += 1;
    }
    out
}

/// The words that continue a type's name.
const TYPE_WORDS: [&str; 8] = ["varying", "precision", "with", "without", "time", "zone", "day", "second"];

fn after_type(tokens: &[Token], mut at: usize) -> usize {
    at += 1;
    while let Some(token) = tokens.get(at) {
        match token {
            Token::Symbol(symbol) if symbol == "." => at += 2,
            Token::Symbol(symbol) if symbol == "[" && tokens.get(at + 1).is_some_and(|next| next.is("]")) => {
                at += 2
            }
            // A length, as in `varchar(20)`, follows a name that was taken for a function.
            Token::Symbol(symbol) if symbol == "(" && matches!(tokens[at - 1], Token::Function(_)) => {
                at += tokens[at..].iter().take_while(|token| !token.is(")")).count() + 1;
            }
            Token::Word(word) | Token::Function(word) if TYPE_WORDS.contains(&word.as_str()) => at += 1,
            _ => break,
        }
    }
    at
}

/// The one form. Two expressions with equal forms mean the same up to the grouping of operators, which is the one thing
/// that a translation never changes.
pub fn canonical(text: &str, dialect: Dialect) -> Vec<Token> {
    let tokens = without_casts(tokens(text, dialect));
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in &tokens {
        match token {
            Token::Symbol(symbol) => match symbol.as_str() {
                "(" | ")" | "[" | "]" => {}
                "~~" => out.push(word("like")),
                "!~~" => out.extend([word("not"), word("like")]),
                "~" => out.push(word("regexp")),
                "!~" => out.extend([word("not"), word("regexp")]),
                "<>" => out.push(Token::Symbol("!=".into())),
                "&&" => out.push(word("and")),
                other => out.push(Token::Symbol(other.into())),
            },
            Token::Word(name) => match name.as_str() {
                "array" => {}
                "any" if out.last().is_some_and(|last| last.is("=")) => {
                    out.pop();
                    out.push(word("in"));
                }
                "all" if out.last().is_some_and(|last| last.is("!=")) => {
                    out.pop();
                    out.extend([word("not"), word("in")]);
                }
                "true" => out.push(Token::Number("1".into())),
                "false" => out.push(Token::Number("0".into())),
                "rlike" => out.push(word("regexp")),
                other => out.push(word(other)),
            },
            Token::Function(name) => match name.as_str() {
                "char_length" | "character_length" => out.push(Token::Function("length".into())),
                other => out.push(Token::Function(other.into())),
            },
            Token::Text(value) | Token::Number(value) => out.push(literal(value)),
        }
    }
    spread_between(signed(out))
}

/// A minus that has no operand before it belongs to its number.
fn signed(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let before = out.len().checked_sub(2).map(|at| &out[at]);
        let sign = out.last().is_some_and(|last| last.is("-"))
            && !matches!(before, Some(Token::Number(_) | Token::Word(_)));
        match token {
            Token::Number(number) if sign => {
                out.pop();
                out.push(Token::Number(format!("-{number}")));
            }
            other => out.push(other),
        }
    }
    out
}

fn word(text: &str) -> Token {
    Token::Word(text.into())
}

/// Numbers in one spelling: PostgreSQL prints `-1` as a string with a cast.
fn literal(value: &str) -> Token {
    match value.parse::<f64>() {
        Ok(number) => Token::Number(number.to_string()),
        Err(_) => Token::Text(value.into()),
    }
}

/// PostgreSQL prints `a BETWEEN 1 AND 2` as two comparisons.
fn spread_between(tokens: Vec<Token>) -> Vec<Token> {
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        let simple = tokens[at].is("between") && tokens.get(at + 2).is_some_and(|token| token.is("and"));
        match (simple, out.last().cloned(), tokens.get(at + 3)) {
            (true, Some(operand), Some(upper)) => {
                out.extend([Token::Symbol(">=".into()), tokens[at + 1].clone(), word("and"), operand]);
                out.extend([Token::Symbol("<=".into()), upper.clone()]);
                at += 4;
            }
            _ => {
                out.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    out
}

/// Names, literals and comparisons without functions and grouping, sorted: what an expression is about.
pub fn gist(tokens: &[Token]) -> Vec<Token> {
    const KEYWORDS: [&str; 13] =
        ["and", "or", "is", "null", "between", "case", "when", "then", "else", "end", "as", "escape", "not"];
    const COMPARISONS: [&str; 6] = ["=", "!=", "<", ">", "<=", ">="];
    let mut gist: Vec<Token> = tokens
        .iter()
        .filter_map(|token| match token {
            // PostgreSQL prints `a IN (1)` as `a = 1`.
            Token::Word(word) if word == "in" => Some(Token::Symbol("=".into())),
            Token::Word(word) => (!KEYWORDS.contains(&word.as_str())).then(|| token.clone()),
            Token::Text(_) | Token::Number(_) => Some(token.clone()),
            Token::Symbol(symbol) => COMPARISONS.contains(&symbol.as_str()).then(|| token.clone()),
            Token::Function(_) => None,
        })
        .collect();
    gist.sort();
    gist.dedup();
    gist
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts printed by PostgreSQL 15 and by TiDB 8.5 for the same constraint.
    #[test]
    fn what_both_print_is_the_same() {
        for (postgres, tidb) in [
            (
                "(((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[])) AND (b > (0)::numeric))",
                "(`a` in (_utf8mb4'x',_utf8mb4'y') and `b` > 0)",
            ),
            ("((a >= 1) AND (a <= 10))", "(`a` between 1 and 10)"),
            ("((a)::text ~ '^a'::text)", "(`a` regexp _utf8mb4'^a')"),
            ("(char_length((a)::text) > 3)", "(char_length(`a`) > 3)"),
            ("(v > '-1'::integer)", "(`v` > -1)"),
        ] {
            let (one, other) = (canonical(postgres, Dialect::Postgres), canonical(tidb, Dialect::Tidb));
            assert_eq!(one, other, "{postgres} / {tidb}");
        }
    }

    #[test]
    fn backslashes_are_read_as_each_database_prints_them() {
        let text = [Token::Text("a\\b".into())];
        assert_eq!(tokens(r"'a\b'", Dialect::Postgres), text);
        assert_eq!(tokens(r"E'a\\b'", Dialect::Postgres), text);
        assert_eq!(tokens(r"'a\\b'", Dialect::Tidb), text);
    }
}
