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

/// Bytes when nobody says.
const SIZE: ByteSize = ByteSize::gib(16);

impl Scratch {
    /// Checks that the directory can be written to, and that no query reads from it.
    pub fn validate(given: &OsStr, mounts: &[Mount]) -> Result<Scratch, Error> {
        let (dir, size) = split(given);
        let refused = |seen: &str| Error::Usage(format!("--scratch {}: {seen}", dir.display()));
        if size == ByteSize::b(0) {
            return Err(refused("no room; accepted are DIR and DIR:SIZE, as in /var/tmp:10GB"));
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
            let Ok(host) = mount.host.canonicalize() else { continue };
            if canonical.starts_with(&host) || host.starts_with(&canonical) {
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

/// `DIR:SIZE` where what is after the last colon is a size, else a DIR.
fn split(given: &OsStr) -> (&Path, ByteSize) {
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
        let tried = |scratch: PathBuf, mounts: &[Mount]| Scratch::validate(scratch.as_os_str(), mounts);
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
        let none = format!("{}:0", folder("scratch").display());
        assert!(Scratch::validate(OsStr::new(&none), &[]).is_err());
    }
}
