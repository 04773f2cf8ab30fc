//! `EXISTS (SELECT … FROM t WHERE …)` as a value: `(SELECT COUNT(*) FROM t WHERE …) > 0`. The engine has EXISTS
//! only as a condition of WHERE, joined by AND.
//!
//! Not covered: subqueries with groups, aggregates, DISTINCT, LIMIT or set operations, which stay.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, GroupByExpr, Query, Select, SelectItem, SetExpr, VisitorMut};

use super::{binary, nested};
use crate::tree::{call, number};
use crate::walk::walk_mut;

pub fn rewrite(select: &mut Select) {
    let mut values = Values { depth: 0 };
    for item in &mut select.projection {
        if let SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr) = item {
            let _ = walk_mut(expr, &mut values);
        }
    }
    for clause in [&mut select.having, &mut select.qualify].into_iter().flatten() {
        let _ = walk_mut(clause, &mut values);
    }
    if let Some(condition) = &mut select.selection {
        conditions(condition, &mut values);
    }
}

/// What WHERE joins by AND may be an EXISTS or its contrary; within anything else it is a value.
fn conditions(expr: &mut Expr, values: &mut Values) {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conditions(left, values);
            conditions(right, values);
        }
        Expr::Nested(inner) => conditions(inner, values),
        Expr::Exists { .. } => {}
        Expr::UnaryOp { expr: inner, .. } if matches!(super::bare(inner), Expr::Exists { .. }) => {}
        other => {
            let _ = walk_mut(other, values);
        }
    }
}

struct Values {
    depth: usize,
}

impl VisitorMut for Values {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Expr::Exists { subquery, negated } = expr
            && counts(subquery)
        {
            let op = if *negated { BinaryOperator::Eq } else { BinaryOperator::Gt };
            let count = call("COALESCE", vec![Expr::Subquery(subquery.clone()), number(0)]);
            *expr = nested(binary(count, op, number(0)));
        }
        ControlFlow::Continue(())
    }
}

/// Makes the list of the subquery `COUNT(*)`, if that counts its rows.
fn counts(query: &mut Query) -> bool {
    if query.with.is_some() || query.limit_clause.is_some() || query.fetch.is_some() {
        return false;
    }
    let SetExpr::Select(select) = &mut *query.body else { return false };
    let plain = select.distinct.is_none()
        && select.having.is_none()
        && select.qualify.is_none()
        && !select.from.is_empty()
        && matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    if !plain || select.projection.iter().any(has_call) {
        return false;
    }
    query.order_by = None;
    let SetExpr::Select(select) = &mut *query.body else { return false };
    let Expr::Function(mut count) = call("COUNT", Vec::new()) else { return false };
    if let sqlparser::ast::FunctionArguments::List(list) = &mut count.args {
        list.args = vec![sqlparser::ast::FunctionArg::Unnamed(sqlparser::ast::FunctionArgExpr::Wildcard)];
    }
    select.projection = vec![SelectItem::UnnamedExpr(Expr::Function(count))];
    true
}

/// Whether there is a call, which may be an aggregate.
fn has_call(item: &SelectItem) -> bool {
    struct Calls(bool);
    impl sqlparser::ast::Visitor for Calls {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            self.0 |= matches!(expr, Expr::Function(_));
            ControlFlow::Continue(())
        }
    }
    let (SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr)) = item else { return false };
    let mut calls = Calls(false);
    let _ = crate::walk::walk(expr, &mut calls);
    calls.0
}
