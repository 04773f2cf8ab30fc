//! What can wake a thread that has nothing to run: timers, WASI pollables and, natively, other
//! threads.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::stats;

#[cfg(target_os = "wasi")]
#[path = "wait/wasi.rs"]
mod platform;
#[cfg(not(target_os = "wasi"))]
#[path = "wait/native.rs"]
mod platform;

#[cfg(target_os = "wasi")]
pub use platform::{Ready, ready};
#[cfg(not(target_os = "wasi"))]
pub use platform::set_deadlock_patience;
pub(crate) use platform::{notify, thread_rests, thread_works};

/// How a sleep ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Waited {
    /// Something was woken, or is ready.
    Woken,
    /// Nothing is registered that could ever wake this thread.
    Forever,
}

/// Names a timer. Ordered by deadline, then by age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TimerKey {
    deadline: Instant,
    id: u64,
}

struct Timers {
    wakers: BTreeMap<TimerKey, Waker>,
    next_id: u64,
}

static TIMERS: Mutex<Timers> = Mutex::new(Timers {
    wakers: BTreeMap::new(),
    next_id: 0,
});

/// Wakes `waker` once, at `deadline` or soon after.
pub(crate) fn add_timer(deadline: Instant, waker: Waker) -> TimerKey {
    let mut timers = TIMERS.lock();
    let key = TimerKey {
        deadline,
        id: timers.next_id,
    };
    timers.next_id += 1;
    timers.wakers.insert(key, waker);
    // A thread that sleeps already has computed its own deadline without this one.
    drop(timers);
    notify();
    key
}

/// Replaces the waker of a timer that has not fired. Returns whether there was one.
pub(crate) fn renew_timer(key: TimerKey, waker: &Waker) -> bool {
    match TIMERS.lock().wakers.get_mut(&key) {
        Some(kept) => {
            kept.clone_from(waker);
            true
        },
        None => false,
    }
}

pub(crate) fn remove_timer(key: TimerKey) {
    TIMERS.lock().wakers.remove(&key);
}

fn next_deadline() -> Option<Instant> {
    TIMERS.lock().wakers.first_key_value().map(|(key, _)| key.deadline)
}

/// Wakes what is due. Returns whether there was anything.
fn fire_timers() -> bool {
    let mut fired = false;
    loop {
        let waker = {
            let mut timers = TIMERS.lock();
            match timers.wakers.first_entry() {
                Some(first) if first.key().deadline <= Instant::now() => first.remove(),
                _ => return fired,
            }
        };
        // Unlocked: a waker may do anything.
        waker.wake();
        fired = true;
    }
}

/// Whether anything is registered that will wake this thread in time.
pub(crate) fn has_sources() -> bool {
    next_deadline().is_some() || platform::has_pollables()
}

/// Wakes what is due without sleeping.
pub(crate) fn glance() {
    if !has_sources() {
        return;
    }
    stats::GLANCES.add();
    fire_timers();
    platform::glance();
}

/// Sleeps until `is_woken` may hold. It is asked again whenever something was woken.
pub(crate) fn sleep_until(is_woken: impl Fn() -> bool) -> Waited {
    if fire_timers() || is_woken() {
        return Waited::Woken;
    }
    platform::sleep_until(is_woken)
}

/// Time left until `deadline`.
fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}
