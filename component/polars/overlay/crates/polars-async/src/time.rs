//! Timers of this runtime, with the names of tokio's, which need a tokio runtime.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::wait::{self, TimerKey};

/// Becomes ready at its deadline.
pub struct Sleep {
    deadline: Instant,
    timer: Option<TimerKey>,
}

/// Waits for `duration`.
pub fn sleep(duration: Duration) -> Sleep {
    let now = Instant::now();
    // Too far away to be represented: a year is as good.
    let deadline = now
        .checked_add(duration)
        .unwrap_or_else(|| now + Duration::from_secs(365 * 24 * 60 * 60));
    sleep_until(deadline)
}

/// Waits until `deadline`.
pub fn sleep_until(deadline: Instant) -> Sleep {
    Sleep { deadline, timer: None }
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if Instant::now() >= self.deadline {
            self.cancel();
            return Poll::Ready(());
        }
        match self.timer {
            Some(timer) if wait::renew_timer(timer, cx.waker()) => {},
            _ => self.timer = Some(wait::add_timer(self.deadline, cx.waker().clone())),
        }
        Poll::Pending
    }
}

impl Sleep {
    fn cancel(&mut self) {
        if let Some(timer) = self.timer.take() {
            wait::remove_timer(timer);
        }
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        self.cancel();
    }
}

/// The deadline of a [`timeout`] passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Elapsed(());

impl fmt::Display for Elapsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the deadline has elapsed")
    }
}

impl std::error::Error for Elapsed {}

/// Waits for `future`, at most for `duration`.
///
/// # Errors
/// [`Elapsed`] when the future was not ready in time. It is dropped.
pub async fn timeout<F: Future>(duration: Duration, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut sleep = pin!(sleep(duration));
    poll_fn(|cx| match future.as_mut().poll(cx) {
        Poll::Ready(output) => Poll::Ready(Ok(output)),
        Poll::Pending => sleep.as_mut().poll(cx).map(|()| Err(Elapsed(()))),
    })
    .await
}

/// What an [`Interval`] does with ticks that nobody waited for. There is one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissedTickBehavior {
    /// They are left out, and the next tick comes at the next multiple of the period.
    #[default]
    Skip,
}

/// Ticks at once, then each period.
pub struct Interval {
    period: Duration,
    next: Instant,
}

/// An [`Interval`] of `period`.
///
/// # Panics
/// When the period is zero.
pub fn interval(period: Duration) -> Interval {
    assert!(!period.is_zero(), "an interval needs a period above zero");
    Interval { period, next: Instant::now() }
}

impl Interval {
    /// For the callers of tokio's: `Skip` is what it does anyway.
    pub fn set_missed_tick_behavior(&mut self, _behavior: MissedTickBehavior) {}

    /// Waits for the next tick and returns when it was due.
    pub async fn tick(&mut self) -> Instant {
        let due = self.next;
        sleep_until(due).await;
        let late = due.elapsed().as_nanos() / self.period.as_nanos();
        let missed = u32::try_from(late).unwrap_or(u32::MAX);
        self.next = due + self.period * (missed.saturating_add(1));
        due
    }
}
