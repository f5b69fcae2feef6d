//! Rules for roles, privileges and row security.

use crate::diagnostic::rule;

rule! {
    /// A role or a user: CREATE, ALTER or DROP ROLE, USER or GROUP, SET ROLE, SECURITY LABEL.
    ///
    /// Accounts belong to the server and not to the schema: on TiDB they are made once, with passwords and hosts that a
    /// PostgreSQL script does not know. Write them for TiDB by hand.
    pub ROLE = "S020", "role", Statements, Refused;
}

rule! {
    /// GRANT, REVOKE or ALTER DEFAULT PRIVILEGES.
    ///
    /// TiDB's privileges differ in their names and in what they cover, and default privileges for tables of the future
    /// don't exist, so a word-by-word copy would open or close other doors than the author meant. The statement is left
    /// out; decide who may do what when the accounts are made.
    pub PRIVILEGE = "S021", "privilege", Statements, Lossy;
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
