//! Aggregates and windows in `WHERE`, `ON` and `GROUP BY`, which the engine would compute over all rows.
//!
//! Not covered: those behind `COLUMNS(…)`.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Function, GroupByExpr, JoinConstraint, Query, Select, Spanned, Visitor};

use crate::functions::registry;
use crate::walk::walk;
use crate::{Refusal, Result};

pub fn check(select: &mut Select) -> Result<()> {
    if let Some(condition) = &select.selection {
        refuse(condition, "WHERE", "filter groups with HAVING", "filter with QUALIFY")?;
    }
    let subquery = "compute it in a subquery";
    for join in select.from.iter_mut().flat_map(|tables| &mut tables.joins) {
        if let Some(JoinConstraint::On(condition)) = crate::names::constraint(&mut join.join_operator) {
            refuse(condition, "ON", subquery, subquery)?;
        }
    }
    if let GroupByExpr::Expressions(keys, _) = &select.group_by {
        for key in keys {
            refuse(key, "GROUP BY", subquery, subquery)?;
        }
    }
    Ok(())
}

fn refuse(expr: &Expr, clause: &str, aggregate: &str, window: &str) -> Result<()> {
    match walk(expr, &mut Find { queries: 0 }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break((function, true)) => {
            Err(Refusal::new(format!("{clause} cannot have a window function; {window}")).at(&function))
        }
        ControlFlow::Break((function, false)) => {
            Err(Refusal::new(format!("{clause} cannot have an aggregate; {aggregate}")).at(&function))
        }
    }
}

/// Finds a call of an aggregate, and whether it is one of a window. Subqueries have their own.
struct Find {
    queries: usize,
}

impl Visitor for Find {
    type Break = (Function, bool);

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Self::Break> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        if self.queries == 0
            && let Expr::Function(function) = expr
            && expr.span() != sqlparser::tokenizer::Span::empty()
        {
            let name = function.name.0.last().and_then(|part| part.as_ident());
            let name = name.map_or_else(String::new, |name| name.value.to_lowercase());
            if function.over.is_some() {
                return ControlFlow::Break((function.clone(), true));
            }
            if registry::lookup(&name).is_some_and(registry::Entry::is_aggregate) {
                return ControlFlow::Break((function.clone(), false));
            }
        }
        ControlFlow::Continue(())
    }
}
