//! The runtime of Polars on one thread.
//!
//! It takes the place of upstream's executor threads and multi-threaded tokio: nothing here starts a
//! thread, and there is no tokio runtime, only its channels. Whoever calls `ASYNC.block_on` drives
//! all tasks until its own future is ready:
//!
//! | file | holds |
//! |---|---|
//! | `drive.rs` | the loop: which task runs next, when to wait, what is a deadlock |
//! | `executor/` | tasks, scopes, the four ready queues |
//! | `wait.rs` | what can wake a sleeping thread: timers, WASI pollables, other threads |
//! | `time.rs` | `sleep`, `timeout`, `interval` over it |
//! | `deadlock.rs` | the report of a wait that nothing can end |
//! | `stats.rs` | counters, so that tests can show that nothing spins |
//!
//! Rules that keep it sound, for those who write tasks:
//! - A task may block in place. The nested frame runs tasks, never one that is on the stack already.
//! - What a nested frame waits for must not need a task that is suspended on the stack below it.
//!   Waiting for a read or a computation is safe; waiting for room in a channel is not.
//! - Natively, several threads may block at once; they share the queues.

use std::future::Future;
use std::panic::Location;
use std::sync::LazyLock;

use polars_error::{PolarsResult, polars_err};
use polars_utils::async_utils::join_handle::joinable;
pub use polars_utils::async_utils::join_handle::{JoinError, JoinHandle};

use crate::drive::Reach;
use crate::executor::Lane;

mod deadlock;
mod drive;
pub mod executor;
pub mod parallel;
pub mod primitives;
mod stats;
pub mod time;
pub mod wait;

pub use deadlock::{Deadlock, set_deadlock_hook};
pub use stats::{Stats, stats};

/// The one runtime, reached through [`ASYNC`].
pub struct RuntimeManager {
    _private: (),
}

impl RuntimeManager {
    /// Calls `f`. Other tasks wait meanwhile: there is no other thread to run them.
    pub fn block_in_place<R, F: FnOnce() -> R>(&self, f: F) -> R {
        f()
    }

    /// As [`block_on`](Self::block_on); upstream tells them apart by the calling thread.
    #[track_caller]
    pub fn block_in_place_on<F: Future>(&self, future: F) -> F::Output {
        self.block_on(future)
    }

    /// Runs tasks on this thread until `future` is ready.
    ///
    /// # Panics
    /// When nothing can make it ready any more. The message names the waiting tasks; the hook of
    /// [`set_deadlock_hook`] is called first, because a panic is a trap on WASI.
    #[track_caller]
    pub fn block_on<F: Future>(&self, future: F) -> F::Output {
        match drive::drive(future, Reach::Everything, Location::caller()) {
            Ok(output) => output,
            Err(deadlock) => panic!("{deadlock}"),
        }
    }

    /// As [`block_on`](Self::block_on), with a deadlock as an error of the query.
    ///
    /// # Errors
    /// The future's own, or `ComputeError` naming the waiting tasks when nothing can make it ready.
    #[track_caller]
    pub fn block_on_query<T>(
        &self,
        future: impl Future<Output = PolarsResult<T>>,
    ) -> PolarsResult<T> {
        drive::drive(future, Reach::Everything, Location::caller())
            .unwrap_or_else(|deadlock| Err(polars_err!(ComputeError: "{deadlock}")))
    }

    /// As [`block_on`](Self::block_on), for a future that needs no more than I/O tasks: a read, a
    /// request.
    ///
    /// Computing tasks stay where they are, however long it takes: one that blocked above this frame
    /// could wait for the task below it. They are run only where the future cannot end without them.
    ///
    /// # Panics
    /// As `block_on` does.
    #[track_caller]
    pub fn block_on_read<F: Future>(&self, future: F) -> F::Output {
        match drive::drive(future, Reach::Reads, Location::caller()) {
            Ok(output) => output,
            Err(deadlock) => panic!("{deadlock}"),
        }
    }

    /// Spawns a task that waits for I/O or for other tasks. It runs when someone blocks.
    #[track_caller]
    pub fn spawn<F>(&self, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        let (handle, task) = joinable(future);
        executor::spawn_detached(Lane::Io, task);
        handle
    }

    /// Defers `f` until no task is ready. It runs to its end in one go, so it must not wait for
    /// what another task has to do first. Aborting the handle before that drops it.
    #[track_caller]
    pub fn spawn_blocking<F, R>(&self, f: F) -> JoinHandle<R>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        let (handle, task) = joinable(async move { f() });
        executor::spawn_detached(Lane::Blocking, task);
        handle
    }

    /// Calls `f` now, where upstream gives it to a blocking thread: for a read or a write that is
    /// over when it returns. Deferring it would gain nothing on one thread.
    pub async fn call_blocking<F, R>(&self, f: F) -> Result<R, JoinError>
    where
        F: FnOnce() -> R + Send + 'static,
        R: Send + 'static,
    {
        Ok(f())
    }
}

/// The global Polars async runtime accessor.
pub static ASYNC: LazyLock<RuntimeManager> = LazyLock::new(|| RuntimeManager { _private: () });
