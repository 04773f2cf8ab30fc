//! The ready queues, one a lane, and the register of tasks that have not ended.

use std::collections::VecDeque;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use slotmap::SlotMap;

use super::ReadyTask;

/// What kind of task it is. The order of running is the frame's business (`drive.rs`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lane {
    /// Computation that consumes what others produced.
    High,
    /// What `ASYNC.spawn` spawned: it waits for I/O or for other tasks, and seldom computes.
    Io,
    /// Computation that produces more.
    Low,
    /// What `ASYNC.spawn_blocking` deferred.
    Blocking,
}

/// The place of a task in the order in which tasks became ready.
pub(crate) type Seq = u64;

/// The ready tasks. In each lane they lie in the order of their [`Seq`].
pub(crate) struct Queues {
    lanes: [VecDeque<(Seq, ReadyTask)>; 4],
    next: Seq,
}

// One lock for all: on WASI it costs nothing, and natively threads only share it in tests.
static QUEUES: Mutex<Queues> = Mutex::new(Queues {
    lanes: [const { VecDeque::new() }; 4],
    next: 0,
});

impl Queues {
    /// The task that has been ready longest.
    pub(crate) fn oldest(&mut self, lane: Lane) -> Option<ReadyTask> {
        self.lanes[lane as usize].pop_front().map(|(_, task)| task)
    }

    /// The task that has been ready longest of those that became ready at `since` or later.
    pub(crate) fn oldest_since(&mut self, lane: Lane, since: Seq) -> Option<ReadyTask> {
        let lane = &mut self.lanes[lane as usize];
        // Most often the lane holds nothing that new.
        if lane.back()?.0 < since {
            return None;
        }
        let at = lane.partition_point(|(seq, _)| *seq < since);
        lane.remove(at).map(|(_, task)| task)
    }

    pub(crate) fn has(&self, lane: Lane) -> bool {
        !self.lanes[lane as usize].is_empty()
    }

    pub(crate) fn has_since(&self, lane: Lane, since: Seq) -> bool {
        self.lanes[lane as usize].back().is_some_and(|(seq, _)| *seq >= since)
    }
}

pub(super) fn push(lane: Lane, task: ReadyTask) {
    let mut queues = QUEUES.lock();
    let seq = queues.next;
    queues.next += 1;
    queues.lanes[lane as usize].push_back((seq, task));
}

pub(super) fn next_seq() -> Seq {
    QUEUES.lock().next
}

/// Takes one ready task, chosen by `choose`.
pub(crate) fn take(choose: impl FnOnce(&mut Queues) -> Option<ReadyTask>) -> Option<ReadyTask> {
    choose(&mut QUEUES.lock())
}

pub(crate) fn has_ready(is_ready: impl FnOnce(&Queues) -> bool) -> bool {
    is_ready(&QUEUES.lock())
}

slotmap::new_key_type! {
    struct TaskKey;
}

static ALIVE: Mutex<Option<SlotMap<TaskKey, &'static Location<'static>>>> = Mutex::new(None);

/// A task's entry in the register, which ends with the task.
pub(super) struct Registration {
    key: TaskKey,
    ended: AtomicBool,
}

pub(super) fn register(spawn_location: &'static Location<'static>) -> Registration {
    Registration {
        key: ALIVE.lock().get_or_insert_default().insert(spawn_location),
        ended: AtomicBool::new(false),
    }
}

impl Registration {
    pub(super) fn end(&self) {
        if !self.ended.swap(true, Ordering::Relaxed) {
            if let Some(alive) = ALIVE.lock().as_mut() {
                alive.remove(self.key);
            }
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        self.end();
    }
}

/// Where the tasks that have not ended were spawned.
pub(crate) fn alive() -> Vec<&'static Location<'static>> {
    ALIVE
        .lock()
        .as_ref()
        .map(|alive| alive.values().copied().collect())
        .unwrap_or_default()
}
