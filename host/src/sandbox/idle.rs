//! Instances kept for later requests (`--isolation reuse`).

use super::instance::Instance;
use crate::args::{GuestArgs, Reuse};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Those that wait. Never more than run at once at the most: each was made for a request that had a place
/// and that found nobody waiting.
pub struct Idle {
    reuse: Reuse,
    instances: Mutex<Vec<(Given, Instance)>>,
}

/// What an instance is given once, and what may be another one before its next request.
#[derive(PartialEq, Eq)]
pub struct Given {
    /// Device and inode of each data directory that is there.
    directories: Vec<Option<(u64, u64)>>,
    /// The keys that it takes.
    keys: Option<Arc<str>>,
}

impl Given {
    /// As it is now, with the keys that a new instance is given. To be taken before one is made, so that a directory
    /// that is exchanged in between is noticed.
    pub fn now(view: &GuestArgs, keys: Option<Arc<str>>) -> Given {
        let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let each = view.mounts.iter().map(|mount| std::fs::metadata(&mount.host).ok().map(identity));
        Given { directories: each.collect(), keys }
    }
}

impl Idle {
    pub fn new(reuse: Reuse) -> Idle {
        Idle { reuse, instances: Mutex::default() }
    }

    /// The one that came last: its pages are the warmest, and those that a peak of traffic left over stay
    /// untouched below it. Those that have other directories open than are there now, or that take other keys, are
    /// retired.
    pub fn take(&self, now: &Given) -> Option<Instance> {
        let mut kept = std::iter::from_fn(|| self.instances().pop());
        kept.find_map(|(given, instance)| (given == *now).then_some(instance))
    }

    /// Keeps an instance whose request is over, and which has what is `given`, or retires it. Must be called before
    /// the request's place is given back.
    pub fn offer(&self, given: Given, mut instance: Instance) {
        let young = instance.requests() < self.reuse.requests && instance.memory() <= self.reuse.memory;
        if young && instance.is_done() {
            self.instances().push((given, instance));
        }
    }

    fn instances(&self) -> MutexGuard<'_, Vec<(Given, Instance)>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
