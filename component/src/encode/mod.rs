//! From batches to bytes, one batch at a time: no format here holds the whole result.
//!
//! | format | writer | what is held |
//! |---|---|---|
//! | Arrow stream, Arrow file | polars-arrow's | one batch |
//! | Parquet | polars-parquet's | one row group ([`parquet::ROWS_PER_GROUP`]) |
//! | JSON, NDJSON | polars-json's | one batch as text |
//! | CSV | polars-io's | one batch |
//!
//! A stream that is dropped without [`Encoder::finish`] has no end that a reader would take for
//! one: Arrow has no end-of-stream marker, Parquet and Arrow files no footer, JSON no closing. CSV and
//! NDJSON have no end at all; there it is the connection that tells.

mod arrow;
mod calendar;
mod columns;
mod json;
mod parquet;
mod types;

use std::io::Write;

use polars::prelude::*;
use polars_io::csv::write::BatchedWriter as CsvStream;
use polars_utils::ranged::Reads;

pub use columns::Columns;
pub use types::sql_name;

use crate::error::Error;
use crate::format::Format;
use crate::request::QueryRequest;

/// What the end of an answer tells.
#[derive(Clone, Debug)]
pub struct Summary {
    pub rows: u64,
    /// Whether `max_rows` cut the result.
    pub truncated: bool,
    pub query_id: String,
    pub elapsed_ms: f64,
    /// The files that the query's tables are made of.
    pub files: usize,
    /// What was read from files.
    pub reads: Reads,
}

/// A result on its way out in one format.
// There is one for each answer, in a box of its own.
#[allow(clippy::large_enum_variant)]
pub enum Encoder<W: Write> {
    Arrow(arrow::Stream<W>),
    ArrowFile(arrow::File<W>),
    Parquet(parquet::Groups<W>),
    Json(json::Document<W>),
    Ndjson(json::Lines<W>),
    Csv(CsvStream<W>),
}

impl<W: Write> Encoder<W> {
    /// Begins a result with the columns of `schema`, which [`Columns`] has fitted to the format.
    pub fn start(request: &QueryRequest, schema: &Schema, original: &Schema, out: W) -> PolarsResult<Self> {
        let compression = request.compression;
        Ok(match request.format {
            Format::Arrow => Self::Arrow(arrow::Stream::start(schema, compression, out)?),
            Format::ArrowFile => Self::ArrowFile(arrow::File::start(schema, compression, out)?),
            Format::Parquet => Self::Parquet(parquet::Groups::start(schema, compression, out)?),
            Format::Json => Self::Json(json::Document::start(original, out)?),
            Format::Ndjson => Self::Ndjson(json::Lines::new(out, request.summary)),
            Format::Csv => Self::Csv(CsvWriter::new(out).batched(schema)?),
        })
    }

    /// Writes one batch. Its chunks are aligned here.
    pub fn write(&mut self, mut batch: DataFrame) -> PolarsResult<()> {
        batch.align_chunks();
        match self {
            Self::Arrow(stream) => stream.write(&batch),
            Self::ArrowFile(file) => file.write(&batch),
            Self::Parquet(groups) => groups.write(batch),
            Self::Json(document) => document.write(&batch),
            Self::Ndjson(lines) => lines.write(&batch),
            Self::Csv(stream) => stream.write_batch(&batch),
        }
    }

    /// Ends the result. Only now does a reader take it for whole.
    pub fn finish(self, summary: &Summary) -> PolarsResult<()> {
        match self {
            Self::Arrow(stream) => stream.finish(),
            Self::ArrowFile(file) => file.finish(),
            Self::Parquet(groups) => groups.finish(),
            Self::Json(document) => document.finish(summary),
            Self::Ndjson(lines) => lines.finish(summary),
            Self::Csv(mut stream) => stream.finish(),
        }
    }

    /// Says in the answer itself that it is not whole, where the format has room for that.
    pub fn fail(self, error: &Error, query_id: &str) -> std::io::Result<()> {
        match self {
            Self::Ndjson(lines) => lines.fail(error, query_id),
            _ => Ok(()),
        }
    }
}
