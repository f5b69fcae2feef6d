//! The migration tools whose folders are known, by the names that options call them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose layout a folder of migrations has.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// What the names and contents of the files say.
    #[default]
    Auto,
    /// Flyway: `V1__x.sql`, `U1__x.sql`, `R__x.sql`.
    Flyway,
    /// Liquibase formatted SQL.
    Liquibase,
    /// golang-migrate: `1_x.up.sql` and `1_x.down.sql`.
    GolangMigrate,
    /// Pop and its kin: `1_x.postgres.up.sql` beside other databases' variants.
    Pop,
    /// goose: `-- +goose Up`.
    Goose,
    /// sql-migrate: `-- +migrate Up`.
    SqlMigrate,
    /// dbmate: `-- migrate:up`.
    Dbmate,
    /// tern: `---- create above / drop below ----`.
    Tern,
    /// Atlas: versioned files and `atlas.sum`.
    Atlas,
    /// sqlx: `1_x.sql`, or `1_x.up.sql` and `1_x.down.sql`.
    Sqlx,
    /// Diesel: a folder with `up.sql` and `down.sql` for each migration.
    Diesel,
    /// Prisma Migrate: a folder with `migration.sql` for each migration, and `migration_lock.toml`.
    Prisma,
    /// Drizzle Kit: `0000_x.sql` and `meta/_journal.json`.
    Drizzle,
    /// Kysely: SQL files beside TypeScript migrations.
    Kysely,
    /// node-pg-migrate: `-- Up Migration`.
    NodePgMigrate,
    /// What `alembic upgrade --sql` prints.
    Alembic,
    /// Rails: `db/structure.sql`.
    Rails,
    /// Supabase: `supabase/migrations`.
    Supabase,
    /// sqlc: schema files, and queries under `-- name: X :one`.
    Sqlc,
    /// Sqitch: `deploy`, `revert` and `sqitch.plan`.
    Sqitch,
    /// A dump that pg_dump made.
    PgDump,
    /// Files whose names begin with a number.
    Numbered,
    /// Files in the order of their names.
    Plain,
}

impl Layout {
    /// Every layout, in the order that documentation lists them.
    pub const ALL: [Layout; 24] = [
        Layout::Auto,
        Layout::Flyway,
        Layout::Liquibase,
        Layout::GolangMigrate,
        Layout::Pop,
        Layout::Goose,
        Layout::SqlMigrate,
        Layout::Dbmate,
        Layout::Tern,
        Layout::Atlas,
        Layout::Sqlx,
        Layout::Diesel,
        Layout::Prisma,
        Layout::Drizzle,
        Layout::Kysely,
        Layout::NodePgMigrate,
        Layout::Alembic,
        Layout::Rails,
        Layout::Supabase,
        Layout::Sqlc,
        Layout::Sqitch,
        Layout::PgDump,
        Layout::Numbered,
        Layout::Plain,
    ];

    /// The name that options call it by.
    pub fn as_str(self) -> &'static str {
        match self {
            Layout::Auto => "auto",
            Layout::Flyway => "flyway",
            Layout::Liquibase => "liquibase",
            Layout::GolangMigrate => "golang-migrate",
            Layout::Pop => "pop",
            Layout::Goose => "goose",
            Layout::SqlMigrate => "sql-migrate",
            Layout::Dbmate => "dbmate",
            Layout::Tern => "tern",
            Layout::Atlas => "atlas",
            Layout::Sqlx => "sqlx",
            Layout::Diesel => "diesel",
            Layout::Prisma => "prisma",
            Layout::Drizzle => "drizzle",
            Layout::Kysely => "kysely",
            Layout::NodePgMigrate => "node-pg-migrate",
            Layout::Alembic => "alembic",
            Layout::Rails => "rails",
            Layout::Supabase => "supabase",
            Layout::Sqlc => "sqlc",
            Layout::Sqitch => "sqitch",
            Layout::PgDump => "pg-dump",
            Layout::Numbered => "numbered",
            Layout::Plain => "plain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_arguments_call_them_alike() {
        for layout in Layout::ALL {
            let written = serde_json::to_string(&layout).expect("a name");
            assert_eq!(written, format!("\"{}\"", layout.as_str()));
        }
    }
}
