//! From the SQL that people write to the SQL that `polars-sql` runs: rewrites of the syntax tree.
//!
//! ```text
//! text ─ parse::tokenize ─ depth::check ─ parse::parse ─ read_only::check ─ params::bind ─ rewrite ─► tree
//! ```
//!
//! Before [`rewrite`] the caller puts files in the place of names: names of columns are qualified by the
//! aliases that files get there. Where a parameter may be the name of a file, [`params::bind`] comes
//! before that, and [`rewrite`] gets none. [`stages::run`] comes between: it has what must be planned or
//! read before the rest.
//!
//! What runs is the tree. Its text is for people: sqlparser does not write every literal faithfully
//! (`\'` and `''` inside one), so that text must not be parsed again.

pub mod catalog;
pub mod depth;
pub mod dialect;
pub mod forms;
pub mod functions;
pub mod names;
pub mod near;
pub mod params;
pub mod parse;
pub mod read_only;
mod rejection;
mod size;
pub mod stages;
pub mod tokens;
mod tree;
pub mod walk;
mod windows;

pub use rejection::{Reason, Rejection};
use sqlparser::ast::Statement;
use sqlparser::tokenizer::Span;

/// Why a statement cannot be rewritten: for the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What is not supported, and what to write in its place if there is a way.
    pub message: String,
    /// Where in the text, if it can be told.
    pub span: Option<Span>,
}

impl Refusal {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None }
    }

    /// With the place of `part`, if the parser kept one.
    pub(crate) fn at(self, part: &impl sqlparser::ast::Spanned) -> Self {
        self.at_span(part.span())
    }

    pub(crate) fn at_span(mut self, span: Span) -> Self {
        self.span = (span != Span::empty()).then_some(span);
        self
    }
}

/// How the refusal of a column that is not there begins: a mistake of another kind than a form that is not supported.
pub const NO_COLUMN: &str = "there is no column ";

pub type Result<T> = std::result::Result<T, Refusal>;

/// Rewrites `statement` in place: parameters, then forms, then functions, then names.
///
/// Names come first in what they see and last in what they do: the name of an unaliased column is
/// that of the expression as it was written.
///
/// # Errors
/// A form or function that is not supported, or a parameter that is missing or superfluous.
pub fn rewrite(
    statement: &mut Statement,
    params: &params::Params,
    catalog: &dyn catalog::Catalog,
) -> Result<()> {
    let mut rewritten = || {
        functions::mark_lambdas(statement);
        forms::before_names(statement, catalog)?;
        names::label(statement, catalog)?;
        params::bind(statement, params)?;
        forms::rewrite(statement)?;
        functions::rewrite(statement)?;
        forms::check(statement)
    };
    // What a rewrite has made has no place in the text.
    rewritten().map_err(|refusal: Refusal| Refusal {
        span: refusal.span.filter(|span| *span != Span::empty()),
        ..refusal
    })
}
