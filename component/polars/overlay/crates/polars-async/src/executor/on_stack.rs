//! Which tasks this thread is polling just now, one a nested frame.
//!
//! A task's own lock is held while it is polled. On one thread, whoever wants that lock from further
//! up the stack would wait for himself, so he asks here first.

use std::cell::RefCell;
use std::panic::Location;

use super::queue::{Seq, next_seq};

struct Polled {
    task: *const (),
    spawn_location: &'static Location<'static>,
    /// What is queued from here on was queued by this task, or by what ran above it.
    since: Seq,
}

thread_local! {
    static POLLED: RefCell<Vec<Polled>> = const { RefCell::new(Vec::new()) };
}

/// Ends the entry, also when the poll unwinds.
pub(super) struct Entered(());

impl Drop for Entered {
    fn drop(&mut self) {
        POLLED.with_borrow_mut(|polled| polled.pop());
    }
}

/// `task` is only compared, never followed.
pub(super) fn enter(task: *const (), spawn_location: &'static Location<'static>) -> Entered {
    let since = next_seq();
    POLLED.with_borrow_mut(|polled| {
        polled.push(Polled {
            task,
            spawn_location,
            since,
        })
    });
    Entered(())
}

pub(super) fn is_on_stack(task: *const ()) -> bool {
    POLLED.with_borrow(|polled| polled.iter().any(|entry| entry.task == task))
}

/// The task whose poll blocks, when a task does: where it was spawned, and since when it runs.
pub(crate) fn mark() -> Option<(&'static Location<'static>, Seq)> {
    POLLED.with_borrow(|polled| polled.last().map(|entry| (entry.spawn_location, entry.since)))
}
