//! The tree on disk, kept incremental: cargo judges path dependencies by modification time, so a
//! file is touched only when its content changes.

use std::collections::BTreeMap;
use std::fmt::Write;
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

/// From the tree, the crates of ours that Polars is built on. They are in the checkout, which gives them its own times.
const STAND_INS: &str = "../../stand-ins";

/// What the tree should hold.
pub struct Prepared {
    files: Files,
    tree: PathBuf,
}

/// The files that the target folder has seen: content and the time from which it is theirs.
///
/// Cargo rebuilds a path dependency when one of its files is newer than the last build, wherever
/// the files lie. With a target folder that several checkouts share, the times that a checkout
/// happens to give would let a build of one content pass for a build of another. So the times come
/// from here: the same content has the same time in every checkout, and other content is new.
#[derive(Default)]
struct Seen(BTreeMap<String, (String, SystemTime)>);

impl Seen {
    fn path() -> PathBuf {
        paths::target().join("polars-tree.txt")
    }

    /// Empty where there is no record, or one that cannot be read: everything is new then.
    fn read() -> Self {
        let text = fs::read_to_string(Self::path()).unwrap_or_default();
        let parse = |line: &str| {
            let mut fields = line.splitn(3, ' ');
            let (nanoseconds, digest) = (fields.next()?.parse().ok()?, fields.next()?.to_string());
            let time = SystemTime::UNIX_EPOCH + Duration::from_nanos(nanoseconds);
            Some((fields.next()?.to_string(), (digest, time)))
        };
        Self(text.lines().filter_map(parse).collect())
    }

    fn write(&self) -> Result<()> {
        let mut text = String::new();
        for (path, (digest, time)) in &self.0 {
            let nanoseconds = time.duration_since(SystemTime::UNIX_EPOCH)?.as_nanos();
            writeln!(text, "{nanoseconds} {digest} {path}")?;
        }
        fs::create_dir_all(paths::target())?;
        // Whole or not at all: half a record would give half of the files a new time.
        let new = Self::path().with_extension("new");
        fs::write(&new, text)?;
        Ok(fs::rename(new, Self::path())?)
    }
}

impl Prepared {
    pub fn new(files: Files) -> Self {
        Self { files, tree: super::folder().join("tree") }
    }

    /// Paths that are missing, changed or too many on disk.
    pub fn stale_files(&self) -> Result<Vec<String>> {
        let on_disk = if self.tree.exists() { walk(&self.tree)? } else { Vec::new() };
        let mut stale: Vec<String> =
            on_disk.into_iter().filter(|path| !self.files.contains_key(path)).collect();
        for (path, bytes) in &self.files {
            if fs::read(self.tree.join(path)).ok().as_ref() != Some(bytes) {
                stale.push(path.clone());
            }
        }
        Ok(stale)
    }

    /// Brings the tree on disk up to date and says what it did.
    pub fn write(&self) -> Result<()> {
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
        self.settle_times()?;
        if stale.is_empty() {
            println!("component/polars/tree: up to date");
        } else {
            println!("component/polars/tree: {} files written", stale.len());
        }
        Ok(())
    }

    /// Sets modification times so that cargo rebuilds what it must and nothing else.
    fn settle_times(&self) -> Result<()> {
        let seen = Seen::read();
        let now = SystemTime::now();
        let mut settled = Seen::default();
        let mut stand_ins = Files::new();
        for path in walk(&self.tree.join(STAND_INS))? {
            let path = format!("{STAND_INS}/{path}");
            stand_ins.insert(path.clone(), fs::read(self.tree.join(path))?);
        }
        for (path, bytes) in self.files.iter().chain(&stand_ins) {
            let digest = format!("{:x}", Sha256::digest(bytes));
            let time = match seen.0.get(path) {
                Some((of, time)) if *of == digest => *time,
                _ => now,
            };
            let file = fs::File::options().write(true).open(self.tree.join(path))?;
            if file.metadata()?.modified()? != time {
                file.set_modified(time)?;
            }
            settled.0.insert(path.clone(), (digest, time));
        }
        settled.write()
    }
}
