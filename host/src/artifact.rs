//! From the component's file to machine code that is mapped into this process.
//!
//! [`locate`] finds the file, [`trust`] decides whether machine code from it may run here, [`verify`]
//! whether it is whole, [`cache`] keeps what was compiled. WebAssembly itself needs no trust: it runs
//! in the sandbox. Its machine code does, so it is only loaded from files that nobody else can change.
//!
//! [`make`] is the compiler's side: it compiles, and [`layout`] lays the file out, which [`seal`] ends.

mod cache;
#[cfg(feature = "compile")]
mod layout;
mod locate;
#[cfg(feature = "compile")]
mod make;
#[cfg(not(feature = "compile"))]
#[path = "artifact/cannot_make.rs"]
mod make;
mod seal;
mod trust;
mod verify;

pub use locate::{Found, THIS_PROGRAM, find};
pub use make::{cached, check as check_compiler, write};
pub use verify::Verify;

use crate::error::Error;
use crate::output::WholeFile;
use crate::stderr::say;
use std::path::Path;
use trust::Trusted;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Loads the component, compiling it first when there is no machine code for it.
pub fn load(engine: &Engine, component: &Found, verify: Verify) -> Result<Component, Error> {
    match component {
        Found::Wasm(path) => make::load(engine, path, verify),
        Found::Embedded => open(engine, &Artifact::Embedded, verify),
        Found::Compiled(path) => {
            let artifact = Artifact::File(trust::check(path)?);
            open(engine, &artifact, verify).or_else(|error| match locate::source_of(path) {
                Some(wasm) if cfg!(feature = "compile") => {
                    say(format_args!("polaroid: {error}; using {} instead", wasm.display()));
                    make::load(engine, &wasm, verify)
                }
                _ => Err(error),
            })
        }
    }
}

/// Machine code that may be loaded, once it is known to be whole.
enum Artifact {
    File(Trusted),
    /// In this program's own file. Who could change that runs here already.
    Embedded,
}

impl Artifact {
    /// Where to open it.
    fn path(&self) -> &Path {
        match self {
            Artifact::File(trusted) => trusted.path(),
            Artifact::Embedded => locate::THIS_PROGRAM.as_ref(),
        }
    }

    fn misfit(&self, reason: String) -> Error {
        match self {
            Artifact::File(trusted) => Error::Mismatch { path: trusted.path().to_owned(), reason },
            Artifact::Embedded => Error::Embedded(reason),
        }
    }
}

/// Verifies the artifact and maps it.
fn open(engine: &Engine, artifact: &Artifact, verify: Verify) -> Result<Component, Error> {
    verify::check(artifact, verify)?;
    // SAFETY: the file came from `precompile_component` as far as anyone but this user and root is
    // concerned: nobody else can have written it, or can put another one where it is. Files of ours
    // are replaced by rename and never written in place, so the mapping does not change either; a
    // program's file cannot be written while it runs.
    unsafe { Component::deserialize_file(engine, artifact.path()) }
        .map_err(|error| artifact.misfit(error.root_cause().to_string()))
}

/// Writes a file that no reader, and no crash, ever meets half.
fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let mut file = WholeFile::create(path, mode)?;
    file.write(bytes)?;
    file.sync()?;
    file.finish()
}
