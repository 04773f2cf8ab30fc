//! What `-o` names, and how it is written.
//!
//! A file appears when it is whole, and not at all after an error: it is written beside its place and
//! renamed. That is only right for regular files. A device or a FIFO takes bytes as they come, and a
//! link stays: what it leads to is written.

use crate::error::Error;
use std::fs::{File, Permissions};
use std::io::{self, ErrorKind, Stdout, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// How the names of files begin that are being written.
pub const UNFINISHED: &str = ".polaroid-";

/// As many links as Linux follows.
const MOST_LINKS: usize = 40;

/// Where an output is to go, looked at before there is anything to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    Stdout,
    /// A device, a FIFO or an open descriptor.
    Stream(PathBuf),
    /// The place of a regular file, no link, whether or not it is there yet.
    File(PathBuf),
}

impl Target {
    /// Standard output without a name. Errors for a directory, and where the folder is missing.
    pub fn find(given: Option<&Path>) -> Result<Target, Error> {
        let Some(given) = given else { return Ok(Target::Stdout) };
        // Opening it again can be forbidden where writing is not.
        if given == Path::new("/dev/stdout") {
            return Ok(Target::Stdout);
        }
        match given.metadata() {
            Ok(found) if found.is_dir() => {
                return Err(Error::file("cannot write", given)(ErrorKind::IsADirectory.into()));
            }
            Ok(found) if !found.is_file() => return Ok(Target::Stream(given.to_owned())),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Error::file("cannot write", given)(error)),
        }
        let place = place_of(given).map_err(Error::file("cannot write", given))?;
        Ok(place.map_or_else(|| Target::Stream(given.to_owned()), Target::File))
    }
}

/// The place that links lead to. `None` for the links of /proc to open descriptors: they name no
/// place, even where they read like one.
fn place_of(given: &Path) -> io::Result<Option<PathBuf>> {
    let mut place = given.to_owned();
    for _ in 0..MOST_LINKS {
        let folder = folder_of(&place).canonicalize()?;
        if !place.is_symlink() {
            return Ok(Some(place));
        }
        if folder.starts_with("/proc") {
            return Ok(None);
        }
        place = folder.join(place.read_link()?);
    }
    Err(rustix::io::Errno::LOOP.into())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// An output that is being written.
pub enum Output {
    Stdout(Stdout),
    Stream { stream: File, path: PathBuf },
    File(WholeFile),
}

impl Output {
    /// Waits for a reader where the target is a FIFO. `mode` is a new file's, before the umask.
    pub fn open(target: &Target, mode: u32) -> Result<Output, Error> {
        Ok(match target {
            Target::Stdout => Output::Stdout(io::stdout()),
            Target::Stream(path) => {
                // Behind what others have written, where it is a file that was opened by a shell.
                let stream = File::options().append(true).open(path);
                Output::Stream {
                    stream: stream.map_err(Error::file("cannot write", path))?,
                    path: path.clone(),
                }
            }
            Target::File(path) => Output::File(WholeFile::create(path, mode)?),
        })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match self {
            Output::Stdout(stdout) => to_stdout(stdout.write_all(bytes)),
            Output::Stream { stream, path } => {
                reader_gone_is_fine(stream.write_all(bytes)).map_err(Error::file("cannot write", path))
            }
            Output::File(file) => file.write(bytes),
        }
    }

    /// The output is whole: a file appears now.
    pub fn finish(self) -> Result<(), Error> {
        match self {
            Output::Stdout(mut stdout) => to_stdout(stdout.flush()),
            Output::Stream { .. } => Ok(()),
            Output::File(file) => file.finish(),
        }
    }
}

fn to_stdout(written: io::Result<()>) -> Result<(), Error> {
    reader_gone_is_fine(written).map_err(Error::system("cannot write to standard output"))
}

/// `polaroid query … | head` has what it wanted: ends the process, as other tools do.
fn reader_gone_is_fine(written: io::Result<()>) -> io::Result<()> {
    if written.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe) {
        crate::sandbox::remove_scratch();
        std::process::exit(0)
    }
    written
}

/// A regular file, written beside its place. Removed when dropped before [`WholeFile::finish`].
pub struct WholeFile {
    written: NamedTempFile,
    path: PathBuf,
}

impl WholeFile {
    /// `path` is no link. `mode` is the file's before the umask. One that is there keeps its own as
    /// far as `mode` allows, and must be writable, as it would be for a shell's `>`.
    pub fn create(path: &Path, mode: u32) -> Result<WholeFile, Error> {
        let cannot_write = || Error::file("cannot write", path);
        let replaced = match File::options().append(true).open(path) {
            Ok(file) => Some(file.metadata().map_err(cannot_write())?.permissions().mode() & mode),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(cannot_write()(error)),
        };
        let folder = folder_of(path);
        let written = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .permissions(Permissions::from_mode(replaced.unwrap_or(mode)))
            .tempfile_in(folder)
            .map_err(Error::file("cannot write into", folder))?;
        if let Some(mode) = replaced {
            // The umask is for new files.
            let permissions = Permissions::from_mode(mode);
            written.as_file().set_permissions(permissions).map_err(cannot_write())?;
        }
        Ok(WholeFile { written, path: path.to_owned() })
    }

    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.written.write_all(bytes).map_err(Error::file("cannot write", &self.path))
    }

    /// Waits until a crash of the machine cannot take away what was written.
    pub fn sync(&self) -> Result<(), Error> {
        self.written.as_file().sync_all().map_err(Error::file("cannot write", &self.path))
    }

    /// Puts the file into its place, at once for all readers.
    pub fn finish(self) -> Result<(), Error> {
        match self.written.persist(&self.path) {
            Ok(_) => Ok(()),
            Err(error) => Err(Error::file("cannot write", &self.path)(error.error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{MetadataExt, symlink};

    fn find(path: &Path) -> Target {
        Target::find(Some(path)).unwrap()
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().mode() & 0o7777
    }

    #[test]
    fn devices_are_written_and_not_replaced() {
        for device in ["/dev/null", "/dev/full"].map(Path::new) {
            assert_eq!(find(device), Target::Stream(device.to_owned()));
        }
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        symlink("/dev/null", &link).unwrap();
        assert_eq!(find(&link), Target::Stream(link));
    }

    #[test]
    fn names_of_open_descriptors_are_written_as_they_are() {
        assert_eq!(Target::find(None).unwrap(), Target::Stdout);
        assert_eq!(find(Path::new("/dev/stdout")), Target::Stdout);
        // A regular file behind a descriptor, as a shell opens it for `>`.
        let file = tempfile::NamedTempFile::new().unwrap();
        let number = std::os::fd::AsRawFd::as_raw_fd(file.as_file());
        for path in [format!("/dev/fd/{number}"), format!("/proc/self/fd/{number}")].map(PathBuf::from) {
            assert_eq!(find(&path), Target::Stream(path));
        }
    }

    #[test]
    fn links_to_files_are_followed_to_the_end_there_or_not() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().canonicalize().unwrap().join("real.csv");
        let (link, around) = (dir.path().join("link.csv"), dir.path().join("around.csv"));
        symlink("real.csv", &link).unwrap();
        symlink(&link, &around).unwrap();
        for _ in 0..2 {
            assert_eq!(find(&around), Target::File(real.clone()));
            std::fs::write(&real, "there now").unwrap();
        }
    }

    #[test]
    fn what_can_never_be_a_file_is_told_before_there_is_anything_to_write() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (dir.path().join("one"), dir.path().join("two"));
        symlink(&one, &two).unwrap();
        symlink(&two, &one).unwrap();
        for path in [dir.path().to_owned(), dir.path().join("missing/a.csv"), one] {
            let error = Target::find(Some(&path)).unwrap_err();
            assert!(matches!(&error, Error::File { path: named, .. } if *named == path), "{error}");
        }
    }

    #[test]
    fn a_file_that_is_replaced_keeps_its_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        let write = |content: &[u8], most: u32| {
            let mut file = WholeFile::create(&path, most).unwrap();
            file.write(content).unwrap();
            file.finish().unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), content);
        };
        write(b"new", 0o666);
        assert_eq!(mode(&path) & 0o111, 0);
        for (before, most, after) in [(0o600, 0o666, 0o600), (0o664, 0o666, 0o664), (0o666, 0o644, 0o644)] {
            std::fs::set_permissions(&path, Permissions::from_mode(before)).unwrap();
            write(b"again", most);
            assert_eq!(mode(&path), after);
        }
    }

    #[test]
    fn what_is_not_finished_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "from before").unwrap();
        let mut file = WholeFile::create(&path, 0o666).unwrap();
        file.write(b"half").unwrap();
        drop(file);
        assert_eq!(std::fs::read(&path).unwrap(), b"from before");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
