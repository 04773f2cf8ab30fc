//! What a rewrite may know of the tables that a statement reads.

use sqlparser::ast::TableFactor;

/// The columns of tables, by name.
pub trait Catalog {
    /// The columns of `table`, in their order and as they are spelled; `None` if it is not known or
    /// not worth the while. `table` is a [`TableFactor::Table`]: a name or a table function, as
    /// written; names of common table expressions do not get here.
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>>;
}

/// Knows nothing: what depends on the columns stays as it was written.
pub struct NoCatalog;

impl Catalog for NoCatalog {
    fn columns(&self, _table: &TableFactor) -> Option<Vec<String>> {
        None
    }
}
