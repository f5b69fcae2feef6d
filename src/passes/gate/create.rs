//! CREATE TABLE and CREATE INDEX.

use super::{Checked, columns, names, none_of, refuse};
use crate::passes::Cx;
use sqlparser::ast::{
    CreateIndex, CreateTable, CreateTableOptions, Expr, HiveDistributionStyle, Ident, IndexOption, SqlOption,
};

pub fn table(cx: &Cx<'_>, create: &CreateTable) -> Checked {
    let CreateTable {
        or_replace,
        temporary: _,
        unlogged,
        external,
        dynamic,
        global,
        if_not_exists: _,
        transient,
        volatile,
        iceberg,
        snapshot,
        name,
        columns,
        constraints,
        hive_distribution,
        hive_formats: _,
        table_options,
        file_format,
        location,
        query,
        without_rowid,
        like,
        clone,
        version,
        comment: _,
        on_commit,
        on_cluster,
        primary_key,
        order_by,
        partition_by,
        cluster_by,
        clustered_by,
        inherits,
        partition_of,
        for_values,
        strict,
        copy_grants,
        enable_schema_evolution,
        change_tracking,
        data_retention_time_in_days,
        max_data_extension_time_in_days,
        default_ddl_collation,
        with_aggregation_policy,
        with_row_access_policy,
        with_storage_lifecycle_policy,
        with_tags,
        external_volume,
        with_connection,
        base_location,
        catalog,
        catalog_sync,
        storage_serialization_policy,
        target_lag,
        warehouse,
        refresh_mode,
        initialize,
        require_user,
        diststyle,
        distkey,
        sortkey,
        backup,
        multiset,
        fallback,
        with_data,
    } = create;
    names::object(cx, name)?;
    let elsewhere = *external
        || *dynamic
        || global.is_some()
        || *transient
        || *volatile
        || *iceberg
        || *snapshot
        || !matches!(hive_distribution, HiveDistributionStyle::NONE)
        || file_format.is_some()
        || location.is_some()
        || *without_rowid
        || clone.is_some()
        || version.is_some()
        || on_cluster.is_some()
        || primary_key.is_some()
        || order_by.is_some()
        || cluster_by.is_some()
        || clustered_by.is_some()
        || *strict
        || *copy_grants
        || enable_schema_evolution.is_some()
        || change_tracking.is_some()
        || data_retention_time_in_days.is_some()
        || max_data_extension_time_in_days.is_some()
        || default_ddl_collation.is_some()
        || with_aggregation_policy.is_some()
        || with_row_access_policy.is_some()
        || with_storage_lifecycle_policy.is_some()
        || with_tags.is_some()
        || external_volume.is_some()
        || with_connection.is_some()
        || base_location.is_some()
        || catalog.is_some()
        || catalog_sync.is_some()
        || storage_serialization_policy.is_some()
        || target_lag.is_some()
        || warehouse.is_some()
        || refresh_mode.is_some()
        || initialize.is_some()
        || *require_user
        || diststyle.is_some()
        || distkey.is_some()
        || sortkey.is_some()
        || backup.is_some()
        || multiset.is_some()
        || fallback.is_some();
    let said = [
        (*or_replace, "OR REPLACE"),
        (*unlogged, "UNLOGGED"),
        (query.is_some() || with_data.is_some(), "AS"),
        (like.is_some(), "LIKE"),
        (on_commit.is_some(), "ON COMMIT"),
        (partition_by.as_ref().is_some_and(|by| !is_clause(by)), "PARTITION BY"),
        (partition_of.is_some() || for_values.is_some(), "PARTITION OF"),
        (inherits.is_some(), "INHERITS"),
        (elsewhere, "an option of another database"),
    ];
    none_of(cx, &said, "CREATE TABLE")?;
    match table_options {
        CreateTableOptions::None => {}
        CreateTableOptions::Plain(options) => {
            options.iter().try_for_each(|option| self::option(cx, option))?
        }
        CreateTableOptions::With(_) => return none_of(cx, &[(true, "WITH")], "CREATE TABLE"),
        CreateTableOptions::Options(_) | CreateTableOptions::TableProperties(_) => {
            return none_of(cx, &[(true, "OPTIONS")], "CREATE TABLE");
        }
    }
    if columns.is_empty() {
        return refuse(cx.head(), "a table without columns");
    }
    columns.iter().try_for_each(|column| columns::column(cx, column))?;
    constraints.iter().try_for_each(|constraint| columns::constraint(cx, constraint))
}

/// Whether PARTITION BY is the text that the rule for partitioned tables writes; the parser makes no such name.
fn is_clause(by: &Expr) -> bool {
    let Expr::Identifier(Ident { value, quote_style: None, .. }) = by else { return false };
    ["RANGE COLUMNS (", "RANGE (FLOOR(UNIX_TIMESTAMP(", "LIST COLUMNS (", "KEY ("]
        .iter()
        .any(|word| value.starts_with(word))
}

fn option(cx: &Cx<'_>, option: &SqlOption) -> Checked {
    let known = match option {
        SqlOption::KeyValue { key, value: _ } => {
            let key = key.value.to_ascii_uppercase();
            let known = [
                "DEFAULT CHARSET",
                "DEFAULT CHARACTER SET",
                "CHARSET",
                "CHARACTER SET",
                "COLLATE",
                "DEFAULT COLLATE",
                "COMMENT",
                "AUTO_INCREMENT",
                "AUTO_ID_CACHE",
                "AUTO_RANDOM_BASE",
                "SHARD_ROW_ID_BITS",
            ];
            known.contains(&key.as_str())
        }
        SqlOption::Comment(_) => true,
        SqlOption::Clustered(_)
        | SqlOption::Ident(_)
        | SqlOption::Partition { .. }
        | SqlOption::TableSpace(_)
        | SqlOption::NamedParenthesizedList(_) => false,
    };
    if known { Ok(()) } else { refuse(cx.head(), format!("the table option {option}")) }
}

pub fn index(cx: &Cx<'_>, index: &CreateIndex) -> Checked {
    let CreateIndex {
        name,
        table_name,
        using,
        columns,
        unique: _,
        concurrently,
        r#async,
        if_not_exists: _,
        include,
        nulls_distinct,
        with,
        predicate,
        index_options,
        alter_options,
    } = index;
    names::object(cx, table_name)?;
    let Some(name) = name else { return refuse(cx.head(), "an index without a name") };
    names::object(cx, name)?;
    let said = [
        (using.is_some(), "USING"),
        (*concurrently, "CONCURRENTLY"),
        (*r#async, "ASYNC"),
        (!include.is_empty(), "INCLUDE"),
        (nulls_distinct.is_some(), "NULLS"),
        (!with.is_empty(), "WITH"),
        (predicate.is_some(), "WHERE"),
        (!alter_options.is_empty(), "ALGORITHM"),
    ];
    none_of(cx, &said, "CREATE INDEX")?;
    for option in index_options {
        match option {
            IndexOption::Comment(_) => {}
            IndexOption::Using(_) => return none_of(cx, &[(true, "USING")], "CREATE INDEX"),
        }
    }
    columns.iter().try_for_each(|column| columns::index_column(cx, column))
}
