//! A lazy plan over the files of a source. Nothing is read before the plan is.

use std::io::Read;
use std::num::NonZeroUsize;
use std::path::Path;

use polars::prelude::*;
use polars_buffer::Buffer;
use polars_io::HiveOptions;
use polars_utils::ranged::{Ranged, in_file};

use super::{FileFormat, Source};
use crate::error::{Error, Kind, Result};

/// Rows from which the types of CSV and NDJSON columns are told. Ten times as many would take ten
/// times as long, which a small question would feel: inference parses each value several ways.
pub const INFER_ROWS: usize = 1_000;

/// The plan that reads `source`. Hive partitions (`year=2025/`) become columns.
pub fn scan(source: &Source) -> Result<LazyFrame> {
    refuse_large(source)?;
    let paths: Buffer<PlRefPath> = source.files.iter().map(PlRefPath::new).collect();
    let hive = is_hive(&source.files);
    let frame = match source.format {
        FileFormat::Parquet => LazyFrame::scan_parquet_files(
            paths,
            ScanArgsParquet { hive_options: hive_options(hive), glob: false, ..Default::default() },
        )?,
        FileFormat::Csv => csv(paths, b',').finish()?,
        FileFormat::Tsv => csv(paths, b'\t').finish()?,
        FileFormat::Ndjson => LazyJsonLineReader::new_paths(paths)
            .with_infer_schema_length(NonZeroUsize::new(INFER_ROWS))
            .finish()?,
        FileFormat::Arrow => return arrow(source, paths, hive),
    };
    Ok(if hive { with_hive(frame) } else { frame })
}

/// Whether a folder on the way to the files is `key=value`.
pub fn is_hive(files: &[String]) -> bool {
    files.iter().any(|file| {
        let folders = file.rsplit_once('/').map_or("", |(folders, _)| folders);
        folders.split('/').any(|folder| {
            folder.split_once('=').is_some_and(|(key, value)| !key.is_empty() && !value.is_empty())
        })
    })
}

fn hive_options(enabled: bool) -> HiveOptions {
    if enabled { HiveOptions::new_enabled() } else { HiveOptions::new_disabled() }
}

/// Turns hive partitions on for the readers that have no option for it.
fn with_hive(mut frame: LazyFrame) -> LazyFrame {
    if let DslPlan::Scan { unified_scan_args, .. } = &mut frame.logical_plan {
        unified_scan_args.hive_options = hive_options(true);
    }
    frame
}

fn csv(paths: Buffer<PlRefPath>, separator: u8) -> LazyCsvReader {
    LazyCsvReader::new_paths(paths)
        .with_separator(separator)
        .with_try_parse_dates(true)
        .with_infer_schema_length(Some(INFER_ROWS))
        .with_glob(false)
}

/// Arrow files are scanned. A stream has no footer: its batches are read in order, all of them.
fn arrow(source: &Source, paths: Buffer<PlRefPath>, hive: bool) -> Result<LazyFrame> {
    let streams = source.files.iter().map(|file| is_stream(file).map_err(|error| in_file(error, file)));
    let streams = streams.collect::<PolarsResult<Vec<_>>>()?;
    if !streams.contains(&true) {
        return arrow_files(paths, hive);
    }
    if hive {
        return Err(Error::new(
            Kind::UnsupportedSql,
            "Arrow streams in folders named key=value are not supported; write Arrow files",
        ));
    }
    let frames = source.files.iter().zip(streams).map(|(file, is_stream)| match is_stream {
        true => Ok(read_stream(file).map_err(|error| in_file(error, file))?.lazy()),
        false => arrow_files([PlRefPath::new(file)].into_iter().collect(), hive),
    });
    Ok(concat(frames.collect::<Result<Vec<_>>>()?, UnionArgs::default())?)
}

fn arrow_files(paths: Buffer<PlRefPath>, hive: bool) -> Result<LazyFrame> {
    let scan_args = UnifiedScanArgs { hive_options: hive_options(hive), glob: false, ..Default::default() };
    Ok(LazyFrame::scan_ipc_sources(ScanSources::Paths(paths), Default::default(), scan_args)?)
}

fn read_stream(file: &str) -> PolarsResult<DataFrame> {
    IpcStreamReader::new(Ranged::open(Path::new(file))?).finish()
}

/// A stream begins with a continuation marker, a file with the magic `ARROW1` (Arrow columnar
/// format, "IPC Streaming Format" and "IPC File Format").
fn is_stream(file: &str) -> PolarsResult<bool> {
    let mut marker = Vec::new();
    Ranged::open(Path::new(file))?.take(4).read_to_end(&mut marker)?;
    Ok(marker == [0xff; 4])
}

/// Offsets into a file are 32 bits wide in the sandbox; a larger file would be read at wrong places.
pub fn refuse_large(source: &Source) -> Result<()> {
    for file in &source.files {
        let metadata = std::fs::metadata(file).map_err(PolarsError::from)?;
        if metadata.len() > u64::from(u32::MAX) {
            return Err(Error::new(
                Kind::InvalidFile,
                format!(
                    "'{file}' is {} bytes long; a single file may be 4 GiB, split it into parts",
                    metadata.len()
                ),
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hive_folders_have_a_key_and_a_value() {
        let files = |path: &str| vec![path.to_string()];
        assert!(is_hive(&files("/data/t/year=2025/a.parquet")));
        assert!(!is_hive(&files("/data/t/a=b.parquet")));
        assert!(!is_hive(&files("/data/=x/y=/a.parquet")));
    }
}
