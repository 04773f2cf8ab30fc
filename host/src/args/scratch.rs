//! `--scratch DIR[:SIZE]`: where queries may put what does not fit their memory.

use super::mount::Mount;
use crate::error::Error;
use bytesize::ByteSize;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A directory on the host, in which each instance gets one of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scratch {
    pub dir: PathBuf,
    /// Bytes that one query may have there.
    pub size: u64,
}

/// Where a guest finds its own.
pub const GUEST: &str = "/scratch";

/// What the component wants to plan with.
const LEAST_MEMORY: ByteSize = ByteSize::mib(48);

/// The engine counts in megabytes.
const LEAST_SIZE: ByteSize = ByteSize::mb(1);
/// Bytes when nobody says.
const SIZE: ByteSize = ByteSize::gib(16);

impl Scratch {
    /// Checks that the directory can be written to, that no query reads from it, and that there is `memory` to begin with.
    pub fn validate(given: &OsStr, mounts: &[Mount], memory: u64) -> Result<Scratch, Error> {
        let (dir, size) = split(given);
        let refused = |seen: &str| Error::Usage(format!("--scratch {}: {seen}", dir.display()));
        if size < LEAST_SIZE {
            return Err(refused(
                "too little room; accepted are DIR and DIR:SIZE, as in /var/tmp:10GB, of 1MB or more",
            ));
        }
        if memory < LEAST_MEMORY.as_u64() {
            return Err(refused(&format!(
                "a query has --memory {}; with scratch, accepted is {LEAST_MEMORY} or more",
                ByteSize::b(memory)
            )));
        }
        tempfile::tempdir_in(dir)
            .map_err(|error| refused(&format!("{error}; accepted is a directory that you may write to")))?;
        let canonical = dir.canonicalize().map_err(|error| refused(&error.to_string()))?;
        for mount in mounts {
            if mount.guest == GUEST {
                return Err(refused(
                    "a --dir has the name scratch, which is this one's; give it another one",
                ));
            }
            if mount.holds(&canonical) || mount.lies_in(&canonical) {
                return Err(refused(&format!(
                    "it and --dir {} lie in one another, so that queries could read what others left there; \
                     take another directory",
                    mount.host.display()
                )));
            }
        }
        Ok(Scratch { dir: canonical, size: size.as_u64() })
    }
}

/// `DIR:SIZE` where what is after the last colon is a size, and the whole is no directory; else a DIR.
fn split(given: &OsStr) -> (&Path, ByteSize) {
    if Path::new(given).is_dir() {
        return (Path::new(given), SIZE);
    }
    let bytes = given.as_bytes();
    let sized = bytes.iter().rposition(|&byte| byte == b':').and_then(|at| {
        let size = std::str::from_utf8(&bytes[at + 1..]).ok()?.parse().ok()?;
        Some((Path::new(OsStr::from_bytes(&bytes[..at])), size))
    });
    sized.unwrap_or((Path::new(given), SIZE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_what_is_after_the_last_colon() {
        let dir = tempfile::tempdir().unwrap();
        let colon = dir.path().join("nas:1");
        std::fs::create_dir(&colon).unwrap();
        assert_eq!(super::split(colon.as_os_str()), (colon.as_path(), SIZE));
        let split = |given: &'static str| split(OsStr::new(given));
        assert_eq!(split("/tmp"), (Path::new("/tmp"), SIZE));
        assert_eq!(split("/tmp:10GB"), (Path::new("/tmp"), ByteSize::gb(10)));
        assert_eq!(split("/a:b:512MiB"), (Path::new("/a:b"), ByteSize::mib(512)));
        assert_eq!(split("/a:b"), (Path::new("/a:b"), SIZE));
    }

    #[test]
    fn it_is_apart_from_what_queries_read() {
        let dir = tempfile::tempdir().unwrap();
        let folder = |name: &str| {
            let path = dir.path().join(name);
            std::fs::create_dir_all(&path).unwrap();
            path
        };
        let mount = |host: PathBuf, guest: &str| [Mount { host, guest: guest.into() }];
        let tried =
            |scratch: PathBuf, mounts: &[Mount]| Scratch::validate(scratch.as_os_str(), mounts, 1 << 29);
        assert!(tried(folder("scratch"), &mount(folder("data"), "/data")).is_ok());
        for (scratch, mounts) in [
            (folder("data/scratch"), mount(folder("data"), "/data")),
            (folder("data"), mount(folder("data"), "/data")),
            (folder("data"), mount(folder("data/inner"), "/data")),
            (folder("scratch"), mount(folder("data"), "/scratch")),
            (dir.path().join("missing"), mount(folder("data"), "/data")),
        ] {
            let error = tried(scratch.clone(), &mounts).unwrap_err().to_string();
            assert!(error.contains(&format!("--scratch {}: ", scratch.display())), "{error}");
        }
        let scratch = folder("scratch");
        let none = format!("{}:0", scratch.display());
        assert!(Scratch::validate(OsStr::new(&none), &[], 1 << 29).is_err());
        let error = Scratch::validate(scratch.as_os_str(), &[], 32 << 20).unwrap_err().to_string();
        assert!(error.contains("--memory 32.0 MiB"), "{error}");
    }
}
