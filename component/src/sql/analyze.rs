//! `EXPLAIN query`, and `EXPLAIN ANALYZE query`, which runs the query and gives its plan with what was measured.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use polars::prelude::*;
use polars_utils::ranged::reads;
use regex::Regex;

use crate::error::Result;

/// A line for each figure, then the lines of the plan. `planned` is what planning took before.
pub fn frame(query: LazyFrame, planned: Duration) -> Result<LazyFrame> {
    let plan = readable(&query.clone().with_streaming(true).describe_optimized_plan()?);
    let before = reads();
    let started = Instant::now();
    let rows = Arc::new(AtomicU64::new(0));
    let counted = rows.clone();
    let count = move |batch: DataFrame| {
        counted.fetch_add(batch.height() as u64, Ordering::Relaxed);
        Ok(false)
    };
    query
        .sink_batches(PlanCallback::new(count), true, None)
        .and_then(|frame| frame.collect_with_engine(Engine::Streaming))?;
    let elapsed = started.elapsed();
    let after = reads();
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    let mut lines = vec![
        format!("rows: {}", rows.load(Ordering::Relaxed)),
        format!("time: {:.3} ms, and {:.3} ms of planning", milliseconds(elapsed), milliseconds(planned)),
        format!(
            "read: {} bytes in {} ranges, and {} bytes in {} ranges of planning",
            after.bytes - before.bytes,
            after.ranges - before.ranges,
            before.bytes,
            before.ranges
        ),
    ];
    if let Some(memory) = memory() {
        lines.push(format!(
            "memory: {:.1} MiB at most, of the whole sandbox",
            memory as f64 / f64::from(1 << 20)
        ));
    }
    lines.push("plan:".to_string());
    lines.extend(plan.lines().map(|line| format!("  {line}")));
    let lines = StringChunked::from_iter_values("Analyzed Plan".into(), lines.iter());
    Ok(lines.into_series().into_frame().lazy())
}

/// The rows of `EXPLAIN`, for people.
pub fn explained(plan: LazyFrame) -> Result<LazyFrame> {
    let mut plan = plan.collect()?;
    for n in 0..plan.width() {
        let lines = plan.columns()[n].str()?.apply(|line| line.map(|line| readable(line).into()));
        plan.replace_column(n, lines.into_column())?;
    }
    Ok(plan.lazy())
}

/// A plan in which the expressions that the optimizer computes once have names that can be read.
fn readable(plan: &str) -> String {
    let common = Regex::new("__POLARS_CSER_0x1?0*([0-9a-f]+)").expect("a pattern of ours");
    common.replace_all(plan, "common $1").into_owned()
}

/// The linear memory, which never shrinks: what it is now is the most that it was.
#[cfg(target_arch = "wasm32")]
fn memory() -> Option<usize> {
    const PAGE: usize = 64 << 10;
    Some(std::arch::wasm32::memory_size(0) * PAGE)
}

#[cfg(not(target_arch = "wasm32"))]
fn memory() -> Option<usize> {
    None
}
