//! Problem documents of the host (RFC 9457), in the form that the component gives its own; and the
//! failures of a query that become one.

use super::admission::Refused;
use super::request::{AnswerBody, QUERY_ID, text};
use crate::sandbox::Failure;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, Response, StatusCode};
use serde::Serialize;

/// Why a request gets no answer of a guest.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("{0}; try again soon")]
    Overloaded(#[from] Refused),
    #[error(transparent)]
    Failed(#[from] Failure),
}

impl NoAnswer {
    /// The stable name of the problem.
    pub fn code(&self) -> &'static str {
        classify(self).1
    }
}

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'a str,
    title: &'static str,
    status: u16,
    code: &'static str,
    detail: String,
    query_id: &'a str,
}

/// Status, stable code and title of each.
fn classify(reason: &NoAnswer) -> (StatusCode, &'static str, &'static str) {
    let failure = match reason {
        NoAnswer::Overloaded(_) | NoAnswer::Failed(Failure::Full) => {
            return (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too many queries at once");
        }
        NoAnswer::Failed(failure) => failure,
    };
    match failure {
        Failure::Request(_) => (StatusCode::BAD_REQUEST, "bad_request", "The request is not valid HTTP"),
        Failure::Deadline(_) => {
            (StatusCode::GATEWAY_TIMEOUT, "deadline_exceeded", "The query took longer than it may")
        }
        Failure::Memory { .. } => {
            (StatusCode::INSUFFICIENT_STORAGE, "memory_exceeded", "The query needs too much memory")
        }
        Failure::Trap(_) => (StatusCode::INTERNAL_SERVER_ERROR, "guest_trap", "The sandbox trapped"),
        Failure::Unanswered | Failure::Refused(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "no_answer", "The component gave no answer")
        }
        Failure::Full | Failure::Start(_) | Failure::Task(_) => {
            (StatusCode::INTERNAL_SERVER_ERROR, "sandbox_failed", "The sandbox failed")
        }
    }
}

/// What clients are told. Reasons of the host name its directories, and are for the log.
fn seen(reason: &NoAnswer) -> String {
    match reason {
        NoAnswer::Failed(Failure::Start(_)) => "the sandbox did not start".into(),
        NoAnswer::Failed(Failure::Task(_)) => "the sandbox's task ended early".into(),
        other => other.to_string(),
    }
}

/// The answer to the query that is called `id`.
pub fn response(reason: &NoAnswer, id: HeaderValue) -> Response<AnswerBody> {
    let kind = classify(reason);
    let seen = seen(reason);
    let detail = match (kind.0, id.to_str()) {
        (StatusCode::INTERNAL_SERVER_ERROR, Ok(id)) => {
            format!("{seen}; other queries are not affected, and the server's log says more under {id}")
        }
        _ => seen,
    };
    document(kind, detail, id)
}

/// A problem document with its status, code and title, for the request that is called `id`.
pub fn document(
    (status, code, title): (StatusCode, &'static str, &'static str),
    detail: String,
    id: HeaderValue,
) -> Response<AnswerBody> {
    let query_id = id.to_str().unwrap_or_default();
    let problem = Problem { r#type: "about:blank", title, status: status.as_u16(), code, detail, query_id };
    let json = serde_json::to_string(&problem).expect("strings and a number serialise");
    let mut response = Response::new(text(json));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(QUERY_ID.clone(), id);
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}
