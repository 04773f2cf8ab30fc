//! From the SQL that people write to the SQL that `polars-sql` runs: rewrites of the syntax tree.
//!
//! A caller tokenizes with [`SqlDialect`](dialect::SqlDialect), passes the tokens through
//! [`tokens::prepare`], parses them with the same dialect, puts files in the place of names, and hands the
//! tree to [`rewrite`]: names of columns are qualified by the aliases that files get there. Where a
//! parameter may be the name of a file, [`params::bind`] comes before that, and [`rewrite`] gets none.
//!
//! What runs is the tree. Its text is for people: sqlparser does not write every literal faithfully
//! (`\'` and `''` inside one), so that text must not be parsed again.

pub mod catalog;
pub mod dialect;
pub mod forms;
pub mod functions;
pub mod names;
pub mod params;
mod size;
pub mod tokens;
mod tree;
pub mod walk;
mod windows;

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
    functions::mark_lambdas(statement);
    forms::before_names(statement, catalog)?;
    names::label(statement, catalog)?;
    params::bind(statement, params)?;
    forms::rewrite(statement)?;
    functions::rewrite(statement)?;
    Ok(())
}
