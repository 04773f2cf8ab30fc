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
    inner: HyperOutgoingBody,
    call: Arc<Call>,
    guest: Option<Guest>,
    /// Bytes still to come, where the guest announced a length.
    left: Option<u64>,
    /// The guest has nothing more to tell the client.
    over: bool,
    /// The guest broke off its answer, and the reader is about to be told.
    broken: bool,
}

impl GuestBody {
    /// Ties a response's body to its guest.
    pub fn tie(response: Response<HyperOutgoingBody>, call: Arc<Call>, guest: Guest) -> Response<GuestBody> {
        let length = response.headers().get(CONTENT_LENGTH);
        let left = length.and_then(|length| length.to_str().ok()?.parse().ok());
        response.map(|inner| {
            let over = inner.is_end_stream() || left == Some(0);
            GuestBody { inner, call, guest: Some(guest), left, over, broken: false }
        })
    }

    /// Waits a moment for a guest that broke off its answer to say why.
    pub async fn reason(&mut self) -> Option<String> {
        if let Some(mut guest) = self.guest.take() {
            // Its failure, if any, is in `call` by then.
            let _ = timeout(AFTERWARDS, guest.join()).await;
        }
        self.call.failure()
    }

    /// What the guest burned for its answer, where that is metered; waits a moment for its end.
    pub async fn fuel(&mut self) -> Option<u64> {
        if let Some(mut guest) = self.guest.take() {
            // What became of it is in `call` by then.
            let _ = timeout(AFTERWARDS, guest.join()).await;
        }
        self.call.cost().fuel
    }

    fn cut(&mut self) -> Cut {
        let reason = self.call.failure();
        Cut(reason.unwrap_or_else(|| "the component broke off its answer".into()))
    }

    /// Told at the next poll: a reader that has nothing to wait for sends on what it has by then,
    /// so that the client sees the answer's head and beginning before it is cut.
    fn broken_off<T>(&mut self, context: &Context<'_>) -> Poll<T> {
        (self.over, self.broken) = (true, true);
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

impl Body for GuestBody {
    type Data = Bytes;
    type Error = Cut;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Cut>>> {
        if self.broken {
            return Poll::Ready(Some(Err(self.cut())));
        }
        match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
            Some(Ok(frame)) => {
                if let (Some(left), Some(data)) = (&mut self.left, frame.data_ref()) {
                    *left = left.saturating_sub(data.remaining() as u64);
                    // Who reads a body of known length may stop here and drop it.
                    self.over = self.left == Some(0);
                }
                Poll::Ready(Some(Ok(frame)))
            }
            // The guest dropped the body, or wrote less or more than it announced.
            Some(Err(_)) => self.broken_off(context),
            // Either the guest finished it, or the store is gone and has left its mark before.
            None if self.call.is_cut() => self.broken_off(context),
            None => {
                self.over = true;
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for GuestBody {
    fn drop(&mut self) {
        // Dropped with more to come, the client is gone: the guest is stopped by its own `drop`.
        if self.over
            && let Some(guest) = self.guest.take()
        {
            guest.release();
        }
    }
}
