//! Patterns that the engine does not have, as regular expressions of a whole string.
//!
//! | form | becomes |
//! |---|---|
//! | `a LIKE '10!%' ESCAPE '!'` | `REGEXP_LIKE(a, '^(?s:10%)$')`, more or less |
//! | `a LIKE b`, `a ILIKE b` | a function of ours, `__like(a, b)` |
//! | `a LIKE ANY ('x%', 'y%')` | `a LIKE 'x%' OR a LIKE 'y%'` |
//! | `a SIMILAR TO 'x\|y'`, `a ~ 'x\|y'` | `REGEXP_LIKE(a, '\A(?:x\|y)\z')` |
//! | `a GLOB 'x*[0-9]'` | `REGEXP_LIKE(a, '\A(?s:x.*[0-9])\z')` |
//!
//! `~` is DuckDB's, which matches the whole string; in Postgres it finds a part of it. `~*` stays as it is
//! in Postgres. Not covered: `ESCAPE` and `GLOB` with a pattern that is not a literal.

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Value, ValueWithSpan,
};

use super::{any_of, bare, binary, not, string, take, text};
use crate::tree::call;
use crate::{Refusal, Result, size};

pub fn rewrite(expr: &mut Expr) -> Result<()> {
    *expr = match expr {
        Expr::Like { negated, any: false, expr: value, pattern, escape_char: Some(escape) } => {
            like(value, pattern, escape, *negated, "(?s)")?
        }
        Expr::ILike { negated, any: false, expr: value, pattern, escape_char: Some(escape) } => {
            like(value, pattern, escape, *negated, "(?is)")?
        }
        Expr::Like { negated, any: true, expr: value, pattern, escape_char: None } => {
            any(value, pattern, *negated, false)?
        }
        Expr::ILike { negated, any: true, expr: value, pattern, escape_char: None } => {
            any(value, pattern, *negated, true)?
        }
        Expr::Like { negated, any: false, expr: value, pattern, escape_char: None } if !is_text(pattern) => {
            maybe_not(call("__like", vec![take(value), take(pattern)]), *negated)
        }
        Expr::ILike { negated, any: false, expr: value, pattern, escape_char: None } if !is_text(pattern) => {
            maybe_not(call("__ilike", vec![take(value), take(pattern)]), *negated)
        }
        Expr::SimilarTo { negated, expr: value, pattern, escape_char } => {
            if let Some(escape) = escape_char {
                return Err(Refusal::new(
                    "SIMILAR TO has no ESCAPE; escape with a backslash, as in regular expressions",
                )
                .at_span(escape.span));
            }
            maybe_not(whole(take(value), take(pattern)), *negated)
        }
        Expr::BinaryOp {
            left,
            op: op @ (BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexNotMatch),
            right,
        } => {
            let negated = matches!(op, BinaryOperator::PGRegexNotMatch);
            maybe_not(whole(take(left), take(right)), negated)
        }
        Expr::Function(function) if function.name.to_string() == "__glob" => {
            let FunctionArguments::List(list) = &mut function.args else { return Ok(()) };
            let [
                FunctionArg::Unnamed(FunctionArgExpr::Expr(value)),
                FunctionArg::Unnamed(FunctionArgExpr::Expr(pattern)),
            ] = &mut list.args[..]
            else {
                return Ok(());
            };
            let Some(glob) = text(pattern) else {
                return Err(Refusal::new(
                    "GLOB takes a literal pattern; use LIKE or REGEXP_MATCHES for others",
                )
                .at(pattern));
            };
            call("REGEXP_LIKE", vec![take(value), string(from_glob(glob))])
        }
        _ => return Ok(()),
    };
    Ok(())
}

fn is_text(pattern: &Expr) -> bool {
    text(pattern).is_some()
}

fn maybe_not(expr: Expr, negated: bool) -> Expr {
    if negated { not(expr) } else { expr }
}

fn whole(value: Expr, pattern: Expr) -> Expr {
    let pattern = match text(&pattern) {
        Some(text) => string(format!(r"\A(?:{text})\z")),
        None => {
            let start = binary(string(r"\A(?:"), BinaryOperator::StringConcat, super::nested(pattern));
            binary(start, BinaryOperator::StringConcat, string(r")\z"))
        }
    };
    call("REGEXP_LIKE", vec![value, pattern])
}

fn like(
    value: &mut Expr,
    pattern: &Expr,
    escape: &ValueWithSpan,
    negated: bool,
    flags: &str,
) -> Result<Expr> {
    let refuse = |message: &str| Refusal::new(message).at_span(escape.span);
    let escape = match &escape.value {
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => text.as_str(),
        _ => return Err(refuse("ESCAPE takes one character, in quotes")),
    };
    let mut chars = escape.chars();
    let escape = chars.next();
    if chars.next().is_some() {
        return Err(refuse("ESCAPE takes one character, in quotes"));
    }
    let Some(text) = text(pattern) else {
        return Err(refuse("LIKE with ESCAPE takes a literal pattern; use REGEXP_MATCHES for others"));
    };
    let mut regex = format!(r"{flags}\A");
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if Some(c) == escape => match chars.next() {
                Some(next) => push_literal(&mut regex, next),
                None => return Err(refuse("the pattern of LIKE ends with its ESCAPE character")),
            },
            '%' => regex.push_str(".*"),
            '_' => regex.push('.'),
            c => push_literal(&mut regex, c),
        }
    }
    regex.push_str(r"\z");
    Ok(maybe_not(call("REGEXP_LIKE", vec![take(value), string(regex)]), negated))
}

/// `NOT LIKE ANY` is true where one of the patterns does not match.
fn any(value: &Expr, patterns: &Expr, negated: bool, ignore_case: bool) -> Result<Expr> {
    let patterns = match bare(patterns) {
        Expr::Tuple(patterns) => patterns.clone(),
        Expr::Array(array) => array.elem.clone(),
        one => vec![one.clone()],
    };
    size::check(value, "LIKE ANY")?;
    let each = patterns.into_iter().map(|pattern| {
        if text(&pattern).is_none() {
            return Err(Refusal::new("LIKE ANY takes a list of literal patterns").at(&pattern));
        }
        let (expr, pattern) = (Box::new(value.clone()), Box::new(pattern));
        Ok(if ignore_case {
            Expr::ILike { negated, any: false, expr, pattern, escape_char: None }
        } else {
            Expr::Like { negated, any: false, expr, pattern, escape_char: None }
        })
    });
    let each = each.collect::<Result<Vec<_>>>()?;
    any_of(each)
        .map(|any| Expr::Nested(Box::new(any)))
        .ok_or_else(|| Refusal::new("LIKE ANY takes a list of patterns"))
}

fn push_literal(regex: &mut String, c: char) {
    if r"\.+*?()|[]{}^$#&-~".contains(c) {
        regex.push('\\');
    }
    regex.push(c);
}

fn from_glob(glob: &str) -> String {
    let mut regex = r"(?s)\A".to_owned();
    let mut chars = glob.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' => regex.push_str(".*"),
            '?' => regex.push('.'),
            '\\' => push_literal(&mut regex, chars.next().unwrap_or('\\')),
            '[' => {
                let mut class = String::new();
                if chars.next_if(|c| matches!(c, '!' | '^')).is_some() {
                    class.push('^');
                }
                let mut closed = false;
                let mut first = true;
                for c in chars.by_ref() {
                    if c == ']' && !first {
                        closed = true;
                        break;
                    }
                    first = false;
                    if matches!(c, '[' | ']' | '\\' | '&' | '~' | '^') {
                        class.push('\\');
                    }
                    class.push(c);
                }
                // A class without an end matches nothing.
                if closed { regex.push_str(&format!("[{class}]")) } else { regex.push_str(r"[^\s\S]") }
            }
            c => push_literal(&mut regex, c),
        }
    }
    regex + r"\z"
}
