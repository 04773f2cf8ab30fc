//! What stands in for [`make`](super) in a program without the compiler: an error that says where
//! machine code comes from.

use super::Found;
use super::verify::Verify;
use crate::error::Error;
use crate::output::Target;
use std::path::{Path, PathBuf};
use wasmtime::Engine;
use wasmtime::component::Component;

pub fn check() -> Result<(), Error> {
    Err(no_compiler())
}

pub fn load(_: &Engine, wasm: &Path, _: Verify) -> Result<Component, Error> {
    Err(Error::NoCompiler(format!("{} is WebAssembly", wasm.display())))
}

pub fn cached(_: &Engine, _: &Found) -> Result<PathBuf, Error> {
    Err(no_compiler())
}

pub fn write(_: &Engine, _: &Found, _: &Target, _: Option<&Path>) -> Result<(), Error> {
    Err(no_compiler())
}

fn no_compiler() -> Error {
    Error::NoCompiler("there is nothing to compile with".into())
}
