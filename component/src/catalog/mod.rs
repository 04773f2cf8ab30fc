//! The tables: files and folders of files in the data roots.
//!
//! Nothing is kept between requests and nothing is listed before a query needs it. Every path goes
//! through [`path::Relative`], which cannot leave a root by its text; links that would leave it are
//! refused by the host, whose preopened directories are the roots. What a principal may not read is not
//! there, for every way to name it: [`Sight`] is asked before any look below the top of a root.

mod expand;
mod format;
mod list;
pub mod options;
mod path;
mod saved;
mod scan;
mod sent;
mod sight;

pub use format::FileFormat;
pub use list::{Column, Listed, Table, Tables};
pub use path::Relative;
pub use saved::SavedFile;
pub use scan::{INFER_ROWS, scan};
pub use sent::{Sent, SentTables};

use self::options::ReadOptions;
use self::path::is_glob;
use self::sight::Sight;
use polars::prelude::LazyFrame;

use crate::auth::Principal;
use crate::error::{Error, Kind, Result};

/// A preopened directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The name in `name.table`.
    pub name: String,
    /// The directory in the sandbox.
    pub directory: String,
}

impl Root {
    /// A root named after the last part of its directory.
    pub fn new(directory: &str) -> Self {
        let name = directory.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let name = if name.is_empty() || name == "." { "data" } else { name };
        Self { name: name.to_string(), directory: directory.to_string() }
    }
}

/// The data roots of this instance, in the order in which names are looked up.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    roots: Vec<Root>,
    sent: SentTables,
    sight: Sight,
}

/// The files behind one name, all of one format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    pub format: FileFormat,
    /// Paths in the sandbox, in order.
    pub files: Vec<String>,
}

impl Catalog {
    pub fn new(roots: Vec<Root>) -> Self {
        Self { roots, sent: SentTables::default(), sight: Sight::default() }
    }

    /// With the tables that the request brings along.
    pub fn with_sent(self, sent: SentTables) -> Self {
        Self { sent, ..self }
    }

    pub fn sent(&self) -> &SentTables {
        &self.sent
    }

    /// Without the roots that `file` lies in, which is no data.
    pub fn without(mut self, file: Option<&str>) -> Self {
        if let Some(file) = file {
            self.roots.retain(|root| !path::lies_in(file, &root.directory));
        }
        self
    }

    /// With the tables of `principal` only.
    pub fn seen_by(self, principal: &Principal) -> Self {
        Self { sight: Sight::of(principal.tables.clone()), ..self }
    }

    /// The files that a path or a glob names, in the first root that has any.
    ///
    /// # Errors
    /// The path could leave the root, no file is there, the formats are unknown or mixed, or the path begins
    /// with a table that is not the principal's.
    pub fn file(&self, text: &str) -> Result<Source> {
        let files = self.files(text)?;
        format::source(text, files)
    }

    /// The files that a path or a glob names, whatever their names say of their format.
    pub fn files(&self, text: &str) -> Result<Vec<String>> {
        match self.fitting(text)? {
            files if !files.is_empty() => Ok(files),
            _ => Err(Error::new(
                Kind::UnknownTable,
                format!("no file fits '{text}'; paths are relative to the data directory"),
            )),
        }
    }

    /// As [`Self::files`]; no files are no error.
    fn fitting(&self, text: &str) -> Result<Vec<String>> {
        let relative = Relative::parse(text)?;
        let first = relative.first();
        let mut seen =
            self.roots.iter().filter(|root| is_glob(first) || self.sight.shows(root, first)).peekable();
        if seen.peek().is_none() && !self.sight.shows_all() {
            return Err(self.sight.refusal(text));
        }
        for root in seen {
            let files = expand::expand(root, &relative, &self.sight)?;
            if !files.is_empty() {
                return Ok(files);
            }
        }
        Ok(Vec::new())
    }

    /// The names of the files that the paths and globs fit, as SQL writes them: `glob('…')`.
    pub fn glob(&self, paths: &[String]) -> Result<LazyFrame> {
        let mut files = Vec::new();
        for path in paths {
            files.extend(self.fitting(path)?);
        }
        Ok(scan::list(&files, &self.roots))
    }

    /// The plan that reads `files`, which [`Self::files`] gave.
    pub fn read(&self, files: &[String], options: &ReadOptions) -> Result<LazyFrame> {
        scan::read(files, options, &self.roots)
    }

    /// The files behind a plain table name: `NAME.parquet` (or another format), or the folder
    /// `NAME/`. `root` limits the search to one data root.
    ///
    /// Gives none when no root has such a file.
    pub fn table(&self, root: Option<&str>, name: &str) -> Result<Option<Source>> {
        for candidate in &self.roots {
            if root.is_some_and(|root| !root.eq_ignore_ascii_case(&candidate.name)) {
                continue;
            }
            let entries: Vec<_> = list::entries(candidate, &self.sight)?
                .into_iter()
                .filter(|entry| entry.name.eq_ignore_ascii_case(name))
                .collect();
            // The exact spelling wins over one that differs in case.
            let exact: Vec<_> = entries.iter().filter(|entry| entry.name == name).collect();
            let entries = if exact.is_empty() { entries.iter().collect() } else { exact };
            match entries.as_slice() {
                [] => {}
                [entry] => return entry.source(candidate, &self.sight).map(Some),
                several => {
                    let names: Vec<_> = several.iter().map(|entry| entry.file.as_str()).collect();
                    return Err(Error::new(
                        Kind::AmbiguousTable,
                        format!(
                            "\"{name}\" could be {}; write the file's name in quotes",
                            names.join(" or ")
                        ),
                    ));
                }
            }
        }
        Ok(None)
    }

    pub fn has_root(&self, name: &str) -> bool {
        self.roots.iter().any(|root| root.name.eq_ignore_ascii_case(name))
    }

    /// Every table that a plain name reaches, without opening files.
    pub fn tables(&self) -> Result<Vec<Listed>> {
        list::tables(&self.roots, &self.sight)
    }

    /// The refusal of a table that is not there, with those that are; or of one that cannot be there for the
    /// principal.
    pub fn unknown(&self, root: Option<&str>, name: &str) -> Error {
        const SHOWN: usize = 20;
        let full = root.map_or(name.to_string(), |root| format!("{root}.{name}"));
        if !self.may_show(root, name) {
            return self.sight.refusal(&full);
        }
        let listed = self.tables().unwrap_or_default().into_iter().map(|table| table.name);
        let known: Vec<String> = self.sent.names().map(String::from).chain(listed).collect();
        let list = match known.as_slice() {
            [] => "there are no tables in the data directory".to_string(),
            known if known.len() > SHOWN => {
                format!("known tables: {}, and {} more", known[..SHOWN].join(", "), known.len() - SHOWN)
            }
            known => format!("known tables: {}", known.join(", ")),
        };
        Error::new(Kind::UnknownTable, format!("there is no table \"{full}\"; {list}"))
    }

    /// Whether all tables are the principal's.
    pub fn shows_all(&self) -> bool {
        self.sight.shows_all()
    }

    /// Whether there can be a table of this name for the principal.
    fn may_show(&self, root: Option<&str>, name: &str) -> bool {
        match root {
            Some(root) => self.sight.shows_table(root, name),
            None => {
                self.sight.shows_all()
                    || self.roots.iter().any(|root| self.sight.shows_table(&root.name, name))
            }
        }
    }
}
