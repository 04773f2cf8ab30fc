//! Answers as they go out through `wasi:http`.
//!
//! Hosts end a body cleanly when the guest traps, or leaks it: the client then takes half an answer
//! for a whole one. Only an `OutgoingBody` that is dropped without `finish` cuts the connection. So
//! the open body is kept where the panic hook and the allocator reach it ([`last_word`]).

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::panic::PanicHookInfo;

use polars_ooc::{set_holders, with_holders};
use wasip2::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};
use wasip2::io::streams::{OutputStream, StreamError};

use crate::client::Client;
use crate::error::{Error, Kind};
use crate::{log, record};

thread_local! {
    static ANSWER: RefCell<State> = const { RefCell::new(State::Ended) };
    static QUERY_ID: RefCell<String> = const { RefCell::new(String::new()) };
    static DYING: Cell<bool> = const { Cell::new(false) };
}

enum State {
    /// Nothing has been sent. The headers are those that every answer carries; they are kept on the
    /// host's side, where a last word without memory finds them.
    Waiting {
        out: ResponseOutparam,
        headers: Fields,
    },
    // The stream is a child of the body, and is dropped first.
    Open {
        stream: OutputStream,
        body: OutgoingBody,
    },
    Ended,
}

/// Opens the answer of the request that this instance has now, and takes care that a panic ends it.
pub fn open(out: ResponseOutparam, query_id: &str) -> Answer {
    ANSWER.set(State::Waiting { out, headers: Fields::new() });
    QUERY_ID.set(query_id.to_string());
    set_holders(std::iter::empty());
    std::panic::set_hook(Box::new(|panic| {
        if spilling_failed(panic) {
            end(Kind::MemoryExceeded, |stream| say(stream, &no_scratch_left()));
        } else {
            last_word(Kind::Internal);
        }
        log::line(format_args!("query_id={} panic: {panic}", this_id()));
    }));
    Answer
}

fn no_scratch_left() -> Error {
    let keeps_rows = with_holders(|operators| match operators {
        "" => String::new(),
        operators => format!("{KEEPS_ROWS}{operators}"),
    });
    let detail = format!(
        "what does not fit the memory of this query does not fit its directory for scratch either, or cannot be \
         written there{keeps_rows}; narrow it, or give either more"
    );
    Error::new(Kind::MemoryExceeded, detail)
}

/// What comes before the names of operators.
const KEEPS_ROWS: &str = "; what keeps rows is ";

/// Whether the engine panicked as it could not write what it has no memory for: its only way to say so.
fn spilling_failed(panic: &PanicHookInfo) -> bool {
    let text = panic.payload_as_str().unwrap_or_default();
    ["__POLARS_ABORT_OOC_OUT_OF_DISK", "failed to create spill file"]
        .iter()
        .any(|begin| text.starts_with(begin))
}

/// Ends the answer before the instance traps: with an error if nothing has been sent, else by
/// cutting it. Allocates nothing for [`Kind::MemoryExceeded`].
pub fn last_word(kind: Kind) {
    end(kind, |stream| match kind {
        Kind::MemoryExceeded => {
            let write = |text: &str| drop(stream.blocking_write_and_flush(text.as_bytes()));
            let [before, between, after] = MEMORY_EXCEEDED;
            write(before);
            with_holders(|operators| {
                if !operators.is_empty() {
                    write(KEEPS_ROWS);
                    write(operators);
                }
            });
            write(between);
            let _ = QUERY_ID.try_with(|id| write(&id.borrow()));
            write(after);
        }
        kind => say(
            stream,
            &Error::new(
                kind,
                "the query engine failed on this query; the log has the reason under the query id",
            ),
        ),
    });
}

/// Ends the answer as [`last_word`] does, with what `document` writes, and tells the record of it.
fn end(kind: Kind, document: impl FnOnce(&OutputStream)) {
    // A panic or a refusal of memory in here must not come back.
    if DYING.replace(true) {
        return;
    }
    let state = ANSWER
        .try_with(|answer| {
            answer.try_borrow_mut().ok().map(|mut state| std::mem::replace(&mut *state, State::Ended))
        })
        .ok()
        .flatten();
    match state {
        Some(State::Waiting { out, headers }) => {
            let (status, ..) = kind.describe();
            let _ = headers.append("content-type", b"application/problem+json");
            let _ = headers.append("cache-control", b"no-store");
            let response = OutgoingResponse::new(headers);
            let _ = response.set_status_code(status);
            let body = response.body();
            ResponseOutparam::set(out, Ok(response));
            if let Ok(body) = body {
                if let Ok(stream) = body.write() {
                    document(&stream);
                }
                let _ = OutgoingBody::finish(body, None);
            }
        }
        Some(State::Open { stream, body }) => {
            drop(stream);
            drop(body);
        }
        Some(State::Ended) | None => {}
    }
    record::ended(Some(kind));
}

fn say(stream: &OutputStream, error: &Error) {
    let _ = stream.blocking_write_and_flush(&error.problem(&this_id()));
}

fn this_id() -> String {
    QUERY_ID.try_with(|id| id.borrow().clone()).unwrap_or_default()
}

/// What stands around the operators and the query id, which need no escapes in JSON.
const MEMORY_EXCEEDED: [&str; 3] = [
    r#"{"type":"about:blank","title":"The query needs too much memory","status":507,"code":"memory_exceeded","detail":"the sandbox has no more memory for this query"#,
    r#"; narrow it, or give the sandbox more memory, or scratch if it has none","query_id":""#,
    r#""}"#,
];

/// The way to the open answer. All copies are the same one.
#[derive(Clone, Copy)]
pub struct Answer;

impl Client for Answer {
    fn promise(&mut self, headers: &[(&str, &str)]) -> io::Result<()> {
        ANSWER.with_borrow(|answer| match answer {
            State::Waiting { headers: fields, .. } => append(fields, headers),
            State::Open { .. } | State::Ended => Err(io::Error::other("the answer has begun already")),
        })
    }

    fn begin(&mut self, status: u16, headers: &[(&str, &str)]) -> io::Result<()> {
        self.promise(headers)?;
        let State::Waiting { out, headers: fields } = ANSWER.replace(State::Ended) else {
            return Err(io::Error::other("the answer has begun already"));
        };
        let response = OutgoingResponse::new(fields);
        response.set_status_code(status).map_err(|()| io::Error::other("status"))?;
        let body = response.body().map_err(|()| io::Error::other("no body"))?;
        let stream = body.write().map_err(|()| io::Error::other("no stream"))?;
        ResponseOutparam::set(out, Ok(response));
        ANSWER.set(State::Open { stream, body });
        Ok(())
    }

    fn finish(&mut self, trailers: &[(&str, &str)]) -> io::Result<()> {
        self.flush()?;
        match ANSWER.replace(State::Ended) {
            State::Open { stream, body } => {
                drop(stream);
                let trailers = (!trailers.is_empty())
                    .then(|| {
                        let fields = Fields::new();
                        append(&fields, trailers).map(|()| fields)
                    })
                    .transpose()?;
                OutgoingBody::finish(body, trailers)
                    .map_err(|error| io::Error::new(io::ErrorKind::BrokenPipe, format!("{error:?}")))
            }
            State::Waiting { .. } | State::Ended => Err(io::Error::other("there is no open answer")),
        }
    }

    fn cut(&mut self) {
        ANSWER.with_borrow_mut(|answer| {
            if let State::Open { .. } = answer
                && let State::Open { stream, body } = std::mem::replace(answer, State::Ended)
            {
                drop(stream);
                drop(body);
            }
        });
    }

    fn abandon(&mut self, error: &Error) -> ! {
        end(error.kind, |stream| say(stream, error));
        log::line(format_args!("query_id={} ended: {error}", this_id()));
        std::process::abort()
    }
}

impl Write for Answer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        on_stream(|stream| {
            loop {
                let room = stream.check_write()?;
                if room > 0 {
                    let size = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
                    stream.write(&bytes[..size])?;
                    return Ok(size);
                }
                // The client reads slower than the query runs: wait, and scan nothing meanwhile.
                stream.subscribe().block();
            }
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        on_stream(|stream| stream.blocking_flush())
    }
}

fn append(fields: &Fields, headers: &[(&str, &str)]) -> io::Result<()> {
    headers.iter().try_for_each(|(name, value)| {
        fields
            .append(name, value.as_bytes())
            .map_err(|error| io::Error::other(format!("header {name}: {error:?}")))
    })
}

fn on_stream<T>(act: impl FnOnce(&OutputStream) -> Result<T, StreamError>) -> io::Result<T> {
    ANSWER.with_borrow(|answer| match answer {
        State::Open { stream, .. } => act(stream).map_err(|error| match error {
            StreamError::Closed => io::Error::new(io::ErrorKind::BrokenPipe, "the client has gone"),
            StreamError::LastOperationFailed(error) => {
                io::Error::new(io::ErrorKind::BrokenPipe, error.to_debug_string())
            }
        }),
        State::Waiting { .. } | State::Ended => Err(io::Error::other("there is no open answer")),
    })
}
