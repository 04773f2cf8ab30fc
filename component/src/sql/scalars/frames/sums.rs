//! COUNT, SUM and AVG. What is exact comes from running sums: a frame is the difference of two. Floats
//! are summed by a tree: a difference would lose what is small, and NaN would never leave.

use polars::prelude::*;

use super::Input;
use super::bounds::Frames;
use super::tree::Tree;

/// The greatest sum of magnitudes of which no part leaves 128 bits, with room for its rounding.
const EXACT: f64 = 1.7e38;

pub fn dtype(value: &DataType) -> DataType {
    match value {
        DataType::Float32 | DataType::Float64 => DataType::Float64,
        DataType::Decimal(_, scale) => DataType::Decimal(38, *scale),
        DataType::UInt64 | DataType::Int128 | DataType::UInt128 => value.clone(),
        _ => DataType::Int64,
    }
}

pub fn count(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let values: Vec<&Series> = input.value(0).into_iter().collect();
    let counts = Counts::new(&input.counted(&values)?);
    Ok(numbers((0..input.rows).map(|i| i64::try_from(counts.of(frames, i)).ok())))
}

pub fn sum(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let counts = Counts::new(&input.counted(&[value])?);
    if value.dtype().is_float() {
        let sums = Floats::new(value, &input.counted(&[value])?)?;
        let rows = (0..input.rows).map(|i| (counts.of(frames, i) > 0).then(|| sums.of(frames, i)));
        return Ok(rows.collect::<Float64Chunked>().into_series());
    }
    let sums = Exact::new(value, &input.counted(&[value])?)?;
    let rows = (0..input.rows).map(|i| (counts.of(frames, i) > 0).then(|| sums.of(frames, i)));
    exact(rows, &dtype(value.dtype()))
}

pub fn avg(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let counted = input.counted(&[value])?;
    let counts = Counts::new(&counted);
    let mut averages = Vec::with_capacity(input.rows);
    if value.dtype().is_float() {
        let sums = Floats::new(value, &counted)?;
        for i in 0..input.rows {
            let n = counts.of(frames, i);
            averages.push((n > 0).then(|| sums.of(frames, i) / n as f64));
        }
    } else {
        let sums = Exact::new(value, &counted)?;
        let unit = unit(value.dtype());
        for i in 0..input.rows {
            let n = counts.of(frames, i);
            averages.push((n > 0).then(|| sums.of(frames, i) as f64 / n as f64 / unit));
        }
    }
    Ok(averages.into_iter().collect::<Float64Chunked>().into_series())
}

/// What a decimal's digits are divided by.
pub fn unit(dtype: &DataType) -> f64 {
    if let DataType::Decimal(_, scale) = dtype { 10f64.powi(i32::try_from(*scale).unwrap_or(0)) } else { 1.0 }
}

fn numbers(values: impl Iterator<Item = Option<i64>>) -> Series {
    values.collect::<Int64Chunked>().into_series()
}

/// Sums as a column of `dtype`.
pub fn exact(values: impl Iterator<Item = Option<i128>>, dtype: &DataType) -> PolarsResult<Series> {
    let values: Int128Chunked = values.collect();
    if let DataType::Decimal(precision, scale) = dtype {
        let most = 10i128.pow(38);
        let fits = values.iter().flatten().all(|value| -most < value && value < most);
        polars_ensure!(fits, ComputeError: "a sum over a window frame leaves 38 digits; sum a DOUBLE in its place");
        return Ok(values.into_decimal_unchecked(*precision, *scale).into_series());
    }
    values.into_series().strict_cast(dtype).map_err(|_| {
        polars_err!(
            ComputeError: "a sum over a window frame does not fit 64 bits; sum a DECIMAL(38,0) or a DOUBLE in its place, as in SUM(CAST(x AS DECIMAL(38,0)))"
        )
    })
}

/// How many rows count.
pub struct Counts(Vec<usize>);

impl Counts {
    pub fn new(counted: &[bool]) -> Self {
        let mut running = Vec::with_capacity(counted.len() + 1);
        let mut count = 0;
        running.push(0);
        for &counted in counted {
            count += usize::from(counted);
            running.push(count);
        }
        Self(running)
    }

    pub fn of(&self, frames: &Frames, i: usize) -> usize {
        frames.runs(i).iter().map(|&(low, high)| self.0[high] - self.0[low]).sum()
    }
}

/// The digits of integers and decimals.
pub fn digits(value: &Series) -> PolarsResult<Vec<Option<i128>>> {
    let digits = value.to_physical_repr().strict_cast(&DataType::Int128)?;
    Ok(digits.i128()?.iter().collect())
}

struct Exact(Vec<i128>);

impl Exact {
    fn new(value: &Series, counted: &[bool]) -> PolarsResult<Self> {
        let mut running = Vec::with_capacity(counted.len() + 1);
        let (mut sum, mut magnitude) = (0i128, 0f64);
        running.push(0);
        for (value, &counted) in digits(value)?.into_iter().zip(counted) {
            let value = if counted { value.unwrap_or(0) } else { 0 };
            sum = sum.wrapping_add(value);
            magnitude += value.unsigned_abs() as f64;
            running.push(sum);
        }
        polars_ensure!(
            magnitude < EXACT,
            ComputeError: "the values under a window frame are too large to sum exactly; sum a DOUBLE in their place"
        );
        Ok(Self(running))
    }

    fn of(&self, frames: &Frames, i: usize) -> i128 {
        frames.runs(i).iter().map(|&(low, high)| self.0[high] - self.0[low]).sum()
    }
}

struct Floats(Tree<f64>);

impl Floats {
    fn new(value: &Series, counted: &[bool]) -> PolarsResult<Self> {
        let value = value.cast(&DataType::Float64)?;
        let values: Vec<f64> = value
            .f64()?
            .iter()
            .zip(counted)
            .map(|(value, &counted)| if counted { value.unwrap_or(0.0) } else { 0.0 })
            .collect();
        Ok(Self(Tree::new(&values, 0.0, |a, b| a + b)))
    }

    fn of(&self, frames: &Frames, i: usize) -> f64 {
        self.0.ranges(frames.runs(i))
    }
}
