//! Parquet, row group by row group.

use std::io::Write;

use polars::prelude::*;
use polars_io::parquet::write::BatchedWriter;

use crate::format::Compression;

/// Rows gathered before a row group is written: the size that DuckDB writes as well. Smaller
/// groups compress badly, larger ones need more memory.
pub const ROWS_PER_GROUP: usize = 122_880;

pub struct Groups<W: Write> {
    writer: BatchedWriter<W>,
    pending: Option<DataFrame>,
}

impl<W: Write> Groups<W> {
    pub fn start(schema: &Schema, compression: Option<Compression>, out: W) -> PolarsResult<Self> {
        let compression = match compression {
            None | Some(Compression::Zstd) => ParquetCompression::Zstd(None),
            Some(Compression::Lz4) => ParquetCompression::Lz4Raw,
            Some(Compression::None) => ParquetCompression::Uncompressed,
        };
        let writer =
            ParquetWriter::new(out).with_compression(compression).set_parallel(false).batched(schema)?;
        Ok(Self { writer, pending: None })
    }

    pub fn write(&mut self, batch: DataFrame) -> PolarsResult<()> {
        let mut pending = match self.pending.take() {
            Some(mut pending) => {
                pending.vstack_mut(&batch)?;
                pending
            }
            None => batch,
        };
        while pending.height() >= ROWS_PER_GROUP {
            let (group, rest) = pending.split_at(ROWS_PER_GROUP as i64);
            self.group(group)?;
            pending = rest;
        }
        self.pending = (pending.height() > 0).then_some(pending);
        Ok(())
    }

    fn group(&mut self, mut group: DataFrame) -> PolarsResult<()> {
        // One chunk a column: the writer makes a row group of each chunk.
        group.rechunk_mut();
        self.writer.write_batch(&group)
    }

    pub fn finish(mut self) -> PolarsResult<()> {
        if let Some(rest) = self.pending.take() {
            self.group(rest)?;
        }
        self.writer.finish()?;
        Ok(())
    }
}
