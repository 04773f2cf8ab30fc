//! Files that hold what did not fit in memory.
//!
//! Upstream names a directory after the process and has a thread remove files in it. A sandbox has
//! neither: files lie in the spill directory itself, told apart by random names, and are removed
//! where they are dropped. An instance that traps leaves its files behind; whoever gives it the
//! directory removes them.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use polars_io::create_dir_owner_only;

use crate::BYTES_SPILLED_TO_DISK;

/// The spill directory, made at the first spill.
fn spill_dir() -> &'static Path {
    static SPILL_DIR: OnceLock<PathBuf> = OnceLock::new();
    SPILL_DIR.get_or_init(|| {
        let dir = polars_config::config().ooc_spill_dir();
        create_dir_owner_only(&dir).unwrap_or_else(|error| {
            panic!("the spill directory {} cannot be made: {error}", dir.display())
        });
        dir
    })
}

/// The name of a file to spill into, and its share of the disk budget. Dropping it removes the file.
pub struct SpillFile {
    path: PathBuf,
    size: u64,
}

impl SpillFile {
    pub fn new(context_id: &str, ext: &str, size: u64) -> Self {
        let uuid = uuid::Uuid::now_v7();
        let name = format!("spill-{context_id}-{}.{ext}", uuid.as_hyphenated());
        Self {
            path: spill_dir().join(name),
            size,
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// In bytes, as counted against the disk budget.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Gives up a file that was not written, or not to its end.
    pub fn creation_aborted(self) {
        drop(self);
    }
}

impl Drop for SpillFile {
    fn drop(&mut self) {
        BYTES_SPILLED_TO_DISK.fetch_sub(self.size);
        match std::fs::remove_file(&self.path) {
            Err(error)
                if error.kind() != std::io::ErrorKind::NotFound
                    && polars_config::config().verbose() =>
            {
                eprintln!("the spill file {} cannot be removed: {error}", self.path.display());
            },
            _ => {},
        }
    }
}

/// Nothing to start: files are removed where they are dropped.
pub fn init_ooc_cleaner() {}

/// Nothing to wait for: files are removed where they are dropped.
pub fn flush_ooc_cleanup() {}
