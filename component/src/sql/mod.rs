//! From SQL text to a plan: parse once, allow one read-only statement, put values in the place of
//! parameters and files in the place of names, plan the parts that must be known before the rest, say
//! what `polars-sql` does not know in terms of what it does (`polaroid-sql`), and hand it the tree.

mod analyze;
mod arguments;
mod describe;
mod front;
mod locate;
mod parse;
mod recursion;
mod scalars;
mod stages;
mod summary;
mod tables;
mod text;
mod volatile;

pub use self::scalars::{days, parse_time};

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use polaroid_sql::params::{self, Params};
use polars::prelude::*;
use sqlparser::ast::{self, DescribeAlias};

use crate::catalog::{Catalog, SentTables};
use crate::error::Result;
use crate::record::{self, Stage};
use crate::sql::locate::Locate;

pub use self::front::refused;

/// Reads `sql` with the values of `params`, and finds the files that it names in `catalog`.
///
/// # Errors
/// With the position in the text wherever it can be told.
pub fn read(sql: &str, values: &Params, catalog: &Catalog) -> Result<Statement> {
    let tokens = parse::tokenize(sql)?;
    let locate = Locate::new(&tokens);
    let is_volatile = volatile::is_volatile(&tokens);
    let mut statement = parse::parse(tokens)?;
    params::bind(&mut statement, values).map_err(front::refused_parameter)?;
    record::stage(Stage::Parse);
    let read = Instant::now();
    let (kind, mut statement) = Kind::of(statement);
    match tables::resolve(&mut statement, catalog) {
        Ok(named) => Ok(Statement { kind, statement, named, is_volatile, locate, read }),
        Err(error) => Err(locate.place(error)),
    }
}

/// A statement that was read, and the tables that it names.
pub struct Statement {
    kind: Kind,
    statement: ast::Statement,
    named: tables::Named,
    is_volatile: bool,
    locate: Locate,
    read: Instant,
}

/// What a statement wants of its query.
enum Kind {
    ShowTables,
    Explain,
    Analyze,
    Describe,
    Rows,
}

impl Kind {
    /// The kind, and the query whose rows, columns or plan it is about.
    fn of(statement: ast::Statement) -> (Self, ast::Statement) {
        match statement {
            ast::Statement::ShowTables { .. } => (Kind::ShowTables, statement),
            ast::Statement::Explain {
                describe_alias: DescribeAlias::Explain,
                analyze: true,
                statement: query,
                ..
            } => (Kind::Analyze, *query),
            ast::Statement::Explain { describe_alias: DescribeAlias::Explain, .. } => {
                (Kind::Explain, statement)
            }
            statement => match describe::described(statement) {
                Ok(described) => (Kind::Describe, described),
                Err(statement) => (Kind::Rows, statement),
            },
        }
    }
}

impl Statement {
    /// The files that it reads, each once and in order.
    pub fn files(&self) -> Vec<String> {
        self.named.files()
    }

    /// Whether its answer depends on what is in these files and on nothing else, as on the time.
    pub fn depends_on_files_alone(&self) -> bool {
        let rows = matches!(self.kind, Kind::Rows | Kind::Describe);
        rows && !self.is_volatile && !self.named.has_names()
    }

    /// # Errors
    /// With the position in the text wherever it can be told.
    pub fn plan(self, catalog: &Catalog) -> Result<Query> {
        let Self { kind, statement, named, locate, read, .. } = self;
        let frame = match kind {
            Kind::ShowTables => show_tables(catalog),
            Kind::Rows => frame(statement, named, catalog),
            Kind::Explain => frame(statement, named, catalog).and_then(analyze::explained),
            Kind::Describe => frame(statement, named, catalog).and_then(describe::frame),
            Kind::Analyze => {
                frame(statement, named, catalog).and_then(|frame| analyze::frame(frame, read.elapsed()))
            }
        };
        match frame {
            Ok(frame) => Ok(Query { frame, locate, sent: catalog.sent().clone() }),
            Err(error) => Err(locate.place(catalog.sent().name(error))),
        }
    }
}

fn frame(statement: ast::Statement, named: tables::Named, catalog: &Catalog) -> Result<LazyFrame> {
    let planner = Planner::default();
    named.open(catalog, &planner.known)?;
    planner.plan(statement, false)
}

/// Plans a statement, and the parts of it that must be planned before.
#[derive(Default)]
struct Planner {
    known: front::Tables,
    parts: Cell<usize>,
}

impl Planner {
    /// The plan of `statement`, whose names are resolved. `at_once`: not only when it is converted.
    fn plan(&self, mut statement: ast::Statement, at_once: bool) -> Result<LazyFrame> {
        polaroid_sql::stages::run(&mut statement, &mut stages::Parts(self))?;
        polaroid_sql::rewrite(&mut statement, &Params::None, &self.known).map_err(front::refused)?;
        let mut context = self.known.context();
        // With a registry of functions the statement is planned in another way: only where it is needed.
        if scalars::prepare(&mut statement) || at_once {
            context = context.with_function_registry(Arc::new(scalars::Scalars));
        }
        Ok(context.plan(statement)?)
    }
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
    sent: SentTables,
}

impl Query {
    /// Gives `error` the position of the name that it speaks of, and the name of the table whose bytes it is about.
    pub fn place(&self, error: crate::error::Error) -> crate::error::Error {
        self.locate.place(self.sent.name(error))
    }
}
