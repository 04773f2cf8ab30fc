//! The two ports, and what a request meets on each before it is a query.

use super::body::{self, Bodies, Whole};
use super::health;
use super::host;
use super::load::State;
use super::refusal::Refusal;
use super::report::Report;
use super::request::{self, AnswerBody, Service};
use crate::args::{Hosts, Sockets};
use crate::telemetry::{CONTENT_TYPE, Telemetry};
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::sync::Arc;

/// Whose requests these are.
pub enum Port {
    /// Users': queries, and health for platforms that know one port only.
    Queries { state: State, hosts: Hosts, bodies: Bodies, telemetry: Telemetry },
    /// Operators': health and metrics, for as long as the process lives.
    Admin { state: State, telemetry: Telemetry },
}

impl Port {
    pub fn queries(state: State, hosts: Hosts, sockets: &Sockets, telemetry: Telemetry) -> Port {
        Port::Queries { state, hosts, bodies: Bodies::new(sockets), telemetry }
    }

    /// Always answers.
    pub async fn answer(&self, mut request: Request<Incoming>) -> Response<AnswerBody> {
        let id = request::identify(request.headers_mut());
        match self {
            Port::Queries { state, hosts, bodies, telemetry } => {
                // Whatever host they are for: platforms ask by names of their own.
                if let Some(answer) = health::answer(state, &request, &id) {
                    return answer;
                }
                let version = request.version();
                let mut report = Report::begin(telemetry, state.stopping(), &mut request, id.to_str().unwrap_or_default());
                match prepare(state, hosts, bodies, request).await {
                    Ok((service, request)) => {
                        report.received();
                        request::answer(&service, request, id, report).await
                    }
                    Err(refusal) => {
                        report.turned_away(&refusal);
                        report.watch(refusal.answer(version, id)).map(BodyExt::boxed_unsync)
                    }
                }
            }
            Port::Admin { state, telemetry } => {
                health::answer(state, &request, &id).unwrap_or_else(|| match request.uri().path() {
                    "/metrics" => {
                        health::fixed(&request, id, StatusCode::OK, CONTENT_TYPE, telemetry.metrics_text())
                    }
                    _ => health::fixed(
                        &request,
                        id,
                        StatusCode::NOT_FOUND,
                        "text/plain; charset=utf-8",
                        "not here; accepted are /metrics, /healthz and /readyz, and queries on the main port\n"
                            .into(),
                    ),
                })
            }
        }
    }
}

/// The request with its whole body, and what runs it.
async fn prepare(
    state: &State,
    hosts: &Hosts,
    bodies: &Bodies,
    request: Request<Incoming>,
) -> Result<(Arc<Service>, Request<Whole>), Refusal> {
    let (head, body) = request.into_parts();
    let room = match host::check(hosts, &head).and_then(|()| bodies.admit(&head)) {
        Ok(room) => room,
        Err(refusal) => {
            body::discard(body);
            return Err(refusal);
        }
    };
    // Before the body: a request that came too late is told so at once.
    let service = match state.service().await {
        Ok(service) => service,
        Err(unready) => {
            body::discard(body);
            return Err(unready.into());
        }
    };
    let body = bodies.read(body, room).await?;
    Ok((service, Request::from_parts(head, body)))
}
