//! The column of file names, and the order of columns beside it.

use polars::prelude::*;

use super::hive::Hive;
use crate::catalog::{Root, expand};
use crate::error::{Error, Kind, Result};

/// The name of a file as it is written in SQL: relative to its root.
pub fn relative<'a>(file: &'a str, roots: &[Root]) -> &'a str {
    roots.iter().find_map(|root| file.strip_prefix(&prefix(root))).unwrap_or(file)
}

fn prefix(root: &Root) -> String {
    expand::join(&root.directory, "")
}

/// `column`, which holds names of `files` in the sandbox, as they are written in SQL.
fn relative_column(column: &str, files: &[String], roots: &[Root]) -> Expr {
    let used = roots.iter().map(prefix).filter(|prefix| files.iter().any(|file| file.starts_with(prefix)));
    let mut expr = col(column);
    // The first root that has the file counts, so it is asked last.
    for prefix in used.collect::<Vec<_>>().into_iter().rev() {
        expr = when(col(column).str().starts_with(lit(prefix.clone())))
            .then(col(column).str().strip_prefix(lit(prefix)))
            .otherwise(expr);
    }
    expr.alias(column)
}

/// The columns of `frame` in the order of DuckDB: those of the files, the file's name, the folders.
///
/// # Errors
/// The name is that of a column of the files.
pub fn arranged(
    mut frame: LazyFrame,
    filename: Option<&str>,
    hive: &Hive,
    files: &[String],
    roots: &[Root],
) -> Result<LazyFrame> {
    let Some(filename) = filename else { return Ok(frame) };
    let schema = frame.collect_schema()?;
    let is_folder = |name: &PlSmallStr| hive.columns.contains(name);
    let mut columns: Vec<Expr> = schema
        .iter_names()
        .filter(|name| *name != filename && !is_folder(name))
        .map(|name| col(name.clone()))
        .collect();
    columns.push(relative_column(filename, files, roots));
    columns.extend(hive.columns.iter().map(|name| col(name.clone())));
    Ok(frame.select(columns))
}

/// `frame`, which is of `file`, with a column `filename` that says so.
///
/// # Errors
/// If there is a column of that name.
pub fn with_file(mut frame: LazyFrame, filename: &str, file: &str) -> Result<LazyFrame> {
    if frame.collect_schema()?.contains(filename) {
        return Err(taken(filename));
    }
    Ok(frame.with_columns([lit(file).alias(filename)]))
}

/// The refusal of a name that the files have already.
pub fn taken(filename: &str) -> Error {
    Error::new(
        Kind::DuplicateColumn,
        format!(
            "filename adds the column \"{filename}\", which the files have already; give another name: \
             filename = 'source'"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_sql() {
        let roots = [Root::new("/data"), Root::new("/data2")];
        assert_eq!(relative("/data/a/b.csv", &roots), "a/b.csv");
        assert_eq!(relative("/data2/b.csv", &roots), "b.csv");
        let files = vec!["/data/a/b.csv".to_string(), "/data2/b.csv".to_string()];
        let frame = df!("f" => &files).unwrap().lazy().select([relative_column("f", &files, &roots)]);
        let names = frame.collect().unwrap();
        assert_eq!(names, df!("f" => ["a/b.csv", "b.csv"]).unwrap());
    }
}
