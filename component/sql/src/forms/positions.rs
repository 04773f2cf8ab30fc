//! `SELECT b.s AS c, coalesce(b.s, 'x') … GROUP BY 1` becomes `… GROUP BY b.s`: the engine takes a position for
//! the name of the column in the answer, and no longer knows `b.s` in the other items.
//!
//! Not covered: positions of literals and of aggregates, which stay.

use sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem, Value};

use super::bare;

pub fn rewrite(select: &mut Select) {
    let GroupByExpr::Expressions(keys, _) = &mut select.group_by else { return };
    for key in keys {
        let Expr::Value(value) = &*key else { continue };
        let Value::Number(text, _) = &value.value else { continue };
        let Some(item) = text.parse::<usize>().ok().and_then(|n| select.projection.get(n.checked_sub(1)?))
        else {
            continue;
        };
        let (SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr)) = item else { continue };
        if matches!(bare(expr), Expr::Identifier(_) | Expr::CompoundIdentifier(_)) {
            *key = expr.clone();
        }
    }
}
