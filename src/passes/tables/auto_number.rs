//! Columns that number their rows: serial and identity, of which TiDB allows one in a table.

use super::identity_column::{self, IDENTITY_COLUMN};
use super::serial_column::{self, SERIAL_COLUMN};
use crate::catalog::generated_name;
use crate::config::Ids;
use crate::diagnostic::{Fidelity, Level, Rule};
use crate::passes::rebuild::alter_table;
use crate::passes::{Cx, Item, Work};
use crate::syntax::names;
use sqlparser::ast::{
    AlterTableOperation, ColumnDef, ColumnOption, ColumnOptionDef, CreateTable, CreateTableOptions, DataType,
    Expr, Ident, ObjectName, ObjectNamePart, SequenceOptions, SqlOption, Statement, TableConstraint, Value,
};
use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, Word};

/// A numbered column of the statement.
struct Numbered {
    at: usize,
    rule: &'static Rule,
    start: Option<String>,
    /// What only a sequence can do.
    others: Vec<SequenceOptions>,
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut before = Vec::new();
    if let Some(create) = work.create_table() {
        before = in_new_table(cx, create);
    }
    work.items.splice(0..0, before);
    let mut at = 0;
    while at < work.items.len() {
        match added(cx, &mut work.items[at]) {
            Some(items) => {
                let count = items.len();
                work.items.splice(at..=at, items);
                at += count;
            }
            None => at += 1,
        }
    }
}

/// Gives the type behind a serial, and takes the identity clause away.
fn take(cx: &mut Cx<'_>, at: usize, column: &mut ColumnDef) -> Option<Numbered> {
    if let Some(width) = serial_column::width(&column.data_type) {
        column.data_type = width;
        return Some(Numbered { at, rule: &SERIAL_COLUMN, start: None, others: Vec::new() });
    }
    let identity = identity_column::take(cx, column)?;
    Some(Numbered { at, rule: &IDENTITY_COLUMN, start: identity.start, others: identity.others })
}

/// Numbers the columns of a new table; returns what has to run before it.
fn in_new_table(cx: &mut Cx<'_>, create: &mut CreateTable) -> Vec<Item> {
    let columns = create.columns.iter_mut().enumerate();
    let numbered: Vec<Numbered> = columns.filter_map(|(at, column)| take(cx, at, column)).collect();
    let keyed = |n: &Numbered| is_primary_key(create, &create.columns[n.at].name);
    let plain = |n: &Numbered| n.others.is_empty();
    let of_key = numbered.iter().position(|n| plain(n) && keyed(n));
    let chosen = of_key.or_else(|| numbered.iter().position(plain));
    let mut before = Vec::new();
    for (n, numbered) in numbered.into_iter().enumerate() {
        let primary = is_primary_key(create, &create.columns[numbered.at].name);
        let table = create.name.clone();
        let column = &mut create.columns[numbered.at];
        not_null(column);
        if Some(n) == chosen {
            let big = matches!(column.data_type, DataType::BigInt(_) | DataType::Int8(_));
            let random = cx.options.ids == Ids::AutoRandom && primary && big;
            let word = if random { "AUTO_RANDOM" } else { "AUTO_INCREMENT" };
            column.options.insert(0, option(ColumnOption::DialectSpecific(vec![bare_word(word)])));
            if random {
                let span = cx.column_type(&column.name);
                let found = cx.report(numbered.rule, span, "ids from AUTO_RANDOM are large and in no order");
                (found.level, found.fidelity) = (Level::Warning, Fidelity::Approximate);
                found.help = Some(
                    "sort by a time where the order of the rows counts, and keep ids as text where numbers are floats"
                        .into(),
                );
            }
            if let Some(start) = numbered.start {
                let option = SqlOption::KeyValue {
                    key: Ident::new(if random { "AUTO_RANDOM_BASE" } else { "AUTO_INCREMENT" }),
                    value: Expr::Value(Value::Number(start, false).into()),
                };
                match &mut create.table_options {
                    CreateTableOptions::Plain(options) => options.push(option),
                    CreateTableOptions::None => {
                        create.table_options = CreateTableOptions::Plain(vec![option])
                    }
                    _ => {}
                }
            }
        } else {
            let sequence = sequence_name(&table, &column.name);
            let name = column.name.clone();
            column.options.insert(0, option(ColumnOption::Default(next(&sequence))));
            let span = cx.column_type(&name);
            let why = match numbered.others.is_empty() {
                true => "TiDB numbers one column of a table",
                false => "TiDB's AUTO_INCREMENT counts up by 1 to the end of the type",
            };
            cx.note(numbered.rule, span, format!("{why}: {name} takes from the sequence {sequence}"));
            before.push(create_sequence(sequence, numbered, create.if_not_exists));
        }
    }
    before
}

/// A column added to a table that may have rows: a sequence numbers them, then becomes the default.
fn added(cx: &mut Cx<'_>, item: &mut Item) -> Option<Vec<Item>> {
    let Item::Tree(statement) = item else { return None };
    let Statement::AlterTable(alter) = statement.as_mut() else { return None };
    let table = alter.name.clone();
    let (mut items, mut so_far) = (Vec::new(), Vec::new());
    let mut any = false;
    for mut operation in std::mem::take(&mut alter.operations) {
        let found = match &mut operation {
            AlterTableOperation::AddColumn { column_def, if_not_exists, .. } => {
                take(cx, 0, column_def).map(|numbered| (numbered, column_def.clone(), *if_not_exists))
            }
            _ => None,
        };
        let Some((numbered, column, guarded)) = found else {
            so_far.push(operation);
            continue;
        };
        any = true;
        if let AlterTableOperation::AddColumn { column_def, .. } = &mut operation {
            column_def.options.clear();
        }
        so_far.push(operation);
        let sequence = sequence_name(&table, &column.name);
        let span = cx.column_type(&column.name);
        cx.note(
            numbered.rule,
            span,
            format!(
                "TiDB can't add an AUTO_INCREMENT column: {} takes from the sequence {sequence}",
                column.name
            ),
        );
        items.push(create_sequence(sequence.clone(), numbered, guarded));
        let mut adding = alter.clone();
        adding.operations = std::mem::take(&mut so_far);
        items.push(Item::tree(Statement::AlterTable(adding)));
        let name = &column.name;
        items.push(Item::Text(format!(
            "UPDATE {table} SET {name} = nextval({sequence}) WHERE {name} IS NULL"
        )));
        let mut operations = restated(&column, &sequence);
        items.extend(operations.drain(..).map(|operation| Item::tree(alter_table(&table, operation))));
    }
    if !so_far.is_empty() {
        alter.operations = so_far;
        any.then(|| items.push(item.clone()));
    }
    any.then_some(items)
}

/// The column again, now with its default, and the keys it was added with.
fn restated(column: &ColumnDef, sequence: &ObjectName) -> Vec<AlterTableOperation> {
    let name = &column.name;
    let mut options: Vec<ColumnOption> = vec![ColumnOption::NotNull, ColumnOption::Default(next(sequence))];
    let mut keys = Vec::new();
    for taken in &column.options {
        match taken.option.clone() {
            ColumnOption::NotNull | ColumnOption::Null => {}
            ColumnOption::PrimaryKey(mut key) => {
                key.columns = vec![name.clone().into()];
                keys.push(TableConstraint::PrimaryKey(key));
            }
            ColumnOption::Unique(mut key) => {
                key.columns = vec![name.clone().into()];
                key.name.clone_from(&taken.name);
                keys.push(TableConstraint::Unique(key));
            }
            other => options.push(other),
        }
    }
    let modify = AlterTableOperation::ModifyColumn {
        col_name: name.clone(),
        data_type: column.data_type.clone(),
        options,
        column_position: None,
    };
    let add = |constraint| AlterTableOperation::AddConstraint { constraint, not_valid: false };
    std::iter::once(modify).chain(keys.into_iter().map(add)).collect()
}

/// Whether a column is the whole primary key.
fn is_primary_key(create: &CreateTable, name: &Ident) -> bool {
    let own = create.columns.iter().find(|column| column.name == *name);
    let inline =
        own.is_some_and(|c| c.options.iter().any(|o| matches!(o.option, ColumnOption::PrimaryKey(_))));
    inline
        || create.constraints.iter().any(|constraint| match constraint {
            TableConstraint::PrimaryKey(key) => {
                crate::passes::index_columns(&key.columns) == [names::folded(name)]
            }
            _ => false,
        })
}

fn not_null(column: &mut ColumnDef) {
    let said = |o: &ColumnOptionDef| matches!(o.option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_));
    if !column.options.iter().any(said) {
        column.options.insert(0, option(ColumnOption::NotNull));
    }
}

fn option(option: ColumnOption) -> ColumnOptionDef {
    ColumnOptionDef { name: None, option }
}

fn bare_word(word: &str) -> Token {
    Token::Word(Word { value: word.to_string(), quote_style: None, keyword: Keyword::NoKeyword })
}

/// The name PostgreSQL gives the sequence of a column, beside the table.
fn sequence_name(table: &ObjectName, column: &Ident) -> ObjectName {
    let mut name = table.clone();
    let last = names::last(table).map(|ident| ident.value.as_str()).unwrap_or_default();
    let own = names::ident(&generated_name(last, &column.value, "seq", |_| false));
    name.0.pop();
    name.0.push(ObjectNamePart::Identifier(own));
    name
}

fn create_sequence(name: ObjectName, numbered: Numbered, if_not_exists: bool) -> Item {
    let start =
        numbered.start.map(|n| SequenceOptions::StartWith(Expr::Value(Value::Number(n, false).into()), true));
    Item::tree(Statement::CreateSequence {
        temporary: false,
        if_not_exists,
        name,
        data_type: None,
        sequence_options: start.into_iter().chain(numbered.others).collect(),
        owned_by: None,
    })
}

/// `nextval(sequence)`.
fn next(sequence: &ObjectName) -> Expr {
    let parts: Vec<Ident> = names::parts(sequence).cloned().collect();
    let argument = match &parts[..] {
        [one] => Expr::Identifier(one.clone()),
        _ => Expr::CompoundIdentifier(parts),
    };
    crate::passes::rebuild::call("nextval", vec![argument])
}
