//! `IS TRUE` and its kin, which are never null. The engine's `a IS TRUE` is null where `a` is, once the
//! optimizer has made it `a`.
//!
//! | form | becomes |
//! |---|---|
//! | `a IS TRUE` | `COALESCE(a, false)` |
//! | `a IS NOT TRUE` | `NOT COALESCE(a, false)` |
//! | `a IS FALSE` | `NOT COALESCE(a, true)` |
//! | `a IS NOT FALSE` | `COALESCE(a, true)` |
//! | `a IS [NOT] UNKNOWN` | `a IS [NOT] NULL` |

use sqlparser::ast::{Expr, Value};

use super::{not, take};
use crate::tree::call;

pub fn rewrite(expr: &mut Expr) {
    let or = |inner: &mut Expr, value: bool| {
        call("COALESCE", vec![take(inner), Expr::value(Value::Boolean(value))])
    };
    *expr = match expr {
        Expr::IsTrue(inner) => or(inner, false),
        Expr::IsNotTrue(inner) => not(or(inner, false)),
        Expr::IsFalse(inner) => not(or(inner, true)),
        Expr::IsNotFalse(inner) => or(inner, true),
        Expr::IsUnknown(inner) => Expr::IsNull(Box::new(take(inner))),
        Expr::IsNotUnknown(inner) => Expr::IsNotNull(Box::new(take(inner))),
        _ => return,
    };
}
