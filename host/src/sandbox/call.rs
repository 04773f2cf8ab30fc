//! One request to a guest: its name, its deadline, what it has cost so far.

use super::Failure;
use super::record::Record;
use crate::telemetry::finished::{Instance, Trap};
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::sync::{Notify, SetOnce};
use tokio::time::sleep_until;

/// For a guest that watches its own deadline to say that it is over; stopped at once, it would be cut
/// off in that very sentence.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// A request of this process has had an instance.
static WARM: AtomicBool = AtomicBool::new(false);

/// Shared by the task that runs the guest, the body's reader, and who reports on the request.
pub struct Call {
    /// What the log calls the guest.
    pub name: String,
    limit: Mutex<Option<Limit>>,
    lowered: Notify,
    usage: Usage,
    records: Mutex<Vec<Record>>,
    /// The store went while the body was open.
    cut: AtomicBool,
    failure: OnceLock<String>,
    trap: OnceLock<Trap>,
}

/// When a guest is stopped, and after what time that is.
#[derive(Debug, Clone, Copy)]
struct Limit {
    at: Instant,
    after: Duration,
}

/// What a request has cost so far.
#[derive(Debug, Default)]
struct Usage {
    cpu_nanos: AtomicU64,
    memory_peak: AtomicU64,
    instance: OnceLock<Got>,
    fuel: SetOnce<u64>,
}

/// How a request got its instance.
#[derive(Debug)]
struct Got {
    after: Duration,
    kind: Instance,
    /// Before all other requests.
    first: bool,
}

/// What a request has cost.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Cost {
    /// Processor time of the guest, with the host's functions that it called.
    pub cpu: Duration,
    /// Bytes of linear memory, at their highest.
    pub memory_peak: u64,
    /// From the request to the instance that answers it; none before there is one.
    pub instantiate: Option<Duration>,
    /// Whether that was made for the request.
    pub instance: Option<Instance>,
    /// The first request of the process that got an instance, whichever ends first.
    pub cold: bool,
    /// Units of fuel, where it is metered and the guest is gone.
    pub fuel: Option<u64>,
}

impl Call {
    pub fn new(name: String) -> Call {
        Call {
            name,
            limit: Mutex::default(),
            lowered: Notify::new(),
            usage: Usage::default(),
            records: Mutex::default(),
            cut: AtomicBool::new(false),
            failure: OnceLock::new(),
            trap: OnceLock::new(),
        }
    }

    /// Stops the guest `timeout` after `start`, unless it would be stopped before.
    pub fn limit(&self, start: Instant, timeout: Duration) {
        // Further off than the clock counts is never.
        if let Some(at) = start.checked_add(timeout) {
            self.lower(Limit { at, after: timeout });
        }
    }

    fn lower(&self, to: Limit) {
        let mut limit = lock(&self.limit);
        if limit.is_none_or(|limit| to.at < limit.at) {
            *limit = Some(to);
            self.lowered.notify_one();
        }
    }

    fn overdue(&self) -> Option<Failure> {
        let limit = (*lock(&self.limit))?;
        (Instant::now() >= limit.at).then_some(Failure::Deadline(limit.after))
    }

    /// Waits for the deadline, also when it is lowered meanwhile.
    async fn deadline(&self) {
        loop {
            let limit = *lock(&self.limit);
            let reached = async {
                match limit {
                    Some(limit) => sleep_until(limit.at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = reached => return,
                () = self.lowered.notified() => {}
            }
        }
    }

    /// Runs a guest's future until the deadline, and counts its processor time.
    ///
    /// A guest that computes comes back here each epoch; one that waits is found by the timer.
    pub async fn run<T>(&self, guest: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        let mut guest = pin!(guest);
        let timed = std::future::poll_fn(|context| self.poll(guest.as_mut(), context));
        tokio::select! {
            biased;
            result = timed => result,
            () = self.deadline() => Err(self.overdue().unwrap_or(Failure::Deadline(Duration::ZERO))),
        }
    }

    fn poll<T>(
        &self,
        guest: Pin<&mut impl Future<Output = Result<T, Failure>>>,
        context: &mut Context<'_>,
    ) -> Poll<Result<T, Failure>> {
        if let Some(failure) = self.overdue() {
            return Poll::Ready(Err(failure));
        }
        let before = thread_time();
        let polled = guest.poll(context);
        let spent = thread_time().saturating_sub(before);
        self.usage.cpu_nanos.fetch_add(spent.as_nanos() as u64, Ordering::Relaxed);
        polled
    }

    pub fn saw_memory(&self, bytes: u64) {
        self.usage.memory_peak.fetch_max(bytes, Ordering::Relaxed);
    }

    pub fn instantiated(&self, took: Duration, kind: Instance) {
        let first = !WARM.swap(true, Ordering::Relaxed);
        // There is one instance.
        let _ = self.usage.instance.set(Got { after: took, kind, first });
    }

    /// Units of fuel, once the guest has ended.
    pub async fn fuel(&self) -> u64 {
        *self.usage.fuel.wait().await
    }

    /// Units of fuel, all in all.
    pub fn burned(&self, fuel: u64) {
        // The guest ends once.
        let _ = self.usage.fuel.set(fuel);
    }

    pub fn cost(&self) -> Cost {
        let instance = self.usage.instance.get();
        Cost {
            cpu: Duration::from_nanos(self.usage.cpu_nanos.load(Ordering::Relaxed)),
            memory_peak: self.usage.memory_peak.load(Ordering::Relaxed),
            instantiate: instance.map(|got| got.after),
            instance: instance.map(|got| got.kind),
            cold: instance.is_some_and(|got| got.first),
            fuel: self.usage.fuel.get().copied(),
        }
    }

    /// Keeps what the guest says of itself, and follows what it asks for.
    pub fn record(&self, record: Record) {
        if let Record::Accepted { timeout_ms: Some(timeout), .. } = &record {
            let after = Duration::from_millis(*timeout);
            if let Some(at) = Instant::now().checked_add(after.saturating_add(LAST_WORDS)) {
                self.lower(Limit { at, after });
            }
        }
        lock(&self.records).push(record);
    }

    /// What the guest has said of itself so far.
    pub fn records(&self) -> Vec<Record> {
        lock(&self.records).clone()
    }

    /// The store went while the body was open. Must be called before the body's channel closes.
    pub fn cut(&self) {
        self.cut.store(true, Ordering::Release);
    }

    pub fn is_cut(&self) -> bool {
        self.cut.load(Ordering::Acquire)
    }

    /// Keeps the reason why the guest failed.
    pub fn explain(&self, failure: &Failure) {
        // There is one guest, and it fails once.
        let _ = self.failure.set(failure.to_string());
        if let Some(trap) = failure.trap() {
            let _ = self.trap.set(trap);
        }
    }

    pub fn failure(&self) -> Option<String> {
        self.failure.get().cloned()
    }

    /// How the sandbox ended the guest, where it did.
    pub fn trap(&self) -> Option<Trap> {
        self.trap.get().copied()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Processor time of this thread so far.
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(result: Result<(), Failure>) -> Option<Duration> {
        match result {
            Err(Failure::Deadline(after)) => Some(after),
            _ => None,
        }
    }

    #[tokio::test]
    async fn one_that_waits_and_one_that_computes_are_stopped_and_others_are_not() {
        let soon = Duration::from_millis(20);
        let waits = Call::new("waits".into());
        waits.limit(Instant::now(), soon);
        assert_eq!(outcome(waits.run(std::future::pending()).await), Some(soon));

        let computes = Call::new("computes".into());
        computes.limit(Instant::now(), soon);
        let epochs = async {
            loop {
                tokio::task::yield_now().await;
            }
        };
        assert_eq!(outcome(computes.run(epochs).await), Some(soon));
        assert!(computes.cost().cpu > Duration::ZERO);

        let done = Call::new("done".into());
        assert!(done.run(async { Ok(()) }).await.is_ok());
    }

    #[tokio::test]
    async fn a_deadline_is_lowered_while_it_runs_and_never_raised() {
        let call = Call::new("q".into());
        call.limit(Instant::now(), Duration::from_secs(3600));
        let lowers = async {
            call.record(Record::accepted(Some(10)));
            call.record(Record::accepted(Some(7_200_000)));
            std::future::pending().await
        };
        assert_eq!(outcome(call.run(lowers).await), Some(Duration::from_millis(10)));
    }
}
