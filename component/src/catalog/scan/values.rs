//! A value from its text, as DuckDB reads it from a CSV file: spaces around numbers and dates do not
//! matter, a number with a fraction becomes an integer by rounding, `1e2` is 100, `t`, `yes` and `1` are
//! true. None is "this is no such value".
//!
//! Does not cover: `infinity` as a date, months by name, other calendars. Texts of another order than
//! year, month, day need a format.

use crate::sql::days;

const DAY: i64 = 86_400_000_000;

/// An integer of at most 38 digits.
pub fn integer(text: &str) -> Option<i128> {
    let text = text.trim_ascii();
    // What nearly all are.
    if let Ok(number) = text.parse::<i64>() {
        return Some(number.into());
    }
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let digits = hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        return digits.then(|| i128::from_str_radix(hex, 16).ok()).flatten();
    }
    scaled(text, 0)
}

/// A decimal as an integer with `scale` digits behind the point, of which it has `precision` in all.
pub fn decimal(text: &str, precision: usize, scale: usize) -> Option<i128> {
    let number = scaled(text.trim_ascii(), scale)?;
    (number.unsigned_abs() < 10u128.checked_pow(u32::try_from(precision).ok()?)?).then_some(number)
}

/// A number times 10^scale, rounded half away from zero.
fn scaled(text: &str, scale: usize) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let (whole, fraction) = (without_underscores(whole)?, without_underscores(fraction)?);
    // The digits of the number, of which `shift` more are wanted than there are behind the point.
    let fraction_digits = i32::try_from(fraction.len()).ok()?;
    let shift = i32::try_from(scale).ok()?.checked_add(exponent)?.checked_sub(fraction_digits)?;
    let mut number: i128 = 0;
    let kept = whole.len() + fraction.len();
    let dropped = usize::try_from(-i64::from(shift.min(0))).ok()?;
    let mut round_up = false;
    for (place, byte) in whole.bytes().chain(fraction.bytes()).enumerate() {
        if place + dropped < kept {
            number = number.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        } else {
            round_up = place + dropped == kept && byte >= b'5';
            break;
        }
    }
    if shift > 0 && number != 0 {
        number = number.checked_mul(10i128.checked_pow(u32::try_from(shift).ok()?)?)?;
    }
    if round_up {
        number = number.checked_add(1)?;
    }
    Some(if negative { -number } else { number })
}

/// Digits, of which `_` may stand between two.
fn without_underscores(text: &str) -> Option<std::borrow::Cow<'_, str>> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.into());
    }
    let between = text.split('_').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    between.then(|| text.replace('_', "").into())
}

pub fn float(text: &str) -> Option<f64> {
    let text = text.trim_ascii();
    text.parse().ok().or_else(|| {
        let (mantissa, rest) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
        let parts = mantissa.trim_start_matches(['+', '-']).split('.');
        let valid = mantissa.contains('_') && parts.clone().all(|part| without_underscores(part).is_some());
        valid.then(|| format!("{}{rest}", mantissa.replace('_', "")).parse().ok()).flatten()
    })
}

pub fn boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 5] = ["true", "t", "1", "yes", "y"];
    const FALSE: [&str; 5] = ["false", "f", "0", "no", "n"];
    let is_one_of = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_one_of(&TRUE) {
        return Some(true);
    }
    is_one_of(&FALSE).then_some(false)
}

/// The days since 1970 of a date; a time of day that follows it is left out, as in DuckDB.
pub fn date(text: &str) -> Option<i64> {
    let mut rest = text.trim_ascii();
    let days = date_part(&mut rest)?;
    if !rest.is_empty() {
        clock_after_date(rest)?;
    }
    Some(days)
}

/// The microseconds since 1970, and the offset from UTC that was written, in microseconds.
pub fn timestamp(text: &str) -> Option<(i64, i64)> {
    let mut rest = text.trim_ascii();
    let days = date_part(&mut rest)?;
    let (clock, offset) = match rest {
        "" => (0, 0),
        rest => clock_after_date(rest)?,
    };
    Some((days.checked_mul(DAY)?.checked_add(clock)?, offset))
}

/// The microseconds since midnight.
pub fn time(text: &str) -> Option<i64> {
    let mut rest = text.trim_ascii();
    let clock = clock(&mut rest)?;
    rest.is_empty().then_some(clock)
}

fn date_part(rest: &mut &str) -> Option<i64> {
    let negative = rest.starts_with('-');
    if negative {
        *rest = &rest[1..];
    }
    let year = number(rest, 6)?;
    let separator = rest.chars().next().filter(|c| matches!(c, '-' | '/' | ' ' | '\\'))?;
    let next = |rest: &mut &str| {
        *rest = rest.strip_prefix(separator)?;
        number(rest, 2)
    };
    let month = next(rest)?;
    let day = next(rest)?;
    days(if negative { -year } else { year }, month, day)
}

fn clock_after_date(rest: &str) -> Option<(i64, i64)> {
    let mut rest = rest.strip_prefix(['T', 't']).or_else(|| rest.strip_prefix(' ').map(str::trim_start))?;
    let clock = clock(&mut rest)?;
    Some((clock, zone(rest.trim_start())?))
}

fn clock(rest: &mut &str) -> Option<i64> {
    let hour = number(rest, 2)?;
    *rest = rest.strip_prefix(':')?;
    let minute = number(rest, 2)?;
    let mut second = 0;
    let mut micros = 0;
    if let Some(after) = rest.strip_prefix(':') {
        *rest = after;
        second = number(rest, 2)?;
        if let Some(after) = rest.strip_prefix('.') {
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            // Digits beyond the sixth are cut off.
            micros = format!("{:0<6}", &after[..digits.min(6)]).parse().ok()?;
            *rest = &after[digits..];
        }
    }
    let valid = hour < 24 && minute < 60 && second < 60;
    valid.then_some(((hour * 60 + minute) * 60 + second) * 1_000_000 + micros)
}

/// `Z`, `UTC`, `+02`, `-03:30`; nothing is 0.
fn zone(text: &str) -> Option<i64> {
    if text.is_empty() || text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
        return Some(0);
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let mut rest = &text[1..];
    let hours = number(&mut rest, 2)?;
    rest = rest.strip_prefix(':').unwrap_or(rest);
    let minutes = if rest.is_empty() { 0 } else { number(&mut rest, 2)? };
    let valid = rest.is_empty() && hours < 16 && minutes < 60;
    valid.then_some(sign * (hours * 60 + minutes) * 60_000_000)
}

fn number(rest: &mut &str, most: usize) -> Option<i64> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(count);
    *rest = after;
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_in_duckdb() {
        for (text, expected) in [
            ("1", Some(1)),
            (" -2 ", Some(-2)),
            ("+3", Some(3)),
            ("1.5", Some(2)),
            ("2.5", Some(3)),
            ("-2.5", Some(-3)),
            ("1.49", Some(1)),
            ("1e2", Some(100)),
            ("15e-1", Some(2)),
            ("5e-2", Some(0)),
            ("0.5", Some(1)),
            ("1.", Some(1)),
            ("0x10", Some(16)),
            ("1_000", Some(1000)),
            ("007", Some(7)),
            ("99999999999", Some(99_999_999_999)),
            ("1__0", None),
            ("_1", None),
            ("", None),
            (".", None),
            ("x", None),
            ("1x", None),
            ("--1", None),
            ("1e", None),
            ("1e999999999", None),
            ("0x", None),
            ("0x-1", None),
        ] {
            assert_eq!(integer(text), expected, "{text}");
        }
        assert_eq!(integer("0e999"), Some(0));
        assert_eq!(integer("1e-999999999"), Some(0));
    }

    #[test]
    fn decimals_are_rounded() {
        for (text, expected) in [
            ("1.5", Some(150)),
            ("1.555", Some(156)),
            ("-0.005", Some(-1)),
            ("1e2", Some(10000)),
            ("12345", None),
            ("999.994", Some(99999)),
            ("999.995", None),
            ("", None),
        ] {
            assert_eq!(decimal(text, 5, 2), expected, "{text}");
        }
    }

    #[test]
    fn floats_and_truth() {
        assert_eq!(float(" 1.5 "), Some(1.5));
        assert_eq!(float("1_0.5"), Some(10.5));
        assert_eq!(float("Infinity"), Some(f64::INFINITY));
        assert_eq!(float("0x1"), None);
        assert_eq!(float(""), None);
        assert_eq!(
            (boolean("T"), boolean("no"), boolean(" true"), boolean("on")),
            (Some(true), Some(false), None, None)
        );
    }

    #[test]
    fn dates_and_times() {
        let day = days(2024, 1, 31).unwrap();
        for text in ["2024-01-31", "2024/1/31", " 2024-01-31 ", "2024-01-31 10:00"] {
            assert_eq!(date(text), Some(day), "{text}");
        }
        for text in ["31/01/2024", "2024-02-30", "20240131", "2024-01-31x", "2024-01/31", ""] {
            assert_eq!(date(text), None, "{text}");
        }
        let hour = 3_600_000_000;
        for (text, expected) in [
            ("2024-01-31", (0, 0)),
            ("2024-01-31 10:00", (10 * hour, 0)),
            ("2024-01-31T10:00:00.5", (10 * hour + 500_000, 0)),
            ("2024-01-31 10:00:00.123456789", (10 * hour + 123_456, 0)),
            ("2024-01-31T10:00:00Z", (10 * hour, 0)),
            ("2024-01-31 10:00:00+02", (10 * hour, 2 * hour)),
            ("2024-01-31 10:00:00-03:30", (10 * hour, -7 * hour / 2)),
        ] {
            assert_eq!(timestamp(text), Some((day * DAY + expected.0, expected.1)), "{text}");
        }
        assert_eq!(timestamp("2024-01-31 25:00"), None);
        assert_eq!(time("10:00:01"), Some(10 * hour + 1_000_000));
        assert_eq!(time("10"), None);
    }
}
