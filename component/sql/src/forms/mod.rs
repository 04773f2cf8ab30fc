//! Forms of SQL that `polars-sql` does not run, in terms of those that it does. A file each.

use sqlparser::ast::Statement;

use crate::Result;
use crate::catalog::Catalog;

/// Forms that change which columns there are, before names are given.
///
/// # Errors
/// A form that is not supported.
pub fn before_names(_statement: &mut Statement, _catalog: &dyn Catalog) -> Result<()> {
    Ok(())
}

/// All others, after names were given: they may change expressions as they like.
///
/// # Errors
/// A form that is not supported.
pub fn rewrite(_statement: &mut Statement) -> Result<()> {
    Ok(())
}
