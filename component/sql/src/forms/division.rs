//! `/` of a decimal literal is a division of doubles: `1 / 3.0` becomes `1 / CAST(3.0 AS DOUBLE)`, where
//! the engine would divide decimals, to six digits.
//!
//! Not covered: columns of decimals, whose type the tree does not tell.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::{bare, cast, double, take};

pub fn rewrite(expr: &mut Expr) {
    let Expr::BinaryOp { left, op: BinaryOperator::Divide, right } = expr else { return };
    for side in [left, right] {
        if is_decimal(side) {
            **side = cast(take(side), double());
        }
    }
}

fn is_decimal(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Value(value) => {
            matches!(&value.value, Value::Number(text, _) if text.contains('.') && !text.contains(['e', 'E']))
        }
        Expr::UnaryOp { op: UnaryOperator::Minus | UnaryOperator::Plus, expr } => is_decimal(expr),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply,
            right,
        } => is_decimal(left) && is_decimal(right),
        Expr::Cast { data_type, .. } => {
            use sqlparser::ast::DataType as T;
            matches!(data_type, T::Decimal(_) | T::Numeric(_) | T::Dec(_))
        }
        _ => false,
    }
}
