//! Arrow IPC, as a stream and as a file. Buffers are compressed only where the request wants it: not every
//! reader knows that.
//!
//! Strings leave as LargeUtf8 and not as the newer views, which not every reader knows.

use std::io::Write;

use polars::prelude::*;
use polars_arrow::io::ipc::write::{StreamWriter, WriteOptions};
use polars_io::ipc::BatchedWriter;

use crate::format::Compression;

const COMPAT: fn() -> CompatLevel = CompatLevel::oldest;

pub struct Stream<W: Write>(StreamWriter<W>);

impl<W: Write> Stream<W> {
    pub fn start(schema: &Schema, compression: Option<Compression>, out: W) -> PolarsResult<Self> {
        let compression = codec(compression).map(Into::into);
        let mut writer = StreamWriter::new(out, WriteOptions { compression });
        writer.start(&schema.to_arrow(COMPAT()), None)?;
        Ok(Self(writer))
    }

    pub fn write(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        batch.iter_chunks(COMPAT(), false).try_for_each(|chunk| self.0.write(&chunk, None))
    }

    pub fn finish(mut self) -> PolarsResult<()> {
        self.0.finish()
    }
}

pub struct File<W: Write>(BatchedWriter<W>);

impl<W: Write> File<W> {
    pub fn start(schema: &Schema, compression: Option<Compression>, out: W) -> PolarsResult<Self> {
        let compression = codec(compression);
        let fields =
            polars_arrow::io::ipc::write::default_ipc_fields(schema.to_arrow(COMPAT()).iter_values());
        let writer = IpcWriter::new(out)
            .with_compression(compression)
            .with_compat_level(COMPAT())
            .with_parallel(false);
        Ok(Self(writer.batched(schema, fields)?))
    }

    pub fn write(&mut self, batch: &DataFrame) -> PolarsResult<()> {
        self.0.write_batch(batch)
    }

    pub fn finish(mut self) -> PolarsResult<()> {
        self.0.finish()
    }
}

fn codec(compression: Option<Compression>) -> Option<IpcCompression> {
    match compression {
        None | Some(Compression::None) => None,
        Some(Compression::Lz4) => Some(IpcCompression::LZ4),
        Some(Compression::Zstd) => Some(IpcCompression::ZSTD(Default::default())),
    }
}
