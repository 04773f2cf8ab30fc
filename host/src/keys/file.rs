//! The file of entries.
//!
//! Whoever can write to it can let himself in. So it is used only where its mode lets nobody but its owner write; who
//! that is, is for whoever names the file to know, as a file that is mounted into a container often has another one.

use super::entry::{self, Entry};
use crate::error::Error;
use bytesize::ByteSize;
use std::fs::File;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

const OTHERS_MAY_WRITE: u32 = 0o022;
const EVERYBODY_MAY_READ: u32 = 0o004;

/// Of a file that is made: for nobody but who made it.
const NEW: u32 = 0o600;

/// A larger file is none of keys, or of more than should go into each sandbox.
const LARGEST: ByteSize = ByteSize::mib(1);

/// What a file holds, and what is odd about it.
pub struct Contents {
    pub entries: Vec<Entry>,
    pub warning: Option<String>,
}

/// Reads the file. Errors without its name.
pub fn read(path: &Path) -> Result<Contents, String> {
    let mut file = File::open(path).map_err(|error| format!("cannot read it: {error}"))?;
    let warning = judge(path, &file)?;
    Ok(Contents { entries: entry::parse(&text(&mut file)?)?, warning })
}

/// Adds an entry at the file's end, makes the file where there is none. One that is broken, or that has the name
/// already, is left as it is.
pub fn append(path: &Path, entry: &Entry) -> Result<(), Error> {
    let cannot_write = || Error::file("cannot write", path);
    let mut file =
        File::options().read(true).append(true).create(true).mode(NEW).open(path).map_err(cannot_write())?;
    // Another one that adds the same name waits, and finds it.
    file.lock().map_err(cannot_write())?;
    let text = judge(path, &file).and_then(|_| text(&mut file)).map_err(|seen| wrong(path, &seen))?;
    let there = entry::parse(&text).map_err(|seen| wrong(path, &seen))?;
    if there.iter().any(|other| other.name == entry.name) {
        let seen =
            format!("there is a key {} already; choose another name, or take its entry out", entry.name);
        return Err(wrong(path, &seen));
    }
    // In one write, so that a server that reads it meanwhile finds no half of it.
    let begin = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{begin}{}\n", entry.line()).as_bytes()).map_err(cannot_write())?;
    file.sync_all().map_err(cannot_write())
}

/// The file that was named cannot be used.
pub fn wrong(path: &Path, seen: &str) -> Error {
    Error::Usage(format!("{}: {seen}", path.display()))
}

/// Who else may do what to the file that was opened: an error, or a warning.
fn judge(path: &Path, file: &File) -> Result<Option<String>, String> {
    let mode = file.metadata().map_err(|error| format!("cannot read it: {error}"))?.mode();
    let shown = format!("mode {:04o}", mode & 0o7777);
    if mode & OTHERS_MAY_WRITE != 0 {
        return Err(format!(
            "group or others may write to it ({shown}), and so make keys for themselves; do `chmod go-w {}`",
            path.display()
        ));
    }
    Ok((mode & EVERYBODY_MAY_READ != 0).then(|| {
        format!(
            "everybody on this machine may read names and limits of keys in {path} ({shown}); do `chmod o-r {path}`",
            path = path.display()
        )
    }))
}

fn text(file: &mut File) -> Result<String, String> {
    let mut text = String::new();
    let most = LARGEST.as_u64();
    file.take(most + 1).read_to_string(&mut text).map_err(|error| format!("cannot read it: {error}"))?;
    if text.len() as u64 > most {
        return Err(format!("it is larger than {LARGEST}; all keys go into the sandbox of each request"));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::entry::Sha256;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    fn entry(name: &str) -> Entry {
        let name: entry::Name = name.parse().unwrap();
        let sha256 = Sha256::of(&name.to_string());
        Entry { name, sha256, tables: None, max_rows: None, max_bytes: None, timeout_ms: None }
    }

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn entries_are_added_to_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        append(&path, &entry("a")).unwrap();
        assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);
        append(&path, &entry("b")).unwrap();
        // As an editor may leave it.
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap().trim_end()).unwrap();
        append(&path, &entry("c")).unwrap();
        let contents = read(&path).unwrap();
        assert_eq!((contents.entries, contents.warning), (["a", "b", "c"].map(entry).to_vec(), None));
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 3);
    }

    #[test]
    fn a_file_that_cannot_be_added_to_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        for (text, seen) in [
            (entry("a").line(), "there is a key a already"),
            ("{\"name\":".to_owned(), "line 1, entry 1: EOF"),
            (" ".repeat(2 << 20), "larger than 1.0 MiB"),
        ] {
            std::fs::write(&path, &text).unwrap();
            set_mode(&path, 0o600);
            let error = append(&path, &entry("a")).unwrap_err().to_string();
            assert!(error.starts_with(&*path.to_string_lossy()) && error.contains(seen), "{error}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn a_file_that_others_may_write_to_is_refused_and_one_that_all_may_read_is_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keys");
        append(&path, &entry("a")).unwrap();
        for mode in [0o620, 0o602, 0o666] {
            set_mode(&path, mode);
            let error = read(&path).err().expect("it was read");
            assert!(error.contains("chmod go-w") && error.contains(&format!("{mode:04o}")), "{error}");
            assert!(append(&path, &entry("b")).is_err());
        }
        set_mode(&path, 0o644);
        assert!(read(&path).unwrap().warning.unwrap().contains("mode 0644"));
        set_mode(&path, 0o640);
        assert_eq!(read(&path).unwrap().warning, None);
    }
}
