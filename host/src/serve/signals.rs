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
    /// After the second: end them.
    Now,
}

/// Tells how far the stopping has come.
#[derive(Clone)]
pub struct Stopping(watch::Receiver<Stop>);

impl Stopping {
    /// For what lives as long as the process.
    pub fn never() -> Stopping {
        Stopping(watch::channel(Stop::No).1)
    }

    pub fn stage(&self) -> Stop {
        *self.0.borrow()
    }

    /// Waits until the stopping has come to `stage`; for ever where nothing can stop the server.
    pub async fn reached(&mut self, stage: Stop) {
        if self.0.wait_for(|stop| *stop >= stage).await.is_err() {
            std::future::pending().await
        }
    }
}

/// Listens for SIGTERM and SIGINT from here on.
pub fn stop() -> Result<Stopping, Error> {
    let cannot = || Error::system("cannot listen for signals");
    let mut terminate = listen_for(SignalKind::terminate()).map_err(cannot())?;
    let mut interrupt = listen_for(SignalKind::interrupt()).map_err(cannot())?;
    let (tell, told) = watch::channel(Stop::No);
    tokio::spawn(async move {
        for stop in [Stop::Drain, Stop::Now] {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            // Nobody listening means that the server is gone already.
            let _ = tell.send(stop);
        }
    });
    Ok(Stopping(told))
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
