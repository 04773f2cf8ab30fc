//! Saved queries: files `queries/NAME.sql` in the data roots.

use std::io::Read;
use std::path::Path;

use polars::prelude::PolarsError;
use polars_utils::ranged::{Ranged, in_file};

use super::Catalog;
use super::expand::{self, Found};
use crate::error::Result;

/// The folder of a root that holds them. It is a table as well if there are files of data in it.
const FOLDER: &str = "queries";

/// The file of a saved query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedFile {
    pub name: String,
    /// In the sandbox.
    path: String,
}

impl Catalog {
    /// The files of all saved queries, by name; of several of one name that of the first root. What cannot be looked
    /// at, as a link out of the root, is none. For a principal with patterns they are there where the table `queries`
    /// of the root is: their descriptions and errors speak of tables.
    pub fn saved(&self) -> Result<Vec<SavedFile>> {
        let mut files: Vec<SavedFile> = Vec::new();
        for root in &self.roots {
            let folder = expand::join(&root.directory, FOLDER);
            if !self.sight.shows(root, FOLDER) || !self.sight.follows(root, &folder) {
                continue;
            }
            let Ok(Some(Found::Folder)) = expand::look(&folder) else { continue };
            for entry in expand::read_folder(&folder)? {
                let path = expand::join(&folder, &entry.name);
                let Some(name) = entry.name.strip_suffix(".sql").filter(|name| is_name(name)) else {
                    continue;
                };
                if self.sight.follows(root, &path)
                    && matches!(entry.found(&path), Ok(Some(Found::File)))
                    && !files.iter().any(|file| file.name == name)
                {
                    files.push(SavedFile { name: name.to_string(), path });
                }
            }
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }
}

/// What can be written in a URL as it is, and names no other folder.
fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

impl SavedFile {
    /// How errors call the file.
    pub fn shown(&self) -> String {
        format!("{FOLDER}/{}.sql", self.name)
    }

    /// The first `most` bytes.
    pub fn read(&self, most: u64) -> Result<Vec<u8>> {
        let named = |error: PolarsError| in_file(error, &self.path);
        let mut bytes = Vec::new();
        let file = Ranged::open(Path::new(&self.path)).map_err(named)?;
        file.take(most).read_to_end(&mut bytes).map_err(|error| named(error.into()))?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_nowhere_else() {
        for name in ["a", "top-10", "_x", "A1"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", ".", "..", "a.b", "a/b", "../a", "a b", "ä", "a\0"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
