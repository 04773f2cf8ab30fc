//! Parquet and Arrow files, which say themselves what their columns are.

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use polars::prelude::*;
use polars_buffer::Buffer;
use polars_io::RowIndex;
use polars_plan::dsl::{DslBuilder, UnifiedScanArgs};
use polars_utils::ranged::{Ranged, in_file};

use super::hive::Hive;
use super::names;
use crate::catalog::Root;
use crate::catalog::options::ParquetOptions;
use crate::error::{Error, Kind, Result};

const ROW_NUMBER: &str = "file_row_number";

pub fn parquet(files: &[String], options: &ParquetOptions, roots: &[Root]) -> Result<LazyFrame> {
    Columnar { options, hive: Hive::of(files, &options.shared.hive)?, is_parquet: true }.scan(files, roots)
}

pub fn arrow(files: &[String], options: &ParquetOptions, roots: &[Root]) -> Result<LazyFrame> {
    Columnar { options, hive: Hive::of(files, &options.shared.hive)?, is_parquet: false }.scan(files, roots)
}

/// As [`parquet`], of a file that is in memory.
pub fn parquet_bytes(bytes: &Buffer<u8>, options: &ParquetOptions) -> Result<LazyFrame> {
    let hive = Hive::of(&[], &options.shared.hive)?;
    Columnar { options, hive, is_parquet: true }.scan_parquet(super::in_memory(bytes))
}

/// As [`arrow`], of a file or stream that is in memory.
pub fn arrow_bytes(bytes: &Buffer<u8>, options: &ParquetOptions) -> Result<LazyFrame> {
    if bytes.starts_with(&STREAM) {
        return Ok(IpcStreamReader::new(Cursor::new(bytes.clone())).finish()?.lazy());
    }
    let columnar = Columnar { options, hive: Hive::of(&[], &options.shared.hive)?, is_parquet: false };
    Ok(LazyFrame::scan_ipc_sources(super::in_memory(bytes), Default::default(), columnar.args(false))?)
}

struct Columnar<'a> {
    options: &'a ParquetOptions,
    hive: Hive,
    is_parquet: bool,
}

impl Columnar<'_> {
    fn scan(&self, files: &[String], roots: &[Root]) -> Result<LazyFrame> {
        let shared = &self.options.shared;
        let frame = match (shared.union_by_name, self.options.row_number) {
            (false, false) => self.read(files)?,
            // Rows are counted by scan, so each file is one of its own.
            (false, true) => {
                super::one_after_another(files.iter().map(|file| self.one(file)).collect::<Result<_>>()?)?
            }
            (true, numbered) => self.union(files, numbered)?,
        };
        names::arranged(frame, shared.filename.as_deref(), &self.hive, files, roots)
    }

    fn one(&self, file: &String) -> Result<LazyFrame> {
        let mut frame = self.read(std::slice::from_ref(file))?;
        if !self.options.row_number {
            return Ok(frame);
        }
        // DuckDB has it after the columns of the file.
        let schema = frame.collect_schema()?;
        let is_own = |name: &&PlSmallStr| *name != ROW_NUMBER && !self.is_ours(name);
        let mut columns: Vec<Expr> =
            schema.iter_names().filter(is_own).map(|name| col(name.clone())).collect();
        columns.push(col(ROW_NUMBER).cast(DataType::Int64));
        columns.extend(self.options.shared.filename.as_deref().map(col));
        columns.extend(self.hive.columns.iter().map(|name| col(name.clone())));
        Ok(frame.select(columns))
    }

    fn is_ours(&self, name: &PlSmallStr) -> bool {
        self.options.shared.filename.as_deref() == Some(name.as_str()) || self.hive.columns.contains(name)
    }

    /// Files by the names of their columns: those in a row that are alike are one scan.
    fn union(&self, files: &[String], numbered: bool) -> Result<LazyFrame> {
        let mut groups: Vec<(Vec<String>, SchemaRef)> = Vec::new();
        for file in files {
            let schema = self.read(std::slice::from_ref(file))?.collect_schema()?;
            match groups.last_mut() {
                Some((files, known)) if !numbered && *known == schema => files.push(file.clone()),
                _ => groups.push((vec![file.clone()], schema)),
            }
        }
        let frames = groups.iter().map(|(files, _)| match numbered {
            true => self.one(&files[0]),
            false => self.read(files),
        });
        super::by_name(frames.collect::<Result<Vec<_>>>()?)
    }

    fn args(&self, numbered: bool) -> UnifiedScanArgs {
        let options = self.options;
        UnifiedScanArgs {
            hive_options: self.hive.options.clone(),
            glob: false,
            cache: true,
            row_index: numbered.then(|| RowIndex { name: ROW_NUMBER.into(), offset: 0 }),
            missing_columns_policy: match options.insert_missing {
                true => MissingColumnsPolicy::Insert,
                false => MissingColumnsPolicy::Raise,
            },
            extra_columns_policy: match options.ignore_extra {
                true => ExtraColumnsPolicy::Ignore,
                false => ExtraColumnsPolicy::Raise,
            },
            include_file_paths: options.shared.filename.as_deref().map(PlSmallStr::from),
            ..Default::default()
        }
    }

    fn read(&self, files: &[String]) -> Result<LazyFrame> {
        match self.is_parquet {
            true => self.scan_parquet(super::in_files(files)),
            false => self.read_arrow(files, super::in_files(files)),
        }
    }

    fn scan_parquet(&self, sources: ScanSources) -> Result<LazyFrame> {
        let schema = self.options.schema.as_ref().map(|columns| {
            let fields = columns.iter().map(|(name, dtype)| Field::new(name.as_str().into(), dtype.clone()));
            Arc::new(fields.collect::<Schema>())
        });
        let parquet = polars_io::prelude::ParquetOptions { schema, ..Default::default() };
        let args = self.args(self.options.row_number);
        Ok(DslBuilder::scan_parquet(sources, parquet, args)?.build().into())
    }

    /// Arrow files are scanned. A stream has no footer: its batches are read in order, all of them.
    fn read_arrow(&self, files: &[String], sources: ScanSources) -> Result<LazyFrame> {
        let streams = files.iter().map(|file| is_stream(file).map_err(|error| in_file(error, file)));
        let streams = streams.collect::<PolarsResult<Vec<_>>>()?;
        if !streams.contains(&true) {
            return Ok(LazyFrame::scan_ipc_sources(sources, Default::default(), self.args(false))?);
        }
        if !self.hive.columns.is_empty() {
            return Err(Error::new(
                Kind::UnsupportedSql,
                "Arrow streams in folders named key=value are not supported; write Arrow files",
            ));
        }
        let frames = files.iter().zip(streams).map(|(file, is_stream)| {
            if !is_stream {
                let source = ScanSources::Paths([PlRefPath::new(file)].into_iter().collect());
                return Ok(LazyFrame::scan_ipc_sources(source, Default::default(), self.args(false))?);
            }
            let frame = read_stream(file).map_err(|error| in_file(error, file))?.lazy();
            match self.options.shared.filename.as_deref() {
                Some(name) => names::with_file(frame, name, file),
                None => Ok(frame),
            }
        });
        super::one_after_another(frames.collect::<Result<Vec<_>>>()?)
    }
}

fn read_stream(file: &str) -> PolarsResult<DataFrame> {
    IpcStreamReader::new(Ranged::open(Path::new(file))?).finish()
}

/// A stream begins with a continuation marker, a file with the magic `ARROW1` (Arrow columnar
/// format, "IPC Streaming Format" and "IPC File Format").
const STREAM: [u8; 4] = [0xff; 4];

fn is_stream(file: &str) -> PolarsResult<bool> {
    let mut marker = Vec::new();
    Ranged::open(Path::new(file))?.take(4).read_to_end(&mut marker)?;
    Ok(marker == STREAM)
}
