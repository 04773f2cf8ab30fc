//! Formats of the data in a request: by its media type, else by the name of its file.

use crate::catalog::FileFormat;
use crate::catalog::options::{JsonForm, JsonOptions, ReadOptions};
use crate::format::Format;

/// The table that a body of data is.
pub const INPUT: &str = "input";

/// The media types of data, for errors.
pub const MEDIA_TYPES: &str = "text/csv, text/tab-separated-values, application/x-ndjson, \
                               application/vnd.apache.parquet, application/vnd.apache.arrow.stream and \
                               application/vnd.apache.arrow.file";

const TSV: &str = "text/tab-separated-values";

/// Every media type of a body of data, aliases among them.
pub fn media_types() -> impl Iterator<Item = &'static str> {
    let known = Format::all().flat_map(|format| format.media_types().iter().copied());
    known.chain([TSV]).filter(|media_type| of_body(media_type).is_some())
}

/// How a body of `media_type` is read; none if that is no type of data.
pub fn of_body(media_type: &str) -> Option<ReadOptions> {
    if media_type.eq_ignore_ascii_case(TSV) {
        return Some(ReadOptions::of_format(FileFormat::Tsv));
    }
    Some(match Format::of_media_type(media_type)? {
        Format::Arrow | Format::ArrowFile => ReadOptions::of_format(FileFormat::Arrow),
        Format::Parquet => ReadOptions::of_format(FileFormat::Parquet),
        Format::Csv => ReadOptions::of_format(FileFormat::Csv),
        Format::Ndjson => ReadOptions::Json(JsonOptions::of_form(JsonForm::Lines)),
        // Such a body has the options of a query.
        Format::Json => return None,
    })
}

/// How a part of a form is read. Programs that know no type of a file send one that says nothing, or that of the
/// program which opens it; then its name tells.
pub fn of_part(media_type: Option<&str>, file_name: Option<&str>) -> Option<ReadOptions> {
    let by_type = match media_type {
        Some("application/json") => Some(ReadOptions::of_format(FileFormat::Ndjson)),
        media_type => media_type.and_then(of_body),
    };
    by_type.or_else(|| {
        // Some programs send the folders, too.
        ReadOptions::of_name(file_name?.rsplit(['/', '\\']).next()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(options: Option<ReadOptions>) -> Option<JsonForm> {
        match options {
            Some(ReadOptions::Json(options)) => Some(options.form),
            _ => None,
        }
    }

    #[test]
    fn the_type_comes_before_the_name() {
        let csv = Some(ReadOptions::of_format(FileFormat::Csv));
        let tsv = Some(ReadOptions::of_format(FileFormat::Tsv));
        assert_eq!(of_part(Some("text/csv"), Some("x.parquet")), csv);
        assert_eq!(of_part(Some("application/octet-stream"), Some("C:\\data\\x.tsv.gz")), tsv);
        assert_eq!(of_part(Some("application/vnd.ms-excel"), Some("x.csv")), csv);
        assert_eq!(of_part(None, Some("x.txt")), None);
        assert_eq!(of_part(Some("text/plain"), None), None);
        assert_eq!(of_body("TEXT/CSV"), csv);
        assert_eq!(of_body("application/json"), None);
    }

    #[test]
    fn json_may_be_an_array_where_a_file_may() {
        assert_eq!(form(of_body("application/jsonl")), Some(JsonForm::Lines));
        assert_eq!(form(of_part(Some("application/json"), None)), Some(JsonForm::Auto));
        assert_eq!(form(of_part(None, Some("x.json.zst"))), Some(JsonForm::Auto));
        assert_eq!(form(of_part(None, Some("x.ndjson"))), Some(JsonForm::Lines));
    }
}
