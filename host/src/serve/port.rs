//! The two ports, and what a request meets on each before it is a query.

use super::body::{Bodies, Whole};
use super::health;
use super::load::State;
use super::refusal::Refusal;
use super::request::{self, AnswerBody};
use crate::args::Sockets;
use crate::sandbox::Sandbox;
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use std::sync::Arc;

/// What Prometheus reads, made anew for each scrape.
pub type Metrics = Arc<dyn Fn() -> String + Send + Sync>;

/// The media type of [`Metrics`].
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Whose requests these are.
pub enum Port {
    /// Users': queries, and health for platforms that know one port only.
    Queries { state: State, bodies: Bodies },
    /// Operators': health and metrics, for as long as the process lives.
    Admin { state: State, metrics: Metrics },
}

impl Port {
    pub fn queries(state: State, sockets: &Sockets) -> Port {
        Port::Queries { state, bodies: Bodies::new(sockets) }
    }

    /// Always answers.
    pub async fn answer(&self, mut request: Request<Incoming>) -> Response<AnswerBody> {
        match self {
            Port::Queries { state, bodies } => {
                if let Some(answer) = health::answer(state, &request) {
                    return answer;
                }
                let (version, id) = (request.version(), request::identify(request.headers_mut()));
                match prepare(state, bodies, request).await {
                    Ok((sandbox, request)) => request::answer(&sandbox, request).await,
                    Err(refusal) => refusal.answer(version, id),
                }
            }
            Port::Admin { state, metrics } => health::answer(state, &request).unwrap_or_else(|| {
                let method = request.method();
                match request.uri().path() {
                    "/metrics" => health::fixed(method, StatusCode::OK, OPEN_METRICS, metrics()),
                    _ => health::fixed(
                        method,
                        StatusCode::NOT_FOUND,
                        "text/plain; charset=utf-8",
                        "not here; accepted are /metrics, /healthz and /readyz, and queries on the main port\n"
                            .into(),
                    ),
                }
            }),
        }
    }
}

/// The request with its whole body, and what runs it.
async fn prepare(
    state: &State,
    bodies: &Bodies,
    request: Request<Incoming>,
) -> Result<(Arc<Sandbox>, Request<Whole>), Refusal> {
    // Before the body: a request that came too late is told so at once.
    let sandbox = state.sandbox().await?;
    let (head, body) = request.into_parts();
    let body = bodies.read(body).await?;
    Ok((sandbox, Request::from_parts(head, body)))
}
