//! From a path or glob to the files it names: all of them, or an error that says why not.

use std::collections::HashSet;
use std::io::ErrorKind;

use glob::{MatchOptions, Pattern};

use super::path::{Relative, is_glob};
use super::{Root, Sight, format};
use crate::error::{Error, Kind, Result};

/// The deepest folder that a `**` or a folder of parts is followed into.
const MAX_DEPTH: usize = 32;

/// The most files that one name may stand for.
const MAX_FILES: usize = 100_000;

/// The files below `root` that `relative` names and `sight` shows, in order; none when nothing is there.
pub fn expand(root: &Root, relative: &Relative, sight: &Sight) -> Result<Vec<String>> {
    let mut walk = Walk::new(root, sight);
    walk.descend(&root.directory, relative.parts(), 0)?;
    Ok(walk.finish())
}

/// The file or the folder of parts called `name` at the top of `root`, taken literally.
pub fn expand_name(root: &Root, name: &str, sight: &Sight) -> Result<Vec<String>> {
    let mut walk = Walk::new(root, sight);
    walk.step(join(&root.directory, name), &[], 0)?;
    Ok(walk.finish())
}

struct Walk<'a> {
    root: &'a Root,
    sight: &'a Sight,
    files: Vec<String>,
    /// Folders with the number of parts left, for globs that reach one in several ways.
    seen: HashSet<(String, usize)>,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Root, sight: &'a Sight) -> Self {
        Self { root, sight, files: Vec::new(), seen: HashSet::new() }
    }

    fn finish(mut self) -> Vec<String> {
        self.files.sort();
        self.files.dedup();
        self.files
    }

    /// Follows `parts` from `folder` on.
    fn descend(&mut self, folder: &str, parts: &[String], depth: usize) -> Result<()> {
        let Some((part, rest)) = parts.split_first() else {
            return self.take_all(folder, depth);
        };
        if depth > MAX_DEPTH {
            return Err(too_deep(folder));
        }
        if !self.seen.insert((folder.to_string(), parts.len())) {
            return Ok(());
        }
        if part == "**" {
            return self.anywhere(folder, parts, rest, depth);
        }
        if !is_glob(part) {
            return self.step(join(folder, part), rest, depth);
        }
        let pattern = Pattern::new(part).map_err(|error| {
            Error::new(Kind::PathNotAllowed, format!("'{part}' is not a valid glob: {error}"))
        })?;
        // `a[1].csv` does not fit itself: where there is such a file, it is meant.
        let literal = join(folder, part);
        if !pattern.matches(part) && self.shows(part, depth) && look(&literal)?.is_some() {
            return self.step(literal, rest, depth);
        }
        self.matching(folder, &pattern, rest, depth)
    }

    /// `**`: what follows it, in this folder and in every one below.
    fn anywhere(&mut self, folder: &str, parts: &[String], rest: &[String], depth: usize) -> Result<()> {
        if rest.is_empty() {
            return self.take_all(folder, depth);
        }
        self.descend(folder, rest, depth)?;
        for entry in read_folder(folder)? {
            let path = join(folder, &entry.name);
            if entry.is_hidden() || !self.is_there(&entry, &path, depth)? {
                continue;
            }
            if entry.found(&path)? == Some(Found::Folder) {
                refuse_link(&entry, &path)?;
                self.descend(&path, parts, depth + 1)?;
            }
        }
        Ok(())
    }

    fn matching(&mut self, folder: &str, pattern: &Pattern, rest: &[String], depth: usize) -> Result<()> {
        const OPTIONS: MatchOptions = MatchOptions {
            case_sensitive: true,
            require_literal_separator: true,
            require_literal_leading_dot: true,
        };
        for entry in read_folder(folder)? {
            let is_named = pattern.as_str().starts_with('_') || !entry.name.starts_with('_');
            if !is_named || !pattern.matches_with(&entry.name, OPTIONS) {
                continue;
            }
            let path = join(folder, &entry.name);
            if !self.is_there(&entry, &path, depth)? {
                continue;
            }
            match (entry.found(&path)?, rest.is_empty()) {
                (Some(Found::File), true) => self.take(path)?,
                (Some(Found::Folder), false) => self.descend(&path, rest, depth + 1)?,
                (None, _) if entry.is_link => return Err(leads_nowhere(&path)),
                // A glob names files; a folder that it happens to fit is not one.
                _ => {}
            }
        }
        Ok(())
    }

    /// A name that is not a glob.
    fn step(&mut self, path: String, rest: &[String], depth: usize) -> Result<()> {
        // A `**` before it may have come to the top of the root as well.
        let name = path.rsplit('/').next().unwrap_or_default();
        if !self.shows(name, depth) || depth == 0 && !self.sight.has(self.root, name) {
            return Ok(());
        }
        if !self.sight.follows(self.root, &path) {
            return Err(self.sight.refused_link(&path));
        }
        match look(&path)? {
            Some(Found::Folder) => self.descend(&path, rest, depth + 1),
            Some(Found::File) if rest.is_empty() => self.take(path),
            _ => Ok(()),
        }
    }

    /// A folder of parts: the files below it whose format is known.
    fn take_all(&mut self, folder: &str, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(too_deep(folder));
        }
        for entry in read_folder(folder)? {
            let path = join(folder, &entry.name);
            if entry.is_hidden() || !self.is_there(&entry, &path, depth)? {
                continue;
            }
            match entry.found(&path)? {
                Some(Found::Folder) => {
                    refuse_link(&entry, &path)?;
                    self.take_all(&path, depth + 1)?;
                }
                Some(Found::File) if format::of_name(&entry.name).is_some() => self.take(path)?,
                None if entry.is_link && format::of_name(&entry.name).is_some() => {
                    return Err(leads_nowhere(&path));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether the name `part` in a folder `depth` below the top of the root is shown: at the top it is a
    /// table's, and below it is what the table has.
    fn shows(&self, part: &str, depth: usize) -> bool {
        depth > 0 || self.sight.shows(self.root, part)
    }

    /// Whether what a walk has met is shown. A link at the top that leads to what is not is as little there;
    /// in a table that is, it is an error, as other links that cannot be followed.
    fn is_there(&self, entry: &Entry, path: &str, depth: usize) -> Result<bool> {
        if !self.shows(&entry.name, depth) {
            return Ok(false);
        }
        match !entry.is_link || self.sight.follows(self.root, path) {
            false if depth > 0 => Err(self.sight.refused_link(path)),
            follows => Ok(follows),
        }
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

/// A folder in the sandbox and a name in it.
pub(super) fn join(folder: &str, name: &str) -> String {
    format!("{}/{name}", folder.trim_end_matches('/'))
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    File,
    Folder,
}

pub(super) struct Entry {
    pub name: String,
    is_link: bool,
    found: Option<Found>,
}

impl Entry {
    /// Names that begin with `.` or `_` are the writers' own (`_SUCCESS`, `_delta_log`), not data.
    pub fn is_hidden(&self) -> bool {
        self.name.starts_with(['.', '_'])
    }

    /// What the entry is, at `path`; a link is what it leads to.
    pub fn found(&self, path: &str) -> Result<Option<Found>> {
        if self.is_link { look(path) } else { Ok(self.found) }
    }
}

/// The entries of a folder, in order of their names.
pub(super) fn read_folder(folder: &str) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| refused(folder, &error))? {
        let entry = entry.map_err(|error| refused(folder, &error))?;
        // A name that is not UTF-8 cannot be written in SQL.
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type().map_err(|error| refused(folder, &error))?;
        let found = match kind {
            kind if kind.is_dir() => Some(Found::Folder),
            kind if kind.is_file() => Some(Found::File),
            // A pipe or a device would block whoever reads it.
            _ => None,
        };
        entries.push(Entry { name, is_link: kind.is_symlink(), found });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

/// What is at `path`, through links that stay in the root.
pub(super) fn look(path: &str) -> Result<Option<Found>> {
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(Found::Folder)),
        Ok(metadata) if metadata.is_file() => Ok(Some(Found::File)),
        Ok(_) => Ok(None),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => Ok(None),
            _ => Err(refused(path, &error)),
        },
    }
}

/// Links to folders could lead back to where they stand, so walks do not follow them; and a walk
/// that left one out would answer from half of the data.
fn refuse_link(entry: &Entry, path: &str) -> Result<()> {
    if !entry.is_link {
        return Ok(());
    }
    Err(Error::new(
        Kind::PathNotAllowed,
        format!(
            "'{path}' is a link to a folder, which '**' and folders of parts do not follow; name it itself"
        ),
    ))
}

fn leads_nowhere(path: &str) -> Error {
    Error::new(Kind::InvalidFile, format!("'{path}' is a link that leads to no file or folder"))
}

fn too_deep(folder: &str) -> Error {
    Error::new(
        Kind::UnsupportedSql,
        format!("'{folder}' lies more than {MAX_DEPTH} folders deep; name the files more closely"),
    )
}

fn refused(path: &str, error: &std::io::Error) -> Error {
    match error.kind() {
        // The host's answer to a link that leaves the preopened directory.
        ErrorKind::PermissionDenied => Error::new(
            Kind::PathNotAllowed,
            format!("'{path}' may not be read, or is a link that leaves the data directory"),
        ),
        ErrorKind::InvalidFilename => {
            Error::new(Kind::PathNotAllowed, "a file name may be about 255 characters long")
        }
        ErrorKind::NotFound => Error::new(Kind::UnknownTable, format!("'{path}' is not there")),
        _ => Error::new(Kind::InvalidFile, format!("'{path}' cannot be read")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_below_a_root_at_the_top_has_one_slash() {
        assert_eq!(join("/", "a"), "/a");
        assert_eq!(join("/data", "a"), "/data/a");
        assert_eq!(join(".", "a"), "./a");
    }
}
