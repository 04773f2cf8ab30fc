//! Tables that a request brings along. They are read as files of the same bytes would be, by plain names only, and
//! are gone with the request.

use std::sync::Arc;

use polars::prelude::*;
use polars_buffer::Buffer;

use super::options::ReadOptions;
use super::scan::{self, INFER_ROWS};
use crate::engine_error::{TYPES_TOLD, of_memory};
use crate::error::{Error, Kind, Result};

/// The longest name of a table, in bytes.
const LONGEST_NAME: usize = 64;

/// A table of the request.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The name by which SQL reads it.
    pub name: String,
    /// How the bytes are read.
    pub options: ReadOptions,
    /// What a file would hold.
    pub bytes: Buffer<u8>,
}

impl Sent {
    /// # Errors
    /// [`Kind::InvalidOption`] for a name that SQL could not write without quotes.
    pub fn new(name: &str, options: ReadOptions, bytes: Buffer<u8>) -> Result<Self> {
        let is_word = name.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        if !is_word || name.len() > LONGEST_NAME {
            return Err(Error::new(
                Kind::InvalidOption,
                format!(
                    "'{}' cannot be the name of a table; a name is up to {LONGEST_NAME} letters, digits and \
                     underscores, and begins with no digit",
                    name.escape_debug()
                ),
            ));
        }
        Ok(Self { name: name.to_string(), options, bytes })
    }

    /// The plan that reads it.
    pub fn scan(&self) -> Result<LazyFrame> {
        // The columns are told here, where it is known which table an error is about.
        scan::bytes(&self.bytes, &self.options)
            .and_then(|mut frame| frame.collect_schema().map(|_| frame).map_err(Error::from))
            .map_err(|error| named(error, &self.name))
    }

    /// Reads all of it, and keeps nothing.
    fn check(&self) -> Result<()> {
        let counts = self.scan()?.select([all().as_expr().count()]);
        counts.collect_with_engine(Engine::Streaming)?;
        Ok(())
    }
}

/// The tables of a request, no two of one name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentTables(Arc<[Sent]>);

impl SentTables {
    pub fn new(tables: Vec<Sent>) -> Self {
        Self(tables.into())
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|table| table.name.as_str())
    }

    /// The table `name`, whatever its case.
    pub fn get(&self, name: &str) -> Option<&Sent> {
        self.0.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }

    /// Gives `error`, if it is about bytes in memory, the name of the table that holds them. The engine has no names
    /// for them: the broken one is found by reading them once more. If none is, it was an array that a file holds.
    pub fn name(&self, error: Error) -> Error {
        if of_memory(&error).is_none() {
            return error;
        }
        let broken = self.0.iter().find(|table| table.check().is_err());
        named(error, broken.map_or("a JSON array", |table| &table.name))
    }
}

/// An error that the bytes of `table` gave.
fn named(mut error: Error, table: &str) -> Error {
    if error.kind == Kind::InvalidFile {
        let detail = of_memory(&error).unwrap_or(&error.detail);
        error.detail = match detail.split_once(TYPES_TOLD) {
            // Options of a call are for files.
            Some((what, _)) => {
                format!(
                    "{table}: {what}{TYPES_TOLD} {INFER_ROWS} rows; Parquet and Arrow say what theirs are"
                )
            }
            None => format!("{table}: {detail}"),
        };
    }
    error
}
