//! The signals that stop a server.

use crate::error::Error;
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

/// Listens for SIGTERM and SIGINT from here on.
pub fn signal() -> Result<watch::Receiver<Stop>, Error> {
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
    Ok(told)
}

/// Waits until the stopping has come to `stage`; for ever where nothing can stop the server.
pub async fn reached(stop: &mut watch::Receiver<Stop>, stage: Stop) {
    if stop.wait_for(|stop| *stop >= stage).await.is_err() {
        std::future::pending().await
    }
}
