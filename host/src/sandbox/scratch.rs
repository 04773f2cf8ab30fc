//! A directory that one instance may write to, for what does not fit its memory (`--scratch`).

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Those of instances that are alive.
static ALIVE: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// Goes with everything in it when it is dropped, however its instance ended. What a process that was killed left
/// is called `polaroid-…`.
pub struct Scratch(PathBuf);

impl Scratch {
    /// Makes one in `dir`, for nobody but this user.
    pub fn make(dir: &Path) -> io::Result<Scratch> {
        let made = tempfile::Builder::new()
            .prefix("polaroid-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(dir)?
            .keep();
        alive().insert(made.clone());
        Ok(Scratch(made))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Whether nothing is left of what its instance has answered so far.
    pub fn is_empty(&self) -> bool {
        fs::read_dir(self.path()).is_ok_and(|mut entries| entries.next().is_none())
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        remove(self.path());
        alive().remove(self.path());
    }
}

/// Removes the directories of instances that are alive, when the process ends without waiting for them.
pub fn remove_all() {
    // Taken, so that instances that end meanwhile do not wait for this.
    let left = std::mem::take(&mut *alive());
    left.iter().for_each(|path| remove(path));
}

/// An instance that computes may write one more file meanwhile.
fn remove(path: &Path) {
    for _ in 0..10 {
        match fs::remove_dir_all(path) {
            Ok(()) => return,
            Err(error) if error.kind() == ErrorKind::NotFound => return,
            Err(_) => thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn alive() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    ALIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_with_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let scratch = Scratch::make(dir.path()).unwrap();
        assert!(scratch.is_empty());
        assert_eq!(fs::metadata(scratch.path()).unwrap().permissions().mode() & 0o777, 0o700);
        fs::write(scratch.path().join("spilled"), "rows").unwrap();
        assert!(!scratch.is_empty());
        drop(scratch);
        let left = Scratch::make(dir.path()).unwrap();
        fs::write(left.path().join("spilled"), "rows").unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        remove_all();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
