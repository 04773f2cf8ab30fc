//! The end that a request sets for its own query (`timeout_ms`).
//!
//! Where a batch leaves, a query that is too late ends by an error, as by any other. A query that has no
//! batch yet is ended between two of the engine's tasks, in whose loop a timer runs: nothing there can
//! end a plan that is half run, so the answer is ended and the instance with it.

use std::time::{Duration, Instant};

use polars_async::time::sleep_until;
use polars_async::{ASYNC, JoinHandle};

use crate::client::Client;
use crate::error::{Error, Kind, Result};

/// When a query has to be over, if its request says so.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(Option<Set>);

#[derive(Clone, Copy, Debug)]
struct Set {
    at: Instant,
    timeout_ms: u64,
}

impl Deadline {
    /// `timeout_ms` after a request began, which is `elapsed` ago.
    pub fn new(timeout_ms: Option<u64>, elapsed: Duration) -> Self {
        // A time that the clock cannot show is never reached.
        Self(timeout_ms.and_then(|timeout_ms| {
            let left = Duration::from_millis(timeout_ms).saturating_sub(elapsed);
            Some(Set { at: Instant::now().checked_add(left)?, timeout_ms })
        }))
    }

    /// # Errors
    /// [`Kind::DeadlineExceeded`] once it is over.
    pub fn check(&self) -> Result<()> {
        match &self.0 {
            Some(set) if Instant::now() >= set.at => Err(set.exceeded()),
            _ => Ok(()),
        }
    }

    /// Ends `client`'s answer, and the instance, at the first task after the deadline. Dropping what this
    /// gives ends the watch.
    pub fn watch<C: Client>(&self, mut client: C) -> Option<Watch> {
        let set = self.0?;
        Some(Watch(ASYNC.spawn(async move {
            sleep_until(set.at).await;
            client.abandon(&set.exceeded())
        })))
    }
}

impl Set {
    fn exceeded(&self) -> Error {
        Error::new(
            Kind::DeadlineExceeded,
            format!(
                "the query has not ended within its timeout_ms of {}; narrow it, or give it more time",
                self.timeout_ms
            ),
        )
    }
}

/// A watch over a running query.
#[must_use = "the watch ends when it is dropped"]
pub struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_passes_only_where_there_is_one() {
        let elapsed = Duration::from_millis(5);
        assert!(Deadline::new(None, elapsed).check().is_ok());
        assert!(Deadline::new(Some(u64::MAX), elapsed).check().is_ok());
        assert!(Deadline::new(Some(1_000_000), elapsed).check().is_ok());
        let error = Deadline::new(Some(5), elapsed).check().unwrap_err();
        assert_eq!(error.kind, Kind::DeadlineExceeded);
        assert!(error.detail.contains("timeout_ms of 5;"), "{error}");
    }
}
