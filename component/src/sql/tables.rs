//! Files in the place of names, everywhere a query can name a table.
//!
//! | in the text | stands for |
//! |---|---|
//! | `FROM 'sub/x.parquet'`, `FROM "x.csv"`, `FROM 'logs/*.ndjson'` | the files that the path or glob names |
//! | `FROM read_csv('x.txt', separator => ';')` | the same, with the format and options of the function |
//! | `FROM lineitem`, `FROM root.lineitem` | `lineitem.parquet` (or another format), or the folder `lineitem/` |
//!
//! Names of common table expressions come first, as in SQL; then, of plain names, the tables of the request. Nothing
//! is opened here but folders.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::ops::ControlFlow;

use polaroid_sql::walk::{walk, walk_mut};
use sqlparser::ast::{
    Ident, ObjectName, ObjectNamePart, Query, Statement, TableAlias, TableFactor, TableFunctionArgs, Visitor,
    VisitorMut,
};

use super::arguments;
use super::front::Tables;
use crate::catalog::options::{Given, ReadOptions};
use crate::catalog::{self, Catalog, Sent, Source};
use crate::error::{Error, Kind, Result};

/// The tables that a statement reads, by the names that stand for them in it.
#[derive(Default)]
pub struct Named {
    tables: BTreeMap<String, Table>,
    /// The names of all common table expressions, in lower case.
    common: HashSet<String>,
}

/// A table before it is opened.
enum Table {
    Source(Source),
    Read {
        files: Vec<String>,
        options: ReadOptions,
    },
    /// Of the request.
    Sent(Sent),
    /// `glob(…)`: the names of files, not what is in them.
    Names {
        paths: Vec<String>,
    },
}

/// Finds every table that `statement` reads, and renames files in it.
pub fn resolve(statement: &mut Statement, catalog: &Catalog) -> Result<Named> {
    let mut names = CommonTables::default();
    let _ = walk(&*statement, &mut names);
    let named = Named { tables: BTreeMap::new(), common: names.0 };
    let mut resolver = Resolver { catalog, named: RefCell::new(named) };
    match walk_mut(statement, &mut resolver) {
        ControlFlow::Continue(()) => Ok(resolver.named.into_inner()),
        ControlFlow::Break(error) => Err(error),
    }
}

impl Named {
    /// The files, each once and in order.
    pub fn files(&self) -> Vec<String> {
        let mut all = Vec::new();
        for table in self.tables.values() {
            match table {
                Table::Source(source) => all.extend_from_slice(&source.files),
                Table::Read { files, .. } => all.extend_from_slice(files),
                Table::Sent(_) | Table::Names { .. } => {}
            }
        }
        all.sort();
        all.dedup();
        all
    }

    /// Whether what is read depends on which files there are, and not on what is in them alone.
    pub fn has_names(&self) -> bool {
        self.tables.values().any(|table| matches!(table, Table::Names { .. }))
    }

    /// Opens the tables, as far as their columns are told by what they hold, and registers them.
    pub fn open(self, catalog: &Catalog, known: &Tables) -> Result<()> {
        for (key, table) in self.tables {
            let frame = match table {
                Table::Source(source) => catalog::scan(&source),
                Table::Read { files, options } => catalog.read(&files, &options),
                Table::Sent(table) => table.scan(),
                Table::Names { paths } => catalog.glob(&paths),
            };
            match frame {
                Ok(frame) => known.add(&key, frame),
                // It is the common table expression that is meant; out of its scope the name is of no table.
                Err(_) if self.common.contains(&key.to_lowercase()) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// The names of all common table expressions, in lower case.
#[derive(Default)]
struct CommonTables(HashSet<String>);

impl Visitor for CommonTables {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.0.insert(table.alias.name.value.to_lowercase());
        }
        ControlFlow::Continue(())
    }
}

struct Resolver<'a> {
    catalog: &'a Catalog,
    named: RefCell<Named>,
}

impl VisitorMut for Resolver<'_> {
    type Break = Error;

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Error> {
        let done = match factor {
            TableFactor::Table { name, alias, args: None, .. } => self.name(name, alias),
            TableFactor::Table { name, alias, args: call, .. } => {
                // Taken out, and put back where a call is still wanted.
                let mut args = call.take();
                args.as_mut().map_or(Ok(false), |args| self.function(name, alias, args)).map(|stays| {
                    if stays {
                        *call = args;
                    }
                })
            }
            TableFactor::TableFunction { .. } | TableFactor::Function { .. } => Err(Error::new(
                Kind::UnsupportedSql,
                format!("{factor} is not supported here; write FROM function(…)"),
            )),
            _ => Ok(()),
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl Resolver<'_> {
    fn register(&self, key: &str, table: Table) {
        self.named.borrow_mut().tables.insert(key.to_string(), table);
    }

    /// What a plain name reads: a table of the request, else one of the data roots.
    fn plain(&self, name: &str) -> Result<Option<Table>> {
        match self.catalog.sent().get(name) {
            Some(table) => Ok(Some(Table::Sent(table.clone()))),
            None => Ok(self.catalog.table(None, name)?.map(Table::Source)),
        }
    }

    fn name(&self, name: &mut ObjectName, alias: &mut Option<TableAlias>) -> Result<()> {
        let parts: Vec<Ident> = name.0.iter().filter_map(|part| part.as_ident().cloned()).collect();
        match parts.as_slice() {
            [only] if only.quote_style == Some('\'') => self.file(only, name, alias),
            [only] => {
                let is_common = self.named.borrow().common.contains(&only.value.to_lowercase());
                match self.plain(&only.value) {
                    // Where a common table expression is not in scope, the name is the catalog's.
                    Ok(Some(table)) => {
                        self.register(&only.value, table);
                        Ok(())
                    }
                    _ if is_common => Ok(()),
                    Err(error) => Err(error),
                    Ok(None) if only.quote_style.is_some() && looks_like_path(&only.value) => {
                        self.file(only, name, alias)
                    }
                    Ok(None) => Err(self.catalog.unknown(None, &only.value)),
                }
            }
            [root, table] if self.catalog.has_root(&root.value) => {
                let Some(source) = self.catalog.table(Some(&root.value), &table.value)? else {
                    return Err(self.catalog.unknown(Some(&root.value), &table.value));
                };
                let key = format!("{}.{}", root.value, table.value);
                self.register(&key, Table::Source(source));
                rename(name, alias, key, &table.value);
                Ok(())
            }
            // As for a root that is there: whoever sees some tables only is not told which roots there are.
            [root, table] if !self.catalog.shows_all() => {
                Err(self.catalog.unknown(Some(&root.value), &table.value))
            }
            parts => {
                let path: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                let path = path.join(".");
                if looks_like_path(&path) {
                    return Err(Error::new(
                        Kind::UnknownTable,
                        format!("there is no table {name}; write a file's name in quotes: FROM '{path}'"),
                    ));
                }
                Err(self.catalog.unknown(None, &path))
            }
        }
    }

    /// A file or glob as a table.
    fn file(&self, path: &Ident, name: &mut ObjectName, alias: &mut Option<TableAlias>) -> Result<()> {
        let path = path.value.clone();
        let source = self.catalog.file(&path)?;
        let stem = stem(&path).to_string();
        self.register(&path, Table::Source(source));
        rename(name, alias, path, &stem);
        Ok(())
    }

    /// `read_parquet` and its like, and `glob`: scans as any other, with options. Gives whether the call
    /// stays one, for the engine.
    fn function(
        &self,
        name: &mut ObjectName,
        alias: &mut Option<TableAlias>,
        args: &mut TableFunctionArgs,
    ) -> Result<bool> {
        let function = name.to_string().to_lowercase();
        if matches!(function.as_str(), "generate_series" | "range" | "unnest") {
            return Ok(true);
        }
        let reader = ReadOptions::reader(&function);
        if reader.is_none() && function != "glob" {
            return Err(unknown_function(&function));
        }
        let (paths, given) = arguments::split(&function, args)?;
        let table = match reader {
            None => {
                arguments::none(&function, &given)?;
                Table::Names { paths: paths.clone() }
            }
            Some(reader) => {
                // What is wrong with the call comes before what is wrong with its files.
                let options = Given::new(&function, given).and_then(reader)?;
                let mut files = Vec::new();
                for path in &paths {
                    files.extend(self.catalog.files(path)?);
                }
                Table::Read { files, options }
            }
        };
        let stem = match paths.as_slice() {
            [path] => stem(path),
            _ => function.as_str(),
        };
        // Equal calls are equal tables, which are read once.
        let written: Vec<String> = args.args.iter().map(ToString::to_string).collect();
        let key = format!("{function}({})", written.join(", "));
        self.register(&key, table);
        rename(name, alias, key, stem);
        Ok(false)
    }
}

fn unknown_function(function: &str) -> Error {
    Error::new(
        Kind::UnsupportedSql,
        format!(
            "there is no table function '{function}'; known are read_parquet, read_csv, read_json, \
             read_ndjson, read_ipc, glob, generate_series and range"
        ),
    )
}

fn rename(name: &mut ObjectName, alias: &mut Option<TableAlias>, key: String, stem: &str) {
    name.0 = vec![ObjectNamePart::Identifier(Ident::with_quote('"', key))];
    if alias.is_none() {
        *alias = Some(named(stem));
    }
}

fn named(name: &str) -> TableAlias {
    TableAlias { explicit: true, name: Ident::with_quote('"', name), columns: Vec::new(), at: None }
}

/// The name by which columns of a file are qualified: the file's, without folders and extensions.
fn stem(path: &str) -> &str {
    let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
    match name.split_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

fn looks_like_path(text: &str) -> bool {
    text.contains(['/', '*', '?', '.'])
}
