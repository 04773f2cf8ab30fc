//! Lines on standard error.

use std::fmt::Display;
use std::io::Write;

/// Writes one line. Where nobody reads standard error any more the line is lost and the process goes
/// on, while `eprintln!` would end it.
pub fn say(line: impl Display) {
    let line = format!("{line}\n");
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
