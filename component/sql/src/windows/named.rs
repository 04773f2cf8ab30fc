//! Windows by name, and frames of intervals.
//!
//! | form | becomes |
//! |---|---|
//! | `OVER w … WINDOW w AS (ORDER BY k)` | `OVER (ORDER BY k)` |
//! | `OVER (w ROWS 1 PRECEDING)` | `OVER (ORDER BY k ROWS 1 PRECEDING)` |
//! | `ORDER BY d RANGE INTERVAL 3 DAYS PRECEDING` | `ORDER BY d RANGE d - INTERVAL 3 DAYS PRECEDING` |
//!
//! The last is for us alone: where a frame begins is a value of the key, so that months have their lengths.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, DataType, DateTimeField, Expr, NamedWindowDefinition, NamedWindowExpr, Query, Select,
    SetExpr, Statement, Value, Visitor, VisitorMut, WindowFrameBound, WindowFrameUnits, WindowSpec,
    WindowType,
};

use super::exclude;
use crate::tree::bare;
use crate::walk::{walk, walk_mut};
use crate::{Refusal, Result, size};

/// # Errors
/// A window that has both a name with a frame and a frame of its own, or a RANGE of an interval without its key.
pub(crate) fn resolve(statement: &mut Statement) -> Result<()> {
    struct Resolve;

    impl VisitorMut for Resolve {
        type Break = Refusal;

        fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Refusal> {
            let SetExpr::Select(select) = &mut *query.body else { return ControlFlow::Continue(()) };
            let windows = select.named_window.clone();
            if windows.is_empty() {
                return ControlFlow::Continue(());
            }
            if let Some(order_by) = &mut query.order_by {
                walk_mut(order_by, &mut Inline { windows: &windows, depth: 0 })?;
            }
            ControlFlow::Continue(())
        }

        fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Refusal> {
            let windows = std::mem::take(&mut select.named_window);
            if windows.is_empty() {
                return ControlFlow::Continue(());
            }
            let mut inline = Inline { windows: &windows, depth: 0 };
            walk_mut(&mut select.projection, &mut inline)?;
            if let Some(qualify) = &mut select.qualify {
                walk_mut(qualify, &mut inline)?;
            }
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
            if let Expr::Function(function) = expr
                && let Some(WindowType::WindowSpec(spec)) = &mut function.over
                && let Err(refusal) = interval_bounds(spec)
            {
                return ControlFlow::Break(refusal);
            }
            ControlFlow::Continue(())
        }
    }

    match walk_mut(statement, &mut Resolve) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

/// Puts windows in the place of their names, outside of subqueries: these have names of their own.
struct Inline<'a> {
    windows: &'a [NamedWindowDefinition],
    depth: usize,
}

impl VisitorMut for Inline<'_> {
    type Break = Refusal;

    fn pre_visit_query(&mut self, _query: &mut Query) -> ControlFlow<Refusal> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<Refusal> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        let resolved = match &function.over {
            Some(WindowType::NamedWindow(name)) => self.find(&name.value, self.windows.len()),
            Some(WindowType::WindowSpec(spec)) => self.complete(spec, self.windows.len()),
            None => return ControlFlow::Continue(()),
        };
        match resolved.and_then(|spec| size::check(&spec, "WINDOW").map(|()| spec)) {
            Ok(spec) => {
                function.over = Some(WindowType::WindowSpec(spec));
                ControlFlow::Continue(())
            }
            Err(refusal) => ControlFlow::Break(refusal),
        }
    }
}

impl Inline<'_> {
    /// The window of a name, among the first `before`: a window names those before it.
    fn find(&self, name: &str, before: usize) -> Result<WindowSpec> {
        let found =
            self.windows[..before].iter().rposition(|window| window.0.value.eq_ignore_ascii_case(name));
        let Some(place) = found else {
            return Err(Refusal::new(format!("there is no window {name}; WINDOW {name} AS (…) defines one")));
        };
        match &self.windows[place].1 {
            NamedWindowExpr::NamedWindow(other) => self.find(&other.value, place),
            NamedWindowExpr::WindowSpec(spec) => self.complete(spec, place),
        }
    }

    /// A window with what the window that it names has.
    fn complete(&self, spec: &WindowSpec, before: usize) -> Result<WindowSpec> {
        let mut spec = spec.clone();
        let Some(name) = spec.window_name.take() else { return Ok(spec) };
        let base = self.find(&name.value, before)?;
        let refuse =
            |what: &str| Err(Refusal::new(format!("the window {name} has {what}")).at_span(name.span));
        if base.window_frame.is_some() {
            return refuse("a frame: only one without can be extended");
        }
        if spec.partition_by.iter().any(|key| exclude::of(key).is_none()) {
            return refuse("its PARTITION BY: it cannot be given another");
        }
        if !base.order_by.is_empty() && !spec.order_by.is_empty() {
            return refuse("an ORDER BY: it cannot be given another");
        }
        spec.partition_by.extend(base.partition_by);
        if spec.order_by.is_empty() {
            spec.order_by = base.order_by;
        }
        Ok(spec)
    }
}

/// Intervals become the keys that are so far away.
fn interval_bounds(spec: &mut WindowSpec) -> Result<()> {
    let WindowSpec { order_by, window_frame: Some(frame), .. } = spec else { return Ok(()) };
    if frame.units != WindowFrameUnits::Range {
        return Ok(());
    }
    let bounds = std::iter::once(&mut frame.start_bound).chain(&mut frame.end_bound);
    for bound in bounds {
        let (distance, is_before) = match bound {
            WindowFrameBound::Preceding(Some(distance)) => (distance, true),
            WindowFrameBound::Following(Some(distance)) => (distance, false),
            _ => continue,
        };
        let [key] = &order_by[..] else {
            return Err(Refusal::new("a RANGE frame with a distance takes one ORDER BY expression"));
        };
        if !is_interval(distance) {
            continue;
        }
        size::check(&key.expr, "the ORDER BY of a window")?;
        let is_descending = key.options.asc == Some(false);
        let op = if is_before == is_descending { BinaryOperator::Plus } else { BinaryOperator::Minus };
        let left = Expr::Nested(Box::new(key.expr.clone()));
        let right = std::mem::replace(&mut **distance, Expr::value(Value::Null));
        **distance = Expr::BinaryOp { left: Box::new(left), op, right: Box::new(right) };
    }
    Ok(())
}

/// Whether an interval is in it.
pub(crate) fn is_interval(expr: &Expr) -> bool {
    finds(expr, |expr| match expr {
        Expr::Interval(_) => true,
        Expr::Cast { data_type, .. } => matches!(data_type, DataType::Interval { .. }),
        Expr::Function(function) => {
            let name = function.name.to_string().to_ascii_lowercase();
            matches!(
                name.as_str(),
                "to_days"
                    | "to_hours"
                    | "to_minutes"
                    | "to_seconds"
                    | "to_weeks"
                    | "to_milliseconds"
                    | "to_microseconds"
                    | "to_months"
                    | "to_years"
            )
        }
        _ => false,
    })
}

/// Whether the interval in it may be of less than days.
pub(crate) fn is_within_a_day(expr: &Expr) -> bool {
    finds(expr, |expr| match expr {
        Expr::Interval(interval) => {
            let is_of_days = |field: &DateTimeField| {
                use DateTimeField::{Day, Days, Month, Months, Quarter, Week, Weeks, Year, Years};
                matches!(field, Day | Days | Month | Months | Quarter | Week(_) | Weeks | Year | Years)
            };
            let written = crate::tree::text(bare(&interval.value)).unwrap_or("").to_lowercase();
            let names_time =
                ["hour", "min", "sec", ":", "micro", "milli"].iter().any(|unit| written.contains(unit));
            match &interval.leading_field {
                Some(field) => !is_of_days(field),
                None => names_time,
            }
        }
        Expr::Function(function) => {
            let name = function.name.to_string().to_ascii_lowercase();
            matches!(
                name.as_str(),
                "to_hours" | "to_minutes" | "to_seconds" | "to_milliseconds" | "to_microseconds"
            )
        }
        _ => false,
    })
}

fn finds(expr: &Expr, is: impl Fn(&Expr) -> bool) -> bool {
    struct Find<F>(F);

    impl<F: Fn(&Expr) -> bool> Visitor for Find<F> {
        type Break = ();

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            if (self.0)(expr) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        }
    }

    walk(expr, &mut Find(is)).is_break()
}
