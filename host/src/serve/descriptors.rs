//! Open files: as many as the system allows, and no more connections than these are enough for.

use crate::error::Error;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Connections when nobody says.
pub const USUAL: usize = 1000;

/// For the process itself: the component, listeners, the admin port, the log.
const OWN: usize = 64;
/// For a guest: the files that it reads at once, beside the directories that it sees.
const FILES: usize = 4;

/// Open files for everything but connections, with so many guests at once and directories for each.
pub fn reserved(guests: usize, directories: usize) -> usize {
    OWN + guests * (directories + FILES)
}

/// Raises the limit on open files to what the system allows and gives the number of connections, with
/// `reserved` files left to everything else.
///
/// `given` is refused when there could never be so many; the usual number is lowered instead.
pub fn connections(given: Option<usize>, reserved: usize) -> Result<usize, Error> {
    let limit = raise();
    let Some(limit) = limit else { return Ok(given.unwrap_or(USUAL)) };
    fit(given, limit, reserved)
}

/// The limit then in force, `None` without one.
fn raise() -> Option<usize> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    if current == maximum {
        return count(current);
    }
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => count(maximum),
        Err(error) => {
            tracing::warn!(target: "polaroid", "cannot raise the limit on open files: {error}");
            count(current)
        }
    }
}

fn count(limit: Option<u64>) -> Option<usize> {
    limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

fn fit(given: Option<usize>, limit: usize, reserved: usize) -> Result<usize, Error> {
    // Where there are few files, half of them.
    let room = limit.saturating_sub(reserved).max(limit / 2).max(1);
    match given {
        Some(given) if given > room => Err(Error::Usage(format!(
            "--max-connections {given}: this process may open {limit} files, and connections can have {room} of them; \
             accepted are at most {room} connections, or raise the limit (ulimit -Hn, LimitNOFILE=)"
        ))),
        Some(given) => Ok(given),
        None if USUAL > room => {
            tracing::warn!(
                target: "polaroid",
                "at most {room} connections at once instead of {USUAL}: this process may open {limit} files"
            );
            Ok(room)
        }
        None => Ok(USUAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_files() {
        assert_eq!(fit(None, 1 << 20, 256).unwrap(), USUAL);
        assert_eq!(fit(None, 1024, 256).unwrap(), 768);
        assert_eq!(fit(None, 64, 256).unwrap(), 32);
        assert_eq!(fit(Some(768), 1024, 256).unwrap(), 768);
        let error = fit(Some(769), 1024, 256).unwrap_err().to_string();
        assert!(error.contains("at most 768"), "{error}");
    }

    #[test]
    fn more_guests_and_more_directories_leave_fewer_connections() {
        let most = |guests, directories| fit(None, 1024, reserved(guests, directories)).unwrap();
        assert_eq!((most(8, 1), most(64, 1), most(64, 2)), (1024 - 64 - 8 * 5, 640, 576));
        // Guests do not read all at once what they may: half of the files are left to connections.
        assert_eq!(most(4096, 1), 512);
    }
}
