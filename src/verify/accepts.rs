//! Whether a server takes some statements: the question every rule's fixture asks.

use super::error::Result;
use super::tidb::Tidb;

/// Runs `statements` in order in a fresh database, which is gone afterwards; one answer for each.
///
/// Databases that the statements make are dropped too; those that were there before are left alone.
pub fn accepts(server: &Tidb, statements: &[String]) -> Result<Vec<std::result::Result<(), String>>> {
    let before = server.databases()?;
    let database = format!("pg2tidb_accepts_{}", std::process::id());
    server.drop(&database)?;
    server.create(&database)?;
    let mut session = server.session(Some(&database))?;
    let answers = statements.iter().map(|statement| session.run(statement)).collect();
    for name in server.databases()? {
        if !before.contains(&name) {
            server.drop(&name)?;
        }
    }
    Ok(answers)
}
