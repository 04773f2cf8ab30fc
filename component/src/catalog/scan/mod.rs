//! A lazy plan over the files of a source. Nothing but what tells their columns is read before the plan is.
//!
//! `FROM 'file'` and `FROM read_csv('file', …)` are one path: [`read`], with the options of the call or
//! those that hold without one.

mod arrays;
mod columnar;
mod convert;
mod csv;
mod dialect;
mod hive;
mod json;
mod names;
mod values;

use polars::prelude::*;
use polars_buffer::Buffer;

use self::hive::Hive;
use super::options::ReadOptions;
use super::{Root, Source};
use crate::error::{Error, Kind, Result};

/// Rows from which the types of CSV and NDJSON columns are told. Ten times as many would take ten
/// times as long, which a small question would feel: inference parses each value several ways.
pub const INFER_ROWS: usize = 1_000;

/// The plan that reads `source`. Hive partitions (`year=2025/`) become columns.
pub fn scan(source: &Source) -> Result<LazyFrame> {
    read(&source.files, &ReadOptions::of_format(source.format), &[])
}

/// The plan that reads `files` with `options`. `roots` tell how the names of files are written.
pub fn read(files: &[String], options: &ReadOptions, roots: &[Root]) -> Result<LazyFrame> {
    refuse_large(files)?;
    match options {
        ReadOptions::Csv(options) => csv::scan(files, options, roots),
        ReadOptions::Json(options) => json::scan(files, options, roots),
        ReadOptions::Parquet(options) => columnar::parquet(files, options, roots),
        ReadOptions::Arrow(options) => columnar::arrow(files, options, roots),
    }
}

/// The plan that reads `bytes` as it would a file of them, without a copy where the reader needs none.
pub fn bytes(bytes: &Buffer<u8>, options: &ReadOptions) -> Result<LazyFrame> {
    match options {
        ReadOptions::Csv(options) => csv::bytes(bytes, options),
        ReadOptions::Json(options) => json::bytes(bytes, options),
        ReadOptions::Parquet(options) => columnar::parquet_bytes(bytes, options),
        ReadOptions::Arrow(options) => columnar::arrow_bytes(bytes, options),
    }
}

fn in_memory(bytes: &Buffer<u8>) -> ScanSources {
    ScanSources::Buffers([bytes.clone()].into())
}

fn in_files(files: &[String]) -> ScanSources {
    ScanSources::Paths(files.iter().map(PlRefPath::new).collect())
}

/// The names of files as they are written in SQL, in a column `file`.
pub fn list(files: &[String], roots: &[Root]) -> LazyFrame {
    let names = files.iter().map(|file| names::relative(file, roots));
    StringChunked::from_iter_values("file".into(), names).into_series().into_frame().lazy()
}

/// Turns hive partitions on for the readers that have no option for it.
fn with_hive(mut frame: LazyFrame, hive: &Hive) -> LazyFrame {
    if let DslPlan::Scan { unified_scan_args, .. } = &mut frame.logical_plan {
        unified_scan_args.hive_options = hive.options.clone();
    }
    frame
}

/// The most scans that a table is made of. Files that are alike are one scan; a plan of more takes the
/// optimizer long.
const MAX_SCANS: usize = 2_000;

fn too_many(scans: usize) -> Error {
    Error::new(
        Kind::UnsupportedSql,
        format!(
            "with these options, or columns that differ from file to file, the files are read one by one; \
             that may be {MAX_SCANS}, not {scans}: narrow the glob"
        ),
    )
}

/// Frames of the same columns, in order.
fn one_after_another(mut frames: Vec<LazyFrame>) -> Result<LazyFrame> {
    match frames.len() {
        1 => Ok(frames.remove(0)),
        scans if scans > MAX_SCANS => Err(too_many(scans)),
        _ => Ok(concat(frames, UnionArgs::default())?),
    }
}

/// Frames by the names of their columns; what a frame lacks is NULL.
fn by_name(mut frames: Vec<LazyFrame>) -> Result<LazyFrame> {
    match frames.len() {
        1 => Ok(frames.remove(0)),
        scans if scans > MAX_SCANS => Err(too_many(scans)),
        _ => {
            let args = UnionArgs { diagonal: true, to_supertypes: true, ..UnionArgs::default() };
            Ok(concat_lf_diagonal(frames, args)?)
        }
    }
}

/// A type for the values of both, as Polars finds it for a union; text if there is none.
fn common_type(a: &DataType, b: &DataType) -> DataType {
    const NAME: PlSmallStr = PlSmallStr::from_static("x");
    if a == b {
        return a.clone();
    }
    // Polars would make one of dates and numbers, which DuckDB takes for text.
    if a.is_temporal() != b.is_temporal() && *a != DataType::Null && *b != DataType::Null {
        return DataType::String;
    }
    let empty = |dtype: &DataType| {
        DataFrame::empty_with_schema(&Schema::from_iter([Field::new(NAME, dtype.clone())])).lazy()
    };
    let schema = by_name(vec![empty(a), empty(b)]).and_then(|mut frame| Ok(frame.collect_schema()?));
    schema.ok().and_then(|schema| schema.get(&NAME).cloned()).unwrap_or(DataType::String)
}

/// Offsets into a file are 32 bits wide in the sandbox; a larger file would be read at wrong places.
fn refuse_large(files: &[String]) -> Result<()> {
    for file in files {
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
    fn a_type_for_both() {
        use DataType as T;
        for (a, b, both) in [
            (T::Int64, T::Int64, T::Int64),
            (T::Int64, T::Float64, T::Float64),
            (T::Int64, T::String, T::String),
            (T::Date, T::Int64, T::String),
            (T::Null, T::Date, T::Date),
            (T::List(Box::new(T::Int64)), T::List(Box::new(T::Float64)), T::List(Box::new(T::Float64))),
            (T::List(Box::new(T::Int64)), T::Struct(vec![]), T::String),
        ] {
            assert_eq!(common_type(&a, &b), both, "{a} {b}");
        }
    }
}
