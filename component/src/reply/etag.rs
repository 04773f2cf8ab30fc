//! Validators of answers (RFC 9110, section 8.8.3): the same request over files that have not changed has
//! the same answer, and need not be computed for a client that has it.

use std::fmt::Write as _;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::error::Result;
use crate::request::QueryRequest;

/// A weak entity tag: two answers with the same one have the same rows, though not the same query id and
/// times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Validator(String);

impl Validator {
    /// Of what `request` asks of `files`: their names, sizes and times of modification, as they are now.
    ///
    /// # Errors
    /// A file is gone.
    pub fn of(request: &QueryRequest, files: &[String]) -> Result<Self> {
        let mut hash = Sha256::new();
        // Another version may answer otherwise.
        hash.update(env!("CARGO_PKG_VERSION"));
        // Every option, those to come among them.
        hash.update(format!("{request:?}"));
        for file in files {
            let metadata = std::fs::metadata(file).map_err(polars::prelude::PolarsError::from)?;
            let modified = metadata.modified().ok();
            let modified = modified.and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
            hash.update(format!("\n{file:?} {} {modified:?}", metadata.len()));
        }
        let mut tag = String::from("W/\"");
        for byte in &hash.finalize()[..16] {
            let _ = write!(tag, "{byte:02x}");
        }
        tag.push('"');
        Ok(Self(tag))
    }

    /// As in `ETag`.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// Whether `If-None-Match` (RFC 9110, section 13.1.2) names it. Comparison is weak.
    pub fn is_in(&self, if_none_match: Option<&str>) -> bool {
        let Some(list) = if_none_match else { return false };
        let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_string();
        list.trim() == "*" || list.split(',').any(|tag| opaque(tag) == opaque(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_compared_without_their_weakness() {
        let tag = Validator("W/\"0a\"".to_string());
        for header in ["W/\"0a\"", "\"0a\"", "\"x\", W/\"0a\"", " * ", "\"x\",\"0a\""] {
            assert!(tag.is_in(Some(header)), "{header}");
        }
        for header in ["", "\"0A\"", "0a", "W/\"0a", "\"x\""] {
            assert!(!tag.is_in(Some(header)), "{header}");
        }
        assert!(!tag.is_in(None));
    }
}
