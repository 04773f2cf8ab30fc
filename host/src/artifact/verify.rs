//! Whether an artifact is the one that was made, and how much of it is read to know.
//!
//! Loading believes what it reads, so the tables that it reads are always known to be whole: a damaged
//! artifact is an error and no crash. The machine code itself is 200 MB that a start has no time to
//! hash; it is hashed once for each file, as long as there is a cache directory to remember it in.
//! Where nothing can be remembered, as in a read-only image, the code is believed, as the program
//! itself and every library are by the kernel (docs/decisions/0012).

use super::Artifact;
use super::cache::{Cache, index};
use super::seal::Seal;
use crate::error::Error;
use std::fs::File;
use std::path::Path;

/// What is held against the seal at a start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Verify {
    /// Everything, once for each file; the tables where nothing can be remembered
    #[default]
    Once,
    /// Everything, at every start
    Always,
    /// Only the tables that loading reads
    Tables,
}

/// Holds the artifact against its seal.
pub fn check(artifact: &Artifact, verify: Verify) -> Result<(), Error> {
    let cannot_read = || Error::file("cannot read", artifact.path());
    let file = File::open(artifact.path()).map_err(cannot_read())?;
    let seal = Seal::of(&file).map_err(cannot_read())?.ok_or_else(|| artifact.misfit(UNSEALED.into()))?;
    let whole =
        |seen: &str| match seen == seal.whole.to_hex().as_str() {
            true => Ok(()),
            false => Err(artifact
                .misfit(format!("damaged: its BLAKE3 hash is {seen}, it was {} when made", seal.whole))),
        };
    let hash = |file: &File| Ok(seal.hash_whole(file)?.to_hex().to_string());
    let cache = match verify {
        Verify::Always => return whole(&hash(&file).map_err(cannot_read())?),
        Verify::Tables => None,
        // Without a directory of its own, or with one that others may write to, nothing is remembered.
        Verify::Once => Cache::open().ok(),
    };
    if let Some(cache) = &cache {
        if let Some(known) = index::known(cache.dir(), artifact.path(), &file) {
            return whole(&known);
        }
        if may_write(cache.dir()) {
            return whole(&index::learn(cache.dir(), artifact.path(), &file, hash).map_err(cannot_read())?);
        }
    }
    match seal.fits_tables(&file).map_err(cannot_read())? {
        true => Ok(()),
        false => Err(artifact.misfit("damaged: its tables are not what they were when made".into())),
    }
}

const UNSEALED: &str = "cut short, damaged, or not made by `polaroid compile`: there is no seal at its end";

fn may_write(dir: &Path) -> bool {
    rustix::fs::access(dir, rustix::fs::Access::WRITE_OK).is_ok()
}
