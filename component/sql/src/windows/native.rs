//! What `polars-sql` has of windows, so that it stays as it is.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value,
    WindowFrameBound, WindowFrameUnits, WindowSpec, WindowType,
};

use super::exclude::Exclude;
use crate::tree::bare;

/// They see the whole partition, whatever the frame is.
pub const HAVE_NO_FRAME: &[&str] =
    &["row_number", "rank", "dense_rank", "percent_rank", "cume_dist", "ntile", "lag", "lead"];

/// Whether a call stays as it is.
pub fn is_native(function: &Function, name: &str, exclude: Exclude, ignore_nulls: bool) -> bool {
    let Some(WindowType::WindowSpec(spec)) = &function.over else { return true };
    let distinct = matches!(&function.args, FunctionArguments::List(list)
        if list.duplicate_treatment == Some(DuplicateTreatment::Distinct));
    match name {
        "lag" | "lead" => {
            !ignore_nulls
                && !spec.order_by.is_empty()
                && argument(function, 1).is_none_or(|n| literal(n).is_some())
        }
        name if HAVE_NO_FRAME.contains(&name) => true,
        "sum" | "avg" | "count" | "total" => {
            exclude == Exclude::Nothing && !distinct && has_plain_frame(spec)
                || distinct
                    && exclude == Exclude::Nothing
                    && is_whole(spec)
                    && name == "count"
                    && function.filter.is_none()
        }
        "min" | "max" => exclude == Exclude::Nothing && has_plain_frame(spec),
        "first_value" | "last_value" | "nth_value" => {
            !ignore_nulls
                && exclude == Exclude::Nothing
                && has_row_frame(spec)
                && (name != "nth_value" || argument(function, 1).and_then(literal).is_some_and(|n| n > 0))
        }
        "any_value" => false,
        // All others have no frame there, and no FILTER beside OVER.
        _ => exclude == Exclude::Nothing && is_whole(spec) && function.filter.is_none() && !ignore_nulls,
    }
}

/// Neither an order nor a frame.
fn is_whole(spec: &WindowSpec) -> bool {
    spec.order_by.is_empty() && spec.window_frame.is_none()
}

/// From or to an end of the partition and the current row.
fn has_plain_frame(spec: &WindowSpec) -> bool {
    use WindowFrameBound::{CurrentRow, Following, Preceding};
    let Some(frame) = &spec.window_frame else { return true };
    let has_order = !spec.order_by.is_empty();
    match (&frame.start_bound, frame.end_bound.as_ref().unwrap_or(&CurrentRow)) {
        (Preceding(None), Following(None)) => true,
        (Preceding(None) | CurrentRow, CurrentRow | Following(None)) => has_order,
        _ => false,
    }
}

/// As above, or so many rows.
fn has_row_frame(spec: &WindowSpec) -> bool {
    use WindowFrameBound::{CurrentRow, Following, Preceding};
    let Some(frame) = &spec.window_frame else { return true };
    let is_rows = frame.units == WindowFrameUnits::Rows;
    let is_plain = |bound: &WindowFrameBound| match bound {
        CurrentRow | Preceding(None) | Following(None) => true,
        Preceding(Some(n)) | Following(Some(n)) => is_rows && literal(n).is_some(),
    };
    let has_order = !spec.order_by.is_empty();
    let end = frame.end_bound.as_ref().unwrap_or(&CurrentRow);
    let is_all = matches!((&frame.start_bound, end), (Preceding(None), Following(None)));
    is_plain(&frame.start_bound) && is_plain(end) && (has_order || is_all)
}

fn argument(function: &Function, n: usize) -> Option<&Expr> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.get(n)? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

/// A non-negative integer that is written out.
fn literal(expr: &Expr) -> Option<u32> {
    let Expr::Value(value) = bare(expr) else { return None };
    let Value::Number(digits, _) = &value.value else { return None };
    digits.parse().ok()
}
