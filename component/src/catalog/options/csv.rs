//! Options of `read_csv`: DuckDB's, and under the names of Polars those that it has in its SQL.

use polars::prelude::DataType;

use super::{Given, SharedOptions, Value};
use crate::catalog::INFER_ROWS;
use crate::error::Result;
use crate::sql::parse_time;

/// Types that the call names.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Declared {
    #[default]
    Nothing,
    /// `columns`: all columns of the file, by their places.
    Columns(Vec<(String, DataType)>),
    /// `schema`, of Polars: all columns of the file, by their names.
    Schema(Vec<(String, DataType)>),
    /// `types={…}`: some columns.
    ByName(Vec<(String, DataType)>),
    /// `types=[…]`: the first columns.
    ByPlace(Vec<DataType>),
}

/// Names of the first columns, in place of those in the file.
pub type Names = Vec<String>;

/// See the module.
#[derive(Clone, Debug, PartialEq)]
pub struct CsvOptions {
    pub shared: SharedOptions,
    /// Between fields; none: as the header line says.
    pub separator: Option<u8>,
    pub header: bool,
    pub quote: Option<u8>,
    pub comment: Option<String>,
    pub skip_lines: usize,
    pub skip_rows: usize,
    pub skip_after_header: usize,
    /// Whether bytes that are not UTF-8 are replaced.
    pub lossy: bool,
    pub decimal_comma: bool,
    /// Texts that are NULL, in quotes or not.
    pub nulls: Vec<String>,
    /// Such texts for some columns. An option of Polars.
    pub nulls_by_column: Vec<(String, String)>,
    /// Whether a field without any text is NULL.
    pub empty_is_null: bool,
    /// Whether an empty text in quotes is NULL, too.
    pub quoted_empty_is_null: bool,
    /// Whether rows that cannot be read are left out.
    pub ignore_errors: bool,
    pub all_varchar: bool,
    /// Whether dates and times are told from the text.
    pub dates: bool,
    pub date_format: Option<String>,
    pub timestamp_format: Option<String>,
    /// Rows from which types are told; none: all.
    pub sample: Option<usize>,
    pub names: Option<Names>,
    pub declared: Declared,
    /// Whether fields beyond the last column are left out. An option of Polars.
    pub truncate: bool,
    /// Whether columns that a file lacks are NULL. An option of Polars.
    pub insert_missing: bool,
    /// Whether columns that nobody named are left out. An option of Polars.
    pub ignore_extra: bool,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self {
            shared: SharedOptions::default(),
            separator: None,
            header: true,
            quote: Some(b'"'),
            comment: None,
            skip_lines: 0,
            skip_rows: 0,
            skip_after_header: 0,
            lossy: false,
            decimal_comma: false,
            nulls: Vec::new(),
            nulls_by_column: Vec::new(),
            empty_is_null: true,
            quoted_empty_is_null: false,
            ignore_errors: false,
            all_varchar: false,
            dates: true,
            date_format: None,
            timestamp_format: None,
            sample: Some(INFER_ROWS),
            names: None,
            declared: Declared::Nothing,
            truncate: false,
            insert_missing: false,
            ignore_extra: false,
        }
    }
}

impl CsvOptions {
    pub fn take(mut given: Given) -> Result<Self> {
        let given = &mut given;
        let shared = SharedOptions::take(given)?;
        let separator = match given.byte(&["delim", "sep", "delimiter", "separator"])? {
            Some(None) => return Err(given.wrong("delim", "takes one ASCII character, not an empty text")),
            separator => separator.flatten(),
        };
        let header = given.bool(&["header", "has_header"])?.unwrap_or(true);
        let quote = given.byte(&["quote", "quote_char"])?.unwrap_or(Some(b'"'));
        if let Some(escape) = given.byte(&["escape"])?
            && escape.is_some_and(|escape| Some(escape) != quote)
        {
            return Err(given.unsupported("escape", "a quote inside quotes is written twice"));
        }
        let comment = match given.take(&["comment", "comment_prefix"])? {
            None | Some((_, Value::Null)) => None,
            Some((_, Value::Text(prefix))) => Some(prefix).filter(|prefix| !prefix.is_empty()),
            Some((name, _)) => return Err(given.wrong(&name, "takes the text that begins a comment")),
        };
        let (nulls, nulls_by_column, empty_is_null) = nulls(given)?;
        let mut options = Self {
            shared,
            separator,
            header,
            quote,
            comment,
            skip_lines: given.skipped(&["skip", "skip_lines"])?.unwrap_or(0),
            skip_rows: given.skipped(&["skip_rows"])?.unwrap_or(0),
            skip_after_header: given.skipped(&["skip_rows_after_header"])?.unwrap_or(0),
            lossy: encoding(given)?,
            decimal_comma: decimal_comma(given)?,
            nulls,
            nulls_by_column,
            empty_is_null,
            quoted_empty_is_null: given.bool(&["allow_quoted_nulls"])?.unwrap_or(false) && empty_is_null,
            ignore_errors: given.bool(&["ignore_errors"])?.unwrap_or(false),
            all_varchar: given.bool(&["all_varchar"])?.unwrap_or(false)
                || given.bool(&["infer_schema"])? == Some(false),
            dates: given.bool(&["try_parse_dates"])?.unwrap_or(true),
            date_format: format(given, &["dateformat", "date_format"])?,
            timestamp_format: format(given, &["timestampformat", "timestamp_format"])?,
            sample: given.count(&["sample_size", "infer_schema_length"])?.unwrap_or(Some(INFER_ROWS)),
            names: given.texts(&["names", "column_names", "new_columns"])?,
            declared: declared(given)?,
            truncate: given.bool(&["truncate_ragged_lines"])?.unwrap_or(false),
            insert_missing: given
                .one_of(&["missing_columns"], &[("insert", true), ("raise", false)])?
                .unwrap_or(false),
            ignore_extra: given
                .one_of(&["extra_columns"], &[("ignore", true), ("raise", false)])?
                .unwrap_or(false),
        };
        if options.ignore_extra {
            options.truncate = true;
        }
        options.check(given)?;
        without_meaning(given, &options)?;
        std::mem::replace(given, Given::new("", Vec::new())?).finish()?;
        Ok(options)
    }

    /// What does not go together.
    fn check(&mut self, given: &Given) -> Result<()> {
        if matches!(self.declared, Declared::Columns(_) | Declared::Schema(_)) && self.names.is_some() {
            return Err(given.wrong("names", "does not go with columns and schema, which give names"));
        }
        if let Declared::Schema(columns) = &self.declared
            && !self.header
        {
            self.declared = Declared::Columns(columns.clone());
        }
        let doubled = |names: &[String]| names.iter().enumerate().any(|(n, name)| names[..n].contains(name));
        if self.names.as_deref().is_some_and(doubled) {
            return Err(given.wrong("names", "has a name twice"));
        }
        let nested = |dtype: &DataType| dtype.is_nested();
        let types: Vec<&DataType> = match &self.declared {
            Declared::Nothing => Vec::new(),
            Declared::Columns(columns) | Declared::Schema(columns) | Declared::ByName(columns) => {
                columns.iter().map(|(_, dtype)| dtype).collect()
            }
            Declared::ByPlace(types) => types.iter().collect(),
        };
        if types.into_iter().any(nested) {
            return Err(given.unsupported("columns", "lists and structs are not read from CSV"));
        }
        Ok(())
    }
}

/// A format of `strptime` whose codes are all known.
pub(super) fn format(given: &mut Given, names: &[&'static str]) -> Result<Option<String>> {
    let Some(format) = given.text(names)? else { return Ok(None) };
    // `DuckDB` takes 'auto' for none.
    if format.eq_ignore_ascii_case("auto") {
        return Ok(None);
    }
    let mut codes = format.split('%').skip(1);
    while let Some(code) = codes.next() {
        // An empty piece follows `%%`, and the text after it holds no code.
        if code.is_empty() && codes.next().is_some() {
            continue;
        }
        let code = code.trim_start_matches('-');
        let known = code.chars().next().is_some_and(|code| "YymdHIMSfpbhB".contains(code));
        if !known {
            let code: String = code.chars().take(1).collect();
            return Err(given.wrong(
                names[0],
                format!(
                    "has the code '%{code}'; known are %Y %y %m %b %B %d %H %I %p %M %S %f, and - after the %"
                ),
            ));
        }
    }
    if parse_time("", &format).is_err() {
        return Err(given.wrong(names[0], format!("is no format of dates: '{format}'")));
    }
    Ok(Some(format))
}

type Nulls = (Vec<String>, Vec<(String, String)>, bool);

/// `nullstr` takes the place of the empty field, as in `DuckDB`; `null_values` of Polars adds to it.
fn nulls(given: &mut Given) -> Result<Nulls> {
    if let Some(nulls) = given.text_or_texts(&["nullstr"])? {
        let empty = nulls.iter().any(String::is_empty);
        return Ok((nulls.into_iter().filter(|null| !null.is_empty()).collect(), Vec::new(), empty));
    }
    let Some((name, value)) = given.take(&["null_values"])? else {
        return Ok((Vec::new(), Vec::new(), true));
    };
    match value {
        Value::Text(null) => Ok((vec![null], Vec::new(), true)),
        Value::Map(fields) => {
            let pairs = fields.into_iter().map(|(column, value)| Some((column, value.as_text()?)));
            match pairs.collect() {
                Some(pairs) => Ok((Vec::new(), pairs, true)),
                None => Err(given.wrong(&name, "takes texts")),
            }
        }
        other => match other.as_texts() {
            Some(nulls) => Ok((nulls, Vec::new(), true)),
            None => Err(given.wrong(&name, "takes a text, a list of texts, or {'column': 'text'}")),
        },
    }
}

fn declared(given: &mut Given) -> Result<Declared> {
    let columns = given.columns(&["columns"])?;
    let schema = given.columns(&["schema"])?;
    let types = match given.take(&["types", "dtypes", "column_types", "schema_overrides"])? {
        None => None,
        Some((name, Value::Map(fields))) => Some(Declared::ByName(given.typed_fields(&name, fields)?)),
        Some((name, Value::List(values))) => Some(Declared::ByPlace(
            values.iter().map(|value| given.data_type(&name, value)).collect::<Result<_>>()?,
        )),
        Some((name, other)) => {
            return Err(given.wrong(
                &name,
                format!("takes {{'column': 'TYPE', …}} or ['TYPE', …], not {}", other.shown()),
            ));
        }
    };
    match (columns, schema, types) {
        (Some(columns), None, None) => Ok(Declared::Columns(columns)),
        (None, Some(columns), None) => Ok(Declared::Schema(columns)),
        (None, None, Some(types)) => Ok(types),
        (None, None, None) => Ok(Declared::Nothing),
        _ => Err(given.wrong("columns", "does not go with types or schema; give one of them")),
    }
}

fn encoding(given: &mut Given) -> Result<bool> {
    let Some(name) = given.text(&["encoding"])? else { return Ok(false) };
    match name.to_lowercase().as_str() {
        "utf-8" | "utf8" => Ok(false),
        "utf8-lossy" => Ok(true),
        _ => Err(given.unsupported(
            "encoding",
            format!("'{name}' is not read; convert the file to UTF-8, or take 'utf8-lossy', which replaces what is not UTF-8"),
        )),
    }
}

fn decimal_comma(given: &mut Given) -> Result<bool> {
    let comma = given.one_of(&["decimal_separator"], &[(",", true), (".", false)])?;
    Ok(comma.or(given.bool(&["decimal_comma"])?).unwrap_or(false))
}

/// Options of `DuckDB` that change nothing here, where they say what is done.
fn without_meaning(given: &mut Given, options: &CsvOptions) -> Result<()> {
    let is_declared = matches!(options.declared, Declared::Columns(_) | Declared::Schema(_));
    if given.bool(&["auto_detect"])? == Some(false) && !is_declared {
        return Err(given.wrong("auto_detect", "is false, so columns={…} is needed"));
    }
    given.one_of(&["compression"], &[("auto", ()), ("none", ()), ("gzip", ()), ("zstd", ())])?;
    given.one_of(&["new_line"], &[("\n", ()), ("\\n", ()), ("\r\n", ()), ("\\r\\n", ())])?;
    given.only("strict_mode", true, "a quote that does not close is an error")?;
    given.only("null_padding", true, "fields that a row lacks at its end are NULL")?;
    given.only("normalize_names", false, "columns are called as in the file")?;
    given.only("parallel", false, "a query has one thread")?;
    given.only("store_rejects", false, "there is no table for them")?;
    given.skipped(&["infer_schema_files"])?;
    given.refuse(
        &["rejects_table", "rejects_scan", "rejects_limit"],
        "rows that cannot be read are not kept",
    )?;
    given.refuse(&["buffer_size", "max_line_size", "maximum_line_size"], "lines may have any length")?;
    given.refuse(&["files_to_sniff"], "types are told from every file that has columns of its own")?;
    given.refuse(&["auto_type_candidates"], "name the types of columns by types={'column': 'TYPE'}")?;
    given.refuse(&["force_not_null"], "name what is NULL by nullstr")?;
    given.refuse(&["thousands"], "read the column as VARCHAR, and replace(x, ',', '') in the query")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(values: &[(&str, Value)]) -> Result<CsvOptions> {
        let values = values.iter().map(|(name, value)| (name.to_string(), value.clone())).collect();
        CsvOptions::take(Given::new("read_csv", values)?)
    }

    fn text(text: &str) -> Value {
        Value::Text(text.into())
    }

    #[test]
    fn names_of_duckdb_and_of_polars() {
        let duckdb =
            options(&[("delim", text(";")), ("header", Value::Bool(false)), ("nullstr", text("NA"))]);
        let polars = options(&[("separator", text(";")), ("has_header", Value::Bool(false))]).unwrap();
        let duckdb = duckdb.unwrap();
        assert_eq!((duckdb.separator, duckdb.header), (polars.separator, polars.header));
        assert_eq!((duckdb.nulls, duckdb.empty_is_null), (vec!["NA".to_string()], false));
        assert_eq!(options(&[]).unwrap(), CsvOptions::default());
    }

    #[test]
    fn formats_have_known_codes() {
        for format in ["%d/%m/%Y", "%-d.%-m.%y", "%%%Y", "100%%d"] {
            assert!(options(&[("dateformat", text(format))]).is_ok(), "{format}");
        }
        for format in ["%Q", "%j", "%", "%Y%"] {
            assert!(options(&[("dateformat", text(format))]).is_err(), "{format}");
        }
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for (name, value) in [
            ("escape", text("\\")),
            ("encoding", text("latin-1")),
            ("null_padding", Value::Bool(false)),
            ("strict_mode", Value::Bool(false)),
            ("buffer_size", Value::Number("1".into())),
            ("auto_detect", Value::Bool(false)),
            ("delim", text("")),
            ("types", Value::List(vec![text("INTEGER[]")])),
        ] {
            assert!(options(&[(name, value)]).is_err(), "{name}");
        }
    }
}
