//! Tables: columns, defaults, constraints, options.

pub mod auto_id_cache;
pub mod auto_number;
pub mod charset;
pub mod check;
pub mod check_order;
pub mod collation;
mod constant;
mod constant_json;
mod constant_time;
mod default_render;
mod default_time;
pub mod default_value;
pub mod exclusion;
pub mod foreign_key;
pub mod generated_column;
pub mod identity_column;
pub mod indexed_text;
pub mod inline_constraint;
pub mod key_options;
pub mod key_size;
pub mod like;
pub mod nonclustered_key;
pub mod serial_column;
pub mod storage;

use crate::diagnostic::Rule;

/// The family's rules, in the order of their codes.
pub static RULES: &[&Rule] = &[
    &inline_constraint::INLINE_CONSTRAINT,
    &charset::CHARSET_CLAUSE,
    &storage::TABLE_STORAGE,
    &storage::TEMPORARY_TABLE,
    &exclusion::EXCLUSION_CONSTRAINT,
    &indexed_text::INDEXED_TEXT,
    &indexed_text::KEY_ON_JSON,
    &key_options::DEFERRABLE_CONSTRAINT,
    &key_options::NULLS_NOT_DISTINCT,
    &foreign_key::FOREIGN_KEY,
    &foreign_key::FOREIGN_KEY_ACTION,
    &foreign_key::FOREIGN_KEY_LEFT_OUT,
    &check::CHECK_CONSTRAINT,
    &check::CHECK_LEFT_OUT,
    &serial_column::SERIAL_COLUMN,
    &identity_column::IDENTITY_COLUMN,
    &default_value::DEFAULT_VALUE,
    &default_value::TEXT_DEFAULT,
    &default_value::DEFAULT_LEFT_OUT,
    &generated_column::GENERATED_COLUMN,
    &generated_column::GENERATED_COLUMN_LEFT_OUT,
    &collation::COLUMN_COLLATION,
    &like::LIKE_TABLE,
    &like::INHERITED_TABLE,
    &nonclustered_key::NONCLUSTERED_KEY,
    &auto_id_cache::AUTO_ID_CACHE,
];
