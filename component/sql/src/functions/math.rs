//! Numbers.

use sqlparser::ast::Expr;

use super::call::{self, Call};
use super::template::{Context, scalar};
use crate::Result;

/// `log(x)` → `LOG10(x)`; `log(b, x)` → `LOG(x, b)`: in `polars-sql` the base comes last.
pub(super) fn log(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=2)?;
    scalar(
        if call.args.len() == 1 { "LOG10($1)" } else { "LOG(CAST($2 AS DOUBLE), CAST($1 AS DOUBLE))" },
        &call.args,
        &call,
        context,
    )
}

/// `pow(x, y)` → of DOUBLEs, as in `DuckDB`: the power of two integers overflows, and is none if `y < 0`.
pub(super) fn pow(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    scalar("POW(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE))", &call.args, &call, context)
}

/// `round(x)`, `round(x, n)` are `polars-sql`'s own; with a negative `n`, `round_to(x, n)`, a scalar
/// function of ours. What lies halfway goes away from zero, of floats too.
pub(super) fn round(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=2)?;
    let template = match call.args.get(1).map(call::integer) {
        None => "ROUND($1)",
        Some(Some(n)) if n >= 0 => "ROUND($1, $2)",
        Some(_) => "round_to($1, $2)",
    };
    scalar(template, &call.args, &call, context)
}

/// Functions of one line: `isnan(x)` → `x = CAST('NaN' AS DOUBLE)` (NaN equals NaN in `polars-sql`), and so on.
pub(super) fn simple(call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match call.name.as_str() {
        "isnan" => (1, "CAST($1 AS DOUBLE) = CAST('NaN' AS DOUBLE)"),
        "isinf" => (1, "ABS(CAST($1 AS DOUBLE)) = CAST('inf' AS DOUBLE)"),
        "isfinite" => (1, "ABS(CAST($1 AS DOUBLE)) < CAST('inf' AS DOUBLE)"),
        "even" => (1, "SIGN(CAST($1 AS DOUBLE)) * CEIL(ABS(CAST($1 AS DOUBLE)) / 2) * 2"),
        "fdiv" => (2, "FLOOR(CAST($1 AS DOUBLE) / CAST($2 AS DOUBLE))"),
        "fmod" => {
            (2, "CAST($1 AS DOUBLE) - CAST($2 AS DOUBLE) * FLOOR(CAST($1 AS DOUBLE) / CAST($2 AS DOUBLE))")
        }
        "add" => (2, "$1 + $2"),
        "subtract" => (2, "$1 - $2"),
        "multiply" => (2, "$1 * $2"),
        "iff" => (3, "CASE WHEN $1 THEN $2 ELSE $3 END"),
        "nvl2" => (3, "CASE WHEN $1 IS NOT NULL THEN $2 ELSE $3 END"),
        _ => unreachable!("not simple: {}", call.name),
    };
    call.arity(arity..=arity)?;
    scalar(template, &call.args, &call, context)
}

/// `random()` → `random(ROW_NUMBER() OVER ())`: a scalar function of ours, which must be told how many
/// rows there are. The argument is not read.
pub(super) fn random(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(0..=0)?;
    let name = if matches!(call.name.as_str(), "random" | "rand") { "random" } else { "uuid" };
    scalar(&format!("{name}(ROW_NUMBER() OVER ())"), &[], &call, context)
}

/// `greatest(x, …)` → a function of ours, `__greatest`, for which NaN is the greatest. `polars-sql`'s own skips it.
pub(super) fn greatest(call: Call, _context: &mut Context) -> Result<Expr> {
    if call.args.is_empty() {
        return Err(call.wrong_arguments());
    }
    Ok(crate::tree::call("__greatest", call.args))
}
