//! Requests as they come in through `wasi:http`.

use wasip2::http::types::{Headers, IncomingRequest, Method as WasiMethod};
use wasip2::io::streams::StreamError;

use crate::auth::Credentials;
use crate::error::{Error, Kind, Result};
use crate::request::{Method, Received, query_id};

pub fn received(request: &IncomingRequest) -> Received {
    let headers = request.headers();
    let header = |name: &str| text(&headers, name);
    Received {
        method: match request.method() {
            WasiMethod::Get => Method::Get,
            WasiMethod::Head => Method::Head,
            WasiMethod::Post => Method::Post,
            WasiMethod::Options => Method::Options,
            _ => Method::Other,
        },
        target: request.path_with_query().unwrap_or_default(),
        content_type: header("content-type"),
        // Several Accept headers are one list (RFC 9110, section 5.2).
        accept: all(&headers, "accept"),
        accept_encoding: all(&headers, "accept-encoding"),
        if_none_match: all(&headers, "if-none-match"),
        origin: header("origin"),
        content_length: header("content-length").and_then(|length| length.parse().ok()),
        sql: headers.get("x-query-sql"),
        // As they are: one that is sent twice must not pass for one.
        credentials: Credentials {
            authorization: headers.get("authorization"),
            api_key: headers.get("x-api-key"),
        },
        query_id: query_id(header("x-query-id").as_deref(), || {
            let random = wasip2::random::random::get_random_u64;
            u128::from(random()) << 64 | u128::from(random())
        }),
    }
}

fn text(headers: &Headers, name: &str) -> Option<String> {
    headers.get(name).into_iter().next().and_then(|value| String::from_utf8(value).ok())
}

fn all(headers: &Headers, name: &str) -> Option<String> {
    let values: Vec<String> =
        headers.get(name).into_iter().filter_map(|value| String::from_utf8(value).ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// Reads the body, which may be `max` bytes long.
pub fn body(request: IncomingRequest, length: Option<u64>, max: usize) -> Result<Vec<u8>> {
    let too_large = || {
        Error::new(
            Kind::BodyTooLarge,
            format!("a body may be {max} bytes long; POLAROID_MAX_BODY_BYTES sets the limit"),
        )
    };
    if length.is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    let broken =
        |what: &dyn std::fmt::Debug| Error::new(Kind::ClientGone, format!("the body broke off: {what:?}"));
    let body = request.consume().map_err(|()| broken(&"taken twice"))?;
    let stream = body.stream().map_err(|()| broken(&"taken twice"))?;
    let announced = length.map_or(0, |length| length.min(max as u64) as usize);
    let mut bytes = Vec::with_capacity(announced);
    loop {
        match stream.blocking_read(64 * 1024) {
            Ok(part) => bytes.extend(part),
            Err(StreamError::Closed) => return Ok(bytes),
            Err(error) => return Err(broken(&error)),
        }
        if bytes.len() > max {
            return Err(too_large());
        }
    }
}
