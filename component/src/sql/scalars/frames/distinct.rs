//! COUNT(DISTINCT), SUM(DISTINCT), AVG(DISTINCT) and quantiles: values are ranked once, and come and go as
//! the frame moves. Frames that move forward, as nearly all do, cost a logarithm a row.

use std::collections::HashSet;

use polars::prelude::*;

use super::bounds::Frames;
use super::{Input, extremes, sums, take};

/// The ranks of values; equal values have one.
struct Ranks {
    /// Of each row; None for one that does not count.
    of: Vec<Option<usize>>,
    /// A row with each rank.
    rows: Vec<usize>,
}

impl Ranks {
    fn of(value: &Series, counted: &[bool]) -> PolarsResult<Self> {
        let order = extremes::order(value, false);
        let places = order.iter().map(|&row| Some(row));
        let sorted = take(value, places)?;
        let differs = sorted.not_equal_missing(&sorted.shift(1))?;
        let mut ranks = Self { of: vec![None; counted.len()], rows: Vec::new() };
        for (n, &row) in order.iter().enumerate() {
            if n == 0 || differs.get(n) != Some(false) {
                ranks.rows.push(row);
            }
            ranks.of[row] = counted[row].then_some(ranks.rows.len() - 1);
        }
        Ok(ranks)
    }
}

/// What is known of the values in a frame.
trait Bag {
    fn add(&mut self, rank: usize);
    fn remove(&mut self, rank: usize);
}

/// Moves the frame from row to row, and asks the bag for each.
fn slide<B: Bag, T>(
    ranks: &Ranks,
    frames: &Frames,
    rows: usize,
    bag: &mut B,
    mut ask: impl FnMut(&B) -> T,
) -> Vec<T> {
    let (mut low, mut high) = (0, 0);
    let mut answers = Vec::with_capacity(rows);
    for i in 0..rows {
        let (begin, end) = (frames.low[i], frames.high[i]);
        let each = |bag: &mut B, rows: std::ops::Range<usize>, act: fn(&mut B, usize)| {
            for row in rows {
                if let Some(rank) = ranks.of[row] {
                    act(bag, rank);
                }
            }
        };
        if begin >= high || end <= low {
            each(bag, low..high, B::remove);
            each(bag, begin..end, B::add);
        } else {
            each(bag, begin..low.max(begin), B::add);
            each(bag, high..end.max(high), B::add);
            each(bag, low..begin.max(low), B::remove);
            each(bag, end..high.max(end), B::remove);
        }
        (low, high) = (begin, end);
        let holes = frames.holes(i);
        for (from, to) in holes {
            each(bag, from..to, B::remove);
        }
        answers.push(ask(bag));
        for (from, to) in holes {
            each(bag, from..to, B::add);
        }
    }
    answers
}

#[derive(Default)]
struct Distinct {
    counts: Vec<usize>,
    distinct: i64,
}

impl Bag for Distinct {
    fn add(&mut self, rank: usize) {
        self.distinct += i64::from(self.counts[rank] == 0);
        self.counts[rank] += 1;
    }

    fn remove(&mut self, rank: usize) {
        self.counts[rank] -= 1;
        self.distinct -= i64::from(self.counts[rank] == 0);
    }
}

pub fn count(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let ranks = Ranks::of(value, &input.counted(&[value])?)?;
    let mut bag = Distinct { counts: vec![0; ranks.rows.len()], distinct: 0 };
    let counts = slide(&ranks, frames, input.rows, &mut bag, |bag| Some(bag.distinct));
    Ok(counts.into_iter().collect::<Int64Chunked>().into_series())
}

pub fn sum(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    if value.dtype().is_float() {
        let sums = float_sums(input, frames)?.into_iter().map(|(sum, n)| (n > 0).then_some(sum));
        return Ok(sums.collect::<Float64Chunked>().into_series());
    }
    let sums = exact_sums(input, frames)?;
    sums::exact(sums.into_iter().map(|(sum, n)| (n > 0).then_some(sum)), &sums::dtype(value.dtype()))
}

pub fn avg(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let averages: Vec<Option<f64>> = if value.dtype().is_float() {
        float_sums(input, frames)?.into_iter().map(|(sum, n)| (n > 0).then(|| sum / n as f64)).collect()
    } else {
        let unit = sums::unit(value.dtype());
        let sums = exact_sums(input, frames)?.into_iter();
        sums.map(|(sum, n)| (n > 0).then(|| sum as f64 / n as f64 / unit)).collect()
    };
    Ok(averages.into_iter().collect::<Float64Chunked>().into_series())
}

/// The sums of the distinct values, and how many they are.
fn exact_sums(input: &Input, frames: &Frames) -> PolarsResult<Vec<(i128, usize)>> {
    let digits = sums::digits(input.argument(0)?)?;
    let mut sums = Vec::with_capacity(input.rows);
    for rows in distinct_rows(input, frames)? {
        let mut sum = Some(0i128);
        for &row in &rows {
            sum = sum.and_then(|sum| sum.checked_add(digits[row].unwrap_or(0)));
        }
        let Some(sum) = sum else {
            polars_bail!(ComputeError: "a sum over a window frame leaves 38 digits; sum a DOUBLE in its place")
        };
        sums.push((sum, rows.len()));
    }
    Ok(sums)
}

fn float_sums(input: &Input, frames: &Frames) -> PolarsResult<Vec<(f64, usize)>> {
    let values = input.argument(0)?.cast(&DataType::Float64)?;
    let values = values.f64()?;
    let rows = distinct_rows(input, frames)?;
    Ok(rows.map(|rows| (rows.iter().filter_map(|&row| values.get(row)).sum(), rows.len())).collect())
}

/// A row with each of the distinct values of each frame.
fn distinct_rows(input: &Input, frames: &Frames) -> PolarsResult<impl Iterator<Item = Vec<usize>>> {
    let value = input.argument(0)?;
    let ranks = Ranks::of(value, &input.counted(&[value])?)?;
    Ok((0..input.rows).map(move |i| {
        let mut seen = HashSet::new();
        let first = |row: &usize| ranks.of[*row].is_some_and(|rank| seen.insert(rank));
        frames.places(i).filter(first).collect()
    }))
}

/// A Fenwick tree of how often each rank is there.
struct Ranked {
    counts: Vec<usize>,
    n: usize,
}

impl Ranked {
    fn new(ranks: usize) -> Self {
        Self { counts: vec![0; ranks + 1], n: 0 }
    }

    /// The rank of the `n`th value in order, from 0.
    fn nth(&self, mut n: usize) -> usize {
        let mut place = 0;
        let mut step = self.counts.len().next_power_of_two();
        while step > 0 {
            if let Some(&count) = self.counts.get(place + step)
                && count <= n
            {
                n -= count;
                place += step;
            }
            step /= 2;
        }
        place
    }
}

impl Bag for Ranked {
    fn add(&mut self, rank: usize) {
        self.n += 1;
        let mut place = rank + 1;
        while place < self.counts.len() {
            self.counts[place] += 1;
            place += place.isolate_lowest_one();
        }
    }

    fn remove(&mut self, rank: usize) {
        self.n -= 1;
        let mut place = rank + 1;
        while place < self.counts.len() {
            self.counts[place] -= 1;
            place += place.isolate_lowest_one();
        }
    }
}

/// `quantile_cont` (between two values) or `quantile_disc` (one of them), of the fraction in the options.
pub fn quantile(input: &Input, frames: &Frames, between: bool) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let text = input.spec.fraction.as_deref().unwrap_or("0.5");
    let Some(fraction) = Fraction::of(text) else {
        polars_bail!(ComputeError: "a fraction from 0 to 1 with at most 15 digits is needed, not {text}")
    };
    let ranks = Ranks::of(value, &input.counted(&[value])?)?;
    let mut bag = Ranked::new(ranks.rows.len());
    if !between {
        let places = slide(&ranks, frames, input.rows, &mut bag, |bag| {
            (bag.n > 0).then(|| ranks.rows[bag.nth(fraction.disc(bag.n))])
        });
        return take(value, places.into_iter());
    }
    let unit = sums::unit(value.dtype());
    let values: Vec<f64> = if value.dtype().is_decimal() {
        sums::digits(value)?.into_iter().map(|value| value.unwrap_or(0) as f64 / unit).collect()
    } else {
        value.cast(&DataType::Float64)?.f64()?.iter().map(|value| value.unwrap_or(0.0)).collect()
    };
    let quantiles = slide(&ranks, frames, input.rows, &mut bag, |bag| {
        let last = bag.n.checked_sub(1)?;
        let place = last as f64 * fraction.value();
        let (low, high) = (place.floor() as usize, place.ceil() as usize);
        let at = |n| values[ranks.rows[bag.nth(n)]];
        let (a, b) = (at(low), at(high));
        Some(if low == high { a } else { a + (b - a) * (place - place.floor()) })
    });
    Ok(quantiles.into_iter().collect::<Float64Chunked>().into_series())
}

/// A fraction as it was written.
struct Fraction {
    over: u128,
    under: u128,
}

impl Fraction {
    fn of(text: &str) -> Option<Self> {
        let (whole, digits) = text.split_once('.').unwrap_or((text, ""));
        if digits.len() > 15 {
            return None;
        }
        let under = 10u128.pow(u32::try_from(digits.len()).ok()?);
        let part = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u128>().ok() };
        let over = part(whole)? * under + part(digits)?;
        (over <= under).then_some(Self { over, under })
    }

    fn value(&self) -> f64 {
        self.over as f64 / self.under as f64
    }

    /// The place of the value among `n`, from 0: `n - floor(n - q·n)`, from 1.
    fn disc(&self, n: usize) -> usize {
        let n = n as u128;
        let rest = (n * (self.under - self.over)) / self.under;
        usize::try_from((n - rest).max(1) - 1).unwrap_or(0)
    }
}
