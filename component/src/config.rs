//! Configuration: environment variables with the prefix `POLAROID_`, read once and validated.

use crate::auth::Auth;
use crate::error::{Error, Kind, Result};
use crate::reply::Cors;
use crate::scratch::Scratch;

/// The validated configuration.
#[derive(Debug)]
pub struct Config {
    /// The largest request body in bytes (`POLAROID_MAX_BODY_BYTES`).
    pub max_body_bytes: usize,
    /// Whether records go out on standard output (`POLAROID_RECORDS=stdout`).
    pub records: bool,
    /// Whether they hold the SQL text (`POLAROID_RECORD_SQL=1`).
    pub record_sql: bool,
    /// Whose pages may read answers (`POLAROID_CORS_ORIGINS`).
    pub cors: Cors,
    /// What caches may do with the answer of a `GET` that has a validator (`POLAROID_CACHE_CONTROL`).
    pub cache_control: String,
    /// Who may ask, and for what (`POLAROID_API_KEYS…`, `POLAROID_JWT_…`).
    pub auth: Auth,
    /// Where what does not fit the memory goes (`POLAROID_SCRATCH…`).
    pub scratch: Option<Scratch>,
}

const MAX_BODY_BYTES: usize = 1 << 20;

/// Keep it, and ask each time whether it still holds.
const CACHE_CONTROL: &str = "no-cache";

/// The same, for the cache of one user only.
const CACHE_CONTROL_OF_ONE: &str = "private, no-cache";

impl Config {
    /// Reads the variables through `get`.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`], with the variable and what it accepts.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let auth = Auth::read(&get)?;
        Ok(Self {
            max_body_bytes: bytes(&get, "POLAROID_MAX_BODY_BYTES", MAX_BODY_BYTES)?,
            records: switch(&get, "POLAROID_RECORDS", "stdout")?,
            record_sql: switch(&get, "POLAROID_RECORD_SQL", "1")?,
            cors: cors(&get)?,
            cache_control: cache_control(&get, auth.is_required())?,
            auth,
            scratch: Scratch::read(&get)?,
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

fn cors(get: &impl Fn(&str) -> Option<String>) -> Result<Cors> {
    const NAME: &str = "POLAROID_CORS_ORIGINS";
    let Some(text) = get(NAME) else { return Ok(Cors::None) };
    Cors::parse(&text).map_err(|entry| {
        invalid(NAME, &entry, "origins as https://app.example.com with commas between them, or '*' alone")
    })
}

fn cache_control(get: &impl Fn(&str) -> Option<String>, is_guarded: bool) -> Result<String> {
    const NAME: &str = "POLAROID_CACHE_CONTROL";
    let Some(text) = get(NAME) else {
        return Ok((if is_guarded { CACHE_CONTROL_OF_ONE } else { CACHE_CONTROL }).to_string());
    };
    let is_value = |text: &str| {
        !text.trim().is_empty() && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic())
    };
    if is_value(&text) { Ok(text) } else { Err(invalid(NAME, &text, "directives as 'max-age=60, public'")) }
}

/// The error for a variable whose value means nothing.
pub fn invalid(name: &str, text: &str, takes: &str) -> Error {
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
    fn what_would_open_or_break_answers_is_checked() {
        let read = |name: &'static str, value: &'static str| {
            Config::read(move |this| (this == name).then(|| value.to_string()))
        };
        for (name, value) in [
            ("POLAROID_CORS_ORIGINS", "a.example"),
            ("POLAROID_CORS_ORIGINS", "https://a.example,"),
            ("POLAROID_CACHE_CONTROL", ""),
            ("POLAROID_CACHE_CONTROL", "max-age=1\r\nx-a: b"),
        ] {
            let error = read(name, value).unwrap_err();
            assert_eq!(error.kind, Kind::InvalidConfiguration);
            assert!(error.detail.starts_with(name), "{error}");
        }
        let config = read("POLAROID_CACHE_CONTROL", "max-age=60, public").unwrap();
        assert_eq!(config.cache_control, "max-age=60, public");
    }

    #[test]
    fn who_may_ask_is_never_half_configured() {
        let entry = format!(r#"{{"name": "ci", "sha256": "{}"}}"#, "0".repeat(64));
        let read = |variables: &[(&str, &str)]| {
            let variable = |name: &str| variables.iter().find(|(known, _)| *known == name);
            Config::read(|name| variable(name).map(|(_, value)| value.to_string()))
        };
        assert!(read(&[("POLAROID_API_KEYS", &entry)]).is_ok());
        for (variables, shown) in [
            (&[("POLAROID_API_KEYS", "")][..], "POLAROID_API_KEYS is empty"),
            (&[("POLAROID_API_KEYS_FILE", " ")], "POLAROID_API_KEYS_FILE is empty"),
            (&[("POLAROID_JWT_SECRET", "\n")], "POLAROID_JWT_SECRET is empty"),
            (&[("POLAROID_API_KEYS", &entry), ("POLAROID_API_KEYS_FILE", "/k")], "set one of them"),
            (&[("POLAROID_API_KEYS_FILE", "/there/is/none")], "cannot be read"),
            (&[("POLAROID_API_KEYS_FILE", "/keys/../data/k")], "'..'"),
        ] {
            let error = read(variables).unwrap_err();
            assert_eq!(error.kind, Kind::InvalidConfiguration);
            assert!(error.detail.contains(shown), "{error}");
        }
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
