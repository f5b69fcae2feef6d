//! Functions on texts.

use super::super::Untranslatable;
use super::super::literals::{call, string};
use super::super::patterns;
use super::super::printing::printed;
use super::super::types::Ty;
use super::super::walk::Walk;
use super::row::{Call, Row, rows};
use super::{template, whole, word};
use sqlparser::ast::Expr;

type Made = Result<Expr, Untranslatable>;

pub static ROWS: &[Row] = rows! {
    "length" (Text) Int: "CHAR_LENGTH($1)";
    "char_length" (Text) Int: "=";
    "character_length" (Text) Int: "=";
    "octet_length" (Text) Int: "=";
    "bit_length" (Text) Int: "=";
    "lower" (Text) Text: "=";
    "upper" (Text) Text: "=";
    "initcap" (Word) Text: "the text, calculated" by super::constants::initcap;
    "btrim" (Text) Text: "TRIM($1)";
    "ltrim" (Text) Text: "=";
    "rtrim" (Text) Text: "=";
    "btrim" (Text, Words) Text: "TRIM(BOTH $2 FROM $1), or REGEXP_REPLACE for several characters" by strip;
    "ltrim" (Text, Words) Text: "TRIM(LEADING $2 FROM $1), or REGEXP_REPLACE for several characters" by strip;
    "rtrim" (Text, Words) Text: "TRIM(TRAILING $2 FROM $1), or REGEXP_REPLACE for several characters" by strip;
    "concat" (Printable, Rest) Text: "CONCAT_WS('', $1, …)" by concat;
    "concat_ws" (Text, Printable, Rest) Text: "CONCAT_WS($1, $2, …)" by concat;
    "format" (Words) Text: "the text" by format;
    "format" (Words, Printable, Rest) Text: "CONCAT_WS('', 'text', $2, …)" by format;
    "left" (Text, Count) Text: "=";
    "left" (Text, Int) Text: "LEFT($1, IF($2 < 0, CHAR_LENGTH($1) + $2, $2))" by edge;
    "right" (Text, Count) Text: "=";
    "right" (Text, Int) Text: "RIGHT($1, IF($2 < 0, CHAR_LENGTH($1) + $2, $2))" by edge;
    "substr" (Text, Positive) Text: "=";
    "substr" (Text, Positive, Count) Text: "=";
    "substr" (Text, Int) Text: "SUBSTR($1, GREATEST($2, 1))" by part;
    "substr" (Text, Int, Int) Text: "SUBSTR($1, GREATEST($2, 1), LEAST($2, 1) + $3 - 1)" by part;
    "substring" (Text, Positive) Text: "=";
    "substring" (Text, Positive, Count) Text: "=";
    "substring" (Text, Int) Text: "SUBSTR($1, GREATEST($2, 1))" by part;
    "substring" (Text, Int, Int) Text: "SUBSTR($1, GREATEST($2, 1), LEAST($2, 1) + $3 - 1)" by part;
    "substring" (Text, Words) Text: "REGEXP_SUBSTR($1, $2)" by patterns::matched;
    "replace" (Text, Text, Text) Text: "=";
    "translate" (Text, Word, Word) Text: "REPLACE(REPLACE($1, 'a', 'b'), …)" by translate;
    "reverse" (Text) Text: "=";
    "repeat" (Text, Int) Text: "=";
    "lpad" (Text, Count, Words) Text: "=";
    "rpad" (Text, Count, Words) Text: "=";
    "lpad" (Text, Count) Text: "LPAD($1, $2, ' ')";
    "rpad" (Text, Count) Text: "RPAD($1, $2, ' ')";
    "lpad" (Text, Int, Words) Text: "LPAD($1, GREATEST($2, 0), $3)";
    "rpad" (Text, Int, Words) Text: "RPAD($1, GREATEST($2, 0), $3)";
    "lpad" (Text, Int) Text: "LPAD($1, GREATEST($2, 0), ' ')";
    "rpad" (Text, Int) Text: "RPAD($1, GREATEST($2, 0), ' ')";
    "strpos" (Text, Text) Int: "INSTR($1, $2)";
    "starts_with" (Text, Text) Bool: "(LEFT($1, CHAR_LENGTH($2)) = $2)";
    "split_part" (Text, Words, Int) Text: "SUBSTRING_INDEX(SUBSTRING_INDEX($1, $2, $3), $2, -1)" by split_part;
    "ascii" (Word) Int: "the number, calculated" by super::constants::ascii;
    "ascii" (Text) Int: "ASCII($1)", differs "of a character that is not ASCII this gives the first byte on TiDB";
    "chr" (Positive) Text: "the character, calculated" by super::constants::chr;
    "quote_literal" (Word) Text: "the text, calculated" by super::constants::quote_literal;
    "quote_ident" (Word) Text: "the text, calculated" by super::constants::quote_ident;
    "quote_nullable" (Word) Text: "the text, calculated" by super::constants::quote_literal;
    "regexp_replace" (Text, Word, Word) Text: "REGEXP_REPLACE($1, $2, $3, 1, 1)" by patterns::replace;
    "regexp_replace" (Text, Word, Word, Word) Text: "REGEXP_REPLACE($1, $2, $3, 1, 0, 'flags')" by patterns::replace;
    "regexp_like" (Text, Word) Bool: "REGEXP_LIKE($1, $2, 'c')" by patterns::like_call;
    "regexp_like" (Text, Word, Word) Bool: "REGEXP_LIKE($1, $2, $3)" by patterns::like_call;
    "regexp_substr" (Text, Words) Text: "REGEXP_SUBSTR($1, $2)" by patterns::found;
    "quote_literal" (Text) Text: "the text in quotes, with E before them where there is a backslash" by quoted;
    "quote_nullable" (Text) Text: "the same, NULL for NULL" by quoted;
    "regexp_instr" (Text, Words) Int: "REGEXP_INSTR($1, $2)" by patterns::place;
    "regexp_match" (Text, Words) Texts: "JSON_ARRAY(REGEXP_SUBSTR($1, $2))" by patterns::match_array;
    "string_to_array" (Text, Words) Texts: "CAST(CONCAT('[', REPLACE(JSON_QUOTE($1), $2, '\",\"'), ']') AS JSON)" by split;
    "to_hex" (Count) Text: "LOWER(HEX($1))";
    "to_hex" (Int) Text: "LOWER(HEX($1 & 4294967295))" by hex;
    "md5" (Text) Text: "=";
};

/// Several characters to strip are a class of a regular expression; TRIM strips the whole text.
fn strip(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let characters = word(&call.args[1]).unwrap_or_default();
    let kind = match call.name.as_str() {
        "ltrim" => "LEADING",
        "rtrim" => "TRAILING",
        _ => "BOTH",
    };
    if characters.chars().count() == 1 {
        let trim = format!("TRIM({kind} $2 FROM $1)");
        return template::filled(&trim, &call.args).map_or_else(|| walk.refuse(&call.at, "TRIM"), Ok);
    }
    let class: String = characters
        .chars()
        .map(|c| if c.is_alphanumeric() || c == ' ' { c.to_string() } else { format!("\\{c}") })
        .collect();
    if characters.chars().any(|c| c.is_control()) {
        return walk.refuse(&call.at, "TRIM of control characters");
    }
    let pattern = match kind {
        "LEADING" => format!("^[{class}]+"),
        "TRAILING" => format!("[{class}]+$"),
        _ => format!("^[{class}]+|[{class}]+$"),
    };
    let text = call.args.remove(0);
    Ok(self::call("REGEXP_REPLACE", vec![text, string(pattern), string("")]))
}

/// PostgreSQL's concat leaves NULLs out, as CONCAT_WS does.
fn concat(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let mut args = Vec::with_capacity(call.args.len() + 1);
    let mut given = std::mem::take(&mut call.args).into_iter().zip(&call.types);
    if call.name == "concat" {
        args.push(string(""));
    } else {
        args.extend(given.next().map(|(separator, _)| separator));
    }
    for (arg, ty) in given {
        args.push(printed(walk, arg, ty, &call.at, true)?);
    }
    Ok(self::call("CONCAT_WS", args))
}

/// `format('%s of %s', a, b)`.
fn format(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let pattern = word(&call.args[0]).unwrap_or_default();
    let given: Vec<(Expr, Ty)> = call.args.split_off(1).into_iter().zip(call.types.split_off(1)).collect();
    let (mut at, mut used) = (0, 0);
    let mut parts = vec![string("")];
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            text.push(c);
            continue;
        }
        let mut kind = chars.next();
        if kind == Some('%') {
            text.push('%');
            continue;
        }
        // `%2$s` is the second argument, and those after it follow.
        if let Some((place, rest)) = chars.as_str().split_once('$')
            && let Some(first @ '1'..='9') = kind
            && place.bytes().all(|b| b.is_ascii_digit())
        {
            let place: usize = format!("{first}{place}").parse().unwrap_or(usize::MAX);
            at = place - 1;
            chars = rest.chars();
            kind = chars.next();
        }
        let next = given.get(at).cloned();
        at += 1;
        used = used.max(at);
        match (kind, next) {
            (Some('s'), Some((arg, ty))) => {
                if let (Ty::Unknown, Some(literal)) = (&ty, word(&arg)) {
                    text.push_str(&literal);
                    continue;
                }
                if !text.is_empty() {
                    parts.push(string(std::mem::take(&mut text)));
                }
                parts.push(printed(walk, arg, &ty, &call.at, true)?);
            }
            (Some(kind @ ('I' | 'L')), Some((arg, ty))) => match word(&arg) {
                Some(literal) if kind == 'I' => text.push_str(&super::constants::identifier(&literal)),
                Some(literal) => text.push_str(&super::constants::literal(&literal)),
                None if kind == 'L' => {
                    if !text.is_empty() {
                        parts.push(string(std::mem::take(&mut text)));
                    }
                    let value = printed(walk, arg, &ty, &call.at, true)?;
                    let Some(made) = literal_of(value, true) else { return walk.refuse(&call.at, "format") };
                    parts.push(made);
                }
                None => return walk.refuse(&call.at, "the function format with a calculated name"),
            },
            _ => return walk.refuse(&call.at, format!("the format '{pattern}'")),
        }
    }
    if used < given.len() {
        return walk.refuse(&call.at, format!("the format '{pattern}', which does not use every argument"));
    }
    if parts.len() == 1 {
        return Ok(string(text));
    }
    if !text.is_empty() {
        parts.push(string(text));
    }
    Ok(self::call("CONCAT_WS", parts))
}

/// The text as a literal of PostgreSQL's.
fn quoted(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let null = call.name != "quote_literal";
    let text = call.args.remove(0);
    literal_of(text, null).map_or_else(|| walk.refuse(&call.at, format!("the function {}", call.name)), Ok)
}

fn literal_of(text: Expr, null: bool) -> Option<Expr> {
    let sql =
        r"CONCAT(IF(LOCATE('\', $1) > 0, 'E''', ''''), REPLACE(REPLACE($1, '\', '\\'), '''', ''''''), '''')";
    let made = template::filled(sql, &[text])?;
    if null { template::filled("COALESCE($1, 'NULL')", &[made]) } else { Some(made) }
}

/// `left(s, -2)` is all but the last two characters.
fn edge(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let name = call.name.to_uppercase();
    let sql = match whole(&call.args[1]) {
        Some(n) => format!("{name}($1, CHAR_LENGTH($1) - {})", n.unsigned_abs()),
        None => format!("{name}($1, IF($2 < 0, CHAR_LENGTH($1) + $2, $2))"),
    };
    template::filled(&sql, &call.args).map_or_else(|| walk.refuse(&call.at, name), Ok)
}

/// A part that may begin before the text does: what lies before it counts as well.
pub fn part(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let length = call.args.get(2).map(whole);
    let sql = match (whole(&call.args[1]), length) {
        (Some(from), None) => format!("SUBSTR($1, {})", from.max(1)),
        (Some(from), Some(Some(length))) => {
            if length < 0 {
                return walk.refuse(&call.at, "SUBSTRING of a negative length, which fails on PostgreSQL,");
            }
            let end = from.saturating_add(length).max(1);
            format!("SUBSTR($1, {}, {})", from.max(1), end.saturating_sub(from.max(1)).max(0))
        }
        (Some(from), Some(None)) if from >= 1 => format!("SUBSTR($1, {from}, $3)"),
        (Some(from), Some(None)) => format!("SUBSTR($1, 1, $3 - {})", 1 - from),
        (None, None) => "SUBSTR($1, GREATEST($2, 1))".into(),
        (None, Some(_)) => "SUBSTR($1, GREATEST($2, 1), LEAST($2, 1) + $3 - 1)".into(),
    };
    template::filled(&sql, &call.args).map_or_else(|| walk.refuse(&call.at, "SUBSTRING"), Ok)
}

/// Nested REPLACEs, in an order in which none changes what another has put in.
fn translate(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let from: Vec<char> = word(&call.args[1]).unwrap_or_default().chars().collect();
    let to: Vec<char> = word(&call.args[2]).unwrap_or_default().chars().collect();
    let mut pairs: Vec<(char, Option<char>)> = Vec::new();
    for (at, c) in from.iter().enumerate() {
        if !pairs.iter().any(|(seen, _)| seen == c) {
            pairs.push((*c, to.get(at).copied()));
        }
    }
    pairs.retain(|(from, to)| Some(*from) != *to);
    let mut ordered = Vec::new();
    while !pairs.is_empty() {
        // What is put in must not be replaced by one that comes later.
        let free =
            pairs.iter().position(|(_, to)| !to.is_some_and(|to| pairs.iter().any(|(from, _)| *from == to)));
        let Some(free) = free else {
            return walk.refuse(&call.at, "the function translate that swaps characters");
        };
        ordered.push(pairs.remove(free));
    }
    // The character that another becomes is replaced before.
    let text = call.args.remove(0);
    let put_in = |to: Option<char>| string(to.map(String::from).unwrap_or_default());
    Ok(ordered.into_iter().fold(text, |text, (from, to)| {
        self::call("REPLACE", vec![text, string(from.to_string()), put_in(to)])
    }))
}

/// A part of a text; one that is not there is empty.
fn split_part(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let sql = match whole(&call.args[2]) {
        Some(0) => return walk.refuse(&call.at, "the function split_part at 0, which fails on PostgreSQL,"),
        Some(1) => "SUBSTRING_INDEX($1, $2, 1)".to_owned(),
        Some(-1) => "SUBSTRING_INDEX($1, $2, -1)".to_owned(),
        // The delimiters put behind it give empty parts where there are none.
        Some(2) => "SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT($1, $2), $2, 2), $2, -1)".to_owned(),
        Some(n @ 3..) => {
            format!("SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT($1, REPEAT($2, {})), $2, {n}), $2, -1)", n - 1)
        }
        Some(n) => {
            let n = n.unsigned_abs();
            format!("SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT(REPEAT($2, {}), $1), $2, -{n}), $2, 1)", n - 1)
        }
        None => {
            walk.cx.report(
                &super::FUNCTION,
                super::super::span(walk.cx, &call.at),
                "a part counted from the end, or the part 0, gives something else on TiDB",
            );
            "SUBSTRING_INDEX(SUBSTRING_INDEX(CONCAT($1, REPEAT($2, $3 - 1)), $2, $3), $2, -1)".to_owned()
        }
    };
    template::filled(&sql, &call.args).map_or_else(|| walk.refuse(&call.at, "split_part"), Ok)
}

/// A text cut into a JSON array. An empty text has no parts.
fn split(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let delimiter = word(&call.args[1]).unwrap_or_default();
    if delimiter
        .contains(|c: char| c.is_control() || matches!(c, '"' | '\\' | '/') || c.is_ascii_alphanumeric())
    {
        return walk.refuse(&call.at, "the function string_to_array with this delimiter");
    }
    let sql =
        "IF($1 = '', JSON_ARRAY(), CAST(CONCAT('[', REPLACE(JSON_QUOTE($1), $2, '\",\"'), ']') AS JSON))";
    template::filled(sql, &call.args).map_or_else(|| walk.refuse(&call.at, "string_to_array"), Ok)
}

/// A negative integer is eight digits, a bigint sixteen.
fn hex(walk: &mut Walk<'_, '_>, call: &mut Call) -> Made {
    let sql =
        if call.types.first() == Some(&Ty::Big) { "LOWER(HEX($1))" } else { "LOWER(HEX($1 & 4294967295))" };
    template::filled(sql, &call.args).map_or_else(|| walk.refuse(&call.at, "to_hex"), Ok)
}
