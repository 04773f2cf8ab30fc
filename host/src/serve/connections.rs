//! All connections of a port: accepting them, counting them, ending them.

use super::connection::{self, Settings};
use super::signals::{Stop, Stopping};
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// After a failure to accept (too many open files, above all), to let some be closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Failures to accept are said once in this time, however many they are.
const SAID_EVERY: Duration = Duration::from_secs(10);

/// Serves up to `most` connections at once until told to stop, then gives the running requests
/// `grace` to end. Above `most` nothing is accepted: connections wait in the kernel's queue.
pub async fn accept(
    listener: TcpListener,
    settings: Arc<Settings>,
    most: usize,
    stopping: Stopping,
    grace: Duration,
) {
    let mut connections = JoinSet::new();
    let places = Arc::new(Semaphore::new(most));
    let mut failures = Failures::default();
    loop {
        let next = async {
            settings.full.store(places.available_permits() == 0, Ordering::Relaxed);
            let place = places.clone().acquire_owned().await;
            settings.full.store(false, Ordering::Relaxed);
            (place, listener.accept().await)
        };
        tokio::select! {
            () = stopping.reached(Stop::Drain) => break,
            (place, accepted) = next => match accepted {
                Ok((stream, _)) => {
                    let served = connection::serve(stream, settings.clone(), stopping.clone());
                    connections.spawn(async move {
                        served.await;
                        drop(place);
                    });
                }
                Err(error) => {
                    failures.tell(&error);
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            // Collected as they end, so that the set holds the open ones.
            Some(_) = connections.join_next() => {}
        }
    }
    for stream in waiting(listener) {
        connections.spawn(connection::serve(stream, settings.clone(), stopping.clone()));
    }
    if connections.is_empty() {
        return;
    }
    let (open, seconds) = (connections.len(), grace.as_secs());
    tracing::info!(target: "polaroid", "stopping: {open} connections may end within {seconds} s");
    tokio::select! {
        () = async { while connections.join_next().await.is_some() {} } => {}
        () = tokio::time::sleep(grace) => {
            let open = connections.len();
            tracing::warn!(target: "polaroid", "stopping: {open} connections did not end in time and are cut");
        }
        () = stopping.reached(Stop::Now) => {}
    }
    stopping.end();
    // Their requests are reported as they go.
    connections.shutdown().await;
}

/// Connections that the kernel has accepted already. Closing the listener would reset them without a
/// word; so they are told that the server stops.
fn waiting(listener: TcpListener) -> Vec<TcpStream> {
    /// As many as the queue of a listener usually holds.
    const MOST: usize = 1024;
    let Ok(listener) = listener.into_std() else { return Vec::new() };
    // Not blocking, as tokio's are, so that the first error ends it.
    let accepted = std::iter::from_fn(|| listener.accept().ok());
    let streams = accepted.take(MOST).filter_map(|(stream, _)| {
        stream.set_nonblocking(true).ok()?;
        TcpStream::from_std(stream).ok()
    });
    streams.collect()
}

/// Failures to accept, told now and then.
#[derive(Default)]
struct Failures {
    said: Option<Instant>,
    unsaid: u64,
}

impl Failures {
    fn tell(&mut self, error: &io::Error) {
        self.unsaid += 1;
        if self.said.is_some_and(|said| said.elapsed() < SAID_EVERY) {
            return;
        }
        let times = self.unsaid;
        tracing::warn!(target: "polaroid", "cannot accept connections, tried {times} times: {error}");
        *self = Failures { said: Some(Instant::now()), unsaid: 0 };
    }
}
