//! Forms that the engine would run with another meaning, or fail on with words that do not help.

use std::collections::HashSet;

use sqlparser::ast::{
    DescribeAlias, JoinOperator, Query, Select, SelectFlavor, SelectItem, Spanned, Statement,
};

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
            return Err(Refusal::new("APPLY is not supported; use LATERAL or a join").at(join));
        }
    }
    Ok(())
}

/// Two common table expressions of one name, of which the engine would take the last.
pub fn query(query: &Query) -> Result<()> {
    let mut names = HashSet::new();
    for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
        let name = &cte.alias.name;
        if !names.insert(name.value.to_lowercase()) {
            return Err(Refusal::new(format!(
                "WITH has two tables \"{}\"; give one another name",
                name.value
            ))
            .at_span(name.span));
        }
    }
    Ok(())
}

/// A select as it was written: without columns, or with the columns of nothing.
pub fn written(select: &Select) -> Result<()> {
    if select.projection.is_empty() && select.flavor == SelectFlavor::Standard {
        return Err(Refusal::new("SELECT has no columns; write SELECT * for all of them")
            .at_span(select.select_token.0.span));
    }
    if select.from.is_empty()
        && let Some(star) = select.projection.iter().find(|item| matches!(item, SelectItem::Wildcard(_)))
    {
        return Err(Refusal::new("* needs a table: SELECT * FROM t").at_span(star.span()));
    }
    Ok(())
}
