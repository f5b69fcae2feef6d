//! The rows of `INSERT … VALUES`, read straight from our tokens: sqlparser tries each value as a type's name first, and
//! large files are mostly such rows. Whatever is not a plain literal is left to it.

use super::lex::{Kind, Token};
use super::tokens::{Place, is_number, national, unquoted};
use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    Expr, Ident, Insert, ObjectName, Parens, Query, SetExpr, Statement, TableObject, UnaryOperator, Value,
    Values,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Span, Token as Sql, TokenWithSpan};

pub type Row = Parens<Vec<Expr>>;

/// Rows, and how many of our tokens they are.
pub struct Rows {
    pub rows: Vec<Row>,
    pub tokens: usize,
    /// Where the last one ends.
    pub place: Place,
}

/// Reads rows up to the last closing parenthesis; `None` where one holds more than literals.
pub fn read(source: &str, lexed: &[Token], place: Place) -> Option<Rows> {
    let mut reader = Reader { source, lexed, at: 0, place };
    let mut rows = Vec::new();
    loop {
        rows.push(reader.row(rows.last().map_or(0, |row: &Row| row.content.len()))?);
        let (tokens, place) = (reader.at, reader.place.clone());
        if reader.peek() != "," {
            return Some(Rows { rows, tokens, place });
        }
        reader.punct(",")?;
    }
}

/// What the parser reads in the place of rows, which `put` exchanges for them.
pub fn stand_in(first: &Row) -> [TokenWithSpan; 3] {
    let at = |token: &AttachedToken| token.0.span;
    let (open, close) = (at(&first.opening_token), at(&first.closing_token));
    [
        TokenWithSpan { token: Sql::LParen, span: open },
        TokenWithSpan { token: Sql::make_word("NULL", None), span: Span::new(open.end, close.start) },
        TokenWithSpan { token: Sql::RParen, span: close },
    ]
}

/// Whether the rows can be put into a tree that was read with the stand-in. False if the stand-in was read as something
/// else.
pub fn fit(tree: &Statement) -> bool {
    let Statement::Insert(Insert { source: Some(source), .. }) = tree else { return false };
    let SetExpr::Values(values) = source.body.as_ref() else { return false };
    let [row] = &values.rows[..] else { return false };
    let null = |expr: &Expr| matches!(expr, Expr::Value(value) if value.value == Value::Null);
    !values.explicit_row && !values.value_keyword && row.content.len() == 1 && row.content.iter().all(null)
}

/// Puts the rows in the place of their stand-in.
pub fn put(rows: Vec<Row>, tree: &mut Statement) {
    if let Statement::Insert(Insert { source: Some(source), .. }) = tree
        && let SetExpr::Values(values) = source.body.as_mut()
    {
        values.rows = rows;
    }
}

/// The tree of an INSERT that says nothing but a table, columns and rows, with the stand-in for its rows. It takes the
/// names out of the tokens.
pub fn plain_insert(tokens: &mut [TokenWithSpan]) -> Option<Box<Statement>> {
    let [insert, into, rest @ .., values, _, _, _] = tokens else { return None };
    let keyword = |token: &TokenWithSpan, keyword: Keyword| matches!(&token.token, Sql::Word(word) if word.quote_style.is_none() && word.keyword == keyword);
    if !keyword(insert, Keyword::INSERT) || !keyword(into, Keyword::INTO) || !keyword(values, Keyword::VALUES)
    {
        return None;
    }
    let dotted = rest.get(1).is_some_and(|dot| dot.token == Sql::Period);
    let (table, list) = rest.split_at_mut_checked(if dotted { 3 } else { 1 })?;
    if !table.iter().step_by(2).all(is_table_part) || !is_list(list) {
        return None;
    }
    let table: Vec<Ident> = table.iter_mut().step_by(2).filter_map(ident).collect();
    let columns = list.iter_mut().skip(1).step_by(2).filter_map(ident);
    let columns = columns.map(|column| ObjectName::from(vec![column])).collect();
    let rows = Values { explicit_row: false, value_keyword: false, rows: Vec::new() };
    let source = query_of_body(SetExpr::Values(rows));
    Some(Box::new(Statement::Insert(Insert {
        insert_token: insert.clone().into(),
        optimizer_hints: Vec::new(),
        or: None,
        table: TableObject::TableName(ObjectName::from(table)),
        table_alias: None,
        ignore: false,
        into: true,
        overwrite: false,
        partitioned: None,
        columns,
        after_columns: Vec::new(),
        source: Some(Box::new(source)),
        assignments: Vec::new(),
        has_table_keyword: false,
        on: None,
        returning: None,
        output: None,
        replace_into: false,
        priority: None,
        insert_alias: None,
        settings: None,
        format_clause: None,
        multi_table_insert_type: None,
        multi_table_into_clauses: Vec::new(),
        multi_table_when_clauses: Vec::new(),
        multi_table_else_clause: None,
    })))
}

/// Whether the parser can take the word for nothing but a part of a table's name.
fn is_table_part(token: &TokenWithSpan) -> bool {
    let Sql::Word(word) = &token.token else { return false };
    word.quote_style.is_some() || matches!(word.keyword, Keyword::NoKeyword | Keyword::PUBLIC)
}

/// Whether these are columns in parentheses, or nothing.
fn is_list(list: &[TokenWithSpan]) -> bool {
    let [open, columns @ .., close] = list else { return list.is_empty() };
    let fits = |(at, token): (usize, &TokenWithSpan)| match &token.token {
        // A query in parentheses begins like this.
        Sql::Word(word) => {
            at % 2 == 0 && (at > 0 || word.quote_style.is_some() || word.keyword != Keyword::SELECT)
        }
        Sql::Comma => at % 2 == 1,
        _ => false,
    };
    // Names stand at both ends.
    let ends = open.token == Sql::LParen && close.token == Sql::RParen && columns.len() % 2 == 1;
    ends && columns.iter().enumerate().all(fits)
}

/// The name that a word is, taken out of it.
fn ident(token: &mut TokenWithSpan) -> Option<Ident> {
    let Sql::Word(word) = &mut token.token else { return None };
    let value = std::mem::take(&mut word.value);
    Some(Ident { value, quote_style: word.quote_style, span: token.span })
}

struct Reader<'s> {
    source: &'s str,
    lexed: &'s [Token],
    at: usize,
    place: Place,
}

impl<'s> Reader<'s> {
    /// Passes the next token that is no trivia, and tells where it stands.
    fn next(&mut self) -> Option<(&'s Token, &'s str, Span)> {
        loop {
            let token = self.lexed.get(self.at)?;
            let text = token.text(self.source);
            let start = self.place.at;
            self.place.pass(text);
            self.at += 1;
            match token.kind {
                Kind::Space | Kind::LineComment => {}
                Kind::BlockComment => return None,
                _ => return Some((token, text, Span::new(start, self.place.at))),
            }
        }
    }

    /// The next token that is no trivia.
    fn peek(&self) -> &'s str {
        let next = self.lexed.get(self.at..).unwrap_or_default().iter().find(|token| !token.is_trivia());
        next.map_or("", |token| token.text(self.source))
    }

    fn punct(&mut self, wanted: &str) -> Option<AttachedToken> {
        let (token, text, span) = self.next()?;
        let sql = if wanted == "(" { Sql::LParen } else { Sql::RParen };
        (token.kind == Kind::Punct && text == wanted).then(|| TokenWithSpan { token: sql, span }.into())
    }

    fn row(&mut self, width: usize) -> Option<Row> {
        let opening_token = self.punct("(")?;
        let mut content = Vec::with_capacity(width);
        loop {
            content.push(self.value()?);
            let (token, text, span) = self.next()?;
            match text {
                "," if token.kind == Kind::Punct => {}
                ")" if token.kind == Kind::Punct => {
                    let closing_token = TokenWithSpan { token: Sql::RParen, span }.into();
                    return Some(Parens { opening_token, content, closing_token });
                }
                _ => return None,
            }
        }
    }

    fn value(&mut self) -> Option<Expr> {
        let (token, text, span) = self.next()?;
        let value = match token.kind {
            Kind::Number => return self.number(text, span),
            Kind::Text if text.starts_with(['N', 'n']) => Value::NationalStringLiteral(national(text)?),
            Kind::Text => Value::SingleQuotedString(unquoted(text, b'\'')?),
            Kind::Word if text.eq_ignore_ascii_case("null") => Value::Null,
            Kind::Word if text.eq_ignore_ascii_case("true") => Value::Boolean(true),
            Kind::Word if text.eq_ignore_ascii_case("false") => Value::Boolean(false),
            Kind::Word if text.eq_ignore_ascii_case("default") => {
                return Some(Expr::Identifier(Ident { span, ..Ident::new(text) }));
            }
            Kind::Punct if text == "-" => {
                let (token, text, span) = self.next()?;
                let number = (token.kind == Kind::Number).then(|| self.number(text, span))??;
                return Some(Expr::UnaryOp { op: UnaryOperator::Minus, expr: Box::new(number) });
            }
            _ => return None,
        };
        Some(Expr::Value(value.with_span(span)))
    }

    fn number(&self, text: &str, span: Span) -> Option<Expr> {
        is_number(text).then(|| Expr::Value(Value::Number(text.to_owned(), false).with_span(span)))
    }
}

/// A query of nothing but its body.
pub fn query_of_body(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}
