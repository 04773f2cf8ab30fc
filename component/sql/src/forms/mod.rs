//! Forms of SQL that `polars-sql` does not run, or runs otherwise than DuckDB, in terms of those that
//! it does. A file each, with its rule, an example and what it does not cover.

mod asof;
mod bits;
mod casts;
mod columns;
mod conditions;
mod constants;
mod dates;
mod exists;
mod fields;
mod lateral;
mod lateral_rows;
mod left_over;
mod limits;
mod on_lists;
mod order;
mod parentheses;
mod patterns;
mod pivot;
mod positional;
mod positions;
mod power;
mod refused;
mod sample;
mod semi;
mod strings;
mod truth;
mod tuples;
mod unnest;

pub(crate) use asof::{INNER as ASOF_INNER, LEFT as ASOF_LEFT};
pub(crate) use columns::{Argument, excluded, is_call as argument};
pub(crate) use pivot::{list, read};

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Query, Select, Statement, TableFactor, Value, VisitorMut};

use crate::catalog::Catalog;
use crate::tree::{bare, number, string, text};
use crate::walk::walk_mut;
use crate::{Refusal, Result};

/// Forms that change which columns there are, before names are given.
///
/// # Errors
/// A form that is not supported.
pub fn before_names(statement: &mut Statement, catalog: &dyn Catalog) -> Result<()> {
    refused::statement(statement)?;
    into_result(walk_mut(statement, &mut Early { catalog, ctes: Vec::new() }))
}

/// All others, after names were given: they may change expressions as they like.
///
/// # Errors
/// A form that is not supported.
pub fn rewrite(statement: &mut Statement) -> Result<()> {
    crate::windows::named::resolve(statement)?;
    into_result(walk_mut(statement, &mut Late))
}

/// The last look at a rewritten statement.
///
/// # Errors
/// What the engine does not run.
pub fn check(statement: &Statement) -> Result<()> {
    left_over::check(statement)
}

fn into_result(flow: ControlFlow<Refusal>) -> Result<()> {
    match flow {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

fn flow(result: Result<()>) -> ControlFlow<Refusal> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(refusal) => ControlFlow::Break(refusal),
    }
}

struct Early<'a> {
    catalog: &'a dyn Catalog,
    /// The names of common table expressions, which hide tables.
    ctes: Vec<String>,
}

impl Catalog for Early<'_> {
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        match table {
            TableFactor::Table { name, .. } if self.ctes.contains(&name.to_string().to_lowercase()) => None,
            table => self.catalog.columns(table),
        }
    }
}

impl VisitorMut for Early<'_> {
    type Break = Refusal;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Refusal> {
        flow(refused::query(query))?;
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.ctes.extend(ctes.map(|cte| cte.alias.name.value.to_lowercase()));
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Refusal> {
        flow(sample::rewrite(factor).and_then(|()| pivot::rewrite(factor, self)))
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Refusal> {
        flow(refused::written(select))
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<Refusal> {
        semi::rewrite(select);
        let result = asof::rewrite(select)
            .and_then(|()| positional::rewrite(select))
            .and_then(|()| lateral::rewrite(select, self))
            .and_then(|()| columns::rewrite(select, self));
        flow(result)
    }
}

struct Late;

impl VisitorMut for Late {
    type Break = Refusal;

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<Refusal> {
        order::query(query);
        flow(limits::rewrite(query))
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<Refusal> {
        positions::rewrite(select);
        exists::rewrite(select);
        on_lists::rewrite(select);
        flow(
            refused::select(select)
                .and_then(|()| conditions::check(select))
                .and_then(|()| unnest::rewrite(select)),
        )
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        order::expr(expr);
        strings::rewrite(expr);
        truth::rewrite(expr);
        power::rewrite(expr);
        casts::rewrite(expr);
        dates::rewrite(expr);
        on_lists::constant(expr);
        let result = constants::rewrite(expr)
            .and_then(|()| bits::rewrite(expr))
            .and_then(|()| patterns::rewrite(expr))
            .and_then(|()| fields::rewrite(expr))
            .and_then(|()| tuples::rewrite(expr));
        parentheses::rewrite(expr);
        flow(result)
    }
}

pub(crate) fn nested(expr: Expr) -> Expr {
    match expr {
        expr @ (Expr::Identifier(_)
        | Expr::CompoundIdentifier(_)
        | Expr::Value(_)
        | Expr::Nested(_)
        | Expr::Function(_)) => expr,
        expr => Expr::Nested(Box::new(expr)),
    }
}

pub(crate) fn binary(left: Expr, op: sqlparser::ast::BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) }
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Not, expr: Box::new(nested(expr)) }
}

pub(crate) fn cast(expr: Expr, data_type: sqlparser::ast::DataType) -> Expr {
    Expr::Cast {
        kind: sqlparser::ast::CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

fn double() -> sqlparser::ast::DataType {
    sqlparser::ast::DataType::Double(sqlparser::ast::ExactNumberInfo::None)
}

/// Takes the expression out of its place.
fn take(expr: &mut Expr) -> Expr {
    std::mem::replace(expr, Expr::value(Value::Null))
}

fn all(mut conditions: Vec<Expr>) -> Option<Expr> {
    let first = if conditions.is_empty() { return None } else { conditions.remove(0) };
    Some(
        conditions
            .into_iter()
            .fold(first, |all, next| binary(all, sqlparser::ast::BinaryOperator::And, next)),
    )
}

/// Joins `parts` to a tree that is not deep, however many they are.
fn balanced<T>(mut parts: Vec<T>, join: impl Fn(T, T) -> T) -> Option<T> {
    while parts.len() > 1 {
        let mut pairs = parts.into_iter();
        let mut joined = Vec::new();
        while let Some(first) = pairs.next() {
            joined.push(match pairs.next() {
                Some(second) => join(first, second),
                None => first,
            });
        }
        parts = joined;
    }
    parts.pop()
}

fn any_of(conditions: Vec<Expr>) -> Option<Expr> {
    let or = |left, right| {
        let part = |expr: Expr| match expr {
            expr @ Expr::BinaryOp { op: sqlparser::ast::BinaryOperator::Or, .. } => nested(expr),
            expr => expr,
        };
        binary(part(left), sqlparser::ast::BinaryOperator::Or, part(right))
    };
    balanced(conditions, or)
}

/// `a AND b AND c`, one by one.
fn conjuncts(expr: Expr, into: &mut Vec<Expr>) {
    match expr {
        Expr::BinaryOp { left, op: sqlparser::ast::BinaryOperator::And, right } => {
            conjuncts(*left, into);
            conjuncts(*right, into);
        }
        Expr::Nested(inner)
            if matches!(bare(&inner), Expr::BinaryOp { op: sqlparser::ast::BinaryOperator::And, .. }) =>
        {
            conjuncts(*inner, into);
        }
        other => into.push(other),
    }
}
