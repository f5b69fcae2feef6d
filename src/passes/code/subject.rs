//! What a query on PostgreSQL's system tables asks for: one object, by its name.

use super::condition::argument;
use super::object::{KINDS, Kind, Subject};
use sqlparser::ast::{
    BinaryOperator as Op, DataType, Expr, JoinConstraint, JoinOperator, Query, SelectItem, SetExpr,
    TableFactor, UnaryOperator, Value,
};
use std::collections::BTreeMap;

/// The object that `to_regclass('x')` and the like look up.
pub fn looked_up(expr: &Expr) -> Option<Subject> {
    let function = match expr {
        Expr::Nested(inner) => return looked_up(inner),
        Expr::Function(function) => function,
        Expr::Cast { expr, .. } => return looked_up(expr),
        Expr::Subquery(query) => {
            let SetExpr::Select(select) = query.body.as_ref() else { return None };
            match &select.projection[..] {
                [
                    SelectItem::UnnamedExpr(expr @ Expr::Function(_))
                    | SelectItem::ExprWithAlias { expr, .. },
                ] if select.from.is_empty() => {
                    return looked_up(expr);
                }
                _ => return of(query).ok(),
            }
        }
        _ => return None,
    };
    let name = function.name.to_string().to_lowercase();
    let kind = match name.trim_start_matches("pg_catalog.") {
        "to_regclass" => Kind::Relation,
        "to_regtype" => Kind::Type,
        "to_regnamespace" => Kind::Schema,
        "to_regrole" => Kind::Role,
        "to_regproc" | "to_regprocedure" => Kind::Function,
        _ => return None,
    };
    let (schema, name) = parts(&literal(argument(function)?)?);
    Some(Subject { kind, schema, table: None, name, also: Vec::new() })
}

/// What a query finds, or why that can't be said.
pub fn of(query: &Query) -> Result<Subject, String> {
    let unread = || "the condition can't be decided before it runs".to_string();
    let SetExpr::Select(select) = query.body.as_ref() else { return Err(unread()) };
    if select.having.is_some() || query.with.is_some() {
        return Err(unread());
    }
    let mut asked = Asked::default();
    for from in &select.from {
        asked.table(&from.relation)?;
        for join in &from.joins {
            asked.table(&join.relation)?;
            match &join.join_operator {
                JoinOperator::Join(on) | JoinOperator::Inner(on) => match on {
                    JoinConstraint::On(on) => asked.condition(on).ok_or_else(unread)?,
                    JoinConstraint::Using(_) | JoinConstraint::Natural | JoinConstraint::None => {}
                },
                _ => return Err(unread()),
            }
        }
    }
    if let Some(selection) = &select.selection {
        asked.condition(selection).ok_or_else(unread)?;
    }
    asked.subject().ok_or_else(unread)
}

/// A query's tables, and what its conditions compare with.
#[derive(Debug, Default)]
struct Asked {
    tables: Vec<String>,
    values: BTreeMap<String, String>,
}

impl Asked {
    fn table(&mut self, factor: &TableFactor) -> Result<(), String> {
        let TableFactor::Table { name, args: None, .. } = factor else {
            return Err("the condition can't be decided before it runs".into());
        };
        let full = name.to_string().replace(['"', '`'], "").to_lowercase();
        let bare = full.trim_start_matches("pg_catalog.").trim_start_matches("information_schema.");
        let known = KINDS.iter().any(|(known, _)| *known == bare)
            && (full.starts_with("information_schema.") || bare.starts_with("pg_"));
        if !known {
            return Err(format!("the condition depends on rows of {name}"));
        }
        self.tables.push(bare.to_string());
        Ok(())
    }

    /// Takes a condition that only compares names.
    fn condition(&mut self, expr: &Expr) -> Option<()> {
        match expr {
            Expr::Nested(inner) => self.condition(inner),
            Expr::BinaryOp { left, op: Op::And, right } => {
                self.condition(left)?;
                self.condition(right)
            }
            Expr::BinaryOp { left, op: Op::Eq, right } => self.equal(left, right),
            Expr::BinaryOp { left, op: Op::Gt | Op::GtEq, right } => {
                // System columns have other numbers.
                (column(left)? == "attnum" && literal(right).is_some()).then_some(())
            }
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                ["attisdropped", "tgisinternal"].contains(&column(expr)?.as_str()).then_some(())
            }
            Expr::InList { expr, list, negated: false } => {
                let column = column(expr)?;
                match &list[..] {
                    [one] => self.take(&column, literal(one)?),
                    _ if ["relkind", "table_type"].contains(&column.as_str()) => Some(()),
                    _ => None,
                }
            }
            Expr::IsFalse(inner) => {
                ["attisdropped", "tgisinternal"].contains(&column(inner)?.as_str()).then_some(())
            }
            _ => None,
        }
    }

    fn equal(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        let (name, value) = match (column(left), column(right)) {
            // How two of the tables belong together.
            (Some(_), Some(_)) => return Some(()),
            (Some(name), None) => (name, right),
            (None, Some(name)) => (name, left),
            (None, None) => return None,
        };
        if let Some(value) = literal(value) {
            return self.take(&name, value);
        }
        match value {
            Expr::Function(function) => {
                let called = function.name.to_string().to_lowercase();
                match called.trim_start_matches("pg_catalog.") {
                    "current_schema" => self.take(&name, "public".into()),
                    "current_database" | "current_catalog" => Some(()),
                    _ => None,
                }
            }
            Expr::Subquery(query) => {
                let mut inner = Asked::default();
                let SetExpr::Select(select) = query.body.as_ref() else { return None };
                for from in &select.from {
                    inner.table(&from.relation).ok()?;
                }
                inner.condition(select.selection.as_ref()?)?;
                let subject = inner.subject()?;
                let full = subject.schema.map_or(String::new(), |schema| format!("{schema}."));
                self.take(&name, format!("{full}{}", subject.name))
            }
            _ => None,
        }
    }

    fn take(&mut self, column: &str, value: String) -> Option<()> {
        let known = self.values.insert(column.to_string(), value.clone());
        known.is_none_or(|known| known == value).then_some(())
    }

    fn subject(mut self) -> Option<Subject> {
        let kind = KINDS.iter().find(|(name, _)| self.tables.iter().any(|t| t == name))?.1;
        let mut get = |names: &[&str]| names.iter().find_map(|name| self.values.remove(*name));
        let schema = get(&[
            "table_schema",
            "schemaname",
            "nspname",
            "constraint_schema",
            "relnamespace",
            "typnamespace",
            "connamespace",
            "trigger_schema",
            "event_object_schema",
            "sequence_schema",
            "routine_schema",
            "pronamespace",
        ]);
        get(&["table_catalog", "constraint_catalog"]);
        let (mut table, mut also) = (None, Vec::new());
        let name = match kind {
            Kind::Table => {
                get(&["table_type"]);
                get(&["table_name", "tablename"])?
            }
            Kind::View => get(&["table_name", "viewname", "matviewname"])?,
            Kind::Index => {
                table = get(&["tablename"]);
                get(&["indexname"])?
            }
            Kind::Sequence => get(&["sequence_name", "sequencename"])?,
            Kind::Relation => {
                let shape = get(&["relkind"]);
                let name = get(&["relname", "oid"])?;
                return self.finish(kind_of(shape.as_deref())?, schema, None, name, also);
            }
            Kind::Column => {
                table = Some(get(&["table_name", "attrelid", "relname"])?);
                also.extend(get(&["is_nullable"]).map(|v| ("is_nullable".to_string(), v)));
                also.extend(get(&["data_type"]).map(|v| ("data_type".to_string(), v)));
                get(&["attisdropped", "relkind"]);
                get(&["column_name", "attname"])?
            }
            Kind::Type => {
                get(&["typtype", "typcategory"]);
                get(&["typname", "oid"])?
            }
            Kind::Label => {
                table = Some(get(&["typname", "enumtypid"])?);
                get(&["enumlabel"])?
            }
            Kind::Constraint => {
                table = get(&["conrelid", "table_name", "relname"]);
                let shape = get(&["contype", "constraint_type"]);
                match (get(&["conname", "constraint_name"]), shape.as_deref()) {
                    (Some(name), _) => name,
                    (None, Some("p" | "PRIMARY KEY")) => {
                        let name = table.clone()?;
                        return self.finish(Kind::PrimaryKey, schema, table, name, also);
                    }
                    (None, _) => return None,
                }
            }
            Kind::PrimaryKey => return None,
            Kind::Trigger => {
                table = get(&["tgrelid", "event_object_table", "relname"]);
                get(&["tgisinternal"]);
                get(&["tgname", "trigger_name"])?
            }
            Kind::Schema => {
                let name = get(&["schema_name", "oid"]);
                return match (name, schema) {
                    (Some(name), None) | (None, Some(name)) => self.finish(kind, None, None, name, also),
                    _ => None,
                };
            }
            Kind::Function => get(&["proname", "routine_name"])?,
            Kind::Extension => get(&["extname", "name"])?,
            Kind::Role => get(&["rolname", "usename"])?,
            Kind::Policy => {
                table = get(&["tablename", "polrelid"]);
                get(&["policyname", "polname"])?
            }
            Kind::Publication => {
                table = get(&["tablename"]);
                get(&["pubname"])?
            }
        };
        self.finish(kind, schema, table, name, also)
    }

    /// The object, if nothing is left that the conditions compare.
    fn finish(
        self,
        kind: Kind,
        schema: Option<String>,
        table: Option<String>,
        name: String,
        also: Vec<(String, String)>,
    ) -> Option<Subject> {
        if !self.values.is_empty() {
            return None;
        }
        let (mut of_name, mut name) = (None, name);
        // `'s.t'::regclass` says the schema as well.
        if matches!(kind, Kind::Relation | Kind::Table | Kind::Type) {
            (of_name, name) = parts(&name);
        }
        let (of_table, table) = match table.map(|table| parts(&table)) {
            Some((schema, table)) => (schema, Some(table)),
            None => (None, None),
        };
        let schema = schema.or(of_table).or(of_name);
        let schema =
            schema.map(|s| if s.eq_ignore_ascii_case("public") { String::new() } else { s.to_lowercase() });
        Some(Subject { kind, schema, table, name, also })
    }
}

fn kind_of(relkind: Option<&str>) -> Option<Kind> {
    Some(match relkind {
        None => Kind::Relation,
        Some("r" | "p") => Kind::Table,
        Some("i" | "I") => Kind::Index,
        Some("S") => Kind::Sequence,
        Some("v" | "m") => Kind::View,
        Some(_) => return None,
    })
}

/// The schema and the name in `s.t`.
fn parts(text: &str) -> (Option<String>, String) {
    let bare = |text: &str| text.trim_matches('"').to_string();
    match text.rsplit_once('.') {
        Some((schema, name)) => (Some(bare(schema)), bare(name)),
        None => (None, bare(text)),
    }
}

/// The name of a column, without its table's.
fn column(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(name) => Some(name.value.to_lowercase()),
        Expr::CompoundIdentifier(names) => names.last().map(|name| name.value.to_lowercase()),
        Expr::Nested(inner) => column(inner),
        Expr::Cast { expr, .. } => column(expr),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("lower") => {
            column(argument(function)?)
        }
        _ => None,
    }
}

/// A text or a truth, cast or not.
fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            Value::Boolean(truth) => Some(truth.to_string()),
            Value::Number(number, _) => Some(number.clone()),
            _ => None,
        },
        Expr::Nested(inner) => literal(inner),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("to_regclass") => {
            literal(argument(function)?)
        }
        Expr::Cast {
            expr,
            data_type: DataType::Regclass | DataType::Text | DataType::Varchar(_) | DataType::Custom(..),
            ..
        } => literal(expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::passes::code::condition::asks;

    #[test]
    fn queries_ask_for_objects() {
        for (sql, subject, there) in [
            ("NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood')", "the type mood", false),
            (
                "EXISTS (SELECT FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 't' AND \
                 column_name='c')",
                "the column t.c",
                true,
            ),
            (
                "NOT EXISTS (SELECT 1 FROM pg_constraint c JOIN pg_class t ON c.conrelid = t.oid WHERE c.conname = 'k' AND \
                 t.relname = 't')",
                "the constraint k of t",
                false,
            ),
            (
                "NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 's.t'::regclass AND conname = 'k')",
                "the constraint k of t",
                false,
            ),
            (
                "(SELECT COUNT(*) FROM pg_class WHERE relname = 'i' AND relkind = 'i') = 0",
                "the index i",
                false,
            ),
            ("to_regclass('public.t') IS NULL", "the relation t", false),
            (
                "NOT EXISTS (SELECT 1 FROM pg_enum WHERE enumlabel = 'x' AND enumtypid = (SELECT oid FROM pg_type WHERE \
                 typname = 'mood'))",
                "the value x of mood",
                false,
            ),
            (
                "EXISTS (SELECT 1 FROM information_schema.table_constraints WHERE table_name = 't' AND constraint_type = \
                 'PRIMARY KEY')",
                "the primary key of t",
                true,
            ),
        ] {
            let found = asks(sql).map(|(subject, there)| (subject.to_string(), there));
            assert_eq!(found, Some((subject.to_string(), there)), "{sql}");
        }
        assert!(asks("EXISTS (SELECT 1 FROM users WHERE name = 'x')").is_none());
        assert!(asks("EXISTS (SELECT 1 FROM pg_type WHERE typname LIKE 'x%')").is_none());
    }
}
