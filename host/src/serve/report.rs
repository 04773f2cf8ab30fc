//! Watches one request to its end, and reports it then: once, however it ends.

use super::admission::Refused;
use super::problem::NoAnswer;
use super::refusal;
use super::signals::{Stop, Stopping};
use crate::sandbox::{Call, Failure, Record};
use crate::telemetry::finished::{Cut, Finished, Outcome, Refusal, Trap};
use crate::telemetry::{Counted, Telemetry, Trace, route};
use bytes::{Buf, Bytes};
use http::{Method, Request, Response};
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

/// A request that is not over. Dropped before its answer has ended, its client has gone, or the server goes.
pub struct Report {
    shared: Arc<Shared>,
    began: Instant,
    stopping: Stopping,
    ended: bool,
    _in_flight: Counted,
}

/// What is known, held by the answer and by the guest: reported when both are gone, since a guest says
/// what it did after its last byte.
pub struct Shared {
    telemetry: Telemetry,
    known: Mutex<Option<Known>>,
}

struct Known {
    finished: Finished,
    /// The guest's side, once it has one.
    call: Option<Arc<Call>>,
}

impl Report {
    /// Begins the request's trace; its headers name it to the guest.
    pub fn begin<B>(
        telemetry: &Telemetry,
        stopping: Stopping,
        request: &mut Request<B>,
        query_id: &str,
    ) -> Report {
        let trace: Trace = telemetry.begin(request);
        let (method, route) = (request.method().clone(), route(request));
        let finished = Finished::new(query_id.to_owned(), method, route, None, trace);
        let known = Mutex::new(Some(Known { finished, call: None }));
        Report {
            shared: Arc::new(Shared { telemetry: telemetry.clone(), known }),
            began: Instant::now(),
            stopping,
            ended: false,
            _in_flight: telemetry.in_flight(request.method()),
        }
    }

    /// The request is here with its whole body.
    pub fn received(&mut self) {
        let after = self.began.elapsed();
        self.note(|known| known.finished.times.receive = after);
    }

    /// The request has its place, after waiting for it. Whoever runs the guest holds what comes back
    /// until it is gone.
    pub fn admitted(&mut self, call: Arc<Call>, waited: Duration) -> Arc<Shared> {
        self.note(|known| {
            known.finished.times.queue = waited;
            known.call = Some(call);
        });
        self.shared.clone()
    }

    /// The request ends before a place is looked for.
    pub fn turned_away(&mut self, reason: &refusal::Refusal) {
        use refusal::Refusal as Reason;
        let outcome = match reason {
            Reason::TooLarge { .. } => Outcome::Refused(Refusal::BodyTooLarge),
            Reason::Slow(_) => Outcome::Refused(Refusal::BodyTimeout),
            Reason::Crowded => Outcome::Refused(Refusal::Bodies),
            Reason::NotLocal(_) | Reason::OtherHost(_) => Outcome::Refused(Refusal::Host),
            Reason::Loading => Outcome::Refused(Refusal::Loading),
            Reason::Stopping => Outcome::Refused(Refusal::Stopping),
            Reason::Broken(_) => Outcome::ClientGone,
        };
        self.no_answer(outcome, reason.code());
    }

    /// There is no answer of a guest.
    pub fn refused(&mut self, reason: &NoAnswer) {
        let outcome = match reason {
            NoAnswer::Overloaded(Refused::QueueFull) => Outcome::Refused(Refusal::QueueFull),
            NoAnswer::Overloaded(Refused::WaitedTooLong(_)) => Outcome::Refused(Refusal::QueueTimeout),
            NoAnswer::Failed(Failure::Full) => Outcome::Refused(Refusal::Sandboxes),
            NoAnswer::Failed(_) => Outcome::Whole,
        };
        self.no_answer(outcome, reason.code());
    }

    /// The host answers with a problem instead of a guest.
    fn no_answer(&self, outcome: Outcome, code: &'static str) {
        self.note(|known| {
            known.finished.outcome = outcome;
            known.finished.problem = Some(code.into());
        });
    }

    /// Watches the answer: the request ends with its body.
    pub fn watch<B: Body>(self, response: Response<B>) -> Response<Watched<B>> {
        let mut is_head = false;
        self.note(|known| {
            known.finished.status = Some(response.status());
            is_head = known.finished.method == Method::HEAD;
        });
        // Of an answer to HEAD nothing comes but its head.
        let left = if is_head { Some(0) } else { response.body().size_hint().exact() };
        response.map(|inner| Watched { inner, left, report: self })
    }

    fn note(&self, add: impl FnOnce(&mut Known)) {
        if let Some(known) = self.shared.known().as_mut() {
            add(known);
        }
    }

    fn sent(&mut self, bytes: u64) {
        let after = self.began.elapsed();
        self.note(|known| {
            known.finished.bytes_sent += bytes;
            known.finished.times.first_byte.get_or_insert(after);
        });
    }

    fn end(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let total = self.began.elapsed();
        self.note(|known| {
            // What is known already is more than what can be seen from the body.
            if known.finished.outcome == Outcome::Whole {
                known.finished.outcome = outcome;
            }
            known.finished.times.total = total;
        });
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        self.end(match self.stopping.stage() {
            Stop::Now => Outcome::Cut(Cut::Stopping),
            Stop::No | Stop::Drain => Outcome::ClientGone,
        });
    }
}

impl Shared {
    fn known(&self) -> MutexGuard<'_, Option<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(Known { mut finished, call }) = self.known().take() else { return };
        if let Some(call) = call {
            add_guest(&mut finished, &call);
        }
        self.telemetry.finished(finished);
    }
}

/// What the guest cost, and what it says of itself.
fn add_guest(finished: &mut Finished, call: &Call) {
    let cost = call.cost();
    finished.cpu = Some(cost.cpu);
    finished.memory_peak = Some(cost.memory_peak);
    finished.instance = cost.instance;
    finished.cold = cost.cold;
    finished.fuel = cost.fuel;
    finished.times.instantiate = cost.instantiate;
    finished.trap = call.trap();
    // Whoever has no reader any more may trap over it, but is not stopped at a limit.
    finished.outcome = match (finished.outcome, finished.trap) {
        (Outcome::Cut(Cut::Component) | Outcome::ClientGone, Some(Trap::Memory)) => Outcome::Cut(Cut::Memory),
        (Outcome::Cut(Cut::Component) | Outcome::ClientGone, Some(Trap::Deadline)) => {
            Outcome::Cut(Cut::Deadline)
        }
        (Outcome::Cut(Cut::Component), Some(_)) => Outcome::Cut(Cut::Trap),
        (outcome, _) => outcome,
    };
    for record in call.records() {
        match record {
            Record::Accepted { sql_hash, sql, principal, .. } => {
                (finished.sql_hash, finished.sql, finished.principal) = (sql_hash, sql, principal);
            }
            Record::Answered { code, rows, bytes_read, ranges_read, stages, .. } => {
                finished.problem = finished.problem.take().or(code);
                (finished.rows, finished.bytes_read, finished.ranges_read) = (rows, bytes_read, ranges_read);
                finished.stages = stages;
            }
        }
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
            Some(Err(_)) => self.report.end(Outcome::Cut(Cut::Component)),
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
