//! Files in the place of names, everywhere a query can name a table.
//!
//! | in the text | stands for |
//! |---|---|
//! | `FROM 'sub/x.parquet'`, `FROM "x.csv"`, `FROM 'logs/*.ndjson'` | the files that the path or glob names |
//! | `FROM read_csv('x.txt', separator => ';')` | the same, with the format and options of the function |
//! | `FROM lineitem`, `FROM root.lineitem` | `lineitem.parquet` (or another format), or the folder `lineitem/` |
//!
//! Names of common table expressions come first, as in SQL.

use std::collections::HashSet;
use std::ops::ControlFlow;

use glob::Pattern;
use polaroid_sql::walk::{walk, walk_mut};
use sqlparser::ast::{
    Array, Expr, FunctionArg, FunctionArgExpr, FunctionArgOperator, Ident, ObjectName, ObjectNamePart, Query,
    Statement, TableAlias, TableFactor, TableFunctionArgs, Value, Visitor, VisitorMut,
};

use super::front::Tables;
use crate::catalog::{self, Catalog, FileFormat, Source};
use crate::error::{Error, Kind, Result};

/// Registers in `known` every table that `statement` reads, and renames files in it.
pub fn resolve(statement: &mut Statement, catalog: &Catalog, known: &Tables) -> Result<()> {
    let mut names = CommonTables::default();
    let _ = walk(&*statement, &mut names);
    let mut resolver = Resolver { catalog, known, common: names.0 };
    match walk_mut(statement, &mut resolver) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
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
    known: &'a Tables,
    common: HashSet<String>,
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
    fn register(&self, key: &str, source: &Source) -> Result<()> {
        let frame = catalog::scan(source)?;
        self.known.add(key, frame);
        Ok(())
    }

    fn name(&self, name: &mut ObjectName, alias: &mut Option<TableAlias>) -> Result<()> {
        let parts: Vec<Ident> = name.0.iter().filter_map(|part| part.as_ident().cloned()).collect();
        match parts.as_slice() {
            [only] if only.quote_style == Some('\'') => self.file(only, name, alias),
            [only] => {
                let is_common = self.common.contains(&only.value.to_lowercase());
                match self.catalog.table(None, &only.value) {
                    // Where a common table expression is not in scope, the name is the catalog's.
                    Ok(Some(source)) => self.register(&only.value, &source),
                    _ if is_common => Ok(()),
                    Err(error) => Err(error),
                    Ok(None) if only.quote_style.is_some() && looks_like_path(&only.value) => {
                        self.file(only, name, alias)
                    }
                    Ok(None) => Err(self.catalog.unknown(&only.value)),
                }
            }
            [root, table] if self.catalog.has_root(&root.value) => {
                let Some(source) = self.catalog.table(Some(&root.value), &table.value)? else {
                    return Err(self.catalog.unknown(&name.to_string()));
                };
                let key = format!("{}.{}", root.value, table.value);
                self.register(&key, &source)?;
                rename(name, alias, key, &table.value);
                Ok(())
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
                Err(self.catalog.unknown(&path))
            }
        }
    }

    /// A file or glob as a table.
    fn file(&self, path: &Ident, name: &mut ObjectName, alias: &mut Option<TableAlias>) -> Result<()> {
        let path = path.value.clone();
        let source = self.catalog.file(&path)?;
        self.register(&path, &source)?;
        let stem = stem(&path).to_string();
        rename(name, alias, path, &stem);
        Ok(())
    }

    /// `read_parquet` and its like. With nothing but files they are scans as any other; with options
    /// they stay calls, over the list of files.
    fn function(
        &self,
        name: &mut ObjectName,
        alias: &mut Option<TableAlias>,
        args: &mut TableFunctionArgs,
    ) -> Result<bool> {
        let function = name.to_string().to_lowercase();
        let format = match function.as_str() {
            "read_parquet" => FileFormat::Parquet,
            "read_csv" => FileFormat::Csv,
            "read_json" | "read_ndjson" => FileFormat::Ndjson,
            "read_ipc" => FileFormat::Arrow,
            "generate_series" | "range" | "unnest" => return Ok(true),
            _ => {
                return Err(Error::new(
                    Kind::UnsupportedSql,
                    format!(
                        "there is no table function '{name}'; known are read_parquet, read_csv, \
                         read_ndjson, read_json, read_ipc, generate_series and range"
                    ),
                ));
            }
        };
        let usage = || {
            Error::new(
                Kind::InvalidSql,
                format!(
                    "{function} takes a path or a list of paths first: {function}('dir/*.x') or {function}(['a.x', 'b.x'])"
                ),
            )
        };
        let has_options = args.args.len() > 1;
        let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(first))) = args.args.first_mut() else {
            return Err(usage());
        };
        let paths = paths(first).ok_or_else(usage)?;
        let mut files = Vec::new();
        for path in &paths {
            files.extend(self.catalog.files(path)?);
        }
        let stem = match paths.as_slice() {
            [path] => stem(path),
            _ => function.as_str(),
        };
        let source = Source { format, files };
        if !has_options {
            let key = format!("{function}:{}", paths.join(","));
            self.register(&key, &source)?;
            rename(name, alias, key, stem);
            return Ok(false);
        }
        catalog::refuse_large(&source)?;
        if alias.is_none() {
            *alias = Some(named(stem));
        }
        if function == "read_json" {
            *name = ObjectName::from(vec![Ident::new("read_ndjson")]);
        }
        let hive = catalog::is_hive(&source.files);
        *first = list(source.files);
        let mut default = |name: &str, value: Value| {
            let given = args.args.iter().any(|arg| match arg {
                FunctionArg::Named { name: given, .. } => given.value.eq_ignore_ascii_case(name),
                FunctionArg::ExprNamed { name: Expr::Identifier(given), .. } => {
                    given.value.eq_ignore_ascii_case(name)
                }
                _ => false,
            });
            if !given {
                args.args.push(FunctionArg::Named {
                    name: Ident::new(name),
                    arg: FunctionArgExpr::Expr(Expr::value(value)),
                    operator: FunctionArgOperator::RightArrow,
                });
            }
        };
        match format {
            FileFormat::Parquet | FileFormat::Arrow if hive => {
                default("hive_partitioning", Value::Boolean(true));
            }
            FileFormat::Csv | FileFormat::Ndjson => {
                default("infer_schema_length", number(catalog::INFER_ROWS));
            }
            _ => {}
        }
        Ok(true)
    }
}

fn number(value: usize) -> Value {
    Value::Number(value.to_string(), false)
}

/// The path literals of an argument.
fn paths(expr: &Expr) -> Option<Vec<String>> {
    let text = |expr: &Expr| match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    };
    match expr {
        Expr::Array(Array { elem, .. }) if !elem.is_empty() => elem.iter().map(text).collect(),
        expr => text(expr).map(|path| vec![path]),
    }
}

fn list(files: Vec<String>) -> Expr {
    // The functions take globs, and these are names.
    let literal = |file: String| Expr::value(Value::SingleQuotedString(Pattern::escape(&file)));
    let elem = files.into_iter().map(literal).collect();
    Expr::Array(Array { elem, named: false })
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
