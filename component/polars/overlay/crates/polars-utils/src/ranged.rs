//! Local files read by ranges, and a count of what was read.
//!
//! This is the only door to file contents: data pages come through [`read_exact_at`], footers and
//! the metadata of Arrow files through [`Ranged`].

use std::fs::File;
use std::io::{self, BufRead, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use polars_error::{PolarsError, PolarsResult};

/// What has been read from local files since the last [`take_reads`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    /// Ranges asked of the host.
    pub ranges: u64,
    /// Their total length in bytes.
    pub bytes: u64,
    /// How long the host took to give them.
    pub took: Duration,
    /// Row groups of the Parquet files that were scanned.
    pub row_groups: u64,
    /// Those of them that were read; statistics, or a limit, spared the others.
    pub row_groups_read: u64,
}

static READS: Mutex<Reads> = Mutex::new(Reads {
    ranges: 0,
    bytes: 0,
    took: Duration::ZERO,
    row_groups: 0,
    row_groups_read: 0,
});

/// Gives the counts and starts them anew.
pub fn take_reads() -> Reads {
    std::mem::take(&mut *READS.lock().unwrap())
}

/// Gives the counts so far.
pub fn reads() -> Reads {
    READS.lock().unwrap().clone()
}

/// A Parquet file with so many row groups is scanned.
pub fn count_row_groups(row_groups: usize) {
    READS.lock().unwrap().row_groups += row_groups as u64;
}

/// A row group is read.
pub fn count_row_group_read() {
    READS.lock().unwrap().row_groups_read += 1;
}

/// Stands between the file that an error came from and the error's text.
const FILE_MARK: char = '\u{1f}';

/// Says in `error` that it came from the file at `path`, if it does not name a file already.
pub fn in_file(error: PolarsError, path: &str) -> PolarsError {
    if error.to_string().contains(FILE_MARK) {
        return error;
    }
    error.wrap_msg(|text| format!("{path}{FILE_MARK}{text}"))
}

/// The file that an error's text says it came from, and the rest of the text.
pub fn split_file(text: &str) -> (Option<&str>, &str) {
    match text.split_once(FILE_MARK) {
        Some((path, text)) => (Some(path), text),
        None => (None, text),
    }
}

/// Fills `buf` from `offset` (bytes from the start) of `file`, whose position it leaves alone
/// where the platform can.
///
/// # Errors
/// [`io::ErrorKind::UnexpectedEof`] when the file ends before `buf` is full.
pub fn read_exact_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<()> {
    let began = Instant::now();
    let outcome = platform_read_exact_at(file, buf, offset);
    let mut reads = READS.lock().unwrap();
    reads.ranges += 1;
    reads.bytes += buf.len() as u64;
    reads.took += began.elapsed();
    outcome
}

#[cfg(unix)]
fn platform_read_exact_at(file: &File, buf: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, buf, offset)
}

#[cfg(not(unix))]
fn platform_read_exact_at(mut file: &File, buf: &mut [u8], offset: u64) -> io::Result<()> {
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(buf)
}

/// A seekable reader that fetches small pieces as they are needed.
pub struct Ranged {
    source: Source,
    len: u64,
    position: u64,
    /// The piece read last, and where it starts.
    piece: Vec<u8>,
    piece_start: u64,
}

enum Source {
    File(File),
    Bytes,
}

/// One piece: what the Parquet reader asks for at the end of a file, where a footer of some hundred
/// columns fits.
const PIECE: u64 = 64 * 1024;

impl Ranged {
    pub fn open(path: &Path) -> PolarsResult<Self> {
        Ok(Self::from_file(crate::io::open_file(path)?)?)
    }

    pub fn from_file(file: File) -> io::Result<Self> {
        let len = file.metadata()?.len();
        Ok(Self { source: Source::File(file), len, position: 0, piece: Vec::new(), piece_start: 0 })
    }

    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        let len = bytes.len() as u64;
        Self { source: Source::Bytes, len, position: 0, piece: bytes, piece_start: 0 }
    }

    /// The bytes of the current piece from the position on.
    fn rest(&self) -> &[u8] {
        let offset = self.position.checked_sub(self.piece_start);
        offset.and_then(|offset| self.piece.get(offset as usize..)).unwrap_or_default()
    }
}

impl BufRead for Ranged {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.rest().is_empty()
            && self.position < self.len
            && let Source::File(file) = &self.source
        {
            // A footer is read backwards from the end: a piece that would be cut by the end
            // starts earlier in its place.
            let start = self.position.min(self.len.saturating_sub(PIECE));
            let size = PIECE.min(self.len - start);
            self.piece.resize(size as usize, 0);
            read_exact_at(file, &mut self.piece, start)?;
            self.piece_start = start;
        }
        Ok(self.rest())
    }

    fn consume(&mut self, amount: usize) {
        self.position += amount as u64;
    }
}

impl Read for Ranged {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let left = self.len.saturating_sub(self.position);
        if self.rest().is_empty()
            && buf.len() as u64 >= PIECE
            && let Source::File(file) = &self.source
        {
            let size = left.min(buf.len() as u64) as usize;
            read_exact_at(file, &mut buf[..size], self.position)?;
            self.position += size as u64;
            return Ok(size);
        }
        let size = self.fill_buf()?.read(buf)?;
        self.consume(size);
        Ok(size)
    }
}

impl Seek for Ranged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(offset) => Some(offset),
            SeekFrom::End(offset) => self.len.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}
