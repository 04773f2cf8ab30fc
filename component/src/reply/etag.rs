//! Validators of answers (RFC 9110, section 8.8.3): the same request over files that have not changed has
//! the same answer, and need not be computed for a client that has it.

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::request::QueryRequest;

/// The clock of the file system that has the longest ticks (FAT).
const COARSEST_CLOCK: Duration = Duration::from_secs(2);

/// A weak entity tag: two answers with the same one are answers of the same statement over the same files, and differ in
/// query id and times, and where the statement leaves it open, as in the order of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator(String);

impl Validator {
    /// Of what `request` asks of `files`: their names, sizes and times of modification, as they are now. None if these
    /// may not tell the next change: a file has no time, or one so new that it may change within the same tick of
    /// its clock.
    ///
    /// # Errors
    /// A file is gone.
    pub fn of(request: &QueryRequest, files: &[String]) -> Result<Option<Self>> {
        let now = SystemTime::now();
        let mut hash = Sha256::new();
        // Another version may answer otherwise.
        hash.update(env!("CARGO_PKG_VERSION"));
        // Every option, those to come among them.
        hash.update(format!("{request:?}"));
        for file in files {
            let metadata = std::fs::metadata(file).map_err(polars::prelude::PolarsError::from)?;
            let Ok(modified) = metadata.modified() else { return Ok(None) };
            if now.duration_since(modified).unwrap_or_default() < COARSEST_CLOCK {
                return Ok(None);
            }
            hash.update(format!("\n{file:?} {} {modified:?}", metadata.len()));
        }
        let mut tag = String::from("W/\"");
        for byte in &hash.finalize()[..16] {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        Ok(Some(Self(tag)))
    }

    /// As in `ETag`.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether `If-None-Match` (RFC 9110, section 13.1.2) names it. Comparison is weak. `*` names none: it asks whether
    /// there would be an answer, which nobody knows before it is computed.
    pub fn is_in(&self, if_none_match: Option<&str>) -> bool {
        let Some(list) = if_none_match else { return false };
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_string();
        list.split(',').any(|tag| opaque(tag) == opaque(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_without_their_weakness() {
        let tag = Validator("W/\"0a\"".to_string());
        for header in ["W/\"0a\"", "\"0a\"", "\"x\", W/\"0a\"", "\"x\",\"0a\""] {
            assert!(tag.is_in(Some(header)), "{header}");
        }
        for header in ["", "*", "\"0A\"", "0a", "W/\"0a", "\"x\""] {
            assert!(!tag.is_in(Some(header)), "{header}");
        }
        assert!(!tag.is_in(None));
    }
}
