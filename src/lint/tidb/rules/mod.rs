//! The rules, a file per topic, in the order they look at a statement.

mod alter_rules;
mod assign;
mod builtins;
mod calls;
mod casts;
mod change;
mod checks;
mod clauses;
mod code;
mod column_rules;
mod defaults;
mod drops;
mod fits;
mod foreign_keys;
mod gone;
mod heads;
mod import;
mod key_rules;
mod names;
mod objects;
mod options;
mod phrases;
mod rows;
mod script;
mod selects;
mod settings;
mod several;
mod shapes;
mod tables;
mod unclosed;
pub mod values;

pub use heads::delimiter;
pub use script::FileFacts;
pub use script::file_rules;
pub use unclosed::comment;

use super::alter::Alter;
use super::create::{CreateIndex, CreateTable};
use super::cx::Cx;
use crate::diagnostic::Rule;

/// A statement as far as it was read.
#[derive(Debug)]
pub enum Read {
    CreateTable(Box<CreateTable>),
    CreateIndex(Box<CreateIndex>),
    Alter(Alter),
    Other,
}

/// Everything that is to be said about one statement.
pub fn judge(cx: &mut Cx<'_>, read: &Read) {
    heads::check(cx);
    unclosed::check(cx);
    if cx.has_error() {
        return;
    }
    import::check(cx);
    if !matches!(read, Read::CreateTable(_) | Read::Alter(_)) {
        tables::collations(cx);
    }
    gone::check(cx);
    clauses::check(cx);
    calls::check(cx);
    names::check(cx, read);
    settings::check(cx);
    code::check(cx);
    match read {
        Read::CreateTable(create) => {
            tables::check(cx, create);
            for column in &create.columns {
                column_rules::check(cx, column);
                defaults::check(cx, column);
            }
            key_rules::create_table(cx, create);
            checks::create_table(cx, create);
            foreign_keys::create_table(cx, create);
        }
        Read::CreateIndex(create) => key_rules::create_index(cx, create),
        Read::Alter(alter) => alter_rules::check(cx, alter),
        Read::Other => {
            rows::check(cx);
            selects::check(cx);
        }
    }
}

/// All of them, in the order of the index page.
pub static RULES: &[&Rule] = &[
    &heads::POSTGRES_STATEMENT,
    &clauses::POSTGRES_SYNTAX,
    &calls::UNKNOWN_FUNCTION,
    &names::DOUBLE_QUOTED_NAME,
    &names::RESERVED_WORD,
    &names::BAD_NAME,
    &names::DECLARED_TWICE,
    &heads::NO_EXISTS_FORM,
    &alter_rules::DROP_CONSTRAINT_KIND,
    &checks::CHECK_IGNORED,
    &checks::CHECK_EXPRESSION,
    &checks::CHECK_NAME_TWICE,
    &checks::CHECK_SWITCHED_OFF,
    &checks::CHECK_HALF_NEGATED,
    &foreign_keys::INLINE_REFERENCES,
    &foreign_keys::FOREIGN_KEY_MISFIT,
    &foreign_keys::FOREIGN_KEY_OPTION,
    &several::SEVERAL_CHANGES,
    &alter_rules::ADDED_COLUMN,
    &change::CHANGED_COLUMN,
    &alter_rules::DROPPED_COLUMN,
    &alter_rules::CLUSTERED_KEY,
    &alter_rules::NOT_DECLARED,
    &key_rules::KEY_TOO_LONG,
    &key_rules::KEY_COLUMN,
    &key_rules::KEY_EXPRESSION,
    &key_rules::FULLTEXT_KEY,
    &defaults::REFUSED_DEFAULT,
    &column_rules::UNKNOWN_TYPE,
    &column_rules::TYPE_OUT_OF_RANGE,
    &column_rules::COLUMN_OPTION,
    &code::STORED_CODE,
    &tables::CREATE_TABLE_SELECT,
    &tables::TABLE_OPTION,
    &tables::PARTITIONING,
    &tables::TTL_COLUMN,
    &settings::LOCK_WITHOUT_EFFECT,
    &settings::LOCKING_READ,
    &settings::ISOLATION,
    &settings::UNKNOWN_VARIABLE,
    &heads::UNSUPPORTED_STATEMENT,
    &rows::VIEW_WRITTEN,
    &heads::CASCADE_WITHOUT_EFFECT,
    &script::NOT_RERUNNABLE,
    &script::DDL_IN_TRANSACTION,
    &script::LARGE_BATCH,
    &clauses::PIPES_AS_OR,
    &clauses::QUERY_MEANING,
    &values::REFUSED_VALUE,
    &rows::UNSUPPORTED_QUERY,
    &unclosed::UNCLOSED,
    &import::IMPORT_OPTION,
    &settings::NOOP,
    &super::guard::UNGUARDED,
];
