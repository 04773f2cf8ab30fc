//! Dates and times.

use polars::prelude::*;

use super::args::{Args, Constant, Value1, native, on_integer};
use super::{Function, function};

pub static FUNCTIONS: &[Function] = &[
    function("epoch_ms", (1, 1), epoch_ms),
    function("make_date", (1, 3), make_date),
    function("make_time", (3, 3), make_time),
    function("make_timestamp", (6, 6), make_timestamp),
    function("date_sub", (3, 3), date_sub),
    function("time_bucket", (2, 3), time_bucket),
];

pub const DAY: i64 = 86_400_000_000;

/// The type of timestamps.
pub const TIMESTAMP: DataType = DataType::Datetime(TimeUnit::Microseconds, None);

/// The days since 1970 of a date, None if there is no such date.
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(-290_000..=290_000).contains(&year)
        || !(1..=12).contains(&month)
        || !(1..=days_in(year, month)).contains(&day)
    {
        return None;
    }
    // Years begin in March here.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The year, month and day of days since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn epoch_ms(args: &Args) -> PolarsResult<Expr> {
    let per_ms = match args.dtype(0) {
        dtype if dtype.is_integer() => {
            let ms = args.integer(0)?;
            let us = on_integer(ms, |ms| match ms.checked_mul(1000) {
                Some(us) => Ok(Some(us)),
                None => polars_bail!(ComputeError: "epoch_ms: {ms} milliseconds are out of range"),
            });
            return Ok(us.cast(TIMESTAMP));
        }
        DataType::Date => return Ok(args.col(0).cast(DataType::Int64) * lit(86_400_000i64)),
        DataType::Time => 1_000_000,
        DataType::Datetime(unit, _) | DataType::Duration(unit) => match unit {
            TimeUnit::Milliseconds => 1,
            TimeUnit::Microseconds => 1000,
            TimeUnit::Nanoseconds => 1_000_000,
        },
        _ => return args.wrong(0),
    };
    Ok(on_integer(args.col(0).to_physical().cast(DataType::Int64), move |time| Ok(Some(time / per_ms))))
}

fn make_date(args: &Args) -> PolarsResult<Expr> {
    if args.len() == 1 {
        return Ok(args.integer(0)?.strict_cast(DataType::Int32).cast(DataType::Date));
    }
    if args.len() != 3 {
        polars_bail!(ComputeError: "make_date takes a year, a month and a day");
    }
    let inputs = vec![args.integer(0)?, args.integer(1)?, args.integer(2)?];
    let expr = native(inputs, DataType::Int32, |series| {
        let (years, months, dates) = (series[0].i64()?, series[1].i64()?, series[2].i64()?);
        i32::collect(years.iter().zip(months.iter()).zip(dates.iter()).map(|row| {
            let ((Some(year), Some(month)), Some(day)) = row else { return Ok(None) };
            match days(year, month, day).and_then(|days| i32::try_from(days).ok()) {
                Some(days) => Ok(Some(days)),
                None => polars_bail!(ComputeError: "make_date: there is no date {year}-{month}-{day}"),
            }
        }))
    });
    Ok(expr.cast(DataType::Date))
}

/// The microseconds of a time of day.
fn time(hour: i64, minute: i64, second: f64) -> Option<i64> {
    let valid = (0..24).contains(&hour) && (0..60).contains(&minute) && (0.0..=60.0).contains(&second);
    valid.then(|| (hour * 3600 + minute * 60) * 1_000_000 + (second * 1_000_000.0).round() as i64)
}

fn make_time(args: &Args) -> PolarsResult<Expr> {
    let inputs = vec![args.integer(0)?, args.integer(1)?, args.double(2)?];
    let expr = native(inputs, DataType::Int64, |series| {
        let (hours, minutes, seconds) = (series[0].i64()?, series[1].i64()?, series[2].f64()?);
        i64::collect(hours.iter().zip(minutes.iter()).zip(seconds.iter()).map(|row| {
            let ((Some(hour), Some(minute)), Some(second)) = row else { return Ok(None) };
            match time(hour, minute, second).filter(|&time| time < DAY) {
                Some(time) => Ok(Some(time * 1000)),
                None => polars_bail!(ComputeError: "make_time: there is no time {hour}:{minute}:{second}"),
            }
        }))
    });
    Ok(expr.cast(DataType::Time))
}

fn make_timestamp(args: &Args) -> PolarsResult<Expr> {
    let mut inputs = (0..5).map(|i| args.integer(i)).collect::<PolarsResult<Vec<_>>>()?;
    inputs.push(args.double(5)?);
    let expr = native(inputs, DataType::Int64, |series| {
        let numbers = series[..5].iter().map(|series| series.i64()).collect::<PolarsResult<Vec<_>>>()?;
        let seconds = series[5].f64()?;
        i64::collect((0..series[0].len()).map(|row| {
            let parts: Option<Vec<i64>> = numbers.iter().map(|numbers| numbers.get(row)).collect();
            let (Some(parts), Some(second)) = (parts, seconds.get(row)) else { return Ok(None) };
            let &[year, month, day, hour, minute] = parts.as_slice() else { return Ok(None) };
            let whole = days(year, month, day).zip(time(hour, minute, second));
            match whole.and_then(|(days, time)| days.checked_mul(DAY)?.checked_add(time)) {
                Some(value) => Ok(Some(value)),
                None => polars_bail!(
                    ComputeError: "make_timestamp: there is no time {year}-{month}-{day} {hour}:{minute}:{second}"
                ),
            }
        }))
    });
    Ok(expr.cast(TIMESTAMP))
}

/// The microseconds since 1970 of a date or a timestamp.
fn microseconds(args: &Args, i: usize) -> PolarsResult<Expr> {
    match args.dtype(i) {
        DataType::Date | DataType::Datetime(..) | DataType::Null => {
            let zone = matches!(args.dtype(i), DataType::Datetime(_, Some(zone)) if zone.as_str() != "UTC");
            if zone {
                return args.wrong(i);
            }
            Ok(args.col(i).cast(TIMESTAMP).to_physical())
        }
        _ => args.wrong(i),
    }
}

/// A part of time: months, or microseconds.
#[derive(Clone, Copy)]
enum Part {
    Months(i64),
    Microseconds(i64),
}

fn part(name: &str) -> Option<Part> {
    Some(match name.to_lowercase().as_str() {
        "millennium" | "millennia" | "millenniums" => Part::Months(12_000),
        "century" | "centuries" => Part::Months(1200),
        "decade" | "decades" => Part::Months(120),
        "year" | "years" | "yr" | "y" => Part::Months(12),
        "quarter" | "quarters" => Part::Months(3),
        "month" | "months" | "mon" => Part::Months(1),
        "week" | "weeks" | "w" => Part::Microseconds(7 * DAY),
        "day" | "days" | "d" => Part::Microseconds(DAY),
        "hour" | "hours" | "hr" | "h" => Part::Microseconds(3_600_000_000),
        "minute" | "minutes" | "min" | "m" => Part::Microseconds(60_000_000),
        "second" | "seconds" | "sec" | "s" => Part::Microseconds(1_000_000),
        "millisecond" | "milliseconds" | "ms" => Part::Microseconds(1000),
        "microsecond" | "microseconds" | "us" => Part::Microseconds(1),
        _ => return None,
    })
}

/// Whole months from one time to another, toward zero. From the last days of a month to the last day of
/// a shorter one is whole.
fn months(start: i64, end: i64) -> i64 {
    if start > end {
        return -months_forward(end, start);
    }
    months_forward(start, end)
}

fn months_forward(start: i64, end: i64) -> i64 {
    let ((y1, m1, d1), (y2, m2, d2)) = (date(start.div_euclid(DAY)), date(end.div_euclid(DAY)));
    let (t1, t2) = (start.rem_euclid(DAY), end.rem_euclid(DAY));
    let between = (y2 - y1) * 12 + m2 - m1;
    let last = days_in(y2, m2);
    // The day of the start in the month of the end.
    let whole = (d1.min(last), t1) <= (d2, t2);
    between - i64::from(!whole)
}

fn date_sub(args: &Args) -> PolarsResult<Expr> {
    let name = args.name;
    let known = match args.constant(0) {
        Some(Constant::Text(text)) => match part(text) {
            Some(part) => Some(part),
            None => polars_bail!(ComputeError: "{name} does not know the part '{text}'"),
        },
        _ => None,
    };
    let inputs = vec![microseconds(args, 1)?, microseconds(args, 2)?];
    Ok(native(inputs, DataType::Int64, move |series| {
        let Some(part) = known else {
            polars_bail!(ComputeError: "{name}: the part must be a text that is written out")
        };
        i64::collect(series[0].i64()?.iter().zip(series[1].i64()?.iter()).map(|pair| {
            let (Some(start), Some(end)) = pair else { return Ok(None) };
            Ok(Some(match part {
                Part::Months(count) => months(start, end) / count,
                Part::Microseconds(count) => match end.checked_sub(start) {
                    Some(between) => between / count,
                    None => polars_bail!(ComputeError: "{name}: the span is out of range"),
                },
            }))
        }))
    }))
}

/// 2000-01-03, a Monday.
const ORIGIN: i64 = 10_959 * DAY;

fn time_bucket(args: &Args) -> PolarsResult<Expr> {
    if !matches!(args.dtype(0), DataType::Duration(_)) {
        return args.wrong(0);
    }
    let width = args.col(0).cast(DataType::Duration(TimeUnit::Microseconds)).to_physical();
    let shift = args.len() == 3 && matches!(args.dtype(2), DataType::Duration(_));
    let third = match args.len() {
        2 => lit(ORIGIN),
        _ if shift => args.col(2).cast(DataType::Duration(TimeUnit::Microseconds)).to_physical(),
        _ => microseconds(args, 2)?,
    };
    let dtype = match args.dtype(1) {
        DataType::Date => DataType::Date,
        DataType::Datetime(..) => args.dtype(1).clone(),
        _ => return args.wrong(1),
    };
    let expr = native(vec![width, microseconds(args, 1)?, third], DataType::Int64, move |series| {
        let (widths, times, thirds) = (series[0].i64()?, series[1].i64()?, series[2].i64()?);
        i64::collect(widths.iter().zip(times.iter()).zip(thirds.iter()).map(|row| {
            let ((Some(width), Some(time)), Some(third)) = row else { return Ok(None) };
            polars_ensure!(width > 0, ComputeError: "time_bucket: the width must be more than 0");
            let origin = if shift { ORIGIN.checked_add(third) } else { Some(third) };
            let bucket = origin.and_then(|origin| {
                let since = time.checked_sub(origin)?;
                origin.checked_add(since.div_euclid(width).checked_mul(width)?)
            });
            match bucket {
                Some(bucket) => Ok(Some(bucket)),
                None => polars_bail!(ComputeError: "time_bucket: the time is out of range"),
            }
        }))
    });
    Ok(expr.cast(TIMESTAMP).cast(dtype))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    fn at(year: i64, month: i64, day: i64, hour: i64) -> i64 {
        days(year, month, day).unwrap() * DAY + hour * 3_600_000_000
    }

    #[test]
    fn calendar() {
        for (day, expected) in [(0, (1970, 1, 1)), (-1, (1969, 12, 31)), (19_782, (2024, 2, 29))] {
            assert_eq!(date(day), expected);
            assert_eq!(days(expected.0, expected.1, expected.2), Some(day));
        }
        assert_eq!(days(2024, 2, 30), None);
        assert_eq!(days(2024, 13, 1), None);
        assert_eq!(ORIGIN, at(2000, 1, 3, 0));
    }

    #[test]
    fn whole_months() {
        assert_eq!(months(at(2024, 1, 31, 0), at(2024, 2, 29, 0)), 1);
        assert_eq!(months(at(2024, 1, 31, 0), at(2024, 3, 30, 0)), 1);
        assert_eq!(months(at(2024, 3, 30, 0), at(2024, 1, 31, 1)), -1);
        assert_eq!(months(at(2020, 2, 29, 0), at(2021, 2, 28, 0)), 12);
        assert_eq!(months(at(2024, 3, 31, 0), at(2024, 2, 29, 0)), -1);
        assert_eq!(months(at(2024, 1, 31, 12), at(2024, 2, 29, 11)), 0);
        assert_eq!(months(at(2024, 1, 31, 12), at(2024, 2, 29, 13)), 1);
        assert_eq!(months(at(2024, 2, 29, 12), at(2024, 1, 31, 13)), 0);
        assert_eq!(months(at(2024, 2, 29, 12), at(2024, 1, 31, 11)), -1);
        assert_eq!(months(at(2024, 2, 28, 12), at(2024, 1, 31, 11)), 0);
    }

    #[test]
    fn dates() {
        for (sql, expected) in [
            ("epoch_ms(make_date(2024, 1, 1))", "1704067200000"),
            ("epoch_ms(epoch_ms(-1))", "-1"),
            ("epoch_ms(make_timestamp(2024, 1, 1, 0, 0, 0.1239))", "1704067200123"),
            ("date_sub('day', make_date(2024, 1, 1), make_date(2024, 1, 3))", "2"),
            ("make_date(NULL, 1, 1)", "null"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert!(error("make_date(2024, 2, 30)").contains("2024-2-30"));
        assert!(error("date_sub('x', make_date(1), make_date(2))").contains("part"));
    }
}
