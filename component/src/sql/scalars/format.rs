//! Formatted text, and dates that are parsed by a format.

use polars::prelude::*;

use super::args::{Args, Value1, native};
use super::lists::Parts;
use super::{Function, MANY, dates, function};

pub static FUNCTIONS: &[Function] =
    &[function("format", (1, MANY), format), function("try_strptime", (2, 2), try_strptime)];

/// A value that is formatted.
enum Value<'a> {
    Integer(i64),
    Float(f64),
    Boolean(bool),
    Text(&'a str),
}

fn format(args: &Args) -> PolarsResult<Expr> {
    let mut inputs = vec![args.text(0)?];
    for i in 1..args.len() {
        inputs.push(match args.dtype(i) {
            dtype if dtype.is_integer() => args.integer(i)?,
            dtype if dtype.is_float() => args.double(i)?,
            DataType::Boolean => args.col(i),
            DataType::Date => args.col(i).cast(DataType::String),
            _ => args.text(i)?,
        });
    }
    Ok(native(inputs, DataType::String, |series| {
        let formats = series[0].str()?;
        String::collect(formats.iter().enumerate().map(|(row, format)| {
            let Some(format) = format else { return Ok(None) };
            let mut values = Vec::new();
            for series in &series[1..] {
                let value = match series.dtype() {
                    DataType::Int64 => series.i64()?.get(row).map(Value::Integer),
                    DataType::Float64 => series.f64()?.get(row).map(Value::Float),
                    DataType::Boolean => series.bool()?.get(row).map(Value::Boolean),
                    _ => series.str()?.get(row).map(Value::Text),
                };
                let Some(value) = value else { return Ok(None) };
                values.push(value);
            }
            formatted(format, &values).map(Some)
        }))
    }))
}

fn formatted(format: &str, values: &[Value]) -> PolarsResult<String> {
    let wrong = || polars_err!(ComputeError: "format: '{format}' is not a format that is known here");
    let mut out = String::new();
    let mut rest = format;
    let mut next = 0;
    while let Some(place) = rest.find(['{', '}']) {
        out.push_str(&rest[..place]);
        let brace = &rest[place..place + 1];
        rest = &rest[place + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            out.push_str(brace);
            rest = after;
            continue;
        }
        let end = rest.find('}').filter(|_| brace == "{").ok_or_else(wrong)?;
        let (index, spec) = rest[..end].split_once(':').unwrap_or((&rest[..end], ""));
        rest = &rest[end + 1..];
        let index = if index.is_empty() {
            next += 1;
            next - 1
        } else {
            index.parse::<usize>().map_err(|_| wrong())?
        };
        let Some(value) = values.get(index) else {
            polars_bail!(ComputeError: "format: there is no argument {index} for '{format}'")
        };
        out.push_str(&one(value, spec).ok_or_else(wrong)?);
    }
    out.push_str(rest);
    Ok(out)
}

/// The greatest width and number of decimals.
const GREATEST: usize = 1000;

/// `[[fill]align][+][0][width][,][.precision][type]`.
fn one(value: &Value, spec: &str) -> Option<String> {
    let characters: Vec<char> = spec.chars().collect();
    let is_align = |character: Option<&char>| character.is_some_and(|character| "<>^".contains(*character));
    let mut at = 0;
    let (mut fill, mut align) = (' ', None);
    if is_align(characters.get(1)) {
        (fill, align) = (characters[0], Some(characters[1]));
        at = 2;
    } else if is_align(characters.first()) {
        align = Some(characters[0]);
        at = 1;
    }
    let mut take = |wanted: char| {
        let found = characters.get(at) == Some(&wanted);
        at += usize::from(found);
        found
    };
    let plus = take('+');
    let zeros = take('0');
    let rest: String = characters[at..].iter().collect();
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
    let (width, rest) = rest.split_at(digits(&rest));
    let width = if width.is_empty() { 0 } else { width.parse().ok().filter(|&width| width <= GREATEST)? };
    let (separator, rest) = match rest.strip_prefix(',') {
        Some(rest) => (Some(','), rest),
        None => (None, rest),
    };
    let (precision, kind) = match rest.strip_prefix('.') {
        Some(rest) => {
            let (precision, kind) = rest.split_at(digits(rest));
            (Some(precision.parse::<usize>().ok().filter(|&precision| precision <= GREATEST)?), kind)
        }
        None => (None, rest),
    };
    let is_number = matches!(value, Value::Integer(_) | Value::Float(_));
    if !is_number && (plus || zeros || separator.is_some()) {
        return None;
    }
    let (negative, mut digits) = match value {
        Value::Integer(number) if precision.is_none() => {
            let size = number.unsigned_abs();
            let digits = match kind {
                "" | "d" => size.to_string(),
                "x" => format!("{size:x}"),
                "X" => format!("{size:X}"),
                "b" => format!("{size:b}"),
                "o" => format!("{size:o}"),
                _ => return None,
            };
            (*number < 0, digits)
        }
        Value::Float(number) => {
            if !number.is_finite() {
                return None;
            }
            let size = number.abs();
            let digits = match (kind, precision) {
                ("", None) => shortest(size),
                ("f", precision) => format!("{size:.*}", precision.unwrap_or(6)),
                _ => return None,
            };
            (number.is_sign_negative(), digits)
        }
        Value::Boolean(value) if kind.is_empty() && precision.is_none() => (false, value.to_string()),
        Value::Text(text) if matches!(kind, "" | "s") => {
            (false, text.chars().take(precision.unwrap_or(usize::MAX)).collect())
        }
        _ => return None,
    };
    if let Some(separator) = separator {
        if !matches!(kind, "" | "d" | "f") || digits.contains('e') {
            return None;
        }
        digits = grouped(&digits, separator);
    }
    let sign = match (negative, plus) {
        (true, _) => "-",
        (false, true) => "+",
        _ => "",
    };
    let missing = width.saturating_sub(sign.len() + digits.chars().count());
    if zeros && align.is_none() {
        return Some(format!("{sign}{}{digits}", "0".repeat(missing)));
    }
    let before = match align {
        Some('<') => 0,
        Some('>') => missing,
        Some(_) => missing / 2,
        None if is_number => missing,
        None => 0,
    };
    let pad = |count: usize| std::iter::repeat_n(fill, count).collect::<String>();
    Some(format!("{}{sign}{digits}{}", pad(before), pad(missing - before)))
}

/// A separator between thousands.
fn grouped(digits: &str, separator: char) -> String {
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut out = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(separator);
        }
        out.push(digit);
    }
    out + rest
}

/// The shortest text that is this float: `1.0`, `0.1`, `1e+20`.
fn shortest(number: f64) -> String {
    let text = format!("{number:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return format!("{number:?}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

// Dates.

fn try_strptime(args: &Args) -> PolarsResult<Expr> {
    let is_list = matches!(args.dtype(1), DataType::List(inner) if inner.is_string());
    let formats = if is_list { args.col(1) } else { args.text(1)? };
    let expr = native(vec![args.text(0)?, formats], DataType::Int64, move |series| {
        let texts = series[0].str()?;
        if !is_list {
            let formats = series[1].str()?;
            return i64::collect(texts.iter().zip(formats.iter()).map(|pair| match pair {
                (Some(text), Some(format)) => parsed(text, format),
                _ => Ok(None),
            }));
        }
        let lists = Parts::of(&series[1])?;
        let formats = lists.values.str()?;
        i64::collect(texts.iter().zip(lists.ranges).map(|pair| {
            let (Some(text), Some(range)) = pair else { return Ok(None) };
            for format in range.filter_map(|place| formats.get(place)) {
                if let Some(time) = parsed(text, format)? {
                    return Ok(Some(time));
                }
            }
            Ok(None)
        }))
    });
    Ok(expr.cast(dates::TIMESTAMP))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Takes up to `most` digits away from the front.
fn digits<'a>(rest: &mut &'a str, most: usize) -> Option<&'a str> {
    let count = rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let (digits, after) = rest.split_at(count);
    *rest = after;
    (count > 0).then_some(digits)
}

/// The microseconds since 1970 of a text, None if it is not of the format.
pub fn parsed(text: &str, format: &str) -> PolarsResult<Option<i64>> {
    let mut rest = text.trim();
    let (mut year, mut month, mut day) = (1900, 1, 1);
    let (mut hour, mut minute, mut second, mut micros) = (0, 0, 0, 0);
    let mut afternoon = None;
    let mut codes = format.chars();
    while let Some(code) = codes.next() {
        if code != '%' {
            match rest.strip_prefix(code) {
                Some(after) => rest = after,
                None => return Ok(None),
            }
            continue;
        }
        let code = match codes.next() {
            Some('-') => codes.next(),
            code => code,
        };
        let number = |rest: &mut &str, most| digits(rest, most).and_then(|digits| digits.parse::<i64>().ok());
        let found = match code {
            Some('Y') => number(&mut rest, 4).map(|value| year = value),
            Some('y') => {
                number(&mut rest, 2).map(|value| year = value + if value < 69 { 2000 } else { 1900 })
            }
            Some('m') => number(&mut rest, 2).map(|value| month = value),
            Some('d') => number(&mut rest, 2).map(|value| day = value),
            Some('H') => number(&mut rest, 2).map(|value| {
                hour = value;
            }),
            Some('I') => number(&mut rest, 2).filter(|hour| (1..=12).contains(hour)).map(|value| {
                hour = value % 12;
                afternoon = afternoon.or(Some(false));
            }),
            Some('M') => number(&mut rest, 2).map(|value| minute = value),
            Some('S') => number(&mut rest, 2).map(|value| second = value),
            Some('f') => digits(&mut rest, 6).and_then(|digits| {
                micros = format!("{digits:0<6}").parse().ok()?;
                Some(())
            }),
            Some('p') => {
                let head = rest.get(..2).map(str::to_lowercase);
                afternoon = match head.as_deref() {
                    Some("am") => Some(false),
                    Some("pm") => Some(true),
                    _ => return Ok(None),
                };
                rest = &rest[2..];
                Some(())
            }
            Some(code @ ('b' | 'h' | 'B')) => {
                let lower = rest.to_lowercase();
                let found = MONTHS.iter().zip(1..).find_map(|(name, number)| {
                    let name = if code == 'B' { name } else { &name[..3] };
                    lower.starts_with(name).then_some((number, name.len()))
                });
                match found.filter(|_| lower.len() == rest.len()) {
                    Some((number, len)) => {
                        month = number;
                        rest = &rest[len..];
                        Some(())
                    }
                    None => None,
                }
            }
            Some('%') => rest.strip_prefix('%').map(|after| rest = after),
            _ => polars_bail!(ComputeError: "try_strptime does not know the format '{format}'"),
        };
        if found.is_none() {
            return Ok(None);
        }
    }
    if !rest.is_empty()
        || !(0..24).contains(&hour)
        || !(0..60).contains(&minute)
        || !(0..60).contains(&second)
    {
        return Ok(None);
    }
    if afternoon == Some(true) {
        if hour >= 12 {
            return Ok(None);
        }
        hour += 12;
    }
    let time = ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
    Ok(dates::days(year, month, day).map(|days| days * dates::DAY + time))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    #[test]
    fn formats() {
        for (sql, expected) in [
            ("format('{} {}', 1, 'a')", "1 a"),
            ("format('{:05d}', 42)", "00042"),
            ("format('{:,}', 1234567)", "1,234,567"),
            ("format('{:>10}|', 'a')", "         a|"),
            ("format('{:x}', 255)", "ff"),
            ("format('{0}{1}{0}', 'a', 'b')", "aba"),
            ("format('{{}}')", "{}"),
            ("format('{}', NULL)", "null"),
            ("format('{:<5}|{:^5}|{:*^7}|', 'a', 'b', 'c')", "a    |  b  |***c***|"),
            ("format('{:+d}', 5)", "+5"),
            ("format('{:.3}', 'abcdef')", "abc"),
            ("format('{:.2f}', CAST(1.567 AS DOUBLE))", "1.57"),
            ("format('{}', CAST(1 AS DOUBLE))", "1.0"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert_eq!(shortest(1e20), "1e+20");
        assert!(error("format('{} {}', 1)").contains("no argument"));
    }

    #[test]
    fn times() {
        let at = |year, month, day, hours: i64| {
            Some(dates::days(year, month, day).unwrap() * dates::DAY + hours * 3_600_000_000)
        };
        for (text, format, expected) in [
            ("2024-01-02", "%Y-%m-%d", at(2024, 1, 2, 0)),
            ("x", "%Y", None),
            (" 2024 ", "%Y", at(2024, 1, 1, 0)),
            ("12345", "%Y", None),
            ("24", "%y", at(2024, 1, 1, 0)),
            ("Jan 5 2024", "%b %d %Y", at(2024, 1, 5, 0)),
            ("january 5 2024", "%B %d %Y", at(2024, 1, 5, 0)),
            ("2024-02-30", "%Y-%m-%d", None),
            ("5", "%d", at(1900, 1, 5, 0)),
            ("2024-01-02 3 PM", "%Y-%m-%d %I %p", at(2024, 1, 2, 15)),
        ] {
            assert_eq!(parsed(text, format).unwrap(), expected, "{text}");
        }
        assert!(parsed("x", "%Q").is_err());
    }
}
