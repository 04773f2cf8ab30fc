//! `WITH RECURSIVE`: the engine runs the rounds, and this bounds them. A recursion that has no end is the
//! easiest query to write by accident, and nothing outside could tell it from one that takes long.
//!
//! The types are those of the anchor, as in DuckDB: what a round gives is cast to them, and an error if it
//! does not fit. A NULL is an INTEGER.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use polaroid_sql::stages::Recursion;
use polars::chunked_array::ops::row_encode::encode_rows_unordered;
use polars::prelude::*;
use polars_plan::dsl::DslPlan;
use polars_utils::unique_id::UniqueId;

use super::Planner;
use crate::engine_error::RECURSION_LIMIT;
use crate::error::{Error, Kind, Result};

/// A round costs the engine 40 microseconds and more, so that these take some seconds.
const MAX_ROUNDS: usize = 50_000;

/// The rows of all rounds, which are held until the last one.
const MAX_ROWS: usize = 10_000_000;

/// What they take in memory.
const MAX_BYTES: usize = 256 << 20;

/// The plan of `recursion`, which runs when it is read.
pub fn frame(planner: &Planner, recursion: Recursion) -> Result<LazyFrame> {
    let Recursion { name, columns, anchor, step, rows, distinct } = recursion;
    let mut anchor = planner.subplan(anchor)?;
    let schema = anchor.collect_schema()?;
    let names = columns.iter().map(|name| PlSmallStr::from(name.as_str()));
    let names = names.chain(schema.iter_names().skip(columns.len()).cloned());
    let schema: SchemaRef = Arc::new(
        names
            .zip(schema.iter_values())
            .map(|(name, dtype)| {
                let dtype = if dtype.is_null() { DataType::Int32 } else { dtype.clone() };
                Field::new(name, dtype)
            })
            .collect(),
    );
    let id = UniqueId::new();
    let outside = planner.known.caches();
    let working = LazyFrame::from(DslPlan::WorkingTable { id, schema: schema.clone() });
    planner.known.add(&rows, working);
    let step = planner.subplan(step);
    planner.known.remove(&rows);
    let mut step = step?;
    let width = step.collect_schema()?.len();
    if width != schema.len() {
        return Err(Error::new(
            Kind::InvalidSql,
            format!(
                "\"{name}\" reads itself: its first part has {} columns, its second {width}; they must be as many",
                schema.len()
            ),
        ));
    }
    // What the step computes in a round is computed again in the next one; what was there before is not.
    let mut own: Vec<UniqueId> = caches(&step).filter(|id| !outside.contains(id)).collect();
    own.sort_by_key(UniqueId::as_u128);
    own.dedup();
    let progress = Arc::new(Mutex::new(Progress { name, distinct, ..Progress::default() }));
    let first = progress.clone();
    let anchor = fitted(anchor, &schema)?.map(
        move |rows| {
            let mut progress = first.lock().unwrap_or_else(PoisonError::into_inner);
            progress.start();
            progress.round(rows)
        },
        AllowedOptimizations::empty(),
        None,
        Some("FIRST ROUND"),
    );
    let step = fitted(step, &schema)?.map(
        move |rows| progress.lock().unwrap_or_else(PoisonError::into_inner).round(rows),
        AllowedOptimizations::empty(),
        None,
        Some("NEXT ROUND"),
    );
    Ok(LazyFrame::from(DslPlan::Recursive {
        anchor: Arc::new(anchor.logical_plan),
        step: Arc::new(step.logical_plan),
        id,
        round_local_caches: own.into(),
    }))
}

/// The caches of a plan.
pub fn caches(frame: &LazyFrame) -> impl Iterator<Item = UniqueId> {
    (&frame.logical_plan).into_iter().filter_map(|plan| match plan {
        DslPlan::Cache { id, .. } => Some(*id),
        _ => None,
    })
}

/// `frame` with the names and types of `schema`.
fn fitted(mut frame: LazyFrame, schema: &Schema) -> Result<LazyFrame> {
    let own = frame.collect_schema()?;
    let columns = own.iter().zip(schema.iter()).map(|((name, dtype), (wanted, to))| {
        let column = col(name.clone());
        // As `CAST` does it: floats half to even, decimals half away from zero.
        let column = match dtype {
            _ if !to.is_integer() => column,
            DataType::Float32 | DataType::Float64 => column.round(0, RoundMode::HalfToEven),
            DataType::Decimal(..) => column.round(0, RoundMode::HalfAwayFromZero),
            _ => column,
        };
        let column = if dtype == to { column } else { column.strict_cast(to.clone()) };
        column.alias(wanted.clone())
    });
    Ok(frame.select(columns.collect::<Vec<_>>()))
}

/// What a recursion has made so far.
#[derive(Default)]
struct Progress {
    name: String,
    distinct: bool,
    /// The rows that were there already, for `UNION`: equal rows have equal bytes.
    seen: HashSet<Box<[u8]>>,
    rounds: usize,
    rows: usize,
    bytes: usize,
}

impl Progress {
    fn start(&mut self) {
        self.seen.clear();
        (self.rounds, self.rows, self.bytes) = (0, 0, 0);
    }

    /// The rows of a round that count.
    fn round(&mut self, rows: DataFrame) -> PolarsResult<DataFrame> {
        let rows = if self.distinct { self.new_ones(rows)? } else { rows };
        self.rounds += 1;
        self.rows += rows.height();
        self.bytes += rows.estimated_size(false);
        let reached = if self.rounds > MAX_ROUNDS {
            format!("{MAX_ROUNDS} rounds")
        } else if self.rows > MAX_ROWS {
            format!("{MAX_ROWS} rows")
        } else if self.bytes > MAX_BYTES {
            format!("{} MiB", MAX_BYTES >> 20)
        } else {
            return Ok(rows);
        };
        polars_bail!(ComputeError:
            "{RECURSION_LIMIT}the recursive query \"{}\" has no end after {reached}; give its second part a condition that \
             ends it, such as WHERE n < 100, or join the parts by UNION, which leaves out the rows that it has already",
            self.name
        )
    }

    fn new_ones(&mut self, rows: DataFrame) -> PolarsResult<DataFrame> {
        if rows.height() == 0 || rows.width() == 0 {
            return Ok(rows);
        }
        let encoded = encode_rows_unordered(rows.columns())?;
        let mut bytes = 0;
        let is_new: BooleanChunked = encoded
            .iter()
            .map(|row| {
                let row = row.unwrap_or_default();
                let is_new = !self.seen.contains(row) && self.seen.insert(row.into());
                bytes += if is_new { row.len() } else { 0 };
                Some(is_new)
            })
            .collect();
        self.bytes += bytes;
        rows.filter(&is_new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_count_once() {
        let mut progress = Progress { distinct: true, ..Progress::default() };
        let rows = |a: &[Option<i32>], b: &[&str]| df!("a" => a, "b" => b).unwrap();
        let first = progress.round(rows(&[Some(1), None, Some(1)], &["x", "x", "x"])).unwrap();
        assert_eq!(first.height(), 2);
        let next = progress.round(rows(&[None, Some(2), Some(1)], &["x", "x", "y"])).unwrap();
        assert_eq!(next, rows(&[Some(2), Some(1)], &["x", "y"]));
        progress.start();
        assert_eq!(progress.round(next).unwrap().height(), 2);
    }

    #[test]
    fn rounds_are_counted() {
        let mut progress = Progress::default();
        let row = df!("a" => [1]).unwrap();
        for _ in 0..MAX_ROUNDS {
            progress.round(row.clone()).unwrap();
        }
        let error = Error::from(progress.round(row).unwrap_err());
        assert_eq!(error.kind, Kind::RecursionLimit, "{error}");
        assert!(error.detail.contains("50000 rounds"), "{error}");
    }
}
