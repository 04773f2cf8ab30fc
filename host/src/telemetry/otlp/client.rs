//! How exports reach the receiver: a client on a runtime of its own, that says now and then when it
//! cannot.

use crate::args::without_secrets;
use crate::error::Error;
use http::{Request, Response};
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient, HttpError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// For one export. The SDK tries again within `OTEL_EXPORTER_OTLP_TIMEOUT`.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Between two warnings.
const QUIET: Duration = Duration::from_secs(60);

#[derive(Debug, Clone)]
pub struct Client(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// The SDK exports from threads that have no runtime. `None` only while it is dropped.
    runtime: Option<Runtime>,
    http: HyperClient,
    failures: Mutex<Failures>,
}

/// What has been said of a receiver that is away.
#[derive(Debug, Default)]
struct Failures {
    said: Option<Instant>,
    since: u64,
}

impl Client {
    pub fn start() -> Result<Client, Error> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("otlp")
            .enable_all()
            .build()
            .map_err(Error::system("cannot start the thread that exports telemetry"))?;
        let http = HyperClient::with_default_connector(TIMEOUT, None);
        Ok(Client(Arc::new(Inner { runtime: Some(runtime), http, failures: Mutex::default() })))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Elsewhere than on a thread of its own it must not wait for its threads.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

#[wasmtime_wasi::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let to = without_secrets(request.uri()).unwrap_or_default();
        let Some(runtime) = &self.0.runtime else { return Err("the exports have ended".into()) };
        let inner = self.0.clone();
        let sent = runtime.spawn(async move { inner.http.send_bytes(request).await }).await;
        let sent = sent.unwrap_or_else(|error| Err(error.into()));
        match &sent {
            Ok(response) if response.status().is_success() => {}
            Ok(response) => self.0.failed(&to, &response.status()),
            Err(error) => self.0.failed(&to, error),
        }
        sent
    }
}

impl Inner {
    fn failed(&self, to: &str, why: &dyn std::fmt::Display) {
        let since = {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.since += 1;
            if failures.said.is_some_and(|said| said.elapsed() < QUIET) {
                return;
            }
            failures.said = Some(Instant::now());
            std::mem::take(&mut failures.since)
        };
        let minutes = QUIET.as_secs() / 60;
        tracing::warn!(
            target: "polaroid::otlp",
            "cannot send telemetry to {to}: {why} ({since} failures since this was last said; said once in {minutes} min)"
        );
    }
}
