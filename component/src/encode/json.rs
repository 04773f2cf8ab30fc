//! JSON and NDJSON. Rows are objects; `polars-json` writes them.

use std::io::Write;

use polars::prelude::*;
use polars_io::json::BatchedWriter;
use serde_json::json;

use super::{Summary, sql_name};
use crate::error::Error;

/// NDJSON: a row a line.
pub struct Lines<W: Write> {
    out: W,
    with_summary: bool,
}

impl<W: Write> Lines<W> {
    /// `with_summary`: the last line has the counts.
    pub fn new(out: W, with_summary: bool) -> Self {
        Self { out, with_summary }
    }

    pub fn write(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        BatchedWriter::new(&mut self.out).write_batch(batch)
    }

    pub fn finish(mut self, summary: &Summary) -> PolarsResult<()> {
        if self.with_summary {
            writeln!(self.out, "{{\"summary\":{{{}}}}}", Counts(summary))?;
        }
        Ok(())
    }

    /// The last line of a result that broke off. A row can look like it, so the connection is cut
    /// after it as well.
    pub fn fail(mut self, error: &Error, query_id: &str) -> std::io::Result<()> {
        let record = json!({"error": {
            "code": error.kind.describe().1,
            "detail": error.detail,
            "query_id": query_id,
        }});
        writeln!(self.out, "{record}")?;
        self.out.flush()
    }
}

/// One JSON document, with its counts at the end: a document that is cut is not JSON.
pub struct Document<W: Write> {
    out: W,
    lines: Vec<u8>,
    is_first: bool,
}

impl<W: Write> Document<W> {
    /// Begins with the names and the SQL types of the columns.
    pub fn start(schema: &Schema, mut out: W) -> PolarsResult<Self> {
        let columns: Vec<&str> = schema.iter_names().map(|name| name.as_str()).collect();
        let types: Vec<String> = schema.iter_values().map(sql_name).collect();
        write!(out, "{{\"columns\":{},\"types\":{},\"data\":[", json!(columns), json!(types))?;
        Ok(Self { out, lines: Vec::new(), is_first: true })
    }

    pub fn write(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        if batch.height() == 0 {
            return Ok(());
        }
        self.lines.clear();
        BatchedWriter::new(&mut self.lines).write_batch(batch)?;
        // A line break inside a value is escaped, so each one here ends a row.
        if self.lines.last() == Some(&b'\n') {
            self.lines.pop();
        }
        for byte in &mut self.lines {
            if *byte == b'\n' {
                *byte = b',';
            }
        }
        if !std::mem::take(&mut self.is_first) {
            self.out.write_all(b",")?;
        }
        Ok(self.out.write_all(&self.lines)?)
    }

    pub fn finish(mut self, summary: &Summary) -> PolarsResult<()> {
        write!(self.out, "],{}}}", Counts(summary))?;
        Ok(())
    }
}

/// The members that a summary has in JSON.
struct Counts<'a>(&'a Summary);

impl std::fmt::Display for Counts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Summary { rows, truncated, query_id, elapsed_ms, files, reads } = self.0;
        write!(
            f,
            "\"rows\":{rows},\"truncated\":{truncated},\"query_id\":{},\"elapsed_ms\":{elapsed_ms:.3},\
             \"bytes_read\":{},\"ranges_read\":{},\"files\":{files},\"row_groups\":{},\"row_groups_read\":{}",
            json!(query_id),
            reads.bytes,
            reads.ranges,
            reads.row_groups,
            reads.row_groups_read,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_json_only_when_it_is_finished() {
        let batch = df!("a" => ["x\ny", "z,"], "b" => [1i64, i64::MAX]).unwrap();
        let mut bytes = Vec::new();
        let mut document = Document::start(batch.schema(), &mut bytes).unwrap();
        document.write(&batch).unwrap();
        document.write(&batch.clear()).unwrap();
        document.write(&batch).unwrap();
        let cut = document.out.clone();
        let summary = Summary {
            rows: 4,
            truncated: false,
            query_id: "q".to_string(),
            elapsed_ms: 1.0,
            files: 1,
            reads: polars_utils::ranged::Reads { bytes: 70, ..Default::default() },
        };
        document.finish(&summary).unwrap();
        assert!(serde_json::from_slice::<serde_json::Value>(&cut).is_err());
        let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(value["columns"], json!(["a", "b"]));
        assert_eq!(value["types"], json!(["VARCHAR", "BIGINT"]));
        assert_eq!(value["data"].as_array().unwrap().len(), 4);
        assert_eq!(value["data"][0]["a"], "x\ny");
        assert_eq!(value["data"][3]["b"], i64::MAX);
        assert_eq!(value["rows"], 4);
        assert_eq!(value["bytes_read"], 70);
    }
}
