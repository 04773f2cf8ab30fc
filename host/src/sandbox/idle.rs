//! Instances kept for later requests (`--isolation reuse`).

use super::instance::Instance;
use crate::args::{GuestArgs, Reuse};
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Those that wait. Never more than run at once at the most: each was made for a request that had a place
/// and that found nobody waiting.
pub struct Idle {
    reuse: Reuse,
    instances: Mutex<Vec<(Directories, Instance)>>,
}

/// Device and inode of each data directory that is there.
#[derive(PartialEq, Eq)]
pub struct Directories(Vec<Option<(u64, u64)>>);

impl Directories {
    /// As they are now. To be taken before an instance opens them, so that one that is exchanged in between is
    /// noticed.
    pub fn now(view: &GuestArgs) -> Directories {
        let identity = |metadata: Metadata| (metadata.dev(), metadata.ino());
        let each = view.mounts.iter().map(|mount| std::fs::metadata(&mount.host).ok().map(identity));
        Directories(each.collect())
    }
}

impl Idle {
    pub fn new(reuse: Reuse) -> Idle {
        Idle { reuse, instances: Mutex::default() }
    }

    /// The one that came last: its pages are the warmest, and those that a peak of traffic left over stay
    /// untouched below it. Those that have other directories open than are there now are retired.
    pub fn take(&self, now: &Directories) -> Option<Instance> {
        let mut kept = std::iter::from_fn(|| self.instances().pop());
        kept.find_map(|(open, instance)| (open == *now).then_some(instance))
    }

    /// Keeps an instance whose request is over, and which has `open` open, or retires it. Must be called before the request's place
    /// is given back.
    pub fn offer(&self, open: Directories, mut instance: Instance) {
        let young = instance.requests() < self.reuse.requests && instance.memory() <= self.reuse.memory;
        if young && instance.is_done() {
            self.instances().push((open, instance));
        }
    }

    fn instances(&self) -> MutexGuard<'_, Vec<(Directories, Instance)>> {
        self.instances.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
