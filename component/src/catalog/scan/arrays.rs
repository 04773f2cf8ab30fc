//! A JSON file that is an array of objects, as lines.
//!
//! A reader of lines needs each object on a line of its own. Byte by byte that is another text of the same
//! length: the brackets around the array become spaces, the commas between its elements ends of
//! lines, and ends of lines inside of elements spaces. (In a JSON text none of them can be in a string:
//! there they are written `\n`.) The text is held in memory as a whole, so its size is limited.

use std::io::Read;
use std::path::Path;

use polars::prelude::*;
use polars_buffer::Buffer;
use polars_io::utils::compression::{ByteSourceReader, SupportedCompression};
use polars_utils::ranged::{Ranged, in_file};

use super::dialect;
use crate::catalog::format;
use crate::engine_error::IN_MEMORY;
use crate::error::{Error, Kind, Result};

/// The largest array. One as large takes about four times that while it is read.
const MAX_BYTES: usize = 128 << 20;

/// How much of a file is looked at for its first character.
const PREFIX: u64 = 4096;

/// Whether a file begins with `[`. Only files called `.json` and those of no known name may: in `.ndjson`
/// and `.jsonl` files a line is an object.
pub fn is_array(file: &str) -> Result<bool> {
    if format::has_lines(file.rsplit('/').next().unwrap_or(file)) {
        return Ok(false);
    }
    Ok(begins_array(&dialect::prefix(file, PREFIX).map_err(|error| in_file(error, file))?))
}

/// Whether a file that is in memory begins with `[`.
pub fn is_array_of(bytes: &Buffer<u8>) -> Result<bool> {
    Ok(begins_array(&dialect::prefix_of(bytes, PREFIX)?))
}

fn begins_array(prefix: &[u8]) -> bool {
    let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix);
    text.trim_ascii_start().first() == Some(&b'[')
}

/// The elements of the array in `file`, one a line.
pub fn as_lines(file: &str) -> Result<Vec<u8>> {
    lines(file, read(file)?)
}

/// The elements of the array in a file that is in memory, one a line.
pub fn as_lines_of(bytes: &Buffer<u8>) -> Result<Vec<u8>> {
    lines(IN_MEMORY, unpacked(IN_MEMORY, bytes.clone().to_vec())?)
}

fn lines(file: &str, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    match split(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(why) => {
            Err(Error::new(Kind::InvalidFile, format!("{file}: it is no JSON array of objects: {why}")))
        }
    }
}

fn too_large(file: &str) -> Error {
    Error::new(
        Kind::InvalidFile,
        format!(
            "{file}: a JSON array may be {} MiB long, because it is read as a whole; convert it to one \
             object a line, which has no limit: jq -c '.[]' in.json > out.ndjson",
            MAX_BYTES >> 20
        ),
    )
}

fn read(file: &str) -> Result<Vec<u8>> {
    let length = std::fs::metadata(file).map_err(PolarsError::from)?.len();
    if length > MAX_BYTES as u64 {
        return Err(too_large(file));
    }
    let mut bytes = Vec::new();
    let named = |error: PolarsError| in_file(error, file);
    Ranged::open(Path::new(file))
        .map_err(named)?
        .read_to_end(&mut bytes)
        .map_err(|error| named(error.into()))?;
    unpacked(file, bytes)
}

fn unpacked(file: &str, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let named = |error: PolarsError| in_file(error, file);
    if SupportedCompression::check(&bytes).is_none() {
        return Ok(bytes);
    }
    let mut reader = ByteSourceReader::from_memory(bytes.into()).map_err(named)?;
    let (slice, _) = reader
        .read_next_slice(&Default::default(), MAX_BYTES + 1, None)
        .map_err(|error| named(error.into()))?;
    if slice.len() > MAX_BYTES {
        return Err(too_large(file));
    }
    Ok(slice.to_vec())
}

/// Puts the elements of an array on lines of their own, in place.
fn split(bytes: &mut [u8]) -> Result<(), String> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes[..3].fill(b' ');
    }
    let mut depth = 0usize;
    let mut in_string = false;
    let mut escaped = false;
    let mut ended = false;
    // Whether an element has begun since the last comma.
    let mut element = false;
    for (at, place) in bytes.iter_mut().enumerate() {
        let byte = *place;
        if in_string {
            match byte {
                b'\n' | b'\r' => return Err(format!("the text at byte {at} has no end on its line")),
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b' ' | b'\t' => {}
            b'\n' | b'\r' => *place = b' ',
            _ if ended => return Err(format!("something follows its end at byte {at}")),
            b'[' if depth == 0 => {
                *place = b' ';
                depth = 1;
            }
            _ if depth == 0 => return Err(format!("byte {at} is not [")),
            b',' if depth == 1 => {
                if !element {
                    return Err(format!("there is no element before the comma at byte {at}"));
                }
                element = false;
                *place = b'\n';
            }
            b']' if depth == 1 => {
                *place = b' ';
                depth = 0;
                ended = true;
            }
            b'{' | b'[' => {
                if depth == 1 && (byte == b'[' || element) {
                    return Err(format!("the element at byte {at} is not an object"));
                }
                element = true;
                depth += 1;
            }
            b'}' | b']' => {
                if depth <= 1 {
                    return Err(format!("byte {at} closes what was not opened"));
                }
                depth -= 1;
            }
            _ if depth == 1 => return Err(format!("the element at byte {at} is not an object")),
            b'"' => in_string = true,
            _ => {}
        }
    }
    if ended { Ok(()) } else { Err("it has no end".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Result<String, String> {
        let mut bytes = text.as_bytes().to_vec();
        split(&mut bytes)?;
        assert_eq!(bytes.len(), text.len());
        let text = String::from_utf8(bytes).unwrap();
        Ok(text.lines().map(str::trim).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn an_element_is_a_line() {
        assert_eq!(lines("[{\"a\":1},{\"a\":2}]").unwrap(), "{\"a\":1}\n{\"a\":2}");
        assert_eq!(lines("[\n {\"a\":\n[1,2]}\n]\n").unwrap().trim(), "{\"a\": [1,2]}");
        assert_eq!(lines("[{\"a\":\"],[\\\"\"}]").unwrap(), "{\"a\":\"],[\\\"\"}");
        assert_eq!(lines("\u{feff}[]").unwrap(), "");
        for text in [
            "",
            "{}",
            "[",
            "[{}",
            "[{}] {}",
            "[1]",
            "[{},,{}]",
            "[[1]]",
            "[\"a\"]",
            "[{} {}]",
            "[}]",
            "[{\"a\n\"}]",
        ] {
            assert!(lines(text).is_err(), "{text}");
        }
    }
}
