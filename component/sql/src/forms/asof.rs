//! `ASOF JOIN q ON t.k = q.k AND t.time >= q.time`, as DuckDB writes it: the one inequality becomes
//! `MATCH_CONDITION`. The parser gets it with the kind of the join in that place ([`crate::tokens`]).
//!
//! | form | becomes |
//! |---|---|
//! | `ASOF LEFT JOIN q ON …` | `ASOF JOIN q MATCH_CONDITION (t.time >= q.time) ON t.k = q.k` |
//! | `ASOF JOIN q ON …` | the same, and `WHERE q.time IS NOT NULL`: the engine's keeps every left row |
//! | `ASOF JOIN q USING (k, time)` | refused: `ON` |
//!
//! Not covered: an inner `ASOF` before an outer join, or in parentheses.

use sqlparser::ast::{BinaryOperator, Expr, JoinConstraint, JoinOperator, Select, TableFactor};

use super::{all, bare, binary, conjuncts, text};
use crate::{Refusal, Result};

/// What [`crate::tokens`] puts into `MATCH_CONDITION`.
pub const INNER: &str = "asof inner";
pub const LEFT: &str = "asof left";

pub fn rewrite(select: &mut Select) -> Result<()> {
    let mut filters = Vec::new();
    for tables in &mut select.from {
        let mut outer_follows = false;
        for join in tables.joins.iter_mut().rev() {
            let relation = qualifier(&join.relation);
            let JoinOperator::AsOf { match_condition, constraint } = &mut join.join_operator else {
                outer_follows |= !matches!(
                    join.join_operator,
                    JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_)
                );
                continue;
            };
            let inner = match text(match_condition) {
                Some(INNER) => true,
                Some(LEFT) => false,
                _ => continue,
            };
            let JoinConstraint::On(condition) = constraint else {
                return Err(Refusal::new(
                    "ASOF JOIN takes ON with its conditions: ON t.key = q.key AND t.time >= q.time",
                ));
            };
            let mut equal = Vec::new();
            let mut closest = None;
            let mut parts = Vec::new();
            conjuncts(condition.clone(), &mut parts);
            for part in parts {
                match bare(&part) {
                    Expr::BinaryOp { op: BinaryOperator::Eq, .. } => equal.push(part),
                    Expr::BinaryOp {
                        op:
                            BinaryOperator::Gt | BinaryOperator::GtEq | BinaryOperator::Lt | BinaryOperator::LtEq,
                        ..
                    } if closest.is_none() => closest = Some(bare(&part).clone()),
                    _ => {
                        return Err(Refusal::new(
                            "ASOF JOIN takes equalities and one of >=, >, <=, < in ON; put the rest into WHERE",
                        )
                        .at(&part));
                    }
                }
            }
            let Some(closest) = closest else {
                return Err(Refusal::new("ASOF JOIN needs one of >=, >, <=, < in ON").at(condition));
            };
            if inner {
                if outer_follows {
                    return Err(Refusal::new(
                        "an ASOF JOIN before an outer join is not supported; put it into a subquery",
                    )
                    .at(condition));
                }
                let matched = relation.as_deref().and_then(|name| column_of(&closest, name));
                let Some(matched) = matched else {
                    return Err(Refusal::new(
                        "ASOF JOIN compares columns with the names of their tables: t.time >= q.time",
                    )
                    .at(condition));
                };
                filters.push(Expr::IsNotNull(Box::new(matched)));
            }
            *match_condition = closest;
            *constraint = all(equal).map_or(JoinConstraint::None, JoinConstraint::On);
        }
    }
    for filter in filters {
        select.selection = Some(match select.selection.take() {
            None => filter,
            Some(condition) => binary(super::nested(condition), BinaryOperator::And, filter),
        });
    }
    Ok(())
}

fn qualifier(factor: &TableFactor) -> Option<String> {
    let (name, alias) = match factor {
        TableFactor::Table { name, alias, .. } => {
            (name.0.last()?.as_ident().map(|name| name.value.clone()), alias)
        }
        TableFactor::Derived { alias, .. } => (None, alias),
        _ => return None,
    };
    alias.as_ref().map(|alias| alias.name.value.clone()).or(name)
}

/// The side of a comparison that is a column of `relation`.
fn column_of(comparison: &Expr, relation: &str) -> Option<Expr> {
    let Expr::BinaryOp { left, right, .. } = comparison else { return None };
    [left, right].into_iter().find_map(|side| match bare(side) {
        column @ Expr::CompoundIdentifier(parts) if parts.first()?.value.eq_ignore_ascii_case(relation) => {
            Some(column.clone())
        }
        _ => None,
    })
}
