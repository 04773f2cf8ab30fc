//! One request: its id, its sandbox, its answer.

use super::admission::Admission;
use super::metered;
use super::problem::{self, NoAnswer};
use super::report::Report;
use crate::sandbox::{Call, Cut, GuestBody, Sandbox};
use crate::telemetry::Telemetry;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response};
use http_body::Body;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

/// Names a query in answers, logs and errors. The caller's where it sent a valid one.
pub static QUERY_ID: HeaderName = HeaderName::from_static("x-query-id");

/// Longest id that is taken over from a caller.
const LONGEST_ID: usize = 64;

/// Bodies that go out: the guest's, or a short text of the host's.
pub type AnswerBody = UnsyncBoxBody<Bytes, Unfinished<Cut>>;

/// An answer that broke off, and the query that it was for.
#[derive(Debug, thiserror::Error)]
#[error("query {query_id}: the answer was cut: {cause}")]
pub struct Unfinished<E: std::error::Error> {
    query_id: String,
    #[source]
    cause: E,
}

/// Where requests are answered, how many at once, and who is told.
pub struct Service {
    pub sandbox: Sandbox,
    pub admission: Admission,
    pub telemetry: Telemetry,
}

/// Runs the request in a sandbox of its own, once there is a place for it. Always answers: failures
/// become problem documents.
pub async fn answer<B>(
    service: &Service,
    request: Request<B>,
    id: HeaderValue,
    mut report: Report,
) -> Response<AnswerBody>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<wasmtime_wasi_http::Error>,
{
    let query_id = id.to_str().unwrap_or_default().to_owned();
    let is_head = *request.method() == Method::HEAD;
    match run(service, request, &query_id, &mut report).await {
        Ok(mut response) => {
            response.headers_mut().entry(QUERY_ID.clone()).or_insert(id);
            if is_head {
                response.body_mut().leave_unread();
            }
            if service.sandbox.is_metered() {
                send(metered::answer(response).await, query_id, report)
            } else {
                send(response, query_id, report)
            }
        }
        Err(reason) => {
            // In debug form: what clients are not told of a failure of the host. What was turned away is
            // in the line of its request, lest a server that has too much to do has more to log.
            if let NoAnswer::Failed(failure) = &reason {
                tracing::error!(target: "polaroid", "query {query_id}: {failure:?}");
            }
            report.refused(&reason);
            report.watch(problem::response(&reason, id)).map(BodyExt::boxed_unsync)
        }
    }
}

/// The answer on its way, watched, its failures named after the query.
fn send<B>(response: Response<B>, query_id: String, report: Report) -> Response<AnswerBody>
where
    B: Body<Data = Bytes, Error = Cut> + Send + Unpin + 'static,
{
    let named =
        response.map(|body| body.map_err(move |cause| Unfinished { query_id: query_id.clone(), cause }));
    report.watch(named).map(BodyExt::boxed_unsync)
}

/// A short body of the host's.
pub fn text(text: String) -> AnswerBody {
    Full::from(text).map_err(|never: Infallible| match never {}).boxed_unsync()
}

async fn run<B>(
    service: &Service,
    request: Request<B>,
    query_id: &str,
    report: &mut Report,
) -> Result<Response<GuestBody>, NoAnswer>
where
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<wasmtime_wasi_http::Error>,
{
    let asked = Instant::now();
    let place = {
        let _queued = service.telemetry.queued();
        service.admission.admit().await?
    };
    let call = Arc::new(Call::new(format!("query {query_id}")));
    let guest_is_there = report.admitted(call.clone(), asked.elapsed());
    Ok(service.sandbox.answer(call, request, (place, guest_is_there)).await?)
}

/// The request's id; set on the request too, so that guest and host speak of the same query.
pub fn identify(headers: &mut HeaderMap) -> HeaderValue {
    let mut ids = headers.get_all(&QUERY_ID).iter();
    if let (Some(given), None) = (ids.next(), ids.next())
        && is_valid(given.as_bytes())
    {
        return given.clone();
    }
    let made = uuid::Uuid::now_v7().simple().to_string();
    let id = HeaderValue::try_from(made).expect("hexadecimal digits make a header value");
    headers.insert(QUERY_ID.clone(), id.clone());
    id
}

/// 1 to 64 of `A-Z a-z 0-9 . _ -`: safe in logs, headers and file names.
fn is_valid(id: &[u8]) -> bool {
    (1..=LONGEST_ID).contains(&id.len())
        && id.iter().all(|&byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id_for(given: &[&str]) -> (String, HeaderMap) {
        let mut headers = HeaderMap::new();
        for given in given {
            headers.append(QUERY_ID.clone(), HeaderValue::from_str(given).unwrap());
        }
        let id = identify(&mut headers);
        (id.to_str().unwrap().to_owned(), headers)
    }

    #[test]
    fn a_valid_id_is_the_callers() {
        assert_eq!(id_for(&["report-7.b_2"]).0, "report-7.b_2");
        let longest = "x".repeat(64);
        assert_eq!(id_for(&[&longest]).0, longest);
    }

    #[test]
    fn any_other_is_replaced_in_the_request_as_well() {
        for given in [&[][..], &[""], &["a b"], &["a\"b"], &["one", "two"], &[&*"x".repeat(65)]] {
            let (id, headers) = id_for(given);
            assert!(is_valid(id.as_bytes()) && !given.contains(&&*id));
            let seen: Vec<_> = headers.get_all(&QUERY_ID).iter().collect();
            assert_eq!(seen, [id.as_str()]);
        }
    }
}
