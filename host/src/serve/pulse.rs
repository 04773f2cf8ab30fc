//! What a connection is doing, seen from its bytes and its requests, and when that has gone on for
//! too long.
//!
//! hyper's own time limits cover the head of an HTTP/1 request and nothing else: not the first bytes
//! by which the protocol is told, not HTTP/2, and not a client that stops to read. And they make no
//! difference between a client that is slow and one that is quiet.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The beginning of every HTTP/2 connection and of no HTTP/1 request.
const PREFACE: &[u8] = b"PRI * HTTP/2.0";

/// One connection's doings. Clones watch the same connection.
#[derive(Clone)]
pub struct Pulse(Arc<Mutex<Doings>>);

struct Doings {
    /// Bytes that came, as far as they are needed to tell the protocol.
    seen: usize,
    preface: bool,
    /// Those that run, by their number; for each since when a piece of its answer waits for its client.
    requests: HashMap<u64, Option<Instant>>,
    /// The number of the next one.
    next: u64,
    now: Now,
    /// Since when the client takes none of the bytes that are there for it.
    stuck: Option<Instant>,
}

/// What is between requests.
#[derive(Clone, Copy)]
enum Now {
    /// The head of the first request is awaited, or that of a later one has begun.
    Head(Instant),
    /// The client may send another request or not.
    Quiet(Instant),
}

/// What has gone on for too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overdue {
    /// A request's head.
    Head,
    /// The next request.
    Quiet,
    /// The reading of an answer.
    Stuck,
}

impl Pulse {
    pub fn new() -> Pulse {
        Pulse(Arc::new(Mutex::new(Doings {
            seen: 0,
            preface: true,
            requests: HashMap::new(),
            next: 0,
            now: Now::Head(Instant::now()),
            stuck: None,
        })))
    }

    /// The client sent something.
    pub fn received(&self, bytes: &[u8]) {
        let mut doings = self.doings();
        if doings.seen < PREFACE.len() {
            let rest = &PREFACE[doings.seen..];
            let shared = rest.len().min(bytes.len());
            doings.preface &= rest[..shared] == bytes[..shared];
            doings.seen += shared;
        }
        // Frames of HTTP/2 come without requests too: settings, windows, pings.
        if let (false, Now::Quiet(_)) = (doings.preface, doings.now) {
            doings.now = Now::Head(Instant::now());
        }
    }

    /// Bytes for the client are taken, or are not.
    pub fn sent(&self, taken: bool) {
        let mut doings = self.doings();
        match (taken, doings.stuck) {
            (true, _) => doings.stuck = None,
            (false, None) => doings.stuck = Some(Instant::now()),
            (false, Some(_)) => {}
        }
    }

    /// A request's head is whole. The request goes on until what is returned is dropped.
    pub fn request(&self) -> Running {
        let mut doings = self.doings();
        let number = doings.next;
        doings.next += 1;
        doings.requests.insert(number, None);
        Running { pulse: self.clone(), number }
    }

    /// Whether the client has sent anything at all.
    pub fn begun(&self) -> bool {
        self.doings().seen > 0
    }

    /// What has gone on for too long, if anything has.
    pub fn overdue(&self, head: Duration, quiet: Duration) -> Option<Overdue> {
        let doings = self.doings();
        if doings.stuck.is_some_and(|since| since.elapsed() > quiet) {
            return Some(Overdue::Stuck);
        }
        // Over HTTP/2 nothing is written to a client that lets nothing be sent, and so nothing gets stuck.
        // HTTP/1 has no such thing, and its pieces may be large ones on a slow way.
        let waits = |since: &Option<Instant>| since.is_some_and(|since| since.elapsed() > quiet);
        if doings.preface && doings.requests.values().any(waits) {
            return Some(Overdue::Stuck);
        }
        if !doings.requests.is_empty() {
            return None;
        }
        match doings.now {
            Now::Head(since) if since.elapsed() > head => Some(Overdue::Head),
            Now::Quiet(since) if since.elapsed() > quiet => Some(Overdue::Quiet),
            _ => None,
        }
    }

    fn doings(&self) -> MutexGuard<'_, Doings> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of the connection, from its head to the last byte of its answer.
pub struct Running {
    pulse: Pulse,
    number: u64,
}

impl Running {
    /// A piece of the answer waits for the client to let it be sent, or none does.
    pub fn waits(&self, waits: bool) {
        self.pulse.doings().requests.insert(self.number, waits.then(Instant::now));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let mut doings = self.pulse.doings();
        doings.requests.remove(&self.number);
        doings.now = Now::Quiet(Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: Duration = Duration::ZERO;
    const LONG: Duration = Duration::from_secs(1000);

    #[test]
    fn a_head_is_awaited_from_the_start_and_a_request_may_take_its_time() {
        let pulse = Pulse::new();
        assert_eq!((pulse.overdue(LONG, NONE), pulse.overdue(NONE, LONG)), (None, Some(Overdue::Head)));
        pulse.received(b"GET / HTTP/1.1\r\n");
        assert!(pulse.begun());
        let (one, two) = (pulse.request(), pulse.request());
        drop(one);
        assert_eq!(pulse.overdue(NONE, NONE), None);
        drop(two);
        assert_eq!((pulse.overdue(LONG, NONE), pulse.overdue(NONE, LONG)), (Some(Overdue::Quiet), None));
    }

    #[test]
    fn the_next_head_begins_with_its_first_byte() {
        let pulse = Pulse::new();
        pulse.received(b"P");
        drop(pulse.request());
        pulse.received(b"POST");
        assert_eq!((pulse.overdue(LONG, NONE), pulse.overdue(NONE, LONG)), (None, Some(Overdue::Head)));
    }

    #[test]
    fn frames_of_http_2_begin_no_head() {
        let pulse = Pulse::new();
        for part in [&b"P"[..], b"RI * HT", b"TP/2.0\r\n\r\nSM\r\n\r\n"] {
            pulse.received(part);
        }
        drop(pulse.request());
        pulse.received(b"a ping");
        assert_eq!((pulse.overdue(LONG, NONE), pulse.overdue(NONE, LONG)), (Some(Overdue::Quiet), None));
    }

    #[test]
    fn a_client_that_takes_nothing_is_stuck_until_it_does() {
        let pulse = Pulse::new();
        let _running = pulse.request();
        pulse.sent(false);
        assert_eq!((pulse.overdue(NONE, LONG), pulse.overdue(NONE, NONE)), (None, Some(Overdue::Stuck)));
        pulse.sent(true);
        assert_eq!(pulse.overdue(NONE, NONE), None);
    }

    #[test]
    fn one_answer_that_waits_over_http_2_is_stuck_until_its_next_piece_is_asked_for() {
        let pulse = Pulse::new();
        pulse.received(PREFACE);
        let (one, _other) = (pulse.request(), pulse.request());
        one.waits(true);
        assert_eq!((pulse.overdue(NONE, LONG), pulse.overdue(NONE, NONE)), (None, Some(Overdue::Stuck)));
        one.waits(false);
        assert_eq!(pulse.overdue(NONE, NONE), None);
        one.waits(true);
        drop(one);
        assert_eq!(pulse.overdue(NONE, NONE), None);
    }

    #[test]
    fn over_http_1_bytes_tell_that_a_client_reads() {
        let pulse = Pulse::new();
        pulse.received(b"GET / HTTP/1.1\r\n\r\n");
        let running = pulse.request();
        running.waits(true);
        assert_eq!(pulse.overdue(NONE, NONE), None);
    }
}
