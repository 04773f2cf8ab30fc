//! Regular expressions. A pattern that is written out is translated from the syntax of RE2, which
//! `DuckDB` uses, to that of Rust's `regex`: in RE2, `\w`, `\d`, `\s` and `\b` know ASCII only.

use std::fmt::Write;

use sqlparser::ast::Expr;

use super::call::{self, Call};
use super::template::{self, Context, scalar};
use crate::Result;
use crate::tree::{self, string};

/// `regexp_matches(s, p[, options])` → `REGEXP_LIKE(s, p)`.
///
/// A pattern that is not written out is taken as it is: its classes know Unicode, and it has no options.
pub(super) fn matches(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=3)?;
    let options = options(&call, 2)?;
    call.args.truncate(2);
    if let Some(pattern) = literal_pattern(&call.args[1], &options) {
        call.args[1] = string(pattern);
    } else if !options.is_plain() {
        return Err(call.refusal("takes options only with a pattern that is written out"));
    }
    scalar("REGEXP_LIKE($1, $2)", &call.args, &call, context)
}

/// `regexp_full_match(s, p[, options])` → `REGEXP_LIKE(s, '\A(?:p)\z')`.
pub(super) fn full_match(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=3)?;
    let options = options(&call, 2)?;
    call.args.truncate(2);
    if let Some(pattern) = literal_pattern(&call.args[1], &options) {
        call.args[1] = string(format!(r"\A(?:{pattern})\z"));
        return scalar("REGEXP_LIKE($1, $2)", &call.args, &call, context);
    }
    if !options.is_plain() {
        return Err(call.refusal("takes options only with a pattern that is written out"));
    }
    scalar(r"REGEXP_LIKE($1, '\A(?:' || $2 || ')\z')", &call.args, &call, context)
}

/// `regexp_extract(s, p[, group[, options]])` → one REGEXP_REPLACE that replaces all of `s` with the group:
/// `REGEXP_REPLACE(s, '\A(?s:.*?)(p)(?s:.*)\z|\A(?s:.*)\z', '\1')`. The lazy start finds the first
/// match; the second branch gives '' if there is none.
///
/// `p` and `group` are written out. A list of names in the place of `group` is refused.
pub(super) fn extract(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=4)?;
    let options = options(&call, 3)?;
    if call::is_null(&call.args[1]) {
        return Ok(template::parse_static("CAST(NULL AS VARCHAR)"));
    }
    let Some(pattern) = literal_pattern(&call.args[1], &options) else {
        return Err(call.refusal("takes a pattern that is written out"));
    };
    let group = match call.args.get(2) {
        None => 0,
        Some(group) => match call::integer(group) {
            Some(group @ 0..=9) => group,
            _ => return Err(call.refusal("takes as its group a number from 0 to 9, written out")),
        },
    };
    if group > groups(&pattern) {
        return Err(
            call.refusal(&format!("asks for group {group} of a pattern that has {}", groups(&pattern)))
        );
    }
    let (open, number) = if group == 0 { ("(", 1) } else { ("(?:", group) };
    let all = format!(r"\A(?s:.*?){open}{pattern})(?s:.*)\z|\A(?s:.*)\z");
    call.args.truncate(1);
    call.args.push(string(all));
    call.args.push(string(format!("\\{number}")));
    scalar("REGEXP_REPLACE($1, $2, $3)", &call.args, &call, context)
}

/// `regexp_replace(s, p, r[, options])` → REGEXP_REPLACE, which knows `\1` in `r` and the option `g`.
///
/// `p`, `r` and the options are written out.
pub(super) fn replace(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(3..=4)?;
    let options = options(&call, 3)?;
    if [&call.args[1], &call.args[2]].into_iter().any(call::is_null) {
        return Ok(template::parse_static("CAST(NULL AS VARCHAR)"));
    }
    let Some(pattern) = literal_pattern(&call.args[1], &options) else {
        return Err(call.refusal("takes a pattern that is written out"));
    };
    let Some(replacement) = tree::text(&call.args[2]) else {
        return Err(call.refusal("takes a replacement that is written out"));
    };
    if let Some(bad) = bad_reference(replacement, groups(&pattern)) {
        return Err(call.refusal(&format!("does not know {bad} in the replacement")));
    }
    call.args[1] = string(pattern);
    call.args.truncate(3);
    let template =
        if options.global { "REGEXP_REPLACE($1, $2, $3, 'g')" } else { "REGEXP_REPLACE($1, $2, $3)" };
    scalar(template, &call.args, &call, context)
}

/// `regexp_extract_all`, `regexp_split_to_array`: scalar functions of ours; a pattern that is written out is
/// translated for them.
pub(super) fn lists(mut call: Call, _context: &mut Context) -> Result<Expr> {
    let split = call.name != "regexp_extract_all";
    call.arity(2..=if split { 3 } else { 4 })?;
    let place = if split { 2 } else { 3 };
    let options = options(&call, place)?;
    call.args.truncate(place);
    if let Some(pattern) = literal_pattern(&call.args[1], &options) {
        call.args[1] = string(pattern);
    } else if !options.is_plain() {
        return Err(call.refusal("takes options only with a pattern that is written out"));
    }
    let name = if split { "regexp_split_to_array" } else { "regexp_extract_all" };
    if !split && call.args.len() == 2 {
        call.args.push(tree::number(0));
    }
    Ok(tree::call(name, call.args))
}

#[derive(Default)]
struct Options {
    insensitive: bool,
    dot_all: bool,
    literal: bool,
    global: bool,
}

impl Options {
    fn is_plain(&self) -> bool {
        !self.insensitive && !self.dot_all && !self.literal
    }
}

/// The options in argument `place`: the later of two that contradict each other holds.
fn options(call: &Call, place: usize) -> Result<Options> {
    let mut options = Options::default();
    let Some(arg) = call.args.get(place) else { return Ok(options) };
    let Some(text) = tree::text(arg) else {
        return Err(call.refusal("takes options that are written out"));
    };
    for option in text.chars() {
        match option {
            'c' => options.insensitive = false,
            'i' => options.insensitive = true,
            's' => options.dot_all = true,
            'm' | 'n' | 'p' => options.dot_all = false,
            'l' => options.literal = true,
            'g' if call.name == "regexp_replace" => options.global = true,
            ' ' | '\t' | '\n' => {}
            other => return Err(call.refusal(&format!("does not know the option {other}"))),
        }
    }
    Ok(options)
}

/// The pattern in the syntax of `regex`, if it is written out.
fn literal_pattern(expr: &Expr, options: &Options) -> Option<String> {
    let text = tree::text(expr)?;
    let pattern = if options.literal { escape(text) } else { translate(text) };
    let flags = match (options.insensitive, options.dot_all) {
        (false, false) => return Some(pattern),
        (true, false) => "i",
        (false, true) => "s",
        (true, true) => "is",
    };
    Some(format!("(?{flags}:{pattern})"))
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// RE2's classes, written so that `regex` takes them as ASCII only.
fn translate(pattern: &str) -> String {
    let mut out = String::new();
    let mut in_class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let Some(next) = chars.next() else {
                    out.push('\\');
                    break;
                };
                match (next, in_class) {
                    ('d', false) => out.push_str("[0-9]"),
                    ('d', true) => out.push_str("0-9"),
                    ('D', _) => out.push_str("[^0-9]"),
                    ('w', false) => out.push_str("[0-9A-Za-z_]"),
                    ('w', true) => out.push_str("0-9A-Za-z_"),
                    ('W', _) => out.push_str("[^0-9A-Za-z_]"),
                    ('s', false) => out.push_str(r"[\t\n\f\r ]"),
                    ('s', true) => out.push_str(r"\t\n\f\r "),
                    ('S', _) => out.push_str(r"[^\t\n\f\r ]"),
                    ('b', false) => out.push_str(r"(?-u:\b)"),
                    ('Q', false) => {
                        // Everything up to \E is literal.
                        let mut quoted = String::new();
                        while let Some(c) = chars.next() {
                            if c == '\\' && chars.peek() == Some(&'E') {
                                chars.next();
                                break;
                            }
                            quoted.push(c);
                        }
                        out.push_str(&escape(&quoted));
                    }
                    ('C', false) => out.push('.'),
                    (other, _) => {
                        out.push('\\');
                        out.push(other);
                    }
                }
            }
            '[' if !in_class => {
                in_class = true;
                out.push('[');
                if chars.peek() == Some(&'^') {
                    chars.next();
                    out.push('^');
                }
                // A bracket that comes first is one of the class.
                if chars.peek() == Some(&']') {
                    chars.next();
                    out.push_str(r"\]");
                }
            }
            '[' if chars.peek() == Some(&':') => {
                // [:alpha:] is the same in both.
                out.push('[');
                for c in chars.by_ref() {
                    out.push(c);
                    if c == ']' {
                        break;
                    }
                }
            }
            // In `regex`, a bracket in a class opens another class, and && ~~ -- are operators.
            '[' => out.push_str(r"\["),
            '&' | '~' if in_class => {
                let _ = write!(out, "\\{c}");
            }
            '-' if in_class && chars.peek() == Some(&'-') => out.push_str(r"\-"),
            ']' if in_class => {
                in_class = false;
                out.push(']');
            }
            _ => out.push(c),
        }
    }
    out
}

/// How many groups a pattern has.
fn groups(pattern: &str) -> i64 {
    let mut count = 0;
    let mut in_class = 0;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class += 1,
            ']' if in_class > 0 => in_class -= 1,
            '(' if in_class == 0 => {
                let mut rest = chars.clone();
                let named = rest.next() == Some('?')
                    && matches!((rest.next(), rest.next()), (Some('P'), Some('<')) | (Some('<'), _));
                if chars.peek() != Some(&'?') || named {
                    count += 1;
                }
            }
            _ => {}
        }
    }
    count
}

/// What in a replacement is not a reference to a group of the pattern.
fn bad_reference(replacement: &str, groups: i64) -> Option<String> {
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            match chars.next() {
                Some('\\') => {}
                Some(d) if d.is_ascii_digit() && i64::from(d as u8 - b'0') <= groups => {}
                other => return Some(format!("\\{}", other.map_or(String::new(), String::from))),
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{groups, translate};

    #[test]
    fn classes_are_ascii() {
        assert_eq!(translate(r"\w+\s[\d.-]\b"), r"[0-9A-Za-z_]+[\t\n\f\r ][0-9.-](?-u:\b)");
        assert_eq!(translate(r"[]a][^]b][[:alpha:]_][a[]"), r"[\]a][^\]b][[:alpha:]_][a\[]");
        assert_eq!(translate(r"\Qa.b\E\."), r"a\.b\.");
    }

    #[test]
    fn groups_are_counted() {
        assert_eq!(groups(r"(a)(?:b)(?P<n>c)\((?<m>d)[(]"), 3);
    }
}
