//! Patterns, needles and paddings that are not written out: `polars-sql` takes constants only.

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
    function("__repeat", (2, 2), |args| {
        Ok(native(vec![args.text(0)?, args.integer(1)?], DataType::String, |series| {
            let rows = series[0].str()?.iter().zip(series[1].i64()?.iter());
            String::collect(rows.map(|(text, times)| {
                let (Some(text), Some(times)) = (text, times) else { return Ok(None) };
                let times = usize::try_from(times.max(0)).unwrap_or(usize::MAX);
                polars_ensure!(
                    text.len().saturating_mul(times) <= LONGEST,
                    ComputeError: "repeat: the text would have more than {LONGEST} bytes"
                );
                Ok(Some(text.repeat(times)))
            }))
        }))
    }),
    function("__lpad", (3, 3), |args| pad(args, true)),
    function("__rpad", (3, 3), |args| pad(args, false)),
];

/// The longest text that is made of a short one.
const LONGEST: usize = 1 << 28;

/// Text of a length: cut, or with the padding as often as it takes.
fn pad(args: &Args, left: bool) -> PolarsResult<Expr> {
    let inputs = vec![args.text(0)?, args.integer(1)?, args.text(2)?];
    Ok(native(inputs, DataType::String, move |series| {
        let (texts, lengths, pads) = (series[0].str()?, series[1].i64()?, series[2].str()?);
        String::collect(texts.iter().zip(lengths.iter()).zip(pads.iter()).map(|((text, length), padding)| {
            let (Some(text), Some(length), Some(padding)) = (text, length, padding) else { return Ok(None) };
            let length = usize::try_from(length.max(0)).unwrap_or(usize::MAX);
            let missing = length.saturating_sub(text.chars().count());
            if missing == 0 {
                return Ok(Some(text.chars().take(length).collect()));
            }
            polars_ensure!(!padding.is_empty(), ComputeError: "padding with '' does not make a text longer");
            polars_ensure!(length <= LONGEST, ComputeError: "padding: the text would have more than {LONGEST} characters");
            let padding: String = padding.chars().cycle().take(missing).collect();
            Ok(Some(if left { format!("{padding}{text}") } else { format!("{text}{padding}") }))
        }))
    }))
}

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
            ("__repeat('ab', 2)", "abab"),
            ("__repeat('ab', -1)", ""),
            ("__lpad('x', 4, 'ab')", "abax"),
            ("__rpad('x', 3, 'é')", "xéé"),
            ("__lpad('xyz', 2, 'a')", "xy"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
    }
}
