//! `wasi:http/outgoing-handler`: requests of the guest to the hosts that `--allow-outbound` names.
//!
//! | module | what it decides |
//! |---|---|
//! | [`resolve`] | which addresses may be connected to, found out once |
//! | [`connect`] | a connection to exactly such an address, with TLS or without |
//! | [`exchange`] | the request and its answer, within the guest's time limits |
//!
//! A request that is not allowed fails as `HTTP-request-denied`, an address that is not as
//! `destination-IP-prohibited`. Redirects are answers like any other: a guest that follows one makes a
//! request of its own, which is looked at like the first. Connections are not kept.

mod connect;
mod exchange;
mod resolve;

use crate::args::AllowList;
use crate::telemetry::{TRACEPARENT, TRACESTATE};
use http::uri::Scheme;
use http::{HeaderMap, Request, Response};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Where a guest sets no time for connecting, or a longer one. Its own deadline comes earlier as a rule.
const CONNECT: Duration = Duration::from_secs(30);

/// The connection's part of an exchange: to be driven until the answer's body is read.
type Io = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// Sends one guest's requests.
pub struct Outbound {
    allowed: Arc<AllowList>,
    /// W3C trace context of the request that the guest answers, for those that it makes itself.
    trace: HeaderMap,
}

impl Outbound {
    pub fn new(allowed: Arc<AllowList>) -> Outbound {
        Outbound { allowed, trace: HeaderMap::new() }
    }

    /// The guest answers a request with these headers from here on.
    pub fn follow(&mut self, headers: &HeaderMap) {
        self.trace.clear();
        for name in [TRACEPARENT, TRACESTATE] {
            for value in headers.get_all(name) {
                self.trace.append(name, value.clone());
            }
        }
    }

    /// Puts a request of the guest into the trace, unless it names one itself.
    fn trace(&self, headers: &mut HeaderMap) {
        if !headers.contains_key(TRACEPARENT) {
            headers.extend(self.trace.clone());
        }
    }
}

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _done: Io,
    ) -> Box<dyn Future<Output = Result<(Response<WasiBody>, Io), Error>> + Send> {
        self.trace(request.headers_mut());
        Box::new(send(self.allowed.clone(), request, options.unwrap_or_default()))
    }
}

async fn send(
    allowed: Arc<AllowList>,
    request: Request<WasiBody>,
    options: RequestOptions,
) -> Result<(Response<WasiBody>, Io), Error> {
    let tls = request.uri().scheme() == Some(&Scheme::HTTPS);
    let authority = request.uri().authority().ok_or(Error::HttpRequestUriInvalid)?;
    let host = authority.host().to_owned();
    let port = match authority.port() {
        Some(port) => port.as_u16(),
        None if tls => 443,
        None => 80,
    };
    if !allowed.allows_host(&host, port) {
        return Err(Error::HttpRequestDenied);
    }
    let end = Instant::now() + options.connect_timeout.unwrap_or(CONNECT).min(CONNECT);
    let addresses =
        timeout_at(end, resolve::allowed(&allowed, &host, port)).await.map_err(|_| Error::DnsTimeout)??;
    let stream = timeout_at(end, connect::to(&addresses, tls.then_some(&*host)))
        .await
        .map_err(|_| Error::ConnectionTimeout)??;
    exchange::exchange(stream, request, &options).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        all.iter().map(|&(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn parent_and_state_go_on_together_unless_the_guest_has_a_trace_of_its_own() {
        let mut outbound = Outbound::new(Arc::default());
        let ours = headers(&[(TRACEPARENT, "ours"), (TRACESTATE, "a=b"), (TRACESTATE, "c=d")]);
        outbound.follow(&ours);
        let mut sent = HeaderMap::new();
        outbound.trace(&mut sent);
        assert_eq!(sent, ours);

        let own = headers(&[(TRACEPARENT, "own")]);
        let mut sent = own.clone();
        outbound.trace(&mut sent);
        assert_eq!(sent, own);

        outbound.follow(&headers(&[("host", "next")]));
        let mut sent = HeaderMap::new();
        outbound.trace(&mut sent);
        assert!(sent.is_empty(), "{sent:?}");
    }
}
