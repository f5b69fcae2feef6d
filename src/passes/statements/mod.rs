//! Statements that are about no table: sessions, transactions, comments, drops, and all that is refused.

mod access;
pub mod accounts;
pub mod code;
pub mod comment_on;
pub mod data;
pub mod ddl;
pub mod ddl_in_transaction;
pub mod deferred;
pub mod dependents;
pub mod drop_object;
pub mod failed_transaction;
pub mod heads;
mod maintenance;
mod objects;
pub mod schema;
pub mod session_setting;
pub mod transaction;
pub mod truncate;
pub mod unsupported;

use crate::diagnostic::Rule;
pub use maintenance::MAINTENANCE;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &ddl_in_transaction::DDL_IN_TRANSACTION,
    &failed_transaction::FAILED_TRANSACTION,
    &unsupported::UNPARSED,
    &transaction::TRANSACTION,
    &transaction::ISOLATION_LEVEL,
    &transaction::DEFERRED_CHECK,
    &session_setting::SESSION_SETTING,
    &session_setting::SEARCH_PATH,
    &session_setting::READING_SETTING,
    &session_setting::TIME_ZONE,
    &session_setting::REPLICATION_ROLE,
    &code::FUNCTION,
    &code::PROCEDURE,
    &code::LANGUAGE_OBJECT,
    &code::TRIGGER,
    &code::DO_BLOCK,
    &code::REWRITE_RULE,
    &access::ROLE,
    &access::PRIVILEGE,
    &access::ACCOUNT,
    &access::POLICY,
    &access::OWNER,
    &super::queries::VIEW,
    &super::queries::MATERIALIZED_VIEW,
    &objects::EXTENSION,
    &objects::FOREIGN_DATA,
    &objects::REPLICATION,
    &objects::TEXT_SEARCH,
    &objects::SERVER_OBJECT,
    &objects::USER_TYPE,
    &objects::DATABASE,
    &data::QUERY,
    &data::ROW_CHANGE,
    &data::CURSOR,
    &truncate::TRUNCATE,
    &maintenance::MAINTENANCE,
    &maintenance::LOCK_TABLE,
    &maintenance::NOTIFICATION,
    &maintenance::PREPARED_TRANSACTION,
    &maintenance::SESSION_QUERY,
    &schema::SCHEMA,
    &drop_object::DROP_INDEX,
    &drop_object::UNDECLARED_INDEX,
    &drop_object::DROP_DEPENDENTS,
    &drop_object::DROP_ABSENT,
    &drop_object::HELD_OBJECT,
    &drop_object::DROP_SCHEMA,
    &comment_on::COMMENT_ON,
    &comment_on::COMMENT_ON_OTHER,
    &comment_on::COMMENT_CUT,
    &ddl::INHERITANCE_CHANGE,
    &ddl::COMPOSITE_TABLE,
    &ddl::MOVED_OBJECT,
    &ddl::SCHEMA_ELEMENTS,
    &ddl::PARTITION_INDEX,
    &deferred::DEFERRED_FOREIGN_KEY,
];
