//! Where the component is when nobody says, and what kind of file it is.

use super::seal::Seal;
use crate::error::Error;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Where `cargo xtask component` leaves it, below the workspace.
const DEVELOPMENT: &str = "target/component/polaroid.wasm";

/// This program's file, even when another one was put in its place since.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// A component's file, told apart by its first bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// WebAssembly, to be compiled.
    Wasm(PathBuf),
    /// Machine code made by `polaroid compile`, to be trusted or refused.
    Compiled(PathBuf),
    /// Machine code in this program's own file, put there by `polaroid compile --embed`.
    Embedded,
}

/// `given`, else in this program, else beside this program, else in the workspace around the current
/// directory.
pub fn find(given: Option<&Path>) -> Result<Found, Error> {
    if let Some(named) = given {
        return classify(named.to_owned());
    }
    if is_embedded() {
        return Ok(Found::Embedded);
    }
    let program = std::env::current_exe().ok();
    let folder = std::env::current_dir().ok();
    let mut looked_at = Vec::new();
    if let Some(beside) = program.as_deref().and_then(Path::parent) {
        let (wasm, compiled) = (beside.join("polaroid.wasm"), beside.join("polaroid.cwasm"));
        if let Some(found) = newer(&wasm, &compiled) {
            return classify(found.to_owned());
        }
        looked_at.extend([wasm, compiled]);
    }
    for around in folder.iter().flat_map(|folder| folder.ancestors()) {
        let wasm = around.join(DEVELOPMENT);
        if wasm.is_file() {
            return classify(wasm);
        }
        looked_at.push(wasm);
    }
    Err(Error::NoComponent(looked_at))
}

/// Whether this program's file ends in an artifact. Without /proc there is none to be found.
fn is_embedded() -> bool {
    let seal = std::fs::File::open(THIS_PROGRAM).and_then(|file| Seal::of(&file));
    seal.is_ok_and(|seal| seal.is_some_and(|seal| seal.program > 0))
}

/// The component that lies beside an artifact, which could be compiled in its place.
pub fn source_of(artifact: &Path) -> Option<PathBuf> {
    let wasm = artifact.with_extension("wasm");
    matches!(classify(wasm.clone()), Ok(Found::Wasm(_))).then_some(wasm)
}

/// Of a component and its artifact the one made last, so that a rebuilt component is not shadowed
/// by its old machine code.
fn newer<'a>(wasm: &'a Path, compiled: &'a Path) -> Option<&'a Path> {
    let made = |path: &Path| path.metadata().and_then(|metadata| metadata.modified()).ok();
    match (made(wasm), made(compiled)) {
        (Some(source), Some(artifact)) if artifact >= source => Some(compiled),
        (Some(_), _) => Some(wasm),
        (None, Some(_)) => Some(compiled),
        (None, None) => None,
    }
}

fn classify(path: PathBuf) -> Result<Found, Error> {
    let mut start = Vec::with_capacity(8);
    std::fs::File::open(&path)
        .and_then(|file| file.take(8).read_to_end(&mut start))
        .map_err(Error::file("cannot read the component", &path))?;
    match start.as_slice() {
        // Version 13 of layer 1 is the component model; layer 0 is a core module.
        [b'\0', b'a', b's', b'm', _, _, 1, 0] => Ok(Found::Wasm(path)),
        [b'\0', b'a', b's', b'm', ..] => {
            Err(Error::NotAComponent { path, seen: "a core WebAssembly module, not a component".into() })
        }
        // wasmtime keeps machine code in ELF files on every platform.
        [0x7f, b'E', b'L', b'F', ..] => Ok(Found::Compiled(path)),
        // By its name machine code; what is wrong with it is found when it is verified.
        _ if path.extension().is_some_and(|extension| extension == "cwasm") => Ok(Found::Compiled(path)),
        [] => Err(Error::NotAComponent { path, seen: "it is empty".into() }),
        _ => Err(Error::NotAComponent { path, seen: "neither WebAssembly nor machine code".into() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::{Duration, SystemTime};

    #[test]
    fn files_are_told_apart_by_their_first_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, bytes: &[u8]| {
            let path = dir.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let component = file("a", b"\0asm\x0d\0\x01\0rest");
        assert_eq!(classify(component.clone()).unwrap(), Found::Wasm(component));
        let artifact = file("b", b"\x7fELF\x02\x01\x01\0");
        assert_eq!(classify(artifact.clone()).unwrap(), Found::Compiled(artifact));
        for (name, bytes) in [("c", &b"\0asm\x01\0\0\0"[..]), ("d", b"(component)"), ("e", b"")] {
            assert!(matches!(classify(file(name, bytes)), Err(Error::NotAComponent { .. })), "{name}");
        }
        assert!(matches!(classify(dir.path().join("missing")), Err(Error::File { .. })));
    }

    #[test]
    fn the_newer_of_component_and_artifact_is_taken() {
        let dir = tempfile::tempdir().unwrap();
        let (wasm, compiled) = (dir.path().join("p.wasm"), dir.path().join("p.cwasm"));
        assert_eq!(newer(&wasm, &compiled), None);
        let source = File::create(&wasm).unwrap();
        assert_eq!(newer(&wasm, &compiled), Some(wasm.as_path()));
        File::create(&compiled).unwrap();
        assert_eq!(newer(&wasm, &compiled), Some(compiled.as_path()));
        source.set_modified(SystemTime::now() + Duration::from_secs(60)).unwrap();
        assert_eq!(newer(&wasm, &compiled), Some(wasm.as_path()));
    }
}
