//! From SQL text to a plan: parse once, allow one read-only statement, put files in the place of
//! names, and hand the tree to `polars-sql`.

mod depth;
mod locate;
mod parse;
mod statement;
mod tables;

use polars::prelude::*;
use polars_sql::SQLContext;
use sqlparser::ast::Statement;

use crate::catalog::Catalog;
use crate::error::Result;
use crate::sql::locate::Locate;

/// Plans `sql` over the tables of `catalog`.
///
/// # Errors
/// With the position in the text wherever it can be told.
pub fn plan(sql: &str, catalog: &Catalog) -> Result<Query> {
    let tokens = parse::tokenize(sql)?;
    depth::check(&tokens)?;
    let locate = Locate::new(&tokens);
    let mut statement = parse::parse(tokens)?;
    statement::check(&statement)?;
    if let Statement::ShowTables { .. } = statement {
        return Ok(Query { frame: show_tables(catalog)?, locate });
    }
    let mut context = SQLContext::new();
    tables::resolve(&mut statement, catalog, &context).map_err(|error| locate.place(error))?;
    let frame = context.plan(statement).map_err(|error| locate.place(error.into()))?;
    Ok(Query { frame, locate })
}

/// The names that `FROM` takes, in a column `name`.
fn show_tables(catalog: &Catalog) -> Result<LazyFrame> {
    let names = catalog.tables()?.into_iter().map(|table| table.name);
    let names = StringChunked::from_iter_values("name".into(), names);
    Ok(names.into_series().into_frame().lazy())
}

/// A planned query, and how to find in its text what an error speaks of.
pub struct Query {
    pub frame: LazyFrame,
    locate: Locate,
}

impl Query {
    /// Gives `error` the position of the name that it speaks of.
    pub fn place(&self, error: crate::error::Error) -> crate::error::Error {
        self.locate.place(error)
    }
}
