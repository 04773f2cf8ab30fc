//! The built component imports nothing but what `wit/` names, and exports what the hosts call.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wit_component::DecodedWasm;
use wit_parser::{Resolve, WorldId, WorldItem, WorldKey};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// `POLAROID_WASM`, else where `cargo xtask component` puts it.
fn component() -> (Resolve, WorldId) {
    let path = std::env::var_os("POLAROID_WASM")
        .map_or_else(|| repository().join("target/component/polaroid.wasm"), PathBuf::from);
    let bytes = std::fs::read(&path)
        .unwrap_or_else(|error| panic!("{}: {error}; `cargo xtask component` makes it", path.display()));
    match wit_component::decode(&bytes).expect("a valid component") {
        DecodedWasm::Component(resolve, world) => (resolve, world),
        DecodedWasm::WitPackage(..) => panic!("{} is WIT, not a component", path.display()),
    }
}

fn declared() -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(repository().join("wit")).expect("wit/ resolves");
    let world = resolve.select_world(&[package], None).expect("wit/ has one world");
    (resolve, world)
}

/// `wasi:io/streams@0.2` for any patch release: hosts link every 0.2.x to the newest they have.
fn names<'a>(
    resolve: &Resolve,
    items: impl Iterator<Item = (&'a WorldKey, &'a WorldItem)>,
) -> BTreeSet<String> {
    items
        .map(|(key, _)| {
            let name = resolve.name_world_key(key);
            match name.split_once('@') {
                Some((interface, version)) => {
                    let minor: Vec<_> = version.split('.').take(2).collect();
                    format!("{interface}@{}", minor.join("."))
                }
                None => name,
            }
        })
        .collect()
}

#[test]
fn imports_are_within_the_world() {
    let (resolve, world) = component();
    let imported = names(&resolve, resolve.worlds[world].imports.iter());
    let (wit, own) = declared();
    let allowed = names(&wit, wit.worlds[own].imports.iter());
    let others: Vec<_> = imported.difference(&allowed).collect();
    assert!(others.is_empty(), "wit/ does not name these imports: {others:?}");
}

/// A newer interface than the world's could miss functions on a host that offers the world's.
#[test]
fn imports_are_no_newer_than_wasi_0_2() {
    let (resolve, world) = component();
    for (key, _) in &resolve.worlds[world].imports {
        let name = resolve.name_world_key(key);
        assert!(name.starts_with("wasi:"), "{name} is offered by no WASI host");
        assert!(name.contains("@0.2."), "{name} is not WASI 0.2");
        assert!(!name.starts_with("wasi:sockets/"), "{name}: the component opens no sockets");
    }
}

#[test]
fn exports_the_http_handler_and_nothing_else() {
    let (resolve, world) = component();
    let exported = names(&resolve, resolve.worlds[world].exports.iter());
    assert_eq!(exported.into_iter().collect::<Vec<_>>(), ["wasi:http/incoming-handler@0.2"]);
}
