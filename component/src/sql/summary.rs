//! `SUMMARIZE t`: a row of statistics for each column, as texts. One pass over the rows, in memory that
//! does not grow with them, but for lists and structs, whose values are counted by holding them.
//!
//! | column | is |
//! |---|---|
//! | `min`, `max` | NULL for lists and structs, which DuckDB compares |
//! | `approx_unique` | of HyperLogLog, as DuckDB's, with another error; without NULL |
//! | `avg`, `std` | in doubles; `avg` also of dates and times |
//! | `q25`, `q50`, `q75` | values that are near the quantile (KLL); DuckDB interpolates (t-digest) |
//! | `count` | rows, not values |
//! | `null_percentage` | NULL if there are no rows |

use polars::prelude::*;
use polars_plan::dsl::ApproxQuantileMethod;

use super::text::text;
use crate::encode::sql_name;
use crate::error::Result;

/// The columns of statistics, in their order, of those that are texts.
const TEXTS: [&str; 7] = ["min", "max", "avg", "std", "q25", "q50", "q75"];

const QUANTILES: [(&str, f64); 3] = [("q25", 0.25), ("q50", 0.5), ("q75", 0.75)];

/// How far from the quantile, in parts of the rows, an approximation may lie.
const QUANTILE_ERROR: f64 = 0.001;

/// The statistics of the columns of `rows`.
pub fn frame(mut rows: LazyFrame) -> Result<LazyFrame> {
    let schema = rows.collect_schema()?;
    let mut statistics = vec![len().alias("rows")];
    for (n, (name, dtype)) in schema.iter().enumerate() {
        statistics.extend(of_column(n, col(name.clone()), dtype));
    }
    let described = schema.clone();
    let summary = summary_schema();
    Ok(rows.select(statistics).map(
        move |row| table(&row, &described),
        AllowedOptimizations::empty(),
        Some(Arc::new(move |_: &Schema| Ok(summary.clone()))),
        Some("SUMMARIZE"),
    ))
}

/// What is computed of the column `n`, under names with its number.
fn of_column(n: usize, column: Expr, dtype: &DataType) -> Vec<Expr> {
    let named = |expr: Expr, name: &str| expr.alias(format!("{n} {name}"));
    let mut all = vec![named(column.clone().null_count(), "nulls")];
    if dtype.is_null() {
        return all;
    }
    if dtype.is_nested() {
        all.push(named(column.n_unique(), "unique"));
        return all;
    }
    // What is kept as numbers is summed up as its text.
    let column = match dtype {
        DataType::Categorical(..) | DataType::Enum(..) => column.cast(DataType::String),
        _ => column,
    };
    all.push(named(column.clone().min(), "min"));
    all.push(named(column.clone().max(), "max"));
    all.push(named(column.clone().approx_n_unique(), "unique"));
    let is_number = dtype.is_primitive_numeric() || dtype.is_decimal();
    if is_number {
        let doubles = column.clone().cast(DataType::Float64);
        all.push(named(doubles.clone().mean(), "avg"));
        all.push(named(doubles.std(1), "std"));
    } else if matches!(dtype, DataType::Date) {
        all.push(named(column.clone().cast(DataType::Datetime(TimeUnit::Microseconds, None)).mean(), "avg"));
    } else if matches!(dtype, DataType::Datetime(..) | DataType::Time) {
        all.push(named(column.clone().mean(), "avg"));
    } else {
        return all;
    }
    let ranked = match dtype {
        DataType::Int128 | DataType::UInt128 => column.cast(DataType::Float64),
        _ => column,
    };
    for (name, quantile) in QUANTILES {
        let value =
            ranked.clone().approx_quantile(lit(quantile), QUANTILE_ERROR, false, ApproxQuantileMethod::Auto);
        all.push(named(value, name));
    }
    all
}

fn summary_schema() -> SchemaRef {
    let field = |name: &str| {
        let dtype = match name {
            "approx_unique" | "count" => DataType::Int64,
            "null_percentage" => DataType::Decimal(9, 2),
            _ => DataType::String,
        };
        Field::new(name.into(), dtype)
    };
    let names = [
        "column_name",
        "column_type",
        "min",
        "max",
        "approx_unique",
        "avg",
        "std",
        "q25",
        "q50",
        "q75",
        "count",
        "null_percentage",
    ];
    Arc::new(names.into_iter().map(field).collect())
}

/// The one row of statistics as a row for each column of `described`.
fn table(row: &DataFrame, described: &Schema) -> PolarsResult<DataFrame> {
    let value = |name: &str| match row.column(name) {
        Ok(column) if column.len() == 1 => column.get(0),
        _ => Ok(AnyValue::Null),
    };
    let number = |name: &str| Ok::<_, PolarsError>(value(name)?.extract::<i64>().unwrap_or(0));
    let rows = number("rows")?;
    let columns = described.len();
    let mut unique = Vec::with_capacity(columns);
    let mut nulls = Vec::with_capacity(columns);
    for n in 0..columns {
        let missing = number(&format!("{n} nulls"))?;
        // NULL is a value for the engine.
        let all = number(&format!("{n} unique"))?;
        unique.push(if all > 0 && missing > 0 { all - 1 } else { all });
        // In hundredths of a percent.
        nulls.push((rows > 0).then(|| (missing as f64 * 10_000.0 / rows as f64).round() as i128));
    }
    let text_column = |name: &str| {
        let texts = (0..columns).map(|n| Ok(text(&value(&format!("{n} {name}"))?)));
        let texts = texts.collect::<PolarsResult<Vec<Option<String>>>>()?;
        Ok::<_, PolarsError>(StringChunked::from_iter_options(name.into(), texts.into_iter()).into_column())
    };
    let names = described.iter_names().map(|name| name.as_str());
    let types = described.iter_values().map(sql_name);
    let mut out = vec![
        StringChunked::from_iter_values("column_name".into(), names).into_column(),
        StringChunked::from_iter_values("column_type".into(), types).into_column(),
    ];
    for name in TEXTS {
        out.push(text_column(name)?);
    }
    out.insert(4, Int64Chunked::from_vec("approx_unique".into(), unique).into_column());
    out.push(Int64Chunked::from_vec("count".into(), vec![rows; columns]).into_column());
    let nulls = Int128Chunked::from_iter_options("null_percentage".into(), nulls.into_iter());
    out.push(nulls.into_decimal_unchecked(9, 2).into_column());
    DataFrame::new(columns, out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(rows: DataFrame) -> DataFrame {
        frame(rows.lazy()).unwrap().collect_with_engine(Engine::Streaming).unwrap().unwrap_single()
    }

    #[test]
    fn numbers_texts_and_nulls() {
        let rows = df!("a" => [Some(1), None, Some(4), Some(1)], "b" => ["y", "x", "x", "z"]).unwrap();
        let summary = summary(rows);
        let text = |name: &str| -> Vec<Option<String>> {
            let column = summary.column(name).unwrap();
            (0..2).map(|n| text(&column.get(n).unwrap())).collect()
        };
        let some = |a: &str, b: &str| vec![Some(a.to_string()), Some(b.to_string())];
        assert_eq!(text("column_type"), some("INTEGER", "VARCHAR"));
        assert_eq!(text("min"), some("1", "x"));
        assert_eq!(text("max"), some("4", "z"));
        assert_eq!(text("approx_unique"), some("2", "3"));
        assert_eq!(text("avg"), vec![Some("2.0".to_string()), None]);
        assert_eq!(text("count"), some("4", "4"));
        assert_eq!(text("null_percentage"), some("25.00", "0.00"));
    }

    #[test]
    fn no_rows() {
        let summary = summary(df!("a" => [1]).unwrap().clear());
        assert_eq!(summary.schema(), &summary_schema());
        assert_eq!(summary.column("null_percentage").unwrap().null_count(), 1);
        assert_eq!(summary.column("min").unwrap().null_count(), 1);
    }
}
