//! `/healthz` and `/readyz`, answered without a sandbox: by the sockets' thread, which no query can
//! keep busy, so that a server with much to do is not taken for a dead one and restarted.

use super::load::{State, Unready};
use super::request::{AnswerBody, text};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};

/// The answer, where the request is for one of the two.
///
/// `/healthz`: the process serves. `/readyz`: it takes queries now.
pub fn answer<B>(state: &State, request: &Request<B>) -> Option<Response<AnswerBody>> {
    let (status, text) = match request.uri().path() {
        "/healthz" => (StatusCode::OK, r#"{"status":"ok"}"#),
        "/readyz" => match state.ready() {
            Ok(()) => (StatusCode::OK, r#"{"status":"ready"}"#),
            Err(Unready::Loading) => (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"status":"loading","reason":"the component is being loaded"}"#,
            ),
            Err(Unready::Stopping) => (
                StatusCode::SERVICE_UNAVAILABLE,
                r#"{"status":"stopping","reason":"the server was told to stop"}"#,
            ),
        },
        _ => return None,
    };
    Some(fixed(request.method(), status, "application/json", text.to_owned()))
}

/// A short text for `GET` and `HEAD`, 405 for any other method.
pub fn fixed(method: &Method, status: StatusCode, kind: &'static str, body: String) -> Response<AnswerBody> {
    let asked = matches!(*method, Method::GET | Method::HEAD);
    // hyper leaves the body out where the method is HEAD, and keeps its length.
    let mut answer = Response::new(text(if asked { body } else { String::new() }));
    let headers = answer.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if asked {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        *answer.status_mut() = status;
    } else {
        headers.insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    }
    answer
}
