//! What a default says: casts and parentheses taken off, constant arithmetic done.

use crate::syntax::names;
use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, CastKind, DataType, Expr, Function, FunctionArg, FunctionArgExpr,
    FunctionArguments, ObjectName, UnaryOperator, Value,
};

/// A default's value, as far as it is known what it is.
#[derive(Debug, Clone, PartialEq)]
pub enum Constant {
    Null,
    Bool(bool),
    /// As written, with its sign.
    Number(String),
    Text(String),
    /// The bits of `B'101'`.
    Bits(String),
    /// The time of the statement; `utc` when it is asked for in that zone.
    Now {
        utc: bool,
    },
    /// The day of the statement.
    Today {
        utc: bool,
    },
    Uuid,
    Random,
    /// The next number of a sequence, by the name in its string.
    NextOf(String),
    /// A call of TiDB's own that an earlier pass made.
    Done,
    Array(Vec<Constant>),
    /// Pairs of a JSON object.
    Object(Vec<(String, Constant)>),
    /// Anything else, by what it is called.
    Other(String),
}

/// What a default's expression says.
pub fn of(expr: &Expr) -> Constant {
    match expr {
        Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => of(inner),
        Expr::Value(value) => literal(&value.value),
        Expr::TypedString(typed) => cast(literal(&typed.value.value), &typed.data_type),
        Expr::Cast { expr, data_type, kind: CastKind::Cast | CastKind::DoubleColon, .. } => {
            match expr.as_ref() {
                // 'now' as a text is read each time, as a time only once.
                Expr::Cast { expr: inner, data_type: DataType::Text, .. } if matches!(of(inner), Constant::Text(text) if is_now(&text)) => {
                    cast(Constant::Now { utc: false }, data_type)
                }
                _ => cast(of(expr), data_type),
            }
        }
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match of(expr) {
            Constant::Number(digits) => Constant::Number(negated(&digits)),
            other => Constant::Other(name_of(&other)),
        },
        Expr::UnaryOp { op: UnaryOperator::Plus, expr } => of(expr),
        Expr::AtTimeZone { timestamp, time_zone } => in_zone(of(timestamp), &of(time_zone)),
        Expr::BinaryOp { left, op, right } => combined(of(left), op, of(right)),
        Expr::Array(array) => Constant::Array(array.elem.iter().map(of).collect()),
        Expr::Function(function) => call(function),
        Expr::Interval(interval) => match of(&interval.value) {
            Constant::Text(text) => match &interval.leading_field {
                Some(field) => Constant::Text(format!("{text} {}", field.to_string().to_lowercase())),
                None => Constant::Text(text),
            },
            other => Constant::Other(name_of(&other)),
        },
        other => Constant::Other(format!("the expression {other}")),
    }
}

fn literal(value: &Value) -> Constant {
    match value {
        Value::Null => Constant::Null,
        Value::Boolean(value) => Constant::Bool(*value),
        Value::Number(digits, _) => Constant::Number(digits.clone()),
        Value::SingleQuotedString(text)
        | Value::EscapedStringLiteral(text)
        | Value::UnicodeStringLiteral(text)
        | Value::NationalStringLiteral(text) => Constant::Text(text.clone()),
        Value::DollarQuotedString(text) => Constant::Text(text.value.clone()),
        Value::SingleQuotedByteStringLiteral(bits) => Constant::Bits(bits.clone()),
        Value::HexStringLiteral(digits) => {
            let digits = digits.chars().filter_map(|c| c.to_digit(16));
            Constant::Bits(digits.map(|digit| format!("{digit:04b}")).collect())
        }
        other => Constant::Other(format!("the literal {other}")),
    }
}

/// PostgreSQL's word for the time of reading it.
pub fn is_now(text: &str) -> bool {
    text.trim().trim_end_matches("()").eq_ignore_ascii_case("now")
}

fn cast(value: Constant, to: &DataType) -> Constant {
    match (&value, to) {
        (Constant::Now { utc }, DataType::Date) => Constant::Today { utc: *utc },
        (Constant::Now { .. }, DataType::Timestamp(..)) | (Constant::Today { .. }, DataType::Date) => value,
        (Constant::Now { .. } | Constant::Today { .. }, _) => Constant::Other(format!("the time as {to}")),
        (
            Constant::Number(digits),
            DataType::Int(_) | DataType::Integer(_) | DataType::BigInt(_) | DataType::SmallInt(_),
        ) if digits.contains(['.', 'e', 'E']) => Constant::Other(format!("the rounded number {digits}")),
        (Constant::Text(text), DataType::Boolean | DataType::Bool) => {
            boolean(text).map_or(value.clone(), Constant::Bool)
        }
        (Constant::Number(digits), DataType::Boolean | DataType::Bool) => {
            Constant::Bool(!digits.trim_start_matches('0').is_empty())
        }
        (Constant::Number(digits), DataType::Text | DataType::Varchar(_) | DataType::CharacterVarying(_)) => {
            Constant::Text(digits.clone())
        }
        (Constant::Array(_), DataType::Array(ArrayElemTypeDef::None)) => value,
        _ => value,
    }
}

/// A boolean as PostgreSQL reads it from a text.
pub fn boolean(text: &str) -> Option<bool> {
    let word = text.trim().to_ascii_lowercase();
    let begins = |whole: &str| !word.is_empty() && whole.starts_with(&word);
    match word.as_str() {
        "1" | "on" | "y" => Some(true),
        "0" | "of" | "off" | "n" => Some(false),
        _ if begins("true") || begins("yes") => Some(true),
        _ if begins("false") || begins("no") => Some(false),
        _ => None,
    }
}

fn negated(digits: &str) -> String {
    match digits.strip_prefix('-') {
        Some(positive) => positive.to_string(),
        None => format!("-{digits}"),
    }
}

fn in_zone(time: Constant, zone: &Constant) -> Constant {
    match (time, zone) {
        (Constant::Now { .. }, Constant::Text(zone))
            if ["utc", "gmt", "etc/utc", "z", "zulu"].iter().any(|name| zone.eq_ignore_ascii_case(name)) =>
        {
            Constant::Now { utc: true }
        }
        (Constant::Now { .. }, _) => Constant::Other("the time in another zone".into()),
        (other, _) => Constant::Other(name_of(&other)),
    }
}

fn combined(left: Constant, op: &BinaryOperator, right: Constant) -> Constant {
    if let (Constant::Number(a), Constant::Number(b)) = (&left, &right)
        && let (Ok(a), Ok(b)) = (a.parse::<i128>(), b.parse::<i128>())
    {
        let result = match op {
            BinaryOperator::Plus => a.checked_add(b),
            BinaryOperator::Minus => a.checked_sub(b),
            BinaryOperator::Multiply => a.checked_mul(b),
            BinaryOperator::Divide => a.checked_div(b),
            _ => None,
        };
        if let Some(result) = result {
            return Constant::Number(result.to_string());
        }
    }
    if let (BinaryOperator::StringConcat, Constant::Text(a), Constant::Text(b)) = (op, &left, &right) {
        return Constant::Text(format!("{a}{b}"));
    }
    Constant::Other(format!("an expression with {op}"))
}

/// The arguments of a plain call.
fn arguments(function: &Function) -> Option<Vec<&Expr>> {
    let FunctionArguments::List(list) = &function.args else {
        return matches!(function.args, FunctionArguments::None).then(Vec::new);
    };
    let plain = |arg| match arg {
        &FunctionArg::Unnamed(FunctionArgExpr::Expr(ref expr)) => Some(expr),
        _ => None,
    };
    list.args.iter().map(plain).collect()
}

fn call(function: &Function) -> Constant {
    let name = function_name(&function.name);
    let Some(arguments) = arguments(function) else { return Constant::Other(format!("the function {name}")) };
    match (name.as_str(), &arguments[..]) {
        (
            "now"
            | "current_timestamp"
            | "transaction_timestamp"
            | "statement_timestamp"
            | "clock_timestamp"
            | "localtimestamp",
            [] | [Expr::Value(_)],
        ) => Constant::Now { utc: false },
        ("current_date", []) => Constant::Today { utc: false },
        ("timezone", [zone, time]) => in_zone(of(time), &of(zone)),
        ("gen_random_uuid" | "uuid_generate_v4" | "uuid_generate_v1" | "uuid_generate_v1mc", []) => {
            Constant::Uuid
        }
        ("random", []) => Constant::Random,
        ("nextval", [Expr::Identifier(_) | Expr::CompoundIdentifier(_)]) => Constant::Done,
        ("nextval", [sequence]) => match of(sequence) {
            Constant::Text(name) => Constant::NextOf(name),
            _ => Constant::Other("the function nextval".into()),
        },
        ("json_build_array" | "jsonb_build_array", _) => {
            Constant::Array(arguments.iter().map(|a| of(a)).collect())
        }
        ("json_build_object" | "jsonb_build_object", _) if arguments.len() % 2 == 0 => {
            let pairs = arguments.chunks(2).map(|pair| match of(pair[0]) {
                Constant::Text(key) => Some((key, of(pair[1]))),
                _ => None,
            });
            pairs
                .collect::<Option<_>>()
                .map_or(Constant::Other(format!("the function {name}")), Constant::Object)
        }
        _ => Constant::Other(format!("the function {name}")),
    }
}

/// The last part of a function's name, folded.
fn function_name(name: &ObjectName) -> String {
    names::last(name).map(names::folded).unwrap_or_default()
}

/// What a message calls a constant.
pub fn name_of(constant: &Constant) -> String {
    match constant {
        Constant::Other(what) => what.clone(),
        Constant::Null => "NULL".into(),
        Constant::Bool(value) => value.to_string(),
        Constant::Number(digits) => format!("the number {digits}"),
        Constant::Text(text) => format!("the text '{text}'"),
        Constant::Bits(bits) => format!("the bits {bits}"),
        Constant::Now { .. } => "the time of the statement".into(),
        Constant::Today { .. } => "the current date".into(),
        Constant::Uuid => "a made-up uuid".into(),
        Constant::Random => "a random number".into(),
        Constant::NextOf(sequence) => format!("the sequence {sequence}"),
        Constant::Done => "a call".into(),
        Constant::Array(_) => "an array".into(),
        Constant::Object(_) => "an object".into(),
    }
}
