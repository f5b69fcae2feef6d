//! The passes: from a statement's tree to the trees of its translation, in one visible order.

mod ahead;
mod copy;
mod cx;
mod facts;
mod fold;
mod forms;
mod gate;
mod lacking;
mod printed;
mod rebuild;
pub mod registry;
mod search_path;
mod session;
mod skipped;
mod work;

mod alter;
mod code;
mod expressions;
mod indexes;
mod lexical;
mod parameters;
mod partitions;
mod plan;
mod queries;
mod rows;
mod sequences;
mod statements;
mod tables;
mod types;

pub use ahead::{Ahead, Event, Follow, events};
pub use code::{Part, PartOf};
pub use copy::{CopyRows, written as copied};
pub use cx::Cx;
pub use expressions::functions::page as functions_page;
pub use facts::{FileFacts, index_columns};
pub use fold::{RowsLog, is_about_rows};
pub use plan::{Outcome, Plan, Trees};
pub use printed::settled;
pub use session::Session;
pub use work::{Item, TypeSite, Verdict, Work};

/// One pass over a statement.
pub type Pass = fn(&mut Cx<'_>, &mut Work);

/// Every pass, in the order it runs; a pass sees what those before it left. The gate runs after the last.
pub static PASSES: &[Pass] = &[
    // What the parser left out.
    skipped::pass,
    parameters::pass,
    // Tables that are partitions of others.
    partitions::part::pass,
    // Statements that go another way than the rest, or nowhere.
    types::declarations,
    statements::transaction::pass,
    statements::session_setting::pass,
    statements::schema::pass,
    statements::truncate::pass,
    sequences::setval::pass,
    statements::unsupported::pass,
    // Names, before anything compares them.
    lexical::schema_name::pass,
    lexical::case_only::pass,
    queries::tables,
    statements::comment_on::pass,
    statements::drop_object::pass,
    sequences::drop::pass,
    sequences::values::pass,
    // What domains say stands in their columns.
    types::domain::pass,
    // One action per statement, constraints out of columns.
    alter::actions::pass,
    tables::inline_constraint::pass,
    // Columns.
    types::pass,
    tables::auto_number::pass,
    tables::default_value::pass,
    tables::generated_column::pass,
    tables::collation::pass,
    tables::like::pass,
    // Keys and constraints, which look at the types.
    tables::indexed_text::pass,
    tables::key_options::pass,
    tables::nonclustered_key::pass,
    tables::auto_id_cache::pass,
    tables::foreign_key::pass,
    tables::check::pass,
    tables::like::checks,
    tables::exclusion::pass,
    alter::change,
    tables::check_order::pass,
    indexes::create_index::pass,
    indexes::alter_index::pass,
    // The table as a whole.
    tables::storage::pass,
    tables::charset::pass,
    partitions::parent::pass,
    alter::rebuilt_indexes,
    // Rows.
    lacking::pass,
    queries::pass,
    rows::pass,
    queries::recursions,
];
