//! What a guest says of itself: records on its standard output, one JSON object a line.
//!
//! The component writes them where `POLAROID_RECORDS=stdout` asks for it. They are hints of an untrusted
//! guest: a deadline can only be lowered by one, and what else they say is for the log.

use super::call::Call;
use bytes::Bytes;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// Asks the component for its records.
pub const VARIABLE: (&str, &str) = ("POLAROID_RECORDS", "stdout");
/// Asks for the SQL text in them.
pub const WITH_SQL: (&str, &str) = ("POLAROID_RECORD_SQL", "1");

/// A longer line is no record. SQL texts are in them when asked for.
const LONGEST: usize = 2 << 20;
/// A guest that says more than this is not heard any further.
const MOST: usize = 16;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Record {
    /// The request is understood, and not planned yet.
    Accepted {
        /// The request's own deadline, in milliseconds from here.
        timeout_ms: Option<u64>,
        /// The first 16 hexadecimal digits of the SQL text's SHA-256.
        sql_hash: Option<String>,
        /// Only where the host asked for it.
        sql: Option<String>,
    },
    /// The answer is over.
    Answered {
        status: u16,
        /// The problem's code, for errors.
        code: Option<String>,
        rows: Option<u64>,
        bytes_read: Option<u64>,
        ranges_read: Option<u64>,
        /// Milliseconds from the request's start to the end of each stage.
        #[serde(default)]
        stages: BTreeMap<String, f64>,
    },
}

impl Record {
    #[cfg(test)]
    pub fn accepted(timeout_ms: Option<u64>) -> Record {
        Record::Accepted { timeout_ms, sql_hash: None, sql: None }
    }
}

/// The standard output of one instance.
#[derive(Clone)]
pub struct Records(Arc<Mutex<Reader>>);

struct Reader {
    /// The request that the instance answers.
    call: Arc<Call>,
    line: Vec<u8>,
    taken: usize,
}

impl Records {
    pub fn new(call: Arc<Call>) -> Records {
        Records(Arc::new(Mutex::new(Reader { call, line: Vec::new(), taken: 0 })))
    }

    fn reader(&self) -> MutexGuard<'_, Reader> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    fn push(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.keep(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes);
    }

    fn keep(&mut self, bytes: &[u8]) {
        let room = LONGEST.saturating_sub(self.line.len());
        self.line.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    /// What is no record is dropped: components other than ours print what they like.
    fn end_line(&mut self) {
        if self.taken < MOST
            && let Ok(record) = serde_json::from_slice(&self.line)
        {
            self.taken += 1;
            self.call.record(record);
        }
        self.line.clear();
    }
}

impl IsTerminal for Records {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for Records {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for Records {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.reader().push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(64 << 10)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for Records {
    async fn ready(&mut self) {}
}

impl AsyncWrite for Records {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        self.reader().push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(writes: &[&[u8]]) -> Vec<Record> {
        let call = Arc::new(Call::new("q".into()));
        let mut records = Records::new(call.clone());
        for bytes in writes {
            records.write(Bytes::copy_from_slice(bytes)).unwrap();
        }
        call.records()
    }

    #[test]
    fn records_are_lines_however_they_are_written() {
        let line = br#"{"event":"answered","status":200,"rows":5,"stages":{"plan_ms":0.5},"new":1}"#;
        let whole = [&line[..], b"\n"].concat();
        let (first, second) = whole.split_at(20);
        let record = Record::Answered {
            status: 200,
            code: None,
            rows: Some(5),
            bytes_read: None,
            ranges_read: None,
            stages: BTreeMap::from([("plan_ms".into(), 0.5)]),
        };
        let expected = [record];
        assert_eq!(heard(&[first, second]), expected);
        assert_eq!(heard(&[b"hello\n{}\n", &whole, line]), expected);
    }

    #[test]
    fn a_guest_that_prints_without_end_fills_nothing() {
        let call = Arc::new(Call::new("q".into()));
        let mut records = Records::new(call.clone());
        for _ in 0..64 {
            records.write(Bytes::from(vec![b'x'; 64 << 10])).unwrap();
        }
        assert!(records.reader().line.len() <= LONGEST);
        records.write(Bytes::from_static(b"\n")).unwrap();
        for _ in 0..100 {
            records.write(Bytes::from_static(b"{\"event\":\"accepted\"}\n")).unwrap();
        }
        assert_eq!(call.records().len(), MOST);
    }
}
