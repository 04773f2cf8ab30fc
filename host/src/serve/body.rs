//! Bodies of requests: read whole before a sandbox is taken, so that a slow or endless one holds
//! nothing but its connection.

use super::refusal::Refusal;
use crate::args::Sockets;
use bytes::{Bytes, BytesMut};
use bytesize::ByteSize;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};

/// Memory for all bodies that are read or wait for a sandbox, unless one alone may be larger. A body
/// is SQL text as a rule, a few hundred bytes.
const ALL_BODIES: usize = 64 << 20;

/// Bytes of a refused body that are read on, so that the client gets to see the refusal: closing a
/// connection with unread bytes resets it, and a reset takes the answer with it.
const LINGER_BYTES: usize = 16 << 20;
/// And for how long.
const LINGER_TIME: Duration = Duration::from_secs(2);

/// Reads bodies within limits.
pub struct Bodies {
    largest: usize,
    patience: Duration,
    /// Bytes that may be held.
    room: Arc<Semaphore>,
}

/// A whole body, and its share of the memory for bodies.
pub struct Whole {
    bytes: Bytes,
    _room: Option<OwnedSemaphorePermit>,
}

impl Bodies {
    pub fn new(sockets: &Sockets) -> Bodies {
        let room = Arc::new(Semaphore::new(ALL_BODIES.max(sockets.max_body)));
        Bodies { largest: sockets.max_body, patience: sockets.body_timeout, room }
    }

    /// Reads all of a body, or says why not.
    pub async fn read(&self, mut body: Incoming) -> Result<Whole, Refusal> {
        if body.is_end_stream() {
            return Ok(Whole { bytes: Bytes::new(), _room: None });
        }
        let end = Instant::now() + self.patience;
        let read = match timeout_at(end, self.collect(&mut body)).await {
            Ok(read) => read,
            Err(_) => Err(Refusal::Slow(self.patience)),
        };
        if let Err(Refusal::TooLarge { .. } | Refusal::Crowded) = read {
            discard(body);
        }
        read
    }

    async fn collect(&self, body: &mut Incoming) -> Result<Whole, Refusal> {
        let too_large = || Refusal::TooLarge { limit: ByteSize::b(self.largest as u64) };
        // By its length, where it has one: nothing is read then.
        if body.size_hint().lower() > self.largest as u64 {
            return Err(too_large());
        }
        let mut first = Bytes::new();
        let mut more = BytesMut::new();
        let mut room: Option<OwnedSemaphorePermit> = None;
        while let Some(frame) = body.frame().await {
            // Trailers are of no use to anyone.
            let Ok(data) = frame.map_err(Refusal::Broken)?.into_data() else { continue };
            if data.len() > self.largest - first.len() - more.len() {
                return Err(too_large());
            }
            // Cannot be cut off: a frame is no longer than the largest body, which is below 4 GiB.
            let share = self.room.clone().try_acquire_many_owned(data.len() as u32);
            let share = share.map_err(|_| Refusal::Crowded)?;
            match &mut room {
                Some(room) => room.merge(share),
                None => room = Some(share),
            }
            // Most bodies are one frame, which then is not copied.
            if first.is_empty() {
                first = data;
            } else {
                more.extend_from_slice(&data);
            }
        }
        let bytes = if more.is_empty() { first } else { [first, more.freeze()].concat().into() };
        Ok(Whole { bytes, _room: room })
    }
}

/// For a request that is refused whatever its body is: takes the body all the same.
pub fn discard(body: Incoming) {
    if !body.is_end_stream() {
        tokio::spawn(linger(body));
    }
}

/// Reads and drops what still comes, within limits.
async fn linger(mut body: Incoming) {
    let mut dropped = 0;
    let rest = async {
        while let Some(Ok(frame)) = body.frame().await {
            dropped += frame.data_ref().map_or(0, Bytes::len);
            if dropped > LINGER_BYTES {
                break;
            }
        }
    };
    // However it ends, the body goes and its connection with it.
    let _ = tokio::time::timeout(LINGER_TIME, rest).await;
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let bytes = std::mem::take(&mut self.bytes);
        Poll::Ready((!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.len() as u64)
    }
}
