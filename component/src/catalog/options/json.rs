//! Options of `read_json` and `read_ndjson`.

use polars::prelude::DataType;

use super::csv::format;
use super::{Given, SharedOptions};
use crate::catalog::INFER_ROWS;
use crate::error::Result;

/// How the objects follow one another in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonForm {
    /// One a line.
    Lines,
    /// The file is an array of them.
    Array,
    /// An array if the file begins with `[`.
    Auto,
}

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct JsonOptions {
    pub shared: SharedOptions,
    pub form: JsonForm,
    /// The columns to read, with their types; else they are told from the files.
    pub columns: Option<Vec<(String, DataType)>>,
    /// Types of some columns. An option of Polars.
    pub types: Vec<(String, DataType)>,
    /// Objects from which the columns are told; none: all.
    pub sample: Option<usize>,
    pub date_format: Option<String>,
    pub timestamp_format: Option<String>,
    /// Whether a value that does not fit its type is NULL.
    pub ignore_errors: bool,
}

impl JsonOptions {
    /// What is done without options.
    pub fn of_form(form: JsonForm) -> Self {
        Self {
            shared: SharedOptions::default(),
            form,
            columns: None,
            types: Vec::new(),
            sample: Some(INFER_ROWS),
            date_format: None,
            timestamp_format: None,
            ignore_errors: false,
        }
    }

    /// `form` is what the function's name says of the files.
    pub fn take(mut given: Given, form: JsonForm) -> Result<Self> {
        let shared = SharedOptions::take(&mut given)?;
        let forms = [
            ("newline_delimited", JsonForm::Lines),
            ("nd", JsonForm::Lines),
            ("array", JsonForm::Array),
            ("auto", JsonForm::Auto),
        ];
        let form = given.one_of(&["format"], &forms)?.unwrap_or(form);
        let columns = given.columns(&["columns", "schema"])?;
        let types = given.columns(&["schema_overrides"])?.unwrap_or_default();
        let sample = given.count(&["sample_size", "infer_schema_length"])?.unwrap_or(Some(INFER_ROWS));
        let date_format = format(&mut given, &["dateformat", "date_format"])?;
        let timestamp_format = format(&mut given, &["timestampformat", "timestamp_format"])?;
        let ignore_errors = given.bool(&["ignore_errors"])?.unwrap_or(false);
        if given.bool(&["auto_detect"])? == Some(false) && columns.is_none() {
            return Err(given.wrong("auto_detect", "is false, so columns={…} is needed"));
        }
        given.one_of(&["compression"], &[("auto", ()), ("none", ()), ("gzip", ()), ("zstd", ())])?;
        given.one_of(&["records"], &[("auto", ()), ("true", ())])?;
        given.only("convert_strings_to_integers", false, "text stays text; CAST it in the query")?;
        given.refuse(
            &[
                "maximum_depth",
                "field_appearance_threshold",
                "map_inference_threshold",
                "maximum_sample_files",
                "maximum_object_size",
            ],
            "types are told from the first objects of up to 32 files, to any depth, and objects have any size",
        )?;
        given.finish()?;
        Ok(Self { shared, form, columns, types, sample, date_format, timestamp_format, ignore_errors })
    }
}
