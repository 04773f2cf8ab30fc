//! A date with an interval is a timestamp: `DATE '2024-01-31' + INTERVAL 1 HOUR` becomes
//! `CAST(DATE … AS TIMESTAMP) + …`, where the engine would stay with the date and drop the hour.
//! `INTERVAL … + date` is turned round, so that months and years work there, too.
//!
//! The type of a column is not in the tree: `d + INTERVAL 1 MONTH` becomes `__instant(d) + …`, a function of
//! ours that makes a timestamp of a date and leaves all else.

use sqlparser::ast::{BinaryOperator, DataType, Expr, TimezoneInfo};

use super::{bare, cast, take};
use crate::tree::call;

pub fn rewrite(expr: &mut Expr) {
    let Expr::BinaryOp { left, op: op @ (BinaryOperator::Plus | BinaryOperator::Minus), right } = expr else {
        return;
    };
    if matches!(op, BinaryOperator::Plus)
        && matches!(bare(left), Expr::Interval(_))
        && !matches!(bare(right), Expr::Interval(_))
    {
        std::mem::swap(left, right);
    }
    if !matches!(bare(right), Expr::Interval(_)) {
        return;
    }
    match kind(left) {
        Kind::Date => **left = cast(take(left), DataType::Timestamp(None, TimezoneInfo::None)),
        Kind::Unknown => **left = call("__instant", vec![take(left)]),
        Kind::Other => {}
    }
}

enum Kind {
    Date,
    /// Known to be none.
    Other,
    Unknown,
}

fn kind(expr: &Expr) -> Kind {
    match bare(expr) {
        Expr::Cast { data_type: DataType::Date, .. } => Kind::Date,
        Expr::Cast { .. } | Expr::Interval(_) | Expr::Value(_) => Kind::Other,
        Expr::TypedString(typed) if typed.data_type == DataType::Date => Kind::Date,
        Expr::TypedString(_) => Kind::Other,
        // An instant, by this rule.
        Expr::BinaryOp { op: BinaryOperator::Plus | BinaryOperator::Minus, right, .. }
            if matches!(bare(right), Expr::Interval(_)) =>
        {
            Kind::Other
        }
        Expr::Function(function) => match function.name.to_string().to_ascii_lowercase().as_str() {
            "current_date" | "today" | "make_date" | "last_day" => Kind::Date,
            "current_timestamp" | "now" | "date_trunc" | "strptime" | "make_timestamp" | "to_timestamp" => {
                Kind::Other
            }
            _ => Kind::Unknown,
        },
        _ => Kind::Unknown,
    }
}
