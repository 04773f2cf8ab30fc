//! NDJSON files, and JSON files that are an array of objects.
//!
//! The columns are those of the first objects of all files, as in DuckDB; a file that lacks one has NULLs.
//! A type that the call names for a plain value is read as text and converted, as in CSV files.

use std::num::NonZeroUsize;
use std::sync::Arc;

use polars::prelude::*;
use polars_buffer::Buffer;

use super::convert::{Misfit, Target};
use super::hive::Hive;
use super::{arrays, names};
use crate::catalog::Root;
use crate::catalog::options::{JsonForm, JsonOptions};
use crate::engine_error::{IN_MEMORY, of_memory};
use crate::error::{Error, Kind, Result};

/// The most files that are looked at for columns; as many as in DuckDB.
const SAMPLE_FILES: usize = 32;

pub fn scan(files: &[String], options: &JsonOptions, roots: &[Root]) -> Result<LazyFrame> {
    let hive = Hive::of(files, &options.shared.hive)?;
    let sources = parts(files, options)?.iter().map(Source::of).collect::<Result<Vec<_>>>()?;
    let json = Json { options, hive: &hive };
    let frame = json.scan(&sources)?;
    names::arranged(frame, options.shared.filename.as_deref(), &hive, files, roots)
}

/// As [`scan`], of a file that is in memory.
pub fn bytes(bytes: &Buffer<u8>, options: &JsonOptions) -> Result<LazyFrame> {
    let is_array = match options.form {
        JsonForm::Lines => false,
        JsonForm::Array => true,
        JsonForm::Auto => arrays::is_array_of(bytes)?,
    };
    let source = match is_array {
        true => Source::Array { file: IN_MEMORY.to_string(), lines: arrays::as_lines_of(bytes)?.into() },
        false => Source::Memory(bytes.clone()),
    };
    let hive = Hive::of(&[], &options.shared.hive)?;
    Json { options, hive: &hive }.scan(&[source])
}

/// Files that are read at one go.
enum Part {
    Lines(Vec<String>),
    Array(String),
}

fn parts(files: &[String], options: &JsonOptions) -> Result<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    for file in files {
        let is_array = match options.form {
            JsonForm::Lines => false,
            JsonForm::Array => true,
            JsonForm::Auto => arrays::is_array(file)?,
        };
        match parts.last_mut() {
            _ if is_array => parts.push(Part::Array(file.clone())),
            Some(Part::Lines(files)) => files.push(file.clone()),
            _ => parts.push(Part::Lines(vec![file.clone()])),
        }
    }
    Ok(parts)
}

struct Json<'a> {
    options: &'a JsonOptions,
    hive: &'a Hive,
}

/// A column of the answer.
struct Column {
    name: PlSmallStr,
    target: Target,
    /// Whether it is read as text and converted.
    converted: bool,
}

impl Json<'_> {
    fn scan(&self, sources: &[Source]) -> Result<LazyFrame> {
        let is_plain = self.options.columns.is_none()
            && self.options.types.is_empty()
            && self.options.date_format.is_none()
            && self.options.timestamp_format.is_none();
        // One file: Polars tells its columns, when and if it needs them.
        if let ([source], true) = (sources, is_plain)
            && source.samples().len() == 1
        {
            return self.read(source, None);
        }
        let columns = self.columns(sources)?;
        let read = |column: &Column| {
            let dtype = if column.converted { DataType::String } else { column.target.dtype.clone() };
            Field::new(column.name.clone(), dtype)
        };
        let schema: SchemaRef = Arc::new(columns.iter().map(read).collect());
        let misfit = if self.options.ignore_errors { Misfit::Null } else { Misfit::Error };
        let frames = sources.iter().map(|source| {
            let frame = self.read(source, Some(schema.clone()))?;
            if !columns.iter().any(|column| column.converted) {
                return Ok(frame);
            }
            let mut values: Vec<Expr> = columns
                .iter()
                .map(|column| match column.converted {
                    true => column.target.expr(col(column.name.clone()), &column.name, misfit),
                    false => col(column.name.clone()),
                })
                .collect();
            values.extend(self.options.shared.filename.as_deref().map(col));
            values.extend(self.hive.columns.iter().map(|name| col(name.clone())));
            Ok(frame.select(values))
        });
        super::one_after_another(frames.collect::<Result<Vec<_>>>()?)
    }

    fn lines(
        &self,
        sources: ScanSources,
        schema: Option<SchemaRef>,
        filename: Option<&str>,
    ) -> Result<LazyFrame> {
        let mut frame = LazyJsonLineReader::new_with_sources(sources)
            .with_infer_schema_length(self.options.sample.and_then(NonZeroUsize::new))
            .with_ignore_errors(self.options.ignore_errors)
            .with_schema(schema)
            .with_include_file_paths(filename.map(PlSmallStr::from))
            .finish()?;
        // These are names, and the reader takes globs.
        if let DslPlan::Scan { unified_scan_args, .. } = &mut frame.logical_plan {
            unified_scan_args.glob = false;
        }
        Ok(frame)
    }

    fn read(&self, source: &Source, schema: Option<SchemaRef>) -> Result<LazyFrame> {
        let filename = self.options.shared.filename.as_deref();
        match source {
            Source::Lines(_) | Source::Memory(_) => {
                Ok(super::with_hive(self.lines(source.sources(), schema, filename)?, self.hive))
            }
            Source::Array { file, .. } => {
                if !self.hive.columns.is_empty() {
                    return Err(Error::new(
                        Kind::UnsupportedSql,
                        "JSON arrays in folders named key=value are not supported; \
                         write one object a line, or take hive_partitioning = false",
                    ));
                }
                let mut frame = self.lines(source.sources(), schema, None)?;
                // The columns are told here, where it is known which file an error is about.
                frame.collect_schema().map_err(|error| source.named(error))?;
                match filename {
                    Some(name) => names::with_file(frame, name, file),
                    None => Ok(frame),
                }
            }
        }
    }

    fn columns(&self, sources: &[Source]) -> Result<Vec<Column>> {
        let given = |(name, dtype): &(String, DataType)| Column {
            name: name.as_str().into(),
            converted: !dtype.is_nested() && *dtype != DataType::String,
            target: self.target(dtype.clone()),
        };
        let mut columns: Vec<Column> = match &self.options.columns {
            Some(columns) => columns.iter().map(given).collect(),
            None => self.told(sources, given)?,
        };
        // A folder takes the place of a column of its name, as in DuckDB.
        columns.retain(|column| !self.hive.columns.contains(&column.name));
        if let Some(filename) = self.options.shared.filename.as_deref()
            && columns.iter().any(|column| column.name == filename)
        {
            return Err(names::taken(filename));
        }
        Ok(columns)
    }

    fn target(&self, dtype: DataType) -> Target {
        let format = match dtype {
            DataType::Date => self.options.date_format.clone(),
            DataType::Datetime(..) => self.options.timestamp_format.clone(),
            _ => None,
        };
        Target { format, ..Target::new(dtype) }
    }

    /// The columns of the first objects of all files.
    fn told(&self, sources: &[Source], given: impl Fn(&(String, DataType)) -> Column) -> Result<Vec<Column>> {
        let samples: Vec<(&Source, ScanSources)> = sources
            .iter()
            .flat_map(|source| source.samples().into_iter().map(move |sample| (source, sample)))
            .take(SAMPLE_FILES)
            .collect();
        if samples.is_empty() {
            return Err(Error::new(
                Kind::InvalidFile,
                "the array has no objects, so it has no columns; name them by columns = {'column': 'TYPE'}",
            ));
        }
        let mut schema = Schema::default();
        for (source, sample) in &samples {
            let mut frame = self.lines(sample.clone(), None, None)?;
            let own = frame.collect_schema().map_err(|error| source.named(error))?;
            for (name, dtype) in own.iter() {
                let dtype = match schema.get(name) {
                    Some(known) => super::common_type(known, dtype),
                    None => dtype.clone(),
                };
                schema.with_column(name.clone(), dtype);
            }
        }
        let mut types = self.options.types.clone();
        let mut columns = Vec::new();
        let formats = [
            (DataType::Date, &self.options.date_format),
            (DataType::Datetime(TimeUnit::Microseconds, None), &self.options.timestamp_format),
        ];
        for (name, dtype) in schema.iter() {
            if let Some(place) = types.iter().position(|(given, _)| given == name) {
                columns.push(given(&types.remove(place)));
                continue;
            }
            let mut target = Target::new(dtype.clone());
            if *dtype == DataType::String {
                for (dtype, format) in &formats {
                    let Some(format) = format else { continue };
                    let candidate = Target { format: Some(format.clone()), ..Target::new(dtype.clone()) };
                    if self.fits(&candidate, name, &samples)? {
                        target = candidate;
                        break;
                    }
                }
            }
            columns.push(Column { name: name.clone(), converted: target.dtype != *dtype, target });
        }
        // What no object of the samples has may come later.
        columns.extend(types.iter().map(given));
        Ok(columns)
    }

    fn fits(&self, target: &Target, name: &PlSmallStr, samples: &[(&Source, ScanSources)]) -> Result<bool> {
        let rows = self.options.sample.and_then(|rows| IdxSize::try_from(rows).ok()).unwrap_or(IdxSize::MAX);
        let schema: SchemaRef = Arc::new(Schema::from_iter([Field::new(name.clone(), DataType::String)]));
        let mut found = false;
        for (source, sample) in samples {
            let frame = self.lines(sample.clone(), Some(schema.clone()), None)?.limit(rows);
            let frame = frame.collect_with_engine(Engine::Streaming).map_err(|error| source.named(error))?;
            let frame = frame.unwrap_single();
            let texts = frame.column(name)?.str()?;
            if texts.null_count() == texts.len() {
                continue;
            }
            if !target.fits_all(texts) {
                return Ok(false);
            }
            found = true;
        }
        Ok(found)
    }
}

/// A part with its text at hand.
enum Source {
    Lines(Vec<String>),
    /// Lines of a file that is in memory.
    Memory(Buffer<u8>),
    Array {
        file: String,
        lines: Buffer<u8>,
    },
}

impl Source {
    fn of(part: &Part) -> Result<Self> {
        Ok(match part {
            Part::Lines(files) => Self::Lines(files.clone()),
            Part::Array(file) => Self::Array { file: file.clone(), lines: arrays::as_lines(file)?.into() },
        })
    }

    fn sources(&self) -> ScanSources {
        match self {
            Self::Lines(files) => super::in_files(files),
            Self::Memory(lines) | Self::Array { lines, .. } => super::in_memory(lines),
        }
    }

    /// `error`, with the name of the file that is an array where it is about bytes in memory.
    fn named(&self, error: PolarsError) -> Error {
        let error = Error::from(error);
        match (self, of_memory(&error)) {
            (Self::Array { file, .. }, Some(said)) => Error { detail: format!("{file}: {said}"), ..error },
            _ => error,
        }
    }

    /// Each file by itself.
    fn samples(&self) -> Vec<ScanSources> {
        match self {
            Self::Lines(files) => {
                files.iter().map(|file| Self::Lines(vec![file.clone()]).sources()).collect()
            }
            // Of no object nothing can be told.
            Self::Array { lines, .. } if lines.trim_ascii().is_empty() => Vec::new(),
            Self::Memory(_) | Self::Array { .. } => vec![self.sources()],
        }
    }
}
