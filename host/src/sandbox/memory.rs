//! The cap on a guest's linear memory.
//!
//! A growth that is refused is an ordinary event for the guest (`memory.grow` gives -1): the component
//! answers with a problem, or cuts its answer. One that goes on to trap has failed for want of memory.

use super::call::Call;
use std::sync::Arc;
use wasmtime::ResourceLimiter;

/// More than the component's 50,000 with room to grow; each costs 8 bytes of the host.
const MOST_TABLE_ELEMENTS: usize = 100_000;

pub struct Cap {
    /// Bytes.
    most: usize,
    refused: bool,
    call: Arc<Call>,
}

impl Cap {
    pub fn new(most: u64, call: Arc<Call>) -> Cap {
        Cap { most: usize::try_from(most).unwrap_or(usize::MAX), refused: false, call }
    }

    /// Whether the guest was refused memory.
    pub fn refused(&self) -> bool {
        self.refused
    }
}

impl ResourceLimiter for Cap {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired <= self.most;
        if granted {
            self.call.saw_memory(desired as u64);
        } else {
            self.refused = true;
        }
        Ok(granted)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= MOST_TABLE_ELEMENTS)
    }

    /// The cap is on each memory, so there is one.
    fn memories(&self) -> usize {
        1
    }
}
