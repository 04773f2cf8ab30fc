//! Saved queries: statements that the data directory holds, with typed parameters, by name.

use std::collections::BTreeMap;

use polaroid_sql::params::declared::{self, Declared};
use polaroid_sql::params::{Param, Params};
use polaroid_sql::parse;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::catalog::{Catalog, SavedFile};
use crate::error::{Error, Kind, Position, Result};
use crate::openapi;
use crate::request::OPTIONS;

/// The largest file of a saved query.
const MAX_BYTES: u64 = 64 << 10;

/// What `GET /queries` lists.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Queries {
    pub queries: Vec<SavedQuery>,
}

/// A saved query, as `GET /queries` shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SavedQuery {
    pub name: String,
    pub description: String,
    #[schemars(with = "Vec<openapi::Declared>")]
    pub parameters: Vec<Declared>,
    /// The whole text of the file, so that places in it are places in the file.
    #[serde(skip)]
    pub sql: String,
    #[serde(skip)]
    file: String,
}

/// A value for a parameter, as it was sent.
pub enum Value {
    /// In a URL.
    Text(String),
    Json(Box<RawValue>),
}

/// All saved queries with their parameters. `left_out` is told what is wrong with the files that are not among them.
pub fn list(catalog: &Catalog, left_out: impl Fn(Error)) -> Result<Vec<SavedQuery>> {
    let read = |file: SavedFile| SavedQuery::read(&file).map_err(&left_out).ok();
    Ok(catalog.saved()?.into_iter().filter_map(read).collect())
}

impl SavedQuery {
    /// # Errors
    /// [`Kind::UnknownQuery`] with those that there are, [`Kind::InvalidSavedQuery`].
    pub fn named(name: &str, catalog: &Catalog) -> Result<Self> {
        let files = catalog.saved()?;
        match files.iter().find(|file| file.name == name) {
            Some(file) => Self::read(file),
            None => Err(unknown(name, &files)),
        }
    }

    fn read(file: &SavedFile) -> Result<Self> {
        let invalid = |what: String| Error::new(Kind::InvalidSavedQuery, format!("{}{what}", file.shown()));
        let bytes = file.read(MAX_BYTES + 1)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(invalid(format!(" is larger than {} KiB", MAX_BYTES >> 10)));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + good.iter().filter(|byte| **byte == b'\n').count() as u64;
            invalid(format!(", line {line}: the text is not UTF-8")).at(Some(Position { line, column: 1 }))
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let header = declared::header(text, &OPTIONS).map_err(|fault| {
            let position = Position { line: fault.line, column: 1 };
            invalid(format!(", line {}: {}", fault.line, fault.message)).at(Some(position))
        })?;
        Ok(Self {
            name: file.name.clone(),
            description: header.description,
            parameters: header.parameters,
            sql: text.to_string(),
            file: file.shown(),
        })
    }

    /// The parameters with the values of `given`, or their defaults.
    ///
    /// # Errors
    /// [`Kind::InvalidParameter`] for a value of another type, one that is missing, and one that there is no parameter for.
    pub fn values(&self, mut given: BTreeMap<String, Value>) -> Result<Params> {
        let invalid = |detail: String| Error::new(Kind::InvalidParameter, detail);
        let mut values: BTreeMap<String, Param> = BTreeMap::new();
        for parameter in &self.parameters {
            let value = match (given.remove(&parameter.name), &parameter.default) {
                (Some(Value::Text(text)), _) => parameter.text(&text),
                (Some(Value::Json(raw)), _) => parameter.json(&raw),
                (None, Some(default)) => parameter.json(default),
                (None, None) => {
                    Err(format!("parameter \"{}\" is missing; it takes {}", parameter.name, parameter.kind))
                }
            };
            values.insert(parameter.name.clone(), value.map_err(invalid)?);
        }
        match given.into_keys().next() {
            None => Ok(Params::Named(values)),
            Some(name) => {
                let known: Vec<&str> =
                    self.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
                let known = match known.as_slice() {
                    [] => "it has none".to_string(),
                    known => format!("it has {}", known.join(", ")),
                };
                Err(invalid(format!(
                    "the query \"{}\" has no parameter '{}'; {known}",
                    self.name,
                    name.escape_debug()
                )))
            }
        }
    }

    /// An error of the query. Its parameters have values of their types: where they do not fit the statement, or that
    /// is none to run, it is the file that is wrong, and not the request.
    pub fn at_fault(&self, error: Error) -> Error {
        let hint = match error.kind {
            Kind::InvalidParameter => "; its @param lines declare its parameters",
            Kind::EmptySql | Kind::MultipleStatements | Kind::NotReadOnly | Kind::QueryTooDeep => "",
            // A value can be so, too: less than nothing in LIMIT, a unit that date_trunc does not know.
            Kind::InvalidSql | Kind::UnsupportedSql if self.parameters.is_empty() || !self.parses() => "",
            _ => return error,
        };
        let detail = format!("{}: {}{hint}", self.file, error.detail);
        Error { kind: Kind::InvalidSavedQuery, detail, ..error }
    }

    fn parses(&self) -> bool {
        parse::tokenize(&self.sql).and_then(parse::parse).is_ok()
    }
}

fn unknown(name: &str, files: &[SavedFile]) -> Error {
    const SHOWN: usize = 20;
    let names: Vec<&str> = files.iter().take(SHOWN).map(|file| file.name.as_str()).collect();
    let list = match (names.as_slice(), files.len().saturating_sub(SHOWN)) {
        ([], _) => "there are none: one is a file queries/NAME.sql in a data directory".to_string(),
        (names, 0) => format!("saved queries: {}", names.join(", ")),
        (names, more) => format!("saved queries: {}, and {more} more", names.join(", ")),
    };
    Error::new(Kind::UnknownQuery, format!("there is no saved query '{}'; {list}", name.escape_debug()))
}
