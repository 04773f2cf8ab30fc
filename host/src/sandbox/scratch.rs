//! A directory that one instance may write to, for what does not fit its memory (`--scratch`).

use std::fs::Permissions;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;

/// Goes with everything in it when it is dropped, however its instance ended. What a process that was killed left
/// is called `polaroid-…`.
pub struct Scratch(TempDir);

impl Scratch {
    /// Makes one in `dir`, for nobody but this user.
    pub fn make(dir: &Path) -> io::Result<Scratch> {
        let made = tempfile::Builder::new()
            .prefix("polaroid-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(dir)?;
        Ok(Scratch(made))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Whether nothing is left of what its instance has answered so far.
    pub fn is_empty(&self) -> bool {
        std::fs::read_dir(self.path()).is_ok_and(|mut entries| entries.next().is_none())
    }
}
