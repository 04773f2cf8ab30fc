//! The keys of a server, which can be exchanged while it serves.

use super::entry::Entry;
use super::file;
use crate::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// What the component finds in its variable, and the file that it is from.
#[derive(Debug)]
pub struct ApiKeys {
    path: PathBuf,
    entries: RwLock<Arc<str>>,
}

impl ApiKeys {
    /// Reads the file, and says in the log how many keys there are.
    pub fn load(path: PathBuf) -> Result<ApiKeys, Error> {
        let entries = RwLock::new(read(&path)?);
        Ok(ApiKeys { path, entries })
    }

    /// Reads the file once more. On an error the keys stay what they were.
    pub fn read_anew(&self) -> Result<(), Error> {
        let entries = read(&self.path)?;
        *self.entries.write().unwrap_or_else(PoisonError::into_inner) = entries;
        Ok(())
    }

    /// The entries of the moment, one a line.
    pub fn now(&self) -> Arc<str> {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn read(path: &Path) -> Result<Arc<str>, Error> {
    let refused = |seen: &str| Error::Usage(format!("--api-keys-file {}: {seen}", path.display()));
    let contents = file::read(path).map_err(|seen| refused(&seen))?;
    if contents.entries.is_empty() {
        // The component takes that for a mistake, and would answer nobody.
        return Err(refused(&format!(
            "there is no key in it; make one with `polaroid keys new --name NAME --file {}`",
            path.display()
        )));
    }
    if let Some(warning) = contents.warning {
        tracing::warn!(target: "polaroid", "{warning}");
    }
    let keys = contents.entries.len();
    tracing::info!(target: "polaroid", "API keys: {keys} in {}", path.display());
    let lines: Vec<String> = contents.entries.iter().map(Entry::line).collect();
    Ok(lines.join("\n").into())
}
