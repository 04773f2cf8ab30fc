//! `a ** b` and `a ^ b` become `POWER(CAST(a AS DOUBLE), b)`: powers are doubles, of integers too.

use sqlparser::ast::{BinaryOperator, Expr};

use super::{cast, double, take};
use crate::tree::call;

pub fn rewrite(expr: &mut Expr) {
    if let Expr::BinaryOp { left, op: BinaryOperator::PGExp, right } = expr {
        *expr = call("POWER", vec![cast(take(left), double()), take(right)]);
    }
}
