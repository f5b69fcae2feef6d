//! `indexed-text`, `key-on-json`

use super::key_size::{KeyPart, fit, key_part};
use crate::catalog::{Method, Name};
use crate::diagnostic::rule;
use crate::passes::partitions::parent;
use crate::passes::{Cx, Verdict, Work, index_columns};
use crate::syntax::names;
use sqlparser::ast::{
    BinaryLength, CharacterLength, ColumnDef, ColumnOption, CreateTable, DataType, TableConstraint,
};
use std::collections::BTreeMap;

rule! {
    /// A text of any length in a key.
    ///
    /// A key of TiDB takes at most 3072 bytes, four for each character, and none of a TEXT or BLOB column. The column
    /// becomes a `VARCHAR` (a `VARBINARY` for bytes) of `indexed_text` characters, fewer where several share a key, and
    /// TiDB rejects longer values instead of storing them. Nothing is cut: a key over a prefix would call values equal
    /// that only begin alike.
    ///
    /// A longer value is an error on TiDB (1406; run on both versions) and a longer literal is refused here, so nothing differs
    /// in silence where a table is made with such a column: that is told as info. Where a column that exists becomes
    /// shorter, it is a warning, for its rows may be longer already.
    pub INDEXED_TEXT = "C006", "indexed-text", Tables, Approximate;
}

rule! {
    /// A key on JSON, or on what became JSON.
    ///
    /// TiDB compares JSON but has no keys on it. A UNIQUE constraint is left out, and duplicates are accepted; a table
    /// whose primary key it is is refused.
    pub KEY_ON_JSON = "C007", "key-on-json", Tables, Lossy;
}

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refused = false;
    let options = cx.options;
    if let Some(create) = work.create_table() {
        refused = leave_out_json_keys(cx, create);
        let keys = keys_of(cx, create);
        let mut most: BTreeMap<String, u64> = BTreeMap::new();
        for key in &keys {
            let columns: Vec<_> = key.iter().filter_map(|name| find(create, name)).collect();
            let parts: Vec<_> = columns.iter().map(|column| key_part(&column.data_type)).collect();
            let Some(lengths) = fit(&parts, u64::from(options.indexed_text)) else { continue };
            for (column, length) in columns.iter().zip(lengths) {
                if let Some(length) = length {
                    let slot = most.entry(names::folded(&column.name)).or_insert(length);
                    *slot = length.min(*slot);
                }
            }
        }
        for column in &mut create.columns {
            if let Some(&length) = most.get(&names::folded(&column.name)) {
                narrow(cx, column, length);
            }
        }
    }
    if refused {
        work.verdict = Verdict::Refuse;
    }
}

fn find<'c>(create: &'c CreateTable, name: &str) -> Option<&'c ColumnDef> {
    create.columns.iter().find(|column| column.name.value.eq_ignore_ascii_case(name))
}

/// The column lists of all keys: the statement's own, and those that later statements of the file add.
fn keys_of(cx: &Cx<'_>, create: &CreateTable) -> Vec<Vec<String>> {
    let mut keys = Vec::new();
    for column in &create.columns {
        if column.options.iter().any(|o| matches!(o.option, ColumnOption::PrimaryKey(_))) {
            keys.push(vec![names::folded(&column.name)]);
        }
    }
    for constraint in &create.constraints {
        match constraint {
            TableConstraint::PrimaryKey(key) => keys.push(index_columns(&key.columns)),
            TableConstraint::Unique(key) => keys.push(index_columns(&key.columns)),
            TableConstraint::ForeignKey(key) => keys.push(key.columns.iter().map(names::folded).collect()),
            _ => {}
        }
    }
    let name = Name::of(&create.name);
    keys.extend(cx.file.keys(&name).iter().cloned());
    // TiDB partitions by a VARCHAR, and by no TEXT.
    if let Some((Method::List, columns)) = create.partition_by.as_deref().and_then(parent::read)
        && !cx.file.has_foreign_key(&name)
    {
        keys.push(columns);
    }
    keys
}

/// Makes a column as short as its keys need it, and says so.
pub fn narrow(cx: &mut Cx<'_>, column: &mut ColumnDef, length: u64) {
    let span = cx.column_type(&column.name);
    if let Some((narrowed, message)) = narrowed(&column.data_type, &column.name.value, length) {
        cx.note(&INDEXED_TEXT, span, message).help(
            "check that no value is longer; `indexed_text` in pg2tidb.toml sets the length where a key leaves room",
        );
        column.data_type = narrowed;
    }
}

/// The type of at most `length` characters or bytes, and what to say of it; `None` when the type already fits.
pub fn narrowed(data_type: &DataType, name: &str, length: u64) -> Option<(DataType, String)> {
    let (narrowed, shown) = match key_part(data_type) {
        KeyPart::Text => (varchar(length), format!("VARCHAR({length})")),
        KeyPart::Characters(n) if n > length => (varchar(length), format!("VARCHAR({length})")),
        KeyPart::Blob => (varbinary(length), format!("VARBINARY({length})")),
        KeyPart::Bytes(n) if n > length => (varbinary(length), format!("VARBINARY({length})")),
        _ => return None,
    };
    let message = format!("`{name}` is part of a key and becomes {shown}: TiDB rejects longer values");
    Some((narrowed, message))
}

fn varchar(length: u64) -> DataType {
    DataType::Varchar(Some(CharacterLength::IntegerLength { length, unit: None }))
}

fn varbinary(length: u64) -> DataType {
    DataType::Varbinary(Some(BinaryLength::IntegerLength { length }))
}

/// Takes out UNIQUE constraints over JSON columns. Returns whether the primary key is one.
fn leave_out_json_keys(cx: &mut Cx<'_>, create: &mut CreateTable) -> bool {
    let json: Vec<String> = create
        .columns
        .iter()
        .filter(|column| key_part(&column.data_type) == KeyPart::Impossible)
        .map(|column| names::folded(&column.name))
        .collect();
    if json.is_empty() {
        return false;
    }
    let hit = |columns: &[String]| columns.iter().find(|c| json.contains(c)).cloned();
    let mut refused = false;
    create.constraints.retain(|constraint| match constraint {
        TableConstraint::Unique(key) => match hit(&index_columns(&key.columns)) {
            Some(column) => {
                let span = cx.constraint(key, "UNIQUE");
                cx.report(
                    &KEY_ON_JSON,
                    span,
                    format!("`{column}` is JSON on TiDB and can't be in a key: the constraint is left out"),
                )
                .help("check for duplicates in the program, or keep a hash of the value in a column of its own");
                false
            }
            None => true,
        },
        TableConstraint::PrimaryKey(key) => {
            if let Some(column) = hit(&index_columns(&key.columns)) {
                let span = cx.around(key);
                cx.report(
                    &KEY_ON_JSON,
                    span,
                    format!("`{column}` is JSON on TiDB and can't be in the primary key"),
                )
                .refused();
                refused = true;
            }
            true
        }
        _ => true,
    });
    let inline = create.columns.iter().find(|column| {
        json.contains(&names::folded(&column.name))
            && column.options.iter().any(|o| matches!(o.option, ColumnOption::PrimaryKey(_)))
    });
    if let Some(column) = inline {
        let message = format!("`{}` is JSON on TiDB and can't be the primary key", column.name.value);
        let span = cx.column_option(&column.name, "PRIMARY");
        cx.report(&KEY_ON_JSON, span, message).refused();
        refused = true;
    }
    refused
}
