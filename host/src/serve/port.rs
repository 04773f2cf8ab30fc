//! The two ports, and what a request meets on each before it is a query.

use super::body::{Bodies, Whole};
use super::health;
use super::load::State;
use super::refusal::Refusal;
use super::request::{self, AnswerBody, Service};
use crate::args::Sockets;
use crate::telemetry::{CONTENT_TYPE, Telemetry};
use http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use std::sync::Arc;

/// Whose requests these are.
pub enum Port {
    /// Users': queries, and health for platforms that know one port only.
    Queries { state: State, bodies: Bodies },
    /// Operators': health and metrics, for as long as the process lives.
    Admin { state: State, telemetry: Telemetry },
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
                    Ok((service, request)) => request::answer(&service, request).await,
                    Err(refusal) => refusal.answer(version, id),
                }
            }
            Port::Admin { state, telemetry } => health::answer(state, &request).unwrap_or_else(|| {
                let method = request.method();
                match request.uri().path() {
                    "/metrics" => health::fixed(method, StatusCode::OK, CONTENT_TYPE, telemetry.metrics_text()),
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
) -> Result<(Arc<Service>, Request<Whole>), Refusal> {
    // Before the body: a request that came too late is told so at once.
    let service = state.service().await?;
    let (head, body) = request.into_parts();
    let body = bodies.read(body).await?;
    Ok((service, Request::from_parts(head, body)))
}
