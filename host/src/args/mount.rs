//! `--dir [NAME=]DIR`: a host directory, and the name under which the guest finds it.

use crate::error::Error;
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A directory that guests may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    pub host: PathBuf,
    /// Absolute path inside the guest, as `/data`.
    pub guest: String,
}

impl Mount {
    /// Whether `path`, which is canonical, is this directory or lies in it. One that cannot be found holds nothing.
    pub fn holds(&self, path: &Path) -> bool {
        self.host.canonicalize().is_ok_and(|host| path.starts_with(host))
    }

    /// Whether this directory lies in `path`, which is canonical, or is it.
    pub fn lies_in(&self, path: &Path) -> bool {
        self.host.canonicalize().is_ok_and(|host| host.starts_with(path))
    }
}

/// Checks that each directory exists and can be listed, and that no name is taken twice.
pub fn validate(given: &[PathBuf]) -> Result<Vec<Mount>, Error> {
    let mut mounts: Vec<Mount> = Vec::new();
    for given in given {
        let mount = split(given)?;
        if let Some(other) = mounts.iter().find(|other| other.guest == mount.guest) {
            return Err(Error::Usage(format!(
                "--dir {} and --dir {} are both {} to the guest; give one of them a name of its own, as in --dir NAME=DIR",
                other.host.display(),
                mount.host.display(),
                mount.guest
            )));
        }
        std::fs::read_dir(&mount.host).map_err(|error| {
            Error::Usage(format!(
                "--dir {}: {error}; accepted is a directory that you may read",
                mount.host.display()
            ))
        })?;
        mounts.push(mount);
    }
    Ok(mounts)
}

/// The same mount with its directory relative to `folder` instead of the current directory.
pub fn based(given: &Path, folder: &Path) -> OsString {
    // What is no mount stays as it is, and is refused where mounts are validated.
    let Ok(mount) = split(given) else { return given.into() };
    let mut based = OsString::from(mount.guest.trim_start_matches('/'));
    // With the name, so that a `=` in the folder's path means nothing.
    based.push("=");
    based.push(folder.join(mount.host));
    based
}

/// `NAME=DIR` when what is before the first `=` can be a name, else a plain DIR called `data`.
fn split(given: &Path) -> Result<Mount, Error> {
    let bytes = given.as_os_str().as_bytes();
    let named = bytes.iter().position(|&byte| byte == b'=').and_then(|at| {
        let name = std::str::from_utf8(&bytes[..at]).ok()?;
        is_name(name).then(|| (name, Path::new(std::ffi::OsStr::from_bytes(&bytes[at + 1..]))))
    });
    let (name, host) = named.unwrap_or(("data", given));
    if host.as_os_str().is_empty() {
        return Err(Error::Usage(format!(
            "--dir {}: no directory; accepted are DIR and NAME=DIR",
            given.display()
        )));
    }
    Ok(Mount { host: host.to_owned(), guest: format!("/{name}") })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest_and_host(given: &str) -> (String, String) {
        let mount = split(Path::new(given)).unwrap();
        (mount.guest, mount.host.display().to_string())
    }

    #[test]
    fn a_name_is_what_is_before_the_first_equals_sign() {
        assert_eq!(guest_and_host("/srv"), ("/data".into(), "/srv".into()));
        assert_eq!(guest_and_host("sales=/srv/a=b"), ("/sales".into(), "/srv/a=b".into()));
        assert_eq!(guest_and_host("./year=2025"), ("/data".into(), "./year=2025".into()));
        assert_eq!(guest_and_host("/x/year=2025"), ("/data".into(), "/x/year=2025".into()));
    }

    #[test]
    fn nothing_after_the_name_is_refused() {
        assert!(split(Path::new("sales=")).is_err());
        assert!(split(Path::new("")).is_err());
    }

    #[test]
    fn a_name_is_given_once() {
        let dir = tempfile::tempdir().unwrap();
        let error = validate(&[dir.path().to_owned(), dir.path().to_owned()]).unwrap_err();
        assert!(error.to_string().contains("NAME=DIR"), "{error}");
    }

    #[test]
    fn what_is_no_directory_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(validate(&[file.path().to_owned()]).is_err());
        assert!(validate(&[file.path().join("missing")]).is_err());
    }
}
