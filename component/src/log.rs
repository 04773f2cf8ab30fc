//! The log: lines on standard error, each with the query's id where there is one.

use std::io::Write;

/// Writes a line. A log that nobody reads any more must not fail a query, as `eprintln!` would.
pub fn line(text: std::fmt::Arguments) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
