//! Variances, covariances and what follows from them, by a tree of moments that are joined as Chan,
//! Golub and `LeVeque` do: no difference of large sums.

use polars::prelude::*;

use super::bounds::Frames;
use super::tree::Tree;
use super::{Input, sums};

#[derive(Clone, Copy, Default)]
struct Moments {
    n: f64,
    mean_x: f64,
    mean_y: f64,
    /// The sums of the products of the distances from the means.
    xx: f64,
    yy: f64,
    xy: f64,
}

impl Moments {
    fn join(a: Self, b: Self) -> Self {
        if a.n == 0.0 {
            return b;
        }
        if b.n == 0.0 {
            return a;
        }
        let n = a.n + b.n;
        let (x, y) = (b.mean_x - a.mean_x, b.mean_y - a.mean_y);
        let weight = a.n * b.n / n;
        Self {
            n,
            mean_x: a.mean_x + x * (b.n / n),
            mean_y: a.mean_y + y * (b.n / n),
            xx: a.xx + b.xx + x * x * weight,
            yy: a.yy + b.yy + y * y * weight,
            xy: a.xy + b.xy + x * y * weight,
        }
    }
}

/// `y` comes first, as in `covar_pop(y, x)`; a variance has one argument.
pub fn moments(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let y = input.argument(0)?;
    let x = input.value(1).unwrap_or(y);
    let counted = input.counted(&[y, x])?;
    let (y, x) = (doubles(y)?, doubles(x)?);
    let rows: Vec<Moments> = counted
        .iter()
        .zip(y.iter().zip(&x))
        .map(|(&counted, (&y, &x))| {
            if counted {
                Moments { n: 1.0, mean_x: x, mean_y: y, ..Default::default() }
            } else {
                Moments::default()
            }
        })
        .collect();
    let tree = Tree::new(&rows, Moments::default(), Moments::join);
    let value: fn(Moments) -> Option<f64> = match input.spec.function.as_str() {
        "var_samp" => |m| (m.n > 1.0).then(|| m.xx / (m.n - 1.0)),
        "var_pop" => |m| (m.n > 0.0).then(|| m.xx / m.n),
        "stddev_samp" => |m| (m.n > 1.0).then(|| (m.xx / (m.n - 1.0)).sqrt()),
        "stddev_pop" => |m| (m.n > 0.0).then(|| (m.xx / m.n).sqrt()),
        "covar_samp" => |m| (m.n > 1.0).then(|| m.xy / (m.n - 1.0)),
        "covar_pop" => |m| (m.n > 0.0).then(|| m.xy / m.n),
        "corr" => |m| (m.n > 0.0).then(|| m.xy / (m.xx.sqrt() * m.yy.sqrt())),
        other => polars_bail!(ComputeError: "{}: there is no window function {other}", super::NAME),
    };
    let values = (0..input.rows).map(|i| value(tree.ranges(frames.runs(i))));
    Ok(values.collect::<Float64Chunked>().into_series())
}

fn doubles(series: &Series) -> PolarsResult<Vec<f64>> {
    if series.dtype().is_decimal() {
        let unit = sums::unit(series.dtype());
        return Ok(sums::digits(series)?.into_iter().map(|value| value.unwrap_or(0) as f64 / unit).collect());
    }
    Ok(series.cast(&DataType::Float64)?.f64()?.iter().map(|value| value.unwrap_or(0.0)).collect())
}
