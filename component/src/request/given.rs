//! The options of a query as given, in a JSON body, in a form or in the URL, and what they are taken for.

use polaroid_sql::params::Params;
use serde::Deserialize;
use serde_json::Value;

use super::QueryRequest;
use crate::error::{Error, Kind, Result};
use crate::format::{Compression, Format, Numbers};

/// Every option, for error messages.
const OPTIONS: &str =
    "sql, params, format, numbers, compression, max_rows, max_bytes, timeout_ms, buffer and summary";

/// Numbers and switches are kept as they were written, for an error that says what was seen.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Given {
    pub sql: Option<String>,
    pub params: Option<Params>,
    pub format: Option<String>,
    pub numbers: Option<String>,
    pub compression: Option<String>,
    pub max_rows: Option<Value>,
    pub max_bytes: Option<Value>,
    pub timeout_ms: Option<Value>,
    pub buffer: Option<Value>,
    pub summary: Option<Value>,
}

impl Given {
    /// Takes the option `name`, written as text.
    ///
    /// # Errors
    /// There is no such option, it was given before, or it is not written as its kind is.
    pub fn set(&mut self, name: &str, value: String) -> Result<()> {
        let slot = match name {
            "sql" => return once(&mut self.sql, name, value),
            "format" => return once(&mut self.format, name, value),
            "numbers" => return once(&mut self.numbers, name, value),
            "compression" => return once(&mut self.compression, name, value),
            "params" => {
                let params = serde_json::from_str(&value).map_err(|error| {
                    Error::new(Kind::InvalidParameter, format!("params takes JSON: {error}"))
                })?;
                return once(&mut self.params, name, params);
            }
            "max_rows" => &mut self.max_rows,
            "max_bytes" => &mut self.max_bytes,
            "timeout_ms" => &mut self.timeout_ms,
            "buffer" => &mut self.buffer,
            "summary" => &mut self.summary,
            other => {
                return Err(Error::new(
                    Kind::InvalidOption,
                    format!("there is no option '{}'; the options are {OPTIONS}", other.escape_debug()),
                ));
            }
        };
        let written = match value.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            text => text.parse::<u64>().map(Value::from).unwrap_or(Value::String(value)),
        };
        once(slot, name, written)
    }

    /// The options of `self`, and those of the URL for what `self` leaves open.
    pub fn or(self, url: Given) -> Result<Given> {
        if self.sql.is_some() && url.sql.is_some() {
            return Err(Error::new(
                Kind::InvalidOption,
                "the SQL is in the body and in the URL; send it once",
            ));
        }
        Ok(Given {
            sql: self.sql.or(url.sql),
            params: self.params.or(url.params),
            format: self.format.or(url.format),
            numbers: self.numbers.or(url.numbers),
            compression: self.compression.or(url.compression),
            max_rows: self.max_rows.or(url.max_rows),
            max_bytes: self.max_bytes.or(url.max_bytes),
            timeout_ms: self.timeout_ms.or(url.timeout_ms),
            buffer: self.buffer.or(url.buffer),
            summary: self.summary.or(url.summary),
        })
    }

    pub fn validate(self, accept: Option<&str>) -> Result<QueryRequest> {
        let format = match &self.format {
            Some(name) => Format::parse(name)?,
            None => Format::accepted(accept.unwrap_or_default())?,
        };
        let compression = self.compression.as_deref().map(Compression::parse).transpose()?;
        if compression.is_some() && format.is_text() {
            return Err(Error::new(
                Kind::InvalidOption,
                "compression is of the buffers in arrow, arrow_file and parquet; text is compressed where the request has Accept-Encoding: zstd or gzip",
            ));
        }
        let summary = switch("summary", self.summary)?;
        if summary && format != Format::Ndjson {
            return Err(Error::new(
                Kind::InvalidOption,
                "summary is a last line of ndjson; json has its counts at the end, and other formats have no place for them",
            ));
        }
        Ok(QueryRequest {
            sql: self.sql.unwrap_or_default(),
            params: self.params.unwrap_or_default(),
            format,
            numbers: self.numbers.as_deref().map(Numbers::parse).transpose()?.unwrap_or_default(),
            compression,
            max_rows: count("max_rows", self.max_rows, "rows from 0 on", 0)?,
            max_bytes: count("max_bytes", self.max_bytes, "bytes from 0 on", 0)?,
            // A timeout of 0 would be over before it began, and is no way to say that there is none.
            timeout_ms: count("timeout_ms", self.timeout_ms, "milliseconds from 1 on", 1)?,
            buffer: switch("buffer", self.buffer)?,
            summary,
        })
    }
}

fn once<T>(slot: &mut Option<T>, name: &str, value: T) -> Result<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(Error::new(Kind::InvalidOption, format!("{name} is given twice"))),
    }
}

fn count(name: &str, given: Option<Value>, of: &str, least: u64) -> Result<Option<u64>> {
    let Some(given) = given else { return Ok(None) };
    match given.as_u64().filter(|count| *count >= least) {
        Some(count) => Ok(Some(count)),
        None => Err(Error::new(
            Kind::InvalidOption,
            format!("{name} is {given}; it takes a whole number of {of}"),
        )),
    }
}

fn switch(name: &str, given: Option<Value>) -> Result<bool> {
    match given {
        None => Ok(false),
        Some(Value::Bool(on)) => Ok(on),
        Some(given) => {
            Err(Error::new(Kind::InvalidOption, format!("{name} is {given}; it takes true or false")))
        }
    }
}
