//! Values as DuckDB writes them.

use polars::prelude::{AnyValue, TimeUnit};

/// The text of a value: `1.5`, `1e+20`, `2020-01-01 10:00:01.5`, `x\00`; none for NULL and for values that
/// hold others.
pub fn text(value: &AnyValue) -> Option<String> {
    Some(match value {
        AnyValue::Null => return None,
        AnyValue::Boolean(value) => value.to_string(),
        AnyValue::String(value) => (*value).to_string(),
        AnyValue::StringOwned(value) => value.to_string(),
        AnyValue::Float32(value) => shortest(*value),
        AnyValue::Float64(value) => shortest(*value),
        AnyValue::Binary(bytes) => blob(bytes),
        AnyValue::BinaryOwned(bytes) => blob(bytes),
        AnyValue::Date(days) => date(i128::from(*days)),
        AnyValue::Time(nanoseconds) => time(i128::from(*nanoseconds)),
        AnyValue::Datetime(value, unit, zone) => {
            let zone = if zone.is_some() { "+00" } else { "" };
            timestamp(nanoseconds(*value, *unit)) + zone
        }
        AnyValue::DatetimeOwned(value, unit, zone) => {
            let zone = if zone.is_some() { "+00" } else { "" };
            timestamp(nanoseconds(*value, *unit)) + zone
        }
        AnyValue::Duration(value, unit) => interval(nanoseconds(*value, *unit)),
        value if value.is_nested_null() || value.dtype().is_nested() => return None,
        // Integers and decimals.
        value => value.to_string(),
    })
}

/// The shortest text that is this float: `1.0`, `0.1`, `1e+20`.
fn shortest<T: std::fmt::Debug + std::fmt::LowerExp>(number: T) -> String {
    let text = format!("{number:e}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        // `inf`, `-inf`, `NaN`
        return text.to_lowercase();
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return format!("{number:?}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

/// Printable ASCII as it is, other bytes as `\xAB`.
fn blob(bytes: &[u8]) -> String {
    let mut out = String::new();
    for &byte in bytes {
        match byte {
            b' '..=b'~' if !matches!(byte, b'\\' | b'\'' | b'"') => out.push(char::from(byte)),
            byte => out.push_str(&format!("\\x{byte:02X}")),
        }
    }
    out
}

fn nanoseconds(value: i64, unit: TimeUnit) -> i128 {
    i128::from(value)
        * match unit {
            TimeUnit::Nanoseconds => 1,
            TimeUnit::Microseconds => 1_000,
            TimeUnit::Milliseconds => 1_000_000,
        }
}

const DAY: i128 = 86_400_000_000_000;

/// The day of the proleptic Gregorian calendar (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`).
fn date(days: i128) -> String {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i128::from(month <= 2);
    match year {
        // There is no year 0.
        ..=0 => format!("{:04}-{month:02}-{day:02} (BC)", 1 - year),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// `10:00:01.5`: a fraction without zeros at its end.
fn time(nanoseconds: i128) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    let whole = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let fraction = format!("{:09}", nanoseconds % 1_000_000_000);
    match fraction.trim_end_matches('0') {
        "" => whole,
        fraction => format!("{whole}.{fraction}"),
    }
}

fn timestamp(nanoseconds: i128) -> String {
    format!("{} {}", date(nanoseconds.div_euclid(DAY)), time(nanoseconds.rem_euclid(DAY)))
}

/// Days and a time. Months and years are days here.
fn interval(nanoseconds: i128) -> String {
    let (days, rest) = (nanoseconds / DAY, nanoseconds % DAY);
    let days_text = match days {
        0 => None,
        1 | -1 => Some(format!("{days} day")),
        days => Some(format!("{days} days")),
    };
    let time_text = match rest {
        0 if days != 0 => None,
        rest if rest < 0 => Some(format!("-{}", time(-rest))),
        rest => Some(time(rest)),
    };
    [days_text, time_text].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_in_duckdb() {
        let cases = [
            (AnyValue::Float64(14.4), "14.4"),
            (AnyValue::Float64(5.0), "5.0"),
            (AnyValue::Float64(1e20), "1e+20"),
            (AnyValue::Float64(f64::NAN), "nan"),
            (AnyValue::Float32(0.1), "0.1"),
            (AnyValue::Date(18_262), "2020-01-01"),
            (AnyValue::Date(-719_529), "0002-12-31 (BC)"),
            (AnyValue::Time(36_001_500_000_000), "10:00:01.5"),
            (
                AnyValue::Datetime(1_577_872_801_500_000, TimeUnit::Microseconds, None),
                "2020-01-01 10:00:01.5",
            ),
            (AnyValue::Datetime(-1, TimeUnit::Milliseconds, None), "1969-12-31 23:59:59.999"),
            (AnyValue::Duration(86_400_000, TimeUnit::Milliseconds), "1 day"),
            (AnyValue::Duration(1_500, TimeUnit::Milliseconds), "00:00:01.5"),
            (AnyValue::Binary(b"x\x00\\"), "x\\x00\\x5C"),
            (AnyValue::Int64(-7), "-7"),
            (AnyValue::Decimal(150, 10, 2), "1.50"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(&value).as_deref(), Some(expected));
        }
        assert_eq!(text(&AnyValue::Null), None);
    }
}
