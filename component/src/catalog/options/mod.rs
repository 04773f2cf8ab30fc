//! Options of the table functions over files, as given and as validated.
//!
//! [`Given`] is what the SQL says: names and values. Each format has a typed struct that is made from it
//! in one place ([`csv`], [`json`], [`parquet`]), by asking for the options that it knows. What nobody
//! asked for is an error that lists those that were asked for, so the list is never out of date.
//!
//! Options that DuckDB has and that mean nothing here are accepted where they say what is done anyway
//! ([`Given::only`]), else refused with the reason.

mod csv;
mod json;
mod parquet;
mod shared;
mod types;

pub use csv::{CsvOptions, Declared};
pub use json::{JsonForm, JsonOptions};
pub use parquet::ParquetOptions;
pub use shared::{HiveChoice, SharedOptions};

use super::{FileFormat, format};
use crate::error::{Error, Kind, Result};

/// The options of a call, validated.
#[derive(Clone, Debug, PartialEq)]
pub enum ReadOptions {
    Csv(CsvOptions),
    Json(JsonOptions),
    Parquet(ParquetOptions),
    Arrow(ParquetOptions),
}

impl ReadOptions {
    /// What is done with files of `format` without a call.
    pub fn of_format(format: FileFormat) -> Self {
        match format {
            FileFormat::Parquet => Self::Parquet(ParquetOptions::default()),
            FileFormat::Csv => Self::Csv(CsvOptions::default()),
            FileFormat::Tsv => Self::Csv(CsvOptions { separator: Some(b'\t'), ..CsvOptions::default() }),
            FileFormat::Ndjson => Self::Json(JsonOptions::of_form(JsonForm::Auto)),
            FileFormat::Arrow => Self::Arrow(ParquetOptions::default()),
        }
    }

    /// What is done with a file called `name` without a call; none where its format is not known.
    pub fn of_name(name: &str) -> Option<Self> {
        let (_, format) = format::of_name(name)?;
        Some(match format {
            FileFormat::Ndjson if format::has_lines(name) => {
                Self::Json(JsonOptions::of_form(JsonForm::Lines))
            }
            format => Self::of_format(format),
        })
    }

    /// How the options of a call of `function` are taken; none if there is no such function over files.
    pub fn reader(function: &str) -> Option<fn(Given) -> Result<ReadOptions>> {
        Some(match function {
            "read_csv" | "read_csv_auto" => |given| CsvOptions::take(given).map(ReadOptions::Csv),
            "read_json" | "read_json_auto" => {
                |given| JsonOptions::take(given, JsonForm::Auto).map(ReadOptions::Json)
            }
            "read_ndjson" | "read_ndjson_auto" => {
                |given| JsonOptions::take(given, JsonForm::Lines).map(ReadOptions::Json)
            }
            "read_parquet" | "parquet_scan" => {
                |given| ParquetOptions::parquet(given).map(ReadOptions::Parquet)
            }
            "read_ipc" | "read_arrow" => |given| ParquetOptions::arrow(given).map(ReadOptions::Arrow),
            _ => return None,
        })
    }
}

/// The value of an option.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// The digits as they were written.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

/// The options of one call, from which a typed struct takes what it knows.
#[derive(Debug)]
pub struct Given {
    function: String,
    values: Vec<(String, Value)>,
    /// Every name that was asked for.
    known: Vec<&'static str>,
}

impl Given {
    pub fn new(function: &str, values: Vec<(String, Value)>) -> Result<Self> {
        let mut given = Self { function: function.to_string(), values: Vec::new(), known: Vec::new() };
        for (name, value) in values {
            if given.values.iter().any(|(other, _)| *other == name) {
                return Err(given.wrong(&name, "is given twice"));
            }
            given.values.push((name, value));
        }
        Ok(given)
    }

    /// An error that is about the option `name`.
    pub fn wrong(&self, name: &str, what: impl std::fmt::Display) -> Error {
        Error::new(Kind::InvalidSql, format!("the option {name} of {} {what}", self.function))
    }

    /// The option under any of its names, with the one that was used.
    fn take(&mut self, names: &[&'static str]) -> Result<Option<(String, Value)>> {
        self.known.extend(names);
        let mut found: Option<(String, Value)> = None;
        for name in names {
            let Some(place) = self.values.iter().position(|(given, _)| given == name) else { continue };
            if let Some((first, _)) = &found {
                return Err(self.wrong(name, format!("says the same as {first}; give one of them")));
            }
            found = Some(self.values.remove(place));
        }
        Ok(found)
    }

    fn typed<T>(
        &mut self,
        names: &[&'static str],
        expected: &str,
        read: impl FnOnce(&Value) -> Option<T>,
    ) -> Result<Option<T>> {
        let Some((name, value)) = self.take(names)? else { return Ok(None) };
        match read(&value) {
            Some(value) => Ok(Some(value)),
            None => Err(self.wrong(&name, format!("takes {expected}, not {}", value.shown()))),
        }
    }

    pub fn bool(&mut self, names: &[&'static str]) -> Result<Option<bool>> {
        self.typed(names, "true or false", Value::as_bool)
    }

    pub fn text(&mut self, names: &[&'static str]) -> Result<Option<String>> {
        self.typed(names, "a text in quotes", Value::as_text)
    }

    pub fn texts(&mut self, names: &[&'static str]) -> Result<Option<Vec<String>>> {
        self.typed(names, "a list of texts, such as ['a', 'b']", Value::as_texts)
    }

    /// A text, or a list of them.
    pub fn text_or_texts(&mut self, names: &[&'static str]) -> Result<Option<Vec<String>>> {
        self.typed(names, "a text or a list of texts", |value| {
            value.as_text().map(|text| vec![text]).or_else(|| value.as_texts())
        })
    }

    /// A number of 0 or more; of less than 0 and NULL none, which is "all".
    pub fn count(&mut self, names: &[&'static str]) -> Result<Option<Option<usize>>> {
        self.typed(names, "a number", |value| match value {
            Value::Null => Some(None),
            Value::Number(digits) if digits.starts_with('-') => {
                digits[1..].parse::<usize>().ok().map(|_| None)
            }
            Value::Number(digits) => digits.parse().ok().map(Some),
            _ => None,
        })
    }

    /// How many of something to leave out.
    pub fn skipped(&mut self, names: &[&'static str]) -> Result<Option<usize>> {
        self.typed(names, "a number of 0 or more", |value| match value {
            Value::Number(digits) => digits.parse().ok(),
            _ => None,
        })
    }

    /// One byte; of an empty text and NULL none, which turns off what the byte is for.
    pub fn byte(&mut self, names: &[&'static str]) -> Result<Option<Option<u8>>> {
        self.typed(names, "one ASCII character", |value| match value {
            Value::Null => Some(None),
            Value::Text(text) if text == "\\t" => Some(Some(b'\t')),
            Value::Text(text) => match text.as_bytes() {
                [] => Some(None),
                [byte] if byte.is_ascii() => Some(Some(*byte)),
                _ => None,
            },
            _ => None,
        })
    }

    /// One of the `allowed` texts, whatever its case.
    pub fn one_of<T: Copy>(
        &mut self,
        names: &[&'static str],
        allowed: &[(&'static str, T)],
    ) -> Result<Option<T>> {
        let list: Vec<String> = allowed.iter().map(|(text, _)| format!("'{text}'")).collect();
        self.typed(names, &list.join(" or "), |value| {
            let text = value.as_text()?;
            allowed.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text)).map(|(_, value)| *value)
        })
    }

    /// `{'column': 'TYPE'}`.
    pub fn columns(
        &mut self,
        names: &[&'static str],
    ) -> Result<Option<Vec<(String, polars::prelude::DataType)>>> {
        let Some((name, value)) = self.take(names)? else { return Ok(None) };
        match value {
            Value::Map(fields) if !fields.is_empty() => self.typed_fields(&name, fields).map(Some),
            other => Err(self.wrong(&name, format!("takes {{'column': 'TYPE', …}}, not {}", other.shown()))),
        }
    }

    fn typed_fields(
        &self,
        name: &str,
        fields: Vec<(String, Value)>,
    ) -> Result<Vec<(String, polars::prelude::DataType)>> {
        let mut columns: Vec<(String, _)> = Vec::new();
        for (column, value) in fields {
            if columns.iter().any(|(other, _)| *other == column) {
                return Err(self.wrong(name, format!("names the column '{column}' twice")));
            }
            columns.push((column, self.data_type(name, &value)?));
        }
        Ok(columns)
    }

    fn data_type(&self, name: &str, value: &Value) -> Result<polars::prelude::DataType> {
        let Some(text) = value.as_text() else {
            return Err(
                self.wrong(name, format!("takes types in quotes, such as 'INTEGER', not {}", value.shown()))
            );
        };
        types::parse(&text).map_err(|why| self.wrong(name, format!("names the type '{text}': {why}")))
    }

    /// An option of DuckDB that is accepted where it has the value that holds here anyway.
    pub fn only(&mut self, name: &'static str, value: bool, why: &str) -> Result<()> {
        match self.bool(&[name])? {
            Some(given) if given != value => {
                Err(self.unsupported(name, format!("{name} = {value} is what is done: {why}")))
            }
            _ => Ok(()),
        }
    }

    /// Options that say only how fast to read, or what to do in a database, and are refused.
    pub fn refuse(&mut self, names: &[&'static str], why: &str) -> Result<()> {
        for name in names {
            if let Some(place) = self.values.iter().position(|(given, _)| given == name) {
                let name = self.values.remove(place).0;
                return Err(self.unsupported(&name, why));
            }
        }
        Ok(())
    }

    pub fn unsupported(&self, name: &str, why: impl std::fmt::Display) -> Error {
        Error::new(
            Kind::UnsupportedSql,
            format!("the option {name} of {} is not supported so: {why}", self.function),
        )
    }

    /// # Errors
    /// An option is left that nobody asked for.
    pub fn finish(mut self) -> Result<()> {
        let Some((name, _)) = self.values.first() else { return Ok(()) };
        self.known.sort_unstable();
        self.known.dedup();
        Err(Error::new(
            Kind::UnsupportedSql,
            format!("{} has no option {name}; it knows {}", self.function, self.known.join(", ")),
        ))
    }
}

impl Value {
    fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Number(digits) if digits == "0" || digits == "1" => Some(digits == "1"),
            Self::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Self::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    fn as_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    fn as_texts(&self) -> Option<Vec<String>> {
        match self {
            Self::List(values) if !values.is_empty() => values.iter().map(Self::as_text).collect(),
            _ => None,
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::Null => "NULL".into(),
            Self::Bool(value) => value.to_string(),
            Self::Number(digits) => digits.clone(),
            Self::Text(text) => format!("'{}'", text.escape_debug()),
            Self::List(_) => "a list".into(),
            Self::Map(_) => "a struct".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(values: &[(&str, Value)]) -> Given {
        let values = values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        Given::new("read_x", values).unwrap()
    }

    #[test]
    fn what_nobody_asked_for_is_named_beside_what_is_known() {
        let mut given = given(&[("a", Value::Bool(true)), ("c", Value::Null)]);
        assert_eq!(given.bool(&["a", "b"]).unwrap(), Some(true));
        let error = given.finish().unwrap_err();
        assert_eq!(error.detail, "read_x has no option c; it knows a, b");
    }

    #[test]
    fn one_option_has_one_value() {
        let twice = vec![("a".to_string(), Value::Null), ("a".to_string(), Value::Null)];
        assert!(Given::new("f", twice).is_err());
        let mut given = given(&[("a", Value::Bool(true)), ("b", Value::Bool(true))]);
        assert!(given.bool(&["a", "b"]).unwrap_err().detail.contains("says the same as a"));
    }

    #[test]
    fn wrong_types_are_errors() {
        let text = |text: &str| Value::Text(text.into());
        assert!(given(&[("a", text("x"))]).bool(&["a"]).unwrap_err().detail.contains("not 'x'"));
        assert!(given(&[("a", text("xy"))]).byte(&["a"]).is_err());
        assert!(given(&[("a", Value::Number("1.5".into()))]).count(&["a"]).is_err());
        assert_eq!(given(&[("a", Value::Number("-1".into()))]).count(&["a"]).unwrap(), Some(None));
        assert!(given(&[("a", Value::Bool(true))]).columns(&["a"]).is_err());
        assert_eq!(given(&[("a", text("\\t"))]).byte(&["a"]).unwrap(), Some(Some(b'\t')));
        assert!(given(&[("a", Value::Bool(false))]).only("a", true, "so").is_err());
    }
}
