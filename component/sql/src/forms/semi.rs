//! Conditions of SEMI and ANTI joins that are on one side only; the engine takes equalities of both sides there.
//!
//! | form | becomes |
//! |---|---|
//! | `a SEMI JOIN b ON a.k = b.k AND b.x > 1`, ANTI too | `a SEMI JOIN (SELECT * FROM b WHERE b.x > 1) AS b ON a.k = b.k` |
//! | `a SEMI JOIN b ON a.k = b.k AND a.y > 1` | the same with `a.y > 1` in WHERE |
//!
//! Not covered: inequalities of both sides, conditions on the left side of ANTI, and columns without their table.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, JoinConstraint, JoinOperator, Query, Select, SetExpr, TableAlias, TableFactor,
    Visitor,
};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::{all, binary, conjuncts, nested, take};
use crate::walk::walk;

pub fn rewrite(select: &mut Select) {
    let mut where_ = Vec::new();
    for tables in &mut select.from {
        // What WHERE says of the left side holds for the rows that a later RIGHT or FULL JOIN adds, too.
        let last_outer = tables.joins.iter().rposition(|join| adds_rows(&join.join_operator));
        for (n, join) in tables.joins.iter_mut().enumerate() {
            let outer_follows = last_outer.is_some_and(|last| last > n);
            let semi = matches!(join.join_operator, JoinOperator::Semi(_) | JoinOperator::LeftSemi(_));
            let (JoinOperator::Semi(JoinConstraint::On(on))
            | JoinOperator::LeftSemi(JoinConstraint::On(on))
            | JoinOperator::Anti(JoinConstraint::On(on))
            | JoinOperator::LeftAnti(JoinConstraint::On(on))) = &mut join.join_operator
            else {
                continue;
            };
            let Some(right) = alias(&join.relation) else { continue };
            let mut parts = Vec::new();
            conjuncts(on.clone(), &mut parts);
            let (mut kept, mut inner) = (Vec::new(), Vec::new());
            let mut outer = Vec::new();
            for part in parts {
                match side(&part, &right) {
                    Side::Right => inner.push(part),
                    Side::Left if semi && !outer_follows => outer.push(part),
                    _ => kept.push(part),
                }
            }
            // Without an equality there is no key to join by.
            if inner.len() + outer.len() == 0 || !kept.iter().any(is_equality) {
                continue;
            }
            if let Some(kept) = all(kept) {
                *on = kept;
            }
            where_.append(&mut outer);
            if let Some(condition) = all(inner.into_iter().map(nested).collect()) {
                filter(&mut join.relation, &right, condition);
            }
        }
    }
    if let Some(condition) = all(where_.into_iter().map(nested).collect()) {
        select.selection = Some(match select.selection.as_mut().map(take) {
            Some(other) => binary(nested(other), BinaryOperator::And, condition),
            None => condition,
        });
    }
}

pub(super) fn adds_rows(join: &JoinOperator) -> bool {
    matches!(join, JoinOperator::Right(_) | JoinOperator::RightOuter(_) | JoinOperator::FullOuter(_))
}

fn alias(factor: &TableFactor) -> Option<TableAlias> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. } if alias.columns.is_empty() => Some(alias.clone()),
        _ => None,
    }
}

fn is_equality(expr: &Expr) -> bool {
    matches!(super::bare(expr), Expr::BinaryOp { op: BinaryOperator::Eq, .. })
}

enum Side {
    Left,
    Right,
    Both,
}

/// The side whose columns a condition is of. Of none, or of what cannot be told: both.
fn side(expr: &Expr, right: &TableAlias) -> Side {
    struct Tables<'a> {
        right: &'a str,
        seen: (bool, bool),
    }

    impl Visitor for Tables<'_> {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::CompoundIdentifier(parts) if parts[0].value.eq_ignore_ascii_case(self.right) => {
                    self.seen.1 = true;
                }
                Expr::CompoundIdentifier(_) => self.seen.0 = true,
                Expr::Identifier(_) | Expr::CompoundFieldAccess { .. } => return ControlFlow::Break(()),
                _ => {}
            }
            ControlFlow::Continue(())
        }

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }

    let mut tables = Tables { right: &right.name.value, seen: (false, false) };
    match (walk(expr, &mut tables), tables.seen) {
        (ControlFlow::Continue(()), (true, false)) => Side::Left,
        (ControlFlow::Continue(()), (false, true)) => Side::Right,
        _ => Side::Both,
    }
}

/// `(SELECT * FROM table WHERE condition) AS alias`
fn filter(table: &mut TableFactor, alias: &TableAlias, condition: Expr) {
    let parsed = Parser::new(&GenericDialect {}).try_with_sql("(SELECT * FROM t) AS t");
    let Ok(mut factor) = parsed.and_then(|mut parser| parser.parse_table_factor()) else { return };
    if let TableFactor::Derived { subquery, alias: name, .. } = &mut factor {
        *name = Some(alias.clone());
        if let SetExpr::Select(select) = &mut *subquery.body {
            std::mem::swap(&mut select.from[0].relation, table);
            select.selection = Some(condition);
        }
    }
    *table = factor;
}
