//! Instances kept for later requests (`--isolation reuse`).

use super::instance::Instance;
use crate::args::{GuestArgs, Reuse};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Those that wait. Never more than run at once at the most: each was made for a request that had a place
/// and that found nobody waiting.
pub struct Idle {
    reuse: Reuse,
    instances: Mutex<Vec<Instance>>,
}

impl Idle {
    pub fn new(reuse: Reuse) -> Idle {
        Idle { reuse, instances: Mutex::default() }
    }

    /// The one that came last: its pages are the warmest, and those that a peak of traffic left over stay
    /// untouched below it. Those that have other directories open than are there now are retired.
    pub fn take(&self, view: &GuestArgs) -> Option<Instance> {
        std::iter::from_fn(|| self.instances().pop()).find(|instance| instance.sees(view))
    }

    /// Keeps an instance whose request is over, or retires it. Must be called before the request's place
    /// is given back.
    pub fn offer(&self, mut instance: Instance) {
        let young = instance.requests() < self.reuse.requests && instance.memory() <= self.reuse.memory;
        if young && instance.is_done() {
            self.instances().push(instance);
        }
    }

    fn instances(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
