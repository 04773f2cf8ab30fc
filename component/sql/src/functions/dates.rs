//! Dates and times. A timestamp with a time zone counts in UTC, as in `DuckDB` with that time zone.

use sqlparser::ast::{BinaryOperator, DateTimeField, Expr, Ident};

use super::call::{self, Call};
use super::formats;
use super::template::{self, Context, form, scalar};
use crate::Result;
use crate::tree::{self, string};

/// Functions of one line: `dayname(d)` → `STRFTIME(CAST(d AS TIMESTAMP), '%A')`, `century(d)` → `DATE_PART('century', d)`, and so on.
pub(super) fn simple(call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match call.name.as_str() {
        "dayname" => (1, "STRFTIME(CAST($1 AS TIMESTAMP), '%A')"),
        "monthname" => (1, "STRFTIME(CAST($1 AS TIMESTAMP), '%B')"),
        "today" => (0, "CURRENT_DATE"),
        "get_current_timestamp" | "transaction_timestamp" | "current_localtimestamp" => {
            (0, "CURRENT_TIMESTAMP")
        }
        "get_current_time" | "current_localtime" => (0, "CURRENT_TIME"),
        "last_day" => {
            (1, "CAST(DATE_TRUNC('month', CAST($1 AS DATE)) + INTERVAL '1 month' - INTERVAL '1 day' AS DATE)")
        }
        "yearweek" => (1, "CAST(DATE_PART('isoyear', $1) AS BIGINT) * 100 + DATE_PART('week', $1)"),
        "isoyear" => (1, "DATE_PART('isoyear', $1)"),
        "isodow" => (1, "DATE_PART('isodow', $1)"),
        "century" => (1, "DATE_PART('century', $1)"),
        "decade" => (1, "DATE_PART('decade', $1)"),
        "millennium" => (1, "DATE_PART('millennium', $1)"),
        "millisecond" => (1, "CAST(DATE_PART('millisecond', $1) AS BIGINT)"),
        "microsecond" => (1, "CAST(DATE_PART('microsecond', $1) AS BIGINT)"),
        "nanosecond" => (1, "CAST(DATE_PART('nanosecond', $1) AS BIGINT)"),
        "era" => (1, "CASE WHEN YEAR($1) > 0 THEN 1 WHEN YEAR($1) <= 0 THEN 0 END"),
        "epoch" => (1, "CAST(CAST($1 AS TIMESTAMP) AS BIGINT) / 1000000.0::DOUBLE"),
        "epoch_us" => (1, "CAST(CAST($1 AS TIMESTAMP) AS BIGINT)"),
        "epoch_ns" => (1, "CAST(CAST($1 AS TIMESTAMP(9)) AS BIGINT)"),
        "julian" => (1, "CAST(CAST($1 AS TIMESTAMP) AS BIGINT) / 86400000000.0::DOUBLE + 2440588"),
        // Half a microsecond goes away from zero.
        "to_timestamp" => (
            1,
            "CAST(CAST(ROUND(CAST($1 AS DOUBLE) * 1000000.0::DOUBLE) AS BIGINT) \
             AS TIMESTAMP WITH TIME ZONE)",
        ),
        "make_timestamp" => (1, "CAST(CAST($1 AS BIGINT) AS TIMESTAMP)"),
        "make_timestamp_ms" => (1, "CAST(CAST($1 AS BIGINT) * 1000 AS TIMESTAMP)"),
        "make_timestamp_ns" => (1, "CAST(CAST($1 AS BIGINT) AS TIMESTAMP(9))"),
        "date" => (1, "CAST($1 AS DATE)"),
        "to_days" => (1, "CAST($1 AS BIGINT) * INTERVAL '1 day'"),
        "to_weeks" => (1, "CAST($1 AS BIGINT) * INTERVAL '7 day'"),
        "to_hours" => (1, "CAST($1 AS BIGINT) * INTERVAL '1 hour'"),
        "to_minutes" => (1, "CAST($1 AS BIGINT) * INTERVAL '1 minute'"),
        "to_seconds" => {
            (1, "CAST(ROUND(CAST($1 AS DOUBLE) * 1000000.0::DOUBLE) AS BIGINT) * INTERVAL '1 microsecond'")
        }
        "to_milliseconds" => {
            (1, "CAST(ROUND(CAST($1 AS DOUBLE) * 1000.0::DOUBLE) AS BIGINT) * INTERVAL '1 microsecond'")
        }
        "to_microseconds" => (1, "CAST($1 AS BIGINT) * INTERVAL '1 microsecond'"),
        _ => unreachable!("not simple: {}", call.name),
    };
    call.arity(arity..=arity)?;
    scalar(template, &call.args, &call, context)
}

/// `make_timestamp(us)` → a cast; `make_timestamp(y, m, d, h, mi, s)` is a scalar function of ours.
pub(super) fn make_timestamp(call: Call, context: &mut Context) -> Result<Expr> {
    if call.args.len() == 6 {
        return Ok(tree::call("make_timestamp", call.args));
    }
    simple(call, context)
}

/// What is added to a time span below a day: `d` in `d + to_hours(3)`.
pub(super) fn beside_time<'a>(left: &'a mut Expr, right: &'a mut Expr) -> Option<&'a mut Expr> {
    fn is_time(expr: &Expr) -> bool {
        match expr {
            Expr::Nested(inner) => is_time(inner),
            Expr::BinaryOp { op: BinaryOperator::Multiply, left, right } => {
                let span = right.to_string();
                matches!(&**left, Expr::Cast { .. })
                    && ["INTERVAL '1 hour'", "INTERVAL '1 minute'", "INTERVAL '1 microsecond'"]
                        .contains(&span.as_str())
            }
            _ => false,
        }
    }
    match (is_time(left), is_time(right)) {
        (false, true) => Some(left),
        (true, false) => Some(right),
        _ => None,
    }
}

/// A date as a timestamp; a timestamp stays what it is. `polars-sql` would add no hours to a date.
pub(super) fn with_time(date: Expr, context: &mut Context) -> Result<Expr> {
    form("DATE_TRUNC('microsecond', $1)", &[date], "to_hours", context)
}

/// `date_diff('part', a, b)`, `datediff`: how often a new part begins from `a` to `b`. Days and weeks from
/// dates, months and above from years and months, smaller parts from truncated timestamps. A week is seven
/// days, wherever it begins.
///
/// The part is written out, quoted or not; parts such as `isoyear` are refused. Not of times of day.
pub(super) fn date_diff(mut call: Call, context: &mut Context) -> Result<Expr> {
    if call.args.len() == 2 {
        return Err(call.refusal("takes the part first: date_diff('day', start, end)"));
    }
    let [part, start, end] = call.take()?;
    let days = "(CAST(CAST($2 AS DATE) AS BIGINT) - CAST(CAST($1 AS DATE) AS BIGINT))";
    let years = "CAST(YEAR(CAST($N AS DATE)) AS BIGINT)";
    let template = match part_of(&call, &part)? {
        "day" => days.to_string(),
        "week" => format!("{days} // 7"),
        "month" => difference(&format!("{years} * 12 + MONTH(CAST($N AS DATE))")),
        "quarter" => difference(&format!("{years} * 4 + QUARTER(CAST($N AS DATE))")),
        "year" => difference(years),
        "decade" => difference(&format!("{years} // 10")),
        "century" => difference(&format!("{years} // 100")),
        "millennium" => difference(&format!("{years} // 1000")),
        "microsecond" => difference("CAST(CAST($N AS TIMESTAMP) AS BIGINT)"),
        part => {
            let micros = match part {
                "hour" => 3_600_000_000_i64,
                "minute" => 60_000_000,
                "second" => 1_000_000,
                _ => 1_000,
            };
            let begin = format!("CAST(DATE_TRUNC('{part}', CAST($N AS TIMESTAMP)) AS BIGINT)");
            format!("{} // {micros}", difference(&begin))
        }
    };
    scalar(&template, &[start, end], &call, context)
}

/// The value for `b` less that for `a`.
fn difference(of: &str) -> String {
    format!("(({}) - ({}))", of.replace("$N", "$2"), of.replace("$N", "$1"))
}

/// The part of a date that is asked for, by its plain name.
fn part_of(call: &Call, part: &Expr) -> Result<&'static str> {
    let Some(word) = call::word(part) else {
        return Err(call.refusal("takes a part that is written out, such as 'day'"));
    };
    match word.as_str() {
        "microsecond" | "microseconds" | "us" | "usec" => Ok("microsecond"),
        "millisecond" | "milliseconds" | "ms" | "msec" => Ok("millisecond"),
        "second" | "seconds" | "sec" | "secs" | "s" => Ok("second"),
        "minute" | "minutes" | "min" | "mins" | "m" => Ok("minute"),
        "hour" | "hours" | "hr" | "hrs" | "h" => Ok("hour"),
        "day" | "days" | "d" | "dayofmonth" => Ok("day"),
        "week" | "weeks" | "w" => Ok("week"),
        "month" | "months" | "mon" | "mons" => Ok("month"),
        "quarter" | "quarters" => Ok("quarter"),
        "year" | "years" | "yr" | "yrs" | "y" => Ok("year"),
        "decade" | "decades" | "dec" | "decs" => Ok("decade"),
        "century" | "centuries" | "cent" | "c" => Ok("century"),
        "millennium" | "millennia" | "mil" => Ok("millennium"),
        _ => Err(call.refusal(&format!("does not know the part '{word}'"))),
    }
}

/// `date_add(d, INTERVAL '1' MONTH)` → `d + INTERVAL '1' MONTH`; `dateadd(month, 3, d)`, of `Snowflake` →
/// `d + INTERVAL '3 month'`.
///
/// The number in the second form is written out. A date becomes a timestamp.
pub(super) fn date_add(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=3)?;
    if let [date, interval] = call.args.as_slice() {
        let template = "__instant($1) + $2";
        // The interval must stay bare: `polars-sql` reads it as such.
        let Expr::Interval(_) = interval else {
            return scalar("__instant($1) + $2", &call.args, &call, context);
        };
        let template = template.replace("$2", "INTERVAL '1 day'");
        let mut new = scalar(&template, std::slice::from_ref(date), &call, context)?;
        if let Expr::BinaryOp { right, .. } = &mut new {
            **right = interval.clone();
        }
        return Ok(new);
    }
    let part = part_of(&call, &call.args[0])?;
    let Some(n) = call::integer(&call.args[1]) else {
        return Err(call.refusal("takes a number of parts that is written out"));
    };
    let (part, n) = match part {
        "quarter" => ("month", n * 3),
        "decade" => ("year", n * 10),
        "century" => ("year", n * 100),
        "millennium" => ("year", n * 1000),
        part => (part, n),
    };
    let value = "__instant($1)";
    let sign = if n < 0 { '-' } else { '+' };
    let template = format!("{value} {sign} INTERVAL '{} {part}'", n.unsigned_abs());
    scalar(&template, &call.args[2..], &call, context)
}

/// `strftime(t, f)` and `strftime(f, t)` → `STRFTIME(t, f')`, with the codes of `chrono`: `%f` is `%6f`, `%g`
/// `%3f`, and `%c`, `%x`, `%X` are written out.
///
/// The format is written out; `%n`, `%z` and `%Z` are refused.
pub(super) fn strftime(mut call: Call, context: &mut Context) -> Result<Expr> {
    let [mut value, mut format] = call.take()?;
    if tree::text(&format).is_none() && tree::text(&value).is_some() {
        std::mem::swap(&mut value, &mut format);
    }
    if call::is_null(&format) || call::is_null(&value) {
        return Ok(template::parse_static("CAST(NULL AS VARCHAR)"));
    }
    let Some(text) = tree::text(&format) else {
        return Err(call.refusal("takes a format that is written out"));
    };
    let Some(chrono) = formats::to_chrono(text) else {
        return Err(call.refusal(&format!("does not know a code in '{text}'")));
    };
    formatted(value, chrono, &call, context)
}

fn formatted(value: Expr, chrono: String, call: &Call, context: &mut Context) -> Result<Expr> {
    // The time of a date is midnight, and that of a timestamp with a time zone is UTC's.
    scalar("STRFTIME(CAST($1 AS TIMESTAMP), $2)", &[value, string(chrono)], call, context)
}

/// `strptime(s, f)` → `STRPTIME(s, f')`, with the codes of `chrono`: `.%f` is `%.f`.
///
/// The format is written out, names at least a day, and has no time zone. `DuckDB` skips blanks around the
/// text; here they are an error.
pub(super) fn strptime(mut call: Call, context: &mut Context) -> Result<Expr> {
    let [value, format] = call.take()?;
    let Some(text) = tree::text(&format) else {
        return Err(call.refusal("takes one format that is written out"));
    };
    let Some(chrono) = formats::to_chrono_parse(text) else {
        return Err(
            call.refusal(&format!("does not know a code in '{text}', or %f without a point before it"))
        );
    };
    parsed(value, chrono, &call, context)
}

fn parsed(value: Expr, chrono: String, call: &Call, context: &mut Context) -> Result<Expr> {
    let has = |codes: &[&str]| codes.iter().any(|code| chrono.replace('-', "").contains(code));
    let day = has(&["%Y", "%y"]) && (has(&["%j"]) || has(&["%m", "%b", "%B"]) && has(&["%d"]));
    if !day {
        return Err(call.refusal("takes a format that has a year, a month and a day"));
    }
    let short_year = has(&["%y"]);
    // Without a time of day it is a date that is parsed; an hour alone needs its minutes.
    let time = if !formats::has_time(&chrono) {
        scalar("CAST(DATE($1, $2) AS TIMESTAMP)", &[value, string(chrono)], call, context)?
    } else if has(&["%M"]) {
        scalar("STRPTIME($1, $2)", &[value, string(chrono)], call, context)?
    } else {
        scalar("STRPTIME($1 || ':00', $2)", &[value, string(chrono + ":%M")], call, context)?
    };
    if short_year {
        // For chrono, 69 is 2069; for DuckDB, 1969.
        let century = "CASE WHEN YEAR($1) = 2069 THEN $1 - INTERVAL '100 year' ELSE $1 END";
        return scalar(century, &[time], call, context);
    }
    Ok(time)
}

/// `to_char(t, 'YYYY-MM-DD')`, of `PostgreSQL` → STRFTIME with that format.
///
/// The format is written out and is one of dates: `YYYY`, `MM`, `DD`, `HH24`, `MI`, `SS`, `MS`, `Mon` and the
/// like. Formats of numbers and names padded with blanks are refused.
pub(super) fn to_char(mut call: Call, context: &mut Context) -> Result<Expr> {
    let [value, format] = call.take()?;
    let Some(chrono) = tree::text(&format).and_then(formats::from_postgres) else {
        return Err(call.refusal(
            "takes a format of dates that is written out, such as 'YYYY-MM-DD HH24:MI'; or use strftime",
        ));
    };
    formatted(value, chrono, &call, context)
}

/// `to_date(s, 'YYYY-MM-DD')`, of `PostgreSQL` → DATE with that format.
pub(super) fn to_date(mut call: Call, context: &mut Context) -> Result<Expr> {
    let [value, format] = call.take()?;
    let Some(chrono) = tree::text(&format).and_then(formats::from_postgres).filter(|f| !formats::has_time(f))
    else {
        return Err(call
            .refusal("takes a format of dates that is written out, such as 'YYYY-MM-DD'; or use strptime"));
    };
    scalar("DATE($1, $2)", &[value, string(chrono)], &call, context)
}

/// `timezone('Europe/Paris', t)` → `t AT TIME ZONE 'Europe/Paris'`.
pub(super) fn timezone(mut call: Call, _context: &mut Context) -> Result<Expr> {
    let [zone, value] = call.take()?;
    Ok(Expr::AtTimeZone { timestamp: Box::new(template::group(value)), time_zone: Box::new(zone) })
}

/// `date_part('millisecond', t)`: an integer, as in `DuckDB`; other parts are `polars-sql`'s own, but for the
/// epoch, which also counts for dates.
pub(super) fn date_part(mut call: Call, context: &mut Context) -> Result<Expr> {
    let [part, value] = call.take()?;
    let Some(word) = call::word(&part) else {
        return Err(call.refusal("takes a part that is written out, such as 'year'"));
    };
    part_value(&word, value, context)
}

/// `EXTRACT(part FROM t)`, for the parts that `date_part` changes.
pub(super) fn extract(field: &DateTimeField, value: &Expr, context: &mut Context) -> Result<Option<Expr>> {
    let word = match field {
        DateTimeField::Custom(Ident { value, .. }) => value.to_lowercase(),
        other => other.to_string().to_lowercase(),
    };
    if !CHANGED.contains(&word.as_str()) {
        return Ok(None);
    }
    part_value(&word, value.clone(), context).map(Some)
}

const CHANGED: &[&str] = &[
    "epoch",
    "era",
    "julian",
    "yearweek",
    "millisecond",
    "milliseconds",
    "ms",
    "msec",
    "microsecond",
    "microseconds",
    "us",
    "usec",
    "nanosecond",
    "nanoseconds",
    "ns",
    "weekday",
];

fn part_value(word: &str, value: Expr, context: &mut Context) -> Result<Expr> {
    let template = match word {
        "epoch" => "CAST(CAST($1 AS TIMESTAMP) AS BIGINT) / 1000000.0::DOUBLE".to_string(),
        "era" => "CASE WHEN YEAR($1) > 0 THEN 1 WHEN YEAR($1) <= 0 THEN 0 END".into(),
        "julian" => "CAST(CAST($1 AS TIMESTAMP) AS BIGINT) / 86400000000.0::DOUBLE + 2440588".into(),
        "yearweek" => "CAST(DATE_PART('isoyear', $1) AS BIGINT) * 100 + DATE_PART('week', $1)".into(),
        "millisecond" | "milliseconds" | "ms" | "msec" => {
            "CAST(DATE_PART('millisecond', $1) AS BIGINT)".into()
        }
        "microsecond" | "microseconds" | "us" | "usec" => {
            "CAST(DATE_PART('microsecond', $1) AS BIGINT)".into()
        }
        "nanosecond" | "nanoseconds" | "ns" => "CAST(DATE_PART('nanosecond', $1) AS BIGINT)".into(),
        "weekday" => "DATE_PART('dayofweek', $1)".into(),
        other => format!("DATE_PART('{}', $1)", other.replace('\'', "''")),
    };
    form(&template, &[value], "date_part", context)
}
