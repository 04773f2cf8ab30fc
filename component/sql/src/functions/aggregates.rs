//! Aggregates in terms of SUM, COUNT, MIN, MAX, AVG, FIRST and ARRAY_AGG.
//!
//! FILTER goes to every aggregate in the result, and so does OVER ([`crate::windows`]).

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{CaseWhen, Expr, OrderByExpr};

use super::call::{self, Call};
use super::template::{self, Context, aggregate};
use crate::{Result, size, tree};

/// A constant that is gathered in an order, `first('x' ORDER BY k)`, gets the height of the order: `CASE WHEN k IS NULL
/// THEN 'x' ELSE 'x' END`. The engine would gather the rows of a group from a column of one row.
pub(super) fn spread(call: &mut Call) -> Result<()> {
    let by = match call.order_by.first() {
        Some(key) => Some(key.expr.clone()),
        None if call.name.starts_with("arg_")
            || matches!(call.name.as_str(), "argmax" | "argmin" | "max_by" | "min_by") =>
        {
            call.args.get(1).cloned()
        }
        None => None,
    };
    let Some(by) = by.filter(tree::has_column) else { return Ok(()) };
    let Some(value) = call.args.first_mut().filter(|value| !tree::has_column(value)) else { return Ok(()) };
    if matches!(value, Expr::Wildcard(_)) {
        return Ok(());
    }
    size::check(&by, "ORDER BY")?;
    size::check(value, "an aggregate with ORDER BY")?;
    *value = Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition: Expr::IsNull(Box::new(by)), result: value.clone() }],
        else_result: Some(Box::new(value.clone())),
    };
    Ok(())
}

/// `any_value(x)`: the first value that is not NULL → `FIRST(x) FILTER (WHERE x IS NOT NULL)`.
///
/// With OVER the first of the frame ([`crate::windows`]).
pub(super) fn any_value(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    if call.over.is_some() {
        return Err(call.refusal("(DISTINCT …) with OVER is not supported: write MIN(…) OVER (…)"));
    }
    call.distinct = false;
    if call.order_by.is_empty() {
        return aggregate("FIRST($1) FILTER (WHERE $1 IS NOT NULL)", &call.args, &call, context);
    }
    let keys = keys(&call.order_by);
    let template =
        format!("ARRAY_GET(ARRAY_AGG($1 {} LIMIT 1) FILTER (WHERE $1 IS NOT NULL), 1)", keys.sql(2));
    aggregate(&template, &keys.after(&call.args), &call, context)
}

/// `first(x ORDER BY k)` → `ARRAY_GET(ARRAY_AGG(x ORDER BY k LIMIT 1), 1)`; without ORDER BY, FIRST.
pub(super) fn first(call: Call, context: &mut Context) -> Result<Expr> {
    end_of_group(call, context, "FIRST($1)", " LIMIT 1", "1")
}

/// `last(x ORDER BY k)` → `ARRAY_GET(ARRAY_AGG(x ORDER BY k), -1)`; without ORDER BY, LAST.
pub(super) fn last(call: Call, context: &mut Context) -> Result<Expr> {
    end_of_group(call, context, "LAST($1)", "", "-1")
}

fn end_of_group(call: Call, context: &mut Context, plain: &str, limit: &str, place: &str) -> Result<Expr> {
    call.arity(1..=1)?;
    call.no_distinct()?;
    if call.order_by.is_empty() {
        return aggregate(plain, &call.args, &call, context);
    }
    let keys = keys(&call.order_by);
    let template = format!("ARRAY_GET(ARRAY_AGG($1 {}{limit}), {place})", keys.sql(2));
    aggregate(&template, &keys.after(&call.args), &call, context)
}

/// `arg_min(a, b)`, `min_by(a, b)`: `a` in the row with the least `b`; rows where either is NULL do not
/// count → `ARRAY_GET(ARRAY_AGG(a ORDER BY b LIMIT 1) FILTER (WHERE a IS NOT NULL AND b IS NOT NULL), 1)`.
/// `arg_min(a, b, n)`: the list of `n` of them.
///
/// Of rows with an equal `b`, any one is taken (`DuckDB`: the first that it reads).
pub(super) fn arg_min(call: Call, context: &mut Context) -> Result<Expr> {
    extreme_by(call, context, "", true)
}

/// `arg_max(a, b)`, `max_by(a, b)`: as `arg_min`, from the other end. NaN is the greatest.
pub(super) fn arg_max(call: Call, context: &mut Context) -> Result<Expr> {
    extreme_by(call, context, " DESC", true)
}

/// `arg_min_null(a, b)`: as `arg_min`, with rows where `a` is NULL.
pub(super) fn arg_min_null(call: Call, context: &mut Context) -> Result<Expr> {
    extreme_by(call, context, "", false)
}

/// `arg_max_null(a, b)`: as `arg_max`, with rows where `a` is NULL.
pub(super) fn arg_max_null(call: Call, context: &mut Context) -> Result<Expr> {
    extreme_by(call, context, " DESC", false)
}

fn extreme_by(mut call: Call, context: &mut Context, desc: &str, skip: bool) -> Result<Expr> {
    call.arity(if skip { 2..=3 } else { 2..=2 })?;
    if matches!(call.args[1], Expr::Tuple(_)) {
        return Err(call.refusal("takes one value to compare by, not a row"));
    }
    call.distinct = false;
    call.drop_order();
    let many = call.args.len() == 3;
    let limit = if many { count_argument(&call, 2)? } else { 1 };
    if call.over.is_some() && !many {
        // FILTER does not go with OVER: what does not count comes last, as a NULL.
        let mut args = call.args.clone();
        let mut counts =
            String::from(if skip { "$1 IS NOT NULL AND $2 IS NOT NULL" } else { "$2 IS NOT NULL" });
        if let Some(filter) = call.filter.take() {
            args.push(*filter);
            counts += " AND COALESCE($3, FALSE)";
        }
        let template = format!(
            "ARRAY_GET(ARRAY_AGG(CASE WHEN {counts} THEN $1 END ORDER BY {counts} DESC, $2{desc} LIMIT 1), 1)"
        );
        return aggregate(&template, &args, &call, context);
    }
    let counts = if skip { "$1 IS NOT NULL AND $2 IS NOT NULL" } else { "$2 IS NOT NULL" };
    let list = format!("ARRAY_AGG($1 ORDER BY $2{desc} LIMIT {limit}) FILTER (WHERE {counts})");
    let template = if many { list } else { format!("ARRAY_GET({list}, 1)") };
    aggregate(&template, &call.args, &call, context)
}

/// `min(x, n)`: the list of the `n` least values → `ARRAY_AGG(x ORDER BY x LIMIT n) FILTER (WHERE x IS
/// NOT NULL)`. With one argument, `polars-sql`'s own MIN.
pub(super) fn min(call: Call, context: &mut Context) -> Result<Expr> {
    extremes(call, context, "MIN($1)", "")
}

/// `max(x, n)`: as `min(x, n)`, from the other end. With one argument, `polars-sql`'s own MAX.
pub(super) fn max(call: Call, context: &mut Context) -> Result<Expr> {
    extremes(call, context, "MAX($1)", " DESC")
}

fn extremes(mut call: Call, context: &mut Context, plain: &str, desc: &str) -> Result<Expr> {
    call.arity(1..=2)?;
    call.drop_order();
    if call.args.len() == 1 {
        call.distinct = false;
        return aggregate(plain, &call.args, &call, context);
    }
    call.no_distinct()?;
    let limit = count_argument(&call, 1)?;
    let template = format!("ARRAY_AGG($1 ORDER BY $1{desc} LIMIT {limit}) FILTER (WHERE $1 IS NOT NULL)");
    aggregate(&template, &call.args, &call, context)
}

fn count_argument(call: &Call, place: usize) -> Result<i64> {
    match call::integer(&call.args[place]) {
        Some(n) if n > 0 => Ok(n),
        _ => Err(call.refusal("takes as its number of values a positive integer, written out")),
    }
}

/// `bool_and(x)`, `every(x)` → `MIN(CAST(x AS BOOLEAN))`: FALSE is less than TRUE.
pub(super) fn bool_and(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    call.drop_order();
    aggregate("MIN(CAST($1 AS BOOLEAN))", &call.args, &call, context)
}

/// `bool_or(x)` → `MAX(CAST(x AS BOOLEAN))`.
pub(super) fn bool_or(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    call.drop_order();
    aggregate("MAX(CAST($1 AS BOOLEAN))", &call.args, &call, context)
}

/// `count(DISTINCT (a, b))` → `COUNT(DISTINCT row(a, b))`: a row is a value even if all in it is NULL.
/// Other counts are `polars-sql`'s own.
pub(super) fn count(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.drop_order();
    if call.wildcard || call.args.is_empty() {
        call.no_distinct()?;
        return aggregate("COUNT(*)", &[], &call, context);
    }
    if call.args.len() > 1 {
        return Err(call.refusal("takes one value: write COUNT(DISTINCT (a, b)) for pairs"));
    }
    if let Expr::Tuple(values) = &mut call.args[0] {
        let row = tree::call("row", std::mem::take(values));
        call.args[0] = row;
    }
    aggregate(if call.distinct { "COUNT(DISTINCT $1)" } else { "COUNT($1)" }, &call.args, &call, context)
}

/// `count_if(c)`, `countif(c)` → `SUM(CAST(CAST(c AS BOOLEAN) AS BIGINT))`, which is NULL if there is nothing to count, as in
/// `DuckDB`.
pub(super) fn count_if(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    call.drop_order();
    let template = if call.distinct {
        "SUM(DISTINCT CAST(CAST($1 AS BOOLEAN) AS BIGINT))"
    } else {
        "SUM(CAST(CAST($1 AS BOOLEAN) AS BIGINT))"
    };
    aggregate(template, &call.args, &call, context)
}

/// `approx_count_distinct(x)` → `COUNT(DISTINCT x)`: exact, so that it may differ from `DuckDB`'s guess.
pub(super) fn approx_count_distinct(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    call.drop_order();
    aggregate("COUNT(DISTINCT $1)", &call.args, &call, context)
}

/// `list(x ORDER BY k)`, `array_agg(x ORDER BY k)` → `ARRAY_AGG`. NULLs come last unless the order says
/// otherwise, as in `DuckDB`.
pub(super) fn list(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    let distinct = if call.distinct { "DISTINCT " } else { "" };
    if call.distinct && call.order_by.len() == 1 && call.order_by[0].expr == call.args[0] {
        let template = format!("ARRAY_AGG(DISTINCT $1 ORDER BY $1{})", options(&call.order_by[0]));
        return aggregate(&template, &call.args, &call, context);
    }
    if call.distinct && !call.order_by.is_empty() {
        return Err(call.refusal("with DISTINCT is ordered by its own argument only"));
    }
    let limit = match call.limit.as_ref().map(|limit| (call::integer(limit), limit)) {
        None => String::new(),
        Some((Some(n), _)) if n >= 0 => format!(" LIMIT {n}"),
        Some(_) => return Err(call.refusal("takes a LIMIT that is written out")),
    };
    let keys = keys(&call.order_by);
    let template = format!("ARRAY_AGG({distinct}$1 {}{limit})", keys.sql(2));
    aggregate(&template, &keys.after(&call.args), &call, context)
}

/// `string_agg(x, s ORDER BY k)`, `listagg`, `group_concat` → `STRING_AGG`; NULLs in the order as for lists.
pub(super) fn string_agg(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=2)?;
    if !call.within_group.is_empty() {
        // LISTAGG(x, s) WITHIN GROUP (ORDER BY k) is the standard's way to write the order.
        call.order_by = std::mem::take(&mut call.within_group);
    }
    if call.args.len() == 1 {
        call.args.push(tree::string(","));
    }
    if call.distinct
        && !(call.order_by.is_empty() || call.order_by.len() == 1 && call.order_by[0].expr == call.args[0])
    {
        return Err(call.refusal("with DISTINCT is ordered by its own argument only"));
    }
    let distinct = if call.distinct { "DISTINCT " } else { "" };
    let keys = keys(&call.order_by);
    let template = format!("STRING_AGG({distinct}$1, $2 {})", keys.sql(3));
    aggregate(&template, &keys.after(&call.args), &call, context)
}

/// `mode(x)`, `mode() WITHIN GROUP (ORDER BY x)` → `list_mode(ARRAY_AGG(x))`; likewise `product`,
/// `histogram`, `entropy`, `skewness`, `kurtosis`, `kurtosis_pop`, `mad`, `bit_and`, `bit_or` and `bit_xor`:
/// a scalar function of ours takes the list of the group. NULLs do not count in any of them.
pub(super) fn through_list(mut call: Call, context: &mut Context) -> Result<Expr> {
    if call.name == "mode" && call.args.is_empty() && call.within_group.len() == 1 {
        let key = call.within_group.remove(0);
        if key.options.asc == Some(false) {
            return Err(call.refusal("with a descending order is not supported"));
        }
        // Of several modes the first in the order is taken.
        call.args.push(key.expr.clone());
        call.order_by.push(key);
    }
    call.arity(1..=1)?;
    let name = format!("list_{}", call.name);
    let distinct = if call.distinct { "DISTINCT " } else { "" };
    if call.over.is_some()
        && let Some(filter) = call.filter.take()
    {
        call.args.push(*filter);
        let template = format!("{name}(ARRAY_AGG({distinct}CASE WHEN $2 THEN $1 END))");
        return aggregate(&template, &call.args, &call, context);
    }
    let keys = keys(&call.order_by);
    let mut template = format!("{name}(ARRAY_AGG({distinct}$1 {}))", keys.sql(2));
    if call.name == "entropy" {
        // That of nothing is 0.
        template = format!("COALESCE({template}, CAST(0 AS DOUBLE))");
    }
    aggregate(&template, &keys.after(&call.args), &call, context)
}

/// `quantile_cont(x, q)`, `percentile_cont(q) WITHIN GROUP (ORDER BY x)` → `QUANTILE_CONT(x, q)`; with a
/// list of `q`, the list of the quantiles. A descending order counts from the other end.
///
/// `q` is written out, from 0 to 1. A quantile of decimals is a DOUBLE, where `DuckDB` has a decimal; one
/// between two timestamps may be a microsecond less.
pub(super) fn quantile_cont(call: Call, context: &mut Context) -> Result<Expr> {
    quantiles(call, context, |call, args, q, desc, context| {
        call.no_distinct()?;
        let q = if desc { complement(&q) } else { q };
        aggregate(&format!("QUANTILE_CONT($1, {q})"), args, call, context)
    })
}

/// `quantile_disc(x, q)`, `quantile(x, q)`, `percentile_disc(q) WITHIN GROUP (ORDER BY x)`: the value at
/// place `n - floor(n - q·n)` of the `n` values in order, of any type that has an order →
/// `ARRAY_GET(ARRAY_AGG(x ORDER BY x) FILTER (WHERE x IS NOT NULL), …)`.
///
/// `q` is written out, from 0 to 1.
pub(super) fn quantile_disc(call: Call, context: &mut Context) -> Result<Expr> {
    quantiles(call, context, |call, args, q, desc, context| {
        let desc = if desc { " DESC" } else { "" };
        let distinct = if call.distinct { "DISTINCT " } else { "" };
        let count = format!("COUNT({distinct}$1)");
        // In integers, as the fraction is exact: n - floor(n - q·n).
        let digits = q.split_once('.').map_or("", |(_, digits)| digits).trim_end_matches('0');
        if digits.len() > 9 {
            return Err(call.refusal("takes a fraction of at most 9 digits"));
        }
        let scale = 10_i64.pow(u32::try_from(digits.len()).unwrap_or(0));
        let whole = if q.trim_start_matches('0').starts_with('1') { scale } else { 0 };
        let rest = scale - whole - digits.parse::<i64>().unwrap_or(0);
        let place = format!("GREATEST(1, {count} - {count} * {rest} // {scale})");
        let list = if call.over.is_some() {
            // FILTER does not go with OVER: NULLs are last and behind the place.
            if call.filter.is_some() {
                return Err(call.refusal("with FILTER and OVER together is not supported"));
            }
            format!("ARRAY_AGG({distinct}$1 ORDER BY $1{desc} NULLS LAST)")
        } else {
            format!("ARRAY_AGG({distinct}$1 ORDER BY $1{desc}) FILTER (WHERE $1 IS NOT NULL)")
        };
        aggregate(&format!("ARRAY_GET({list}, {place})"), args, call, context)
    })
}

type Quantile = fn(&Call, &[Expr], String, bool, &mut Context) -> Result<Expr>;

fn quantiles(mut call: Call, context: &mut Context, one: Quantile) -> Result<Expr> {
    let mut desc = false;
    if let [key] = call.within_group.as_slice()
        && call.args.len() == 1
    {
        desc = key.options.asc == Some(false);
        call.args.insert(0, key.expr.clone());
        call.within_group.clear();
    }
    call.arity(2..=2)?;
    call.no_order()?;
    let value = &call.args[..1];
    let (fractions, is_list) = match &call.args[1] {
        Expr::Array(list) => (list.elem.as_slice(), true),
        _ => (&call.args[1..], false),
    };
    let mut results = Vec::new();
    for fraction in fractions {
        let q = fraction_of(&call, fraction)?;
        results.push(one(&call, value, q, desc, context)?);
    }
    if !is_list {
        return Ok(results.remove(0));
    }
    // Nothing has no quantiles: NULL, not a list of NULLs.
    let count = aggregate("COUNT($1)", value, &call, context)?;
    let list = tree::call("list_value", results);
    template::scalar("CASE WHEN $1 > 0 THEN $2 END", &[count, list], &call, context)
}

/// A number from 0 to 1 as it is written.
fn fraction_of(call: &Call, expr: &Expr) -> Result<String> {
    let text = expr.to_string();
    match text.parse::<f64>() {
        Ok(q) if (0.0..=1.0).contains(&q) && !text.contains(['e', 'E', '-', '+']) => Ok(text),
        _ => Err(call.refusal("takes as its fraction a number from 0 to 1, written out")),
    }
}

/// `1 - q`, exactly.
fn complement(q: &str) -> String {
    let digits = q.split_once('.').map_or("", |(_, digits)| digits);
    if digits.is_empty() || digits.len() > 18 {
        return (1.0 - q.parse::<f64>().unwrap_or(0.0)).to_string();
    }
    let scale = 10_i64.pow(u32::try_from(digits.len()).unwrap_or(0));
    let whole = if q.starts_with('1') { scale } else { 0 };
    let rest = scale - whole - digits.parse::<i64>().unwrap_or(0);
    format!("{}.{:0width$}", rest / scale, rest % scale, width = digits.len())
}

/// `median(x)` → MEDIAN, polars-sql's own; with DISTINCT refused.
pub(super) fn median(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(1..=1)?;
    call.no_distinct()?;
    call.drop_order();
    aggregate("MEDIAN($1)", &call.args, &call, context)
}

/// `var_pop(x)` → `COVAR_POP(x, x)`, of DOUBLEs; `stddev_pop`, `sem` and the `regr_` functions follow
/// from it. Two-column forms count the rows where both are there.
///
/// Not with DISTINCT.
pub(super) fn moments(mut call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match call.name.as_str() {
        "var_pop" => (1, "COVAR_POP(CAST($1 AS DOUBLE), CAST($1 AS DOUBLE))"),
        "stddev_pop" => (1, "SQRT(COVAR_POP(CAST($1 AS DOUBLE), CAST($1 AS DOUBLE)))"),
        "sem" => (1, "SQRT(COVAR_POP(CAST($1 AS DOUBLE), CAST($1 AS DOUBLE))) / SQRT(COUNT($1))"),
        "regr_count" => (2, "COUNT(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 1 END)"),
        "regr_avgx" => (2, "AVG(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END)"),
        "regr_avgy" => (2, "AVG(CASE WHEN $2 IS NOT NULL THEN CAST($1 AS DOUBLE) END)"),
        "regr_sxy" => (
            2,
            "COUNT(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 1 END) * \
             COVAR_POP(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE))",
        ),
        "regr_sxx" => (
            2,
            "COUNT(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 1 END) * \
             COVAR_POP(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END, CAST($2 AS DOUBLE))",
        ),
        "regr_syy" => (
            2,
            "COUNT(CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN 1 END) * \
             COVAR_POP(CASE WHEN $2 IS NOT NULL THEN CAST($1 AS DOUBLE) END, CAST($1 AS DOUBLE))",
        ),
        "regr_slope" => (
            2,
            "COVAR_POP(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE)) / \
             COVAR_POP(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END, CAST($2 AS DOUBLE))",
        ),
        "regr_intercept" => (
            2,
            "AVG(CASE WHEN $2 IS NOT NULL THEN CAST($1 AS DOUBLE) END) - \
             COVAR_POP(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE)) / \
             NULLIF(COVAR_POP(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END, CAST($2 AS DOUBLE)), 0) * \
             AVG(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END)",
        ),
        "regr_r2" => (
            2,
            "CASE WHEN COVAR_POP(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END, CAST($2 AS DOUBLE)) = 0 \
             THEN NULL \
             WHEN COVAR_POP(CASE WHEN $2 IS NOT NULL THEN CAST($1 AS DOUBLE) END, CAST($1 AS DOUBLE)) = 0 THEN 1.0 \
             ELSE POW(COVAR_POP(CAST($1 AS DOUBLE), CAST($2 AS DOUBLE)), 2) / \
             (COVAR_POP(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END, CAST($2 AS DOUBLE)) * \
             COVAR_POP(CASE WHEN $2 IS NOT NULL THEN CAST($1 AS DOUBLE) END, CAST($1 AS DOUBLE))) END",
        ),
        _ => unreachable!("not a moment: {}", call.name),
    };
    call.arity(arity..=arity)?;
    call.no_distinct()?;
    call.drop_order();
    aggregate(template, &call.args, &call, context)
}

/// `favg(x)` → `AVG`; `fsum(x)`, `kahan_sum(x)`, `sumkahan(x)` → `SUM` of DOUBLEs (the last digit may differ);
/// `geomean(x)` → `EXP(AVG(LN(x)))`; `weighted_avg(x, w)` → the weighted sum over the sum of the weights.
pub(super) fn means(mut call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match call.name.as_str() {
        "favg" => (1, "AVG($1)"),
        "fsum" | "kahan_sum" | "sumkahan" => (1, "SUM(CAST($1 AS DOUBLE))"),
        "geomean" | "geometric_mean" => (1, "EXP(AVG(LN(CAST($1 AS DOUBLE))))"),
        "weighted_avg" | "wavg" => {
            (2, "SUM(CAST($1 AS DOUBLE) * $2) / SUM(CASE WHEN $1 IS NOT NULL THEN CAST($2 AS DOUBLE) END)")
        }
        _ => unreachable!("not a mean: {}", call.name),
    };
    call.arity(arity..=arity)?;
    call.no_distinct()?;
    call.drop_order();
    aggregate(template, &call.args, &call, context)
}

/// The keys of an ORDER BY within a call, as arguments of a template.
struct Keys<'a>(&'a [OrderByExpr]);

fn keys(order_by: &[OrderByExpr]) -> Keys<'_> {
    Keys(order_by)
}

impl Keys<'_> {
    /// `ORDER BY $n …, $n+1 …`, or nothing.
    fn sql(&self, first: usize) -> String {
        let keys: Vec<String> =
            self.0.iter().enumerate().map(|(n, key)| format!("${}{}", first + n, options(key))).collect();
        if keys.is_empty() { String::new() } else { format!("ORDER BY {}", keys.join(", ")) }
    }

    /// `args` and the keys.
    fn after(&self, args: &[Expr]) -> Vec<Expr> {
        args.iter().cloned().chain(self.0.iter().map(|key| key.expr.clone())).collect()
    }
}

/// The direction of a key, with the place of NULLs written out: last in `DuckDB`, whatever the direction.
fn options(key: &OrderByExpr) -> &'static str {
    match (key.options.asc, key.options.nulls_first) {
        (Some(false), Some(true)) => " DESC NULLS FIRST",
        (Some(false), _) => " DESC NULLS LAST",
        (_, Some(true)) => " ASC NULLS FIRST",
        _ => " ASC NULLS LAST",
    }
}
