//! `LIMIT 2 + 1` is counted here, `FETCH FIRST ROW ONLY` is `LIMIT 1` (the engine would ignore it), and
//! `FETCH … WITH TIES` and percentages are refused.

use sqlparser::ast::{BinaryOperator, Expr, LimitClause, Query, Value};

use super::{bare, number};
use crate::{Refusal, Result};

pub fn rewrite(query: &mut Query) -> Result<()> {
    if let Some(fetch) = &mut query.fetch {
        if fetch.with_ties || fetch.percent {
            return Err(Refusal::new(
                "FETCH with TIES or PERCENT is not supported; filter on RANK() or ROW_NUMBER() with QUALIFY",
            ));
        }
        fetch.quantity.get_or_insert_with(|| number(1));
        fold(&mut fetch.quantity)?;
    }
    match &mut query.limit_clause {
        Some(LimitClause::LimitOffset { limit, offset, .. }) => {
            fold(limit)?;
            if let Some(offset) = offset {
                let mut value = Some(offset.value.clone());
                fold(&mut value)?;
                offset.value = value.unwrap_or_else(|| number(0));
            }
        }
        Some(LimitClause::OffsetCommaLimit { .. }) | None => {}
    }
    Ok(())
}

fn fold(limit: &mut Option<Expr>) -> Result<()> {
    let Some(expr) = limit else { return Ok(()) };
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Null => *limit = None,
            Value::Number(text, _) if text.contains('.') => {
                return Err(
                    Refusal::new(format!("LIMIT and OFFSET take a whole number, found {text}")).at(expr)
                );
            }
            _ => *expr = bare(expr).clone(),
        },
        other => match count(other) {
            Some(n) if n >= 0 => *expr = number(n),
            Some(n) => {
                return Err(Refusal::new(format!("LIMIT and OFFSET cannot be negative, found {n}")).at(expr));
            }
            None => return Err(Refusal::new("LIMIT and OFFSET take a number or a parameter").at(expr)),
        },
    }
    Ok(())
}

fn count(expr: &Expr) -> Option<i64> {
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: sqlparser::ast::UnaryOperator::Minus, expr } => count(expr)?.checked_neg(),
        Expr::Cast { expr, .. } => count(expr),
        Expr::BinaryOp { left, op, right } => {
            let (a, b) = (count(left)?, count(right)?);
            match op {
                BinaryOperator::Plus => a.checked_add(b),
                BinaryOperator::Minus => a.checked_sub(b),
                BinaryOperator::Multiply => a.checked_mul(b),
                _ => None,
            }
        }
        _ => None,
    }
}
