//! `LATERAL` subqueries that are one row for each row before them: their columns take the place of
//! their names.
//!
//! | form | becomes |
//! |---|---|
//! | `FROM t, LATERAL (SELECT t.a + 1 AS x) v` | `FROM t`, with `t.a + 1` for `v.x` |
//! | `FROM t, LATERAL (SELECT MAX(k) AS m FROM u WHERE u.a = t.a) v` | `FROM t`, with `(SELECT MAX(k) …)` for `v.m` |
//!
//! Not covered: subqueries of several rows: a join does the same.

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, Query, Select, SelectItem, SetExpr, TableFactor,
    VisitorMut,
};

use super::{bare, nested};
use crate::names::{ident, text_of};
use crate::walk::walk_mut;
use crate::{Refusal, Result, size};

pub fn rewrite(select: &mut Select) -> Result<()> {
    let mut values = HashMap::new();
    let mut at = 0;
    while at < select.from.len() {
        let tables = &mut select.from[at];
        let mut n = 0;
        while n < tables.joins.len() {
            let join = &tables.joins[n];
            if is_lateral(&join.relation) {
                let kept = match &join.join_operator {
                    JoinOperator::CrossJoin(_) => true,
                    JoinOperator::Join(JoinConstraint::On(on))
                    | JoinOperator::Inner(JoinConstraint::On(on))
                    | JoinOperator::Left(JoinConstraint::On(on))
                    | JoinOperator::LeftOuter(JoinConstraint::On(on)) => is_true(on),
                    _ => false,
                };
                if !kept {
                    return Err(refusal());
                }
                let join = tables.joins.remove(n);
                inline(join.relation, &mut values)?;
            } else {
                n += 1;
            }
        }
        if is_lateral(&tables.relation) {
            if !tables.joins.is_empty() || select.from.len() == 1 {
                return Err(refusal());
            }
            let tables = select.from.remove(at);
            inline(tables.relation, &mut values)?;
        } else {
            at += 1;
        }
    }
    if values.is_empty() {
        return Ok(());
    }
    if select
        .projection
        .iter()
        .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)))
    {
        return Err(Refusal::new("* over a LATERAL subquery is not supported; name the columns"));
    }
    // Without its table a bare name of a column has only one meaning if no table has that name.
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) = item
            && let Expr::CompoundIdentifier(parts) = &*expr
            && let [table, column] = &parts[..]
            && values.contains_key(&key(table, column))
        {
            *item = SelectItem::ExprWithAlias { alias: column.clone(), expr: expr.clone() };
        } else if let SelectItem::UnnamedExpr(expr) = item
            && !matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        {
            // Its name is that of what was written.
            *item = SelectItem::ExprWithAlias { alias: ident(&text_of(expr)), expr: expr.clone() };
        }
    }
    let _ = walk_mut(select, &mut Replace(&values));
    Ok(())
}

fn refusal() -> Refusal {
    Refusal::new(
        "LATERAL takes a subquery of one row: one without FROM, or of aggregates only, joined with CROSS JOIN, a comma \
         or LEFT JOIN … ON true; write a join for others",
    )
}

fn is_true(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Value(value) if value.value == sqlparser::ast::Value::Boolean(true))
}

fn is_lateral(factor: &TableFactor) -> bool {
    matches!(factor, TableFactor::Derived { lateral: true, .. })
}

fn key(table: &Ident, column: &Ident) -> (String, String) {
    (table.value.to_lowercase(), column.value.to_lowercase())
}

fn inline(factor: TableFactor, values: &mut HashMap<(String, String), Expr>) -> Result<()> {
    let TableFactor::Derived { subquery, alias: Some(alias), .. } = factor else { return Err(refusal()) };
    let SetExpr::Select(inner) = &*subquery.body else { return Err(refusal()) };
    let plain = subquery.with.is_none()
        && subquery.limit_clause.is_none()
        && subquery.fetch.is_none()
        && subquery.order_by.is_none()
        && inner.having.is_none()
        && inner.qualify.is_none()
        && inner.distinct.is_none()
        && matches!(&inner.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if !plain || (inner.from.is_empty() && inner.selection.is_some()) {
        return Err(refusal());
    }
    for (n, item) in inner.projection.iter().enumerate() {
        let (name, expr) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (alias.clone(), expr),
            SelectItem::UnnamedExpr(expr @ Expr::Identifier(name)) => (name.clone(), expr),
            SelectItem::UnnamedExpr(expr @ Expr::CompoundIdentifier(parts)) => {
                (parts.last().cloned().unwrap_or_else(|| Ident::new("")), expr)
            }
            SelectItem::UnnamedExpr(expr) if alias.columns.len() > n => (Ident::new(""), expr),
            _ => return Err(Refusal::new("the columns of a LATERAL subquery need names: SELECT … AS x")),
        };
        size::check(expr, "LATERAL")?;
        let name = alias.columns.get(n).map_or(name, |column| column.name.clone());
        let value = if inner.from.is_empty() {
            nested(expr.clone())
        } else {
            if !is_aggregate(expr) {
                return Err(refusal());
            }
            let mut one = inner.clone();
            one.projection = vec![SelectItem::UnnamedExpr(expr.clone())];
            Expr::Subquery(Box::new(Query { body: Box::new(SetExpr::Select(one)), ..(*subquery).clone() }))
        };
        values.insert(key(&alias.name, &name), value);
    }
    Ok(())
}

/// Whether an expression makes one row of all: an aggregate, perhaps in an expression.
fn is_aggregate(expr: &Expr) -> bool {
    const AGGREGATES: [&str; 14] = [
        "count",
        "sum",
        "min",
        "max",
        "avg",
        "median",
        "stddev",
        "variance",
        "string_agg",
        "array_agg",
        "list",
        "first",
        "last",
        "any_value",
    ];
    let found = sqlparser::ast::visit_expressions(expr, |expr| match expr {
        Expr::Function(function)
            if function.over.is_none()
                && AGGREGATES.contains(&function.name.to_string().to_ascii_lowercase().as_str()) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}

struct Replace<'a>(&'a HashMap<(String, String), Expr>);

impl VisitorMut for Replace<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expr
            && let [table, column] = &parts[..]
            && let Some(value) = self.0.get(&key(table, column))
        {
            *expr = value.clone();
        }
        ControlFlow::Continue(())
    }
}
