//! Machine code: made, kept, and refused where it is not to be trusted.

mod support;

use std::fs::Permissions;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use support::{bare_polaroid, guest, polaroid, run};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// `SELECT 'echo'` by this component; standard error and the exit code.
fn query_by(component: &Path) -> (String, i32) {
    let mut query = bare_polaroid();
    query.args(["query", "--format", "json", "--component"]).arg(component).arg("SELECT 'echo'");
    let (_, stderr, code) = run(&mut query);
    (stderr, code)
}

/// The test component's artifact, in a directory that only this user may write to.
fn compiled() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let artifact = dir.path().join("guest.cwasm");
    let (stdout, stderr, code) = run(polaroid().args(["compile", "-o"]).arg(&artifact));
    assert_eq!(code, 0, "{stderr}");
    assert_eq!(stdout.trim_end(), artifact.to_str().unwrap());
    (dir, artifact)
}

#[test]
fn an_artifact_is_run_only_where_nobody_else_can_change_it() {
    let (dir, artifact) = compiled();
    assert_eq!(query_by(&artifact), (String::new(), 0));

    set_mode(&artifact, 0o666);
    let (stderr, code) = query_by(&artifact);
    assert!(code == 1 && stderr.contains("not trusted") && stderr.contains("chmod go-w"), "{stderr}");
    set_mode(&artifact, 0o644);

    set_mode(dir.path(), 0o777);
    let (stderr, code) = query_by(&artifact);
    assert!(code == 1 && stderr.contains("mode 0777"), "{stderr}");
}

#[test]
fn a_link_to_an_artifact_is_followed_and_judged_by_where_it_leads() {
    let (dir, artifact) = compiled();
    let elsewhere = tempfile::tempdir().unwrap();
    let link = elsewhere.path().join("link.cwasm");
    symlink(&artifact, &link).unwrap();
    // Who can change the link can only make it lead to another file, which is judged then.
    set_mode(elsewhere.path(), 0o777);
    assert_eq!(query_by(&link), (String::new(), 0));
    set_mode(dir.path(), 0o777);
    let (stderr, code) = query_by(&link);
    assert!(code == 1 && stderr.contains("mode 0777"), "{stderr}");
}

#[test]
fn an_artifact_goes_to_standard_output_and_nothing_else_does() {
    let (_dir, artifact) = compiled();
    let piped = polaroid().args(["compile", "-o", "/dev/stdout"]).output().unwrap();
    assert!(piped.status.success() && piped.stdout == std::fs::read(artifact).unwrap());
}

#[test]
fn an_artifact_of_other_settings_or_half_of_one_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let artifact = dir.path().join("other.cwasm");
    let other = wasmtime::Engine::default();
    let code = other.precompile_component(&std::fs::read(guest()).unwrap()).unwrap();
    std::fs::write(&artifact, &code).unwrap();
    let (stderr, exit) = query_by(&artifact);
    assert!(exit == 1 && stderr.contains("polaroid compile"), "{stderr}");

    std::fs::write(&artifact, &code[..64]).unwrap();
    let (stderr, exit) = query_by(&artifact);
    assert!(exit == 1 && stderr.contains("polaroid compile"), "{stderr}");
}

#[test]
fn what_is_no_component_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.wasm");
    for (bytes, seen) in [
        (&b"hello"[..], "neither WebAssembly nor machine code"),
        (b"\0asm\x01\0\0\0", "a core WebAssembly module"),
        (b"\0asm\x0d\0\x01\0broken", "does not compile"),
    ] {
        std::fs::write(&file, bytes).unwrap();
        let (stderr, code) = query_by(&file);
        assert!(code == 1 && stderr.contains(seen), "{stderr}");
    }
    std::fs::write(&file, wat::parse_str("(component)").unwrap()).unwrap();
    let (stderr, code) = query_by(&file);
    assert!(code == 1 && stderr.contains("incoming-handler"), "{stderr}");
}

#[test]
fn the_cache_is_filled_by_compile_and_healed_when_damaged() {
    let cache = tempfile::tempdir().unwrap();
    let with_cache = |args: &[&str]| run(polaroid().args(args).env("XDG_CACHE_HOME", cache.path()));
    let (stdout, _, code) = with_cache(&["compile"]);
    let artifact = PathBuf::from(stdout.trim_end());
    assert!(code == 0 && artifact.starts_with(cache.path().canonicalize().unwrap()), "{stdout}");

    std::fs::write(&artifact, b"\x7fELF and nothing more").unwrap();
    let (_, stderr, code) = with_cache(&["query", "--format", "json", "echo"]);
    assert_eq!(code, 0, "{stderr}");
    assert!(artifact.metadata().unwrap().len() > 1000, "it was not made again");
}

#[test]
fn a_cache_that_others_may_write_to_is_refused() {
    let cache = tempfile::tempdir().unwrap();
    let query = || {
        let mut query = polaroid();
        run(query.args(["query", "--format", "json", "echo"]).env("XDG_CACHE_HOME", cache.path()))
    };
    assert_eq!(query().2, 0);
    set_mode(&cache.path().join("polaroid/aot"), 0o770);
    let (_, stderr, code) = query();
    assert!(code == 1 && stderr.contains("not trusted") && stderr.contains("chmod go-w"), "{stderr}");
    // Where anybody may add a file, the sticky bit protects those that are there, and no name.
    set_mode(&cache.path().join("polaroid/aot"), 0o1777);
    assert_eq!(query().2, 1);
}

#[test]
fn without_a_component_the_places_looked_at_are_named() {
    let nowhere = tempfile::tempdir().unwrap();
    let mut query = bare_polaroid();
    let (_, stderr, code) = run(query.args(["query", "SELECT 1"]).current_dir(nowhere.path()));
    assert_eq!(code, 1);
    for place in ["polaroid.cwasm", "target/component/polaroid.wasm", "--component", "POLAROID_COMPONENT"] {
        assert!(stderr.contains(place), "{stderr}");
    }
}

#[test]
fn a_component_in_the_workspace_around_is_found() {
    let workspace = tempfile::tempdir().unwrap();
    let (below, built) = (workspace.path().join("a/b"), workspace.path().join("target/component"));
    std::fs::create_dir_all(&below).unwrap();
    std::fs::create_dir_all(&built).unwrap();
    std::fs::copy(guest(), built.join("polaroid.wasm")).unwrap();
    let mut query = bare_polaroid();
    let (_, stderr, code) = run(query.args(["query", "--format", "json", "echo"]).current_dir(below));
    assert_eq!(code, 0, "{stderr}");
}
