//! What a guest says of itself: records on its standard output, one JSON object a line.
//!
//! The component writes them where `POLAROID_RECORDS=stdout` asks for it. They are hints of an untrusted
//! guest: a deadline can only be lowered by one, and what else they say is for the log.

use super::call::Call;
use super::stdio::Take;
use crate::telemetry::finished::Stages;
use serde::Deserialize;
use std::sync::Arc;

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
        /// Who asks, where the component has authenticated it.
        principal: Option<String>,
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
        #[serde(default)]
        stages: Stages,
    },
}

impl Record {
    #[cfg(test)]
    pub fn accepted(timeout_ms: Option<u64>) -> Record {
        Record::Accepted { timeout_ms, principal: None, sql_hash: None, sql: None }
    }
}

/// The standard output of one instance.
pub struct Records {
    /// The request that the instance answers.
    call: Arc<Call>,
    line: Vec<u8>,
    taken: usize,
}

impl Take for Records {
    fn take(&mut self, mut bytes: &[u8]) {
        while let Some(end) = bytes.iter().position(|&byte| byte == b'\n') {
            self.keep(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.keep(bytes);
    }
}

impl Records {
    pub fn new(call: Arc<Call>) -> Records {
        Records { call, line: Vec::new(), taken: 0 }
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn heard(writes: &[&[u8]]) -> Vec<Record> {
        let call = Arc::new(Call::new("q".into()));
        let mut records = Records::new(call.clone());
        for bytes in writes {
            records.take(bytes);
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
            stages: Stages { plan: Some(Duration::from_micros(500)), ..Stages::default() },
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
            records.take(&[b'x'; 64 << 10]);
        }
        assert!(records.line.len() <= LONGEST);
        records.take(b"\n");
        for _ in 0..100 {
            records.take(b"{\"event\":\"accepted\"}\n");
        }
        assert_eq!(call.records().len(), MOST);
    }
}
