//! A date with an interval is a timestamp: `DATE '2024-01-31' + INTERVAL 1 HOUR` becomes
//! `CAST(DATE … AS TIMESTAMP) + …`, where the engine would stay with the date and drop the hour.
//! `INTERVAL … + date` is turned round, so that months and years work there, too.
//!
//! Not covered: columns of dates, whose type the tree does not tell.

use sqlparser::ast::{BinaryOperator, DataType, Expr, TimezoneInfo};

use super::{bare, cast, take};

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
    let is_date = match bare(left) {
        Expr::Cast { data_type, .. } => *data_type == DataType::Date,
        Expr::TypedString(typed) => typed.data_type == DataType::Date,
        Expr::Function(function) => matches!(
            function.name.to_string().to_ascii_lowercase().as_str(),
            "current_date" | "today" | "make_date" | "last_day"
        ),
        _ => false,
    };
    if is_date {
        **left = cast(take(left), DataType::Timestamp(None, TimezoneInfo::None));
    }
}
