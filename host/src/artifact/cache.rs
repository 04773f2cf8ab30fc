//! The user's cache directory: machine code kept between runs, and what is known of files.
//!
//! An artifact is named after the component's content and the engine that made it, so a changed
//! component or a new wasmtime simply asks for another name ([`fill`]). Hashing 96 MB at each start
//! would cost more than the query, so [`index`] remembers what a file's content was by its identity.

#[cfg(feature = "compile")]
mod fill;
pub mod index;

use super::trust;
use crate::error::Error;
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// The cache's directory, checked: only the user can write to it.
pub struct Cache {
    dir: PathBuf,
}

impl Cache {
    /// Opens `polaroid/aot` in the user's cache directory, made with mode 0700 where missing.
    pub fn open() -> Result<Cache, Error> {
        let base = dirs::cache_dir().ok_or_else(|| {
            Error::Usage("no cache directory for machine code: neither HOME nor XDG_CACHE_HOME is set; set one, or give a .cwasm with --component".into())
        })?;
        Cache::open_in(&base)
    }

    fn open_in(base: &Path) -> Result<Cache, Error> {
        let dir = base.join("polaroid").join("aot");
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&dir)
            .map_err(Error::file("cannot make the cache directory", &dir))?;
        Ok(Cache { dir: trust::check(&dir)?.path().to_owned() })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }
}
