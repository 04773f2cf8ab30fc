//! A column of text as a column of another type, value by value, while it streams.

use polars::prelude::*;

use super::values;
use crate::encode::sql_name;
use crate::sql::parse_time;

/// What a column of text is to become.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub dtype: DataType,
    /// How dates and timestamps are written; none: year, month, day.
    pub format: Option<String>,
    pub decimal_comma: bool,
}

/// What is done with a text that is no such value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    Error,
    Null,
}

impl Target {
    pub fn new(dtype: DataType) -> Self {
        Self { dtype, format: None, decimal_comma: false }
    }

    /// `column`, which is text, as this type. In errors it is called `name`.
    pub fn expr(&self, column: Expr, name: &PlSmallStr, misfit: Misfit) -> Expr {
        if self.dtype == DataType::String {
            return column;
        }
        let target = self.clone();
        let dtype = self.dtype.clone();
        let name = name.clone();
        column.map(
            move |column| {
                let found = column.name().clone();
                let series =
                    target.convert(&column.take_materialized_series().with_name(name.clone()), misfit)?;
                Ok(series.with_name(found).into_column())
            },
            move |_, field| Ok(Field::new(field.name().clone(), dtype.clone())),
        )
    }

    /// Whether all of `texts` that are not NULL are such values, and there is one.
    pub fn fits_all(&self, texts: &StringChunked) -> bool {
        texts.null_count() < texts.len() && self.convert(&texts.clone().into_series(), Misfit::Error).is_ok()
    }

    fn convert(&self, series: &Series, misfit: Misfit) -> PolarsResult<Series> {
        let texts = series.str()?;
        match &self.dtype {
            DataType::Boolean => {
                let mut out = BooleanChunkedBuilder::new(texts.name().clone(), texts.len());
                for text in texts.iter() {
                    out.append_option(self.one(texts.name(), text, misfit, values::boolean)?);
                }
                Ok(out.finish().into_series())
            }
            DataType::Int8 => self.integers::<Int8Type>(texts, misfit),
            DataType::Int16 => self.integers::<Int16Type>(texts, misfit),
            DataType::Int32 => self.integers::<Int32Type>(texts, misfit),
            DataType::Int64 => self.integers::<Int64Type>(texts, misfit),
            DataType::Int128 => self.integers::<Int128Type>(texts, misfit),
            DataType::UInt8 => self.integers::<UInt8Type>(texts, misfit),
            DataType::UInt16 => self.integers::<UInt16Type>(texts, misfit),
            DataType::UInt32 => self.integers::<UInt32Type>(texts, misfit),
            DataType::UInt64 => self.integers::<UInt64Type>(texts, misfit),
            DataType::Float32 => {
                let read = |text: &str| self.point(text).and_then(|text| values::float(&text));
                self.numbers::<Float32Type>(texts, misfit, |text| read(text).map(|number| number as f32))
            }
            DataType::Float64 => self.numbers::<Float64Type>(texts, misfit, |text| {
                self.point(text).and_then(|text| values::float(&text))
            }),
            DataType::Decimal(precision, scale) => {
                let (precision, scale) = (*precision, *scale);
                self.numbers::<Int128Type>(texts, misfit, |text| {
                    self.point(text).and_then(|text| values::decimal(&text, precision, scale))
                })?
                .into_decimal(precision, scale)
            }
            DataType::Date => self
                .numbers::<Int32Type>(texts, misfit, |text| {
                    let days = match &self.format {
                        Some(format) => parse_time(text, format).ok()??.div_euclid(86_400_000_000),
                        None => values::date(text)?,
                    };
                    i32::try_from(days).ok()
                })?
                .cast(&DataType::Date),
            DataType::Time => self
                .numbers::<Int64Type>(texts, misfit, |text| Some(values::time(text)? * 1000))?
                .cast(&DataType::Time),
            DataType::Datetime(unit, zone) => self
                .numbers::<Int64Type>(texts, misfit, |text| {
                    let (micros, offset) = match &self.format {
                        Some(format) => (parse_time(text, format).ok()??, 0),
                        None => values::timestamp(text)?,
                    };
                    // Without a time zone, DuckDB keeps the clock that is written.
                    let micros = if zone.is_some() { micros.checked_sub(offset)? } else { micros };
                    match unit {
                        TimeUnit::Milliseconds => Some(micros.div_euclid(1000)),
                        TimeUnit::Microseconds => Some(micros),
                        TimeUnit::Nanoseconds => micros.checked_mul(1000),
                    }
                })?
                .cast(&self.dtype),
            other => polars_bail!(ComputeError: "text cannot be read as {}", sql_name(other)),
        }
    }

    /// The text with a point in the place of the comma.
    fn point<'a>(&self, text: &'a str) -> Option<std::borrow::Cow<'a, str>> {
        match self.decimal_comma {
            false => Some(text.into()),
            true if text.contains('.') => None,
            true => Some(text.replace(',', ".").into()),
        }
    }

    fn integers<T>(&self, texts: &StringChunked, misfit: Misfit) -> PolarsResult<Series>
    where
        T: PolarsNumericType,
        T::Native: TryFrom<i128>,
        ChunkedArray<T>: IntoSeries,
    {
        self.numbers::<T>(texts, misfit, |text| {
            values::integer(&self.point(text)?).and_then(|number| T::Native::try_from(number).ok())
        })
    }

    fn numbers<T>(
        &self,
        texts: &StringChunked,
        misfit: Misfit,
        read: impl Fn(&str) -> Option<T::Native>,
    ) -> PolarsResult<Series>
    where
        T: PolarsNumericType,
        ChunkedArray<T>: IntoSeries,
    {
        let mut out = PrimitiveChunkedBuilder::<T>::new(texts.name().clone(), texts.len());
        for text in texts.iter() {
            out.append_option(self.one(texts.name(), text, misfit, &read)?);
        }
        Ok(out.finish().into_series())
    }

    fn one<T>(
        &self,
        column: &str,
        text: Option<&str>,
        misfit: Misfit,
        read: impl Fn(&str) -> Option<T>,
    ) -> PolarsResult<Option<T>> {
        let Some(text) = text else { return Ok(None) };
        match (read(text), misfit) {
            (None, Misfit::Error) => Err(self.misfit(column, text)),
            (value, _) => Ok(value),
        }
    }

    fn misfit(&self, column: &str, text: &str) -> PolarsError {
        const SHOWN: usize = 100;
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        let how = match &self.format {
            Some(format) => format!(" of the format '{format}'"),
            None => String::new(),
        };
        polars_err!(
            ComputeError:
            "column \"{column}\" has the value '{shown}', which is no {}{how}; read the column as VARCHAR, \
             name what stands for NULL (nullstr = 'NA'), or ignore_errors = true",
            sql_name(&self.dtype)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn convert(dtype: DataType, texts: &[Option<&str>], misfit: Misfit) -> PolarsResult<Series> {
        Target::new(dtype).convert(&Series::new("a".into(), texts), misfit)
    }

    #[test]
    fn a_misfit_is_named_or_null() {
        let texts = [Some("1"), None, Some("x")];
        let error = convert(DataType::Int32, &texts, Misfit::Error).unwrap_err().to_string();
        assert!(error.contains("\"a\" has the value 'x', which is no INTEGER"), "{error}");
        let series = convert(DataType::Int32, &texts, Misfit::Null).unwrap();
        assert_eq!(series, Series::new("a".into(), [Some(1i32), None, None]));
        assert!(convert(DataType::Int8, &[Some("128")], Misfit::Error).is_err());
        assert!(convert(DataType::UInt8, &[Some("-1")], Misfit::Error).is_err());
    }

    #[test]
    fn types_of_their_own() {
        let decimals = convert(DataType::Decimal(5, 2), &[Some("1.555")], Misfit::Error).unwrap();
        assert_eq!(decimals.dtype(), &DataType::Decimal(5, 2));
        let dates = convert(DataType::Date, &[Some("1970-01-02")], Misfit::Error).unwrap();
        assert_eq!(dates.to_physical_repr().get(0).unwrap(), AnyValue::Int32(1));
        let comma = Target { decimal_comma: true, ..Target::new(DataType::Float64) };
        let texts = Series::new("a".into(), ["1,5"]);
        assert_eq!(comma.convert(&texts, Misfit::Error).unwrap(), Series::new("a".into(), [1.5]));
        let zoned = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let at = convert(zoned, &[Some("1970-01-01 02:00:00+02")], Misfit::Error).unwrap();
        assert_eq!(at.to_physical_repr().get(0).unwrap(), AnyValue::Int64(0));
    }

    #[test]
    fn a_format_of_dates() {
        let target = Target { format: Some("%d/%m/%Y".into()), ..Target::new(DataType::Date) };
        let texts = |texts: &[Option<&str>]| StringChunked::new("d".into(), texts);
        assert!(target.fits_all(&texts(&[Some("31/01/2024"), None])));
        assert!(!target.fits_all(&texts(&[Some("31/01/2024"), Some("2024-01-31")])));
        assert!(!target.fits_all(&texts(&[None])));
    }
}
