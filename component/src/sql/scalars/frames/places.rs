//! `FIRST_VALUE`, `LAST_VALUE`, `NTH_VALUE`, LAG and LEAD: which row, among those that count. With IGNORE NULLS
//! those without a value do not.

use polars::prelude::*;
use polars_utils::pl_str::PlSmallStr;

use super::bounds::Frames;
use super::{Input, take};

/// The rows that count, and how many do before each row.
struct Counted {
    rows: Vec<usize>,
    before: Vec<usize>,
}

impl Counted {
    fn of(input: &Input) -> PolarsResult<Self> {
        let value = input.argument(0)?;
        let counted = if input.spec.ignore_nulls { input.counted(&[value])? } else { input.counted(&[])? };
        let mut all = Self { rows: Vec::new(), before: Vec::with_capacity(counted.len() + 1) };
        for (row, counted) in counted.into_iter().enumerate() {
            all.before.push(all.rows.len());
            if counted {
                all.rows.push(row);
            }
        }
        all.before.push(all.rows.len());
        Ok(all)
    }

    /// The `n`th row of a frame that counts, from 0.
    fn nth(&self, frames: &Frames, i: usize, mut n: usize) -> Option<usize> {
        for (low, high) in frames.runs(i) {
            let here = self.before[high] - self.before[low];
            if n < here {
                return Some(self.rows[self.before[low] + n]);
            }
            n -= here;
        }
        None
    }

    fn last(&self, frames: &Frames, i: usize) -> Option<usize> {
        let run = frames.runs(i).into_iter().rev().find(|&(low, high)| self.before[high] > self.before[low]);
        run.map(|(_, high)| self.rows[self.before[high] - 1])
    }
}

pub fn first(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let counted = Counted::of(input)?;
    take(input.argument(0)?, (0..input.rows).map(|i| counted.nth(frames, i, 0)))
}

pub fn last(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let counted = Counted::of(input)?;
    take(input.argument(0)?, (0..input.rows).map(|i| counted.last(frames, i)))
}

pub fn nth(input: &Input, frames: &Frames) -> PolarsResult<Series> {
    let counted = Counted::of(input)?;
    let n = input.argument(1)?.strict_cast(&DataType::Int64)?;
    let n = n.i64()?;
    let places = (0..input.rows).map(|i| {
        let n = usize::try_from(n.get(i)?).ok()?.checked_sub(1)?;
        counted.nth(frames, i, n)
    });
    take(input.argument(0)?, places)
}

/// LAG and LEAD, `lag(x, n, default)`: among all rows of the partition, whatever the frame is.
pub fn shifted(input: &Input, ahead: bool) -> PolarsResult<Series> {
    let counted = Counted::of(input)?;
    let value = input.argument(0)?;
    let offsets = match input.value(1) {
        Some(offsets) => offsets.strict_cast(&DataType::Int64)?,
        None => Series::new(PlSmallStr::EMPTY, [1i64]).new_from_index(0, input.rows),
    };
    let offsets = offsets.i64()?;
    let mut places = Vec::with_capacity(input.rows);
    for i in 0..input.rows {
        // NULL is no place, and has no default.
        let Some(offset) = offsets.get(i) else {
            places.push((None, true));
            continue;
        };
        let offset = if ahead { offset } else { offset.saturating_neg() };
        let distance = usize::try_from(offset.unsigned_abs()).unwrap_or(usize::MAX);
        let place = match offset.signum() {
            0 => Some(i),
            1 => counted.before[i + 1].checked_add(distance - 1).and_then(|n| counted.rows.get(n).copied()),
            _ => counted.before[i].checked_sub(distance).map(|n| counted.rows[n]),
        };
        places.push((place, place.is_some()));
    }
    let taken = take(value, places.iter().map(|(place, _)| *place))?;
    let Some(default) = input.value(2) else { return Ok(taken) };
    let has_place: BooleanChunked = places.iter().map(|(_, found)| Some(*found)).collect();
    taken.zip_with(&has_place, &default.cast(value.dtype())?)
}
