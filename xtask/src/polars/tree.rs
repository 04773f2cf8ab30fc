//! The tree on disk, kept incremental: cargo judges path dependencies by modification time, so a
//! file is touched only when its content changes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::paths;

/// Path inside the source tree (with `/`) to content.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Crates that nothing of ours reaches.
const LEFT_OUT: [&str; 1] = ["crates/polars-python/"];

/// The crates, the workspace manifest and the licence of a source archive.
pub fn unpack(archive: &[u8]) -> Result<Files> {
    let mut files = Files::new();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(archive));
    for entry in tar.entries()? {
        let mut entry = entry?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let path = entry.path()?.to_string_lossy().into_owned();
        let Some((_, path)) = path.split_once('/') else { continue };
        let wanted = path == "Cargo.toml" || path == "LICENSE" || path.starts_with("crates/");
        let wanted = wanted && !LEFT_OUT.iter().any(|prefix| path.starts_with(prefix));
        // `..` cannot come from an archive with the pinned hash, but `--try` has no hash.
        if wanted && !path.split('/').any(|part| part == "..") {
            let path = path.to_string();
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes)?;
            files.insert(path, bytes);
        }
    }
    anyhow::ensure!(files.contains_key("Cargo.toml"), "the archive holds no workspace");
    Ok(files)
}

/// Lays the files of `folder` over `files`; gives the paths that upstream has too.
pub fn overlay(files: &mut Files, folder: &Path) -> Result<Vec<String>> {
    let mut replaced = Vec::new();
    for path in walk(folder)? {
        let bytes = fs::read(folder.join(&path))?;
        if files.insert(path.clone(), bytes).is_some() {
            replaced.push(path);
        }
    }
    Ok(replaced)
}

/// All files below `folder`, relative, with `/`, in order.
fn walk(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(relative) = folders.pop() {
        let path = folder.join(&relative);
        for entry in fs::read_dir(&path).with_context(|| path.display().to_string())? {
            let entry = entry?;
            let relative = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(relative);
            } else {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// What the tree should hold.
pub struct Prepared {
    files: Files,
    digest: String,
    tree: PathBuf,
}

/// Which tree the artifacts in the target folder come from.
///
/// Cargo rebuilds a path dependency when a file is newer than its last build, wherever the files
/// lie. With a target folder that several checkouts share, times alone would let a build of one
/// tree pass for a build of another; this line in the target folder says whose it is.
#[derive(PartialEq)]
enum Stamp {
    /// Somebody has begun to build from the tree with this digest.
    Prepared(String),
    /// Everything in the target folder was built from the tree with this digest.
    Built(String),
    Absent,
}

impl Stamp {
    fn path() -> PathBuf {
        paths::target().join("polars-tree.txt")
    }

    fn read() -> Self {
        let text = fs::read_to_string(Self::path()).unwrap_or_default();
        match text.trim().split_once(' ') {
            Some(("prepared", digest)) => Self::Prepared(digest.to_string()),
            Some(("built", digest)) => Self::Built(digest.to_string()),
            _ => Self::Absent,
        }
    }

    fn write(&self) -> Result<()> {
        let text = match self {
            Self::Prepared(digest) => format!("prepared {digest}\n"),
            Self::Built(digest) => format!("built {digest}\n"),
            Self::Absent => String::new(),
        };
        fs::create_dir_all(paths::target())?;
        Ok(fs::write(Self::path(), text)?)
    }

    fn is_of(&self, digest: &str) -> bool {
        matches!(self, Self::Prepared(of) | Self::Built(of) if of == digest)
    }
}

impl Prepared {
    pub fn new(files: Files) -> Self {
        let mut hash = Sha256::new();
        for (path, bytes) in &files {
            hash.update(path.as_bytes());
            hash.update([0]);
            hash.update(Sha256::digest(bytes));
        }
        let digest = format!("{:x}", hash.finalize());
        Self { files, digest, tree: super::folder().join("tree") }
    }

    /// The digest of the tree on disk, as `write` left it.
    fn digest_file(&self) -> PathBuf {
        self.tree.join(".digest")
    }

    /// Paths that are missing, changed or too many on disk.
    pub fn stale_files(&self) -> Result<Vec<String>> {
        let on_disk = if self.tree.exists() { walk(&self.tree)? } else { Vec::new() };
        let mut stale: Vec<String> =
            on_disk.into_iter().filter(|path| path != ".digest" && !self.files.contains_key(path)).collect();
        for (path, bytes) in &self.files {
            if fs::read(self.tree.join(path)).ok().as_ref() != Some(bytes) {
                stale.push(path.clone());
            }
        }
        Ok(stale)
    }

    /// Brings the tree on disk up to date and says what it did.
    pub fn write(&self) -> Result<()> {
        let before = fs::read_to_string(self.digest_file()).ok();
        let stale = self.stale_files()?;
        for path in &stale {
            let target = self.tree.join(path);
            match self.files.get(path) {
                Some(bytes) => {
                    fs::create_dir_all(target.parent().expect("a file has a folder"))?;
                    fs::write(&target, bytes)?;
                }
                None => fs::remove_file(&target)?,
            }
        }
        self.settle_times(before.as_deref())?;
        fs::write(self.digest_file(), &self.digest)?;
        if stale.is_empty() {
            println!("component/polars/tree: up to date");
        } else {
            println!("component/polars/tree: {} files written", stale.len());
        }
        Ok(())
    }

    /// Sets modification times so that cargo rebuilds what it must and nothing else.
    fn settle_times(&self, before: Option<&str>) -> Result<()> {
        let stamp = Stamp::read();
        match before {
            // A new checkout of the very tree that the target folder was built from.
            None if stamp == Stamp::Built(self.digest.clone()) => {
                self.touch_all(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))?;
                return Ok(());
            }
            // New files have the present time already.
            None => {}
            // Only what has changed since the last build here has been written.
            Some(before) if stamp.is_of(before) || stamp == Stamp::Absent => {}
            // The target folder has since been used for another tree.
            Some(_) => self.touch_all(SystemTime::now())?,
        }
        if !stamp.is_of(&self.digest) {
            Stamp::Prepared(self.digest.clone()).write()?;
        }
        Ok(())
    }

    fn touch_all(&self, time: SystemTime) -> Result<()> {
        for path in self.files.keys() {
            fs::File::options().write(true).open(self.tree.join(path))?.set_modified(time)?;
        }
        Ok(())
    }

    pub fn mark_built(&self) -> Result<()> {
        Stamp::Built(self.digest.clone()).write()
    }
}
