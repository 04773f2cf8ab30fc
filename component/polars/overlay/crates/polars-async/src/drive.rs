//! The loop of a blocked frame: poll its future, else run a task, else wait.
//!
//! The outermost frame takes the ready tasks by lane and age. A nested frame sits on the stack above
//! the task that blocks, so what it runs delays that task, and could even need it. Therefore it runs,
//! in this order: I/O tasks, which do not block; tasks that became ready since its own task was
//! polled, because those are its doing; and only then others ("strangers").

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use crate::deadlock::{Deadlock, tell_hook};
use crate::executor::{self, Lane, Queues, ReadyTask, Seq};
use crate::wait::{self, Waited};
use crate::stats;

/// Which tasks a frame may run before it sleeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// All.
    Everything,
    /// I/O tasks and what the blocked task caused. Strangers only in place of a deadlock.
    Reads,
}

/// After so many tasks in a row, a look at the timers and pollables that may be due.
const TASKS_A_GLANCE: u32 = 32;

/// After so many computing tasks in a row, one I/O task, so that requests go out in time.
const COMPUTE_AN_IO: u32 = 16;

thread_local! {
    static FRAMES: RefCell<Vec<&'static Location<'static>>> = const { RefCell::new(Vec::new()) };
}

/// This thread's entry in `FRAMES`, and its count among the threads that work.
struct Frame;

impl Frame {
    fn enter(at: &'static Location<'static>) -> Self {
        let depth = FRAMES.with_borrow_mut(|frames| {
            frames.push(at);
            frames.len()
        });
        stats::MAX_DEPTH.raise_to(depth as u64);
        if depth == 1 {
            wait::thread_works();
        }
        Frame
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        let depth = FRAMES.with_borrow_mut(|frames| {
            frames.pop();
            frames.len()
        });
        if depth == 0 {
            wait::thread_rests();
        }
    }
}

/// Set when the blocked future wants to be polled.
struct Signal(AtomicBool);

impl Signal {
    fn is_set(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::SeqCst)
    }
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
        wait::notify();
    }
}

/// Chooses the frame's next task.
struct Chooser {
    reach: Reach,
    /// Of a nested frame: when the poll of its task began.
    since: Option<Seq>,
    compute_in_a_row: u32,
}

impl Chooser {
    fn next(&mut self) -> Option<ReadyTask> {
        let task = executor::take(|queues| match self.since {
            None => self.next_outermost(queues),
            Some(since) => Self::next_kin(queues, since),
        });
        match task {
            None if self.since.is_some() && self.reach == Reach::Everything => self.next_stranger(),
            task => task,
        }
    }

    fn next_outermost(&mut self, queues: &mut Queues) -> Option<ReadyTask> {
        let io_is_due = self.compute_in_a_row >= COMPUTE_AN_IO;
        if !io_is_due && let Some(task) = queues.oldest(Lane::High) {
            self.compute_in_a_row += 1;
            return Some(task);
        }
        self.compute_in_a_row = 0;
        [Lane::Io, Lane::High, Lane::Low, Lane::Blocking]
            .into_iter()
            .find_map(|lane| queues.oldest(lane))
    }

    fn next_kin(queues: &mut Queues, since: Seq) -> Option<ReadyTask> {
        queues.oldest(Lane::Io).or_else(|| {
            [Lane::High, Lane::Low, Lane::Blocking]
                .into_iter()
                .find_map(|lane| queues.oldest_since(lane, since))
        })
    }

    fn next_stranger(&self) -> Option<ReadyTask> {
        let task = executor::take(|queues| {
            [Lane::High, Lane::Low, Lane::Blocking]
                .into_iter()
                .find_map(|lane| queues.oldest(lane))
        })?;
        stats::STRANGERS.add();
        Some(task)
    }

    fn has_next(&self) -> bool {
        executor::has_ready(|queues| match (self.since, self.reach) {
            (Some(since), Reach::Reads) => {
                queues.has(Lane::Io)
                    || [Lane::High, Lane::Low, Lane::Blocking]
                        .into_iter()
                        .any(|lane| queues.has_since(lane, since))
            },
            _ => [Lane::High, Lane::Io, Lane::Low, Lane::Blocking]
                .into_iter()
                .any(|lane| queues.has(lane)),
        })
    }
}

/// Runs tasks until `future` is ready, or until nothing can make it so.
pub(crate) fn drive<F: Future>(
    future: F,
    reach: Reach,
    at: &'static Location<'static>,
) -> Result<F::Output, Deadlock> {
    let mut future = pin!(future);
    let signal = Arc::new(Signal(AtomicBool::new(true)));
    let waker = Waker::from(signal.clone());
    let mut cx = Context::from_waker(&waker);
    let _frame = Frame::enter(at);
    let mut chooser = Chooser {
        reach,
        since: executor::poll_mark().map(|(_, since)| since),
        compute_in_a_row: 0,
    };
    let mut until_glance = TASKS_A_GLANCE;

    loop {
        if signal.take() {
            stats::FRAME_POLLS.add();
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Ok(output);
            }
        }
        while !signal.is_set() {
            let Some(task) = chooser.next() else { break };
            executor::run(task);
            until_glance -= 1;
            if until_glance == 0 {
                until_glance = TASKS_A_GLANCE;
                wait::glance();
            }
        }
        if signal.is_set() {
            continue;
        }
        // Here only a read has tasks left, all strangers.
        if !wait::has_sources()
            && let Some(task) = chooser.next_stranger()
        {
            executor::run(task);
            continue;
        }
        if wait::sleep_until(|| signal.is_set() || chooser.has_next()) == Waited::Forever {
            let deadlock = Deadlock::new(executor::alive(), FRAMES.with_borrow(Vec::clone));
            tell_hook(&deadlock);
            return Err(deadlock);
        }
    }
}
