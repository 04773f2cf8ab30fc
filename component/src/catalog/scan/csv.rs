//! CSV files. Two ways lead to a plan:
//!
//! - Without a word on types, Polars' reader tells them and parses ([`native`]).
//! - Where the call names types or formats of dates, leaves rows out that do not fit, or puts files with
//!   other columns together, the fields are read as text and converted by [`Target`], with the rules and
//!   the errors of DuckDB ([`typed`]). It streams as the other.

use std::num::NonZeroUsize;
use std::sync::Arc;

use polars::prelude::*;
use polars_buffer::Buffer;
use polars_io::csv::read::{CsvEncoding, NullValues};

use super::convert::{Misfit, Target};
use super::hive::Hive;
use super::{dialect, names};
use crate::catalog::Root;
use crate::catalog::options::{CsvOptions, Declared};
use crate::error::{Error, Kind, Result};

/// A name that no file has: for the fields beyond the last column.
const BEYOND: &str = "\u{1}beyond";

pub fn scan(files: &[String], options: &CsvOptions, roots: &[Root]) -> Result<LazyFrame> {
    let hive = Hive::of(files, &options.shared.hive)?;
    let separator = match options.separator {
        Some(separator) => separator,
        None => dialect::separator(&files[0], options)?,
    };
    let csv = Csv { options, separator, hive: &hive };
    let frame = if csv.is_native() { csv.native(super::in_files(files))? } else { csv.typed(files)? };
    names::arranged(frame, options.shared.filename.as_deref(), &hive, files, roots)
}

/// As [`scan`], of a file that is in memory.
pub fn bytes(bytes: &Buffer<u8>, options: &CsvOptions) -> Result<LazyFrame> {
    let separator = match options.separator {
        Some(separator) => separator,
        None => dialect::separator_of(bytes, options)?,
    };
    let hive = Hive::of(&[], &options.shared.hive)?;
    Csv { options, separator, hive: &hive }.native(super::in_memory(bytes))
}

struct Csv<'a> {
    options: &'a CsvOptions,
    separator: u8,
    hive: &'a Hive,
}

/// Files in a row whose columns are the same.
struct Part {
    files: Vec<String>,
    /// The columns as the files call them, with the types that were told from them.
    schema: Schema,
}

/// A column of the answer.
struct Column {
    name: PlSmallStr,
    target: Target,
}

impl Csv<'_> {
    fn is_native(&self) -> bool {
        let options = self.options;
        options.declared == Declared::Nothing
            && options.date_format.is_none()
            && options.timestamp_format.is_none()
            && !options.ignore_errors
            && !options.quoted_empty_is_null
            && !options.shared.union_by_name
    }

    fn reader(&self, sources: ScanSources) -> LazyCsvReader {
        let options = self.options;
        let text = |text: &String| PlSmallStr::from(text.as_str());
        let nulls = match (options.nulls.as_slice(), options.nulls_by_column.as_slice()) {
            ([], []) => None,
            ([], pairs) => Some(NullValues::Named(pairs.iter().map(|(a, b)| (text(a), text(b))).collect())),
            (nulls, _) => Some(NullValues::AllColumns(nulls.iter().map(text).collect())),
        };
        LazyCsvReader::new_with_sources(sources)
            .with_glob(false)
            .with_separator(self.separator)
            .with_has_header(options.header)
            .with_quote_char(options.quote)
            .with_comment_prefix(options.comment.as_deref().map(PlSmallStr::from))
            .with_skip_lines(options.skip_lines)
            .with_skip_rows(options.skip_rows)
            .with_skip_rows_after_header(options.skip_after_header)
            .with_encoding(if options.lossy { CsvEncoding::LossyUtf8 } else { CsvEncoding::Utf8 })
            .with_decimal_comma(options.decimal_comma)
            .with_missing_is_null(options.empty_is_null)
            .with_null_values(nulls)
            .with_truncate_ragged_lines(options.truncate)
            .with_infer_schema_length(if options.all_varchar { Some(0) } else { options.sample })
            .with_infer_schema_files(NonZeroUsize::new(10).expect("not 0"))
            .with_try_parse_dates(options.dates && !options.all_varchar)
    }

    fn finish(&self, reader: LazyCsvReader) -> PolarsResult<LazyFrame> {
        let filename = self.options.shared.filename.as_deref().map(PlSmallStr::from);
        let frame = reader.with_include_file_paths(filename).finish()?;
        Ok(super::with_hive(frame, self.hive))
    }

    fn native(&self, sources: ScanSources) -> Result<LazyFrame> {
        let policy = match self.options.insert_missing {
            true => MissingColumnsPolicy::Insert,
            false => MissingColumnsPolicy::Raise,
        };
        let mut reader = self.reader(sources).with_missing_columns_policy(Some(policy));
        if self.options.ignore_extra {
            reader = reader.with_extra_columns_policy(ExtraColumnsPolicy::Ignore);
        }
        let mut frame = self.finish(reader)?;
        if self.options.header && self.options.names.is_none() {
            return Ok(frame);
        }
        let schema = frame.collect_schema()?;
        let found: Vec<PlSmallStr> =
            schema.iter_names().filter(|name| !self.is_ours(name)).cloned().collect();
        let named = self.named(&found)?;
        let mut columns: Vec<Expr> =
            found.into_iter().zip(named).map(|(old, new)| col(old).alias(new)).collect();
        columns.extend(self.ours());
        Ok(frame.select(columns))
    }

    /// Whether a column is not from the files' lines.
    fn is_ours(&self, name: &str) -> bool {
        self.options.shared.filename.as_deref() == Some(name)
            || self.hive.columns.iter().any(|key| key == name)
    }

    /// The columns that are not from the files' lines.
    fn ours(&self) -> impl Iterator<Item = Expr> {
        let filename = self.options.shared.filename.as_deref();
        filename.map(col).into_iter().chain(self.hive.columns.iter().map(|name| col(name.clone())))
    }

    /// The names of the columns that the file calls `found`: `names` for the first, and without a header
    /// `column0`, `column1`, ….
    fn named(&self, found: &[PlSmallStr]) -> Result<Vec<PlSmallStr>> {
        let mut named: Vec<PlSmallStr> = match self.options.header {
            true => found.to_vec(),
            false => (0..found.len()).map(|place| format!("column{place}").into()).collect(),
        };
        let names = self.options.names.as_deref().unwrap_or_default();
        if names.len() > named.len() {
            return Err(Error::new(
                Kind::InvalidSql,
                format!("names has {} names, but the file has {} columns", names.len(), named.len()),
            ));
        }
        for (column, name) in named.iter_mut().zip(names) {
            *column = name.as_str().into();
        }
        for (place, name) in named.iter().enumerate() {
            if named[..place].contains(name) {
                return Err(Error::new(
                    Kind::DuplicateColumn,
                    format!("two columns are called \"{name}\"; give names for more of them"),
                ));
            }
        }
        Ok(named)
    }

    // Text, converted here.

    fn typed(&self, files: &[String]) -> Result<LazyFrame> {
        let parts = self.parts(files)?;
        let columns = self.columns(&parts)?;
        if let Some(filename) = self.options.shared.filename.as_deref()
            && columns.iter().any(|column| column.name == filename)
        {
            return Err(names::taken(filename));
        }
        let frames = parts.iter().map(|part| self.part(part, &columns)).collect::<Result<Vec<_>>>()?;
        super::one_after_another(frames)
    }

    fn parts(&self, files: &[String]) -> Result<Vec<Part>> {
        let told = !matches!(self.options.declared, Declared::Columns(_) | Declared::Schema(_));
        let mut parts: Vec<Part> = Vec::new();
        for file in files {
            let file = std::slice::from_ref(file);
            let mut reader = self.reader(super::in_files(file));
            if !told {
                reader = reader.with_infer_schema_length(Some(0)).with_try_parse_dates(false);
            }
            let schema = reader.finish()?.collect_schema()?.as_ref().clone();
            match parts.last_mut() {
                Some(last) if last.schema.iter_names().eq(schema.iter_names()) => {
                    last.files.extend_from_slice(file);
                    for (name, dtype) in schema.iter() {
                        let old = last.schema.get(name).cloned().unwrap_or(DataType::String);
                        last.schema.set_dtype(name, super::common_type(&old, dtype));
                    }
                }
                _ => parts.push(Part { files: file.to_vec(), schema }),
            }
        }
        Ok(parts)
    }

    /// Whether the columns of the files are told apart by their places.
    fn by_place(&self) -> bool {
        matches!(self.options.declared, Declared::Columns(_))
            || self.options.names.is_some()
            || !self.options.header
    }

    fn columns(&self, parts: &[Part]) -> Result<Vec<Column>> {
        match &self.options.declared {
            Declared::Columns(columns) => {
                for part in parts {
                    let found = part.schema.len();
                    if found != columns.len() && !self.options.insert_missing && !self.options.ignore_extra {
                        return Err(Error::new(
                            Kind::InvalidSql,
                            format!(
                                "columns names {} columns, but '{}' has {found}: {}",
                                columns.len(),
                                part.files[0].rsplit('/').next().unwrap_or_default(),
                                list(part.schema.iter_names())
                            ),
                        ));
                    }
                }
                Ok(self.declared(columns))
            }
            Declared::Schema(columns) => {
                for part in parts {
                    let lacks = columns.iter().find(|(name, _)| part.schema.get(name).is_none());
                    let extra =
                        part.schema.iter_names().find(|name| !columns.iter().any(|(n, _)| n == *name));
                    if let (Some((name, _)), false) = (lacks, self.options.insert_missing) {
                        return Err(unknown("schema", name, part.schema.iter_names()));
                    }
                    if let (Some(name), false) = (extra, self.options.ignore_extra) {
                        return Err(Error::new(
                            Kind::UnknownColumn,
                            format!("the file has a column \"{name}\", which schema does not name"),
                        ));
                    }
                }
                Ok(self.declared(columns))
            }
            _ => self.told(parts),
        }
    }

    fn declared(&self, columns: &[(String, DataType)]) -> Vec<Column> {
        let column = |(name, dtype): &(String, DataType)| Column {
            name: name.as_str().into(),
            target: self.target(dtype.clone()),
        };
        columns.iter().map(column).collect()
    }

    /// The type that the call names, with the formats that it names.
    fn target(&self, dtype: DataType) -> Target {
        let format = match dtype {
            DataType::Date => self.options.date_format.clone(),
            DataType::Datetime(..) => self.options.timestamp_format.clone(),
            _ => None,
        };
        Target { dtype, format, decimal_comma: self.options.decimal_comma }
    }

    /// Columns whose names, and most types, are told from the files.
    fn told(&self, parts: &[Part]) -> Result<Vec<Column>> {
        let mut found: Vec<(PlSmallStr, DataType)> = Vec::new();
        for (n, part) in parts.iter().enumerate() {
            let own: Vec<PlSmallStr> = part.schema.iter_names().cloned().collect();
            let own = self.named(&own)?;
            if n > 0 && !self.options.shared.union_by_name {
                let lacks = found.iter().map(|(name, _)| name).find(|name| !own.contains(name));
                let extra = own.iter().find(|name| !found.iter().any(|(other, _)| other == *name));
                let differs = lacks.filter(|_| !self.options.insert_missing);
                if let Some(name) = differs.or(extra.filter(|_| !self.options.ignore_extra)) {
                    return Err(Error::new(
                        Kind::InvalidFile,
                        format!(
                            "the files do not all have the column \"{name}\"; union_by_name = true puts them together"
                        ),
                    ));
                }
            }
            for (name, dtype) in own.into_iter().zip(part.schema.iter_values()) {
                match found.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, known)) => *known = super::common_type(known, dtype),
                    None if n > 0 && !self.options.shared.union_by_name => {}
                    None => found.push((name, dtype.clone())),
                }
            }
        }
        let mut columns: Vec<Column> = Vec::new();
        let given = self.given(&found)?;
        let mut samples = None;
        for ((name, dtype), given) in found.into_iter().zip(given) {
            let target = match given {
                Some(dtype) => self.target(dtype),
                None if self.options.all_varchar => Target::new(DataType::String),
                None if self.needs_sample(&dtype) => {
                    if samples.is_none() {
                        samples = Some(self.samples(parts)?);
                    }
                    self.detect(&name, &dtype, samples.as_deref().unwrap_or_default())?
                }
                None => Target { dtype, format: None, decimal_comma: self.options.decimal_comma },
            };
            columns.push(Column { name, target });
        }
        Ok(columns)
    }

    /// The types that the call names for the columns `found`.
    fn given(&self, found: &[(PlSmallStr, DataType)]) -> Result<Vec<Option<DataType>>> {
        let mut given = vec![None; found.len()];
        match &self.options.declared {
            Declared::ByName(types) => {
                for (name, dtype) in types {
                    let exact = found.iter().position(|(column, _)| column == name);
                    let place = exact
                        .or_else(|| found.iter().position(|(column, _)| column.eq_ignore_ascii_case(name)))
                        .ok_or_else(|| unknown("types", name, found.iter().map(|(column, _)| column)))?;
                    given[place] = Some(dtype.clone());
                }
            }
            Declared::ByPlace(types) => {
                if types.len() > found.len() {
                    return Err(Error::new(
                        Kind::InvalidSql,
                        format!("types has {} types, but the file has {} columns", types.len(), found.len()),
                    ));
                }
                for (slot, dtype) in given.iter_mut().zip(types) {
                    *slot = Some(dtype.clone());
                }
            }
            _ => {}
        }
        Ok(given)
    }

    fn needs_sample(&self, dtype: &DataType) -> bool {
        let formats = self.options.date_format.is_some() || self.options.timestamp_format.is_some();
        match dtype {
            DataType::Date | DataType::Datetime(..) => true,
            DataType::String | DataType::Int64 => formats,
            _ => false,
        }
    }

    /// The first rows of each part, as text.
    fn samples(&self, parts: &[Part]) -> Result<Vec<DataFrame>> {
        let rows = self.options.sample.and_then(|rows| IdxSize::try_from(rows).ok()).unwrap_or(IdxSize::MAX);
        let sample = |part: &Part| {
            let first = Part { files: vec![part.files[0].clone()], schema: part.schema.clone() };
            let names: Vec<PlSmallStr> = first.schema.iter_names().cloned().collect();
            let columns: Vec<Expr> =
                names.iter().zip(self.named(&names)?).map(|(old, new)| col(old.clone()).alias(new)).collect();
            let text = self.text(&first)?.limit(rows).select(columns);
            Ok(text.collect_with_engine(Engine::Streaming)?.unwrap_single())
        };
        parts.iter().map(sample).collect()
    }

    /// What a column is whose values may be dates: first by the formats of the call, then by the order year,
    /// month, day, then by other orders that Polars knows; else text.
    fn detect(&self, name: &str, dtype: &DataType, samples: &[DataFrame]) -> Result<Target> {
        const DATES: [&str; 2] = ["%d-%m-%Y", "%d/%m/%Y"];
        const TIMESTAMPS: [&str; 4] =
            ["%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M"];
        let timestamp = || DataType::Datetime(TimeUnit::Microseconds, None);
        let with =
            |dtype, format: Option<&str>| Target { format: format.map(String::from), ..Target::new(dtype) };
        let mut candidates = Vec::new();
        if let Some(format) = &self.options.date_format {
            candidates.push(with(DataType::Date, Some(format)));
        }
        if let Some(format) = &self.options.timestamp_format {
            candidates.push(with(timestamp(), Some(format)));
        }
        match dtype {
            // In DuckDB, too, a date that is not of the format is a timestamp.
            DataType::Date if self.options.date_format.is_some() => candidates.push(with(timestamp(), None)),
            DataType::Date => {
                candidates.push(with(DataType::Date, None));
                candidates.extend(DATES.map(|format| with(DataType::Date, Some(format))));
            }
            DataType::Datetime(..) => {
                candidates.push(with(dtype.clone(), None));
                candidates.extend(TIMESTAMPS.map(|format| with(timestamp(), Some(format))));
            }
            _ => {}
        }
        let columns: Vec<&StringChunked> = samples
            .iter()
            .filter_map(|sample| sample.column(name).ok())
            .map(|column| column.str())
            .collect::<PolarsResult<_>>()?;
        let fits = |target: &&Target| {
            let with_values = || columns.iter().filter(|texts| texts.null_count() < texts.len());
            with_values().next().is_some() && with_values().all(|texts| target.fits_all(texts))
        };
        Ok(match (candidates.iter().find(fits), dtype) {
            (Some(target), _) => target.clone(),
            (None, DataType::Int64) => self.target(DataType::Int64),
            (None, _) => Target::new(DataType::String),
        })
    }

    /// The lines of a part, all of text.
    fn text(&self, part: &Part) -> Result<LazyFrame> {
        let mut schema: Schema =
            part.schema.iter_names().map(|name| Field::new(name.clone(), DataType::String)).collect();
        let mut reader =
            self.reader(super::in_files(&part.files)).with_try_parse_dates(false).with_decimal_comma(false);
        if self.options.ignore_errors {
            schema.with_column(BEYOND.into(), DataType::String);
            reader = reader
                .with_missing_columns_policy(Some(MissingColumnsPolicy::Insert))
                .with_truncate_ragged_lines(true);
        }
        let mut frame = self.finish(reader.with_schema(Some(Arc::new(schema))))?;
        if self.options.ignore_errors {
            // An empty field more than there are columns is a separator at the end of the line.
            frame = frame.filter(col(BEYOND).is_null().or(col(BEYOND).eq(lit(""))));
        }
        if self.options.quoted_empty_is_null {
            let null = |name: &PlSmallStr| {
                when(col(name.clone()).neq(lit("")))
                    .then(col(name.clone()))
                    .otherwise(lit(NULL))
                    .alias(name.clone())
            };
            frame = frame.with_columns(part.schema.iter_names().map(null).collect::<Vec<_>>());
        }
        Ok(frame)
    }

    /// A part in the columns of the answer.
    fn part(&self, part: &Part, columns: &[Column]) -> Result<LazyFrame> {
        let frame = self.text(part)?;
        let found: Vec<PlSmallStr> = part.schema.iter_names().cloned().collect();
        let own = if self.by_place() { None } else { Some(self.named(&found)?) };
        let misfit = if self.options.ignore_errors { Misfit::Null } else { Misfit::Error };
        let mut values = Vec::new();
        let mut fits = Vec::new();
        let mut raw = Vec::new();
        // A folder takes the place of a column of its name, as in DuckDB.
        let is_folder = |column: &Column| self.hive.columns.contains(&column.name);
        for (place, column) in columns.iter().enumerate() {
            if is_folder(column) {
                continue;
            }
            let source = match &own {
                None => found.get(place),
                Some(own) => own.iter().position(|name| *name == column.name).map(|place| &found[place]),
            };
            let Some(source) = source else {
                values.push(lit(NULL).cast(column.target.dtype.clone()).alias(column.name.clone()));
                continue;
            };
            let value = column.target.expr(col(source.clone()), &column.name, misfit);
            values.push(value.alias(column.name.clone()));
            if self.options.ignore_errors && column.target.dtype != DataType::String {
                let text = format!("\u{1}{place}");
                fits.push(col(text.as_str()).is_null().or(col(column.name.clone()).is_not_null()));
                raw.push(col(source.clone()).alias(text));
            }
        }
        let keep: Vec<Expr> =
            columns.iter().map(|column| col(column.name.clone())).chain(self.ours()).collect();
        values.extend(raw);
        values.extend(self.ours());
        let frame = frame.select(values);
        Ok(match fits.into_iter().reduce(Expr::and) {
            Some(fits) => frame.filter(fits).select(keep),
            None => frame,
        })
    }
}

fn unknown<'a>(option: &str, name: &str, known: impl Iterator<Item = &'a PlSmallStr>) -> Error {
    Error::new(
        Kind::UnknownColumn,
        format!("{option} names the column \"{name}\", which the file does not have; it has {}", list(known)),
    )
}

fn list<'a>(names: impl Iterator<Item = &'a PlSmallStr>) -> String {
    names.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}
