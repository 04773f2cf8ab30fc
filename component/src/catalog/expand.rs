//! From a path or glob to the files it names.

use std::io::ErrorKind;

use glob::{MatchOptions, Pattern};

use super::path::{Relative, is_glob};
use super::{Root, format};
use crate::error::{Error, Kind, Result};

/// The deepest folder that a `**` or a folder of parts is followed into.
const MAX_DEPTH: usize = 32;

/// The most files that one name may stand for.
const MAX_FILES: usize = 100_000;

/// The files below `root` that `relative` names, in order; none when nothing is there.
pub fn expand(root: &Root, relative: &Relative) -> Result<Vec<String>> {
    let mut walk = Walk { files: Vec::new() };
    walk.descend(root.join(""), relative.parts(), 0)?;
    walk.files.sort();
    walk.files.dedup();
    Ok(walk.files)
}

struct Walk {
    files: Vec<String>,
}

impl Walk {
    /// Follows `parts` from `folder` on.
    fn descend(&mut self, folder: String, parts: &[String], depth: usize) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else {
            return self.take_all(folder, depth);
        };
        if depth > MAX_DEPTH {
            return Ok(());
        }
        if part == "**" {
            self.descend(folder.clone(), if rest.is_empty() { EVERYTHING.as_slice() } else { rest }, depth)?;
            for entry in read_folder(&folder)? {
                if entry.is_folder {
                    self.descend(format!("{folder}/{}", entry.name), parts, depth + 1)?;
                }
            }
            return Ok(());
        }
        if !is_glob(part) {
            let path = format!("{folder}/{part}");
            return match kind_of(&path)? {
                Some(Found::Folder) => self.descend(path, rest, depth + 1),
                Some(Found::File) if rest.is_empty() => self.take(path),
                _ => Ok(()),
            };
        }
        let pattern = Pattern::new(part).map_err(|error| {
            Error::new(Kind::PathNotAllowed, format!("'{part}' is not a valid glob: {error}"))
        })?;
        const OPTIONS: MatchOptions = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        for entry in read_folder(&folder)? {
            if !pattern.matches_with(&entry.name, OPTIONS) {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            match (entry.is_folder, rest.is_empty()) {
                (false, true) => self.take(path)?,
                (true, false) => self.descend(path, rest, depth + 1)?,
                // A glob names files; a folder that it happens to fit is not one.
                _ => {}
            }
        }
        Ok(())
    }

    /// A folder of parts: the files below it whose format is known. Names that begin with `.` or
    /// `_` are the writers' own (`_SUCCESS`, `_delta_log`), not data.
    fn take_all(&mut self, folder: String, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        for entry in read_folder(&folder)? {
            if entry.name.starts_with(['.', '_']) {
                continue;
            }
            let path = format!("{folder}/{}", entry.name);
            if entry.is_folder {
                self.take_all(path, depth + 1)?;
            } else if format::of_name(&entry.name).is_some() {
                self.take(path)?;
            }
        }
        Ok(())
    }

    fn take(&mut self, path: String) -> Result<()> {
        if self.files.len() == MAX_FILES {
            return Err(Error::new(
                Kind::UnsupportedSql,
                format!("the name stands for more than {MAX_FILES} files; narrow it"),
            ));
        }
        self.files.push(path);
        Ok(())
    }
}

static EVERYTHING: std::sync::LazyLock<[String; 1]> = std::sync::LazyLock::new(|| ["*".to_string()]);

pub(super) struct Entry {
    pub name: String,
    pub is_folder: bool,
}

/// The entries of a folder, in order of their names.
pub(super) fn read_folder(folder: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| refused(folder, &error))? {
        let entry = entry.map_err(|error| refused(folder, &error))?;
        // A name that is not UTF-8 cannot be written in SQL.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type().map_err(|error| refused(folder, &error))?;
        let is_folder = if kind.is_symlink() {
            // A link out of the root, or to nothing, is not data.
            match kind_of(&format!("{folder}/{name}")) {
                Ok(Some(found)) => matches!(found, Found::Folder),
                _ => continue,
            }
        } else {
            kind.is_dir()
        };
        entries.push(Entry { name, is_folder });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

enum Found {
    File,
    Folder,
}

fn kind_of(path: &str) -> Result<Option<Found>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(Found::Folder)),
        Ok(_) => Ok(Some(Found::File)),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
            _ => Err(refused(path, &error)),
        },
    }
}

fn refused(path: &str, error: &std::io::Error) -> Error {
    match error.kind() {
        // The host's answer to a link that leaves the preopened directory.
        ErrorKind::PermissionDenied => Error::new(
            Kind::PathNotAllowed,
            format!("'{path}' may not be read, or is a link that leaves the data directory"),
        ),
        _ => Error::new(Kind::InvalidFile, format!("'{path}': {error}")),
    }
}
