//! The handle that `ASYNC.spawn` and `ASYNC.spawn_blocking` return.
//!
//! It behaves as tokio's does: it detaches when it is dropped, resolves to the task's output, to the
//! panic that ended the task, or to "cancelled", and `abort` asks the task to end. It lives here,
//! below `polars-async`, because [`AbortOnDropHandle`](super::tokio_handle_ext::AbortOnDropHandle)
//! does.

use std::any::Any;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

/// Waits for a task that was spawned; dropping it lets the task run on.
pub struct JoinHandle<T> {
    shared: Arc<Shared<T>>,
}

/// Why a task has no output.
pub struct JoinError {
    cause: Cause,
}

enum Cause {
    Cancelled,
    // The lock only makes the payload `Sync`, which errors have to be.
    Panicked(Mutex<Box<dyn Any + Send>>),
}

struct Shared<T> {
    abort: AtomicBool,
    state: Mutex<State<T>>,
}

struct State<T> {
    outcome: Option<Result<T, JoinError>>,
    finished: bool,
    joiner: Option<Waker>,
    task: Option<Waker>,
}

impl<T> Shared<T> {
    fn state(&self) -> MutexGuard<'_, State<T>> {
        // Nothing panics while it holds this lock, except a `Waker` that is broken already.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, outcome: Result<T, JoinError>) {
        let joiner = {
            let mut state = self.state();
            if state.finished {
                return;
            }
            state.finished = true;
            state.outcome = Some(outcome);
            state.task = None;
            state.joiner.take()
        };
        if let Some(joiner) = joiner {
            joiner.wake();
        }
    }
}

/// Publishes "cancelled" when the task is dropped before it has an outcome.
struct Publisher<T>(Arc<Shared<T>>);

impl<T> Drop for Publisher<T> {
    fn drop(&mut self) {
        self.0.finish(Err(JoinError::cancelled()));
    }
}

/// Splits a future into the handle to wait on and the task to run.
///
/// The task catches the future's panics where they unwind, and drops the future before it publishes
/// the outcome, so that whoever joins finds its resources released. An aborted task ends at its next
/// poll.
pub fn joinable<F: Future>(future: F) -> (JoinHandle<F::Output>, impl Future<Output = ()>) {
    let shared = Arc::new(Shared {
        abort: AtomicBool::new(false),
        state: Mutex::new(State {
            outcome: None,
            finished: false,
            joiner: None,
            task: None,
        }),
    });
    let publisher = Publisher(shared.clone());
    let task = async move {
        let outcome = {
            let mut future = pin!(future);
            poll_fn(|cx| poll_unless_aborted(&publisher.0, future.as_mut(), cx)).await
        };
        publisher.0.finish(outcome);
    };
    (JoinHandle { shared }, task)
}

fn poll_unless_aborted<F: Future>(
    shared: &Shared<F::Output>,
    future: Pin<&mut F>,
    cx: &mut Context<'_>,
) -> Poll<Result<F::Output, JoinError>> {
    if shared.abort.load(Ordering::Acquire) {
        return Poll::Ready(Err(JoinError::cancelled()));
    }
    match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
        Ok(Poll::Ready(output)) => return Poll::Ready(Ok(output)),
        Ok(Poll::Pending) => {},
        Err(payload) => return Poll::Ready(Err(JoinError::panicked(payload))),
    }
    shared.state().task = Some(cx.waker().clone());
    // Again, for an abort that came after the first look and found no waker to call.
    if shared.abort.load(Ordering::Acquire) {
        return Poll::Ready(Err(JoinError::cancelled()));
    }
    Poll::Pending
}

impl<T> JoinHandle<T> {
    /// Asks the task to end at its next poll. A task that has finished keeps its outcome.
    pub fn abort(&self) {
        self.shared.abort.store(true, Ordering::Release);
        let task = self.shared.state().task.take();
        if let Some(task) = task {
            task.wake();
        }
    }

    /// Whether the task has an outcome, be it taken already or not.
    pub fn is_finished(&self) -> bool {
        self.shared.state().finished
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = Result<T, JoinError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.shared.state();
        match state.outcome.take() {
            Some(outcome) => Poll::Ready(outcome),
            None => {
                assert!(!state.finished, "a JoinHandle was polled after it was ready");
                match &mut state.joiner {
                    Some(joiner) => joiner.clone_from(cx.waker()),
                    joiner => *joiner = Some(cx.waker().clone()),
                }
                Poll::Pending
            },
        }
    }
}

impl<T> fmt::Debug for JoinHandle<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JoinHandle").finish_non_exhaustive()
    }
}

impl JoinError {
    fn cancelled() -> Self {
        Self { cause: Cause::Cancelled }
    }

    fn panicked(payload: Box<dyn Any + Send>) -> Self {
        Self { cause: Cause::Panicked(Mutex::new(payload)) }
    }

    /// Whether the task was aborted, or dropped by its runtime, before it had an output.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.cause, Cause::Cancelled)
    }

    /// Whether the task panicked.
    pub fn is_panic(&self) -> bool {
        matches!(self.cause, Cause::Panicked(_))
    }

    /// The panic's payload, for [`std::panic::resume_unwind`].
    ///
    /// # Errors
    /// The error itself, where the task was cancelled.
    pub fn try_into_panic(self) -> Result<Box<dyn Any + Send>, Self> {
        match self.cause {
            Cause::Panicked(payload) => {
                Ok(payload.into_inner().unwrap_or_else(PoisonError::into_inner))
            },
            Cause::Cancelled => Err(self),
        }
    }

    /// The panic's payload.
    ///
    /// # Panics
    /// Where the task was cancelled.
    #[track_caller]
    pub fn into_panic(self) -> Box<dyn Any + Send> {
        self.try_into_panic().expect("the task was cancelled, it did not panic")
    }

    fn message(&self) -> Option<String> {
        let Cause::Panicked(payload) = &self.cause else {
            return None;
        };
        let payload = payload.lock().unwrap_or_else(PoisonError::into_inner);
        payload
            .downcast_ref::<&str>()
            .map(|text| text.to_string())
            .or_else(|| payload.downcast_ref::<String>().cloned())
    }
}

impl fmt::Display for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.is_cancelled(), self.message()) {
            (true, _) => f.write_str("the task was cancelled"),
            (false, Some(message)) => write!(f, "the task panicked: {message}"),
            (false, None) => f.write_str("the task panicked"),
        }
    }
}

impl fmt::Debug for JoinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "JoinError({self})")
    }
}

impl std::error::Error for JoinError {}

impl From<JoinError> for std::io::Error {
    fn from(error: JoinError) -> Self {
        std::io::Error::other(error)
    }
}
