//! `ARRAY_AGG`, LIST and `STRING_AGG` over frames: lists of the places of all rows of a frame, gathered once.

use std::collections::HashSet;

use polars::prelude::*;
use polars_utils::pl_str::PlSmallStr;

use super::super::lists::Shape;
use super::bounds::Frames;
use super::spec::Role;
use super::{Input, take};

/// The values that the lists of one call may hold together. A running list over n rows holds n²/2.
const MOST: usize = 50_000_000;

/// The bytes that the texts of one call may hold together.
const MOST_BYTES: usize = 512 << 20;

/// Of a frame without rows NULL. In the order of the window, unless there is an ORDER BY in the call.
pub fn list(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let rows = Rows::of(input, false)?;
    let mut shape = Shape::default();
    let mut places = Vec::new();
    for i in 0..input.rows {
        let before = places.len();
        rows.places(frames, i, &mut places);
        polars_ensure!(
            places.len() <= MOST,
            ComputeError: "the lists of a window frame hold more than {MOST} values together; take a smaller frame"
        );
        if places.len() == before { shape.push_null() } else { shape.push(places.len()) }
    }
    Ok(shape.of(&take(value, places.into_iter().map(Some))?))
}

/// The texts of the rows that have one, with the separator between them.
pub fn text(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let value = input.argument(0)?.cast(&DataType::String)?;
    let value = value.str()?;
    let separator = input.argument(1)?.cast(&DataType::String)?;
    let separator = separator.str()?.get(0).unwrap_or("").to_owned();
    let rows = Rows::of(input, true)?;
    let mut places = Vec::new();
    let mut all = StringChunkedBuilder::new(PlSmallStr::EMPTY, input.rows);
    let mut joined = String::new();
    let mut bytes = 0;
    for i in 0..input.rows {
        places.clear();
        rows.places(frames, i, &mut places);
        if places.is_empty() {
            all.append_null();
            continue;
        }
        joined.clear();
        for (n, &place) in places.iter().enumerate() {
            if n > 0 {
                joined.push_str(&separator);
            }
            joined.push_str(value.get(place).unwrap_or(""));
        }
        bytes += joined.len();
        polars_ensure!(
            bytes <= MOST_BYTES,
            ComputeError: "the texts of a window frame hold more than {MOST_BYTES} bytes together; take a smaller frame"
        );
        all.append_value(&joined);
    }
    Ok(all.finish().into_series())
}

/// Which rows of a frame are in its list, and in which order.
struct Rows {
    counted: Vec<bool>,
    /// With an ORDER BY in the call, the rank of each row there.
    ranks: Option<Vec<usize>>,
    /// With DISTINCT, the first row with the value of each row.
    firsts: Option<Vec<usize>>,
    limit: usize,
}

impl Rows {
    fn of(input: &Input, skip_nulls: bool) -> PolarsResult<Self> {
        let value = input.argument(0)?;
        let counted = if skip_nulls { input.counted(&[value])? } else { input.counted(&[])? };
        let ranks = ranks(input)?;
        let firsts = if input.spec.distinct { Some(firsts(value)?) } else { None };
        Ok(Self { counted, ranks, firsts, limit: input.spec.limit.unwrap_or(usize::MAX) })
    }

    fn places(&self, frames: &Frames, i: usize, into: &mut Vec<usize>) {
        let from = into.len();
        let mut seen = HashSet::new();
        for row in frames.places(i) {
            if self.counted[row] && self.firsts.as_ref().is_none_or(|firsts| seen.insert(firsts[row])) {
                into.push(row);
                if self.ranks.is_none() && into.len() - from >= self.limit {
                    return;
                }
            }
        }
        if let Some(ranks) = &self.ranks {
            into[from..].sort_unstable_by_key(|&row| ranks[row]);
        }
        into.truncate(from.saturating_add(self.limit));
    }
}

fn ranks(input: &Input) -> PolarsResult<Option<Vec<usize>>> {
    let mut keys = Vec::new();
    let (mut descending, mut nulls_last) = (Vec::new(), Vec::new());
    for (column, role) in input.columns.iter().zip(&input.spec.roles) {
        if let Role::Order { descending: down, nulls_last: last } = role {
            keys.push(column.clone().into_column());
            descending.push(*down);
            nulls_last.push(*last);
        }
    }
    let Some((first, rest)) = keys.split_first() else { return Ok(None) };
    let options = SortMultipleOptions {
        descending,
        nulls_last,
        multithreaded: false,
        maintain_order: true,
        ..Default::default()
    };
    let order = if rest.is_empty() {
        first.arg_sort(SortOptions::from(&options))
    } else {
        first.arg_sort_multiple(rest, &options)?
    };
    let mut ranks = vec![0; input.rows];
    for (rank, row) in order.iter().flatten().enumerate() {
        ranks[row as usize] = rank;
    }
    Ok(Some(ranks))
}

/// The first row with the value of each row; NULL is a value.
fn firsts(value: &Series) -> PolarsResult<Vec<usize>> {
    let order = super::extremes::order(value, false);
    let sorted = take(value, order.iter().map(|&row| Some(row)))?;
    let differs = sorted.not_equal_missing(&sorted.shift(1))?;
    let mut firsts = vec![0; order.len()];
    let mut first = 0;
    for (n, &row) in order.iter().enumerate() {
        if n == 0 || differs.get(n) != Some(false) {
            first = row;
        }
        firsts[row] = first;
    }
    Ok(firsts)
}
