//! Window functions and frames that `polars-sql` does not have become calls of `__frame`, a function on
//! columns of ours (`component/src/sql/scalars/frames`): it keeps the PARTITION BY and ORDER BY of OVER and gets the
//! frame as a text and columns.
//!
//! | form | becomes |
//! |---|---|
//! | `SUM(x) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)` | `__frame(x, x, k, 1, 1, 'sum\|rows\|preceding\|following\|no\|avkse\|') OVER (ORDER BY k)` |
//! | `SUM(x) OVER (ORDER BY k)` | itself: `polars-sql` has that frame |
//! | `RANK() OVER (ORDER BY k ROWS …)` | `RANK() OVER (ORDER BY k)`: it has no frame |
//! | `OVER w … WINDOW w AS (…)` | `OVER (…)` ([`named`]) |
//!
//! What is native to `polars-sql` is a table in [`native`]. `ROWS n PRECEDING` of sums is there, too, but takes
//! what left the frame off a sum of floats and skips NaN in MAX: it is ours.
//!
//! Not covered: ORDER BY in `FIRST_VALUE` and its kin, `ARG_MAX(x, y, n)` over frames.

pub(crate) mod exclude;
pub(crate) mod named;
mod native;

use std::ops::ControlFlow;

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, NullTreatment, OrderByExpr, Value, Visitor, VisitorMut, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowSpec, WindowType,
};
use sqlparser::tokenizer::Span;

use crate::functions::registry;
use crate::tree::{bare, call, number, string};
use crate::walk::{walk, walk_mut};
use crate::{Refusal, Result, size};
use exclude::Exclude;

/// The function of ours.
pub(crate) const NAME: &str = "__frame";

/// All windows in an expression that a rule made.
pub(crate) fn each(expr: &mut Expr) -> Result<()> {
    struct Each;

    impl VisitorMut for Each {
        type Break = Refusal;

        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
            let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
            let Some(entry) = registry::lookup(&function.name.to_string().to_lowercase()) else {
                return ControlFlow::Continue(());
            };
            match window(function, entry.name, Span::empty()) {
                Ok(None) => ControlFlow::Continue(()),
                Ok(Some(new)) => {
                    *expr = new;
                    ControlFlow::Continue(())
                }
                Err(refusal) => ControlFlow::Break(refusal),
            }
        }
    }

    match walk_mut(expr, &mut Each) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

/// What stands for a call with OVER, by the name of its entry in the registry; nothing if it may stay, as it
/// is or as it has been made.
///
/// # Errors
/// A frame that cannot be.
pub(crate) fn window(function: &mut Function, name: &str, span: Span) -> Result<Option<Expr>> {
    let Some(WindowType::WindowSpec(spec)) = &mut function.over else { return Ok(None) };
    let refuse = |message: &str| Refusal { message: message.to_owned(), span: Some(span) };
    let exclude = exclude::take(spec);
    if let Some(frame) = &spec.window_frame {
        check(frame).map_err(refuse)?;
    }
    if native::HAVE_NO_FRAME.contains(&name) {
        spec.window_frame = None;
    }
    let ignore_nulls = null_treatment(function);
    if native::is_native(function, name, exclude, ignore_nulls) {
        return Ok(None);
    }
    let Some(kind) = kind(name) else {
        if ignore_nulls {
            return Err(refuse(&format!("{name} does not take IGNORE NULLS")));
        }
        // A rule says it in other words, and these come here again.
        if let Some(WindowType::WindowSpec(spec)) = &mut function.over {
            exclude::put(spec, exclude);
        }
        return Ok(None);
    };
    let Some(parts) = Parts::of(function, name, kind, ignore_nulls) else {
        if let Some(WindowType::WindowSpec(spec)) = &mut function.over {
            exclude::put(spec, exclude);
        }
        if ignore_nulls {
            return Err(refuse(&format!("{name} does not take IGNORE NULLS here")));
        }
        return Ok(None);
    };
    let Some(WindowType::WindowSpec(spec)) = function.over.take() else { return Ok(None) };
    framed(kind, parts, function.filter.take(), spec, exclude).map(Some)
}

/// The name of a function over frames.
fn kind(name: &str) -> Option<&'static str> {
    const SAME: &[&str] = &[
        "sum",
        "count",
        "avg",
        "min",
        "max",
        "var_pop",
        "stddev_pop",
        "covar_pop",
        "covar_samp",
        "corr",
        "quantile_cont",
        "quantile_disc",
        "first",
        "last",
        "nth_value",
        "string_agg",
        "arg_min",
        "arg_max",
        "arg_min_null",
        "arg_max_null",
        "lag",
        "lead",
    ];
    Some(match name {
        "var" => "var_samp",
        "stddev" => "stddev_samp",
        "median" => "quantile_cont",
        "array_agg" => "list",
        "first_value" | "any_value" => "first",
        "last_value" => "last",
        name => SAME.iter().find(|same| **same == name)?,
    })
}

/// Whether IGNORE NULLS was said; what was said is taken out.
fn null_treatment(function: &mut Function) -> bool {
    let mut ignore = function.null_treatment.take() == Some(NullTreatment::IgnoreNulls);
    if let FunctionArguments::List(list) = &mut function.args {
        list.clauses.retain(|clause| match clause {
            FunctionArgumentClause::IgnoreOrRespectNulls(treatment) => {
                ignore |= *treatment == NullTreatment::IgnoreNulls;
                false
            }
            _ => true,
        });
    }
    ignore
}

/// What is in the parentheses of a call.
struct Parts {
    values: Vec<Expr>,
    order_by: Vec<OrderByExpr>,
    options: Vec<String>,
}

impl Parts {
    /// None for what a frame does not take, or a rule says in other words.
    fn of(function: &Function, name: &str, kind: &str, ignore_nulls: bool) -> Option<Self> {
        if !function.within_group.is_empty() {
            return None;
        }
        let FunctionArguments::List(list) = &function.args else { return None };
        let takes_list_clauses = matches!(kind, "list" | "string_agg");
        let mut parts = Self { values: Vec::new(), order_by: Vec::new(), options: Vec::new() };
        for arg in &list.args {
            match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => parts.values.push(expr.clone()),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) if kind == "count" => {}
                _ => return None,
            }
        }
        for clause in &list.clauses {
            match clause {
                FunctionArgumentClause::OrderBy(keys) if takes_list_clauses => {
                    parts.order_by.clone_from(keys)
                }
                // The order of its rows does not change what it is.
                FunctionArgumentClause::OrderBy(_)
                    if !matches!(kind, "first" | "last" | "nth_value" | "lag" | "lead") => {}
                FunctionArgumentClause::Limit(limit) if kind == "list" => {
                    let Expr::Value(value) = bare(limit) else { return None };
                    let Value::Number(n, _) = &value.value else { return None };
                    n.parse::<u32>().ok()?;
                    parts.options.push(format!("limit:{n}"));
                }
                _ => return None,
            }
        }
        let distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
        if distinct {
            match kind {
                "sum" | "avg" | "count" | "list" | "string_agg" => parts.options.push("distinct".to_owned()),
                "min" | "max" | "arg_min" | "arg_max" => {}
                _ => return None,
            }
        }
        if ignore_nulls && !matches!(kind, "first" | "last" | "nth_value" | "lag" | "lead") {
            return None;
        }
        if ignore_nulls || name == "any_value" {
            parts.options.push("ignore".to_owned());
        }
        match kind {
            "quantile_cont" if name == "median" => parts.options.push("q:0.5".to_owned()),
            "quantile_cont" | "quantile_disc" => {
                let fraction = parts.values.pop()?.to_string();
                let is_fraction = fraction.parse::<f64>().is_ok_and(|q| (0.0..=1.0).contains(&q));
                if !is_fraction || !fraction.chars().all(|c| c.is_ascii_digit() || c == '.') {
                    return None;
                }
                parts.options.push(format!("q:{fraction}"));
            }
            "string_agg" if parts.values.len() == 1 => parts.values.push(string(",")),
            _ => {}
        }
        let arity = match kind {
            "count" => 0..=1,
            "lag" | "lead" => 1..=3,
            "nth_value" | "string_agg" | "covar_pop" | "covar_samp" | "corr" => 2..=2,
            kind if kind.starts_with("arg_") => 2..=2,
            _ => 1..=1,
        };
        arity.contains(&parts.values.len()).then_some(parts)
    }
}

/// `__frame(anchor, …, 'spec') OVER (…)`
fn framed(
    kind: &str,
    parts: Parts,
    filter: Option<Box<Expr>>,
    mut spec: WindowSpec,
    exclude: Exclude,
) -> Result<Expr> {
    let Parts { values, order_by, mut options } = parts;
    let frame = spec.window_frame.take().unwrap_or_default();
    let anchor = anchor(&values, &spec);
    let mut args = vec![anchor];
    let mut roles = String::from("a");
    let mut push = |role: char, expr: Expr| {
        roles.push(role);
        args.push(expr);
    };
    values.into_iter().for_each(|value| push('v', value));
    if let Some(filter) = filter {
        push('f', *filter);
    }
    for key in spec.order_by.iter().filter(|key| !matches!(bare(&key.expr), Expr::Value(_))) {
        size::check(&key.expr, "the ORDER BY of a window")?;
        push('k', key.expr.clone());
    }
    let is_range = frame.units == WindowFrameUnits::Range;
    let end_bound = frame.end_bound.unwrap_or(WindowFrameBound::CurrentRow);
    let mut edge = |bound: WindowFrameBound, role: char| match bound {
        WindowFrameBound::CurrentRow => "current",
        WindowFrameBound::Preceding(None) => "unbounded preceding",
        WindowFrameBound::Following(None) => "unbounded following",
        WindowFrameBound::Preceding(Some(n)) | WindowFrameBound::Following(Some(n))
            if is_range && named::is_interval(&n) =>
        {
            if named::is_within_a_day(&n) {
                options.push("hours".to_owned());
            }
            push(role.to_ascii_uppercase(), *n);
            ""
        }
        WindowFrameBound::Preceding(Some(n)) | WindowFrameBound::Following(Some(n)) => {
            push(role, *n);
            ""
        }
    };
    let side = |bound: &WindowFrameBound| match bound {
        WindowFrameBound::Following(_) => "following",
        _ => "preceding",
    };
    let (start_side, end_side) = (side(&frame.start_bound), side(&end_bound));
    let start = edge(frame.start_bound, 's');
    let end = edge(end_bound, 'e');
    let start = if start.is_empty() { start_side } else { start };
    let end = if end.is_empty() { end_side } else { end };
    for key in order_by {
        let role = match (key.options.asc, key.options.nulls_first) {
            (Some(false), Some(true)) => '4',
            (Some(false), _) => '3',
            (_, Some(true)) => '2',
            _ => '1',
        };
        push(role, key.expr);
    }
    if spec.order_by.first().is_some_and(|key| key.options.asc == Some(false)) {
        options.push("desc".to_owned());
    }
    let units = match frame.units {
        WindowFrameUnits::Rows => "rows",
        WindowFrameUnits::Range => "range",
        WindowFrameUnits::Groups => "groups",
    };
    let text = format!("{kind}|{units}|{start}|{end}|{}|{roles}|{}", exclude.word(), options.join(","));
    args.push(string(text));
    let mut new = call(NAME, args);
    if let Expr::Function(function) = &mut new {
        function.over = Some(WindowType::WindowSpec(spec));
    }
    Ok(new)
}

/// A column that is as long as the partition: a literal is not.
fn anchor(values: &[Expr], spec: &WindowSpec) -> Expr {
    let all = || {
        let keys = spec.order_by.iter().map(|key| &key.expr);
        values.iter().chain(keys).chain(&spec.partition_by)
    };
    let small = |expr: &&Expr| size::is_within(*expr, 8);
    let column = all()
        .find(|expr| matches!(bare(expr), Expr::Identifier(_) | Expr::CompoundIdentifier(_)))
        .or_else(|| all().filter(small).find(|expr| has_column(expr)));
    column.cloned().unwrap_or_else(|| {
        let mut rows = call("ROW_NUMBER", Vec::new());
        if let Expr::Function(function) = &mut rows {
            function.over = Some(WindowType::WindowSpec(WindowSpec {
                window_name: None,
                partition_by: Vec::new(),
                order_by: Vec::new(),
                window_frame: None,
            }));
        }
        // One for each row, whatever is added to it.
        Expr::BinaryOp {
            left: Box::new(rows),
            op: sqlparser::ast::BinaryOperator::Plus,
            right: Box::new(number(0)),
        }
    })
}

fn has_column(expr: &Expr) -> bool {
    struct Find(usize);

    impl Visitor for Find {
        type Break = ();

        fn pre_visit_query(&mut self, _query: &sqlparser::ast::Query) -> ControlFlow<()> {
            self.0 += 1;
            ControlFlow::Continue(())
        }

        fn post_visit_query(&mut self, _query: &sqlparser::ast::Query) -> ControlFlow<()> {
            self.0 -= 1;
            ControlFlow::Continue(())
        }

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) if self.0 == 0 => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }

    walk(expr, &mut Find(0)).is_break()
}

/// As the standard says, and `DuckDB`: a frame does not end before the kind of edge that it starts at.
fn check(frame: &WindowFrame) -> std::result::Result<(), &'static str> {
    use WindowFrameBound::{CurrentRow, Following, Preceding};
    match (&frame.start_bound, frame.end_bound.as_ref().unwrap_or(&CurrentRow)) {
        (Following(None), _) => Err("a frame cannot start at UNBOUNDED FOLLOWING"),
        (_, Preceding(None)) => Err("a frame cannot end at UNBOUNDED PRECEDING"),
        (CurrentRow, Preceding(_)) => Err("a frame that starts at CURRENT ROW cannot have preceding rows"),
        (Following(_), Preceding(_) | CurrentRow) => {
            Err("a frame that starts at a following row cannot have preceding rows")
        }
        _ => Ok(()),
    }
}
