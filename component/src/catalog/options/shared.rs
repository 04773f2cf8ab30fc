//! What the readers of all formats have in common: folders that are columns, and the files' names.

use polars::prelude::DataType;

use super::{Given, Value};
use crate::error::Result;

/// Options that every format has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SharedOptions {
    pub hive: HiveChoice,
    /// The column for the name of a row's file.
    pub filename: Option<String>,
    /// Columns of files that differ are put together by their names.
    pub union_by_name: bool,
}

/// What is made of folders that are named `key=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct HiveChoice {
    /// Whether they are columns; none: if there are such folders.
    pub enabled: Option<bool>,
    /// Types of some of them.
    pub types: Vec<(String, DataType)>,
    /// Whether the types of the others are told from the values; else they are text.
    pub autocast: bool,
    /// Whether dates are told, too.
    pub dates: bool,
}

impl Default for HiveChoice {
    fn default() -> Self {
        Self { enabled: None, types: Vec::new(), autocast: true, dates: true }
    }
}

impl SharedOptions {
    pub fn take(given: &mut Given) -> Result<Self> {
        let hive = HiveChoice {
            enabled: given.bool(&["hive_partitioning"])?,
            types: given.columns(&["hive_types", "hive_schema"])?.unwrap_or_default(),
            autocast: given.bool(&["hive_types_autocast"])?.unwrap_or(true),
            dates: given.bool(&["try_parse_hive_dates"])?.unwrap_or(true),
        };
        if hive.enabled == Some(false) && !hive.types.is_empty() {
            return Err(given.wrong("hive_types", "needs hive_partitioning, which is false"));
        }
        let filename = match given.take(&["filename", "include_file_paths"])? {
            None | Some((_, Value::Bool(false) | Value::Null)) => None,
            Some((_, Value::Bool(true))) => Some("filename".to_string()),
            Some((_, Value::Text(name))) if !name.is_empty() => Some(name),
            Some((name, _)) => return Err(given.wrong(&name, "takes true, false or the name of a column")),
        };
        given.refuse(&["n_rows"], "write LIMIT, which the scan takes into account")?;
        let union_by_name = given.bool(&["union_by_name"])?.unwrap_or(false);
        Ok(Self { hive, filename, union_by_name })
    }
}
