//! The body of an answer, tied to the guest that writes it.
//!
//! Two promises. A body that the guest did not finish never looks finished: it ends in [`Cut`]. And
//! a guest whose reader has gone is stopped.

use super::Failure;
use super::call::Call;
use crate::stderr::say;
use bytes::{Buf, Bytes};
use http::Response;
use http::header::CONTENT_LENGTH;
use http_body::{Body, Frame, SizeHint};
use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// What a guest may still do after its last byte: drop its plan, write its log line.
const AFTERWARDS: Duration = Duration::from_secs(1);

/// An answer of at most so many bytes is waited for, for at most so long, before its head goes out.
const SHORT: usize = 64 << 10;
const AT_ONCE: Duration = Duration::from_millis(5);

/// The answer broke off before the guest had finished it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Cut(String);

/// The task that runs a guest, stopped when dropped.
pub struct Guest {
    task: Option<JoinHandle<Result<(), Failure>>>,
    /// What the log calls it.
    name: String,
}

impl Guest {
    pub fn new(task: JoinHandle<Result<(), Failure>>, name: String) -> Guest {
        Guest { task: Some(task), name }
    }

    /// Waits for the guest's end.
    pub async fn join(&mut self) -> Result<(), Failure> {
        match &mut self.task {
            // Still ours while we wait, so that it is stopped when the waiting is given up.
            Some(task) => task.await.unwrap_or_else(|error| Err(Failure::Task(error))),
            None => Ok(()),
        }
    }

    /// Lets the guest run on for a moment, unobserved but for a failure.
    fn release(mut self) {
        let Ok(runtime) = Handle::try_current() else { return };
        runtime.spawn(async move {
            if let Ok(Err(failure)) = timeout(AFTERWARDS, self.join()).await {
                say(format_args!("polaroid: {}: ended by {failure:?}", self.name));
            }
        });
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// A response's body. Errors with [`Cut`] when the guest ended before it.
pub struct GuestBody {
    /// Came before the body was handed on.
    held: VecDeque<Frame<Bytes>>,
    inner: HyperOutgoingBody,
    end: End,
    call: Arc<Call>,
    guest: Option<Guest>,
    /// Bytes still to come, where the guest announced a length.
    left: Option<u64>,
    /// The guest has nothing more to tell the client.
    over: bool,
    /// The client wants the head alone.
    unread: bool,
}

/// How far `inner` has come.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Open,
    Whole,
    /// The guest broke off its answer.
    Broken {
        /// The reader has been given time to send on what it has.
        sent: bool,
    },
}

impl GuestBody {
    /// The response as soon as its beginning is there: all of it where it is short and comes at once, so that
    /// it can go out in one piece, with its length. To be awaited on the guest's thread, beside the guest:
    /// each piece that changes threads costs more than a small query computes.
    pub async fn begin(response: Response<HyperOutgoingBody>, call: Arc<Call>) -> Response<GuestBody> {
        let length = response.headers().get(CONTENT_LENGTH);
        let left = length.and_then(|length| length.to_str().ok()?.parse().ok());
        let (head, inner) = response.into_parts();
        let over = inner.is_end_stream() || left == Some(0);
        let (held, end) = (VecDeque::new(), End::Open);
        let mut body = GuestBody { held, inner, end, call, guest: None, left, over, unread: false };
        // Late, the answer goes on as a stream.
        let _ = timeout(AT_ONCE, body.hold()).await;
        Response::from_parts(head, body)
    }

    /// Waits for the answer's end, or for more of it than is short.
    pub async fn hold(&mut self) {
        let mut bytes: usize = self.held.iter().map(length).sum();
        while bytes <= SHORT && !self.over {
            let Some(frame) = std::future::poll_fn(|context| self.poll_inner(context)).await else { return };
            bytes += length(&frame);
            // An empty piece says nothing, and any number of them would be short.
            if length(&frame) > 0 || frame.is_trailers() {
                self.held.push_back(frame);
            }
        }
    }

    /// Ties the body to its guest: whoever drops one drops the other.
    pub fn tie(mut self, guest: Guest) -> GuestBody {
        self.guest = Some(guest);
        self
    }

    /// For HEAD, whose answer's body is dropped unread: the guest may go on for a moment then.
    pub fn leave_unread(&mut self) {
        self.unread = true;
    }

    /// Waits a moment for a guest that broke off its answer to say why.
    pub async fn reason(&mut self) -> Option<String> {
        if let Some(mut guest) = self.guest.take() {
            // Its failure, if any, is in `call` by then.
            let _ = timeout(AFTERWARDS, guest.join()).await;
        }
        self.call.failure()
    }

    /// Whether all of it is here.
    pub fn is_whole(&self) -> bool {
        self.over && !self.is_broken()
    }

    pub fn is_broken(&self) -> bool {
        matches!(self.end, End::Broken { .. })
    }

    /// What the guest burns for its answer, where that is metered: known a moment after its end.
    pub fn fuel(&self) -> impl Future<Output = Option<u64>> + Send + use<> {
        let call = self.call.clone();
        async move { timeout(AFTERWARDS, call.fuel()).await.ok() }
    }

    fn cut(&self) -> Cut {
        let reason = self.call.failure();
        Cut(reason.unwrap_or_else(|| "the component broke off its answer".into()))
    }

    /// The next frame from the guest; none when `end` says why.
    fn poll_inner(&mut self, context: &mut Context<'_>) -> Poll<Option<Frame<Bytes>>> {
        if self.end != End::Open {
            return Poll::Ready(None);
        }
        self.end = match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
            Some(Ok(frame)) => {
                if let Some(left) = &mut self.left {
                    *left = left.saturating_sub(length(&frame) as u64);
                    // Who reads a body of known length may stop here and drop it.
                    self.over = *left == 0;
                }
                return Poll::Ready(Some(frame));
            }
            // The guest dropped the body, or wrote less or more than it announced.
            Some(Err(_)) => End::Broken { sent: false },
            // Either the guest finished it, or the store is gone and has left its mark before.
            None if self.call.is_cut() => End::Broken { sent: false },
            None => End::Whole,
        };
        self.over = true;
        Poll::Ready(None)
    }
}

impl Body for GuestBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if let Some(frame) = self.held.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        if let Some(frame) = ready!(self.poll_inner(context)) {
            return Poll::Ready(Some(Ok(frame)));
        }
        match self.end {
            // A reader that has nothing to wait for sends on what it has, so that the client sees the
            // answer's head and beginning before it is cut.
            End::Broken { sent: false } => {
                self.end = End::Broken { sent: true };
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Broken { sent: true } => Poll::Ready(Some(Err(self.cut()))),
            End::Whole | End::Open => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        let ended = match self.end {
            End::Open => self.inner.is_end_stream(),
            End::Whole => true,
            End::Broken { .. } => false,
        };
        self.held.is_empty() && ended
    }

    fn size_hint(&self) -> SizeHint {
        match self.end {
            End::Whole if self.held.iter().all(Frame::is_data) => {
                SizeHint::with_exact(self.held.iter().map(length).sum::<usize>() as u64)
            }
            End::Open if self.held.is_empty() => self.inner.size_hint(),
            _ => SizeHint::default(),
        }
    }
}

impl Drop for GuestBody {
    fn drop(&mut self) {
        // Dropped with more to come, the client is gone: the guest is stopped by its own `drop`.
        if (self.over || self.unread)
            && let Some(guest) = self.guest.take()
        {
            guest.release();
        }
    }
}

fn length(frame: &Frame<Bytes>) -> usize {
    frame.data_ref().map_or(0, Buf::remaining)
}
