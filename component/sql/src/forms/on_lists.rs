//! `ON a.x NOT IN (1, 2)` becomes `ON (a.x <> 1 AND a.x <> 2)`: the engine does not bring the types of a list and
//! of a column together in the condition of a join, and takes no `NOT (… OR …)` there.
//!
//! `1 IN (a.x, a.y)` becomes `1 = a.x OR 1 = a.y` everywhere: the engine would give one row.
//!
//! Not covered: lists of more than 50 values.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, JoinConstraint, JoinOperator, Query, Select, VisitorMut};

use super::{all, any_of, binary, nested, not, take};
use crate::tree::has_column;
use crate::walk::walk_mut;

const MOST: usize = 50;

pub fn rewrite(select: &mut Select) {
    for join in select.from.iter_mut().flat_map(|tables| &mut tables.joins) {
        let (JoinOperator::Join(JoinConstraint::On(on))
        | JoinOperator::Inner(JoinConstraint::On(on))
        | JoinOperator::Left(JoinConstraint::On(on))
        | JoinOperator::LeftOuter(JoinConstraint::On(on))
        | JoinOperator::Right(JoinConstraint::On(on))
        | JoinOperator::RightOuter(JoinConstraint::On(on))
        | JoinOperator::FullOuter(JoinConstraint::On(on))) = &mut join.join_operator
        else {
            continue;
        };
        let _ = walk_mut(on, &mut Lists);
    }
}

/// `1 IN (1, a.x)`: the engine takes the height of the answer from the left side, one row.
pub fn constant(expr: &mut Expr) {
    if let Expr::InList { expr: value, list, negated } = expr
        && list.len() <= MOST
        && !matches!(super::bare(value), Expr::Tuple(_))
        && !has_column(value)
        && !crate::functions::is_volatile(value)
        && list.iter().any(has_column)
    {
        let equal =
            |item: &mut Expr| binary(nested((**value).clone()), BinaryOperator::Eq, nested(take(item)));
        let Some(any) = any_of(list.iter_mut().map(equal).collect()) else { return };
        *expr = if *negated { nested(not(any)) } else { nested(any) };
    }
}

struct Lists;

impl VisitorMut for Lists {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        ControlFlow::Break(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::InList { expr: value, list, negated } = expr
            && list.len() <= MOST
            && matches!(**value, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
        {
            let op = if *negated { BinaryOperator::NotEq } else { BinaryOperator::Eq };
            let compared = list
                .iter_mut()
                .map(|item| binary((**value).clone(), op.clone(), nested(take(item))))
                .collect();
            let Some(joined) = (if *negated { all(compared) } else { any_of(compared) }) else {
                return ControlFlow::Continue(());
            };
            *expr = nested(joined);
        }
        ControlFlow::Continue(())
    }
}
