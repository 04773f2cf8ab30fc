//! Waiting on WASI: one `wasi:io/poll` over all pollables and the next timer.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use wasip2::clocks::monotonic_clock::subscribe_duration;
use wasip2::io::poll::{Pollable, poll};

use super::{Waited, left};
use crate::stats;

struct Pollables {
    waiting: BTreeMap<u64, (Pollable, Waker)>,
    next_id: u64,
}

static POLLABLES: Mutex<Pollables> = Mutex::new(Pollables {
    waiting: BTreeMap::new(),
    next_id: 0,
});

/// Becomes ready when the pollable is. The pollable is dropped with it, so that what it was
/// subscribed to may be dropped afterwards.
pub fn ready(pollable: Pollable) -> Ready {
    Ready(State::Idle(pollable))
}

/// The future of [`ready`].
pub struct Ready(State);

enum State {
    Idle(Pollable),
    Waiting(u64),
    Done,
}

impl Future for Ready {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match std::mem::replace(&mut self.0, State::Done) {
            State::Idle(pollable) if pollable.ready() => Poll::Ready(()),
            State::Idle(pollable) => {
                let mut pollables = POLLABLES.lock();
                let id = pollables.next_id;
                pollables.next_id += 1;
                pollables.waiting.insert(id, (pollable, cx.waker().clone()));
                self.0 = State::Waiting(id);
                Poll::Pending
            },
            State::Waiting(id) => match POLLABLES.lock().waiting.get_mut(&id) {
                Some((_, waker)) => {
                    waker.clone_from(cx.waker());
                    self.0 = State::Waiting(id);
                    Poll::Pending
                },
                None => Poll::Ready(()),
            },
            State::Done => Poll::Ready(()),
        }
    }
}

impl Drop for Ready {
    fn drop(&mut self) {
        if let State::Waiting(id) = self.0 {
            POLLABLES.lock().waiting.remove(&id);
        }
    }
}

/// Takes out what is ready and wakes it, unlocked.
fn wake_all(ids: Vec<u64>) {
    for id in ids {
        let entry = POLLABLES.lock().waiting.remove(&id);
        if let Some((pollable, waker)) = entry {
            drop(pollable);
            waker.wake();
        }
    }
}

pub(super) fn has_pollables() -> bool {
    !POLLABLES.lock().waiting.is_empty()
}

pub(super) fn glance() {
    let ready = POLLABLES
        .lock()
        .waiting
        .iter()
        .filter(|(_, (pollable, _))| pollable.ready())
        .map(|(id, _)| *id)
        .collect();
    wake_all(ready);
}

pub(super) fn sleep_until(_is_woken: impl Fn() -> bool) -> Waited {
    let ready = {
        let pollables = POLLABLES.lock();
        let timer = super::next_deadline().map(|deadline| {
            subscribe_duration(u64::try_from(left(deadline).as_nanos()).unwrap_or(u64::MAX))
        });
        let waited: Vec<&Pollable> = pollables
            .waiting
            .values()
            .map(|(pollable, _)| pollable)
            .chain(&timer)
            .collect();
        if waited.is_empty() {
            return Waited::Forever;
        }
        stats::WAITS.add();
        let ids: Vec<u64> = pollables.waiting.keys().copied().collect();
        // The timer comes last and has no id; the loop of the frame fires timers itself.
        poll(&waited)
            .into_iter()
            .filter_map(|index| ids.get(index as usize).copied())
            .collect()
    };
    wake_all(ready);
    super::fire_timers();
    Waited::Woken
}

/// There is one thread: whoever wakes a task is not asleep.
pub(crate) fn notify() {}

pub(crate) fn thread_works() {}

pub(crate) fn thread_rests() {}
