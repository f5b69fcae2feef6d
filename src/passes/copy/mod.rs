//! COPY … FROM stdin: the rows that follow it become INSERTs.

mod rows;

use crate::catalog::{Catalog, Column, Name};
use crate::config::{CopyAs, Options};
use crate::diagnostic::{Fidelity, Level, Rule, rule};
use crate::passes::expressions::literals::{self, Literal};
use crate::passes::expressions::types::Ty;
use crate::passes::partitions::PARTITION;
use crate::passes::rows::value::{Target, is_random};
use crate::passes::rows::values::{bringing_ids, keeping_zero};
use crate::passes::{Cx, FileFacts, Item, Outcome, Plan};
use crate::script::copy::CopyHeader;
use crate::syntax::sequence::name_in_text;
use crate::syntax::{Parsed, names};
use rows::{Format, Reader};
use sqlparser::ast::{ColumnOption, Expr, Value};
use std::borrow::Cow;
use std::fmt::Write;

rule! {
    /// COPY.
    ///
    /// TiDB's SQL has no COPY. The rows that follow `COPY … FROM stdin` become INSERTs of many rows each, every value as its
    /// column's type takes it. More rows than `copy_limit` bytes are left out, and so are all with `copy = "comment"`: load
    /// them with TiDB Lightning or `LOAD DATA`, which are made for it. COPY from a file or a program, and COPY TO, have no
    /// counterpart in SQL.
    pub COPY_DATA = "S042", "copy-data", Statements, Refused;
}

/// The rules of COPY.
pub static RULES: &[&Rule] = &[&COPY_DATA];

/// The rows after a COPY, with the line that ends them.
#[derive(Debug, Clone, Copy)]
pub enum CopyRows<'t> {
    Here(&'t [u8]),
    /// More than are looked at: so many bytes.
    Many(u64),
}

/// What becomes of a COPY.
pub enum Copied {
    Inserts(Box<Inserts>),
    Dropped,
    Refused,
}

/// INSERTs that are still to be written: how, for the catalog is not asked any more.
#[derive(Debug, Clone)]
pub struct Inserts {
    options: Options,
    format: Format,
    /// `INSERT INTO … VALUES`
    prefix: String,
    targets: Vec<Target>,
    /// The table makes ids, and takes others only from a session that allows it.
    random: bool,
    /// The table, when rows bring ids that it would make.
    pub brings_ids: Option<Name>,
}

/// Bytes of one INSERT, about.
const BATCH: usize = 64 * 1024;

pub fn plan(cx: &mut Cx<'_>, data: CopyRows<'_>) -> Copied {
    let head = cx.head();
    let Some(header) = CopyHeader::parse(cx.parsed.source().as_bytes()) else {
        return refuse(cx, "this form of COPY is not known".into());
    };
    if cx.options.copy == CopyAs::Comment {
        let found = cx.report(&COPY_DATA, head, "the rows are left out");
        (found.level, found.fidelity) = (Level::Warning, Fidelity::Lossy);
        found.help = Some("load them with TiDB Lightning or LOAD DATA".into());
        return Copied::Dropped;
    }
    let data = match data {
        CopyRows::Here(data) if data.len() as u64 <= cx.options.copy_limit => data,
        CopyRows::Here(data) => return too_many(cx, data.len() as u64),
        CopyRows::Many(bytes) => return too_many(cx, bytes),
    };
    match inserts(cx, &header, data) {
        Ok(copied) => copied,
        Err(why) => refuse(cx, why),
    }
}

/// Writes the INSERTs of a plan that has some; pure, and most of the work.
pub fn written(parsed: &Parsed, plan: Plan, rows: &[u8]) -> Plan {
    let Outcome::Copy(inserts) = plan.outcome else { return plan };
    let (catalog, file) = (Catalog::default(), FileFacts::default());
    let mut cx = Cx::new(&inserts.options, &catalog, parsed, &file);
    cx.diagnostics = plan.diagnostics;
    match rows_of(rows).and_then(|rows| inserts.statements(&cx, rows)) {
        Ok(statements) => {
            Plan { outcome: Outcome::Rows(statements), note: plan.note, diagnostics: cx.diagnostics }
        }
        Err(why) => {
            refuse(&mut cx, why);
            Plan::left_out(Outcome::Refused, cx.diagnostics)
        }
    }
}

/// The rows as text, without the line that ends them.
fn rows_of(data: &[u8]) -> Result<&str, String> {
    let whole = rows::without_end(data);
    if whole.len() == data.len() {
        return Err("its rows have no end".into());
    }
    std::str::from_utf8(whole).map_err(|_| "the rows are not UTF-8".to_string())
}

fn refuse(cx: &mut Cx<'_>, why: String) -> Copied {
    let head = cx.head();
    cx.report(&COPY_DATA, head, why).help = Some("load the rows with TiDB Lightning or LOAD DATA".into());
    Copied::Refused
}

fn too_many(cx: &mut Cx<'_>, bytes: u64) -> Copied {
    let limit = cx.options.copy_limit;
    refuse(cx, format!("{bytes} bytes of rows are more than copy_limit allows ({limit})"))
}

fn inserts(cx: &mut Cx<'_>, header: &CopyHeader, data: &[u8]) -> Result<Copied, String> {
    let format = Format::of(header)?;
    let mut reader = Reader::new(rows_of(data)?, format.clone());
    let Some(mut name) = name_in_text(&header.table) else {
        return Err(format!("the name {} is not known", header.table));
    };
    cx.path.resolve(&mut name, cx.catalog);
    let mut fields: Vec<Option<Cow<'_, str>>> = Vec::new();
    if !reader.next(&mut fields)? {
        let head = cx.head();
        let found = cx.note(&COPY_DATA, head, "there are no rows");
        (found.level, found.fidelity) = (Level::Info, Fidelity::Exact);
        return Ok(Copied::Dropped);
    }
    let Some(table) = cx.catalog.table(&name) else {
        return Err(format!(
            "no file of this run declares {}, so the types of its columns are not known",
            header.table
        ));
    };
    // Where the columns are listed: a partition that was attached may have them in another order.
    let root = cx.catalog.root(&name).filter(|_| !header.columns.is_empty());
    if let Some(root) = root {
        let head = cx.head();
        cx.note(&PARTITION, head, format!("the rows go to {}, whose partition it is", root.name.name));
    }
    let table = root.unwrap_or(table);
    if let Some(why) = &table.missing {
        return Err(format!("{} is not on TiDB: {why}", header.table));
    }
    super::lacking::written(cx, &name, "INSERT");
    let stored = |column: &&Column| {
        !column.options.iter().any(|o| matches!(o, ColumnOption::Generated { generation_expr: Some(_), .. }))
    };
    let columns: Vec<&Column> = match header.columns.is_empty() {
        true => table.columns.iter().filter(stored).collect(),
        false => {
            let find = |written: &String| {
                let folded = written.trim_matches('"').replace("\"\"", "\"").to_lowercase();
                table.column(&folded).ok_or_else(|| format!("{} has no column {written}", header.table))
            };
            header.columns.iter().map(find).collect::<Result<_, _>>()?
        }
    };
    let targets: Vec<Target> = columns.iter().map(|column| Target::of(cx, column)).collect();
    let listed: Vec<String> = columns.iter().map(|column| names::quoted(&column.ident.value)).collect();
    let prefix = format!("INSERT INTO {} ({}) VALUES", table.tidb_name, listed.join(", "));
    let brings_ids = targets.iter().any(|target| target.makes_ids).then(|| table.name.clone());
    let random = columns.iter().any(|column| is_random(column));
    Ok(Copied::Inserts(Box::new(Inserts {
        options: cx.options.clone(),
        format,
        prefix,
        targets,
        random,
        brings_ids,
    })))
}

impl Inserts {
    fn statements(&self, cx: &Cx<'_>, data: &str) -> Result<Vec<String>, String> {
        let mut reader = Reader::new(data, self.format.clone());
        let mut fields: Vec<Option<Cow<'_, str>>> = Vec::new();
        let mut statements = Vec::new();
        let mut text = String::new();
        let (mut row, mut zero) = (1usize, false);
        while reader.next(&mut fields)? {
            if fields.len() != self.targets.len() {
                return Err(format!(
                    "row {row} has {} values for {} columns",
                    fields.len(),
                    self.targets.len()
                ));
            }
            if text.is_empty() {
                text.reserve((data.len() + data.len() / 2).min(BATCH) + 1024);
                text.push_str(&self.prefix);
            } else {
                text.push(',');
            }
            text.push_str("\n(");
            for (at, (field, target)) in fields.iter().zip(&self.targets).enumerate() {
                if at > 0 {
                    text.push_str(", ");
                }
                zero |= value(cx, field.as_deref(), target, &mut text)
                    .map_err(|what| format!("row {row}: {what} can't be stored on TiDB"))?;
            }
            text.push(')');
            if text.len() > BATCH {
                statements.push(std::mem::take(&mut text));
            }
            row += 1;
        }
        if !text.is_empty() {
            statements.push(text);
        }
        let around = |statements: Vec<String>, with: &dyn Fn(Vec<Item>) -> Vec<Item>| -> Vec<String> {
            with(statements.into_iter().map(Item::Text).collect()).iter().map(ToString::to_string).collect()
        };
        if zero {
            statements = around(statements, &keeping_zero);
        }
        if self.random {
            statements = around(statements, &bringing_ids);
        }
        Ok(statements)
    }
}

/// Writes one value; says whether it is a zero that TiDB would make an id for.
fn value(cx: &Cx<'_>, field: Option<&str>, target: &Target, out: &mut String) -> Result<bool, String> {
    let Some(text) = field else {
        out.push_str("NULL");
        return Ok(false);
    };
    if let Some(what) = target.unfit_text(text) {
        return Err(what);
    }
    let zero = target.makes_ids && text.trim().trim_matches(['-', '+']).bytes().all(|b| b == b'0');
    match (&target.ty, literals::typed(cx, text, &target.ty)) {
        (Ty::Other(_), _) if target.as_text => quote(text, out),
        (Ty::Int | Ty::Big | Ty::Decimal | Ty::Numeric | Ty::Float, Ok(Literal::Same)) => {
            out.push_str(text.trim())
        }
        (_, Ok(Literal::Same)) => quote(text, out),
        (_, Ok(Literal::Text(other))) => quote(&other, out),
        (_, Ok(Literal::Expr(Expr::Value(value)))) => match &value.value {
            Value::HexStringLiteral(digits) => {
                let _ = write!(out, "X'{digits}'");
            }
            other => {
                let _ = write!(out, "{other}");
            }
        },
        (_, Ok(Literal::Expr(expr))) => {
            let _ = write!(out, "{expr}");
        }
        (_, Err(what)) => return Err(what),
    }
    Ok(zero)
}

/// A text as a TiDB literal.
fn quote(text: &str, out: &mut String) {
    out.push('\'');
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'\'', b'\\', rest.as_bytes()) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        out.push_str(if after.starts_with('\'') { "''" } else { "\\\\" });
        rest = &after[1..];
    }
    out.push_str(rest);
    out.push('\'');
}
