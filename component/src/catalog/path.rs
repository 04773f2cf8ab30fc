//! Paths as SQL writes them. A [`Relative`] cannot leave a data root by its text.

use crate::error::{Error, Kind, Result};

/// The most parts of a path.
const MAX_PARTS: usize = 64;

/// A path or glob below a data root: parts joined by `/`, none of them empty, `.` or `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative(Vec<String>);

impl Relative {
    /// # Errors
    /// [`Kind::PathNotAllowed`] for absolute paths, `..`, schemes, backslashes and control
    /// characters.
    pub fn parse(text: &str) -> Result<Self> {
        let refuse = |why: &str| {
            Err(Error::new(
                Kind::PathNotAllowed,
                format!(
                    "'{}' {why}; paths are relative to the data directory and stay in it",
                    text.escape_debug()
                ),
            ))
        };
        if text.contains("://") || text.starts_with("file:") {
            return refuse("has a scheme");
        }
        if text.starts_with('/') || is_drive(text) {
            return refuse("is absolute");
        }
        if text.contains('\\') || text.chars().any(char::is_control) {
            return refuse("has a backslash or a control character");
        }
        let mut parts: Vec<&str> = text.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        // Two in a row say what one says.
        parts.dedup_by(|part, before| *part == "**" && *before == "**");
        if parts.contains(&"..") {
            return refuse("has '..'");
        }
        if parts.len() > MAX_PARTS {
            return refuse("has more than 64 parts");
        }
        if parts.is_empty() {
            return refuse("names no file");
        }
        Ok(Self(parts.into_iter().map(String::from).collect()))
    }

    pub fn parts(&self) -> &[String] {
        &self.0
    }

    /// The part at the top of the root.
    pub fn first(&self) -> &str {
        &self.0[0]
    }
}

/// Whether the path `file` in the sandbox lies in `directory`, at whatever depth.
pub fn lies_in(file: &str, directory: &str) -> bool {
    let parts = |path: &'_ str| {
        path.split('/').filter(|part| !part.is_empty() && *part != ".").map(String::from).collect::<Vec<_>>()
    };
    parts(file).starts_with(&parts(directory))
}

/// Whether a part of a path stands for more than one name.
pub fn is_glob(part: &str) -> bool {
    part.contains(['*', '?', '['])
}

fn is_drive(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_paths_below_the_root() {
        for (text, parts) in [
            ("a.parquet", vec!["a.parquet"]),
            ("./a//b/", vec!["a", "b"]),
            ("a..b/..c", vec!["a..b", "..c"]),
            ("logs/**/*.csv", vec!["logs", "**", "*.csv"]),
            ("**/**/**/a", vec!["**", "a"]),
        ] {
            assert_eq!(Relative::parse(text).unwrap().parts(), parts, "{text}");
        }
    }

    #[test]
    fn a_file_lies_in_the_directories_above_it() {
        for (file, directory, lies) in [
            ("/keys/k.json", "/keys", true),
            ("/keys/k.json", "keys/", true),
            ("keys//./k.json", "/keys", true),
            ("/keys/a/k.json", "/keys", true),
            ("k.json", ".", true),
            ("/k.json", "/", true),
            ("/keys/k.json", "/key", false),
            ("/keys/k.json", "/keys2", false),
            ("/keys/k.json", "/data", false),
            ("/keys", "/keys/a", false),
        ] {
            assert_eq!(lies_in(file, directory), lies, "{file} {directory}");
        }
    }

    #[test]
    fn refuses_whatever_could_leave() {
        for text in [
            "..",
            "../a",
            "a/../b",
            "a/..",
            "/etc/passwd",
            "//a",
            "file:///a",
            "file:a",
            "http://h/a",
            "s3://b/k",
            "C:/a",
            "a\\b",
            "a\0b",
            "a\nb",
            &"a/".repeat(65),
            "",
            ".",
            "/",
        ] {
            let error = Relative::parse(text).unwrap_err();
            assert_eq!(error.kind, Kind::PathNotAllowed, "{text:?}");
        }
    }
}
