//! Tasks on one thread: spawned here, queued in [`queue`], run by the frame that blocks.
//!
//! The task itself, a future with its state and its joiner, is upstream's (`task.rs`).

mod metrics;
mod on_stack;
mod queue;
mod scope;
mod task;

use std::cell::Cell;
use std::future::Future;
use std::panic::Location;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll};
use std::time::Instant;

use metrics::TaskMetrics;
pub use metrics::{TaskMetricAggregator, TaskMetricsSnapshot};
pub(crate) use on_stack::mark as poll_mark;
use on_stack::is_on_stack;
pub(crate) use queue::{Lane, Queues, Seq, alive, has_ready, take};
use queue::{Registration, push, register};
pub use scope::{TaskScope, task_scope};
use task::{Cancellable, DynTask, OnCancel, Runnable};

thread_local! {
    /// Whether code on this thread may use the rayon pool. Here it is a pool of the thread itself,
    /// which does no harm inside a task.
    pub static ALLOW_RAYON_THREADS: Cell<bool> = const { Cell::new(true) };
    /// Never set: there are no executor threads.
    pub static THREAD_SPAWNED_BY_POLARS_EXECUTOR: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread schedules tasks and therefore must not block: never, frames nest.
pub fn is_scheduling_polars_executor_thread() -> bool {
    false
}

/// High priority tasks run before low priority ones.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TaskPriority {
    Low,
    High,
}

impl From<TaskPriority> for Lane {
    fn from(priority: TaskPriority) -> Self {
        match priority {
            TaskPriority::High => Lane::High,
            TaskPriority::Low => Lane::Low,
        }
    }
}

/// What the executor knows of a task beside its future.
pub(crate) struct TaskMetadata {
    spawn_location: &'static Location<'static>,
    lane: Lane,
    registration: Registration,
    cancel_after_poll: AtomicBool,
    metrics: Option<Arc<TaskMetrics>>,
}

impl TaskMetadata {
    fn new(
        lane: Lane,
        metrics: Option<Arc<TaskMetrics>>,
        spawn_location: &'static Location<'static>,
    ) -> Self {
        Self {
            spawn_location,
            lane,
            registration: register(spawn_location),
            cancel_after_poll: AtomicBool::new(false),
            metrics,
        }
    }
}

impl OnCancel for TaskMetadata {
    fn on_cancel(&self) {
        self.registration.end();
        if let Some(metrics) = &self.metrics {
            metrics.mark_done();
        }
    }

    fn cancel_after_poll(&self) {
        self.cancel_after_poll.store(true, Ordering::Release);
    }

    fn is_cancelled_after_poll(&self) -> bool {
        self.cancel_after_poll.load(Ordering::Acquire)
    }
}

/// A task that is ready to run.
pub(crate) type ReadyTask = Arc<dyn Runnable<TaskMetadata>>;

fn schedule(task: ReadyTask) {
    let lane = task.metadata().lane;
    push(lane, task);
    crate::wait::notify();
}

/// Polls a task that was ready.
pub(crate) fn run(task: ReadyTask) {
    crate::stats::TASK_POLLS.add();
    let _on_stack = on_stack::enter(Arc::as_ptr(&task).cast(), task.metadata().spawn_location);
    // Kept beside `task`, which `run` consumes, to say that it has ended.
    let kept = task.clone();
    let metadata = kept.metadata();
    let done = match &metadata.metrics {
        None => task.run(),
        Some(metrics) => {
            let start = Instant::now();
            let done = task.run();
            metrics.record_poll(start.elapsed().as_nanos() as u64, false, done);
            done
        },
    };
    if done {
        metadata.registration.end();
    }
}

/// Waits for a task's output; a panic of the task goes on in whoever waits.
pub struct JoinHandle<T>(Arc<dyn DynTask<T, TaskMetadata>>);

/// Cancels a task, without keeping it alive.
pub struct CancelHandle(Weak<dyn Cancellable>);

impl<T> JoinHandle<T> {
    pub fn spawn_location(&self) -> &'static Location<'static> {
        self.0.metadata().spawn_location
    }

    pub fn cancel_handle(&self) -> CancelHandle {
        let task: Weak<dyn DynTask<T, TaskMetadata>> = Arc::downgrade(&self.0);
        CancelHandle(task)
    }
}

impl<T> Future for JoinHandle<T> {
    type Output = T;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        self.0.poll_join(cx)
    }
}

impl CancelHandle {
    /// Drops the task's future, at once or, when the task is being polled by a frame below this one,
    /// after that poll.
    pub fn cancel(&self) {
        if let Some(task) = self.0.upgrade() {
            task.cancel();
        }
    }

    fn is_on_stack(&self) -> bool {
        is_on_stack(self.0.as_ptr().cast())
    }

    fn is_alive(&self) -> bool {
        self.0.strong_count() > 0
    }
}

/// A [`JoinHandle`] that cancels its task when it is dropped.
pub struct AbortOnDropHandle<T> {
    join_handle: JoinHandle<T>,
    cancel_handle: CancelHandle,
}

impl<T> AbortOnDropHandle<T> {
    pub fn new(join_handle: JoinHandle<T>) -> Self {
        Self {
            cancel_handle: join_handle.cancel_handle(),
            join_handle,
        }
    }
}

impl<T> Future for AbortOnDropHandle<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        Pin::new(&mut self.join_handle).poll(cx)
    }
}

impl<T> Drop for AbortOnDropHandle<T> {
    fn drop(&mut self) {
        self.cancel_handle.cancel();
    }
}

/// Spawns a task that may outlive its caller.
#[track_caller]
pub fn spawn<F>(
    priority: TaskPriority,
    task_metrics: Option<&TaskMetricAggregator>,
    future: F,
) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    let metrics = task_metrics.map(TaskMetricAggregator::new_task_metrics);
    let metadata = TaskMetadata::new(priority.into(), metrics, Location::caller());
    let task = task::spawn(future, schedule, metadata);
    task.clone().schedule();
    JoinHandle(task)
}

/// Spawns a task of the runtime's own lanes; whoever waits for it has a handle of another kind.
#[track_caller]
pub(crate) fn spawn_detached(lane: Lane, future: impl Future<Output = ()> + Send + 'static) {
    let metadata = TaskMetadata::new(lane, None, Location::caller());
    task::spawn(future, schedule, metadata).schedule();
}

/// Calls `f`. There is no other thread that could take over this thread's tasks meanwhile.
pub fn block_in_place<R, F: FnOnce() -> R>(f: F) -> R {
    f()
}
