//! Tasks that borrow from the frame that spawned them.

use std::cell::Cell;
use std::future::Future;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};

use parking_lot::Mutex;

use super::{
    CancelHandle, JoinHandle, TaskMetadata, TaskMetricAggregator, TaskPriority, schedule, task,
};

/// Spawns tasks that may borrow what outlives `'scope`.
pub struct TaskScope<'scope, 'env: 'scope> {
    tasks: Mutex<ScopedTasks>,
    task_metrics: Cell<Option<&'scope TaskMetricAggregator>>,
    // Invariant in both lifetimes, as `std::thread::Scope` is and for its reasons.
    scope: PhantomData<&'scope mut &'scope ()>,
    env: PhantomData<&'env mut &'env ()>,
}

#[derive(Default)]
struct ScopedTasks {
    cancel_handles: Vec<CancelHandle>,
    /// At this length the handles of ended tasks are dropped: they keep the task's memory.
    sweep_at: usize,
}

impl<'scope> TaskScope<'scope, '_> {
    /// Sets the aggregator used for the metrics of tasks spawned hereafter.
    pub fn set_task_metrics(&self, task_metrics: Option<&'scope TaskMetricAggregator>) {
        self.task_metrics.set(task_metrics);
    }

    #[track_caller]
    pub fn spawn_task<F>(&self, priority: TaskPriority, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'scope,
        F::Output: Send + 'static,
    {
        let metrics = self.task_metrics.get().map(TaskMetricAggregator::new_task_metrics);
        let metadata = TaskMetadata::new(priority.into(), metrics, Location::caller());
        // SAFETY: `task_scope` cancels the task before `'scope` ends.
        let task = unsafe { task::spawn_with_lifetime(future, schedule, metadata) };
        let join_handle = JoinHandle(task.clone());
        self.keep(join_handle.cancel_handle());
        task.schedule();
        join_handle
    }

    fn keep(&self, cancel_handle: CancelHandle) {
        let mut tasks = self.tasks.lock();
        if tasks.cancel_handles.len() >= tasks.sweep_at {
            tasks.cancel_handles.retain(CancelHandle::is_alive);
            tasks.sweep_at = 2 * tasks.cancel_handles.len().max(32);
        }
        tasks.cancel_handles.push(cancel_handle);
    }

    /// Drops the futures of all tasks. Not in `Drop`, which would extend the lifetimes.
    fn cancel_all(&self) {
        // One by one and unlocked: dropping a future may spawn into the scope.
        loop {
            let Some(task) = self.tasks.lock().cancel_handles.pop() else {
                return;
            };
            if task.is_on_stack() {
                // A scoped task starts after its scope did, so its poll ends before the scope does.
                // Were it not so, its borrows would dangle, and there would be no way to go on.
                eprintln!("a task outlives the scope that it borrows from");
                std::process::abort();
            }
            task.cancel();
        }
    }
}

/// Calls `f` with a scope to spawn into, and cancels whatever of it still runs afterwards.
pub fn task_scope<'env, F, T>(task_metrics: Option<&'env TaskMetricAggregator>, f: F) -> T
where
    F: for<'scope> FnOnce(&'scope TaskScope<'scope, 'env>) -> T,
{
    // Nobody else can reach this variable, so nobody can forget it: either the tasks are cancelled
    // below, or the process ends.
    let scope = TaskScope {
        tasks: Mutex::default(),
        task_metrics: Cell::new(task_metrics),
        scope: PhantomData,
        env: PhantomData,
    };
    let result = catch_unwind(AssertUnwindSafe(|| f(&scope)));
    scope.cancel_all();
    result.unwrap_or_else(|panic| resume_unwind(panic))
}
