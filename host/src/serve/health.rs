//! `/healthz` and `/readyz`, answered without a sandbox: by the sockets' thread, which no query can
//! keep busy, so that a server with much to do is not taken for a dead one and restarted.

use super::load::{State, Unready};
use super::problem;
use super::request::{AnswerBody, QUERY_ID, text};
use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};

/// The answer, where the request is for one of the two.
///
/// `/healthz`: the process serves. `/readyz`: it takes queries now.
pub fn answer<B>(state: &State, request: &Request<B>, id: &HeaderValue) -> Option<Response<AnswerBody>> {
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
    Some(fixed(request, id.clone(), status, "application/json", text.to_owned()))
}

/// The methods of a short text.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// A short text for `GET` and `HEAD`, what is allowed for `OPTIONS`, a problem for any other method.
pub fn fixed<B>(
    request: &Request<B>,
    id: HeaderValue,
    status: StatusCode,
    kind: &'static str,
    body: String,
) -> Response<AnswerBody> {
    let mut answer = match *request.method() {
        Method::GET | Method::HEAD => {
            // hyper leaves the body out where the method is HEAD, and keeps its length.
            let mut answer = Response::new(text(body));
            *answer.status_mut() = status;
            answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
            answer.headers_mut().insert(QUERY_ID.clone(), id);
            answer
        }
        Method::OPTIONS => {
            let mut answer = Response::new(text(String::new()));
            *answer.status_mut() = StatusCode::NO_CONTENT;
            answer.headers_mut().insert(ALLOW, METHODS);
            answer.headers_mut().insert(QUERY_ID.clone(), id);
            answer
        }
        _ => {
            let problem = (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "The method is not allowed");
            let detail = format!("{} takes GET, HEAD and OPTIONS", request.uri().path());
            let mut answer = problem::document(problem, detail, id);
            answer.headers_mut().insert(ALLOW, METHODS);
            answer
        }
    };
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}
