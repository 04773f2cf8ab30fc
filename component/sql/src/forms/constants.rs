//! Arithmetic of whole numbers that are written out, and casts of them: what does not fit 64 bits is refused. The
//! engine computes constants in 128 bits and then cuts them.
//!
//! | form | |
//! |---|---|
//! | `9223372036854775807 + 1` | refused |
//! | `CAST(1e20 AS BIGINT)` | refused; with `TRY_CAST` it is NULL |
//!
//! Not covered: numbers beyond 64 bits from the start, which are `HUGEINT`, and constants behind functions.

use sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr, UnaryOperator, Value};

use super::bare;
use crate::{Refusal, Result};

/// # Errors
/// A constant that does not fit its type.
pub fn rewrite(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::BinaryOp {
            op: BinaryOperator::Plus | BinaryOperator::Minus | BinaryOperator::Multiply,
            ..
        } => {
            let is_cut = matches!(whole(expr), Whole::Beyond);
            if is_cut {
                return Err(Refusal::new(format!(
                    "the result of {expr} does not fit 64 bits; write CAST(… AS HUGEINT) or a number with a point"
                ))
                .at(expr));
            }
        }
        Expr::Cast { expr: inner, data_type, kind, .. } => {
            let Some((low, high)) = range(data_type) else { return Ok(()) };
            let Some(value) = float(inner) else { return Ok(()) };
            if value >= low && value < high {
                return Ok(());
            }
            if matches!(kind, CastKind::TryCast | CastKind::SafeCast) {
                **inner = Expr::value(Value::Null);
                return Ok(());
            }
            return Err(
                Refusal::new(format!("{inner} does not fit {data_type}; TRY_CAST gives NULL")).at(&**inner)
            );
        }
        _ => {}
    }
    Ok(())
}

enum Whole {
    /// Something else than a whole number of 64 bits that is written out.
    Other,
    Is(i64),
    /// The result of such numbers does not fit.
    Beyond,
}

fn whole(expr: &Expr) -> Whole {
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.replace('_', "").parse().map_or(Whole::Other, Whole::Is),
            _ => Whole::Other,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match whole(expr) {
            Whole::Is(value) => value.checked_neg().map_or(Whole::Beyond, Whole::Is),
            other => other,
        },
        Expr::BinaryOp { left, op, right } => {
            let (Whole::Is(left), Whole::Is(right)) = (whole(left), whole(right)) else {
                return Whole::Other;
            };
            let result = match op {
                BinaryOperator::Plus => left.checked_add(right),
                BinaryOperator::Minus => left.checked_sub(right),
                BinaryOperator::Multiply => left.checked_mul(right),
                _ => return Whole::Other,
            };
            result.map_or(Whole::Beyond, Whole::Is)
        }
        _ => Whole::Other,
    }
}

/// The value of a number with an exponent, perhaps with a sign.
fn float(expr: &Expr) -> Option<f64> {
    match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(text, _) if text.contains(['e', 'E']) => text.replace('_', "").parse().ok(),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => float(expr).map(|value: f64| -value),
        _ => None,
    }
}

/// The least value of an integer type and the first one beyond it.
fn range(data_type: &DataType) -> Option<(f64, f64)> {
    use DataType as T;
    let signed = |bits: i32| Some((-(2f64.powi(bits - 1)), 2f64.powi(bits - 1)));
    let unsigned = |bits: i32| Some((0.0, 2f64.powi(bits)));
    match data_type {
        T::TinyInt(_) => signed(8),
        T::SmallInt(_) | T::Int2(_) => signed(16),
        T::Int(_) | T::Integer(_) | T::Int4(_) => signed(32),
        T::BigInt(_) | T::Int8(_) => signed(64),
        T::UTinyInt => unsigned(8),
        T::USmallInt => unsigned(16),
        T::UBigInt => unsigned(64),
        _ => None,
    }
}
