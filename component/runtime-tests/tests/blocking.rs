//! Blocking in place: nested frames, and jobs that are deferred.

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use polars_async::ASYNC;
use polars_async::executor::{TaskPriority, spawn};
use polars_async::primitives::{connector, distributor_channel};
use support::{Dropped, Log, alone, yield_now};

#[test]
fn frames_nest() {
    fn nested(depth: u64) -> u64 {
        if depth == 0 {
            return 0;
        }
        let task = spawn(TaskPriority::Low, None, async move { 1 + nested(depth - 1) });
        ASYNC.block_on(task)
    }
    let _alone = alone();
    assert_eq!(nested(50), 50);
    assert!(polars_async::stats().max_depth >= 50);
}

#[test]
fn a_future_that_is_ready_needs_no_task() {
    let _alone = alone();
    let before = polars_async::stats();
    assert_eq!(ASYNC.block_on(std::future::ready(5)), 5);
    assert_eq!(ASYNC.block_in_place(|| 6), 6);
    assert_eq!(ASYNC.block_in_place_on(async { 7 }), 7);
    let after = polars_async::stats();
    assert_eq!((after.task_polls, after.waits), (before.task_polls, before.waits));
}

#[test]
fn a_blocked_task_is_not_polled_by_the_frames_above_it() {
    let _alone = alone();
    let on_stack = Arc::new(AtomicBool::new(false));
    let (wake_tx, mut wake_rx) = tokio::sync::mpsc::channel::<u32>(8);
    let task = spawn(TaskPriority::High, None, {
        let on_stack = on_stack.clone();
        async move {
            let mut sum = 0;
            while let Some(n) = {
                assert!(!on_stack.swap(true, Ordering::Relaxed), "polled while it is on the stack");
                // What runs above this frame sends to this very task and so wakes it.
                ASYNC.block_on(spawn(TaskPriority::Low, None, yield_now()));
                on_stack.store(false, Ordering::Relaxed);
                wake_rx.recv().await
            } {
                sum += n;
            }
            sum
        }
    });
    let sender = spawn(TaskPriority::High, None, async move {
        for n in 1..=20 {
            wake_tx.send(n).await.unwrap();
            yield_now().await;
        }
    });
    let sum = ASYNC.block_on(async {
        sender.await;
        task.await
    });
    assert_eq!(sum, 210);
}

#[test]
fn jobs_run_in_order_when_nothing_else_is_ready() {
    let _alone = alone();
    let log = Log::default();
    let jobs: Vec<_> = ["job 1", "job 2"]
        .into_iter()
        .map(|name| {
            let log = log.clone();
            ASYNC.spawn_blocking(move || log.add(name))
        })
        .collect();
    let task = spawn(TaskPriority::Low, None, {
        let log = log.clone();
        async move {
            for turn in 1..=3 {
                log.add(format!("task {turn}"));
                yield_now().await;
            }
        }
    });
    ASYNC.block_on(async {
        for job in jobs {
            job.await.unwrap();
        }
        task.await;
    });
    assert_eq!(log.all(), ["task 1", "task 2", "task 3", "job 1", "job 2"]);
}

#[test]
fn a_nested_frame_runs_the_job_it_waits_for() {
    let _alone = alone();
    let task = spawn(TaskPriority::High, None, async {
        let job = ASYNC.spawn_blocking(|| ASYNC.block_on(ASYNC.spawn(async { 3 })).unwrap() + 4);
        ASYNC.block_on(job).unwrap()
    });
    assert_eq!(ASYNC.block_on(task), 7);
}

#[test]
fn an_aborted_job_is_dropped_and_never_runs() {
    let _alone = alone();
    let log = Log::default();
    let guard = Dropped(log.clone(), "job");
    let kept = log.clone();
    let job = ASYNC.spawn_blocking(move || {
        let _guard = guard;
        kept.add("ran");
    });
    job.abort();
    assert!(ASYNC.block_on(job).unwrap_err().is_cancelled());
    assert_eq!(log.all(), ["dropped job"]);
}

#[test]
fn a_nested_frame_prefers_what_its_own_task_caused() {
    let _alone = alone();
    let log = Log::default();
    let outer = {
        let log = log.clone();
        spawn(TaskPriority::High, None, async move {
            let own = spawn(TaskPriority::Low, None, {
                let log = log.clone();
                async move { log.add("own") }
            });
            ASYNC.block_on(own);
            log.add("outer ends");
        })
    };
    // Ready before the outer task is polled: a stranger to it, though of high priority.
    let stranger = {
        let log = log.clone();
        spawn(TaskPriority::High, None, async move { log.add("stranger") })
    };
    ASYNC.block_on(async {
        outer.await;
        stranger.await;
    });
    assert_eq!(log.all(), ["own", "outer ends", "stranger"]);
}

#[test]
fn a_nested_frame_runs_strangers_when_it_needs_them() {
    let _alone = alone();
    let before = polars_async::stats().strangers;
    let (tx, rx) = tokio::sync::oneshot::channel();
    let outer = spawn(TaskPriority::High, None, async move { ASYNC.block_on(rx) });
    let stranger = spawn(TaskPriority::High, None, async move { tx.send(1).unwrap() });
    assert_eq!(ASYNC.block_on(outer), Ok(1));
    ASYNC.block_on(stranger);
    assert_eq!(polars_async::stats().strangers, before + 1);
}

#[test]
fn a_read_does_not_run_computing_tasks_meanwhile() {
    let _alone = alone();
    let log = Log::default();
    let reader = {
        let log = log.clone();
        spawn(TaskPriority::High, None, async move {
            let read = ASYNC.spawn(async {
                // Long enough to be the idle moment in which a frame runs whatever there is.
                polars_async::time::sleep(std::time::Duration::from_millis(5)).await;
                "bytes"
            });
            log.add(ASYNC.block_on_read(read).unwrap());
        })
    };
    let stranger = {
        let log = log.clone();
        spawn(TaskPriority::High, None, async move { log.add("computed") })
    };
    ASYNC.block_on(async {
        reader.await;
        stranger.await;
    });
    assert_eq!(log.all(), ["bytes", "computed"]);
}

#[test]
fn a_read_runs_computing_tasks_in_place_of_a_deadlock() {
    let _alone = alone();
    let (tx, rx) = tokio::sync::oneshot::channel();
    let reader = spawn(TaskPriority::High, None, async move { ASYNC.block_on_read(rx) });
    let stranger = spawn(TaskPriority::Low, None, async move { tx.send(1).unwrap() });
    assert_eq!(ASYNC.block_on(reader), Ok(1));
    ASYNC.block_on(stranger);
}

/// The shape of two CSV files in one join: each has a producer that reads in place, a channel of one,
/// and a consumer; the join takes all of one side before the other.
#[test]
fn two_chains_of_producers_end_whichever_side_is_taken_first() {
    let _alone = alone();
    let items = if cfg!(miri) { 10 } else { 1000 };
    for first in [0, 1] {
        let mut sides: Vec<_> = (0..2)
            .map(|_| {
                let (segments_tx, mut segments_rx) = tokio::sync::mpsc::channel::<u64>(1);
                spawn(TaskPriority::Low, None, async move {
                    for item in 0..items {
                        let read = ASYNC.spawn(async move {
                            yield_now().await;
                            item
                        });
                        let segment = ASYNC.block_on_read(read).unwrap();
                        if segments_tx.send(segment).await.is_err() {
                            return;
                        }
                    }
                });
                let (mut batches_tx, mut batches_rx) = distributor_channel::distributor_channel::<u64>(1, 1);
                spawn(TaskPriority::Low, None, async move {
                    while let Some(segment) = segments_rx.recv().await {
                        if batches_tx.send(segment).await.is_err() {
                            return;
                        }
                    }
                });
                let (mut morsel_tx, morsel_rx) = connector::connector::<u64>();
                spawn(TaskPriority::High, None, async move {
                    while let Ok(batch) = batches_rx[0].recv().await {
                        if morsel_tx.send(batch).await.is_err() {
                            return;
                        }
                    }
                });
                morsel_rx
            })
            .collect();
        let (build, probe) = (sides.remove(first), sides.remove(0));
        let join = spawn(TaskPriority::High, None, async move {
            let mut sums = [0, 0];
            for (mut side, sum) in [build, probe].into_iter().zip(&mut sums) {
                while let Ok(item) = side.recv().await {
                    *sum += item;
                }
            }
            sums
        });
        assert_eq!(ASYNC.block_on(join), [items * (items - 1) / 2; 2]);
    }
}

#[test]
fn semaphores_and_notifies_of_tokio_work() {
    let _alone = alone();
    let permits = Arc::new(tokio::sync::Semaphore::new(2));
    let most = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..10)
        .map(|_| {
            let (permits, most) = (permits.clone(), most.clone());
            ASYNC.spawn(async move {
                let _permit = permits.acquire_owned().await.unwrap();
                most.fetch_add(1, Ordering::Relaxed);
                yield_now().await;
                most.fetch_sub(1, Ordering::Relaxed)
            })
        })
        .collect();
    ASYNC.block_on(async {
        for task in tasks {
            assert!(task.await.unwrap() <= 2);
        }
    });
    assert_eq!(permits.available_permits(), 2);
}
