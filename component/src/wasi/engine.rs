//! The engine's settings. They are variables inside the sandbox; one that the host has set stays.

use crate::scratch::Scratch;

/// For one thread and a small heap: what Polars keeps ahead of the computation, it keeps in memory, and on one
/// thread nothing computes meanwhile.
const ONE_THREAD: [(&str, &str); 5] = [
    ("POLARS_ROW_GROUP_PREFETCH_SIZE", "1"),
    ("POLARS_RECORD_BATCH_PREFETCH_SIZE", "1"),
    ("POLARS_CSV_CHUNK_PREFETCH_LIMIT", "2"),
    ("POLARS_NDJSON_CHUNK_PREFETCH_LIMIT", "2"),
    // As much as is read of the first file, for its schema.
    ("POLARS_CLOUD_FOOTER_READ_SIZE", "65536"),
];

/// Without a place to spill to, a query that outgrows its budget could only fail. So it has no budget: it goes on
/// until the host refuses memory, which is an answer of its own (507).
const NO_BUDGET: [(&str, &str); 2] = [
    ("POLARS_OVERRIDE_TOTAL_MEMORY_MB", "1000000000"),
    // What partitions of groups are made of is freed piece by piece, where a piece would follow from the budget.
    ("POLARS_GROUP_BY_BATCH_BYTES", "33554432"),
];

/// Gives the engine its settings, before it reads the first of them.
pub fn set_up(scratch: Option<&Scratch>) {
    for (name, value) in ONE_THREAD {
        set(name, value);
    }
    match scratch {
        None => NO_BUDGET.iter().for_each(|(name, value)| set(name, value)),
        Some(scratch) => scratch.settings().iter().for_each(|(name, value)| set(name, value)),
    }
}

fn set(name: &str, value: &str) {
    if std::env::var_os(name).is_none() {
        // SAFETY: the sandbox has one thread, and nobody holds a pointer into the environment.
        unsafe { std::env::set_var(name, value) };
    }
}
