//! Waiting: timers, wake-ups, idleness, and waits that nothing can end.

mod support;

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use polars_async::executor::{AbortOnDropHandle, TaskPriority, spawn};
use polars_async::time::{interval, sleep, sleep_until, timeout};
use polars_async::{ASYNC, Deadlock, set_deadlock_hook, stats};
use polars_error::PolarsResult;
use support::{Log, alone, yield_now};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

#[test]
#[cfg_attr(miri, ignore = "holds turns against real time")]
fn an_idle_wait_takes_a_handful_of_turns() {
    let _alone = alone();
    let before = stats();
    let start = Instant::now();
    let tasks: Vec<_> = (0..10).map(|_| ASYNC.spawn(sleep(ms(200)))).collect();
    ASYNC.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert!(start.elapsed() >= ms(200));
    let after = stats();
    let waits = after.waits - before.waits;
    let polls = after.task_polls - before.task_polls;
    let frames = after.frame_polls - before.frame_polls;
    assert!((1..=20).contains(&waits), "{waits} waits for 200 ms");
    assert!(polls <= 40, "{polls} polls of ten sleeping tasks");
    assert!(frames <= 11, "{frames} polls of a future that was woken at most ten times");
    assert_eq!(after.glances, before.glances, "nothing ran that a glance would interrupt");
}

#[test]
fn timers_fire_in_the_order_of_their_deadlines() {
    let _alone = alone();
    let log = Log::default();
    // Under miri the tasks take long to begin, and all deadlines must be in the future then.
    let unit = if cfg!(miri) { ms(300) } else { ms(10) };
    let start = Instant::now();
    let tasks: Vec<_> = [3, 1, 2]
        .into_iter()
        .map(|delay| {
            let log = log.clone();
            ASYNC.spawn(async move {
                sleep_until(start + delay * unit).await;
                log.add(delay.to_string());
            })
        })
        .collect();
    ASYNC.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
    });
    assert_eq!(log.all(), ["1", "2", "3"]);
}

#[test]
fn a_timer_fires_although_tasks_are_always_ready() {
    let _alone = alone();
    let busy = AbortOnDropHandle::new(spawn(TaskPriority::High, None, async {
        loop {
            yield_now().await;
        }
    }));
    let start = Instant::now();
    ASYNC.block_on(sleep(ms(20)));
    drop(busy);
    assert!(start.elapsed() >= ms(20));
}

#[test]
fn a_timeout_ends_a_wait_and_is_forgotten_otherwise() {
    let _alone = alone();
    let ended = ASYNC.block_on(timeout(ms(10), pending::<()>()));
    assert_eq!(ended.unwrap_err().to_string(), "the deadline has elapsed");
    let start = Instant::now();
    assert_eq!(ASYNC.block_on(timeout(ms(60_000), async { 1 })), Ok(1));
    // The timer of the timeout must not keep anyone waiting.
    ASYNC.block_on(sleep(ms(1)));
    assert!(start.elapsed() < ms(30_000));
}

#[test]
fn an_interval_leaves_out_the_ticks_it_missed() {
    let _alone = alone();
    let ticks = ASYNC.block_on(async {
        let start = Instant::now();
        let mut interval = interval(ms(10));
        let mut ticks = vec![interval.tick().await];
        sleep(ms(35)).await;
        ticks.push(interval.tick().await);
        ticks.push(interval.tick().await);
        ticks.into_iter().map(|tick| (tick - start).as_millis()).collect::<Vec<_>>()
    });
    // The second tick was due at 10 ms and is late; the third is a later multiple of the period.
    assert_eq!((ticks[0], ticks[1]), (0, 10));
    assert!(ticks[2] >= 40 && ticks[2].is_multiple_of(10), "{ticks:?}");
}

#[test]
fn a_nested_frame_waits_for_timers_too() {
    let _alone = alone();
    let start = Instant::now();
    let task = spawn(TaskPriority::High, None, async { ASYNC.block_on(sleep(ms(10))) });
    ASYNC.block_on(task);
    assert!(start.elapsed() >= ms(10));
}

/// Blocks on what nobody will ever send, and returns the error and what the hook was told.
fn deadlock(name: &'static str) -> (String, Vec<Deadlock>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let hook = told.clone();
    set_deadlock_hook(move |deadlock| hook.lock().unwrap().push(deadlock.clone()));
    #[cfg(not(target_os = "wasi"))]
    polars_async::wait::set_deadlock_patience(ms(20));
    let (tx, rx) = tokio::sync::oneshot::channel::<()>();
    let stuck: Vec<_> = [spawn(TaskPriority::High, None, async {}), {
        spawn(TaskPriority::High, None, async move {
            // Both ends in one task: it waits for itself.
            let _tx = tx;
            assert!(rx.await.is_ok(), "{name}");
        })
    }]
    .into_iter()
    .map(AbortOnDropHandle::new)
    .collect();
    let result: PolarsResult<()> = ASYNC.block_on_query(async {
        for task in stuck {
            task.await;
        }
        Ok(())
    });
    let error = result.unwrap_err().to_string();
    let told = told.lock().unwrap().clone();
    (error, told)
}

#[test]
fn a_wait_that_nothing_can_end_is_an_error_that_names_the_tasks() {
    let _alone = alone();
    let (error, told) = deadlock("stuck");
    let here = file!();
    assert!(error.contains("deadlock: 1 tasks wait"), "{error}");
    let [deadlock] = &told[..] else { panic!("the hook was told {} times", told.len()) };
    let [(location, 1)] = deadlock.waiting[..] else { panic!("{deadlock:?}") };
    assert!(location.file().ends_with(here.rsplit('/').next().unwrap()), "{location}");
    assert!(error.contains(&location.to_string()), "{error} lacks {location}");
    assert_eq!(deadlock.blocked.len(), 1);
    assert!(error.contains(&deadlock.blocked[0].to_string()), "{error}");
}

#[test]
fn the_runtime_works_on_after_a_deadlock() {
    let _alone = alone();
    deadlock("first");
    let (error, _) = deadlock("second");
    // The tasks of the first one were cancelled with their handles.
    assert!(error.contains("deadlock: 1 tasks wait"), "{error}");
    assert_eq!(ASYNC.block_on(ASYNC.spawn(async { 1 })).unwrap(), 1);
}

#[cfg(not(target_os = "wasi"))]
mod threads {
    use super::*;

    #[test]
    fn a_wake_from_another_thread_ends_the_wait() {
        let _alone = alone();
        let before = stats();
        let (tx, rx) = tokio::sync::oneshot::channel();
        let task = ASYNC.spawn(rx);
        let thread = std::thread::spawn(move || {
            std::thread::sleep(ms(50));
            tx.send("woken").unwrap();
        });
        assert_eq!(ASYNC.block_on(task).unwrap(), Ok("woken"));
        thread.join().unwrap();
        assert!(stats().waits - before.waits <= 5);
    }

    #[test]
    fn several_threads_share_the_tasks() {
        let _alone = alone();
        let rounds = if cfg!(miri) { 5 } else { 500 };
        let (tx, rx) = tokio::sync::mpsc::channel::<u64>(1);
        let receiver = std::thread::spawn(move || {
            let mut rx = rx;
            ASYNC.block_on(async {
                let mut sum = 0;
                while let Some(n) = rx.recv().await {
                    sum += ASYNC.spawn(async move { n }).await.unwrap();
                }
                sum
            })
        });
        let senders: Vec<_> = (0..3)
            .map(|_| {
                let tx = tx.clone();
                std::thread::spawn(move || {
                    for n in 0..rounds {
                        let tx = tx.clone();
                        let send = async move { tx.send(n).await.unwrap() };
                        ASYNC.block_on(spawn(TaskPriority::Low, None, send));
                    }
                })
            })
            .collect();
        drop(tx);
        for sender in senders {
            sender.join().unwrap();
        }
        assert_eq!(receiver.join().unwrap(), 3 * rounds * (rounds - 1) / 2);
    }

    #[test]
    fn a_thread_that_waits_for_a_busy_one_is_no_deadlock() {
        let _alone = alone();
        polars_async::wait::set_deadlock_patience(ms(5));
        let (tx, rx) = tokio::sync::oneshot::channel();
        let (entered_tx, entered_rx) = std::sync::mpsc::channel();
        let busy = std::thread::spawn(move || {
            ASYNC.block_on(async move {
                entered_tx.send(()).unwrap();
                std::thread::sleep(ms(60));
                tx.send(1).unwrap();
            });
        });
        // From its frame on, the runtime knows of the other thread.
        entered_rx.recv().unwrap();
        assert_eq!(ASYNC.block_on(rx), Ok(1));
        busy.join().unwrap();
    }

    #[test]
    fn a_deadlock_without_an_error_to_return_is_a_panic_that_names_the_tasks() {
        let _alone = alone();
        polars_async::wait::set_deadlock_patience(ms(5));
        let panic = std::panic::catch_unwind(|| ASYNC.block_on(pending::<()>())).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.starts_with("deadlock: "), "{message}");
        assert!(message.contains(file!().rsplit('/').next().unwrap()), "{message}");
    }
}

#[cfg(target_os = "wasi")]
mod pollables {
    use polars_async::wait::ready;
    use wasip2::clocks::monotonic_clock::subscribe_duration;

    use super::*;

    #[test]
    fn a_pollable_ends_the_wait_in_one_turn() {
        let _alone = alone();
        let before = stats();
        let start = Instant::now();
        let waits: Vec<_> = [20, 10]
            .into_iter()
            .map(|delay| ASYNC.spawn(ready(subscribe_duration(delay * 1_000_000))))
            .collect();
        ASYNC.block_on(async {
            for wait in waits {
                wait.await.unwrap();
            }
        });
        assert!(start.elapsed() >= ms(20));
        assert!(stats().waits - before.waits <= 4);
    }

    #[test]
    fn a_dropped_wait_is_forgotten() {
        let _alone = alone();
        let far = ASYNC.block_on(timeout(ms(5), ready(subscribe_duration(60_000_000_000))));
        assert!(far.is_err());
        let start = Instant::now();
        // With the pollable still registered this would be a wait of a minute, not a deadlock.
        let (error, _) = deadlock("after a dropped wait");
        assert!(error.contains("deadlock"), "{error}");
        assert!(start.elapsed() < ms(30_000));
    }
}
