//! What is told of a request beside its answer: how long its stages took (`server-timing`), and, if
//! `POLAROID_RECORDS` asks for them, two JSON records (docs/http.md).
//!
//! All of it is one thread-local of plain values, and the record of the end is written from a buffer on
//! the stack: the last word before a trap, which may have no memory, writes it too.

use std::cell::Cell;
use std::fmt::Write as _;
use std::io::Write;
use std::time::{Duration, Instant};

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::Kind;
use crate::request::QueryRequest;

/// Where records go: takes one line at a time.
pub type Out = fn(&[u8]);

/// The stages of a query, in their order.
#[derive(Clone, Copy, Debug)]
pub enum Stage {
    /// Until the request is understood: its body, its options.
    Receive,
    /// From the text to a tree.
    Parse,
    /// From the tree to a plan with a schema. Parts that must be known before the rest run here.
    Plan,
    /// Until the first batch is there.
    FirstBatch,
}

/// The names of the stages in records and in `server-timing`.
const STAGES: [(&str, &str); 4] =
    [("receive_ms", "receive"), ("parse_ms", "parse"), ("plan_ms", "plan"), ("first_batch_ms", "first")];

const STAGES_OF_PLANNING: [Stage; 3] = [Stage::Receive, Stage::Parse, Stage::Plan];

/// More than the longest record of an end.
const LONGEST: usize = 768;

thread_local! {
    static REQUEST: Request = const { Request::new() };
}

/// One request. Every field is a plain value: reading and writing it needs no memory.
struct Request {
    /// Taken by the record of the end, which there is once.
    out: Cell<Option<Out>>,
    started: Cell<Option<Instant>>,
    /// When the last stage ended.
    marked: Cell<Option<Instant>>,
    stages: [Cell<Option<Duration>>; 4],
    /// Of encoding the batches, and of the client taking them.
    sending: Cell<Duration>,
    /// Of the head, once it is out.
    status: Cell<Option<u16>>,
    /// Of a query, once it is accepted.
    rows: Cell<Option<u64>>,
    /// How long files were read for while the query was planned.
    planned_reads: Cell<Duration>,
}

impl Request {
    const fn new() -> Self {
        Self {
            out: Cell::new(None),
            started: Cell::new(None),
            marked: Cell::new(None),
            stages: [const { Cell::new(None) }; 4],
            sending: Cell::new(Duration::ZERO),
            status: Cell::new(None),
            rows: Cell::new(None),
            planned_reads: Cell::new(Duration::ZERO),
        }
    }

    fn elapsed(&self) -> Duration {
        self.started.get().map_or(Duration::ZERO, |started| started.elapsed())
    }
}

/// Begins a request. An instance may serve several, one after the other.
pub fn begin(out: Option<Out>) {
    REQUEST.with(|request| {
        let now = Instant::now();
        request.out.set(out);
        request.started.set(Some(now));
        request.marked.set(Some(now));
        request.stages.iter().for_each(|stage| stage.set(None));
        request.sending.set(Duration::ZERO);
        request.status.set(None);
        request.rows.set(None);
        request.planned_reads.set(Duration::ZERO);
    });
}

/// The query is understood, and is planned next.
pub fn accepted(query: &QueryRequest, with_sql: bool) {
    #[derive(Serialize)]
    struct Accepted<'a> {
        event: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        timeout_ms: Option<u64>,
        sql_hash: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        sql: Option<&'a str>,
    }
    stage(Stage::Receive);
    REQUEST.with(|request| {
        request.rows.set(Some(0));
        let Some(out) = request.out.get() else { return };
        let mut line = serde_json::to_vec(&Accepted {
            event: "accepted",
            timeout_ms: query.timeout_ms,
            sql_hash: &hash(&query.sql),
            sql: with_sql.then_some(query.sql.as_str()),
        })
        .expect("strings and numbers are JSON");
        line.push(b'\n');
        out(&line);
    });
}

/// What tells one SQL text from another in a log that must not hold it.
fn hash(sql: &str) -> String {
    let mut text = String::new();
    for byte in &Sha256::digest(sql.as_bytes())[..8] {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// `stage` ends now.
pub fn stage(stage: Stage) {
    REQUEST.with(|request| {
        let now = Instant::now();
        let before = request.marked.replace(Some(now)).unwrap_or(now);
        request.stages[stage as usize].set(Some(now - before));
        if let Stage::Plan = stage {
            request.planned_reads.set(polars_utils::ranged::reads().took);
        }
    });
}

/// The answer's head goes out with `status`.
pub fn head(status: u16) {
    REQUEST.with(|request| request.status.set(Some(status)));
}

/// A batch is on its way; there are `rows` by now, and sending it took `took`.
pub fn sent(rows: u64, took: Duration) {
    REQUEST.with(|request| {
        request.rows.set(Some(rows));
        request.sending.set(request.sending.get() + took);
    });
}

/// Time since the request began.
pub fn elapsed() -> Duration {
    REQUEST.with(Request::elapsed)
}

/// What is known when an answer's head goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timing {
    /// The stages that have ended.
    Begun,
    /// The same, and the time in all: the answer ends with its head.
    Ended,
    /// How a query ran whose answer is whole.
    Whole,
}

/// The value of `server-timing`.
pub fn server_timing(timing: Timing) -> String {
    REQUEST.with(|request| {
        let total = request.elapsed();
        let mut parts: Vec<(&str, Duration)> = Vec::with_capacity(STAGES.len() + 4);
        for ((_, name), took) in STAGES.iter().zip(&request.stages) {
            parts.extend(took.get().map(|took| (*name, took)));
        }
        if timing == Timing::Whole {
            parts.extend(request.ran(total));
        }
        if timing != Timing::Begun {
            parts.push(("total", total));
        }
        let mut text = String::new();
        for (name, took) in parts {
            let comma = if text.is_empty() { "" } else { ", " };
            let _ = write!(text, "{comma}{name};dur={:.3}", milliseconds(took));
        }
        text
    })
}

/// The answer is over, by an error of `kind` if it is not whole. Tells it once; allocates nothing.
pub fn ended(kind: Option<Kind>) {
    // Not there when the thread is being torn down, after all requests.
    let _ = REQUEST.try_with(|request| {
        let Some(out) = request.out.take() else { return };
        let mut buffer = [0; LONGEST];
        let mut left = &mut buffer[..];
        // It fits: names and codes are ours, the rest is numbers.
        if request.write(kind, &mut left).is_ok() {
            let written = LONGEST - left.len();
            out(&buffer[..written]);
        }
    });
}

impl Request {
    /// What became of the time after planning.
    fn ran(&self, total: Duration) -> [(&'static str, Duration); 3] {
        let planned: Duration =
            STAGES_OF_PLANNING.iter().filter_map(|stage| self.stages[*stage as usize].get()).sum();
        let scan = polars_utils::ranged::reads().took;
        let encode = self.sending.get();
        let apart = planned + encode + scan.saturating_sub(self.planned_reads.get());
        [("scan", scan), ("execute", total.saturating_sub(apart)), ("encode", encode)]
    }

    fn write(&self, kind: Option<Kind>, out: &mut impl Write) -> std::io::Result<()> {
        let described = kind.map(Kind::describe);
        let status = self.status.get().or(described.map(|(status, ..)| status)).unwrap_or_default();
        write!(out, r#"{{"event":"answered","status":{status}"#)?;
        if let Some((_, code, _)) = described {
            write!(out, r#","code":"{code}""#)?;
        }
        if let Some(rows) = self.rows.get() {
            write!(out, r#","rows":{rows}"#)?;
        }
        let reads = polars_utils::ranged::reads();
        write!(out, r#","bytes_read":{},"ranges_read":{},"stages":{{"#, reads.bytes, reads.ranges)?;
        for ((name, _), took) in STAGES.iter().zip(&self.stages) {
            if let Some(took) = took.get() {
                write!(out, r#""{name}":{:.3},"#, milliseconds(took))?;
            }
        }
        if self.rows.get().is_some() {
            write!(out, r#""send_ms":{:.3},"#, milliseconds(self.sending.get()))?;
        }
        writeln!(out, r#""total_ms":{:.3}}}}}"#, milliseconds(self.elapsed()))
    }
}

pub fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use serde_json::{Value, json};

    use super::*;
    use crate::format::Format;

    thread_local! {
        static LINES: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
    }

    fn keep(line: &[u8]) {
        assert_eq!(line.iter().position(|byte| *byte == b'\n'), Some(line.len() - 1), "one line");
        LINES.with_borrow_mut(|lines| lines.push(serde_json::from_slice(line).unwrap()));
    }

    fn query(sql: &str) -> QueryRequest {
        QueryRequest {
            sql: sql.to_string(),
            format: Format::Json,
            numbers: Default::default(),
            compression: None,
            buffer: false,
            summary: false,
            max_rows: None,
            max_bytes: None,
            timeout_ms: Some(1000),
            params: Default::default(),
            sent: Default::default(),
        }
    }

    #[test]
    fn a_query_is_told_when_it_is_understood_and_once_when_it_has_ended() {
        begin(Some(keep));
        accepted(&query("SELECT '\"\n'"), true);
        stage(Stage::Parse);
        head(200);
        sent(5, Duration::from_millis(2));
        ended(Some(Kind::ClientGone));
        ended(Some(Kind::Internal));
        ended(None);
        let lines = LINES.take();
        assert_eq!(lines.len(), 2);
        assert_eq!(
            lines[0],
            json!({
                "event": "accepted",
                "timeout_ms": 1000,
                "sql_hash": "7541c229d9e26cd6",
                "sql": "SELECT '\"\n'",
            })
        );
        assert_eq!(lines[1]["event"], "answered");
        // The head said so, whatever came after.
        assert_eq!(lines[1]["status"], 200);
        assert_eq!(lines[1]["code"], "client_gone");
        assert_eq!(lines[1]["rows"], 5);
        let stages = lines[1]["stages"].as_object().unwrap();
        let mut names: Vec<&str> = stages.keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["parse_ms", "receive_ms", "send_ms", "total_ms"]);
        assert_eq!(stages["send_ms"], 2.0);
    }

    #[test]
    fn the_next_request_begins_anew() {
        begin(Some(keep));
        accepted(&query("SELECT 1"), false);
        head(200);
        begin(Some(keep));
        ended(Some(Kind::NotFound));
        let lines = LINES.take();
        assert!(lines[0].get("sql").is_none());
        assert_eq!(lines[1]["status"], 404);
        assert!(lines[1].get("rows").is_none());
    }

    #[test]
    fn the_longest_record_fits() {
        begin(Some(keep));
        REQUEST.with(|request| {
            request.rows.set(Some(u64::MAX));
            request.sending.set(Duration::MAX);
            request.stages.iter().for_each(|stage| stage.set(Some(Duration::MAX)));
        });
        ended(Some(Kind::UnsupportedMediaType));
        assert_eq!(LINES.take().len(), 1);
    }

    #[test]
    fn nobody_is_told_who_has_not_asked() {
        begin(None);
        accepted(&query("SELECT 1"), true);
        ended(None);
        assert!(LINES.take().is_empty());
    }

    #[test]
    fn the_header_has_the_stages_that_have_ended() {
        begin(None);
        assert!(server_timing(Timing::Ended).starts_with("total;dur="));
        stage(Stage::Receive);
        stage(Stage::Parse);
        let names = |timing| -> Vec<String> {
            let text = server_timing(timing);
            text.split(", ").map(|part| part.split(';').next().unwrap().to_string()).collect()
        };
        assert_eq!(names(Timing::Begun), ["receive", "parse"]);
        assert_eq!(names(Timing::Whole), ["receive", "parse", "scan", "execute", "encode", "total"]);
    }
}
