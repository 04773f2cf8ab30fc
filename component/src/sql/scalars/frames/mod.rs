//! Window functions over frames that `polars-sql` does not have: `polaroid-sql` writes them as a call of
//! `__frame`, which keeps the partitions and the order of its OVER, and gets the rest as a text ([`spec`])
//! and columns.
//!
//! A call gets the rows of one partition, in the order of the window. What a frame gives is found without
//! going through all its rows where that can be:
//!
//! | function | by |
//! |---|---|
//! | COUNT; SUM, AVG of integers and decimals | differences of running sums |
//! | SUM, AVG of floats; MIN, MAX, ARG_MIN, ARG_MAX; the moments | a segment tree |
//! | FIRST, LAST, NTH_VALUE, LAG, LEAD, with IGNORE NULLS | the places of the rows that count |
//! | COUNT(DISTINCT), quantiles | values that come and go as the frame moves |
//! | lists, STRING_AGG, SUM(DISTINCT) | all rows of each frame |

mod bounds;
mod distinct;
mod extremes;
mod lists;
mod moments;
mod places;
mod spec;
mod sums;
#[cfg(test)]
mod tests;
mod tree;

use std::sync::Arc;

use polars::lazy::dsl::{AnonymousColumnsUdf, ColumnsUdf};
use polars::prelude::*;

use self::bounds::Frames;
use self::spec::{Role, Spec};
use super::args::Constant;

/// The name of the function.
pub const NAME: &str = "__frame";

/// One call: what its last argument says. The first is a column of the partition: the engine takes the
/// number of groups from it.
pub struct Call(Spec);

impl Call {
    pub fn new(constants: &[Option<Constant>]) -> PolarsResult<Self> {
        let Some(Some(Constant::Text(text))) = constants.last() else {
            polars_bail!(ComputeError: "{NAME} takes a window frame")
        };
        let spec = Spec::parse(text)?;
        bounds::check(&spec)?;
        Ok(Self(spec))
    }
}

/// The rows of a partition: the columns of a call without the last.
struct Input<'a> {
    spec: &'a Spec,
    columns: Vec<Series>,
    rows: usize,
}

impl Input<'_> {
    fn columns(&self, is: impl Fn(Role) -> bool) -> impl Iterator<Item = &Series> {
        self.columns
            .iter()
            .zip(&self.spec.roles)
            .filter(move |(_, role)| is(**role))
            .map(|(column, _)| column)
    }

    fn column(&self, role: Role) -> PolarsResult<&Series> {
        self.columns(|other| other == role)
            .next()
            .ok_or_else(|| polars_err!(ComputeError: "{NAME}: {} lacks {role:?}", self.spec.function))
    }

    /// Argument `n` of the window function, from 0.
    fn value(&self, n: usize) -> Option<&Series> {
        self.columns(|role| role == Role::Value).nth(n)
    }

    fn argument(&self, n: usize) -> PolarsResult<&Series> {
        self.value(n).ok_or_else(
            || polars_err!(ComputeError: "{} takes more than {n} argument(s)", self.spec.function),
        )
    }

    /// Which rows count: those that pass FILTER, and in which none of `values` is NULL.
    fn counted(&self, values: &[&Series]) -> PolarsResult<Vec<bool>> {
        let mut counted = vec![true; self.rows];
        if let Ok(filter) = self.column(Role::Filter) {
            let filter = filter.cast(&DataType::Boolean)?;
            for (counted, passes) in counted.iter_mut().zip(filter.bool()?.iter()) {
                *counted = passes == Some(true);
            }
        }
        for value in values.iter().filter(|value| value.has_nulls()) {
            for (counted, valid) in counted.iter_mut().zip(value.is_not_null().iter()) {
                *counted &= valid == Some(true);
            }
        }
        Ok(counted)
    }
}

/// The rows of `values` at `places`, NULL where there is none.
fn take(values: &Series, places: impl Iterator<Item = Option<usize>>) -> PolarsResult<Series> {
    let places: IdxCa = places.map(|place| place.and_then(|place| IdxSize::try_from(place).ok())).collect();
    values.take(&places)
}

fn dtype(spec: &Spec, dtypes: &[DataType]) -> PolarsResult<DataType> {
    let name = &spec.function;
    let of = |n: usize| {
        let mut values = dtypes.iter().zip(&spec.roles).filter(|(_, role)| **role == Role::Value);
        values
            .nth(n)
            .map(|(dtype, _)| dtype)
            .ok_or_else(|| polars_err!(ComputeError: "{name} takes more than {n} argument(s)"))
    };
    let number = |dtype: &DataType| {
        polars_ensure!(
            dtype.is_primitive_numeric() || dtype.is_decimal() || dtype.is_null() || dtype.is_bool(),
            ComputeError: "{name} over a window frame does not take {}", super::others::type_name(dtype)
        );
        Ok(())
    };
    Ok(match name.as_str() {
        "count" => DataType::Int64,
        "sum" => {
            number(of(0)?)?;
            sums::dtype(of(0)?)
        }
        "avg" | "var_samp" | "var_pop" | "stddev_samp" | "stddev_pop" | "quantile_cont" => {
            number(of(0)?)?;
            DataType::Float64
        }
        "covar_samp" | "covar_pop" | "corr" => {
            number(of(0)?)?;
            number(of(1)?)?;
            DataType::Float64
        }
        "min" | "max" | "first" | "last" | "nth_value" | "quantile_disc" | "arg_min" | "arg_max"
        | "arg_min_null" | "arg_max_null" | "lag" | "lead" => of(0)?.clone(),
        "list" => DataType::List(Box::new(of(0)?.clone())),
        "string_agg" => DataType::String,
        other => polars_bail!(ComputeError: "{NAME}: there is no window function {other}"),
    })
}

fn evaluate(input: &Input) -> PolarsResult<Series> {
    match input.spec.function.as_str() {
        "lag" => return places::shifted(input, false),
        "lead" => return places::shifted(input, true),
        _ => {}
    }
    let frames = Frames::of(input)?;
    match input.spec.function.as_str() {
        "count" if input.spec.distinct => distinct::count(input, &frames),
        "count" => sums::count(input, &frames),
        "sum" if input.spec.distinct => distinct::sum(input, &frames),
        "avg" if input.spec.distinct => distinct::avg(input, &frames),
        "sum" => sums::sum(input, &frames),
        "avg" => sums::avg(input, &frames),
        "min" => extremes::extreme(input, &frames, false),
        "max" => extremes::extreme(input, &frames, true),
        "arg_min" => extremes::by(input, &frames, false, false),
        "arg_max" => extremes::by(input, &frames, true, false),
        "arg_min_null" => extremes::by(input, &frames, false, true),
        "arg_max_null" => extremes::by(input, &frames, true, true),
        "first" => places::first(input, &frames),
        "last" => places::last(input, &frames),
        "nth_value" => places::nth(input, &frames),
        "quantile_cont" => distinct::quantile(input, &frames, true),
        "quantile_disc" => distinct::quantile(input, &frames, false),
        "list" => lists::list(input, &frames),
        "string_agg" => lists::text(input, &frames),
        _ => moments::moments(input, &frames),
    }
}

impl ColumnsUdf for Call {
    fn call_udf(&self, columns: &mut [Column]) -> PolarsResult<Column> {
        let spec = &self.0;
        let name = columns.first().map(|column| column.name().clone()).unwrap_or_default();
        let inputs = columns.split_last().map_or(&[][..], |(_, inputs)| inputs);
        polars_ensure!(inputs.len() == spec.roles.len(), ComputeError: "{NAME}: {} arguments", inputs.len());
        // The anchor says how many rows there are: of a constant there is one.
        let anchor = spec.roles.iter().position(|&role| role == Role::Anchor).unwrap_or(0);
        let rows = inputs.get(anchor).map_or(0, Column::len);
        let columns = inputs
            .iter()
            .map(|column| match column.len() {
                len if len == rows => Ok(column.as_materialized_series().rechunk()),
                1 => Ok(column.new_from_index(0, rows).take_materialized_series()),
                len => polars_bail!(ComputeError: "{NAME}: columns of {len} and {rows} rows"),
            })
            .collect::<PolarsResult<Vec<_>>>()?;
        let dtypes: Vec<DataType> = columns.iter().map(|column| column.dtype().clone()).collect();
        let dtype = dtype(spec, &dtypes)?;
        let result = evaluate(&Input { spec, columns, rows })?;
        let result = if result.dtype() == &dtype { result } else { result.cast(&dtype)? };
        Ok(result.with_name(name).into_column())
    }
}

impl AnonymousColumnsUdf for Call {
    fn as_column_udf(self: Arc<Self>) -> Arc<dyn ColumnsUdf> {
        self
    }

    fn deep_clone(self: Arc<Self>) -> Arc<dyn AnonymousColumnsUdf> {
        self
    }

    fn get_field(&self, _: &Schema, fields: &[Field]) -> PolarsResult<Field> {
        let dtypes = fields
            .iter()
            .take(self.0.roles.len())
            .map(|field| field.dtype().clone().materialize_unknown(true))
            .collect::<PolarsResult<Vec<_>>>()?;
        let name = fields.first().map(|field| field.name().clone()).unwrap_or_default();
        Ok(Field::new(name, dtype(&self.0, &dtypes)?))
    }
}
