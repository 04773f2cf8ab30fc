//! Values as the text that `DuckDB` makes of them, which is not always Polars' own.
//!
//! | value | text |
//! |---|---|
//! | timestamp | `2024-01-31 12:05:06.25`: no zeros at the end of the fraction; in UTC with `+00` |
//! | float | `0.5`, `1e+20`, `1e-05`, `nan`, `-inf` |
//! | list, struct | `[1, NULL]`, `{'x': 1, 'y': a}`; text that could be mistaken is in quotes |
//!
//! Intervals have no text: a Polars duration does not know its days from its hours. Nor have maps.

use polars::lazy::dsl::when;
use polars::prelude::*;

use super::args::{Args, Value1, native};
use super::{Function, function};

pub static FUNCTIONS: &[Function] = &[
    function("__text", (1, 1), |args| text_of(args, 0)),
    function("__part", (1, 1), |args| match args.dtype(0) {
        // `||` also joins lists and blobs
        DataType::List(_) | DataType::Array(..) | DataType::Binary => Ok(args.col(0)),
        _ => text_of(args, 0),
    }),
    function("__join", (2, 2), |args| match (args.dtype(0), args.dtype(1)) {
        (DataType::List(_) | DataType::Array(..), _) | (_, DataType::List(_) | DataType::Array(..)) => {
            let null = args.col(0).is_null().or(args.col(1).is_null());
            Ok(when(null).then(lit(NULL)).otherwise(super::lists::concat(args)?))
        }
        (DataType::Binary, _) | (_, DataType::Binary) => Ok(args.col(0) + args.col(1)),
        _ => Ok(text_of(args, 0)? + text_of(args, 1)?),
    }),
    function("__instant", (1, 1), |args| match args.dtype(0) {
        DataType::Date => Ok(args.col(0).cast(DataType::Datetime(TimeUnit::Microseconds, None))),
        _ => Ok(args.col(0)),
    }),
    function("__boolean", (1, 1), |args| boolean(args, true)),
    function("__try_boolean", (1, 1), |args| boolean(args, false)),
];

fn text_of(args: &Args, i: usize) -> PolarsResult<Expr> {
    let dtype = args.dtype(i);
    match dtype {
        DataType::String => Ok(args.col(i)),
        DataType::Float32 | DataType::Float64 | DataType::Datetime(..) | DataType::Time => Ok(shown(args, i)),
        dtype if dtype.is_nested() && !holds_duration(dtype) => Ok(shown(args, i)),
        _ => Ok(args.col(i).strict_cast(DataType::String)),
    }
}

fn holds_duration(dtype: &DataType) -> bool {
    match dtype {
        DataType::Duration(_) => true,
        DataType::List(inner) | DataType::Array(inner, _) => holds_duration(inner),
        DataType::Struct(fields) => fields.iter().any(|field| holds_duration(field.dtype())),
        DataType::Map(key, value) => holds_duration(key) || holds_duration(value),
        _ => false,
    }
}

fn shown(args: &Args, i: usize) -> Expr {
    native(vec![args.col(i)], DataType::String, |series| {
        let series = &series[0];
        let dtype = series.dtype().clone();
        String::collect(series.rechunk().iter().map(|value| {
            if value.is_null() {
                return Ok(None);
            }
            let mut text = String::new();
            show(&value, &dtype, &mut text)?;
            Ok(Some(text))
        }))
    })
}

fn show(value: &AnyValue, dtype: &DataType, out: &mut String) -> PolarsResult<()> {
    match (value, dtype) {
        (AnyValue::Null, _) => out.push_str("NULL"),
        (AnyValue::Float32(value), _) => {
            out.push_str(&float(f64::from(*value), &format!("{value:e}"), &value.to_string()))
        }
        (AnyValue::Float64(value), _) => {
            out.push_str(&float(*value, &format!("{value:e}"), &value.to_string()))
        }
        (AnyValue::String(text), _) => out.push_str(text),
        (AnyValue::StringOwned(text), _) => out.push_str(text),
        (AnyValue::List(series), DataType::List(inner) | DataType::Array(inner, _)) => {
            list(series, inner, out)?
        }
        (AnyValue::Array(series, _), DataType::Array(inner, _)) => list(series, inner, out)?,
        (AnyValue::Struct(..) | AnyValue::StructOwned(..), DataType::Struct(fields)) => {
            let values: Vec<AnyValue> = match value {
                AnyValue::StructOwned(owned) => owned.0.clone(),
                value => value._iter_struct_av().map(AnyValue::into_static).collect(),
            };
            out.push('{');
            for (n, (field, value)) in fields.iter().zip(&values).enumerate() {
                if n > 0 {
                    out.push_str(", ");
                }
                out.push('\'');
                out.push_str(&escaped(field.name()));
                out.push_str("': ");
                nested(value, field.dtype(), out)?;
            }
            out.push('}');
        }
        (_, DataType::Datetime(unit, zone)) => {
            let ticks =
                value.extract::<i64>().ok_or_else(|| polars_err!(ComputeError: "a timestamp has no text"))?;
            out.push_str(&instant(ticks, *unit)?);
            if zone.is_some() {
                out.push_str("+00");
            }
        }
        (AnyValue::Time(nanos), _) => {
            let seconds = nanos / 1_000_000_000;
            out.push_str(&format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60));
            fraction(nanos % 1_000_000_000, out);
        }
        // Also what Polars writes as DuckDB does: integers, decimals, dates, booleans.
        _ => {
            let text = Series::from_any_values("".into(), &[value.clone().into_static()], true)?
                .cast(&DataType::String)?;
            out.push_str(text.str()?.get(0).unwrap_or("NULL"));
        }
    }
    Ok(())
}

fn list(series: &Series, inner: &DataType, out: &mut String) -> PolarsResult<()> {
    out.push('[');
    for (n, value) in series.rechunk().iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        nested(&value, inner, out)?;
    }
    out.push(']');
    Ok(())
}

/// A value within another one: text that could be mistaken is in quotes.
fn nested(value: &AnyValue, dtype: &DataType, out: &mut String) -> PolarsResult<()> {
    if dtype.is_nested() || value.is_null() {
        return show(value, dtype, out);
    }
    let mut text = String::new();
    show(value, dtype, &mut text)?;
    if needs_quotes(&text) {
        out.push('\'');
        out.push_str(&escaped(&text));
        out.push('\'');
    } else {
        out.push_str(&text.replace('\\', "\\\\"));
    }
    Ok(())
}

fn needs_quotes(text: &str) -> bool {
    text.is_empty()
        || text.eq_ignore_ascii_case("null")
        || text.starts_with(' ')
        || text.ends_with(' ')
        || text.contains(['\'', '"', ',', ':', '=', '(', ')', '[', ']', '{', '}'])
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\'', "\\'")
}

/// The shortest digits that give the value back: as they are from 1e-4 to 1e16, else with an exponent.
fn float(value: f64, scientific: &str, plain: &str) -> String {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let Some((digits, exponent)) = scientific.split_once('e') else { return plain.into() };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        return if plain.contains('.') { plain.into() } else { format!("{plain}.0") };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{digits}e{sign}{:02}", exponent.abs())
}

/// `2024-01-31 12:05:06.25`
fn instant(ticks: i64, unit: TimeUnit) -> PolarsResult<String> {
    let per_second: i64 = match unit {
        TimeUnit::Milliseconds => 1_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Nanoseconds => 1_000_000_000,
    };
    let seconds = ticks.div_euclid(per_second);
    let nanos = ticks.rem_euclid(per_second) * (1_000_000_000 / per_second);
    let time = polars_arrow::temporal_conversions::timestamp_s_to_datetime_opt(seconds).ok_or_else(
        || polars_err!(ComputeError: "a timestamp is outside of the calendar, and has no text"),
    )?;
    let mut text = time.format("%Y-%m-%d %H:%M:%S").to_string();
    fraction(nanos, &mut text);
    Ok(text)
}

fn fraction(nanos: i64, out: &mut String) {
    if nanos != 0 {
        out.push('.');
        out.push_str(format!("{nanos:09}").trim_end_matches('0'));
    }
}

/// Text as a truth value, by `DuckDB`'s words for it; other values as the engine casts them.
fn boolean(args: &Args, strict: bool) -> PolarsResult<Expr> {
    if !args.dtype(0).is_string() {
        let cast = args.col(0);
        return Ok(if strict { cast.strict_cast(DataType::Boolean) } else { cast.cast(DataType::Boolean) });
    }
    Ok(super::args::on_text(args.col(0), move |text| match text.to_ascii_lowercase().as_str() {
        "true" | "t" | "1" | "yes" | "y" => Ok(Some(true)),
        "false" | "f" | "0" | "no" | "n" => Ok(Some(false)),
        _ if strict => {
            polars_bail!(ComputeError: "'{text}' is no BOOLEAN; TRY_CAST gives a NULL for such a value")
        }
        _ => Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    #[test]
    fn floats() {
        for (number, text) in [
            (0.5, "0.5"),
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (1e100, "1e+100"),
            (f64::NAN, "nan"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(float(number, &format!("{number:e}"), &number.to_string()), text);
        }
    }

    #[test]
    fn instants() {
        assert_eq!(instant(0, TimeUnit::Milliseconds).unwrap(), "1970-01-01 00:00:00");
        assert_eq!(instant(-1, TimeUnit::Microseconds).unwrap(), "1969-12-31 23:59:59.999999");
        assert_eq!(instant(1_250, TimeUnit::Milliseconds).unwrap(), "1970-01-01 00:00:01.25");
    }

    #[test]
    fn texts() {
        for (sql, expected) in [
            ("__text(list_value(a, NULL))", "[1, NULL]"),
            ("__text(list_value('a', 'b c', '', 'it''s', 'a\\b'))", "[a, b c, '', 'it\\'s', a\\\\b]"),
            ("__text(struct_pack('x', a, 'y', 'p'))", "{'x': 1, 'y': p}"),
            ("__text(make_time(1, 2, 3.5))", "01:02:03.5"),
            ("__part(a)", "1"),
            ("__join(a, 'x')", "1x"),
            ("len(__join(list_value(a), [2, 3]))", "3"),
            ("__join(list_value(a), NULL)", "null"),
            ("__text(list_value(struct_pack('x', a)))", "[{'x': 1}]"),
            ("__boolean('Yes')", "true"),
            ("__try_boolean('on')", "null"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert!(error("__boolean('on')").contains("TRY_CAST"));
    }
}
