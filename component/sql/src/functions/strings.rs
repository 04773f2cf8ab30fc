//! Text.

use sqlparser::ast::{Expr, TrimWhereField};

use super::call::{self, Call};
use super::template::{self, Context, form, scalar};
use crate::tree;
use crate::{Refusal, Result};

/// Functions of one line: `btrim(s)` → `LTRIM(RTRIM(s))`, and so on.
pub(super) fn simple(call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match (call.name.as_str(), call.args.len()) {
        ("btrim" | "trim", 1) => (1, "LTRIM(RTRIM($1))"),
        ("btrim" | "trim", _) => (2, "LTRIM(RTRIM($1, $2), $2)"),
        ("nfc_normalize", _) => (1, "NORMALIZE($1, NFC)"),
        ("strlen", _) => (1, "OCTET_LENGTH($1)"),
        ("parse_filename", 1) => (1, "REGEXP_REPLACE($1, '^.*[/\\\\]', '')"),
        ("parse_filename", _) => {
            return Err(call.refusal("takes the path only: take the name's ending off with regexp_replace"));
        }
        _ => unreachable!("not simple: {}", call.name),
    };
    call.arity(arity..=arity)?;
    scalar(template, &call.args, &call, context)
}

/// `strpos(s, t)`, `instr(s, t)`, `position(t IN s)`: a place counted in characters, where that of
/// `polars-sql` is counted in bytes → the length of what is before `t`, `LENGTH(SPLIT_PART(s, t, 1)) + 1`.
///
/// The place of '' is 1, that of what is not there 0.
pub(super) fn strpos(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    position(&call.args, &call.name, context)
}

pub(super) fn position(args: &[Expr], name: &str, context: &mut Context) -> Result<Expr> {
    let template = match tree::text(&args[1]) {
        Some("") => "CASE WHEN $1 IS NOT NULL THEN CAST(1 AS BIGINT) END",
        Some(_) => {
            "CASE WHEN STRPOS($1, $2) > 0 THEN CAST(LENGTH(SPLIT_PART($1, $2, 1)) AS BIGINT) + 1 \
             WHEN $1 IS NOT NULL THEN 0 END"
        }
        None => {
            "CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN $2 = '' THEN CAST(1 AS BIGINT) \
             WHEN STRPOS($1, $2) > 0 THEN CAST(LENGTH(SPLIT_PART($1, $2, 1)) AS BIGINT) + 1 ELSE 0 END"
        }
    };
    form(template, args, name, context)
}

/// `string_split(s, t)` → `STRING_TO_ARRAY(s, t)`; of '' always `['']`, where `polars-sql` has `[]` for an empty `t`.
///
/// A `t` that is NULL gives NULL, not `[s]`.
pub(super) fn split(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    let template = match tree::text(&call.args[1]) {
        Some(separator) if !separator.is_empty() => "STRING_TO_ARRAY($1, $2)",
        _ => "CASE WHEN $1 = '' THEN STRING_TO_ARRAY($1, ',') ELSE STRING_TO_ARRAY($1, $2) END",
    };
    scalar(template, &call.args, &call, context)
}

/// `right(s, n)`: the whole of `s` if it is shorter, which `polars-sql`'s own gets wrong →
/// `CASE WHEN LENGTH(s) <= n THEN s ELSE RIGHT(s, n) END`. `left` and `right` of 0: '' but for NULL.
pub(super) fn ends(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    let template = match (call.name.as_str(), call::integer(&call.args[1])) {
        (_, Some(0)) => "CASE WHEN $1 IS NOT NULL THEN '' END",
        ("left", Some(_)) => "LEFT($1, $2)",
        ("left", None) => "CASE WHEN $2 IS NOT NULL THEN LEFT($1, $2) END",
        (_, Some(n)) if n < 0 => "RIGHT($1, $2)",
        _ => "CASE WHEN LENGTH($1) <= $2 THEN $1 ELSE RIGHT($1, $2) END",
    };
    scalar(template, &call.args, &call, context)
}

/// `replace(s, a, b)`: `polars-sql`'s own, which replaces '' everywhere, where there is nothing to replace, and
/// takes a `b` that is NULL for none. A function of ours where `a` or `b` is not written out.
pub(super) fn replace(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(3..=3)?;
    if call.args[1..].iter().any(call::is_null) {
        return Ok(template::parse_static("CAST(NULL AS VARCHAR)"));
    }
    let is_plain = tree::text(&call.args[2]).is_some();
    let needle = tree::text(&call.args[1]).filter(|_| is_plain);
    let Some(needle) = needle else { return Ok(tree::call("__replace", call.args)) };
    if needle.is_empty() {
        return Ok(call.args.into_iter().next().unwrap_or_else(|| tree::string("")));
    }
    scalar("REPLACE($1, $2, $3)", &call.args, &call, context)
}

/// `repeat(s, n)` → a function of ours, `__repeat`. Of text; not of lists.
pub(super) fn repeat(call: Call, _context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    if call.args.iter().any(call::is_null) {
        return Ok(template::parse_static("CAST(NULL AS VARCHAR)"));
    }
    Ok(tree::call("__repeat", call.args))
}

/// `lpad(s, n, p)`, `rpad(s, n, p)`: `polars-sql`'s own, which wants a `p` of one character, written out, and a
/// length that is not negative. For other `p` a function of ours, `__lpad` or `__rpad`.
pub(super) fn pad(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=3)?;
    if let Some(fill) = call.args.get(2)
        && tree::text(fill).is_none_or(|fill| fill.chars().count() != 1)
    {
        return Ok(tree::call(if call.name == "lpad" { "__lpad" } else { "__rpad" }, call.args));
    }
    let name = if call.name == "lpad" { "LPAD" } else { "RPAD" };
    let template = if call.args.len() == 2 {
        format!("{name}($1, GREATEST($2, 0))")
    } else {
        format!("{name}($1, GREATEST($2, 0), $3)")
    };
    let template = if call::integer(&call.args[1]).is_some_and(|n| n >= 0) {
        template.replace("GREATEST($2, 0)", "$2")
    } else {
        // GREATEST skips NULLs.
        format!("CASE WHEN $2 IS NOT NULL THEN {template} END")
    };
    scalar(&template, &call.args, &call, context)
}

/// `concat_ws(s, …)`: `polars-sql`'s own, which wants a separator that is written out.
pub(super) fn concat_ws(call: Call, context: &mut Context) -> Result<Expr> {
    if call.args.len() < 2 {
        return Err(call.wrong_arguments());
    }
    if tree::text(&call.args[0]).is_none() {
        return Err(call.refusal("takes a separator that is written out: join with || instead"));
    }
    let _ = context;
    Ok(tree::call("CONCAT_WS", parts(call.args)))
}

/// `concat(x, …)`: `polars-sql`'s own, of the text that `DuckDB` makes of the values.
pub(super) fn concat(call: Call, _context: &mut Context) -> Result<Expr> {
    Ok(tree::call("CONCAT", parts(call.args)))
}

fn parts(mut args: Vec<Expr>) -> Vec<Expr> {
    args.iter_mut().for_each(super::implicit::part);
    args
}

/// `TRIM(BOTH c FROM s)`, `TRIM(s, c)` → `LTRIM(RTRIM(s, c), c)`.
pub(super) fn trim(expr: &Expr, context: &mut Context) -> Result<Option<Expr>> {
    let Expr::Trim { trim_where, trim_what, expr, trim_characters } = expr else { return Ok(None) };
    let what = match (trim_what, trim_characters.as_deref()) {
        (Some(what), None) => (**what).clone(),
        (None, Some([what])) => what.clone(),
        _ => return Ok(None),
    };
    let template = match trim_where {
        None | Some(TrimWhereField::Both) => "LTRIM(RTRIM($1, $2), $2)",
        Some(TrimWhereField::Leading) => "LTRIM($1, $2)",
        Some(TrimWhereField::Trailing) => "RTRIM($1, $2)",
    };
    form(template, &[(**expr).clone(), what], "TRIM", context).map(Some)
}

/// `substring(s, -k)`, `substring(s, -k, m)`: counts from the end, as in `DuckDB` →
/// `SUBSTRING(s, LENGTH(s) - k + 1, m)`. Other starts are `polars-sql`'s own.
///
/// The start is an integer, written out, if it is negative; a start that is computed counts from the
/// beginning, as in `PostgreSQL`. A negative length is refused.
pub(super) fn substring_form(expr: &Expr, context: &mut Context) -> Result<Option<Expr>> {
    let Expr::Substring { expr: text, substring_from: Some(from), substring_for, .. } = expr else {
        return Ok(None);
    };
    if substring_for.as_deref().and_then(call::integer).is_some_and(|length| length < 0) {
        return Err(Refusal {
            message: "SUBSTRING with a negative length is not supported".into(),
            span: None,
        });
    }
    let Some(start) = call::integer(from).filter(|&start| start < 0) else { return Ok(None) };
    let mut args = vec![(**text).clone(), tree::number(-start - 1)];
    let new = match substring_for {
        // A start before the first character is the first character.
        None => form(
            "SUBSTRING($1, GREATEST(CAST(LENGTH($1) AS BIGINT) - $2, 1), LENGTH($1))",
            &args,
            "SUBSTRING",
            context,
        )?,
        Some(length) => {
            args.push((**length).clone());
            form("SUBSTRING($1, CAST(LENGTH($1) AS BIGINT) - $2, $3)", &args, "SUBSTRING", context)?
        }
    };
    Ok(Some(new))
}
