//! Every way in which the host fails, and what the shell sees of it.
//!
//! Texts say what was seen, what is accepted and what to do. Exit codes: 1 for a failure, 2 for a
//! command line that cannot mean anything, 130 after Ctrl-C and 143 after SIGTERM.

use crate::stderr::fail;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What ends `polaroid` early. The variants follow who has to act.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // The user's side: the command line, the files it names, the SQL.
    #[error("{0}")]
    Usage(String),
    #[error("no component found; looked at:\n{}\nname one with --component FILE or POLAROID_COMPONENT, or build it with `cargo xtask component`", list(.0))]
    NoComponent(Vec<PathBuf>),
    #[error("{path}: {seen}; accepted are a WebAssembly component (.wasm) and its machine code made by `polaroid compile` (.cwasm)", path = path.display())]
    NotAComponent { path: PathBuf, seen: String },
    #[error("{path}: not machine code for this polaroid ({reason}); make it again with `polaroid compile --component polaroid.wasm -o {path}`, with --fuel where it is to run with --fuel", path = path.display())]
    Mismatch { path: PathBuf, reason: String },
    #[error(
        "the machine code in this program: {0}; install polaroid again, or give a component with --component"
    )]
    Embedded(String),
    #[cfg(not(feature = "compile"))]
    #[error(
        "{0}, and this polaroid is built without the compiler; make machine code with one that has it, `polaroid compile --component polaroid.wasm -o polaroid.cwasm`, and give that with --component or put it beside this program"
    )]
    NoCompiler(String),
    #[error("{path} is not trusted: {seen}; machine code runs outside of the sandbox, so nobody but you and root may be able to change it; {remedy}", path = path.display())]
    Distrust { path: PathBuf, seen: String, remedy: String },
    #[error("{what} {path}: {source}", path = path.display())]
    File { what: &'static str, path: PathBuf, source: io::Error },
    #[error(
        "cannot listen on {addr}: {source}; choose another address with {flag}, port 0 takes any free one"
    )]
    Listen { addr: SocketAddr, flag: &'static str, source: io::Error },
    /// The component refused the query; the text is ready to be shown.
    #[error("{0}")]
    Query(String),

    // The sandbox ended without a whole answer.
    #[error("{0}")]
    Guest(#[from] crate::sandbox::Failure),
    #[error("the answer is cut short: {0}; what was written of it is not whole")]
    Cut(String),

    // The host itself.
    #[error("wasmtime: {0:#}")]
    Wasmtime(#[from] wasmtime::Error),
    #[error("{what}: {source}")]
    System { what: &'static str, source: io::Error },

    /// Ended by this signal's number.
    #[error("interrupted")]
    Interrupted(u8),
}

impl Error {
    /// For `map_err` on file operations: `what` is a verb phrase such as "cannot read".
    pub fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::File { what, path, source }
    }

    /// For `map_err` on other system calls.
    pub fn system(what: &'static str) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::System { what, source }
    }

    /// Prints the error on stderr and gives the process's exit code.
    pub fn report(&self) -> ExitCode {
        if !matches!(self, Error::Interrupted(_)) {
            fail(self);
        }
        ExitCode::from(match self {
            Error::Usage(_) => 2,
            // As shells count it.
            Error::Interrupted(signal) => 128 + signal,
            _ => 1,
        })
    }
}

fn list(paths: &[PathBuf]) -> String {
    let lines: Vec<_> = paths.iter().map(|path| format!("  {}", path.display())).collect();
    lines.join("\n")
}
