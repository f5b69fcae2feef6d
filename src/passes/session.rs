//! A run of statements: each is planned against what the ones before it declared.

mod included;

use super::ahead::{self, Ahead, Birth, Follow, Later};
use super::alter::renamed::{self, Renamed};
use super::copy::{self, Copied, CopyRows};
use super::fold::{self, Folds, RowsLog};
use super::gate;
pub(super) use super::plan::{Outcome, Plan};
use super::printed::outcome;
use super::search_path::{SearchPath, qualify_sequence, said};
use super::statements::accounts::{self, Granted};
use super::statements::{ddl_in_transaction::Transaction, deferred::Deferred, drop_object::HELD_OBJECT};
use super::{Cx, FileFacts, PASSES, Verdict, Work, sequences, work::table_of};
use crate::catalog::{Catalog, Name};
use crate::config::{Accounts, Options};
use crate::diagnostic::Level;
use crate::syntax::sequence::{self, SequenceStatement};
use crate::syntax::skip::What;
use crate::syntax::{Parsed, access, ddl::Form};
use sqlparser::ast::Statement;
use std::collections::HashMap;
use std::sync::Arc;

/// What earlier statements and files declared, and the options of the run. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Session {
    pub options: Arc<Options>,
    pub catalog: Catalog,
    pub(super) file: Arc<FileFacts>,
    /// The number of the file's next declaring statement.
    next: usize,
    /// The file has begun a transaction and not ended it yet.
    in_transaction: bool,
    transaction: Transaction,
    deferred: Deferred,
    path: SearchPath,
    /// What the run does later, or as much as the file at hand says.
    ahead: Arc<Ahead>,
    pub(super) whole_run: bool,
    place: Arc<str>,
    undoes: bool,
    /// How many tables of a name this part of the file has created.
    created: HashMap<Name, u32>,
    granted: Granted,
}

impl Session {
    pub fn new(options: &Options) -> Session {
        Session {
            options: Arc::new(options.clone()),
            catalog: Catalog::default(),
            file: Arc::default(),
            next: 0,
            in_transaction: false,
            transaction: Transaction::default(),
            deferred: Deferred::default(),
            path: SearchPath::default(),
            ahead: Arc::default(),
            whole_run: false,
            place: "".into(),
            undoes: false,
            created: HashMap::new(),
            granted: Granted::default(),
        }
    }

    /// Tells the session what all files of the run do to their tables.
    pub fn look_ahead(&mut self, ahead: Ahead) {
        self.ahead = Arc::new(ahead);
        self.whole_run = true;
    }

    /// Tells the session which file comes next, or the part of it that undoes.
    pub fn enter(&mut self, name: &str, undoes: bool) {
        self.place = name.into();
        self.undoes = undoes;
        self.created.clear();
    }

    /// Tells the session what the whole file says, before its first statement is planned.
    pub fn begin_file(&mut self, statements: &[&Parsed]) {
        let mut rows = RowsLog::default();
        let mut declaring = 0;
        for statement in statements {
            match fold::is_about_rows(statement.text.as_bytes()) {
                true => rows.note(declaring, statement.text.as_bytes()),
                false => declaring += 1,
            }
        }
        self.begin_file_with(statements, &rows);
    }

    /// The same for statements that undo others. Nothing is folded among them: their order is another one.
    pub fn begin_undo(&mut self, statements: &[&Parsed]) {
        self.path.begin();
        self.file = Arc::new(self.facts(statements).unwrap_or_else(|| FileFacts::of(statements)));
        self.transaction = Transaction::default();
        self.deferred = Deferred::default();
        self.in_transaction = false;
        self.look_ahead_in_file(statements);
    }

    /// Where the run was not looked at as a whole, the file at hand says what comes.
    fn look_ahead_in_file(&mut self, statements: &[&Parsed]) {
        if !self.whole_run {
            let mut events = Vec::new();
            statements.iter().for_each(|parsed| ahead::events(&parsed.text, &mut events));
            let mut follow = Follow::default();
            follow.file(&self.place, self.undoes, &events);
            self.ahead = Arc::new(follow.done());
        }
    }

    /// The same for a file whose row statements were only looked at. Of `statements`, those about rows don't count.
    pub fn begin_file_with(&mut self, statements: &[&Parsed], rows: &RowsLog) {
        let declaring = statements.iter().filter(|s| !fold::is_about_rows(s.text.as_bytes()));
        let declaring: Vec<&Parsed> = declaring.copied().collect();
        self.path.begin();
        let facts = self.facts(&declaring).unwrap_or_else(|| {
            let mut facts = FileFacts::of(&declaring);
            facts.folds = Folds::of(&declaring, rows, &self.catalog);
            facts
        });
        self.file = Arc::new(facts);
        self.in_transaction = false;
        self.next = 0;
        self.transaction = Transaction::default();
        self.deferred = Deferred::default();
        self.look_ahead_in_file(statements);
    }

    /// The facts of a file that sets a search path: by the names that it means. Nothing is folded in it, since what its row
    /// statements touch is known by bare names only.
    fn facts(&self, statements: &[&Parsed]) -> Option<FileFacts> {
        let mut path = self.path.clone();
        let mut any = path.is_set();
        if !any && !statements.iter().any(|parsed| said(parsed).is_some()) {
            return None;
        }
        let mut meant = Vec::with_capacity(statements.len());
        for parsed in statements {
            meant.push(path.qualified(parsed, &self.catalog));
            path.follow(parsed);
            any |= path.is_set();
        }
        any.then(|| {
            let all = statements.iter().zip(&meant).map(|(parsed, meant)| meant.as_ref().unwrap_or(parsed));
            FileFacts::of(&all.collect::<Vec<_>>())
        })
    }

    /// The number of a statement among the declaring ones of its file, which are planned in order.
    fn number(&mut self, parsed: &Parsed) -> Option<usize> {
        let number = self.next;
        let declares = !fold::is_about_rows(parsed.text.as_bytes());
        self.next += usize::from(declares);
        declares.then_some(number)
    }

    /// What becomes later of the table that a statement creates.
    fn later(&mut self, ahead: &Ahead, parsed: &Parsed) -> Vec<Later> {
        let Some((table, _)) = ahead::created(parsed.source(), &parsed.tokens) else { return Vec::new() };
        let nth = self.created.entry(table.clone()).or_default();
        *nth += 1;
        ahead.of(&Birth { file: self.place.clone(), undoes: self.undoes, table, nth: *nth }).to_vec()
    }

    /// Translates one statement and records what it declares. Diagnostics' spans are bytes in the statement.
    pub fn plan(&mut self, source: &Parsed) -> Plan {
        let number = self.number(source);
        self.plan_numbered(source, number)
    }

    /// Translates a statement that stands in the code of another.
    pub(super) fn plan_inner(&mut self, parsed: &Parsed) -> Plan {
        self.plan_numbered(parsed, None)
    }

    /// Counts a table that the code of a statement creates only where it is not there.
    pub(super) fn pass_over(&mut self, parsed: &Parsed) {
        let ahead = Arc::clone(&self.ahead);
        self.later(&ahead, parsed);
    }

    fn plan_numbered(&mut self, source: &Parsed, number: Option<usize>) -> Plan {
        if let Some(block) = &source.block {
            return super::code::block(self, source, block);
        }
        let meant = self.path.qualified(source, &self.catalog);
        let plan = self.plan_meant(source, meant.as_ref().unwrap_or(source), number);
        self.path.follow(source);
        plan
    }

    fn plan_meant(&mut self, source: &Parsed, parsed: &Parsed, number: Option<usize>) -> Plan {
        let ahead = Arc::clone(&self.ahead);
        let later = self.later(&ahead, parsed);
        let (place, file) = (Arc::clone(&self.place), Arc::clone(&self.file));
        if let Some(gone) = number.and_then(|number| file.folds.gone(number))
            && self.catalog.table_named(&gone.table).is_none_or(|table| table.missing.is_none())
        {
            let mut cx = Cx::new(&self.options, &self.catalog, parsed, &file);
            let head = cx.head();
            cx.note(&fold::FOLDED_STATEMENT, head, gone.message.clone());
            let diagnostics = std::mem::take(&mut cx.diagnostics);
            if let Ok(query @ Statement::Query(_)) = parsed.tree.as_deref() {
                self.catalog.apply(query, &[], None);
            }
            return Plan::left_out(Outcome::Folded, diagnostics);
        }
        if let Some(mut said) = sequence::read(parsed.source(), &parsed.tokens) {
            if self.path.is_set() {
                qualify_sequence(&mut said, self.path.schemas(), &self.catalog);
            }
            return self.plan_sequence(parsed, &said);
        }
        if let Some(form) = &parsed.form {
            return self.plan_form(parsed, form);
        }
        match renamed::of(parsed, &self.catalog) {
            Some(Renamed::View(form)) => return self.plan_form(parsed, &form),
            Some(Renamed::Sequence(said)) => return self.plan_sequence(parsed, &said),
            Some(Renamed::Index(said)) => return self.plan_meant(source, &said, None),
            None => {}
        }
        if self.options.accounts == Accounts::Translate
            && let Some(said) = access::read(parsed.source(), &parsed.tokens)
        {
            let mut cx = Cx::new(&self.options, &self.catalog, parsed, &file);
            return accounts::plan(&mut cx, &mut self.granted, &said, self.path.schemas());
        }
        if let Some(plan) = super::code::routine(self, parsed) {
            return plan;
        }
        let tree = match parsed.tree.as_deref() {
            Ok(tree) => tree,
            Err(_) if parsed.emptied => {
                let mut cx = Cx::new(&self.options, &self.catalog, parsed, &self.file);
                super::skipped::pass(&mut cx, &mut Work::default());
                return Plan::left_out(Outcome::Dropped, cx.diagnostics);
            }
            Err(failure) => {
                let (verdict, diagnostic) = super::alter::unread(parsed)
                    .or_else(|| self.deferred.set(parsed, &self.catalog))
                    .or_else(|| super::queries::refresh(parsed, &self.options))
                    .unwrap_or_else(|| super::statements::unsupported::unread(parsed, failure));
                self.catalog.unread(parsed, &diagnostic.message);
                let outcome = if verdict == Verdict::Drop { Outcome::Dropped } else { Outcome::Refused };
                return Plan::left_out(outcome, vec![diagnostic]);
            }
        };
        if let Statement::Insert(insert) = tree
            && let cx = Cx::new(&self.options, &self.catalog, parsed, &file)
            && let Some(outcome) = super::rows::unchanged(&cx, insert)
        {
            self.catalog.apply(tree, &[], None);
            self.transaction.written.insert(&self.catalog, insert);
            return Plan { outcome, note: String::new(), diagnostics: Vec::new() };
        }
        let taken = number.and_then(|number| file.folds.declared(number, tree));
        let declared = taken.as_ref().unwrap_or(tree);
        let mut cx = Cx::new(&self.options, &self.catalog, parsed, &file);
        cx.in_transaction = self.in_transaction;
        (cx.later, cx.place) = (&later, &place);
        self.in_transaction = match tree {
            Statement::StartTransaction { .. } => true,
            Statement::Commit { chain, .. } | Statement::Rollback { savepoint: None, chain } => *chain,
            _ => self.in_transaction,
        };
        let mut work = Work::new(declared);
        for pass in PASSES {
            pass(&mut cx, &mut work);
            if work.verdict != Verdict::Emit || work.done {
                break;
            }
        }
        if work.verdict == Verdict::Emit {
            gate::check(&mut cx, &mut work);
            if cx.recursive || cx.grouped {
                super::queries::unbound(&mut work, cx.recursive, cx.grouped);
            }
        }
        let (mut transaction, mut deferred) =
            (std::mem::take(&mut self.transaction), std::mem::take(&mut self.deferred));
        if work.verdict == Verdict::Emit {
            let open = cx.in_transaction;
            deferred.follow(&mut cx, tree, &mut work, open);
            transaction.follow(&mut cx, tree, &work);
        }
        let diagnostics = std::mem::take(&mut cx.diagnostics);
        let (declares, stand_in) = (cx.declares.take(), cx.stand_in.take());
        (self.transaction, self.deferred) = (transaction, deferred);
        let refused = diagnostics.iter().find(|d| d.level == Level::Error).map(|d| d.message.clone());
        debug_assert!(work.verdict != Verdict::Refuse || refused.is_some(), "a refusal says why");
        // What is left out is not on TiDB, whatever trees the passes left behind.
        let emitted = if work.verdict == Verdict::Emit { work.written() } else { Vec::new() };
        let why = refused.as_deref().filter(|_| work.verdict == Verdict::Refuse);
        // What PostgreSQL does not do either changes nothing.
        match super::tables::like::spelled_out(&self.catalog, parsed, declared) {
            _ if diagnostics.iter().any(|d| d.rule.code == HELD_OBJECT.code) => {}
            Some((create, indexes)) => self.catalog.apply_spelled_out(&create, &indexes, &emitted, why),
            None => self.catalog.apply(stand_in.as_deref().unwrap_or(declared), &emitted, why),
        }
        if let Statement::CreateDomain(domain) = tree
            && parsed.skipped.iter().any(|left| left.what == What::NotNull)
        {
            self.catalog.domain_not_null(&domain.name, true);
        }
        sequences::declare(&mut self.catalog, declared);
        if let Some(number) = number {
            file.folds.declare_sequences(number, &mut self.catalog);
        }
        if let Some(parent) = work.part_of.take() {
            self.catalog.declare_part(&parent, &table_of(tree));
        }
        if let Some(partitioning) = work.partitioning.take() {
            self.catalog.partition(&table_of(tree), partitioning);
        }
        if let (Statement::CreateView(view), Some(columns)) = (tree, declares) {
            self.catalog.declare_view(&view.name, columns);
        }
        match work.verdict {
            Verdict::Refuse => Plan::left_out(Outcome::Refused, diagnostics),
            Verdict::Drop => Plan::left_out(Outcome::Dropped, diagnostics),
            Verdict::Fold => Plan::left_out(Outcome::Folded, diagnostics),
            Verdict::Emit => Plan { outcome: outcome(source, tree, work), note: String::new(), diagnostics },
        }
    }

    /// Translates a COPY that rows follow.
    pub fn plan_copy(&mut self, parsed: &Parsed, rows: CopyRows<'_>) -> Plan {
        let file = Arc::clone(&self.file);
        let mut cx = Cx::new(&self.options, &self.catalog, parsed, &file);
        cx.path.clone_from(&self.path);
        let copied = copy::plan(&mut cx, rows);
        let diagnostics = std::mem::take(&mut cx.diagnostics);
        match copied {
            Copied::Inserts(inserts) => {
                if let Some(table) = inserts.brings_ids.as_ref().and_then(|t| self.catalog.table_mut(t)) {
                    table.explicit_ids = true;
                }
                Plan { outcome: Outcome::Copy(inserts), note: String::new(), diagnostics }
            }
            Copied::Dropped => Plan::left_out(Outcome::Dropped, diagnostics),
            Copied::Refused => Plan::left_out(Outcome::Refused, diagnostics),
        }
    }

    /// A statement about a sequence, which has a form of its own.
    fn plan_sequence(&mut self, parsed: &Parsed, said: &SequenceStatement) -> Plan {
        let file = Arc::clone(&self.file);
        let mut cx = Cx::new(&self.options, &self.catalog, parsed, &file);
        let done = sequences::statement::plan(&mut cx, said);
        let diagnostics = std::mem::take(&mut cx.diagnostics);
        for effect in done.effects {
            effect.apply(&mut self.catalog);
        }
        let source = parsed.source();
        match done.verdict {
            Verdict::Refuse => Plan::left_out(Outcome::Refused, diagnostics),
            Verdict::Drop | Verdict::Fold => Plan::left_out(Outcome::Dropped, diagnostics),
            Verdict::Emit => {
                let outcome = match &done.texts[..] {
                    [same] if same == source => Outcome::Same,
                    _ => Outcome::Changed { before: source.to_string(), after: done.texts },
                };
                Plan { outcome, note: String::new(), diagnostics }
            }
        }
    }

    /// Translates a statement that has no tree of sqlparser's.
    fn plan_form(&mut self, parsed: &Parsed, form: &Form) -> Plan {
        let mut cx = Cx::new(&self.options, &self.catalog, parsed, &self.file);
        let mut work = Work::default();
        let effect = super::forms::plan(&mut cx, &mut work, form);
        if work.verdict == Verdict::Emit {
            gate::check(&mut cx, &mut work);
        }
        let diagnostics = std::mem::take(&mut cx.diagnostics);
        if work.verdict == Verdict::Refuse {
            let why = diagnostics.iter().find(|d| d.level == Level::Error).map(|d| d.message.clone());
            self.catalog.unread(parsed, &why.unwrap_or_default());
            return Plan::left_out(Outcome::Refused, diagnostics);
        }
        self.catalog.take_over(&work.written());
        super::forms::apply(&mut self.catalog, effect);
        match work.verdict {
            Verdict::Drop => Plan::left_out(Outcome::Dropped, diagnostics),
            Verdict::Fold => Plan::left_out(Outcome::Folded, diagnostics),
            _ => {
                let after = work.items.iter().map(ToString::to_string).collect();
                let before = parsed.source().to_string();
                Plan { outcome: Outcome::Changed { before, after }, note: String::new(), diagnostics }
            }
        }
    }
}
