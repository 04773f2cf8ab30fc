//! Signals: SIGTERM and SIGINT stop the server in two steps, SIGHUP makes it read files anew.

use super::reload::{self, Reload};
use crate::error::Error;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal as listen_for};
use tokio::sync::watch;

/// How far the stopping has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stop {
    /// Serve.
    No,
    /// After the first signal: accept nothing more, let requests end.
    Drain,
    /// After the second, or when the grace is over: end them.
    Now,
}

/// Tells how far the stopping has come.
#[derive(Clone)]
pub struct Stopping(Arc<watch::Sender<Stop>>);

impl Stopping {
    /// For what lives as long as the process.
    pub fn never() -> Stopping {
        Stopping(Arc::new(watch::Sender::new(Stop::No)))
    }

    pub fn stage(&self) -> Stop {
        *self.0.borrow()
    }

    /// Waits until the stopping has come to `stage`.
    pub async fn reached(&self, stage: Stop) {
        // Not closed while the sender is here.
        let _ = self.0.subscribe().wait_for(|stop| *stop >= stage).await;
    }

    /// Brings the stopping to `stage`.
    fn come_to(&self, stage: Stop) {
        self.0.send_replace(stage);
    }

    /// What still runs is ended from here on.
    pub fn end(&self) {
        self.come_to(Stop::Now);
    }
}

/// Listens for SIGTERM and SIGINT from here on.
pub fn stop() -> Result<Stopping, Error> {
    let cannot = || Error::system("cannot listen for signals");
    let mut terminate = listen_for(SignalKind::terminate()).map_err(cannot())?;
    let mut interrupt = listen_for(SignalKind::interrupt()).map_err(cannot())?;
    let stopping = Stopping::never();
    let told = stopping.clone();
    tokio::spawn(async move {
        for stop in [Stop::Drain, Stop::Now] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            told.come_to(stop);
        }
    });
    Ok(stopping)
}

/// Reloads these at each SIGHUP from here on. With nothing to reload the signal is taken all the
/// same: by default it would end the process.
pub fn hang_up(what: Vec<Arc<dyn Reload>>) -> Result<(), Error> {
    let mut hang_up = listen_for(SignalKind::hangup()).map_err(Error::system("cannot listen for signals"))?;
    tokio::spawn(async move {
        while hang_up.recv().await.is_some() {
            reload::all(&what).await;
        }
    });
    Ok(())
}
