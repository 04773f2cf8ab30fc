//! Where an answer goes: standard output, or a file that appears when it is whole.

use crate::error::Error;
use std::fs::Permissions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

pub enum Output {
    Stdout(std::io::Stdout),
    /// Written beside its target. Removed when dropped before [`Output::finish`].
    File {
        written: NamedTempFile,
        target: PathBuf,
    },
}

impl Output {
    pub fn open(target: Option<&Path>) -> Result<Output, Error> {
        let Some(target) = target else { return Ok(Output::Stdout(std::io::stdout())) };
        let folder = match target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let written = tempfile::Builder::new()
            .prefix(".polaroid-")
            // As a file made by a shell's `>`: the process's umask takes its bits.
            .permissions(Permissions::from_mode(0o666))
            .tempfile_in(folder)
            .map_err(Error::file("cannot write into", folder))?;
        Ok(Output::File { written, target: target.to_owned() })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Output::Stdout(stdout) => reader_gone_is_fine(stdout.write_all(bytes)),
            Output::File { written, target } => {
                written.write_all(bytes).map_err(Error::file("cannot write", target))
            }
        }
    }

    /// The answer is whole: shows it.
    pub fn finish(self) -> Result<(), Error> {
        match self {
            Output::Stdout(mut stdout) => reader_gone_is_fine(stdout.flush()),
            Output::File { written, target } => match written.persist(&target) {
                Ok(_) => Ok(()),
                Err(error) => Err(Error::file("cannot write", &target)(error.error)),
            },
        }
    }
}

/// `polaroid query … | head` has what it wanted: ends the process, as other tools do.
fn reader_gone_is_fine(written: std::io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => std::process::exit(0),
        written => written.map_err(Error::system("cannot write to standard output")),
    }
}
