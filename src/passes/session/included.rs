//! A file that another one runs in its middle: the session goes on, only what is known of the file is another.

use super::{Deferred, FileFacts, Session, Transaction, fold};
use crate::catalog::Name;
use crate::passes::search_path::SearchPath;
use crate::syntax::Parsed;
use std::collections::HashMap;
use std::sync::Arc;

/// What a session knew of the file around.
pub struct Suspended {
    file: Arc<FileFacts>,
    next: usize,
    place: Arc<str>,
    undoes: bool,
    created: HashMap<Name, u32>,
    in_transaction: bool,
    transaction: Transaction,
    deferred: Deferred,
    path: SearchPath,
}

impl Session {
    pub fn suspend(&mut self) -> Suspended {
        Suspended {
            file: Arc::clone(&self.file),
            next: self.next,
            place: Arc::clone(&self.place),
            undoes: self.undoes,
            created: std::mem::take(&mut self.created),
            in_transaction: self.in_transaction,
            transaction: self.transaction.clone(),
            deferred: self.deferred.clone(),
            path: self.path.clone(),
        }
    }

    /// Keeps the transaction and the search path of the file around, after the beginning of the one within it.
    pub fn stay_in(&mut self, around: &Suspended, statements: &[&Parsed]) {
        self.in_transaction = around.in_transaction;
        self.transaction = around.transaction.clone();
        self.deferred = around.deferred.clone();
        self.path = around.path.clone();
        let declaring = statements.iter().filter(|s| !fold::is_about_rows(s.text.as_bytes()));
        if let Some(facts) = self.facts(&declaring.copied().collect::<Vec<_>>()) {
            self.file = Arc::new(facts);
        }
    }

    /// Goes on with the file around, in the transaction and with the search path that the other one left.
    pub fn resume(&mut self, around: Suspended) {
        (self.file, self.next, self.created) = (around.file, around.next, around.created);
        (self.place, self.undoes) = (around.place, around.undoes);
    }
}
