//! `LATERAL` subqueries that are one row for each row before them: their columns take the place of
//! their names.
//!
//! | form | becomes |
//! |---|---|
//! | `FROM t, LATERAL (SELECT t.a + 1 AS x) v` | `FROM t`, with `t.a + 1` for `v.x` |
//! | `FROM t, LATERAL (SELECT MAX(k) AS m FROM u WHERE u.a = t.a) v` | `FROM t`, with `(SELECT MAX(k) …)` for `v.m` |
//!
//! Those of several rows are joins: [`super::lateral_rows`].

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, Query, Select, SelectItem,
    SetExpr, TableFactor, TableWithJoins, VisitorMut,
};

use super::lateral_rows::{self, Joined, Outer};
use super::{all, bare, binary, nested};
use crate::catalog::Catalog;
use crate::names::{ident, text_of};
use crate::walk::{each_expr, walk_mut};
use crate::{Refusal, Result, functions, size};

pub fn rewrite(select: &mut Select, catalog: &dyn Catalog) -> Result<()> {
    let mut values = HashMap::new();
    let mut keys: Vec<(Ident, Ident)> = Vec::new();
    let mut conditions = Vec::new();
    let mut at = 0;
    while at < select.from.len() {
        let before: Vec<TableFactor> = select.from[..at].iter().flat_map(factors).cloned().collect();
        let is_first = select.from.len() == 1;
        let tables = &mut select.from[at];
        let outer_follows =
            |joins: &[Join]| joins.iter().any(|join| super::semi::adds_rows(&join.join_operator));
        let is_followed = is_lateral(&tables.relation) && outer_follows(&tables.joins)
            || (0..tables.joins.len())
                .any(|n| is_lateral(&tables.joins[n].relation) && outer_follows(&tables.joins[n + 1..]));
        if is_followed {
            return Err(Refusal::new(
                "a RIGHT or FULL JOIN after LATERAL is not supported; put what comes before it into a subquery",
            ));
        }
        if is_lateral(&tables.relation) {
            if is_one_row(&tables.relation) {
                if !tables.joins.is_empty() || is_first {
                    return Err(refusal());
                }
                let tables = select.from.remove(at);
                inline(tables.relation, &mut values)?;
                continue;
            }
            let outer = Outer::of(&before, catalog);
            let joined = lateral_rows::join(tables.relation.clone(), &outer, keys.len(), catalog)?;
            remember(&joined, &mut keys);
            tables.relation = joined.factor;
            conditions.extend(joined.conditions);
        }
        let mut n = 0;
        while n < tables.joins.len() {
            if !is_lateral(&tables.joins[n].relation) {
                n += 1;
                continue;
            }
            let join = &tables.joins[n];
            if is_one_row(&join.relation) {
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
                continue;
            }
            let here =
                std::iter::once(&tables.relation).chain(tables.joins[..n].iter().map(|join| &join.relation));
            let outer = Outer::of(before.iter().chain(here), catalog);
            let joined = lateral_rows::join(join.relation.clone(), &outer, keys.len(), catalog)?;
            remember(&joined, &mut keys);
            let join = &mut tables.joins[n];
            join.relation = joined.factor;
            attach(&mut join.join_operator, joined.conditions, before.is_empty(), &mut conditions)?;
            n += 1;
        }
        at += 1;
    }
    for condition in conditions {
        select.selection = Some(match select.selection.take() {
            None => condition,
            Some(other) => binary(nested(other), BinaryOperator::And, condition),
        });
    }
    if !keys.is_empty() {
        lateral_rows::hide(&mut select.projection, &keys);
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

fn factors(tables: &TableWithJoins) -> impl Iterator<Item = &TableFactor> {
    std::iter::once(&tables.relation).chain(tables.joins.iter().map(|join| &join.relation))
}

fn remember(joined: &Joined, keys: &mut Vec<(Ident, Ident)>) {
    if let TableFactor::Derived { alias: Some(alias), .. } = &joined.factor {
        keys.extend(joined.keys.iter().map(|key| (alias.name.clone(), key.clone())));
    }
}

/// Joins on `keys`. Beside other tables with a comma, they are conditions of `WHERE`: ON does not see these.
fn attach(
    operator: &mut JoinOperator,
    keys: Vec<Expr>,
    is_alone: bool,
    conditions: &mut Vec<Expr>,
) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    let is_left = matches!(operator, JoinOperator::Left(_) | JoinOperator::LeftOuter(_));
    let mut all_keys = keys;
    match operator {
        JoinOperator::CrossJoin(_) => {}
        JoinOperator::Join(JoinConstraint::On(on))
        | JoinOperator::Inner(JoinConstraint::On(on))
        | JoinOperator::Left(JoinConstraint::On(on))
        | JoinOperator::LeftOuter(JoinConstraint::On(on)) => {
            if !is_true(on) {
                all_keys.push(nested(on.clone()));
            }
        }
        _ => {
            return Err(Refusal::new(
                "LATERAL is joined with a comma, CROSS JOIN, JOIN … ON or LEFT JOIN … ON",
            ));
        }
    }
    if !is_alone && is_left {
        return Err(Refusal::new(
            "LEFT JOIN LATERAL beside other tables with a comma is not supported; join them with CROSS JOIN",
        ));
    }
    if !is_alone {
        conditions.extend(all_keys);
        *operator = JoinOperator::CrossJoin(JoinConstraint::None);
        return Ok(());
    }
    let Some(on) = all(all_keys) else { return Ok(()) };
    *operator = if is_left {
        JoinOperator::Left(JoinConstraint::On(on))
    } else {
        JoinOperator::Inner(JoinConstraint::On(on))
    };
    Ok(())
}

/// Whether a subquery is one row for each row before it: one without FROM, or of aggregates only.
fn is_one_row(factor: &TableFactor) -> bool {
    let TableFactor::Derived { subquery, .. } = factor else { return false };
    let SetExpr::Select(inner) = &*subquery.body else { return false };
    let is_unnest = |expr: &Expr| matches!(expr, Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("unnest"));
    let each = |is: &dyn Fn(&Expr) -> bool| {
        inner.projection.iter().all(|item| match item {
            SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) => is(expr),
            _ => false,
        })
    };
    let is_grouped = !matches!(&inner.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if inner.from.is_empty() { each(&|expr| !is_unnest(expr)) } else { !is_grouped && each(&is_aggregate) }
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
        if functions::is_volatile(expr) {
            return Err(Refusal::new(
                "a value of LATERAL that is drawn at random is not supported; draw it in a subquery",
            ));
        }
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
    let found = each_expr(expr, |expr| match expr {
        Expr::Function(function) if function.over.is_none() && functions::is_aggregate(function) => {
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
