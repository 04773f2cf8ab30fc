//! What CSV and NDJSON readers, and the decompressors under them, read from.
//!
//! Upstream fetches the chunks of all files in tasks of their own and hands them over through
//! channels, whose ends block. On one thread the blocked end sits on the stack above whoever has to
//! serve it. So here the reader fetches its own chunks: whoever may wait awaits
//! [`ready`](StreamBufReader::ready) first, and what is left for the blocking traits is a read that
//! depends on no task but itself.

use std::io::{BufRead, Cursor};

use polars_buffer::Buffer;

#[cfg(feature = "async")]
pub use chunks::StreamBufReader;

#[cfg(feature = "async")]
mod chunks {
    use std::collections::VecDeque;
    use std::io::{BufRead, Read};
    use std::ops::Range;
    use std::sync::Arc;

    use polars_buffer::Buffer;
    use polars_core::runtime::ASYNC;
    use polars_error::PolarsResult;
    use polars_utils::async_utils::tokio_handle_ext::AbortOnDropHandle;
    use tokio::sync::{OwnedSemaphorePermit, Semaphore};

    use super::ReaderSource;
    use crate::utils::byte_source::{ByteSource, DynByteSource};
    use crate::utils::compression::ByteSourceReader;

    /// The first chunk of a local file, in bytes: enough for a schema or a short `LIMIT`. Chunks then
    /// grow fourfold up to the chunk size.
    const FIRST_LOCAL_CHUNK: usize = 256 * 1024;

    /// A file as a sequence of chunks, uncompressed or compressed as it is.
    pub struct StreamBufReader {
        source: Arc<DynByteSource>,
        file_size: usize,
        /// Where the next fetch begins.
        next: usize,
        next_len: usize,
        chunk_size: usize,
        /// The start of the file, where it is known already.
        prefix: Option<Buffer<u8>>,
        current: Buffer<u8>,
        /// Of remote files: requests that were sent ahead, in the order of the file.
        ahead: VecDeque<Fetch>,
        /// How many requests may be out at once, this reader's own first one included.
        max_ahead: usize,
        /// Shared by all files of a scan: what may be fetched beyond one chunk a file.
        budget: Arc<Semaphore>,
        /// The error of a fetch, until the next read takes it.
        failed: Option<std::io::Error>,
    }

    struct Fetch {
        bytes: AbortOnDropHandle<PolarsResult<Buffer<u8>>>,
        _permit: Option<OwnedSemaphorePermit>,
    }

    impl StreamBufReader {
        /// Reads all `file_size` bytes of `source` in chunks of at most `chunk_size`. `prefix` holds
        /// the bytes from offset 0 that have been fetched already.
        ///
        /// Memory is bounded by one chunk, and for remote files by `max_ahead` chunks, of which all
        /// but the first take a permit of `budget` when one is free.
        pub fn new(
            source: Arc<DynByteSource>,
            file_size: usize,
            chunk_size: usize,
            prefix: Option<Buffer<u8>>,
            max_ahead: usize,
            budget: Arc<Semaphore>,
        ) -> Self {
            let is_cloud = source.is_cloud();
            Self {
                next_len: if is_cloud { chunk_size } else { chunk_size.min(FIRST_LOCAL_CHUNK) },
                // A local read is over when it returns: there is nothing to send ahead.
                max_ahead: if is_cloud { max_ahead.max(1) } else { 0 },
                source,
                file_size,
                next: 0,
                chunk_size,
                prefix: prefix.filter(|prefix| !prefix.is_empty()),
                current: Buffer::default(),
                ahead: VecDeque::new(),
                budget,
                failed: None,
            }
        }

        /// Waits until the next read returns at once, unless a decompressor needs a further chunk.
        /// An error of the fetch is returned by that read.
        pub async fn ready(&mut self) {
            if !self.current.is_empty() || self.failed.is_some() {
                return;
            }
            match self.fetch_next().await {
                Ok(chunk) => self.current = chunk,
                Err(error) => self.failed = Some(error),
            }
        }

        /// The next chunk, empty at the end. Dropped before it is ready, it loses nothing.
        async fn fetch_next(&mut self) -> std::io::Result<Buffer<u8>> {
            if let Some(prefix) = self.prefix.take() {
                self.next = prefix.len();
                return Ok(prefix);
            }
            if self.max_ahead == 0 {
                let range = self.next_range();
                if range.is_empty() {
                    return Ok(Buffer::default());
                }
                let chunk = self.source.get_range(range.clone()).await?;
                self.advance(&range);
                return Ok(chunk);
            }
            self.send_ahead();
            let Some(first) = self.ahead.front_mut() else {
                return Ok(Buffer::default());
            };
            let chunk = (&mut first.bytes).await;
            self.ahead.pop_front();
            self.send_ahead();
            Ok(chunk??)
        }

        /// Sends requests as far ahead as it may. The first needs no permit, so that a file whose
        /// reader others wait for always goes on.
        fn send_ahead(&mut self) {
            while self.ahead.len() < self.max_ahead {
                let range = self.next_range();
                if range.is_empty() {
                    return;
                }
                let permit = match self.ahead.is_empty() {
                    true => None,
                    false => match self.budget.clone().try_acquire_owned() {
                        Ok(permit) => Some(permit),
                        Err(_) => return,
                    },
                };
                self.advance(&range);
                let source = self.source.clone();
                self.ahead.push_back(Fetch {
                    bytes: AbortOnDropHandle(
                        ASYNC.spawn(async move { source.get_range(range).await }),
                    ),
                    _permit: permit,
                });
            }
        }

        fn next_range(&self) -> Range<usize> {
            self.next..self.file_size.min(self.next.saturating_add(self.next_len))
        }

        fn advance(&mut self, range: &Range<usize>) {
            self.next = range.end;
            self.next_len = self.next_len.saturating_mul(4).min(self.chunk_size);
        }

        /// The rest of the current chunk, or else the next one, without copying; empty at the end.
        pub fn next_buffer(&mut self) -> std::io::Result<Buffer<u8>> {
            self.fill_buf()?;
            Ok(std::mem::take(&mut self.current))
        }
    }

    impl Read for StreamBufReader {
        fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
            let mut chunk = self.fill_buf()?;
            let n = chunk.read(buf)?;
            self.consume(n);
            Ok(n)
        }
    }

    impl BufRead for StreamBufReader {
        fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
            if self.current.is_empty() {
                ASYNC.block_on_read(self.ready());
                if let Some(error) = self.failed.take() {
                    return Err(error);
                }
            }
            Ok(self.current.as_ref())
        }

        fn consume(&mut self, amt: usize) {
            self.current.slice_in_place(amt..);
        }
    }

    impl ByteSourceReader<ReaderSource> {
        /// Waits until the next read can begin at once. See [`StreamBufReader::ready`].
        pub async fn ready(&mut self) {
            let source = match self {
                Self::UncompressedMemory { .. } => return,
                Self::UncompressedStream(source) => source,
                #[cfg(feature = "decompress")]
                Self::Gzip(decoder) => decoder.get_mut(),
                #[cfg(feature = "decompress")]
                Self::Zlib(decoder) => decoder.get_mut(),
                #[cfg(feature = "decompress")]
                Self::Zstd(decoder) => decoder.get_mut(),
            };
            if let ReaderSource::Streaming(reader) = source {
                reader.ready().await;
            }
        }
    }
}

/// Bytes in memory, or chunks of a file.
pub enum ReaderSource {
    Memory(Cursor<Buffer<u8>>),
    #[cfg(feature = "async")]
    Streaming(StreamBufReader),
}

impl std::io::Read for ReaderSource {
    fn read(&mut self, buf: &mut [u8]) -> std::io::Result<usize> {
        match self {
            Self::Memory(reader) => reader.read(buf),
            #[cfg(feature = "async")]
            Self::Streaming(reader) => reader.read(buf),
        }
    }
}

impl BufRead for ReaderSource {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        match self {
            Self::Memory(reader) => reader.fill_buf(),
            #[cfg(feature = "async")]
            Self::Streaming(reader) => reader.fill_buf(),
        }
    }

    fn consume(&mut self, amt: usize) {
        match self {
            Self::Memory(reader) => reader.consume(amt),
            #[cfg(feature = "async")]
            Self::Streaming(reader) => reader.consume(amt),
        }
    }
}
