//! `DESCRIBE t`, `SHOW t` and `DESCRIBE SELECT …`: the columns of a table or of a result, as DuckDB tells them.

use polars::prelude::*;
use sqlparser::ast::{DescribeAlias, ObjectName, SetExpr, Statement, TableFactor};

use super::parse;
use crate::encode::sql_name;
use crate::error::Result;

/// The query whose columns `statement` asks for; else the statement itself.
// The statement is not an error, and is not worth a box.
#[allow(clippy::result_large_err)]
pub fn described(statement: Statement) -> std::result::Result<Statement, Statement> {
    match statement {
        Statement::Explain {
            describe_alias: DescribeAlias::Describe | DescribeAlias::Desc,
            statement,
            ..
        } => Ok(*statement),
        Statement::ExplainTable { table_name, .. } => Ok(select_all(table_name)),
        Statement::ShowVariable { variable } => Ok(select_all(ObjectName::from(variable))),
        statement => Err(statement),
    }
}

/// `SELECT * FROM table`
fn select_all(table: ObjectName) -> Statement {
    let mut statement = parse::tokenize("SELECT * FROM t").and_then(parse::parse).expect("a query");
    if let Statement::Query(query) = &mut statement
        && let SetExpr::Select(select) = query.body.as_mut()
        && let Some(TableFactor::Table { name, .. }) = select.from.first_mut().map(|from| &mut from.relation)
    {
        *name = table;
    }
    statement
}

/// A row for each column of `described`, which is not run.
pub fn frame(mut described: LazyFrame) -> Result<LazyFrame> {
    let schema = described.collect_schema()?;
    let names = schema.iter_names().map(|name| name.as_str());
    let types = schema.iter_values().map(sql_name);
    let rows = schema.len();
    let none = |name: &str| Series::full_null(name.into(), rows, &DataType::String);
    let columns = [
        StringChunked::from_iter_values("column_name".into(), names).into_series(),
        StringChunked::from_iter_values("column_type".into(), types).into_series(),
        // Files do not say which columns have no nulls.
        StringChunked::full("null".into(), "YES", rows).into_series(),
        none("key"),
        none("default"),
        none("extra"),
    ];
    Ok(DataFrame::new_infer_height(columns.map(Column::from).to_vec())?.lazy())
}
