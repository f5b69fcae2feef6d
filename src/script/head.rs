//! Tells by its first words what kind of statement it is, and follows `BEGIN ATOMIC … END` in function bodies.

/// Kinds that end differently from others, or have something after their end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Kind {
    #[default]
    Plain,
    /// Data may follow.
    Copy,
    /// Its actions in parentheses have semicolons between them.
    Rule,
    /// Its body may be `BEGIN ATOMIC …; …; END`.
    Routine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Seen {
    #[default]
    Nothing,
    Create,
    CreateOr,
    Enough,
}

/// What the words of a statement said so far.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Head {
    pub kind: Kind,
    /// How many ENDs a routine's body still needs.
    pub atomic: usize,
    seen: Seen,
    after_begin: bool,
    after_as: bool,
}

impl Head {
    /// Whether it has to see the words that come.
    pub fn wants_words(&self) -> bool {
        self.seen != Seen::Enough || self.kind == Kind::Routine
    }

    /// The next word of the statement, not counting quoted names. `loose` if it is in no parentheses and after no dot.
    pub fn word(&mut self, word: &[u8], loose: bool) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        if self.kind == Kind::Routine {
            if loose {
                self.body_word(word);
            }
            return;
        }
        (self.seen, self.kind) = match self.seen {
            Seen::Nothing if is("create") => (Seen::Create, Kind::Plain),
            Seen::Nothing if is("copy") => (Seen::Enough, Kind::Copy),
            Seen::Create if is("or") => (Seen::CreateOr, Kind::Plain),
            Seen::CreateOr if is("replace") => (Seen::Create, Kind::Plain),
            Seen::Create if is("function") || is("procedure") => (Seen::Enough, Kind::Routine),
            Seen::Create if is("rule") => (Seen::Enough, Kind::Rule),
            _ => (Seen::Enough, Kind::Plain),
        };
    }

    fn body_word(&mut self, word: &[u8]) {
        let is = |keyword: &str| word.eq_ignore_ascii_case(keyword.as_bytes());
        if self.atomic == 0 {
            self.atomic = usize::from(self.after_begin && is("atomic"));
        } else if !self.after_as {
            // `AS case` and `AS end` are column labels.
            if is("case") {
                self.atomic += 1;
            } else if is("end") {
                self.atomic -= 1;
            }
        }
        self.after_begin = is("begin");
        self.after_as = is("as");
    }
}
