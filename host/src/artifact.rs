//! From the component's file to machine code that is mapped into this process.
//!
//! [`locate`] finds the file, [`trust`] decides whether machine code from it may run here,
//! [`cache`] keeps what was compiled. WebAssembly itself needs no trust: it runs in the sandbox.
//! Its machine code does, so it is only loaded from files that nobody else can change.

mod cache;
mod locate;
mod trust;

pub use locate::{COMPONENT_VARIABLE, Found, find};

use crate::error::Error;
use crate::output::{Output, Target, WholeFile};
use crate::stderr::say;
use cache::Cache;
use std::path::{Path, PathBuf};
use std::time::Instant;
use trust::Trusted;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Loads the component, compiling it first when the cache has no machine code for it.
pub fn load(engine: &Engine, component: &Found) -> Result<Component, Error> {
    let artifact = match component {
        Found::Compiled(path) => return deserialize(engine, &trust::check(path)?),
        Found::Wasm(path) => Cache::open()?.artifact(engine, path)?,
    };
    deserialize(engine, &trust::check(&artifact)?).or_else(|error| {
        // Its name says that it fits, so the file is damaged: make it again, once.
        say(format_args!("polaroid: {error}"));
        std::fs::remove_file(&artifact).map_err(Error::file("cannot remove", &artifact))?;
        deserialize(engine, &trust::check(&cached(engine, component)?)?)
    })
}

/// The component's machine code in the cache, compiled when it is not there yet.
pub fn cached(engine: &Engine, component: &Found) -> Result<PathBuf, Error> {
    Cache::open()?.artifact(engine, wasm_of(component)?)
}

/// Compiles the component into `target`.
pub fn write(engine: &Engine, component: &Found, target: &Target) -> Result<(), Error> {
    let wasm = wasm_of(component)?;
    let bytes = std::fs::read(wasm).map_err(Error::file("cannot read", wasm))?;
    let code = compile(engine, wasm, &bytes)?;
    if let Target::File(path) = target {
        // To be shipped: readable by those who will run it, and writable by nobody else.
        return write_whole(path, &code, 0o644);
    }
    let mut output = Output::open(target, 0)?;
    output.write(&code)?;
    output.finish()
}

fn wasm_of(component: &Found) -> Result<&Path, Error> {
    match component {
        Found::Wasm(path) => Ok(path),
        Found::Compiled(path) => Err(Error::NotAComponent {
            path: path.clone(),
            seen: "this is compiled already; give the .wasm with --component".into(),
        }),
    }
}

/// Compiles, with a line on stderr before and after when it takes long enough to wonder.
fn compile(engine: &Engine, path: &Path, wasm: &[u8]) -> Result<Vec<u8>, Error> {
    const WORTH_A_LINE: usize = 4 << 20;
    let started = Instant::now();
    let tell = wasm.len() > WORTH_A_LINE;
    if tell {
        let megabytes = wasm.len() >> 20;
        say(format_args!(
            "compiling {} ({megabytes} MiB) to machine code, first run only, about a minute",
            path.display()
        ));
    }
    let code = engine.precompile_component(wasm).map_err(|error| Error::NotAComponent {
        path: path.to_owned(),
        seen: format!("it does not compile ({error:#})"),
    })?;
    if tell {
        let seconds = started.elapsed().as_secs_f64();
        say(format_args!("compiled in {seconds:.1} s, {} MiB", code.len() >> 20));
    }
    Ok(code)
}

/// Writes a file that no reader, and no crash, ever meets half.
fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let mut file = WholeFile::create(path, mode)?;
    file.write(bytes)?;
    file.sync()?;
    file.finish()
}

/// Maps machine code.
fn deserialize(engine: &Engine, artifact: &Trusted) -> Result<Component, Error> {
    let path = artifact.path();
    // SAFETY: the file came from `precompile_component` as far as anyone but this user and root is
    // concerned: nobody else can have written it, or can put another one where it is. Files of ours
    // are replaced by rename and never written in place, so the mapping does not change either.
    unsafe { Component::deserialize_file(engine, path) }
        .map_err(|error| Error::Mismatch { path: path.to_owned(), reason: error.root_cause().to_string() })
}
