//! Who may start a guest: so many at once, so many waiting, and everybody else is told to come back.
//!
//! First come, first served. A request that waits holds its connection and its body, no sandbox.

use crate::args::Limits;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

pub struct Admission {
    places: Arc<Semaphore>,
    queue: Semaphore,
    patience: Duration,
}

/// A place for one guest, given back when dropped.
pub struct Place {
    _permit: OwnedSemaphorePermit,
}

/// Why there is no place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("all places are taken and the queue is full")]
    QueueFull,
    #[error("no place became free within {0:?}")]
    WaitedTooLong(Duration),
}

impl Admission {
    pub fn new(limits: &Limits) -> Admission {
        Admission {
            places: Arc::new(Semaphore::new(limits.concurrency)),
            queue: Semaphore::new(limits.queue),
            patience: limits.patience,
        }
    }

    /// Waits for a place. Dropping the future leaves the queue.
    pub async fn admit(&self) -> Result<Place, Refused> {
        // Those who wait are served first: the semaphore is fair, and so is this short cut, since no
        // permit is left over while somebody waits.
        if let Ok(permit) = self.places.clone().try_acquire_owned() {
            return Ok(Place { _permit: permit });
        }
        let Ok(_waiting) = self.queue.try_acquire() else { return Err(Refused::QueueFull) };
        match timeout(self.patience, self.places.clone().acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Place { _permit: permit }),
            // Nobody closes the semaphore; if somebody did, there would be no place.
            Ok(Err(_)) | Err(_) => Err(Refused::WaitedTooLong(self.patience)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{GuestLimits, Isolation};

    fn admission(concurrency: usize, queue: usize, patience: Duration) -> Admission {
        let guest = GuestLimits { memory: 1 << 25, timeout: None };
        Admission::new(&Limits { guest, concurrency, queue, patience, isolation: Isolation::Request })
    }

    #[tokio::test]
    async fn places_then_a_queue_then_no_more() {
        let admission = Arc::new(admission(1, 1, Duration::from_secs(60)));
        let first = admission.admit().await.ok().unwrap();
        let second = tokio::spawn({
            let admission = admission.clone();
            async move { admission.admit().await }
        });
        while admission.queue.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(admission.admit().await.err(), Some(Refused::QueueFull));
        drop(first);
        assert!(second.await.unwrap().is_ok());
        assert!(admission.admit().await.is_ok());
    }

    #[tokio::test]
    async fn nobody_waits_for_ever_and_who_leaves_gives_the_place_in_the_queue_back() {
        let admission = admission(1, 1, Duration::from_millis(10));
        let _first = admission.admit().await.ok().unwrap();
        for _ in 0..2 {
            let refused = admission.admit().await.err();
            assert_eq!(refused, Some(Refused::WaitedTooLong(Duration::from_millis(10))));
        }
        assert_eq!(admission.queue.available_permits(), 1);
    }
}
