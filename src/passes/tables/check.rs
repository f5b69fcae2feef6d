//! `check-constraint`, `check-left-out`

use crate::catalog::{Name, makes_ids, mentioned_names};
use crate::diagnostic::rule;
use crate::passes::alter::build;
use crate::passes::expressions::walk::binary;
use crate::passes::expressions::{Scope, literals, translate};
use crate::passes::{Cx, Item, Verdict, Work};
use crate::syntax::names;
use crate::syntax::walk::Walk;
use crate::target::Capability;
use crate::text::Span;
use sqlparser::ast::{
    AlterTableOperation, BinaryOperator, CheckConstraint, ColumnOption, CreateTable, DataType, Expr, Ident,
    ObjectName, ReferentialAction, Statement, TableConstraint, Value, Visitor,
};
use std::ops::ControlFlow;

rule! {
    /// A CHECK constraint.
    ///
    /// TiDB has CHECK constraints since 7.2, but parses and ignores them until `tidb_enable_check_constraint` is ON, a
    /// global variable that is OFF by default. From 8.x on a CHECK's name must be unique in its database, not just in its
    /// table: a second one gets its table's name in front. A foreign key whose action changes a column of a CHECK is added after
    /// the CHECK, which is the only order that TiDB takes; it checks what the action writes, as PostgreSQL does. Where a CHECK is added
    /// to a table that is there, `a OR b` and `a AND b` get parentheses: TiDB 7.5 and 8.5 look for rows that break it with `NOT a OR b`.
    pub CHECK_CONSTRAINT = "C013", "check-constraint", Tables, Exact, needs CheckNamesPerTable;
}

rule! {
    /// A CHECK constraint that TiDB can't have.
    ///
    /// It says something that has no translation, or that TiDB forbids in a CHECK: the time, a random value, a subquery,
    /// an AUTO_INCREMENT column. The table comes over without it, so that rows which
    /// break it are accepted. An ALTER TABLE that adds such a constraint is refused.
    pub CHECK_LEFT_OUT = "C014", "check-left-out", Tables, Lossy;
}

/// What TiDB forbids in a CHECK because its value changes (error 3814).
const VOLATILE: [&str; 21] = [
    "now",
    "current_timestamp",
    "current_date",
    "current_time",
    "localtime",
    "localtimestamp",
    "sysdate",
    "curdate",
    "curtime",
    "utc_date",
    "utc_time",
    "utc_timestamp",
    "unix_timestamp",
    "uuid",
    "rand",
    "random",
    "user",
    "current_user",
    "session_user",
    "connection_id",
    "database",
];

pub fn pass(cx: &mut Cx<'_>, work: &mut Work) {
    let mut refused = false;
    let mut items = Vec::with_capacity(work.items.len());
    for mut item in std::mem::take(&mut work.items) {
        let Item::Tree(statement) = &mut item else {
            items.push(item);
            continue;
        };
        let mut after = Vec::new();
        match statement.as_mut() {
            Statement::CreateTable(create) if has_check(create) => after = create_table(cx, create),
            Statement::AlterTable(alter) if alter.operations.iter().any(adds_check) => {
                let scope = catalog_scope(cx, &alter.name);
                let owner = Name::of(&alter.name);
                for operation in &mut alter.operations {
                    let AlterTableOperation::AddConstraint {
                        constraint: TableConstraint::Check(check), ..
                    } = operation
                    else {
                        continue;
                    };
                    let span = cx.around(&*check);
                    match convert(cx, check, &scope, &|_| None) {
                        Ok(()) => rename(cx, &mut check.name, &owner, span),
                        Err((at, why)) => {
                            let message = format!("TiDB can't check this: {why}");
                            cx.report(&CHECK_LEFT_OUT, at.unwrap_or(span), message).help(HELP).refused();
                            refused = true;
                        }
                    }
                }
            }
            _ => {}
        }
        items.push(item);
        items.extend(after);
    }
    work.items = items;
    if refused {
        work.verdict = Verdict::Refuse;
    }
}

fn has_check(create: &CreateTable) -> bool {
    create.constraints.iter().any(|constraint| matches!(constraint, TableConstraint::Check(_)))
        || create
            .columns
            .iter()
            .any(|column| column.options.iter().any(|option| matches!(option.option, ColumnOption::Check(_))))
}

fn adds_check(operation: &AlterTableOperation) -> bool {
    matches!(operation, AlterTableOperation::AddConstraint { constraint: TableConstraint::Check(_), .. })
}

const HELP: &str = "check the value in the program before it is written";

fn catalog_scope(cx: &Cx<'_>, table: &ObjectName) -> Scope<'static> {
    super::generated_column::known(cx, table)
}

/// The columns with the types the source gives them: `create`'s own are TiDB's by now.
fn scope(cx: &Cx<'_>, create: &CreateTable) -> Scope<'static> {
    let source = match cx.parsed.tree.as_deref() {
        Ok(Statement::CreateTable(source)) => source,
        _ => create,
    };
    let typed = |column: &sqlparser::ast::ColumnDef| (names::folded(&column.name), column.data_type.clone());
    let mut columns: Vec<(String, DataType)> = source.columns.iter().map(typed).collect();
    for (_, data_type) in &mut columns {
        if let DataType::Custom(name, _) = &*data_type
            && let Some(crate::catalog::UserType::Domain(domain)) = cx.catalog.user_type(name)
        {
            *data_type = domain.base.clone();
        }
    }
    Scope::of_columns(cx, columns)
}

/// Makes the constraints TiDB's; the foreign keys that have to be added afterwards.
fn create_table(cx: &mut Cx<'_>, create: &mut CreateTable) -> Vec<Item> {
    let scope = scope(cx, create);
    let owner = Name::of(&create.name);
    let auto: Vec<String> = create
        .columns
        .iter()
        .filter(|column| column.options.iter().any(|o| makes_ids(&o.option)))
        .map(|column| names::folded(&column.name))
        .collect();
    // Where the table may be there already, so may the key.
    let changed: Vec<String> = match create.if_not_exists || create.temporary {
        true => create.constraints.iter().flat_map(|constraint| acting(constraint, changes)).collect(),
        false => Vec::new(),
    };
    let forbidden = |column: &str| {
        if auto.iter().any(|c| c == column) {
            return Some(format!("`{column}` is an AUTO_INCREMENT column"));
        }
        changed.iter().any(|c| c == column).then(|| format!("a foreign key's action changes `{column}`"))
    };
    for column in &mut create.columns {
        let name = column.name.clone();
        column.options.retain_mut(|option| {
            let ColumnOption::Check(check) = &mut option.option else { return true };
            let span = cx.column_option(&name, "CHECK");
            match convert(cx, check, &scope, &forbidden) {
                Ok(()) => {
                    rename(cx, &mut option.name, &owner, span);
                    true
                }
                Err((at, why)) => left_out(cx, at.unwrap_or(span), &why),
            }
        });
    }
    create.constraints.retain_mut(|constraint| {
        let TableConstraint::Check(check) = constraint else { return true };
        let span = cx.around(&*check);
        match convert(cx, check, &scope, &forbidden) {
            Ok(()) => {
                rename(cx, &mut check.name, &owner, span);
                true
            }
            Err((at, why)) => left_out(cx, at.unwrap_or(span), &why),
        }
    });
    let read = read_by_checks(create);
    for constraint in &mut create.constraints {
        let TableConstraint::ForeignKey(key) = constraint else { continue };
        if key.columns.iter().any(|column| read.contains(&names::folded(column))) {
            unsay(&mut key.on_delete);
            unsay(&mut key.on_update);
        }
    }
    let mut after = Vec::new();
    create.constraints.retain(|constraint| {
        let acts = acting(constraint, changes).iter().any(|column| read.contains(column));
        if acts {
            after.push(build::add_constraint(&create.name, constraint.clone()));
        }
        !acts
    });
    if !after.is_empty() {
        let message = "TiDB takes a foreign key with an action on a column of a CHECK only after the CHECK";
        cx.note(&CHECK_CONSTRAINT, cx.head(), message);
    }
    after
}

fn read_by_checks(create: &CreateTable) -> Vec<String> {
    let of_columns = create.columns.iter().flat_map(|column| &column.options);
    let of_columns = of_columns.filter_map(|option| match &option.option {
        ColumnOption::Check(check) => Some(check),
        _ => None,
    });
    let of_table = create.constraints.iter().filter_map(|constraint| match constraint {
        TableConstraint::Check(check) => Some(check),
        _ => None,
    });
    of_columns.chain(of_table).flat_map(|check| mentioned_names(&check.expr, |_| true)).collect()
}

/// Leaves the default action unsaid: TiDB refuses a CHECK beside a key that says any, even the default.
fn unsay(action: &mut Option<ReferentialAction>) {
    if matches!(action, Some(ReferentialAction::NoAction | ReferentialAction::Restrict)) {
        *action = None;
    }
}

fn left_out(cx: &mut Cx<'_>, span: Span, why: &str) -> bool {
    let message = format!("TiDB can't check this: {why}; the table is created without the constraint");
    cx.report(&CHECK_LEFT_OUT, span, message).help(HELP);
    false
}

/// The columns of a foreign key that says such an action.
pub fn acting(constraint: &TableConstraint, such: fn(&ReferentialAction) -> bool) -> Vec<String> {
    match constraint {
        TableConstraint::ForeignKey(key)
            if [&key.on_delete, &key.on_update].into_iter().flatten().any(such) =>
        {
            key.columns.iter().map(names::folded).collect()
        }
        _ => Vec::new(),
    }
}

fn changes(action: &ReferentialAction) -> bool {
    matches!(action, ReferentialAction::Cascade | ReferentialAction::SetNull)
}

type Reason = (Option<Span>, String);

/// Makes the expression TiDB's, or says why it can't be checked there.
fn convert(
    cx: &mut Cx<'_>,
    check: &mut CheckConstraint,
    scope: &Scope<'_>,
    forbidden: &dyn Fn(&str) -> Option<String>,
) -> Result<(), Reason> {
    let mut found = Forbidden { why: None, at: None, column: forbidden };
    let _ = check.expr.walk(&mut found);
    if let Some(why) = found.why {
        return Err((found.at.map(|ident| cx.ident(&ident)), why));
    }
    translate(cx, &mut check.expr, scope)
        .map_err(|e| (Some(e.span), format!("{} has no translation", e.what)))?;
    as_condition(&mut check.expr);
    check.no_inherit = false;
    Ok(())
}

/// TiDB checks conditions only, and takes neither a column for one nor most functions.
fn as_condition(expr: &mut Expr) {
    match expr {
        Expr::Nested(inner) => as_condition(inner),
        Expr::Function(call) if call.name.to_string() == "REGEXP_LIKE" => {}
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Function(_) | Expr::Case { .. } => {
            let value = std::mem::replace(expr, Expr::value(Value::Null));
            *expr = binary(value, BinaryOperator::NotEq, literals::number("0"));
        }
        _ => {}
    }
}

struct Forbidden<'f> {
    why: Option<String>,
    at: Option<Ident>,
    column: &'f dyn Fn(&str) -> Option<String>,
}

impl Visitor for Forbidden<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                self.why = Some("TiDB has no subqueries in a CHECK".into());
            }
            Expr::Function(function) => {
                let name = names::last(&function.name);
                if let Some(name) = name.filter(|n| VOLATILE.contains(&n.value.to_lowercase().as_str())) {
                    self.why = Some(format!("the value of {} changes", name.value));
                    self.at = Some(name.clone());
                }
            }
            Expr::Identifier(ident) => {
                if let Some(why) = (self.column)(&names::folded(ident)) {
                    self.why = Some(why);
                    self.at = Some(ident.clone());
                }
            }
            _ => {}
        }
        if self.why.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

/// Keeps the name unique where TiDB wants it unique in the database.
pub fn rename(cx: &mut Cx<'_>, name: &mut Option<Ident>, owner: &Name, span: Span) {
    let Some(given) = name else { return };
    if cx.can(Capability::CheckNamesPerTable) {
        return;
    }
    let taken = |n: &str| cx.catalog.check_owner(&owner.schema, n).is_some_and(|other| other != owner);
    if !taken(&given.value) {
        return;
    }
    let unique = crate::catalog::generated_name(&owner.name, &given.value, "", taken);
    let message = format!(
        "`{}` becomes `{unique}`: another table has a CHECK of that name, TiDB wants it unique",
        given.value
    );
    cx.note(&CHECK_CONSTRAINT, span, message);
    *given = names::ident(&unique);
}
