//! Watches one request to its end, and reports it then: once, however it ends.

use crate::telemetry::finished::{self, Finished, Outcome};
use crate::telemetry::{Counted, Telemetry, Trace, route};
use bytes::{Buf, Bytes};
use http::{Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

type Cost = Box<dyn FnOnce(&mut Finished) + Send>;

/// A request that is not over. Dropped before its answer has ended, its client has gone.
pub struct Report {
    telemetry: Telemetry,
    began: Instant,
    /// What is known so far; gone once it is reported.
    known: Option<Finished>,
    /// Asks the guest what it has cost, at the end.
    cost: Option<Cost>,
    _in_flight: Counted,
}

impl Report {
    /// Begins the request's trace; its headers name it to the guest.
    pub fn begin<B>(telemetry: &Telemetry, request: &mut Request<B>, query_id: &str) -> Report {
        let trace: Trace = telemetry.begin(request);
        let (method, route) = (request.method().clone(), route(request));
        let status = StatusCode::default();
        Report {
            telemetry: telemetry.clone(),
            began: Instant::now(),
            known: Some(Finished::new(query_id.to_owned(), method, route, status, trace)),
            cost: None,
            _in_flight: telemetry.in_flight(),
        }
    }

    /// Adds to what is known.
    pub fn note(&mut self, add: impl FnOnce(&mut Finished)) {
        if let Some(known) = &mut self.known {
            add(known);
        }
    }

    /// Calls `cost` just before the request is reported.
    pub fn at_end(&mut self, cost: impl FnOnce(&mut Finished) + Send + 'static) {
        self.cost = Some(Box::new(cost));
    }

    /// Watches the answer: the request ends with its body.
    pub fn watch<B: Body>(mut self, response: Response<B>) -> Response<Watched<B>> {
        self.note(|known| known.status = response.status());
        let left = response.body().size_hint().exact();
        response.map(|inner| Watched { inner, left, report: self })
    }

    fn sent(&mut self, bytes: u64) {
        let after = self.began.elapsed();
        self.note(|known| {
            known.bytes_sent += bytes;
            known.times.first_byte.get_or_insert(after);
        });
    }

    fn end(&mut self, outcome: Outcome) {
        let Some(mut done) = self.known.take() else { return };
        // What is known already is more than what can be seen from the body.
        if done.outcome == Outcome::Whole {
            done.outcome = outcome;
        }
        done.times.total = self.began.elapsed();
        if let Some(cost) = self.cost.take() {
            cost(&mut done);
        }
        self.telemetry.finished(done);
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.end(Outcome::ClientGone);
    }
}

/// An answer's body on its way to the client.
pub struct Watched<B: Body> {
    inner: B,
    /// Bytes still to come, where it is known.
    left: Option<u64>,
    report: Report,
}

impl<B: Body<Data = Bytes> + Unpin> Body for Watched<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let polled = ready!(Pin::new(&mut self.inner).poll_frame(context));
        match &polled {
            Some(Ok(frame)) => {
                let sent = frame.data_ref().map_or(0, |data| data.remaining() as u64);
                self.left = self.left.map(|left| left.saturating_sub(sent));
                self.report.sent(sent);
            }
            Some(Err(_)) => self.report.end(Outcome::Cut(finished::Cut::Component)),
            None => self.report.end(Outcome::Whole),
        }
        Poll::Ready(polled)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl<B: Body> Drop for Watched<B> {
    fn drop(&mut self) {
        // Who knows that nothing more comes does not ask again.
        if self.left == Some(0) || self.inner.is_end_stream() {
            self.report.end(Outcome::Whole);
        }
    }
}
