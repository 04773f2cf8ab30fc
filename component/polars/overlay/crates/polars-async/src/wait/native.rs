//! Waiting natively, for tests, miri, debuggers and profiling: there are no pollables, but other
//! threads may block on the runtime too, and may wake tasks.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering, fence};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

use super::{Waited, left};
use crate::stats;

static BELL: Condvar = Condvar::new();
static BELL_LOCK: Mutex<()> = Mutex::new(());
/// Threads that sleep or are about to.
static SLEEPERS: AtomicUsize = AtomicUsize::new(0);
/// Threads with a blocked frame that does not sleep: these may still wake others.
static WORKERS: AtomicUsize = AtomicUsize::new(0);

static PATIENCE_MS: AtomicU64 = AtomicU64::new(10_000);

/// How long a thread with nothing to wait for goes on waiting, because a thread that the runtime
/// does not know of may still wake it, before it calls that a deadlock. Ten seconds unless set; on
/// WASI there is no other thread, and a deadlock is known at once.
pub fn set_deadlock_patience(patience: Duration) {
    PATIENCE_MS.store(
        u64::try_from(patience.as_millis()).unwrap_or(u64::MAX),
        Ordering::Relaxed,
    );
}

pub(super) fn has_pollables() -> bool {
    false
}

pub(super) fn glance() {}

/// Rings for the sleepers, after something was made ready.
pub(crate) fn notify() {
    // Together with the fence below: either the sleeper sees what was made ready, or we see him.
    fence(Ordering::SeqCst);
    if SLEEPERS.load(Ordering::Relaxed) > 0 {
        drop(BELL_LOCK.lock());
        BELL.notify_all();
    }
}

pub(crate) fn thread_works() {
    WORKERS.fetch_add(1, Ordering::SeqCst);
}

pub(crate) fn thread_rests() {
    WORKERS.fetch_sub(1, Ordering::SeqCst);
}

pub(super) fn sleep_until(is_woken: impl Fn() -> bool) -> Waited {
    SLEEPERS.fetch_add(1, Ordering::Relaxed);
    fence(Ordering::SeqCst);
    let mut bell = BELL_LOCK.lock();
    let mut waited = Waited::Woken;
    thread_rests();
    while !is_woken() {
        stats::WAITS.add();
        // Asked for each time: another thread may have added an earlier one.
        if let Some(timer) = super::next_deadline() {
            if BELL.wait_for(&mut bell, left(timer)).timed_out() {
                break;
            }
        } else {
            let patience = Duration::from_millis(PATIENCE_MS.load(Ordering::Relaxed));
            let timed_out = BELL.wait_for(&mut bell, patience).timed_out();
            if timed_out && WORKERS.load(Ordering::SeqCst) == 0 && !is_woken() {
                waited = Waited::Forever;
                break;
            }
        }
    }
    thread_works();
    drop(bell);
    SLEEPERS.fetch_sub(1, Ordering::Relaxed);
    waited
}
