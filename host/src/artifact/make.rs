//! From WebAssembly to an artifact: the compiler's side, absent without the feature `compile`.

use super::cache::Cache;
use super::verify::{self, Verify};
use super::{Artifact, Found, layout, open, trust, write_whole};
use crate::error::Error;
use crate::output::{Output, Target};
use crate::stderr::say;
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Whether this program has the compiler.
pub fn check() -> Result<(), Error> {
    Ok(())
}

/// Loads a component through the cache, compiling it first when that has no machine code for it.
pub fn load(engine: &Engine, wasm: &Path, verify: Verify) -> Result<Component, Error> {
    let artifact = Cache::open()?.artifact(engine, wasm)?;
    open(engine, &Artifact::File(trust::check(&artifact)?), verify).or_else(|error| {
        // Its name says that it fits, so the file is damaged: make it again, once.
        say(format_args!("polaroid: {error}"));
        std::fs::remove_file(&artifact).map_err(Error::file("cannot remove", &artifact))?;
        let made = Cache::open()?.artifact(engine, wasm)?;
        open(engine, &Artifact::File(trust::check(&made)?), verify)
    })
}

/// The component's machine code in the cache, compiled when it is not there yet.
pub fn cached(engine: &Engine, component: &Found) -> Result<PathBuf, Error> {
    Cache::open()?.artifact(engine, wasm_of(component)?)
}

/// Compiles the component into `target`: an artifact of its own, or a copy of `program` with the
/// artifact in it.
pub fn write(
    engine: &Engine,
    component: &Found,
    target: &Target,
    program: Option<&Path>,
) -> Result<(), Error> {
    // Looked at first: compiling takes a minute.
    let program = program.map(read_program).transpose()?;
    let (wasm, object) = match component {
        // What is compiled already only has to be put in.
        Found::Compiled(path) if program.is_some() => (path.as_path(), object_of(path)?),
        _ => {
            let wasm = wasm_of(component)?;
            let bytes = std::fs::read(wasm).map_err(Error::file("cannot read", wasm))?;
            (wasm, object(engine, wasm, &bytes)?)
        }
    };
    // To be shipped: readable by those who will run it, and writable by nobody else.
    let (file, mode) = match &program {
        None => (lay_out(wasm, &object, &[])?, 0o644),
        Some((path, program)) => (lay_out(path, &object, program)?, 0o755),
    };
    if let Target::File(path) = target {
        return write_whole(path, &file, mode);
    }
    let mut output = Output::open(target, 0)?;
    output.write(&file)?;
    output.finish()
}

/// Compiles into the bytes of an artifact that is a file of its own.
pub fn compile(engine: &Engine, path: &Path, wasm: &[u8]) -> Result<Vec<u8>, Error> {
    lay_out(path, &object(engine, path, wasm)?, &[])
}

/// A program without the artifact that may be in it already.
fn read_program(path: &Path) -> Result<(PathBuf, Vec<u8>), Error> {
    let cannot_read = || Error::file("cannot read the program", path);
    let mut program = std::fs::read(path).map_err(cannot_read())?;
    let file = std::fs::File::open(path).map_err(cannot_read())?;
    if let Some(seal) = super::seal::Seal::of(&file).map_err(cannot_read())? {
        program.truncate(usize::try_from(seal.program).unwrap_or(0));
    }
    Ok((path.to_owned(), program))
}

/// The bytes of an artifact, known to be whole.
fn object_of(path: &Path) -> Result<Vec<u8>, Error> {
    let artifact = Artifact::File(trust::check(path)?);
    verify::check(&artifact, Verify::Always)?;
    std::fs::read(artifact.path()).map_err(Error::file("cannot read", path))
}

fn lay_out(path: &Path, object: &[u8], program: &[u8]) -> Result<Vec<u8>, Error> {
    layout::lay_out(object, program).map_err(|seen| {
        Error::Usage(format!(
            "{}: {seen}; --embed takes a polaroid program for this kind of processor",
            path.display()
        ))
    })
}

fn wasm_of(component: &Found) -> Result<&Path, Error> {
    match component {
        Found::Wasm(path) => Ok(path),
        Found::Compiled(path) => Err(Error::NotAComponent {
            path: path.clone(),
            seen: "this is compiled already; give the .wasm with --component".into(),
        }),
        Found::Embedded => Err(Error::Usage(
            "the component in this program is compiled already; give the .wasm with --component".into(),
        )),
    }
}

/// Compiles, with a line on stderr before and after when it takes long enough to wonder.
fn object(engine: &Engine, path: &Path, wasm: &[u8]) -> Result<Vec<u8>, Error> {
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
    let object = engine.precompile_component(wasm).map_err(|error| Error::NotAComponent {
        path: path.to_owned(),
        seen: format!("it does not compile ({error:#})"),
    })?;
    if tell {
        let seconds = started.elapsed().as_secs_f64();
        say(format_args!("compiled in {seconds:.1} s, {} MiB", object.len() >> 20));
    }
    Ok(object)
}
