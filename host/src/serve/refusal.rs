//! Requests that end before a sandbox is taken for them.

use super::load::Unready;
use super::problem;
use super::request::AnswerBody;
use bytesize::ByteSize;
use http::header::CONNECTION;
use http::{HeaderValue, Response, StatusCode, Version};
use std::time::Duration;

/// Why a request gets no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error(
        "the body is larger than {limit}; send a smaller one, or raise --max-body where the server is started"
    )]
    TooLarge { limit: ByteSize },
    #[error("the body was not whole after {} s; send it faster", .0.as_secs_f64())]
    Slow(Duration),
    #[error("the body broke off: {0}")]
    Broken(hyper::Error),
    #[error("other requests take all the memory that there is for heads and bodies; try again soon")]
    Crowded,
    #[error("the server has started and loads its component; try again soon")]
    Loading,
    #[error(
        "the request is for the host {0:?}, which a server on loopback without authentication does not answer for, lest \
         web pages reach it under names of their own; ask it at localhost or by its address, or start it with \
         --allow-host for that name"
    )]
    NotLocal(String),
    #[error(
        "the request is for the host {0:?}; accepted are those that --allow-host names where the server is started"
    )]
    OtherHost(String),
    #[error("the server is stopping; ask another one, or this one when it is back")]
    Stopping,
}

impl From<Unready> for Refusal {
    fn from(unready: Unready) -> Refusal {
        match unready {
            Unready::Loading => Refusal::Loading,
            Unready::Stopping => Refusal::Stopping,
        }
    }
}

impl Refusal {
    /// The stable name of the problem.
    pub fn code(&self) -> &'static str {
        self.classify().1
    }

    /// Status, stable code and title.
    fn classify(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Refusal::TooLarge { .. } => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is too large")
            }
            Refusal::Slow(_) => (StatusCode::REQUEST_TIMEOUT, "body_timeout", "The body came too slowly"),
            Refusal::Broken(_) => (StatusCode::BAD_REQUEST, "bad_request", "The request is not valid HTTP"),
            Refusal::Crowded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too many queries at once"),
            Refusal::NotLocal(_) | Refusal::OtherHost(_) => (
                StatusCode::MISDIRECTED_REQUEST,
                "misdirected_host",
                "The server does not answer for this host",
            ),
            Refusal::Loading => (StatusCode::SERVICE_UNAVAILABLE, "starting", "The server is starting"),
            Refusal::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The server is stopping"),
        }
    }

    /// The answer to a request that came by `version` and is called `id`.
    pub fn answer(&self, version: Version, id: HeaderValue) -> Response<AnswerBody> {
        let mut answer = problem::document(self.classify(), self.to_string(), id);
        // What is left of a body stands where the next request would begin. HTTP/2 has streams for it.
        if version < Version::HTTP_2 && !matches!(self, Refusal::Crowded | Refusal::Loading) {
            answer.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }
}
