//! Lines on standard error.
//!
//! `polaroid query` and `polaroid compile` write plain lines. Under `polaroid serve`, once its log is
//! set up ([`crate::telemetry`]), the same calls are events of that log, so that it has one format.
//!
//! One promise for both: where nobody reads standard error any more a line is lost and the process
//! goes on, while `eprintln!` would end it.

use std::fmt::Display;
use std::io::Write;

/// Something that went as it should.
pub fn say(line: impl Display) {
    if is_log() {
        tracing::info!(target: "polaroid", "{line}");
    } else {
        plain(line);
    }
}

/// Why the process ends.
pub fn fail(line: impl Display) {
    if is_log() {
        tracing::error!(target: "polaroid", "{line}");
    } else {
        plain(format_args!("polaroid: {line}"));
    }
}

/// What a guest wrote on its standard error: whole lines, or pieces of a very long one.
///
/// It may quote anything, and so is passed on as it is only where no log could be taken in by it.
pub fn of_guest(bytes: &[u8]) {
    if !is_log() {
        return raw(bytes);
    }
    for line in String::from_utf8_lossy(bytes).lines() {
        tracing::info!(target: "polaroid::guest", "{line}");
    }
}

/// One line as it is, also under `serve`.
pub fn plain(line: impl Display) {
    raw(format!("{line}\n").as_bytes());
}

/// In one write, so that lines of several threads do not mix.
pub fn raw(bytes: &[u8]) {
    let _ = std::io::stderr().lock().write_all(bytes);
}

fn is_log() -> bool {
    tracing::dispatcher::has_been_set()
}
