//! Folders named `key=value` as columns, with the types that DuckDB gives them: whole numbers, dates and
//! timestamps are told from the values of all files, and `01` is text.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use polars::prelude::*;
use polars_io::HiveOptions;

use super::convert::Target;
use super::values;
use crate::catalog::options::HiveChoice;
use crate::encode::sql_name;
use crate::error::{Error, Kind, Result};

/// What stands for NULL, in the name that Hive gave it.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

/// The pairs of a path, in its order; as in Polars, a name with two `=` is none.
fn pairs(file: &str) -> impl Iterator<Item = (&str, &str)> {
    let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
    folders.split('/').filter_map(|folder| {
        let (key, value) = folder.split_once('=')?;
        let is_pair = !key.is_empty() && !value.is_empty() && !value.contains(['=', '*']);
        is_pair.then_some((key, value))
    })
}

/// How Polars is to read the folders, and the columns that they are, in the order of DuckDB.
pub struct Hive {
    pub options: HiveOptions,
    pub columns: Vec<PlSmallStr>,
}

impl Hive {
    pub fn of(files: &[String], choice: &HiveChoice) -> Result<Self> {
        let mut keys: Vec<(&str, Guess)> = Vec::new();
        if choice.enabled != Some(false) {
            for file in files {
                for (key, value) in pairs(file) {
                    let at = keys.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
                        keys.push((key, Guess::new()));
                        keys.len() - 1
                    });
                    if value != NULL {
                        keys[at].1.see(&percent_decode_str(value).decode_utf8_lossy());
                    }
                }
            }
        }
        if let Some((unknown, _)) =
            choice.types.iter().find(|(name, _)| !keys.iter().any(|(key, _)| key.eq_ignore_ascii_case(name)))
        {
            return Err(Error::new(
                Kind::UnknownColumn,
                format!("hive_types names '{unknown}', but no folder on the way to the files is {unknown}=…"),
            ));
        }
        if keys.is_empty() {
            return Ok(Self { options: HiveOptions::new_disabled(), columns: Vec::new() });
        }
        let mut schema = Schema::default();
        for (key, guess) in &keys {
            let given = choice.types.iter().find(|(name, _)| name.eq_ignore_ascii_case(key));
            let dtype = match given {
                Some((_, dtype)) => {
                    check(files, key, dtype)?;
                    dtype.clone()
                }
                None if choice.autocast => guess.dtype(choice.dates),
                None => DataType::String,
            };
            schema.with_column((*key).into(), dtype);
        }
        let mut columns: Vec<PlSmallStr> = keys.iter().map(|(key, _)| (*key).into()).collect();
        columns.sort();
        let options = HiveOptions {
            schema: Some(Arc::new(schema)),
            try_parse_dates: true,
            ..HiveOptions::new_enabled()
        };
        Ok(Self { options, columns })
    }
}

/// # Errors
/// A value that is not of the type which the call names.
fn check(files: &[String], key: &str, dtype: &DataType) -> Result<()> {
    let can = dtype.is_primitive_numeric() && *dtype != DataType::Int128
        || matches!(
            dtype,
            DataType::Boolean | DataType::String | DataType::Date | DataType::Datetime(_, None)
        );
    if !can {
        return Err(Error::new(
            Kind::UnsupportedSql,
            format!("a folder's value cannot be read as {}; CAST it in the query", sql_name(dtype)),
        ));
    }
    if *dtype == DataType::String {
        return Ok(());
    }
    let target = Target::new(dtype.clone());
    for (_, value) in files.iter().flat_map(|file| pairs(file)).filter(|(name, _)| *name == key) {
        let text = percent_decode_str(value).decode_utf8_lossy();
        if value != NULL && !target.fits_all(&StringChunked::new(key.into(), [text.as_ref()])) {
            return Err(Error::new(
                Kind::TypeError,
                format!("hive_types says that {key} is a {}, but a folder is {key}={value}", sql_name(dtype)),
            ));
        }
    }
    Ok(())
}

/// What all values seen so far are.
struct Guess {
    seen: bool,
    integer: bool,
    date: bool,
    timestamp: bool,
}

impl Guess {
    fn new() -> Self {
        Self { seen: false, integer: true, date: true, timestamp: true }
    }

    fn see(&mut self, value: &str) {
        self.seen = true;
        // A number that would not be written so is a name made of digits.
        self.integer = self.integer && value.parse::<i64>().is_ok_and(|number| number.to_string() == value);
        self.date = self.date && value.len() == 10 && values::date(value).is_some();
        self.timestamp = self.timestamp && value.len() > 10 && values::timestamp(value).is_some();
    }

    fn dtype(&self, dates: bool) -> DataType {
        match self {
            Self { seen: false, .. } => DataType::String,
            Self { integer: true, .. } => DataType::Int64,
            Self { date: true, .. } if dates => DataType::Date,
            Self { timestamp: true, .. } if dates => DataType::Datetime(TimeUnit::Microseconds, None),
            _ => DataType::String,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Vec<String> {
        paths.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn hive_folders_have_a_key_and_a_value() {
        let keys = |path: &str| Hive::of(&files(&[path]), &HiveChoice::default()).unwrap().columns;
        assert_eq!(keys("/data/t/year=2025/a.parquet"), ["year"]);
        assert!(keys("/data/t/a=b.parquet").is_empty());
        assert!(keys("/data/=x/y=/a.parquet").is_empty());
    }

    #[test]
    fn types_are_those_of_duckdb() {
        let paths = files(&[
            "/d/y=2024/m=01/d=2024-01-01/f=1.5/t=true/a.csv",
            "/d/y=2025/m=11/d=2024-01-02/f=2/t=false/a.csv",
        ]);
        let hive = Hive::of(&paths, &HiveChoice::default()).unwrap();
        assert_eq!(hive.columns, ["d", "f", "m", "t", "y"]);
        let schema = hive.options.schema.unwrap();
        let types: Vec<_> =
            schema.iter().map(|(name, dtype)| format!("{name} {}", sql_name(dtype))).collect();
        assert_eq!(types, ["y BIGINT", "m VARCHAR", "d DATE", "f VARCHAR", "t VARCHAR"]);
    }

    #[test]
    fn types_that_the_call_names() {
        let paths = files(&["/d/y=2024/a.csv", "/d/y=x/a.csv"]);
        let choice =
            |name: &str, dtype| HiveChoice { types: vec![(name.into(), dtype)], ..HiveChoice::default() };
        assert!(Hive::of(&paths, &choice("z", DataType::Int32)).is_err());
        assert!(Hive::of(&paths, &choice("y", DataType::Int32)).is_err());
        assert!(Hive::of(&paths[..1], &choice("Y", DataType::Int32)).is_ok());
        let off = HiveChoice { enabled: Some(false), ..HiveChoice::default() };
        assert!(Hive::of(&paths, &off).unwrap().columns.is_empty());
    }
}
