//! Which TiDB types may stand for a PostgreSQL type.

use super::model::{Kind, SqlType};

/// How a TiDB type must look.
#[derive(Debug, Clone, Copy)]
enum Accept {
    /// This name, with any length.
    Named(&'static str),
    /// This name, with these arguments.
    Exactly(&'static str, &'static [i64]),
    /// This name, with the arguments that the PostgreSQL type has.
    SameSize(&'static str),
    /// This name, with the fraction digits of the PostgreSQL type, 6 when it names none.
    SameFraction(&'static str),
}

use Accept::{Exactly, Named, SameFraction, SameSize};

const TEXT: &[Accept] = &[Named("longtext"), Named("mediumtext"), Named("text"), Named("varchar")];
const DOCUMENT: &[Accept] =
    &[Named("json"), Named("longtext"), Named("mediumtext"), Named("text"), Named("varchar")];

/// One line per PostgreSQL type, by the name that pg_type has for it.
const TABLE: &[(&[&str], &[Accept])] = &[
    (&["int2"], &[Named("smallint")]),
    (&["int4"], &[Named("int")]),
    (&["int8"], &[Named("bigint")]),
    (&["oid", "xid", "cid", "regclass", "regproc"], &[Named("bigint"), Named("int"), Named("varchar")]),
    (&["bool"], &[Exactly("tinyint", &[1])]),
    (&["float4"], &[Named("float"), Named("double")]),
    (&["float8"], &[Named("double")]),
    (&["money"], &[Named("decimal"), Named("varchar")]),
    (&["text", "citext"], TEXT),
    (&["bpchar"], &[SameSize("char"), SameSize("varchar")]),
    (&["char"], &[Named("char"), Named("varchar")]),
    (&["name"], &[Named("varchar")]),
    (&["uuid"], &[Exactly("char", &[36]), Exactly("binary", &[16]), Exactly("varchar", &[36])]),
    (&["bytea"], &[Named("longblob"), Named("mediumblob"), Named("blob"), Named("varbinary")]),
    (&["timestamptz"], &[SameFraction("timestamp"), SameFraction("datetime")]),
    (&["timestamp"], &[SameFraction("datetime")]),
    (&["time"], &[SameFraction("time")]),
    (&["timetz"], &[SameFraction("time"), Named("varchar")]),
    (&["date"], &[Named("date")]),
    (&["interval"], &[Named("varchar"), Named("bigint")]),
    (&["json", "jsonb"], DOCUMENT),
    (&["hstore"], DOCUMENT),
    (&["xml", "tsvector", "tsquery", "ltree", "jsonpath"], TEXT),
    (
        &["inet", "cidr", "macaddr", "macaddr8", "pg_lsn", "txid_snapshot", "tid"],
        &[Named("varchar"), Named("char")],
    ),
    (&["bit"], &[SameSize("bit"), Named("varchar"), Named("varbinary")]),
    (&["varbit"], &[Named("bit"), Named("varchar"), Named("varbinary"), Named("longtext")]),
    (&["vector"], &[Named("vector")]),
    (&["point", "line", "lseg", "box", "path", "polygon", "circle", "geometry", "geography"], DOCUMENT),
];

/// The longest VARCHAR that an utf8mb4 row of TiDB can hold.
const LONGEST_VARCHAR: i64 = 16383;

/// Whether `tidb` keeps what `postgres` holds. `numbered` columns may be wider: AUTO_RANDOM needs a BIGINT.
pub(super) fn fits(postgres: &SqlType, tidb: &SqlType, numbered: bool) -> bool {
    if tidb.unsigned && !["oid", "xid", "cid"].contains(&postgres.name.as_str()) {
        return false;
    }
    if postgres.array {
        return tidb.name == "json";
    }
    match postgres.kind {
        Kind::Enum if tidb.name == "enum" => return postgres.labels == tidb.labels,
        Kind::Enum => return TEXT.iter().any(|accept| accepts(*accept, postgres, tidb)),
        Kind::Composite | Kind::Range => {
            return DOCUMENT.iter().any(|accept| accepts(*accept, postgres, tidb));
        }
        Kind::Base => {}
    }
    match postgres.name.as_str() {
        "varchar" => return varchar(postgres, tidb),
        "numeric" => return numeric(postgres, tidb),
        "int2" | "int4" if numbered && tidb.name == "bigint" => return true,
        _ => {}
    }
    let line = TABLE.iter().find(|(names, _)| names.contains(&postgres.name.as_str()));
    line.is_some_and(|(_, accepted)| accepted.iter().any(|accept| accepts(*accept, postgres, tidb)))
}

fn accepts(accept: Accept, postgres: &SqlType, tidb: &SqlType) -> bool {
    match accept {
        Named(name) => tidb.name == name,
        Exactly(name, args) => tidb.name == name && tidb.args == args,
        SameSize(name) => tidb.name == name && tidb.args == postgres.args,
        SameFraction(name) => {
            let wanted = postgres.args.first().copied().unwrap_or(6);
            tidb.name == name && tidb.args.first().copied().unwrap_or(0) == wanted
        }
    }
}

fn varchar(postgres: &SqlType, tidb: &SqlType) -> bool {
    match postgres.args.first() {
        Some(length) if *length <= LONGEST_VARCHAR => tidb.name == "varchar" && tidb.args == [*length],
        _ => TEXT.iter().any(|accept| accepts(*accept, postgres, tidb)),
    }
}

/// Without a precision PostgreSQL's numeric has no limits, and whatever DECIMAL the options ask for stands for it.
fn numeric(postgres: &SqlType, tidb: &SqlType) -> bool {
    let within = |args: &[i64]| matches!(args, [p, s] if *p <= 65 && (0..=30).contains(s));
    tidb.name == "decimal" && (!within(&postgres.args) || tidb.args == postgres.args)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ty(name: &str, args: &[i64]) -> SqlType {
        SqlType { name: name.into(), args: args.to_vec(), ..SqlType::default() }
    }

    #[test]
    fn sizes_and_fractions_must_agree() {
        assert!(fits(&ty("varchar", &[20]), &ty("varchar", &[20]), false));
        assert!(!fits(&ty("varchar", &[20]), &ty("varchar", &[10]), false));
        assert!(fits(&ty("varchar", &[100_000]), &ty("longtext", &[]), false));
        assert!(fits(&ty("timestamptz", &[]), &ty("timestamp", &[6]), false));
        assert!(!fits(&ty("timestamptz", &[]), &ty("timestamp", &[]), false));
        assert!(fits(&ty("timestamp", &[0]), &ty("datetime", &[]), false));
        assert!(fits(&ty("numeric", &[]), &ty("decimal", &[65, 30]), false));
        assert!(!fits(&ty("numeric", &[10, 2]), &ty("decimal", &[10, 3]), false));
        assert!(!fits(&ty("int4", &[]), &ty("bigint", &[]), false));
        assert!(fits(&ty("int4", &[]), &ty("bigint", &[]), true));
        assert!(!fits(&ty("unheard_of", &[]), &ty("longtext", &[]), false));
    }
}
