//! `ASOF JOIN q ON t.k = q.k AND t.time >= q.time`, as DuckDB writes it: the one inequality becomes
//! `MATCH_CONDITION`. The parser gets it with the kind of the join in that place ([`crate::tokens`]).
//!
//! | form | becomes |
//! |---|---|
//! | `ASOF LEFT JOIN q ON …` | `ASOF JOIN q MATCH_CONDITION (t.time >= q.time) ON t.k = q.k` |
//! | `ASOF JOIN q ON …` | the same, and `WHERE q.time IS NOT NULL`: the engine's keeps every left row |
//! | `ASOF JOIN q USING (k, time)` | `ASOF JOIN q ON t.k = q.k AND t.time >= q.time`; in `*` they are those of `t` |
//!
//! Not covered: `USING` after another join, or beside `*` with options; an inner `ASOF` before an outer join, or in parentheses.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, ExcludeSelectItem, Expr, Ident, JoinConstraint, JoinOperator, ObjectName, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, TableFactor, VisitorMut, WildcardAdditionalOptions,
};

use super::{all, bare, binary, conjuncts, text};
use crate::names::ident;
use crate::walk::walk_mut;
use crate::{Refusal, Result};

/// What [`crate::tokens`] puts into `MATCH_CONDITION`.
pub const INNER: &str = "asof inner";
pub const LEFT: &str = "asof left";

pub fn rewrite(select: &mut Select) -> Result<()> {
    let mut filters = Vec::new();
    let mut hidden = Vec::new();
    let mut shared = Vec::new();
    for tables in &mut select.from {
        let left = if tables.joins.len() == 1 { qualifier(&tables.relation) } else { None };
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
            if let JoinConstraint::Using(columns) = &*constraint {
                let on = using(columns, left.as_deref(), relation.as_deref())?;
                if let Some(left) = &left {
                    shared.extend(columns.iter().filter_map(|name| Some((last_of(name)?, ident(left)))));
                }
                hidden.extend(columns.iter().filter_map(|name| Some((relation.clone()?, last_of(name)?))));
                *constraint = JoinConstraint::On(on);
            }
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
    if !hidden.is_empty() {
        hide(select, &hidden)?;
        let _ = walk_mut(select, &mut Qualify { shared: &shared, depth: 0 });
    }
    for filter in filters {
        select.selection = Some(match select.selection.take() {
            None => filter,
            Some(condition) => binary(super::nested(condition), BinaryOperator::And, filter),
        });
    }
    Ok(())
}

/// A column of USING without its table is that of the left one.
struct Qualify<'a> {
    shared: &'a [(Ident, Ident)],
    depth: usize,
}

impl VisitorMut for Qualify<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0
            && let Expr::Identifier(name) = expr
            && let Some((_, table)) =
                self.shared.iter().find(|(column, _)| column.value.eq_ignore_ascii_case(&name.value))
        {
            *expr = Expr::CompoundIdentifier(vec![table.clone(), name.clone()]);
        }
        ControlFlow::Continue(())
    }
}

/// The last column is the one that is compared.
fn using(columns: &[ObjectName], left: Option<&str>, right: Option<&str>) -> Result<Expr> {
    let refuse = || {
        Refusal::new(
            "ASOF JOIN … USING takes two tables with names; for others write ON t.key = q.key AND t.time >= q.time",
        )
    };
    let (left, right) = (left.ok_or_else(refuse)?, right.ok_or_else(refuse)?);
    let last = columns.len().checked_sub(1).ok_or_else(refuse)?;
    let conditions = columns.iter().enumerate().map(|(n, name)| {
        let column = |table: &str| Some(Expr::CompoundIdentifier(vec![ident(table), last_of(name)?]));
        let op = if n == last { BinaryOperator::GtEq } else { BinaryOperator::Eq };
        Some(binary(column(left)?, op, column(right)?))
    });
    conditions.collect::<Option<Vec<_>>>().and_then(all).ok_or_else(refuse)
}

fn last_of(name: &ObjectName) -> Option<Ident> {
    name.0.last()?.as_ident().cloned()
}

/// `*` is the columns of one table after the other: so the right side's can be left out.
fn hide(select: &mut Select, hidden: &[(String, Ident)]) -> Result<()> {
    let mut tables = Vec::new();
    for factor in select.from.iter().flat_map(|tables| {
        std::iter::once(&tables.relation).chain(tables.joins.iter().map(|join| &join.relation))
    }) {
        tables.push(qualifier(factor));
    }
    let mut projection = Vec::new();
    for item in std::mem::take(&mut select.projection) {
        let SelectItem::Wildcard(options) = &item else {
            projection.push(item);
            continue;
        };
        if *options != WildcardAdditionalOptions::default() {
            let plain = WildcardAdditionalOptions {
                wildcard_token: options.wildcard_token.clone(),
                ..Default::default()
            };
            if *options != plain {
                return Err(Refusal::new(
                    "* with options beside ASOF JOIN … USING is not supported; name the columns",
                ));
            }
        }
        for table in &tables {
            let Some(table) = table else {
                return Err(Refusal::new("* beside ASOF JOIN … USING takes tables with names"));
            };
            let names: Vec<ObjectName> = hidden
                .iter()
                .filter(|(own, _)| own == table)
                .map(|(_, name)| ObjectName::from(vec![name.clone()]))
                .collect();
            let opt_exclude = (!names.is_empty()).then_some(ExcludeSelectItem::Multiple(names));
            let options = WildcardAdditionalOptions { opt_exclude, ..Default::default() };
            let kind = SelectItemQualifiedWildcardKind::ObjectName(ObjectName::from(vec![ident(table)]));
            projection.push(SelectItem::QualifiedWildcard(kind, options));
        }
    }
    select.projection = projection;
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
