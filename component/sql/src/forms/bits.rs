//! Operators on bits: `~a` becomes `BIT_NOT(a)`, `a << n` and `a >> n` a product and a division by a
//! power of two, of literal `n` from 0 to 62.
//!
//! Not covered: shifts by a column.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::{bare, binary, nested, number, take};
use crate::tree::call;
use crate::{Result, size};

pub fn rewrite(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr: inner } => {
            *expr = call("BIT_NOT", vec![take(inner)]);
        }
        Expr::BinaryOp {
            left,
            op: op @ (BinaryOperator::PGBitwiseShiftLeft | BinaryOperator::PGBitwiseShiftRight),
            right,
        } => {
            let Expr::Value(value) = bare(right) else { return Ok(()) };
            let Value::Number(digits, _) = &value.value else { return Ok(()) };
            let Some(n) = digits.parse::<u32>().ok().filter(|n| *n < 63) else { return Ok(()) };
            if matches!(op, BinaryOperator::PGBitwiseShiftRight) {
                size::check(&**left, ">>")?;
            }
            let power = number(1_u64 << n);
            let left = nested(take(left));
            let shifted = if matches!(op, BinaryOperator::PGBitwiseShiftLeft) {
                binary(left, BinaryOperator::Multiply, power)
            } else {
                // Without its low bits it is a multiple of the power, for negative numbers, too.
                let mask = number((1_u64 << n) - 1);
                let low = Expr::Nested(Box::new(binary(left.clone(), BinaryOperator::BitwiseAnd, mask)));
                let high = Expr::Nested(Box::new(binary(left, BinaryOperator::Minus, low)));
                binary(high, BinaryOperator::DuckIntegerDivide, power)
            };
            *expr = Expr::Nested(Box::new(shifted));
        }
        _ => {}
    }
    Ok(())
}
