//! File formats, told by the name's extension.

use super::Source;
use crate::error::{Error, Kind, Result};

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    Parquet,
    Csv,
    /// CSV with tabs.
    Tsv,
    /// JSON, one object a line.
    Ndjson,
    /// Arrow IPC, file or stream.
    Arrow,
}

/// Every extension, for error messages.
const EXTENSIONS: &str = ".parquet, .csv, .tsv, .ndjson, .jsonl, .json, .arrow, .ipc, .feather \
                          (csv, tsv and the json ones also with .gz or .zst)";

/// The stem and the format of a file name; none when the extension is not known.
pub fn of_name(name: &str) -> Option<(&str, FileFormat)> {
    const COMPRESSED: [&str; 4] = ["gz", "gzip", "zst", "zstd"];
    let (plain, compressed) = match name.rsplit_once('.') {
        Some((plain, last)) if COMPRESSED.iter().any(|ext| last.eq_ignore_ascii_case(ext)) => (plain, true),
        _ => (name, false),
    };
    let (stem, extension) = plain.rsplit_once('.')?;
    let format = match extension.to_ascii_lowercase().as_str() {
        "parquet" | "parq" | "pq" => FileFormat::Parquet,
        "csv" => FileFormat::Csv,
        "tsv" => FileFormat::Tsv,
        "ndjson" | "jsonl" | "json" => FileFormat::Ndjson,
        "arrow" | "arrows" | "ipc" | "feather" => FileFormat::Arrow,
        _ => return None,
    };
    // Parquet and Arrow compress inside.
    let fits = !compressed || !matches!(format, FileFormat::Parquet | FileFormat::Arrow);
    (fits && !stem.is_empty()).then_some((stem, format))
}

/// Whether the name of a JSON file says that each of its lines is an object.
pub fn has_lines(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".ndjson", ".jsonl"].iter().any(|extension| name.contains(extension))
}

/// The source that `files` make, which `text` named.
pub fn source(text: &str, files: Vec<String>) -> Result<Source> {
    let mut format = None;
    for file in &files {
        let name = file.rsplit('/').next().unwrap_or(file);
        let Some((_, this)) = of_name(name) else {
            return Err(Error::new(
                Kind::UnknownFileFormat,
                format!(
                    "'{name}' has none of the extensions {EXTENSIONS}; read_parquet('…'), read_csv('…'), read_ndjson('…') and read_ipc('…') read any name"
                ),
            ));
        };
        if *format.get_or_insert(this) != this {
            return Err(Error::new(
                Kind::UnknownFileFormat,
                format!("'{text}' stands for files of several formats; use a glob that names one"),
            ));
        }
    }
    match format {
        Some(format) => Ok(Source { format, files }),
        None => Err(Error::new(Kind::UnknownTable, format!("no data file in '{text}'"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_tells() {
        for (name, expected) in [
            ("a.parquet", Some(("a", FileFormat::Parquet))),
            ("a.b.csv", Some(("a.b", FileFormat::Csv))),
            ("A.CSV", Some(("A", FileFormat::Csv))),
            ("a.csv.gz", Some(("a", FileFormat::Csv))),
            ("a.jsonl.zst", Some(("a", FileFormat::Ndjson))),
            ("a.parquet.gz", None),
            ("a.txt", None),
            (".csv", None),
            ("csv", None),
        ] {
            assert_eq!(of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn formats_do_not_mix() {
        let files = vec!["/d/a.csv".to_string(), "/d/b.parquet".to_string()];
        assert_eq!(source("d", files).unwrap_err().kind, Kind::UnknownFileFormat);
    }
}
