//! Rules for roles, privileges and row security.

use crate::diagnostic::rule;

rule! {
    /// A role or a user: CREATE, ALTER or DROP ROLE, USER or GROUP, SET ROLE, SECURITY LABEL.
    ///
    /// Accounts belong to the server and not to the schema: on TiDB they are made once, with passwords and hosts that a
    /// PostgreSQL script does not know. Write them for TiDB by hand, or see `accounts = "translate"` (rule `account`).
    pub ROLE = "S020", "role", Statements, Refused;
}

rule! {
    /// GRANT, REVOKE or ALTER DEFAULT PRIVILEGES.
    ///
    /// TiDB's privileges differ in their names and in what they cover, and default privileges for tables of the future
    /// don't exist, so a word-by-word copy would open or close other doors than the author meant. The statement is left
    /// out; decide who may do what when the accounts are made.
    ///
    /// With `accounts = "translate"` in the configuration, privileges on tables, views and sequences are granted on TiDB:
    /// `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `REFERENCES`. `ALL` becomes these, since TiDB's `ALL` would allow to drop
    /// the table. `ALL TABLES IN SCHEMA` becomes a GRANT for each table that is there. What TiDB has no word for
    /// (`TRUNCATE`, `TRIGGER`, single columns, functions, `PUBLIC`) is left out, and said. TiDB fails to revoke what was not
    /// granted, so a REVOKE is of what the run has granted before. TiDB keeps the privileges on a table that is dropped for
    /// the next one of its name.
    pub PRIVILEGE = "S021", "privilege", Statements, Lossy;
}

rule! {
    /// A role or a user, with `accounts = "translate"` in the configuration.
    ///
    /// Who may log in becomes a user of TiDB's, any other a role. A member of a role has its privileges at once on PostgreSQL,
    /// so `GRANT role TO member` is followed by `SET DEFAULT ROLE ALL`. A user without a password, or with one that
    /// PostgreSQL has hashed, is locked: TiDB would let anybody in. `SUPERUSER`, `CREATEDB`, limits and ends of validity
    /// are left out.
    pub ACCOUNT = "S024", "account", Statements, Approximate;
}

rule! {
    /// A row security policy.
    ///
    /// TiDB has no row security: with a policy left out, everyone who may read the table reads every row. Put the
    /// condition into views that the program reads instead of the table, or into its queries.
    pub POLICY = "S022", "policy", Statements, Refused;
}

rule! {
    /// The owner of an object: OWNER TO, REASSIGN OWNED.
    ///
    /// On TiDB objects have no owner, only privileges. Nothing is lost but the owner's right to everything.
    pub OWNER = "S023", "owner", Statements, Exact;
}
