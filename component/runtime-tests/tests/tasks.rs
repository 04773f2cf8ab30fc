//! Tasks: order, scopes, cancellation, joining.

mod support;

use std::future::{pending, poll_fn};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use polars_async::ASYNC;
use polars_async::executor::{AbortOnDropHandle, CancelHandle, TaskPriority, spawn, task_scope};
use support::{Dropped, Log, alone, yield_now};

#[test]
fn a_task_gives_its_output_to_whoever_joins() {
    let _alone = alone();
    let task = spawn(TaskPriority::Low, None, async { 6 * 7 });
    assert_eq!(ASYNC.block_on(task), 42);
    let spawned = ASYNC.spawn(async { "read" });
    assert_eq!(ASYNC.block_on(spawned).unwrap(), "read");
}

#[test]
fn high_priority_runs_first_and_each_lane_keeps_its_order() {
    let _alone = alone();
    let log = Log::default();
    let tasks: Vec<_> = [
        (TaskPriority::Low, "low 1"),
        (TaskPriority::High, "high 1"),
        (TaskPriority::Low, "low 2"),
        (TaskPriority::High, "high 2"),
    ]
    .into_iter()
    .map(|(priority, name)| {
        let log = log.clone();
        spawn(priority, None, async move { log.add(name) })
    })
    .collect();
    ASYNC.block_on(async {
        for task in tasks {
            task.await;
        }
    });
    assert_eq!(log.all(), ["high 1", "high 2", "low 1", "low 2"]);
}

#[test]
fn computing_tasks_do_not_starve_io_tasks() {
    let _alone = alone();
    let turns = Arc::new(AtomicUsize::new(0));
    let busy = {
        let turns = turns.clone();
        spawn(TaskPriority::High, None, async move {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
            }
        })
    };
    let busy = AbortOnDropHandle::new(busy);
    let io = ASYNC.spawn(async {});
    ASYNC.block_on(io).unwrap();
    drop(busy);
    assert!(turns.load(Ordering::Relaxed) <= 64, "{turns:?} turns before the I/O task ran");
}

#[test]
fn a_dropped_join_handle_lets_the_task_run_on() {
    let _alone = alone();
    let log = Log::default();
    let (tx, rx) = tokio::sync::oneshot::channel();
    drop(spawn(TaskPriority::Low, None, {
        let log = log.clone();
        async move { log.add("ran") }
    }));
    drop(ASYNC.spawn(async move { tx.send(7).unwrap() }));
    assert_eq!(ASYNC.block_on(rx), Ok(7));
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    assert_eq!(log.all(), ["ran"]);
}

#[test]
fn scoped_tasks_borrow_from_their_frame() {
    let _alone = alone();
    let numbers: Vec<u64> = (0..100).collect();
    let mut sums = [0; 4];
    task_scope(None, |scope| {
        let tasks: Vec<_> = numbers
            .chunks(25)
            .zip(&mut sums)
            .map(|(chunk, sum)| {
                scope.spawn_task(TaskPriority::High, async move {
                    for number in chunk {
                        yield_now().await;
                        *sum += number;
                    }
                })
            })
            .collect();
        ASYNC.block_on(async {
            for task in tasks {
                task.await;
            }
        });
    });
    assert_eq!(sums.iter().sum::<u64>(), 4950);
}

#[test]
fn the_end_of_a_scope_drops_what_still_runs() {
    let _alone = alone();
    let log = Log::default();
    let polls = AtomicUsize::new(0);
    task_scope(None, |scope| {
        let guard = Dropped(log.clone(), "waiting task");
        let polls = &polls;
        scope.spawn_task(TaskPriority::High, async move {
            let _guard = guard;
            polls.fetch_add(1, Ordering::Relaxed);
            pending::<()>().await;
        });
        let never_polled = Dropped(log.clone(), "queued task");
        scope.spawn_task(TaskPriority::Low, async move {
            let _guard = never_polled;
        });
        // The high priority task runs first, so the low one is still in the queue.
        let first = scope.spawn_task(TaskPriority::High, async {});
        ASYNC.block_on(first);
    });
    let mut dropped = log.all();
    dropped.sort();
    assert_eq!(dropped, ["dropped queued task", "dropped waiting task"]);
    // The queue still holds the cancelled task; running it must find nothing to poll.
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    assert_eq!(polls.load(Ordering::Relaxed), 1);
}

#[test]
fn a_scope_that_spawned_many_tasks_keeps_few() {
    let _alone = alone();
    let alive = Arc::new(());
    task_scope(None, |scope| {
        for _ in 0..if cfg!(miri) { 70 } else { 1000 } {
            let alive = alive.clone();
            let task = scope.spawn_task(TaskPriority::High, async move {
                let _alive = alive;
            });
            ASYNC.block_on(task);
        }
        assert_eq!(Arc::strong_count(&alive), 1, "ended tasks release what they captured");
    });
}

#[test]
fn cancelling_drops_the_future_at_once() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "task");
    let task = AbortOnDropHandle::new(spawn(TaskPriority::High, None, async move {
        let _guard = guard;
        pending::<()>().await;
    }));
    ASYNC.block_on(spawn(TaskPriority::High, None, async {}));
    assert!(log.all().is_empty());
    drop(task);
    assert_eq!(log.all(), ["dropped task"]);
}

/// A task that gets its own cancel handle after it was spawned.
fn spawn_with_own_handle<F>(task: impl FnOnce(Arc<Mutex<Option<CancelHandle>>>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let own = Arc::new(Mutex::new(None));
    let task = spawn(TaskPriority::High, None, task(own.clone()));
    *own.lock().unwrap() = Some(task.cancel_handle());
}

#[test]
fn a_task_may_cancel_itself_while_it_is_polled() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "task");
    let kept = log.clone();
    spawn_with_own_handle(move |own| async move {
        let _guard = guard;
        own.lock().unwrap().take().unwrap().cancel();
        kept.add("goes on until it waits");
        yield_now().await;
        kept.add("never reached");
    });
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    assert_eq!(log.all(), ["goes on until it waits", "dropped task"]);
}

#[test]
fn a_task_may_be_cancelled_from_a_frame_above_it() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "outer");
    let kept = log.clone();
    spawn_with_own_handle(move |own| async move {
        let _guard = guard;
        let inner = spawn(TaskPriority::High, None, async move {
            own.lock().unwrap().take().unwrap().cancel();
        });
        ASYNC.block_on(inner);
        kept.add("outer goes on");
        pending::<()>().await;
    });
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    assert_eq!(log.all(), ["outer goes on", "dropped outer"]);
}

#[test]
fn a_task_that_ends_in_the_poll_that_cancels_it_keeps_its_output() {
    let _alone = alone();
    let (tx, rx) = tokio::sync::oneshot::channel::<CancelHandle>();
    let task = spawn(TaskPriority::High, None, async move {
        rx.await.unwrap_or_else(|_| unreachable!()).cancel();
        "done"
    });
    assert!(tx.send(task.cancel_handle()).is_ok());
    assert_eq!(ASYNC.block_on(task), "done");
}

#[test]
fn aborting_ends_a_spawned_task_at_its_next_turn() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "task");
    let task = ASYNC.spawn(async move {
        let _guard = guard;
        pending::<()>().await;
    });
    ASYNC.block_on(ASYNC.spawn(async {})).unwrap();
    task.abort();
    let error = ASYNC.block_on(task).unwrap_err();
    assert!(error.is_cancelled() && !error.is_panic());
    assert_eq!(error.to_string(), "the task was cancelled");
    assert_eq!(log.all(), ["dropped task"]);
}

#[test]
fn aborting_a_finished_task_keeps_its_output() {
    let _alone = alone();
    let task = ASYNC.spawn(async { 1 });
    ASYNC.block_on(ASYNC.spawn(async {})).unwrap();
    assert!(task.is_finished());
    task.abort();
    assert_eq!(ASYNC.block_on(task).unwrap(), 1);
}

#[test]
fn aborting_a_task_that_never_ran_drops_it_unpolled() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "task");
    let kept = log.clone();
    let task = ASYNC.spawn(async move {
        let _guard = guard;
        kept.add("polled");
    });
    task.abort();
    assert!(ASYNC.block_on(task).unwrap_err().is_cancelled());
    assert_eq!(log.all(), ["dropped task"]);
}

#[test]
fn a_woken_task_runs_once_however_often_it_was_woken() {
    let _alone = alone();
    let polls = Arc::new(AtomicUsize::new(0));
    let waker = Arc::new(Mutex::new(None));
    let task = {
        let (polls, waker) = (polls.clone(), waker.clone());
        spawn(
            TaskPriority::High,
            None,
            poll_fn(move |cx| {
                if polls.fetch_add(1, Ordering::Relaxed) == 1 {
                    return Poll::Ready(());
                }
                *waker.lock().unwrap() = Some(cx.waker().clone());
                Poll::Pending
            }),
        )
    };
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    for _ in 0..10 {
        waker.lock().unwrap().as_ref().unwrap().wake_by_ref();
    }
    ASYNC.block_on(task);
    ASYNC.block_on(spawn(TaskPriority::Low, None, async {}));
    assert_eq!(polls.load(Ordering::Relaxed), 2);
}

#[test]
fn thousands_of_tasks_end() {
    let _alone = alone();
    let count = if cfg!(miri) { 100 } else { 10_000 };
    let tasks: Vec<_> = (0..count)
        .map(|i| {
            let priority = [TaskPriority::Low, TaskPriority::High][i % 2];
            spawn(priority, None, async move {
                for _ in 0..i % 7 {
                    yield_now().await;
                }
                ASYNC.spawn(async move { i }).await.unwrap()
            })
        })
        .collect();
    let sum = ASYNC.block_on(async {
        let mut sum = 0;
        for task in tasks {
            sum += task.await;
        }
        sum
    });
    assert_eq!(sum, count * (count - 1) / 2);
}

/// Panics are carried to the joiner where they unwind; on WASI a panic is a trap.
#[cfg(panic = "unwind")]
mod panics {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use polars_async::JoinHandle;

    use super::*;

    fn message(run: impl FnOnce()) -> String {
        let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        payload.downcast_ref::<&str>().unwrap().to_string()
    }

    #[test]
    fn go_on_in_whoever_joins() {
        let _alone = alone();
        let task = spawn(TaskPriority::High, None, async { panic!("in a task") });
        assert_eq!(message(|| ASYNC.block_on(task)), "in a task");
        // The runtime is none the worse for it.
        assert_eq!(ASYNC.block_on(spawn(TaskPriority::High, None, async { 1 })), 1);
    }

    #[test]
    fn of_spawned_tasks_and_jobs_are_errors() {
        let _alone = alone();
        let task: JoinHandle<()> = ASYNC.spawn(async { panic!("in a spawned task") });
        let error = ASYNC.block_on(task).unwrap_err();
        assert!(error.is_panic());
        assert_eq!(error.to_string(), "the task panicked: in a spawned task");
        let job: JoinHandle<()> = ASYNC.spawn_blocking(|| panic!("in a job"));
        let error = ASYNC.block_on(job).unwrap_err();
        assert_eq!(message(|| std::panic::resume_unwind(error.into_panic())), "in a job");
    }

    #[test]
    fn of_a_scope_cancel_its_tasks_first() {
        let _alone = alone();
        let log = Log::default();
        let guard = Dropped(log.clone(), "task");
        let panicked = message(|| {
            task_scope(None, |scope| {
                scope.spawn_task(TaskPriority::High, async move {
                    let _guard = guard;
                    pending::<()>().await;
                });
                panic!("in the scope")
            })
        });
        assert_eq!(panicked, "in the scope");
        assert_eq!(log.all(), ["dropped task"]);
    }

    #[test]
    fn unwind_through_nested_frames() {
        let _alone = alone();
        let outer = spawn(TaskPriority::High, None, async {
            ASYNC.block_on(spawn(TaskPriority::High, None, async { panic!("deep down") }))
        });
        assert_eq!(message(|| ASYNC.block_on(outer)), "deep down");
        let before = polars_async::stats().strangers;
        ASYNC.block_on(spawn(TaskPriority::High, None, async {}));
        assert_eq!(polars_async::stats().strangers, before, "this is an outermost frame again");
    }
}
