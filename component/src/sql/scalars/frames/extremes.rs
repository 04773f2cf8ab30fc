//! MIN, MAX, ARG_MIN and ARG_MAX: values are ranked once, and a tree finds the least rank of a frame, so
//! that all types that have an order are taken. NaN is the greatest.

use polars::prelude::*;

use super::bounds::Frames;
use super::tree::Tree;
use super::{Input, take};

/// The rank of what does not count.
const NONE: IdxSize = IdxSize::MAX;

pub fn extreme(input: &Input, frames: &Frames, greatest: bool) -> PolarsResult<Series> {
    let value = input.argument(0)?;
    let counted = input.counted(&[value])?;
    best(input, frames, value, value, &counted, greatest)
}

/// The first argument in the row with the least or greatest second one; of several the first.
pub fn by(input: &Input, frames: &Frames, greatest: bool, with_nulls: bool) -> PolarsResult<Series> {
    let (value, by) = (input.argument(0)?, input.argument(1)?);
    let counted = if with_nulls { input.counted(&[by])? } else { input.counted(&[value, by])? };
    best(input, frames, value, by, &counted, greatest)
}

fn best(
    input: &Input,
    frames: &Frames,
    value: &Series,
    by: &Series,
    counted: &[bool],
    greatest: bool,
) -> PolarsResult<Series> {
    let order = order(by, greatest);
    let mut ranks = vec![NONE; input.rows];
    for (rank, &row) in order.iter().enumerate() {
        if counted[row] {
            ranks[row] = IdxSize::try_from(rank).unwrap_or(NONE);
        }
    }
    let tree = Tree::new(&ranks, NONE, Ord::min);
    let places = (0..input.rows).map(|i| {
        let rank = tree.ranges(frames.runs(i));
        (rank != NONE).then(|| order[rank as usize])
    });
    take(value, places)
}

/// The rows in the order of `by`, equal ones as they stand.
pub fn order(by: &Series, descending: bool) -> Vec<usize> {
    let options = SortOptions {
        descending,
        nulls_last: true,
        multithreaded: false,
        maintain_order: true,
        ..Default::default()
    };
    by.arg_sort(options).iter().flatten().map(|row| row as usize).collect()
}
