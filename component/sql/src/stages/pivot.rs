//! `PIVOT t ON c [IN (…)] USING agg(x) [GROUP BY g]`: a column for each value of `c`.
//!
//! | form | columns |
//! |---|---|
//! | `ON c USING SUM(x)` | `v` for each value of `c` that is not NULL, in the order of their texts |
//! | `ON c, d USING SUM(x)` | `v_w` for each pair of values, whether or not it occurs |
//! | `USING SUM(x) AS s`, `USING SUM(x), MAX(x)` | `v_s`; `v_sum(x)`, `v_max(x)` |
//!
//! Without `IN` the values are read first. Without `GROUP BY` all columns that are not used group; without
//! `USING` it counts. Not covered: what is no call of an aggregate (`SUM(x) + 1`).

use sqlparser::ast::{
    BinaryOperator, DataType, Distinct, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr,
    Ident, LimitClause, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, Query, Select, SelectItem,
    SetExpr,
};

use super::{ALIAS, Walker, args, everything};
use crate::forms::{binary, cast, nested, read};
use crate::names::{bare_query, ident, text_of};
use crate::tree::{bare, number, string, text};
use crate::{Refusal, size};

/// The columns that all values together may become: each is computed over all rows.
const MAX_COLUMNS: usize = 1_000;

/// The parts of all their expressions.
const MAX_PARTS: usize = 40_000;

/// A value that becomes columns: what they are called, and the condition of its rows.
type Wanted = (String, Option<Expr>);

impl<E: From<Refusal>> Walker<'_, E> {
    pub(super) fn pivot(&mut self, select: &mut Select, on: Vec<Expr>) -> Result<(), E> {
        let mut aggregates: Vec<SelectItem> = select.projection.drain(1..).collect();
        if aggregates.is_empty() {
            aggregates.push(SelectItem::UnnamedExpr(count_star()));
        }
        let mut wanted: Vec<Wanted> = vec![(String::new(), None)];
        for column in &on {
            let values = self.pivot_values(select, column)?;
            if values.len() * wanted.len() * aggregates.len() > MAX_COLUMNS {
                return Err(too_many(column).into());
            }
            wanted = combine(&wanted, &values);
        }
        let keys = match &select.group_by {
            GroupByExpr::Expressions(keys, _) if !keys.is_empty() => keys.clone(),
            _ => self.pivot_keys(select, &on, &aggregates)?,
        };
        let mut projection: Vec<SelectItem> = keys.iter().cloned().map(SelectItem::UnnamedExpr).collect();
        let mut parts = 0;
        for (name, condition) in &wanted {
            for aggregate in &aggregates {
                let (expr, own) = filtered(aggregate, condition.as_ref(), name, aggregates.len())?;
                parts += size::parts(&expr);
                if parts > MAX_PARTS {
                    return Err(Refusal::new(
                        "the expressions of PIVOT are too large for so many values; compute them in a subquery",
                    )
                    .into());
                }
                projection.push(SelectItem::ExprWithAlias { expr, alias: ident(&own) });
            }
        }
        select.projection = projection;
        select.group_by = GroupByExpr::Expressions(keys, Vec::new());
        Ok(())
    }

    fn pivot_values(&mut self, select: &Select, on: &Expr) -> Result<Vec<Wanted>, E> {
        let (column, query) = match bare(on) {
            Expr::InList { expr, list, negated: false } => {
                return Ok(list.iter().map(|value| listed(expr, value)).collect());
            }
            Expr::InSubquery { expr, subquery, negated: false } => (&**expr, (**subquery).clone()),
            Expr::AnyOp { .. } => {
                return Err(Refusal::new("PIVOT … ON c IN takes a list of values: IN ('x', 'y')")
                    .at(on)
                    .into());
            }
            column => (column, distinct(select, column)),
        };
        let query = self.complete(query)?;
        let values = self.stages.values(query, MAX_COLUMNS)?;
        // The values are texts, so what they are compared with is one.
        let as_text = cast(nested(column.clone()), DataType::Varchar(None));
        let wanted = |value: String| {
            let condition = binary(as_text.clone(), BinaryOperator::Eq, string(value.clone()));
            (value, Some(condition))
        };
        Ok(values.into_iter().map(wanted).collect())
    }

    /// The columns that are neither turned nor aggregated.
    fn pivot_keys(
        &mut self,
        select: &Select,
        on: &[Expr],
        aggregates: &[SelectItem],
    ) -> Result<Vec<Expr>, E> {
        let mut used: Vec<String> = on.iter().flat_map(read).collect();
        used.extend(aggregates.iter().flat_map(read));
        let source = self.complete(everything(&select.from))?;
        let columns = self.stages.columns(source)?;
        let kept = columns.iter().filter(|name| !used.contains(&name.to_lowercase()));
        Ok(kept.map(|name| Expr::Identifier(ident(name))).collect())
    }
}

fn too_many(on: &Expr) -> Refusal {
    Refusal::new(format!(
        "PIVOT makes at most {MAX_COLUMNS} columns; list the values that are wanted: PIVOT t ON c IN ('x', 'y')"
    ))
    .at(on)
}

fn count_star() -> Expr {
    let mut call = crate::tree::call("COUNT", Vec::new());
    if let Expr::Function(function) = &mut call
        && let FunctionArguments::List(list) = &mut function.args
    {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    call
}

/// `SELECT DISTINCT column AS value FROM … WHERE column IS NOT NULL ORDER BY value LIMIT …`, as texts
fn distinct(select: &Select, column: &Expr) -> Query {
    let value = SelectItem::ExprWithAlias {
        expr: cast(nested(column.clone()), DataType::Varchar(None)),
        alias: ident("value"),
    };
    let mut query = everything(&select.from);
    if let SetExpr::Select(select) = &mut *query.body {
        select.projection = vec![value];
        select.distinct = Some(Distinct::Distinct);
        select.selection = Some(Expr::IsNotNull(Box::new(nested(column.clone()))));
    }
    let mut query = bare_query(*query.body);
    query.order_by = Some(OrderBy {
        kind: OrderByKind::Expressions(vec![OrderByExpr {
            expr: Expr::Identifier(Ident::with_quote('"', "value")),
            options: OrderByOptions { asc: None, nulls_first: None },
            with_fill: None,
        }]),
        interpolate: None,
    });
    query.limit_clause = Some(LimitClause::LimitOffset {
        limit: Some(number(MAX_COLUMNS + 1)),
        offset: None,
        limit_by: Vec::new(),
    });
    query
}

/// A value of the list after `IN`, which can have an alias.
fn listed(column: &Expr, value: &Expr) -> Wanted {
    let (value, alias) = match value {
        Expr::Function(function) if function.name.to_string() == ALIAS => match &args(function)[..] {
            [value, alias] => (value.clone(), text(alias).map(str::to_owned)),
            _ => (value.clone(), None),
        },
        value => (value.clone(), None),
    };
    let name = alias.unwrap_or_else(|| text(&value).map_or_else(|| value.to_string(), str::to_owned));
    let condition = binary(nested(column.clone()), BinaryOperator::Eq, nested(value));
    (name, Some(condition))
}

/// Each of `left` with each of `right`.
fn combine(left: &[Wanted], right: &[Wanted]) -> Vec<Wanted> {
    let mut all = Vec::with_capacity(left.len() * right.len());
    for (first, before) in left {
        for (second, own) in right {
            let name = if before.is_none() { second.clone() } else { format!("{first}_{second}") };
            let condition = match (before, own) {
                (Some(before), Some(own)) => Some(binary(before.clone(), BinaryOperator::And, own.clone())),
                (before, own) => before.clone().or_else(|| own.clone()),
            };
            all.push((name, condition));
        }
    }
    all
}

/// The aggregate over the rows of a value, and what it is called.
fn filtered(
    aggregate: &SelectItem,
    condition: Option<&Expr>,
    value: &str,
    aggregates: usize,
) -> Result<(Expr, String), Refusal> {
    let (expr, alias) = match aggregate {
        SelectItem::UnnamedExpr(expr) => (expr, None),
        SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias.value.clone())),
        item => return Err(Refusal::new("PIVOT … USING takes aggregates: SUM(b), COUNT(*)").at(item)),
    };
    let own = match (condition, alias, aggregates) {
        (None, alias, _) => alias.unwrap_or_else(|| text_of(expr)),
        (_, Some(alias), _) => format!("{value}_{alias}"),
        (_, None, 1) => value.to_owned(),
        (_, None, _) => format!("{value}_{}", text_of(expr)),
    };
    let Expr::Function(function) = bare(expr) else {
        return Err(Refusal::new(
            "PIVOT … USING takes calls of aggregates, such as SUM(b) or COUNT(*); compute with them in a query around it",
        )
        .at(expr));
    };
    let mut function = function.clone();
    function.filter = match (function.filter.take(), condition) {
        (None, condition) => condition.cloned().map(Box::new),
        (filter, None) => filter,
        (Some(filter), Some(condition)) => {
            Some(Box::new(binary(nested(*filter), BinaryOperator::And, condition.clone())))
        }
    };
    Ok((Expr::Function(function), own))
}
