//! TiDB's PARTITION BY: which partitions in which order, or why there can be none.

use super::bounds::{self, End, Kind};
use crate::catalog::{Method, NO_PARTITIONS, Part, Partitioning};
use crate::syntax::ddl::BoundKind;
use crate::syntax::names;
use sqlparser::ast::DataType;

/// A partition of TiDB's.
#[derive(Debug, Clone, PartialEq)]
pub struct Defined {
    pub name: String,
    /// Its upper end, by which RANGE partitions are ordered.
    pub to: Vec<End>,
    /// `VALUES …`, empty for HASH.
    pub values: String,
}

impl Defined {
    pub fn written(&self) -> String {
        format!("PARTITION {}{}", names::quoted(&self.name), self.values)
    }
}

/// The kinds of the key's columns.
pub fn kinds(p: &Partitioning, column: impl Fn(&str) -> Option<DataType>) -> Result<Vec<Kind>, String> {
    if p.columns.is_empty() {
        return Err("TiDB partitions by columns, not by expressions like PostgreSQL's".into());
    }
    let mut kinds = Vec::new();
    for name in &p.columns {
        let Some(data_type) = column(name) else { return Err(format!("the type of {name} is not known")) };
        match bounds::kind(&data_type) {
            Some(kind) => kinds.push(kind),
            None => return Err(format!("TiDB does not partition by {data_type}, which {name} is")),
        }
    }
    let range = p.method == Method::Range;
    if range && kinds.contains(&Kind::Text) {
        return Err("PostgreSQL puts texts in another order than TiDB".into());
    }
    if range && kinds.contains(&Kind::Bool) {
        return Err("TiDB has no ranges of booleans".into());
    }
    if kinds.contains(&Kind::Seconds) && (!range || kinds.len() > 1) {
        return Err("TiDB does not partition by TIMESTAMP, but by its seconds alone".into());
    }
    Ok(kinds)
}

/// `RANGE COLUMNS (a)`.
pub fn key(p: &Partitioning, kinds: &[Kind]) -> String {
    let columns: Vec<String> = p.columns.iter().map(|name| names::quoted(name)).collect();
    let columns = columns.join(", ");
    match p.method {
        Method::Range if kinds == [Kind::Seconds] => format!("RANGE (FLOOR(UNIX_TIMESTAMP({columns})))"),
        Method::Range => format!("RANGE COLUMNS ({columns})"),
        Method::List => format!("LIST COLUMNS ({columns})"),
        Method::Hash => format!("KEY ({columns})"),
    }
}

/// A partition as TiDB defines it.
pub fn defined(p: &Partitioning, part: &Part, kinds: &[Kind]) -> Result<Defined, String> {
    let name = part.name.name.clone();
    let ends = |data: &[crate::syntax::ddl::Datum]| {
        data.iter().zip(kinds).map(|(datum, kind)| bounds::end(datum, *kind)).collect::<Result<Vec<_>, _>>()
    };
    let (to, values) = match (&part.bound, p.method) {
        (BoundKind::Range { from, to }, Method::Range) => {
            if from.len() != kinds.len() || to.len() != kinds.len() {
                return Err(format!("the ends of {name} are not those of the key"));
            }
            let to = ends(to)?;
            if to.contains(&End::Min) || to.contains(&End::Null) {
                return Err(format!("TiDB has no MINVALUE for the upper end of {name}"));
            }
            ends(from)?;
            let written: Vec<String> = to.iter().map(bounds::written).collect();
            (to, format!(" VALUES LESS THAN ({})", written.join(", ")))
        }
        (BoundKind::Default, Method::Range) => {
            let to = vec![End::Max; kinds.len()];
            let written: Vec<String> = to.iter().map(bounds::written).collect();
            (to, format!(" VALUES LESS THAN ({})", written.join(", ")))
        }
        (BoundKind::List(data), Method::List) => {
            let kind = kinds.first().copied().unwrap_or(Kind::Text);
            let ends = data.iter().map(|datum| bounds::end(datum, kind)).collect::<Result<Vec<_>, _>>()?;
            let written: Vec<String> = ends.iter().map(bounds::written).collect();
            (Vec::new(), format!(" VALUES IN ({})", written.join(", ")))
        }
        (BoundKind::Default, Method::List) => (vec![End::Max], " DEFAULT".into()),
        (BoundKind::Hash { remainder, .. }, Method::Hash) => {
            (vec![End::Whole(i128::from(*remainder))], String::new())
        }
        _ => return Err(format!("{name} is not a partition of this kind")),
    };
    Ok(Defined { name, to, values })
}

/// All partitions in TiDB's order.
pub fn all(p: &Partitioning, kinds: &[Kind]) -> Result<Vec<Defined>, String> {
    let mut all = p.parts.iter().map(|part| defined(p, part, kinds)).collect::<Result<Vec<_>, _>>()?;
    match p.method {
        // The default one comes last, also where another has the same end.
        Method::Range => {
            all.sort_by(|a, b| a.to.cmp(&b.to));
            if all.windows(2).any(|pair| pair[0].to == pair[1].to) {
                return Err("two partitions have the same end".into());
            }
        }
        Method::List => all.sort_by_key(|part| !part.to.is_empty()),
        Method::Hash => {
            let moduli = p.parts.iter().map(|part| match part.bound {
                BoundKind::Hash { modulus, .. } => modulus,
                _ => 0,
            });
            if moduli.clone().any(|modulus| modulus != all.len() as u64) {
                return Err("TiDB has all partitions of a HASH at once, and all of one size".into());
            }
            all.sort_by(|a, b| a.to.cmp(&b.to));
        }
    }
    Ok(all)
}

/// What follows `PARTITION BY` in TiDB's statement.
pub fn clause(p: &Partitioning, kinds: &[Kind]) -> Result<String, String> {
    if p.parts.is_empty() {
        return Err(NO_PARTITIONS.into());
    }
    let all: Vec<String> = all(p, kinds)?.iter().map(Defined::written).collect();
    Ok(format!("{} ({})", key(p, kinds), all.join(", ")))
}
