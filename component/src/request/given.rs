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

    /// The options of `self`, and those beside the body for what `self` leaves open. What is not valid is refused
    /// wherever it is.
    pub fn or(self, beside: Given) -> Result<Given> {
        beside.check()?;
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

    /// Each option by itself.
    fn check(&self) -> Result<()> {
        self.format()?;
        self.numbers()?;
        self.compression()?;
        self.params()?;
        self.max_rows()?;
        self.max_bytes()?;
        self.timeout_ms()?;
        self.buffer()?;
        self.summary()?;
        Ok(())
    }

    fn format(&self) -> Result<Option<Format>> {
        self.format.as_deref().map(Format::parse).transpose()
    }

    fn numbers(&self) -> Result<Option<Numbers>> {
        self.numbers.as_deref().map(Numbers::parse).transpose()
    }

    fn compression(&self) -> Result<Option<Compression>> {
        self.compression.as_deref().map(Compression::parse).transpose()
    }

    fn params(&self) -> Result<Option<Params>> {
        self.params.as_deref().map(params).transpose()
    }

    fn max_rows(&self) -> Result<Option<u64>> {
        count("max_rows", self.max_rows.as_ref(), "rows from 0 on", 0)
    }

    fn max_bytes(&self) -> Result<Option<u64>> {
        count("max_bytes", self.max_bytes.as_ref(), "bytes from 0 on", 0)
    }

    fn timeout_ms(&self) -> Result<Option<u64>> {
        // A timeout of 0 would be over before it began, and is no way to say that there is none.
        count("timeout_ms", self.timeout_ms.as_ref(), "milliseconds from 1 on", 1)
    }

    fn buffer(&self) -> Result<bool> {
        switch("buffer", self.buffer.as_ref())
    }

    fn summary(&self) -> Result<bool> {
        switch("summary", self.summary.as_ref())
    }

    /// The query, with the options held against each other as well.
    pub fn validate(self, accept: Option<&str>) -> Result<QueryRequest> {
        let format = match self.format()? {
            Some(format) => format,
            None => Format::accepted(accept.unwrap_or_default())?,
        };
        let compression = self.compression()?;
        if compression.is_some() && format.is_text() {
            return Err(Error::new(
                Kind::InvalidOption,
                "compression is of the buffers in arrow, arrow_file and parquet; text is compressed where the request has Accept-Encoding: zstd or gzip",
            ));
        }
        let summary = self.summary()?;
        if summary && format != Format::Ndjson {
            return Err(Error::new(
                Kind::InvalidOption,
                "summary is a last line of ndjson; json has its counts at the end, and other formats have no place for them",
            ));
        }
        Ok(QueryRequest {
            params: self.params()?.unwrap_or_default(),
            sent: SentTables::default(),
            format,
            numbers: self.numbers()?.unwrap_or_default(),
            compression,
            max_rows: self.max_rows()?,
            max_bytes: self.max_bytes()?,
            timeout_ms: self.timeout_ms()?,
            buffer: self.buffer()?,
            summary,
            sql: self.sql.unwrap_or_default(),
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

fn count(name: &str, given: Option<&Value>, of: &str, least: u64) -> Result<Option<u64>> {
    let Some(given) = given else { return Ok(None) };
    match given.as_u64().filter(|count| *count >= least) {
        Some(count) => Ok(Some(count)),
        None => Err(Error::new(
            Kind::InvalidOption,
            format!("{name} is {given}; it takes a whole number of {of}"),
        )),
    }
}

fn switch(name: &str, given: Option<&Value>) -> Result<bool> {
    match given {
        None => Ok(false),
        Some(Value::Bool(on)) => Ok(*on),
        Some(given) => {
            Err(Error::new(Kind::InvalidOption, format!("{name} is {given}; it takes true or false")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_another_overrides_is_valid_all_the_same() {
        let of = |name: &str, value: &str| {
            let mut given = Given::default();
            given.set(name, value.to_string()).unwrap();
            given
        };
        for (name, value, other) in [
            ("format", "csv", "xml"),
            ("numbers", "string", "text"),
            ("compression", "zstd", "rar"),
            ("max_rows", "1", "-1"),
            ("max_bytes", "1", "true"),
            ("timeout_ms", "1", "0"),
            ("buffer", "true", "1"),
            ("summary", "true", "1"),
            ("params", "[1]", "1"),
        ] {
            assert!(of(name, value).or(of(name, value)).is_ok(), "{name}");
            assert!(of(name, value).or(of(name, other)).is_err(), "{name}");
        }
    }

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
