//! Reads a PostgreSQL schema from pg_catalog.

use super::model::{
    Action, Check, Column, DefaultValue, ForeignKey, Index, Kind, ObjectName, Part, Schema, SqlType, Table,
};
use postgres::{Client, Error, Row};
use std::collections::HashMap;

/// What a user made: no system schema, nothing that an extension brought.
const RELATIONS: &str = "
    SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text,
           CASE WHEN c.relispartition THEN (SELECT i.inhparent::int8 FROM pg_inherits i WHERE i.inhrelid = c.oid) END
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
       AND NOT EXISTS (SELECT 1 FROM pg_depend d
                        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')";

/// Columns with the type under a domain, and what the domain adds.
const COLUMNS: &str = "
    SELECT a.attrelid::int8, a.attname::text, a.attnotnull OR dom.required, a.attgenerated::text, a.attidentity::text,
           coalesce(pg_get_expr(d.adbin, d.adrelid, true), dom.def),
           t.typname::text, t.typtype::text, dom.typmod, coalesce(e.typname::text, ''), coalesce(e.typtype::text, ''),
           array(SELECT l.enumlabel::text FROM pg_enum l
                  WHERE l.enumtypid = coalesce(e.oid, t.oid) ORDER BY l.enumsortorder)
      FROM pg_attribute a
      JOIN LATERAL (
           WITH RECURSIVE up(typ, typmod, required, def, depth) AS (
                SELECT a.atttypid, a.atttypmod, false, NULL::text, 0
                 UNION ALL
                SELECT p.typbasetype, CASE WHEN up.typmod >= 0 THEN up.typmod ELSE p.typtypmod END,
                       up.required OR p.typnotnull, coalesce(up.def, p.typdefault COLLATE \"default\"), up.depth + 1
                  FROM up JOIN pg_type p ON p.oid = up.typ WHERE p.typtype = 'd')
           SELECT * FROM up ORDER BY depth DESC LIMIT 1) dom ON true
      JOIN pg_type t ON t.oid = dom.typ
      LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
      LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid = ANY($1)
     ORDER BY a.attrelid, a.attnum";

/// Through JSON, because PostgreSQL before 15 does not have `indnullsnotdistinct`.
const INDEXES: &str = "
    SELECT i.indrelid::int8, c.relname::text, i.indisprimary, i.indisunique, m.amname::text,
           pg_get_expr(i.indpred, i.indrelid, true),
           array(SELECT a.attname::text FROM generate_series(0, i.indnkeyatts - 1) k
                   LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] AND a.attnum <> 0
                  ORDER BY k),
           array(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k ORDER BY k),
           coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false)
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am m ON m.oid = c.relam
     WHERE i.indrelid = ANY($1) ORDER BY c.relname";

const CONSTRAINTS: &str = "
    SELECT k.conrelid::int8, k.conname::text, k.contype::text, pg_get_expr(k.conbin, k.conrelid, true),
           k.confrelid::int8, k.confdeltype::text, k.confupdtype::text,
           array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(n, o)
                   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.n ORDER BY u.o),
           array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(n, o)
                   JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.n ORDER BY u.o)
      FROM pg_constraint k
     WHERE k.contype IN ('f', 'c') AND k.conparentid = 0 AND k.conrelid = ANY($1)
     ORDER BY k.conname";

pub(super) fn read(client: &mut Client) -> Result<Schema, Error> {
    let mut schema = Schema::default();
    let mut names: HashMap<i64, ObjectName> = HashMap::new();
    let mut parents: Vec<(ObjectName, i64)> = Vec::new();
    for row in client.query(RELATIONS, &[])? {
        let (oid, kind): (i64, String) = (row.get(0), row.get(3));
        let namespace: String = row.get(1);
        let name = ObjectName::new(if namespace == "public" { "" } else { &namespace }, row.get(2));
        if kind == "v" || kind == "m" {
            schema.views.insert(name.clone(), Vec::new());
        } else {
            if let Some(parent) = row.get::<_, Option<i64>>(4) {
                parents.push((name.clone(), parent));
            }
            schema.tables.insert(name.clone(), Table::default());
        }
        names.insert(oid, name);
    }
    for (child, parent) in parents {
        if let Some(table) = schema.tables.get_mut(&child) {
            table.partition_of = names.get(&parent).cloned();
        }
    }
    // OIDs are unsigned 32-bit numbers: as oid[] the parameter needs no cast on the catalog's side.
    let oids: Vec<u32> = names.keys().filter_map(|oid| u32::try_from(*oid).ok()).collect();
    for row in client.query(COLUMNS, &[&oids])? {
        let Some(name) = names.get(&row.get(0)) else { continue };
        if let Some(table) = schema.tables.get_mut(name) {
            table.columns.push(column(&row));
        } else if let Some(view) = schema.views.get_mut(name) {
            view.push(row.get(1));
        }
    }
    for row in client.query(INDEXES, &[&oids])? {
        let table = names.get(&row.get(0)).and_then(|name| schema.tables.get_mut(name));
        if let Some(table) = table {
            add_index(table, &row);
        }
    }
    for row in client.query(CONSTRAINTS, &[&oids])? {
        let table = names.get(&row.get(0)).and_then(|name| schema.tables.get_mut(name));
        let Some(table) = table else { continue };
        if row.get::<_, String>(2) == "c" {
            let expression: Option<String> = row.get(3);
            table.checks.push(Check { name: row.get(1), expression: expression.unwrap_or_default() });
        } else if let Some(referenced) = names.get(&row.get(4)) {
            table.foreign_keys.push(ForeignKey {
                name: row.get(1),
                columns: row.get(7),
                table: referenced.clone(),
                references: row.get(8),
                on_delete: action(row.get(5)),
                on_update: action(row.get(6)),
            });
        }
    }
    Ok(schema)
}

fn column(row: &Row) -> Column {
    let (generated, identity): (String, String) = (row.get(3), row.get(4));
    let expression: Option<String> = row.get(5);
    let (name, element): (String, String) = (row.get(6), row.get(9));
    let array = !element.is_empty();
    let base = if array { element } else { name };
    let kind: String = if array { row.get(10) } else { row.get(7) };
    let default = match &expression {
        _ if !identity.is_empty() => DefaultValue::Numbered,
        _ if !generated.is_empty() => DefaultValue::Absent,
        Some(text) if text.starts_with("nextval(") => DefaultValue::Numbered,
        Some(text) => DefaultValue::Expression(text.clone()),
        None => DefaultValue::Absent,
    };
    Column {
        name: row.get(1),
        ty: SqlType {
            args: type_args(&base, row.get(8)),
            name: base,
            labels: row.get(11),
            array,
            unsigned: false,
            kind: match kind.as_str() {
                "e" => Kind::Enum,
                "c" => Kind::Composite,
                "r" | "m" => Kind::Range,
                _ => Kind::Base,
            },
        },
        nullable: !row.get::<_, bool>(2),
        default,
        generated: if generated.is_empty() { None } else { expression },
    }
}

/// What a type modifier says: PostgreSQL packs lengths with 4 added, and precision and scale into one number.
fn type_args(name: &str, typmod: i32) -> Vec<i64> {
    let typmod = i64::from(typmod);
    if typmod < 0 {
        return Vec::new();
    }
    match name {
        "varchar" | "bpchar" => vec![typmod - 4],
        // The scale is signed and has 11 bits.
        "numeric" => vec![(typmod - 4) >> 16, ((((typmod - 4) & 0x7ff) ^ 1024) - 1024)],
        "interval" => Vec::new(),
        _ => vec![typmod],
    }
}

fn add_index(table: &mut Table, row: &Row) {
    let columns: Vec<Option<String>> = row.get(6);
    let definitions: Vec<String> = row.get(7);
    let parts: Vec<Part> = columns
        .into_iter()
        .zip(definitions)
        .map(|(column, definition)| match column {
            Some(name) => Part::Column { name, prefix: None },
            None => Part::Expression(definition),
        })
        .collect();
    if row.get(2) {
        let names = parts.iter().filter_map(|part| match part {
            Part::Column { name, .. } => Some(name.clone()),
            Part::Expression(_) => None,
        });
        table.primary_key = Some(names.collect());
        return;
    }
    let index = Index {
        name: row.get(1),
        parts,
        predicate: row.get(5),
        nulls_are_equal: row.get(8),
        method: row.get(4),
    };
    if row.get(3) { &mut table.uniques } else { &mut table.indexes }.push(index);
}

fn action(code: &str) -> Action {
    match code {
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::Refuse,
    }
}
