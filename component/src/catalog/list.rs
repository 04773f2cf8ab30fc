//! What plain names reach: the files and folders at the top of each root.

use schemars::JsonSchema;
use serde::Serialize;

use super::expand::{self, Found, read_folder};
use super::{FileFormat, Root, Source, format};
use crate::error::{Error, Result};

/// What plain names reach.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Tables {
    pub tables: Vec<Listed>,
}

/// A table, looked at.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Table {
    pub name: String,
    pub format: FileFormat,
    pub columns: Vec<Column>,
    /// Null for formats that do not count them.
    pub rows: Option<u64>,
    pub files: Vec<TableFile>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    /// As SQL names it.
    pub r#type: String,
}

/// A table as `GET /tables` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Listed {
    pub name: String,
    /// The data root that holds it.
    pub root: String,
    /// The file or folder, relative to the root.
    pub path: String,
    pub format: FileFormat,
}

/// One file of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct TableFile {
    /// The path relative to its root.
    pub path: String,
    /// The size in bytes.
    pub bytes: u64,
}

/// Something that a plain name can mean.
pub(super) struct Entry {
    pub name: String,
    /// The file or folder in the root.
    pub file: String,
}

impl Entry {
    pub fn source(&self, root: &Root) -> Result<Source> {
        format::source(&self.file, expand::expand_name(root, &self.file)?)
    }
}

/// The files of known formats and the folders at the top of `root`. What cannot be looked at, as a
/// link out of the root, is no table.
pub(super) fn entries(root: &Root) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in read_folder(&root.directory)? {
        if entry.is_hidden() {
            continue;
        }
        match entry.found(&expand::join(&root.directory, &entry.name)) {
            Ok(Some(Found::Folder)) => {
                entries.push(Entry { name: entry.name.clone(), file: entry.name });
            }
            Ok(Some(Found::File)) => {
                if let Some((stem, _)) = format::of_name(&entry.name) {
                    entries.push(Entry { name: stem.to_string(), file: entry.name });
                }
            }
            Ok(None) | Err(_) => {}
        }
    }
    Ok(entries)
}

pub(super) fn tables(roots: &[Root]) -> Result<Vec<Listed>> {
    let mut tables = Vec::new();
    for root in roots {
        for entry in entries(root)? {
            // A folder without data, or of several formats, is not a table.
            let Ok(source) = entry.source(root) else { continue };
            tables.push(Listed {
                name: entry.name,
                root: root.name.clone(),
                path: entry.file,
                format: source.format,
            });
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

impl Source {
    /// The files with their sizes.
    pub fn table_files(&self, roots: &super::Catalog) -> Result<Vec<TableFile>> {
        self.files
            .iter()
            .map(|file| {
                let metadata = std::fs::metadata(file)
                    .map_err(|error| Error::from(polars::prelude::PolarsError::from(error)))?;
                let path = roots
                    .roots
                    .iter()
                    .find_map(|root| file.strip_prefix(&expand::join(&root.directory, "")))
                    .unwrap_or(file);
                Ok(TableFile { path: path.to_string(), bytes: metadata.len() })
            })
            .collect()
    }
}
