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
use cache::Cache;
use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Loads the component, compiling it first when the cache has no machine code for it.
pub fn load(engine: &Engine, component: &Found) -> Result<Component, Error> {
    let artifact = match component {
        Found::Compiled(path) => {
            trust::check(path)?;
            return deserialize(engine, path);
        }
        Found::Wasm(path) => Cache::open()?.artifact(engine, path)?,
    };
    deserialize(engine, &artifact).or_else(|error| {
        // Its name says that it fits, so the file is damaged: make it again, once.
        eprintln!("polaroid: {error}");
        std::fs::remove_file(&artifact).map_err(Error::file("cannot remove", &artifact))?;
        deserialize(engine, &cached(engine, component)?)
    })
}

/// The component's machine code in the cache, compiled when it is not there yet.
pub fn cached(engine: &Engine, component: &Found) -> Result<PathBuf, Error> {
    Cache::open()?.artifact(engine, wasm_of(component)?)
}

/// Compiles the component into `output`, which appears when it is whole.
pub fn write(engine: &Engine, component: &Found, output: &Path) -> Result<(), Error> {
    let wasm = wasm_of(component)?;
    let bytes = std::fs::read(wasm).map_err(Error::file("cannot read", wasm))?;
    let code = compile(engine, wasm, &bytes)?;
    // To be shipped: readable by those who will run it.
    write_whole(output, &code, 0o644)
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
        eprintln!(
            "compiling {} ({megabytes} MiB) to machine code, first run only, about a minute",
            path.display()
        );
    }
    let code = engine.precompile_component(wasm).map_err(|error| Error::NotAComponent {
        path: path.to_owned(),
        seen: format!("it does not compile ({error:#})"),
    })?;
    if tell {
        eprintln!("compiled in {:.1} s, {} MiB", started.elapsed().as_secs_f64(), code.len() >> 20);
    }
    Ok(code)
}

/// Writes beside `path` and renames, so that no reader, and no crash, ever meets half a file.
fn write_whole(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::Builder::new()
        .prefix(".polaroid-")
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(folder)
        .map_err(Error::file("cannot write into", folder))?;
    file.write_all(bytes).map_err(Error::file("cannot write", path))?;
    file.as_file().sync_all().map_err(Error::file("cannot write", path))?;
    file.persist(path).map_err(|error| Error::file("cannot write", path)(error.error))?;
    Ok(())
}

/// Maps machine code. The caller has checked that the file is trusted.
fn deserialize(engine: &Engine, path: &Path) -> Result<Component, Error> {
    // SAFETY: the file came from `precompile_component` as far as anyone but its owner and root is
    // concerned: `trust::check` holds for it (given by hand) or for the cache's directory. Files of
    // ours are replaced by rename and never written in place, so the mapping does not change either.
    unsafe { Component::deserialize_file(engine, path) }
        .map_err(|error| Error::Mismatch { path: path.to_owned(), reason: error.root_cause().to_string() })
}
