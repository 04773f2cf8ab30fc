//! Looking for texts that are not written out: `polars-sql` has `LIKE` and `REPLACE` of constants only.

use polars::prelude::*;

use super::args::{Args, Value1, native};
use super::{Function, function};

pub static FUNCTIONS: &[Function] = &[
    function("__like", (2, 2), |args| like(args, false)),
    function("__ilike", (2, 2), |args| like(args, true)),
    function("__replace", (3, 3), |args| {
        Ok(native(vec![args.text(0)?, args.text(1)?, args.text(2)?], DataType::String, |series| {
            let (texts, needles, news) = (series[0].str()?, series[1].str()?, series[2].str()?);
            let rows = texts.iter().zip(needles.iter()).zip(news.iter());
            String::collect(rows.map(|((text, needle), new)| {
                let (Some(text), Some(needle), Some(new)) = (text, needle, new) else { return Ok(None) };
                Ok(Some(if needle.is_empty() { text.to_string() } else { text.replace(needle, new) }))
            }))
        }))
    }),
];

/// Whether a text fits a pattern with `%` and `_`, which has no escape; without case, both in lower case.
fn like(args: &Args, any_case: bool) -> PolarsResult<Expr> {
    let lower = move |text: &str| if any_case { text.to_lowercase() } else { text.to_string() };
    Ok(native(vec![args.text(0)?, args.text(1)?], DataType::Boolean, move |series| {
        let mut last: Option<(String, Vec<char>)> = None;
        bool::collect(series[0].str()?.iter().zip(series[1].str()?.iter()).map(|(text, pattern)| {
            let (Some(text), Some(pattern)) = (text, pattern) else { return Ok(None) };
            if last.as_ref().is_none_or(|(known, _)| known != pattern) {
                last = Some((pattern.to_string(), lower(pattern).chars().collect()));
            }
            let Some((_, pattern)) = &last else { return Ok(None) };
            Ok(Some(fits(&lower(text).chars().collect::<Vec<_>>(), pattern)))
        }))
    }))
}

/// Greedy: at a mismatch the last `%` takes one character more, so the work is at most the product of the lengths.
fn fits(text: &[char], pattern: &[char]) -> bool {
    let (mut at, mut place) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(place) {
            Some('%') => {
                back = Some((at, place));
                place += 1;
            }
            Some(&c) if c == '_' || c == text[at] => {
                at += 1;
                place += 1;
            }
            _ => {
                let Some((start, percent)) = &mut back else { return false };
                *start += 1;
                (at, place) = (*start, *percent + 1);
            }
        }
    }
    pattern[place..].iter().all(|&c| c == '%')
}

#[cfg(test)]
mod tests {
    use super::super::testing::value;
    use super::fits;

    #[test]
    fn patterns() {
        let fits = |text: &str, pattern: &str| {
            fits(&text.chars().collect::<Vec<_>>(), &pattern.chars().collect::<Vec<_>>())
        };
        for (text, pattern) in [
            ("", ""),
            ("", "%"),
            ("abc", "a%"),
            ("abc", "%c"),
            ("abc", "_b_"),
            ("aXbXc", "%X_"),
            ("日本", "_本"),
            ("a%", "a%%"),
            ("aab", "%ab"),
        ] {
            assert!(fits(text, pattern), "{text} LIKE {pattern}");
        }
        for (text, pattern) in [("", "_"), ("abc", "a"), ("abc", "%b"), ("abc", "____"), ("A", "a")] {
            assert!(!fits(text, pattern), "{text} LIKE {pattern}");
        }
    }

    #[test]
    fn calls() {
        for (sql, expected) in [
            ("__ilike('ÄB', 'ä%')", "true"),
            ("__like('a', NULL)", "null"),
            ("__replace('abab', 'a', 'x')", "xbxb"),
            ("__replace('ab', '', 'x')", "ab"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
    }
}
