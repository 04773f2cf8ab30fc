//! Dates and timestamps reach farther than the calendar that writes them as text; DuckDB's `infinity` is such a date.

use polars::prelude::*;
use polars_arrow::temporal_conversions::{
    date32_to_date_opt, timestamp_ms_to_datetime_opt, timestamp_ns_to_datetime_opt,
    timestamp_us_to_datetime_opt,
};

/// Whether values of the type `dtype` are dates or timestamps, or made of them.
pub fn is_needed(dtype: &DataType) -> bool {
    match dtype {
        DataType::Date | DataType::Datetime(..) => true,
        DataType::List(inner) | DataType::Array(inner, _) => is_needed(inner),
        DataType::Struct(fields) => fields.iter().any(|field| is_needed(field.dtype())),
        _ => false,
    }
}

/// Gives the values of `series` as they are.
///
/// # Errors
/// One of them, or of those that they are made of, has no text.
pub fn check(series: Series) -> PolarsResult<Series> {
    // Writers of JSON write what lies under a null, too, and leave it out afterwards.
    let series = series.trim_lists_to_normalized_offsets().unwrap_or(series);
    let series = series.propagate_nulls().unwrap_or(series);
    polars_ensure!(
        fits(&series)?,
        ComputeError:
        "column \"{}\" holds a date outside of the years -262143 to 262142, which JSON and CSV cannot show; ask for arrow or parquet",
        series.name()
    );
    Ok(series)
}

fn fits(series: &Series) -> PolarsResult<bool> {
    Ok(match series.dtype() {
        DataType::Date => ends_fit(series.date()?.physical(), |days| date32_to_date_opt(days).is_some()),
        DataType::Datetime(unit, _) => {
            let date = match unit {
                TimeUnit::Nanoseconds => timestamp_ns_to_datetime_opt,
                TimeUnit::Microseconds => timestamp_us_to_datetime_opt,
                TimeUnit::Milliseconds => timestamp_ms_to_datetime_opt,
            };
            ends_fit(series.datetime()?.physical(), |ticks| date(ticks).is_some())
        }
        DataType::List(inner) if is_needed(inner) => fits(&series.list()?.get_inner())?,
        DataType::Array(inner, _) if is_needed(inner) => fits(&series.array()?.get_inner())?,
        DataType::Struct(_) => {
            for field in series.struct_()?.fields_as_series() {
                if !fits(&field)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => true,
    })
}

/// Whether the least and the greatest value fit.
fn ends_fit<T: PolarsNumericType>(values: &ChunkedArray<T>, fits: impl Fn(T::Native) -> bool) -> bool
where
    ChunkedArray<T>: ChunkAgg<T::Native>,
{
    values.min_max().is_none_or(|(min, max)| fits(min) && fits(max))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(days: &[Option<i32>]) -> Series {
        Series::new("d".into(), days).cast(&DataType::Date).unwrap()
    }

    #[test]
    fn the_calendar_has_ends() {
        assert!(check(dates(&[Some(0), None, Some(365)])).is_ok());
        for days in [i32::MIN, i32::MAX] {
            let error = check(dates(&[Some(0), None, Some(days)])).unwrap_err();
            assert!(error.to_string().contains("\"d\""), "{error}");
        }
    }

    #[test]
    fn dates_at_any_depth_are_looked_at() {
        let nested = |days: i32| {
            let list = dates(&[None, Some(days)]).implode().unwrap().into_series();
            let array = list.cast(&DataType::Array(Box::new(DataType::Date), 2)).unwrap();
            let fields = [Series::new("n".into(), [1]), list.clone()];
            let one = StructChunked::from_series("s".into(), 1, fields.iter()).unwrap().into_series();
            let lists = one.implode().unwrap().into_series();
            [list, array, one, lists]
        };
        for series in nested(365) {
            assert!(is_needed(series.dtype()) && check(series.clone()).is_ok(), "{series}");
        }
        for series in nested(i32::MAX) {
            assert!(check(series.clone()).is_err(), "{series}");
        }
        assert!(!is_needed(&DataType::List(Box::new(DataType::Time))));
    }

    #[test]
    fn what_is_under_a_null_or_beside_a_slice_is_not_looked_at() {
        let lists = [dates(&[Some(i32::MAX)]), dates(&[Some(1)])];
        let lists = Series::new("l".into(), lists);
        assert!(check(lists.clone()).is_err());
        assert!(check(lists.slice(1, 1)).is_ok());
        let fields = [dates(&[Some(i32::MAX), Some(1)])];
        let hidden = StructChunked::from_series("s".into(), 2, fields.iter()).unwrap();
        let hidden = hidden.with_outer_validity(Some([false, true].into_iter().collect())).into_series();
        assert_eq!(check(hidden.clone()).unwrap(), hidden);
    }
}
