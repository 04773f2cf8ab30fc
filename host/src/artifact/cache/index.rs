//! What a file's hash was, remembered by the file's identity: of components, which artifacts are named
//! after, and of artifacts, which are held against their seals.
//!
//! One small file for each path, named after it. An entry holds as long as device, inode, size and
//! both times of the file are what they were; the change time cannot be set back by a user.

use crate::error::Error;
use crate::stderr::say;
use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A file changed later than this before now is hashed again next time: a second change within one
/// tick of the file system's clock would not be seen.
const SETTLED: Duration = Duration::from_secs(1);

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    identity: Identity,
    content: String,
}

/// What a change of the file's content cannot leave as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Identity {
    fn of(metadata: &Metadata) -> Identity {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    fn is_settled(&self, now: SystemTime) -> bool {
        let (seconds, nanos) = self.changed.max(self.modified);
        let changed = Duration::new(seconds.max(0) as u64, nanos as u32);
        now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default() > changed + SETTLED
    }
}

/// The name of some bytes: 128 bits of their BLAKE3 hash, in hexadecimal.
pub fn content(bytes: &[u8]) -> String {
    short(&blake3::hash(bytes))
}

/// The same for the file at `wasm`, from the index when the file is the one that was hashed.
#[cfg(feature = "compile")]
pub fn content_of(dir: &Path, wasm: &Path) -> Result<String, Error> {
    let cannot_read = || Error::file("cannot read", wasm);
    let real = wasm.canonicalize().map_err(cannot_read())?;
    let file = File::open(&real).map_err(cannot_read())?;
    if let Some(known) = known(dir, &real, &file) {
        return Ok(known);
    }
    learn(dir, &real, &file, |file| {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(file)?;
        Ok(short(&hasher.finalize()))
    })
    .map_err(cannot_read())
}

/// What the index says of the content of `file`, which is at `path`.
pub fn known(dir: &Path, path: &Path, file: &File) -> Option<String> {
    // An entry that is missing or unreadable is no error: the file is hashed.
    let entry: Entry = serde_json::from_slice(&std::fs::read(entry_of(dir, path)).ok()?).ok()?;
    (entry.identity == Identity::of(&file.metadata().ok()?)).then_some(entry.content)
}

/// Takes the hash of `file`, and keeps it where that will be right and possible.
pub fn learn(
    dir: &Path,
    path: &Path,
    file: &File,
    hash: impl FnOnce(&File) -> io::Result<String>,
) -> io::Result<String> {
    let identity = Identity::of(&file.metadata()?);
    let content = hash(file)?;
    // Written to while it was read, or just now: the hash may be of another content.
    let unchanged = Identity::of(&file.metadata()?) == identity;
    if unchanged && identity.is_settled(SystemTime::now()) {
        let entry = Entry { identity, content: content.clone() };
        // A cache that came filled may be read-only.
        if let Err(error) = write(&entry_of(dir, path), &entry) {
            say(format_args!("polaroid: {error}; {} is hashed again next time", path.display()));
        }
    }
    Ok(content)
}

fn entry_of(dir: &Path, path: &Path) -> std::path::PathBuf {
    dir.join(format!("{}.index", content(path.as_os_str().as_encoded_bytes())))
}

fn write(path: &Path, entry: &Entry) -> Result<(), Error> {
    let json =
        serde_json::to_vec(entry).map_err(|error| Error::system("cannot index the file")(error.into()))?;
    crate::artifact::write_whole(path, &json, 0o600)
}

fn short(hash: &blake3::Hash) -> String {
    hash.to_hex()[..32].to_owned()
}

#[cfg(all(test, feature = "compile"))]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A component, and the directory that holds it and the index.
    fn a_file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("p.wasm");
        std::fs::write(&path, bytes).unwrap();
        (dir, path)
    }

    fn entries(dir: &Path) -> Vec<PathBuf> {
        let all = std::fs::read_dir(dir).unwrap().flatten().map(|entry| entry.path());
        all.filter(|path| path.extension().is_some_and(|extension| extension == "index")).collect()
    }

    #[test]
    fn a_file_is_settled_a_second_after_its_last_change() {
        let (_dir, path) = a_file(b"one");
        let identity = Identity {
            modified: (100, 900_000_000),
            changed: (100, 0),
            ..Identity::of(&path.metadata().unwrap())
        };
        let settled = |millis| identity.is_settled(SystemTime::UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!([101_100, 101_900, 101_901].map(settled), [false, false, true]);
    }

    #[test]
    fn a_file_changed_just_now_is_hashed_but_not_indexed() {
        let (dir, path) = a_file(b"one");
        // Just now, however long this test is held up.
        let soon = SystemTime::now() + Duration::from_secs(3600);
        File::options().write(true).open(&path).unwrap().set_modified(soon).unwrap();
        assert_eq!(content_of(dir.path(), &path).unwrap(), content(b"one"));
        assert!(entries(dir.path()).is_empty());
    }

    #[test]
    fn a_settled_file_is_taken_from_the_index_until_its_identity_changes() {
        let (dir, path) = a_file(b"one");
        std::thread::sleep(SETTLED + Duration::from_millis(100));
        content_of(dir.path(), &path).unwrap();
        let [entry_path] = &entries(dir.path())[..] else { panic!("one entry is expected") };

        // What the entry says is believed while the identity holds, so the file is not read.
        let mut entry: Entry = serde_json::from_slice(&std::fs::read(entry_path).unwrap()).unwrap();
        entry.content = "remembered".into();
        std::fs::write(entry_path, serde_json::to_vec(&entry).unwrap()).unwrap();
        assert_eq!(content_of(dir.path(), &path).unwrap(), "remembered");

        // Same size, same modification time, same inode: the change time gives it away.
        let modified = path.metadata().unwrap().modified().unwrap();
        std::fs::write(&path, b"two").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
        assert_eq!(content_of(dir.path(), &path).unwrap(), content(b"two"));
    }

    #[test]
    fn a_damaged_entry_is_ignored() {
        let (dir, path) = a_file(b"one");
        let real = path.canonicalize().unwrap();
        let name = format!("{}.index", content(real.as_os_str().as_encoded_bytes()));
        std::fs::write(dir.path().join(name), b"{half").unwrap();
        assert_eq!(content_of(dir.path(), &path).unwrap(), content(b"one"));
    }
}
