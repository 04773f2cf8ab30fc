//! Configuration: environment variables with the prefix `POLAROID_`, read once and validated.

use crate::error::{Error, Kind, Result};

/// The validated configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The largest request body in bytes (`POLAROID_MAX_BODY_BYTES`).
    pub max_body_bytes: usize,
    /// Whether records go out on standard output (`POLAROID_RECORDS=stdout`).
    pub records: bool,
    /// Whether they hold the SQL text (`POLAROID_RECORD_SQL=1`).
    pub record_sql: bool,
}

const MAX_BODY_BYTES: usize = 1 << 20;

impl Config {
    /// Reads the variables through `get`.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`], with the variable and what it accepts.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Ok(Self {
            max_body_bytes: bytes(&get, "POLAROID_MAX_BODY_BYTES", MAX_BODY_BYTES)?,
            records: switch(&get, "POLAROID_RECORDS", "stdout")?,
            record_sql: switch(&get, "POLAROID_RECORD_SQL", "1")?,
        })
    }
}

fn bytes(get: &impl Fn(&str) -> Option<String>, name: &str, default: usize) -> Result<usize> {
    let Some(text) = get(name) else { return Ok(default) };
    text.trim().parse().map_err(|_| invalid(name, &text, "a number of bytes"))
}

/// On with the one value that the variable takes, off without the variable.
fn switch(get: &impl Fn(&str) -> Option<String>, name: &str, on: &str) -> Result<bool> {
    match get(name) {
        None => Ok(false),
        Some(text) if text == on => Ok(true),
        Some(text) => Err(invalid(name, &text, &format!("'{on}', or is not set"))),
    }
}

fn invalid(name: &str, text: &str, takes: &str) -> Error {
    Error::new(Kind::InvalidConfiguration, format!("{name} is '{}'; it takes {takes}", text.escape_debug()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_override_defaults_and_are_checked() {
        let set = |value: &'static str| {
            move |name: &str| (name == "POLAROID_MAX_BODY_BYTES").then(|| value.to_string())
        };
        assert_eq!(Config::read(|_| None).unwrap().max_body_bytes, MAX_BODY_BYTES);
        assert_eq!(Config::read(set("10")).unwrap().max_body_bytes, 10);
        let error = Config::read(set("10 MB")).unwrap_err();
        assert_eq!(error.kind, Kind::InvalidConfiguration);
        assert!(error.detail.contains("POLAROID_MAX_BODY_BYTES"));
    }

    #[test]
    fn records_are_off_unless_asked_for_by_name() {
        let read = |value: Option<&'static str>| {
            Config::read(move |name| value.filter(|_| name == "POLAROID_RECORDS").map(String::from))
        };
        assert!(!read(None).unwrap().records);
        assert!(read(Some("stdout")).unwrap().records);
        for value in ["", "1", "stderr", "STDOUT"] {
            let error = read(Some(value)).unwrap_err();
            assert_eq!(error.kind, Kind::InvalidConfiguration);
            assert!(
                error.detail.contains("POLAROID_RECORDS") && error.detail.contains("'stdout'"),
                "{error}"
            );
        }
    }
}
