//! What separates the fields of a CSV file, as its header line says.
//!
//! The comma, unless the line has none outside of quotes, but of `;`, tab and `|` exactly one kind. DuckDB
//! tries all rows with all separators and takes the one that fits best; this is the part of it that
//! cannot surprise.

use std::fs::File;

use polars::prelude::*;
use polars_buffer::Buffer;
use polars_io::utils::compression::{ByteSourceReader, SupportedCompression};
use polars_utils::ranged::{in_file, read_exact_at};

use crate::catalog::options::CsvOptions;

/// How much of a file is looked at for its first line.
const PREFIX: u64 = 16 * 1024;

/// The separator of `file`.
pub fn separator(file: &str, options: &CsvOptions) -> PolarsResult<u8> {
    let prefix = prefix(file, PREFIX).map_err(|error| in_file(error, file))?;
    Ok(told(&prefix, options))
}

/// The separator of a file that is in memory.
pub fn separator_of(bytes: &Buffer<u8>, options: &CsvOptions) -> PolarsResult<u8> {
    Ok(told(&prefix_of(bytes, PREFIX)?, options))
}

/// The first bytes of a file, unpacked.
pub fn prefix(file: &str, length: u64) -> PolarsResult<Buffer<u8>> {
    let file = File::open(file)?;
    let there = length.min(file.metadata()?.len());
    let mut bytes = vec![0; usize::try_from(there).unwrap_or_default()];
    read_exact_at(&file, &mut bytes, 0)?;
    unpacked(bytes.into(), length)
}

/// The first bytes of a file that is in memory, unpacked.
pub fn prefix_of(bytes: &Buffer<u8>, length: u64) -> PolarsResult<Buffer<u8>> {
    let there = usize::try_from(length).unwrap_or(usize::MAX).min(bytes.len());
    unpacked(bytes.clone().sliced(..there), length)
}

fn unpacked(bytes: Buffer<u8>, length: u64) -> PolarsResult<Buffer<u8>> {
    if SupportedCompression::check(&bytes).is_none() {
        return Ok(bytes);
    }
    let mut reader = ByteSourceReader::from_memory(bytes)?;
    // The packed data ends in the middle; what comes before that is enough. Where nothing does, the
    // reader of the whole file says what is wrong with it.
    let half = usize::try_from(length / 2).unwrap_or(usize::MAX);
    match reader.read_next_slice(&Default::default(), half, Some(half)) {
        Ok((slice, _)) => Ok(slice),
        Err(_) => Ok(Buffer::new()),
    }
}

fn told(prefix: &[u8], options: &CsvOptions) -> u8 {
    let comment = options.comment.as_deref().unwrap_or_default().as_bytes();
    let mut lines = prefix.split(|byte| *byte == b'\n').skip(options.skip_lines);
    let is_data =
        |line: &&[u8]| !line.trim_ascii().is_empty() && (comment.is_empty() || !line.starts_with(comment));
    let mut quoted = false;
    let mut seen = Vec::new();
    for byte in lines.find(is_data).unwrap_or_default() {
        match byte {
            byte if Some(*byte) == options.quote => quoted = !quoted,
            b',' if !quoted => return b',',
            b';' | b'\t' | b'|' if !quoted && !seen.contains(byte) => seen.push(*byte),
            _ => {}
        }
    }
    match seen.as_slice() {
        [only] => *only,
        _ => b',',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_line_tells() {
        let told = |text: &str| told(text.as_bytes(), &CsvOptions::default()) as char;
        for (text, expected) in [
            ("a,b\n1;2\n", ','),
            ("a;b\n1,2;3\n", ';'),
            ("a\tb\n", '\t'),
            ("a|b", '|'),
            ("a;b|c\n", ','),
            ("\"a,b\";c\n", ';'),
            ("\n\na;b\n", ';'),
            ("a\n1;2\n", ','),
            ("", ','),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
        let options = CsvOptions { comment: Some("#".into()), skip_lines: 1, ..CsvOptions::default() };
        assert_eq!(super::told(b"x,y\n# a,b\nc;d\n", &options), b';');
    }
}
