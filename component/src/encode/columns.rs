//! Columns that a format cannot hold as they are, and what stands in their place.
//!
//! | column | in | becomes |
//! |---|---|---|
//! | binary | JSON, NDJSON, CSV | base64 text (RFC 4648, section 4) |
//! | list, array, struct | CSV | JSON text |
//! | duration | CSV | ISO 8601 text, as in JSON |
//! | integer of 64 bits or more, decimal, also in a list or struct | JSON, NDJSON, if asked for | text |
//! | 128-bit integer, also in a list or struct | Arrow, Parquet | DECIMAL(38, 0) |
//! | categorical, enum | Arrow file, Parquet | text: a file cannot replace its dictionary |
//! | date, timestamp, also in a list or struct | JSON, NDJSON, CSV | itself, if the calendar reaches that far |

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use polars::prelude::*;
use polars_json::json::write::serialize_to_utf8;

use super::calendar;
use crate::error::{Error, Kind, Result};
use crate::format::{Format, Numbers};

/// How the columns of one result are fitted to its format.
pub struct Columns {
    /// The types of the plan.
    planned: Vec<DataType>,
    /// By column; those of one column in their order.
    changes: Vec<(usize, Change)>,
    schema: Schema,
}

#[derive(Clone, Copy)]
enum Change {
    Base64,
    Json,
    Duration,
    Digits,
    Decimal,
    Text,
    InCalendar,
}

impl Change {
    /// What becomes of the type `dtype`.
    fn dtype(self, dtype: &DataType) -> DataType {
        match self {
            Change::Base64 | Change::Json | Change::Duration | Change::Text => DataType::String,
            Change::Digits => with_digits(dtype),
            Change::Decimal => with_decimals(dtype),
            Change::InCalendar => dtype.clone(),
        }
    }

    fn apply(self, series: Series) -> PolarsResult<Series> {
        match self {
            Change::Base64 => base64(&series),
            Change::Json => json(&series),
            Change::Duration => duration(&series),
            Change::Digits | Change::Decimal | Change::Text => {
                series.strict_cast(&self.dtype(series.dtype()))
            }
            Change::InCalendar => calendar::check(series),
        }
    }
}

impl Columns {
    /// # Errors
    /// A column that the format cannot hold at all.
    pub fn fit(format: Format, numbers: Numbers, schema: &Schema) -> Result<Self> {
        let mut fitted = schema.clone();
        let mut changes = Vec::new();
        for (index, (name, dtype)) in schema.iter().enumerate() {
            if format.is_text() && !matches!(dtype, DataType::Binary) && holds_binary(dtype) {
                return Err(Error::new(
                    Kind::TypeError,
                    format!(
                        "column \"{name}\" holds binary values inside a nested type, which JSON and CSV cannot show; ask for arrow or parquet"
                    ),
                ));
            }
            let mut dtype = dtype.clone();
            for change in changes_of(format, numbers, &dtype) {
                dtype = change.dtype(&dtype);
                changes.push((index, change));
            }
            fitted.set_dtype(name, dtype);
        }
        let planned = schema.iter_values().cloned().collect();
        Ok(Self { planned, changes, schema: fitted })
    }

    /// The columns after the change.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    pub fn apply(&self, mut batch: DataFrame) -> PolarsResult<DataFrame> {
        // Of constants the engine may make a number of another type than it has planned: an encoder would
        // take its bytes for the planned one's.
        for (index, planned) in self.planned.iter().enumerate() {
            let column = &batch.columns()[index];
            if planned.is_primitive_numeric() && column.dtype() != planned {
                let column = column.strict_cast(planned)?;
                batch.replace_column(index, column)?;
            }
        }
        for &(index, change) in &self.changes {
            let series = batch.columns()[index].as_materialized_series().clone();
            let changed = change.apply(series)?;
            batch.replace_column(index, changed.into_column())?;
        }
        Ok(batch)
    }
}

/// What a column of the type `dtype` needs, in order.
fn changes_of(format: Format, numbers: Numbers, dtype: &DataType) -> Vec<Change> {
    let mut changes = Vec::new();
    // First, as there may be nothing but text after the others.
    if format.is_text() && calendar::is_needed(dtype) {
        changes.push(Change::InCalendar);
    }
    changes.extend(replacement(format, numbers, dtype));
    changes
}

/// What stands in the place of the values.
fn replacement(format: Format, numbers: Numbers, dtype: &DataType) -> Option<Change> {
    match (format, dtype) {
        (Format::Json | Format::Ndjson | Format::Csv, DataType::Binary) => Some(Change::Base64),
        (Format::Csv, dtype) if dtype.is_nested() => Some(Change::Json),
        (Format::Csv, DataType::Duration(_)) => Some(Change::Duration),
        (Format::Json | Format::Ndjson, dtype)
            if numbers == Numbers::String && with_digits(dtype) != *dtype =>
        {
            Some(Change::Digits)
        }
        (Format::Arrow | Format::ArrowFile | Format::Parquet, dtype) if with_decimals(dtype) != *dtype => {
            Some(Change::Decimal)
        }
        (Format::ArrowFile | Format::Parquet, DataType::Categorical(..) | DataType::Enum(..)) => {
            Some(Change::Text)
        }
        _ => None,
    }
}

/// The type with decimals in place of 128-bit integers, which Arrow and Parquet do not have.
fn with_decimals(dtype: &DataType) -> DataType {
    with_leaves(dtype, &|leaf| match leaf {
        DataType::Int128 | DataType::UInt128 => DataType::Decimal(38, 0),
        other => other.clone(),
    })
}

/// The type with text in place of numbers that a double may not hold.
fn with_digits(dtype: &DataType) -> DataType {
    with_leaves(dtype, &|leaf| match leaf {
        DataType::Int64 | DataType::UInt64 | DataType::Int128 | DataType::UInt128 | DataType::Decimal(..) => {
            DataType::String
        }
        other => other.clone(),
    })
}

/// The type with what `change` makes of those that it is made of.
fn with_leaves(dtype: &DataType, change: &dyn Fn(&DataType) -> DataType) -> DataType {
    match dtype {
        DataType::List(inner) => DataType::List(Box::new(with_leaves(inner, change))),
        DataType::Array(inner, width) => DataType::Array(Box::new(with_leaves(inner, change)), *width),
        DataType::Struct(fields) => DataType::Struct(
            fields
                .iter()
                .map(|field| Field::new(field.name().clone(), with_leaves(field.dtype(), change)))
                .collect(),
        ),
        leaf => change(leaf),
    }
}

fn holds_binary(dtype: &DataType) -> bool {
    match dtype {
        DataType::Binary | DataType::BinaryOffset => true,
        DataType::List(inner) | DataType::Array(inner, _) => holds_binary(inner),
        DataType::Struct(fields) => fields.iter().any(|field| holds_binary(field.dtype())),
        _ => false,
    }
}

fn base64(series: &Series) -> PolarsResult<Series> {
    let values = series.binary()?.iter().map(|value| value.map(|bytes| BASE64_STANDARD.encode(bytes)));
    Ok(StringChunked::from_iter_options(series.name().clone(), values).into_series())
}

fn json(series: &Series) -> PolarsResult<Series> {
    let series = series.rechunk();
    let array = series.to_arrow(0, CompatLevel::newest());
    let mut text = StringChunked::with_chunk(series.name().clone(), serialize_to_utf8(&*array));
    // A null is a null in CSV, not the text `null`.
    if series.null_count() > 0 {
        text = text.set(&series.is_null(), None)?;
    }
    Ok(text.into_series())
}

fn duration(series: &Series) -> PolarsResult<Series> {
    let text = json(series)?;
    let unquoted = text.str()?.apply_values(|text| text.trim_matches('"').into());
    Ok(unquoted.into_series())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(format: Format, series: Series) -> Series {
        let batch = DataFrame::new_infer_height(vec![series.into_column()]).unwrap();
        let columns = Columns::fit(format, Numbers::Number, batch.schema()).unwrap();
        let batch = columns.apply(batch).unwrap();
        assert_eq!(**batch.schema(), *columns.schema());
        batch.columns()[0].as_materialized_series().clone()
    }

    #[test]
    fn binary_is_base64_in_text() {
        let values: [Option<&[u8]>; 3] = [Some(b"\xff\x00"), None, Some(b"")];
        let series = Series::new("b".into(), values);
        for format in [Format::Json, Format::Ndjson, Format::Csv] {
            let text = fitted(format, series.clone());
            let text: Vec<_> = text.str().unwrap().iter().collect();
            assert_eq!(text, [Some("/wA="), None, Some("")]);
        }
        assert_eq!(fitted(Format::Arrow, series.clone()).dtype(), &DataType::Binary);
    }

    #[test]
    fn wide_integers_are_decimals_in_arrow() {
        let wide = Series::new("w".into(), [1i128, 2]);
        assert_eq!(fitted(Format::Arrow, wide.clone()).dtype(), &DataType::Decimal(38, 0));
        let lists = Series::new("l".into(), [Some(wide), None]);
        let dtype = DataType::List(Box::new(DataType::Decimal(38, 0)));
        assert_eq!(fitted(Format::Parquet, lists).dtype(), &dtype);
    }

    #[test]
    fn nested_values_are_json_in_csv() {
        let lists = [Some(Series::new("".into(), [1i64, 2])), None];
        let text = fitted(Format::Csv, Series::new("l".into(), lists));
        let text: Vec<_> = text.str().unwrap().iter().collect();
        assert_eq!(text, [Some("[1,2]"), None]);
    }

    #[test]
    fn durations_are_iso_8601_in_csv() {
        let hours = Series::new("d".into(), [Some(7_200_000i64), None]);
        let hours = hours.cast(&DataType::Duration(TimeUnit::Milliseconds)).unwrap();
        let text = fitted(Format::Csv, hours);
        assert_eq!(text.str().unwrap().iter().collect::<Vec<_>>(), [Some("PT7200S"), None]);
    }

    #[test]
    fn digits_are_text_where_they_are_asked_for() {
        let wide = Series::new("w".into(), [i64::MAX, 2]);
        let lists = Series::new("l".into(), [Some(wide.clone()), None]);
        let few = Series::new("f".into(), [1i32, 2]);
        let columns = vec![wide.into_column(), lists.into_column(), few.into_column()];
        let batch = DataFrame::new_infer_height(columns).unwrap();
        let apply = |format| {
            Columns::fit(format, Numbers::String, batch.schema()).unwrap().apply(batch.clone()).unwrap()
        };
        let text = apply(Format::Ndjson);
        assert_eq!(text.columns()[0].str().unwrap().get(0), Some("9223372036854775807"));
        assert_eq!(text.columns()[1].dtype(), &DataType::List(Box::new(DataType::String)));
        assert_eq!(text.columns()[2].dtype(), &DataType::Int32);
        assert_eq!(apply(Format::Csv).columns()[0].dtype(), &DataType::Int64);
    }

    #[test]
    fn a_column_may_be_checked_and_changed() {
        let apply = |format, numbers, days: i32| {
            let date = Series::new("day".into(), [days]).cast(&DataType::Date).unwrap();
            let fields = [date, Series::new("n".into(), [i64::MAX])];
            let column = StructChunked::from_series("s".into(), 1, fields.iter()).unwrap();
            let batch = DataFrame::new_infer_height(vec![column.into_column()]).unwrap();
            Columns::fit(format, numbers, batch.schema()).unwrap().apply(batch)
        };
        let csv = apply(Format::Csv, Numbers::Number, 365).unwrap();
        let text = csv.columns()[0].str().unwrap().get(0).unwrap();
        assert_eq!(text, "{\"day\":\"1971-01-01\",\"n\":9223372036854775807}");
        let json = apply(Format::Json, Numbers::String, 365).unwrap();
        let fields = json.columns()[0].struct_().unwrap().fields_as_series();
        assert_eq!((fields[0].dtype(), fields[1].dtype()), (&DataType::Date, &DataType::String));
        for (format, numbers) in [(Format::Csv, Numbers::Number), (Format::Json, Numbers::String)] {
            assert!(apply(format, numbers, i32::MAX).is_err());
        }
        assert!(apply(Format::Arrow, Numbers::Number, i32::MAX).is_ok());
    }
}
