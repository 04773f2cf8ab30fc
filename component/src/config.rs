//! Configuration: environment variables with the prefix `POLAROID_`, read once and validated.

use crate::error::{Error, Kind, Result};

/// The validated configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The largest request body in bytes (`POLAROID_MAX_BODY_BYTES`).
    pub max_body_bytes: usize,
}

const MAX_BODY_BYTES: usize = 1 << 20;

impl Config {
    /// Reads the variables through `get`.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`], with the variable and what it accepts.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Ok(Self { max_body_bytes: bytes(&get, "POLAROID_MAX_BODY_BYTES", MAX_BODY_BYTES)? })
    }
}

fn bytes(get: &impl Fn(&str) -> Option<String>, name: &str, default: usize) -> Result<usize> {
    let Some(text) = get(name) else { return Ok(default) };
    text.trim().parse().map_err(|_| {
        Error::new(
            Kind::InvalidConfiguration,
            format!("{name} is '{}'; it takes a number of bytes", text.escape_debug()),
        )
    })
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
}
