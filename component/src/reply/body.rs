//! The body of a result on its way out.
//!
//! It is held while it is short. A result that ends before [`HELD`] bytes has a head that tells everything
//! of it, and an error up to there a status of its own. A longer one leaves as it is made; with `buffer` it is
//! held however long it gets, within the sandbox's memory.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::coding::Coded;
use super::{Coding, Header};
use crate::client::Client;
use crate::encode::Summary;
use crate::error::{Error, Kind};
use crate::format::Format;
use crate::record::{self, Timing};

/// The bytes that are held before the head, and gathered between writes after it.
const HELD: usize = 64 * 1024;

/// The shortest body that a coding makes shorter by more than it costs.
const WORTH_CODING: usize = 1024;

/// What an answer has to keep to, and its head to say.
#[derive(Clone, Debug)]
pub struct Terms {
    pub format: Format,
    /// None for formats that compress inside.
    pub coding: Option<Coding>,
    /// Whether the answer is held until it is whole.
    pub buffer: bool,
    /// The most bytes of the body, before the coding.
    pub max_bytes: Option<u64>,
    /// What caches may do.
    pub caching: Vec<Header>,
}

/// A writer for the body. All copies are the same one.
pub struct Body<C: Client>(Arc<Mutex<Inner<C>>>);

struct Inner<C: Client> {
    client: C,
    terms: Terms,
    state: State<C>,
    /// Whether the head is out.
    has_begun: bool,
    written: u64,
    /// What the writer was given an error for.
    refusal: Option<Error>,
}

enum State<C: Client> {
    /// No head has been sent.
    Held(Vec<u8>),
    Streaming {
        gathered: Vec<u8>,
        out: Coded<C>,
    },
    Ended,
}

impl<C: Client> Clone for Body<C> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<C: Client> Body<C> {
    pub fn new(client: C, terms: Terms) -> Self {
        let state = State::Held(Vec::new());
        let inner = Inner { client, terms, state, has_begun: false, written: 0, refusal: None };
        Self(Arc::new(Mutex::new(inner)))
    }

    /// Whether the head is out, so that an error can only cut what follows.
    pub fn has_begun(&self) -> bool {
        self.lock().has_begun
    }

    /// Takes the error that a write ended in, if it was one of ours. What is written from then on is the last
    /// word on it, and is not held against the limit.
    pub fn take_refusal(&self) -> Option<Error> {
        let mut inner = self.lock();
        let refusal = inner.refusal.take();
        if refusal.is_some() {
            inner.terms.max_bytes = None;
        }
        refusal
    }

    /// Ends the answer: it is whole.
    pub fn finish(&self, summary: &Summary) -> io::Result<()> {
        let mut inner = self.lock();
        let inner = &mut *inner;
        match std::mem::replace(&mut inner.state, State::Ended) {
            State::Held(bytes) => inner.send_whole(bytes, summary),
            State::Streaming { gathered, mut out } => {
                out.write_all(&gathered)?;
                out.finish()?;
                inner.client.finish(&[
                    ("x-query-rows", &summary.rows.to_string()),
                    ("x-query-truncated", &summary.truncated.to_string()),
                ])
            }
            State::Ended => Err(io::Error::other("the answer has ended")),
        }
    }

    /// Ends the answer, which has begun, so that the client sees that it is not whole. What was written
    /// before still goes out.
    pub fn cut(&self) {
        let mut inner = self.lock();
        if let State::Streaming { gathered, mut out } = std::mem::replace(&mut inner.state, State::Ended) {
            // The connection is cut whether or not the client still takes this.
            let _ = out.write_all(&gathered).and_then(|()| out.flush());
            // A gzip encoder that is dropped writes its end, and what was cut would decode as a whole.
            std::mem::forget(out);
        }
        inner.client.cut();
    }

    /// A panic while the lock is held ends the sandbox, so a poisoned lock is never met there.
    fn lock(&self) -> MutexGuard<'_, Inner<C>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<C: Client> Write for Body<C> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.lock().write(bytes)?;
        Ok(bytes.len())
    }

    /// Does nothing: encoders flush where they end, and the last part goes out with the end.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<C: Client> Inner<C> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        if let Some(max) = self.terms.max_bytes.filter(|max| self.written > *max) {
            self.refusal = Some(Error::new(
                Kind::ResultTooLarge,
                format!("the result is longer than its max_bytes of {max}; narrow the query, or allow more"),
            ));
            return Err(io::Error::other("the result is too large"));
        }
        if let State::Held(held) = &mut self.state {
            if self.terms.buffer || held.len() + bytes.len() <= HELD {
                held.extend_from_slice(bytes);
                return Ok(());
            }
            let held = std::mem::take(held);
            self.begin(held)?;
        }
        match &mut self.state {
            State::Streaming { gathered, out } => {
                if gathered.len() + bytes.len() > HELD {
                    out.write_all(gathered)?;
                    gathered.clear();
                }
                if bytes.len() >= HELD {
                    return out.write_all(bytes);
                }
                gathered.extend_from_slice(bytes);
                Ok(())
            }
            State::Held(_) | State::Ended => Err(io::Error::other("the answer has ended")),
        }
    }

    /// Sends the head of an answer whose end is not known.
    fn begin(&mut self, gathered: Vec<u8>) -> io::Result<()> {
        let mut headers = self.headers(Timing::Begun);
        headers.extend(self.terms.coding.map(coded));
        headers.push(("trailer", "x-query-rows, x-query-truncated".to_string()));
        let out = Coded::new(self.terms.coding, self.client.clone())?;
        self.send_head(&headers)?;
        self.state = State::Streaming { gathered, out };
        Ok(())
    }

    fn send_whole(&mut self, mut bytes: Vec<u8>, summary: &Summary) -> io::Result<()> {
        let mut headers = self.headers(Timing::Whole);
        if let Some(coding) = self.terms.coding.filter(|_| bytes.len() >= WORTH_CODING) {
            let mut out = Coded::new(Some(coding), Vec::new())?;
            out.write_all(&bytes)?;
            bytes = out.finish()?;
            headers.push(coded(coding));
        }
        headers.extend([
            ("content-length", bytes.len().to_string()),
            ("x-query-rows", summary.rows.to_string()),
            ("x-query-truncated", summary.truncated.to_string()),
            ("x-query-bytes-read", summary.reads.bytes.to_string()),
            ("x-query-files", summary.files.to_string()),
            ("x-query-row-groups", summary.reads.row_groups.to_string()),
            ("x-query-row-groups-read", summary.reads.row_groups_read.to_string()),
        ]);
        self.send_head(&headers)?;
        self.client.write_all(&bytes)?;
        match self.client.finish(&[]) {
            // Who knows the length may leave with the last byte, before the end.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            finished => finished,
        }
    }

    fn headers(&self, timing: Timing) -> Vec<Header> {
        let mut headers = vec![
            ("content-type", self.terms.format.media_type().to_string()),
            ("server-timing", record::server_timing(timing)),
        ];
        headers.extend(self.terms.caching.iter().cloned());
        headers
    }

    fn send_head(&mut self, headers: &[Header]) -> io::Result<()> {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.client.begin(200, &headers)?;
        self.has_begun = true;
        record::head(200);
        Ok(())
    }
}

fn coded(coding: Coding) -> Header {
    ("content-encoding", coding.name().to_string())
}
