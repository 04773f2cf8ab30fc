//! Forms that the engine would run with another meaning, or fail on with words that do not help.

use sqlparser::ast::{DescribeAlias, JoinOperator, Select, Statement};

use crate::{Refusal, Result};

pub fn statement(statement: &Statement) -> Result<()> {
    match statement {
        // The engine would show a plan.
        Statement::Explain { describe_alias: DescribeAlias::Describe | DescribeAlias::Desc, .. } => Err(
            Refusal::new("DESCRIBE of a query is not supported; run the query with LIMIT 0 for its columns"),
        ),
        Statement::Explain { analyze: true, .. } => {
            Err(Refusal::new("EXPLAIN ANALYZE is not supported; EXPLAIN shows the plan"))
        }
        _ => Ok(()),
    }
}

pub fn select(select: &Select) -> Result<()> {
    for join in select.from.iter().flat_map(|tables| &tables.joins) {
        if matches!(join.join_operator, JoinOperator::CrossApply | JoinOperator::OuterApply) {
            return Err(Refusal::new("APPLY is not supported; use a join"));
        }
    }
    Ok(())
}
