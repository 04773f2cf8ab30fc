//! Connections: accepting them, serving requests on them, ending them.

use super::request::{self, Service};
use super::shutdown::{Stop, reached};
use crate::sandbox::Cut;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::error::Error as _;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// For a client to send a request's head; one that sends a byte a minute holds nothing but this.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);

/// After a failure to accept (too many open files, above all), to let some be closed.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves connections until told to stop, then gives the running requests `grace` to end.
pub async fn accept(
    listener: TcpListener,
    requests: Arc<Service>,
    mut stop: watch::Receiver<Stop>,
    grace: Duration,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = reached(&mut stop, Stop::Drain) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve(stream, requests.clone(), stop.clone()));
                }
                Err(error) => {
                    tracing::warn!(target: "polaroid", "cannot accept a connection: {error}");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            },
            // Collected as they end, so that the set holds the open ones.
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
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
        () = reached(&mut stop, Stop::Now) => {}
    }
}

async fn serve(stream: TcpStream, requests: Arc<Service>, mut stop: watch::Receiver<Stop>) {
    // Answers are written in pieces as large as they come; waiting to join them only delays them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::warn!(target: "polaroid", "cannot set TCP_NODELAY: {error}");
    }
    let service = service_fn(|request| request::answer(&requests, request));
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service)
    );
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = reached(&mut stop, Stop::Drain) => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    // Clients that hang up are none of our business; an answer that we cut is.
    if let Err(error) = ended
        && let Some(cut) = error.source().and_then(|source| source.downcast_ref::<request::Unfinished<Cut>>())
    {
        tracing::warn!(target: "polaroid", "{cut}");
    }
}
