//! Bodies of requests: read whole before a sandbox is taken, so that a slow or endless one holds
//! nothing but its connection. And the memory for them and for the heads before them.

use super::refusal::Refusal;
use crate::args::Sockets;
use bytes::{Bytes, BytesMut};
use bytesize::ByteSize;
use http::request::Parts;
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

/// Memory for all heads and bodies that are read or wait for a sandbox, unless those of one request alone
/// may be larger. A body is SQL text as a rule, a few hundred bytes.
const ALL: usize = 64 << 20;
/// What a header takes beside its bytes, about; and how often larger that makes a head of many short ones,
/// of which HTTP/2 counts each with 32 bytes.
const HEADER: usize = 128;
const LARGER: usize = 4;

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

/// A whole body, and its request's share of the memory.
pub struct Whole {
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

impl Bodies {
    pub fn new(sockets: &Sockets) -> Bodies {
        let one = sockets.max_body + LARGER * sockets.max_header_bytes as usize;
        let room = Arc::new(Semaphore::new(ALL.max(one)));
        Bodies { largest: sockets.max_body, patience: sockets.body_timeout, room }
    }

    /// Takes room for a request's head. HTTP/2 brings many of them on one connection.
    pub fn admit(&self, head: &Parts) -> Result<OwnedSemaphorePermit, Refusal> {
        let uri = head.uri.path().len() + head.uri.query().map_or(0, str::len);
        let headers = head.headers.iter().map(|(name, value)| name.as_str().len() + value.len() + HEADER);
        self.take(uri + headers.sum::<usize>())
    }

    fn take(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        // Cannot be cut off: heads and frames are no longer than the largest body, which is below 4 GiB.
        self.room.clone().try_acquire_many_owned(bytes as u32).map_err(|_| Refusal::Crowded)
    }

    /// Reads all of a body, or says why not. `room` is its head's.
    pub async fn read(&self, mut body: Incoming, room: OwnedSemaphorePermit) -> Result<Whole, Refusal> {
        if body.is_end_stream() {
            return Ok(Whole { bytes: Bytes::new(), _room: room });
        }
        let end = Instant::now() + self.patience;
        let read = match timeout_at(end, self.collect(&mut body, room)).await {
            Ok(read) => read,
            Err(_) => Err(Refusal::Slow(self.patience)),
        };
        if let Err(Refusal::TooLarge { .. } | Refusal::Crowded) = read {
            discard(body);
        }
        read
    }

    async fn collect(&self, body: &mut Incoming, mut room: OwnedSemaphorePermit) -> Result<Whole, Refusal> {
        let too_large = || Refusal::TooLarge { limit: ByteSize::b(self.largest as u64) };
        // By its length, where it has one: nothing is read then.
        if body.size_hint().lower() > self.largest as u64 {
            return Err(too_large());
        }
        let mut first = Bytes::new();
        let mut more = BytesMut::new();
        while let Some(frame) = body.frame().await {
            // Trailers are of no use to anyone.
            let Ok(data) = frame.map_err(Refusal::Broken)?.into_data() else { continue };
            if data.len() > self.largest - first.len() - more.len() {
                return Err(too_large());
            }
            room.merge(self.take(data.len())?);
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

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    #[test]
    fn heads_share_the_memory_and_give_it_back() {
        let patience = Duration::ZERO;
        let bodies = Bodies { largest: 0, patience, room: Arc::new(Semaphore::new(2000)) };
        let (head, ()) =
            Request::get("/query?q=1").header("x", "y".repeat(700)).body(()).unwrap().into_parts();
        let held = [bodies.admit(&head).unwrap(), bodies.admit(&head).unwrap()];
        assert_eq!(held[0].num_permits(), "/query".len() + "q=1".len() + 701 + HEADER);
        assert!(matches!(bodies.admit(&head), Err(Refusal::Crowded)));
        drop(held);
        assert!(bodies.admit(&head).is_ok());
    }
}
