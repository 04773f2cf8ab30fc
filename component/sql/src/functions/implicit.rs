//! Values that become text or truth values: the engine's text of some is not `DuckDB`'s.
//!
//! | form | becomes |
//! |---|---|
//! | `CAST(x AS VARCHAR)` | `__text(x)` |
//! | `a \|\| 'x'`, `concat(a, b)` | `__part(a) \|\| 'x'`, for what is not known to be text |
//! | `a \|\| b` | `__join(a, b)`: also lists |
//! | `CAST(x AS BOOLEAN)`, `TRY_CAST(x AS BOOLEAN)` | `__boolean(x)`, `__try_boolean(x)` |
//!
//! The functions are ours (`component/src/sql/scalars/display.rs`), and know the type of `x`. Not covered: text
//! made by the rules of other functions.

use sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr};

use crate::tree::{bare, call, text};

pub(super) fn rewrite(expr: &mut Expr) {
    match expr {
        Expr::Cast { kind, expr: value, data_type, format: None, .. } => {
            let is_try = matches!(kind, CastKind::TryCast | CastKind::SafeCast);
            let name = match data_type {
                data_type if is_text(data_type) => "__text",
                DataType::Boolean | DataType::Bool if is_try => "__try_boolean",
                DataType::Boolean | DataType::Bool => "__boolean",
                _ => return,
            };
            if matches!(bare(value), Expr::Value(_)) {
                return;
            }
            let value = std::mem::replace(&mut **value, Expr::value(sqlparser::ast::Value::Null));
            *expr = call(name, vec![value]);
        }
        Expr::BinaryOp { left, op: BinaryOperator::StringConcat, right } => {
            if is_known(left) || is_known(right) {
                part(left);
                part(right);
            } else {
                let [a, b] = [left, right]
                    .map(|side| std::mem::replace(&mut **side, Expr::value(sqlparser::ast::Value::Null)));
                *expr = call("__join", vec![a, b]);
            }
        }
        _ => {}
    }
}

/// An operand of `||`, or an argument of `concat`.
pub(super) fn part(expr: &mut Expr) {
    if !is_known(expr) {
        let value = std::mem::replace(expr, Expr::value(sqlparser::ast::Value::Null));
        *expr = call("__part", vec![value]);
    }
}

/// Whether it is text for sure.
fn is_known(expr: &Expr) -> bool {
    match bare(expr) {
        Expr::Value(_) => true,
        // One of its sides is text.
        Expr::BinaryOp { op, .. } => matches!(op, BinaryOperator::StringConcat),
        Expr::Function(function) => {
            let name = function.name.to_string().to_ascii_lowercase();
            ["__text", "upper", "lower", "concat", "strftime", "substring", "replace"]
                .contains(&name.as_str())
        }
        other => text(other).is_some(),
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Varchar(None)
            | DataType::Text
            | DataType::String(None)
            | DataType::Char(None)
            | DataType::Nvarchar(None)
    )
}
