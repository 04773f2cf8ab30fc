//! Parentheses where the precedences of this crate's dialect are not those of `polars-sql`'s own parser,
//! so that the text of the tree, which a plan can carry, means the same there.

use sqlparser::ast::{BinaryOperator, Expr};

use super::take;

pub fn rewrite(expr: &mut Expr) {
    match expr {
        Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Between { .. } => wrap(expr),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::StringConcat | BinaryOperator::BitwiseAnd | BinaryOperator::BitwiseOr,
            right,
        } => {
            for side in [left, right] {
                if matches!(**side, Expr::BinaryOp { .. }) {
                    wrap(side);
                }
            }
        }
        Expr::UnaryOp { expr, .. } if matches!(**expr, Expr::UnaryOp { .. }) => wrap(expr),
        _ => {}
    }
}

fn wrap(expr: &mut Expr) {
    *expr = Expr::Nested(Box::new(take(expr)));
}
