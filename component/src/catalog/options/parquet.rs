//! Options of `read_parquet` and, without those of Parquet alone, of `read_ipc`.

use polars::prelude::DataType;

use super::{Given, SharedOptions};
use crate::error::Result;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParquetOptions {
    pub shared: SharedOptions,
    /// A column `file_row_number` with the place of a row in its file, from 0.
    pub row_number: bool,
    /// The columns, in place of what the first file says. An option of Polars.
    pub schema: Option<Vec<(String, DataType)>>,
    /// Whether columns that a file lacks are NULL. An option of Polars.
    pub insert_missing: bool,
    /// Whether columns that the first file lacks are left out. An option of Polars.
    pub ignore_extra: bool,
}

impl ParquetOptions {
    pub fn parquet(mut given: Given) -> Result<Self> {
        let row_number = given.bool(&["file_row_number"])?.unwrap_or(false);
        let schema = given.columns(&["schema"])?;
        given.only("binary_as_string", false, "a column of bytes is a BLOB; decode(x) makes it text")?;
        given.only("can_have_nan", true, "floats may be NaN")?;
        given.refuse(&["encryption_config"], "encrypted files are not read")?;
        given.refuse(&["explicit_cardinality", "debug_use_openssl"], "there is no such choice")?;
        given.one_of(&["compression"], &[("auto", ())])?;
        let mut options = Self { row_number, schema, ..Self::common(&mut given)? };
        // A scan with `schema` reads the file by it; there is nothing to put together.
        if options.schema.is_some() {
            options.shared.union_by_name = false;
        }
        given.finish()?;
        Ok(options)
    }

    pub fn arrow(mut given: Given) -> Result<Self> {
        let options = Self::common(&mut given)?;
        given.finish()?;
        Ok(options)
    }

    fn common(given: &mut Given) -> Result<Self> {
        let shared = SharedOptions::take(given)?;
        let insert_missing =
            given.one_of(&["missing_columns"], &[("insert", true), ("raise", false)])?.unwrap_or(false);
        let ignore_extra =
            given.one_of(&["extra_columns"], &[("ignore", true), ("raise", false)])?.unwrap_or(false);
        Ok(Self { shared, insert_missing, ignore_extra, ..Self::default() })
    }
}
