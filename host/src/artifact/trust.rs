//! Who could have changed a file of machine code.
//!
//! Such a file runs with all of this process's rights as soon as it is loaded. So the file and
//! every directory above it must be out of other users' reach: owned by the user or by root, and
//! not writable by group or others. A directory above with the sticky bit (as /tmp) may be writable,
//! since nobody can rename or replace what others own in it.

use crate::error::Error;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

const ROOT: u32 = 0;
const OTHERS_MAY_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;

/// A path at which only this user and root can change what is there, or put something else:
/// absolute, without links, every directory of it judged. So it can be opened later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trusted(PathBuf);

impl Trusted {
    pub fn path(&self) -> &Path {
        &self.0
    }
}

/// Judges where `path`, a file or a directory, really is. What is to be read is the path that comes
/// back: the given one may have links in it, which others may be able to change.
pub fn check(path: &Path) -> Result<Trusted, Error> {
    let real = path.canonicalize().map_err(Error::file("cannot read", path))?;
    let user = rustix::process::geteuid().as_raw();
    // From the root down: nobody else can change what is in a directory once it is judged, so what
    // is judged next is what will be there.
    let parts: Vec<&Path> = real.ancestors().collect();
    for part in parts.into_iter().rev() {
        let metadata = part.symlink_metadata().map_err(Error::file("cannot read", part))?;
        judge(part, &metadata, user, part != real)?;
    }
    Ok(Trusted(real))
}

/// `above`: a directory on the way, of which only one entry matters.
fn judge(path: &Path, metadata: &Metadata, user: u32, above: bool) -> Result<(), Error> {
    let (owner, mode) = (metadata.uid(), metadata.mode());
    if owner != user && owner != ROOT {
        return Err(Error::Distrust {
            path: path.to_owned(),
            seen: format!("it belongs to user {owner}, you are user {user}"),
            remedy: "use a copy that you own".into(),
        });
    }
    let shared_safely = above && metadata.is_dir() && mode & STICKY != 0;
    if mode & OTHERS_MAY_WRITE != 0 && !shared_safely {
        return Err(Error::Distrust {
            path: path.to_owned(),
            seen: format!("group or others may write to it (mode {:04o})", mode & 0o7777),
            remedy: format!("do `chmod go-w {}`", path.display()),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    fn set_mode(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    /// A file two directories deep, below a temporary directory.
    fn file() -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let inner = dir.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        for path in [dir.path(), &dir.path().join("a"), &inner] {
            set_mode(path, 0o755);
        }
        let file = inner.join("x.cwasm");
        std::fs::write(&file, b"").unwrap();
        set_mode(&file, 0o644);
        (dir, file)
    }

    #[test]
    fn what_only_the_user_may_write_is_trusted() {
        let (_dir, file) = file();
        check(&file).unwrap();
    }

    #[test]
    fn a_file_that_group_or_others_may_write_is_refused() {
        let (_dir, file) = file();
        for mode in [0o664, 0o646, 0o666] {
            set_mode(&file, mode);
            let error = check(&file).unwrap_err().to_string();
            assert!(error.contains("chmod go-w") && error.contains(&format!("{mode:04o}")), "{error}");
        }
    }

    #[test]
    fn a_directory_above_that_others_may_write_is_refused_unless_sticky() {
        let (dir, file) = file();
        let above = dir.path().join("a");
        set_mode(&above, 0o777);
        let error = check(&file).unwrap_err().to_string();
        assert!(error.contains(above.to_str().unwrap()), "{error}");
        set_mode(&above, 0o1777);
        check(&file).unwrap();
        // In a directory that is asked for itself, others could put files of their own.
        assert!(check(&above).is_err());
    }

    #[test]
    fn a_link_is_judged_by_where_it_leads() {
        let (dir, file) = file();
        let link = dir.path().join("link.cwasm");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(check(&link).unwrap().path(), file.canonicalize().unwrap());
        set_mode(file.parent().unwrap(), 0o777);
        assert!(check(&link).is_err());
    }

    #[test]
    fn another_users_file_is_refused() {
        let (_dir, file) = file();
        let metadata = file.metadata().unwrap();
        let stranger = metadata.uid() + 1;
        // Seen from another user's side, unless the owner is root, whom everyone trusts.
        let verdict = judge(&file, &metadata, stranger, false);
        assert_eq!(verdict.is_err(), metadata.uid() != ROOT);
    }
}
