//! Counters of what the runtime did, for tests and for finding out why a query is slow.

use std::sync::atomic::{AtomicU64, Ordering};

/// What the runtime did since the process started. Take it twice and subtract.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Tasks polled, in all lanes.
    pub task_polls: u64,
    /// Blocked futures polled, that is `block_on` and its kin.
    pub frame_polls: u64,
    /// Times the thread slept because nothing was ready.
    pub waits: u64,
    /// Times it looked at timers and pollables without sleeping, because tasks were ready.
    pub glances: u64,
    /// Deepest nesting of blocked frames.
    pub max_depth: u64,
    /// Tasks that a nested frame ran although they were queued before its own task began.
    pub strangers: u64,
}

pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn raise_to(&self, value: u64) {
        self.0.fetch_max(value, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

macro_rules! counters {
    ($($name:ident = $field:ident),*) => {
        $(pub(crate) static $name: Counter = Counter(AtomicU64::new(0));)*

        /// The counters now.
        pub fn stats() -> Stats {
            Stats { $($field: $name.get()),* }
        }
    };
}

counters!(
    TASK_POLLS = task_polls,
    FRAME_POLLS = frame_polls,
    WAITS = waits,
    GLANCES = glances,
    MAX_DEPTH = max_depth,
    STRANGERS = strangers
);
