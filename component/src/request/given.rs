//! The options of a query as given, in a JSON body, in a form or in the URL, and what they are taken for.

use polaroid_sql::params::Params;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::QueryRequest;
use crate::catalog::SentTables;
use crate::error::{Error, Kind, Result};
use crate::format::{Compression, Format, Numbers};
use crate::openapi::Parameters;

/// The names of a query's options.
pub const OPTIONS: [&str; 10] = [
    "sql",
    "params",
    "format",
    "numbers",
    "compression",
    "max_rows",
    "max_bytes",
    "timeout_ms",
    "buffer",
    "summary",
];

/// A query and its options.
// Numbers and switches are kept as they were written, for an error that says what was seen.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Query")]
pub struct Given {
    /// One read-only statement.
    pub(super) sql: Option<String>,
    /// The values of its placeholders.
    // What a value may be depends on who asked for it.
    #[schemars(with = "Option<Parameters>")]
    pub(super) params: Option<Box<RawValue>>,
    /// The format of the answer; by `Accept` where there is none.
    #[schemars(with = "Option<Format>")]
    pub(super) format: Option<String>,
    /// How JSON and NDJSON write numbers that a double does not hold.
    #[schemars(with = "Option<Numbers>")]
    pub(super) numbers: Option<String>,
    /// How the buffers in Arrow, and the pages in Parquet, are compressed.
    #[schemars(with = "Option<Compression>")]
    pub(super) compression: Option<String>,
    /// Cut the result after so many rows, and say so.
    #[schemars(with = "Option<u64>", range(max = 18446744073709551615u64))]
    pub(super) max_rows: Option<Value>,
    /// The most bytes of the answer's body, before a content coding; a longer result is an error.
    #[schemars(with = "Option<u64>", range(max = 18446744073709551615u64))]
    pub(super) max_bytes: Option<Value>,
    /// How long the query may take, in milliseconds from the arrival of the request.
    #[schemars(with = "Option<u64>", range(min = 1, max = 18446744073709551615u64))]
    pub(super) timeout_ms: Option<Value>,
    /// Nothing leaves before the answer is whole, so that every error has its status.
    #[schemars(with = "Option<bool>")]
    pub(super) buffer: Option<Value>,
    /// NDJSON ends with a line of counts.
    #[schemars(with = "Option<bool>")]
    pub(super) summary: Option<Value>,
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
                let params = RawValue::from_string(value).map_err(|error| {
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
                    format!(
                        "there is no option '{}'; the options are {}",
                        other.escape_debug(),
                        OPTIONS.join(", ")
                    ),
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

    /// The options of `self`, and those beside the body for what `self` leaves open.
    pub fn or(self, beside: Given) -> Result<Given> {
        if self.sql.is_some() && beside.sql.is_some() {
            return Err(Error::new(
                Kind::InvalidOption,
                "the SQL is in the body, and in the URL or the header X-Query-SQL; send it once",
            ));
        }
        Ok(Given {
            sql: self.sql.or(beside.sql),
            params: self.params.or(beside.params),
            format: self.format.or(beside.format),
            numbers: self.numbers.or(beside.numbers),
            compression: self.compression.or(beside.compression),
            max_rows: self.max_rows.or(beside.max_rows),
            max_bytes: self.max_bytes.or(beside.max_bytes),
            timeout_ms: self.timeout_ms.or(beside.timeout_ms),
            buffer: self.buffer.or(beside.buffer),
            summary: self.summary.or(beside.summary),
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
            params: self.params.map(|raw| params(&raw)).transpose()?.unwrap_or_default(),
            sent: SentTables::default(),
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

fn params(given: &RawValue) -> Result<Params> {
    serde_json::from_str(given.get()).map_err(|error| Error::new(Kind::InvalidParameter, error.to_string()))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_those_of_json() {
        let unknown = serde_json::from_str::<Given>("{\"\": 1}").unwrap_err().to_string();
        let known = unknown.split('`').skip(3).step_by(2);
        let mut known: Vec<&str> = known.collect();
        known.sort();
        let mut options = OPTIONS;
        options.sort();
        assert_eq!(known, options, "{unknown}");
        for option in OPTIONS {
            if let Err(error) = Given::default().set(option, "x".to_string()) {
                assert!(!error.detail.contains("no option"), "{error}");
            }
        }
    }
}
