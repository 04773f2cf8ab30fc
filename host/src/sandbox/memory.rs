//! The cap on a guest's linear memory.
//!
//! A growth that is refused is an ordinary event for the guest (`memory.grow` gives -1): the component
//! answers with a problem, or cuts its answer. One that goes on to trap has failed for want of memory.

use super::Failure;
use super::call::Call;
use std::sync::Arc;
use wasmtime::ResourceLimiter;

/// More than the component's 50,000 with room to grow; each costs 8 bytes of the host.
const MOST_TABLE_ELEMENTS: usize = 100_000;

pub struct Cap {
    /// Bytes.
    most: usize,
    /// Bytes that the guest has.
    granted: u64,
    refused: bool,
    call: Arc<Call>,
}

impl Cap {
    pub fn new(most: u64, call: Arc<Call>) -> Cap {
        Cap { most: usize::try_from(most).unwrap_or(usize::MAX), granted: 0, refused: false, call }
    }

    /// Watches over another request of the guest, which keeps the memory that it has.
    pub fn attend(&mut self, call: Arc<Call>) {
        call.saw_memory(self.granted);
        (self.call, self.refused) = (call, false);
    }

    /// Bytes that the guest has.
    pub fn granted(&self) -> u64 {
        self.granted
    }

    /// The same failure, for want of memory if that was refused before a trap.
    pub fn blame(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Trap(trap) if self.refused => Failure::Memory { most: self.most as u64, trap },
            failure => failure,
        }
    }
}

impl ResourceLimiter for Cap {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired <= self.most;
        if granted {
            self.granted = desired as u64;
            self.call.saw_memory(self.granted);
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
