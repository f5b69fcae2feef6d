//! Assignments, and EXECUTE of texts that are known before they run.

use super::constant::{self, Text};
use super::run::{Flow, Ran, Run, stop};
use super::{condition, refusal};
use crate::passes::statements::heads::{self, Fate};
use crate::script::{PieceKind, split};
use crate::syntax::Parsed;
use crate::text::Span;

impl Run<'_> {
    pub fn assign(&mut self, at: Span, target: &[String], value: Span) -> Ran {
        let text = self.source(value);
        let known = constant::value(text, &self.variables);
        let known = known.or_else(|| condition::value(text, self.session, &self.variables));
        if known.is_none() && text.contains('(') {
            return Err(stop(refusal(at, "a variable takes what a server computes")));
        }
        if let [name] = target {
            self.variables.insert(name.clone(), known);
        }
        Ok(Flow::On)
    }

    pub fn execute(&mut self, at: Span, command: Span, more: bool) -> Ran {
        let help = "write the statement itself";
        let text = constant::text(self.source(command), &self.variables);
        let Some(Text { said, whole }) = text.filter(|_| !more) else {
            return Err(stop(
                refusal(at, "EXECUTE of a text that is put together when it runs").with_help(help),
            ));
        };
        self.guarded |= !whole;
        for piece in split(said.as_bytes()).iter().filter(|piece| piece.kind == PieceKind::Statement) {
            let parsed = Parsed::inner(said.get(piece.span.start..piece.span.end).unwrap_or_default());
            let dropped = heads::of(&parsed).is_some_and(|head| matches!(head.fate, Fate::Drop));
            if !whole && !dropped {
                let why = "EXECUTE of a text that is put together when it runs";
                return Err(stop(refusal(at, why).with_help(help)));
            }
            self.statement(at, &parsed, None)?;
        }
        Ok(Flow::On)
    }
}
