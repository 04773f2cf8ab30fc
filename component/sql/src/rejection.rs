//! Why a text is not a query that may run: what goes wrong before there is a tree to rewrite.

use sqlparser::tokenizer::Location;

use crate::Refusal;

/// For the user, as a [`Refusal`] is, with what kind of mistake it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    pub reason: Reason,
    pub message: String,
    pub at: Option<Location>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing but blanks, comments and semicolons.
    Empty,
    Syntax,
    ManyStatements,
    NotReadOnly,
    TooDeep,
    Unsupported,
}

impl Rejection {
    pub(crate) fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self { reason, message: message.into(), at: None }
    }

    pub(crate) fn at(self, at: Location) -> Self {
        Self { at: Some(at), ..self }
    }
}

impl From<Refusal> for Rejection {
    fn from(refusal: Refusal) -> Self {
        Self {
            reason: Reason::Unsupported,
            message: refusal.message,
            at: refusal.span.map(|span| span.start),
        }
    }
}
