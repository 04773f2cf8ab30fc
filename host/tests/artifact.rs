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

/// Offset of the tables in an artifact, as its seal says.
fn tables_at(artifact: &[u8]) -> usize {
    let seal = &artifact[artifact.len() - 104..];
    u64::from_le_bytes(seal[64..72].try_into().unwrap()) as usize
}

#[test]
fn a_damaged_artifact_is_an_error_and_no_crash() {
    let (_dir, artifact) = compiled();
    let whole = std::fs::read(&artifact).unwrap();
    let tables = tables_at(&whole);
    let damage = |bytes: &[u8]| {
        // As a copy would replace it: with an identity of its own.
        std::fs::remove_file(&artifact).unwrap();
        std::fs::write(&artifact, bytes).unwrap();
    };
    let mut places = vec![0, 4, 0x28, 0x3c, tables, whole.len() - 105, whole.len() - 104, whole.len() - 1];
    places.extend((64..whole.len()).step_by(whole.len() / 20));
    for place in places {
        let mut bytes = whole.clone();
        bytes[place] ^= 0x10;
        damage(&bytes);
        let (stderr, code) = query_by(&artifact);
        assert!(
            code == 1 && stderr.contains("damaged") && stderr.contains("polaroid compile"),
            "{place}: {stderr}"
        );
    }
    for length in [0, 1, 63, 64, 103, 104, 4096, whole.len() / 2, whole.len() - 1] {
        damage(&whole[..length]);
        let (stderr, code) = query_by(&artifact);
        assert!(code == 1 && stderr.contains("cut short"), "{length}: {stderr}");
    }
    damage(&whole);
    assert_eq!(query_by(&artifact), (String::new(), 0));
}

#[test]
fn damage_of_what_loading_reads_is_found_where_nothing_is_remembered() {
    let (dir, artifact) = compiled();
    let whole = std::fs::read(&artifact).unwrap();
    let query = |verify: Option<&str>| {
        let mut query = bare_polaroid();
        query.args(["query", "--format", "json", "--component"]).arg(&artifact).arg("SELECT 'echo'");
        // A cache directory that cannot be made.
        query.env("XDG_CACHE_HOME", "/proc/nothing").env_remove("HOME");
        if let Some(verify) = verify {
            query.args(["--verify", verify]);
        }
        let (_, stderr, code) = run(&mut query);
        (stderr, code)
    };
    assert_eq!(query(None), (String::new(), 0));
    assert_eq!(query(Some("always")), (String::new(), 0));

    for place in (tables_at(&whole)..whole.len() - 104).step_by(1009) {
        let mut bytes = whole.clone();
        bytes[place] = !bytes[place];
        std::fs::write(&artifact, bytes).unwrap();
        let (stderr, code) = query(None);
        assert!(code == 1 && stderr.contains("its tables are not"), "{place}: {stderr}");
    }

    // The machine code, which is believed there unless one asks.
    let mut bytes = whole.clone();
    bytes[tables_at(&whole) - 1] ^= 1;
    std::fs::write(&artifact, bytes).unwrap();
    assert_eq!(query(None).1, 0);
    let (stderr, code) = query(Some("always"));
    assert!(code == 1 && stderr.contains("BLAKE3"), "{stderr}");
    drop(dir);
}

#[test]
fn an_artifact_is_hashed_once_and_again_when_it_changes() {
    let (_dir, artifact) = compiled();
    let cache = tempfile::tempdir().unwrap();
    let query = || {
        let mut query = bare_polaroid();
        query.args(["query", "--format", "json", "--component"]).arg(&artifact).arg("SELECT 'echo'");
        let (_, stderr, code) = run(query.env("XDG_CACHE_HOME", cache.path()));
        (stderr, code)
    };
    // Older than the second in which a change could be missed.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert_eq!(query(), (String::new(), 0));
    let entries: Vec<PathBuf> = std::fs::read_dir(cache.path().join("polaroid/aot"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "index"))
        .collect();
    let [entry] = &entries[..] else { panic!("one entry is expected, not {entries:?}") };
    // What is remembered is believed: the artifact is not read again.
    let remembered = std::fs::read_to_string(entry).unwrap();
    let (before, _) = remembered.split_once("\"content\":\"").unwrap();
    std::fs::write(entry, format!("{before}\"content\":\"{}\"}}", "0".repeat(64))).unwrap();
    let (stderr, code) = query();
    assert!(code == 1 && stderr.contains("damaged: its BLAKE3 hash is 0000"), "{stderr}");
    std::fs::write(entry, remembered).unwrap();
    assert_eq!(query(), (String::new(), 0));

    let mut bytes = std::fs::read(&artifact).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(&artifact, bytes).unwrap();
    assert_eq!(query().1, 1);
}

#[test]
fn a_damaged_artifact_beside_its_component_is_made_again() {
    let (dir, artifact) = compiled();
    std::fs::copy(guest(), dir.path().join("guest.wasm")).unwrap();
    std::fs::write(&artifact, b"").unwrap();
    let (stderr, code) = query_by(&artifact);
    assert!(code == 0 && stderr.contains("cut short") && stderr.contains("guest.wasm instead"), "{stderr}");
}

#[test]
fn a_swapped_artifact_is_refused() {
    let (_dir, artifact) = compiled();
    let other = wasmtime::Engine::default();
    // A whole artifact of another version, of other settings, for another processor.
    let of_another = |change: &dyn Fn(&mut wasmtime::Config)| {
        let mut config = wasmtime::Config::new();
        config.epoch_interruption(true).generate_address_map(false).native_unwind_info(false);
        change(&mut config);
        let engine = wasmtime::Engine::new(&config).unwrap();
        engine.precompile_component(&std::fs::read(guest()).unwrap()).unwrap()
    };
    let unsealed = other.precompile_component(&std::fs::read(guest()).unwrap()).unwrap();
    std::fs::write(&artifact, unsealed).unwrap();
    let (stderr, code) = query_by(&artifact);
    assert!(code == 1 && stderr.contains("no seal"), "{stderr}");

    type Change = fn(&mut wasmtime::Config);
    let changes: [(&str, Change); 3] = [
        ("version", |config| {
            config.module_version(wasmtime::ModuleVersionStrategy::Custom("99.0.0".into())).unwrap();
        }),
        ("fuel", |config| {
            config.consume_fuel(true);
        }),
        ("cpu", |config| {
            // SAFETY: the code is not run here.
            unsafe { config.cranelift_flag_enable("has_avx512vbmi") };
        }),
    ];
    for (what, change) in changes {
        let mut sealed = of_another(&change);
        seal(&mut sealed);
        std::fs::write(&artifact, sealed).unwrap();
        let (stderr, code) = query_by(&artifact);
        let refused = code == 1 && stderr.contains("not machine code for this polaroid");
        assert!(refused || what == "cpu" && this_processor_has_it(), "{what}: {code} {stderr}");
    }
}

fn this_processor_has_it() -> bool {
    std::fs::read_to_string("/proc/cpuinfo").unwrap().contains("avx512_vbmi")
}

/// As `polaroid compile` would, had it made these bytes: everything counts as tables.
fn seal(bytes: &mut Vec<u8>) {
    let whole = blake3::hash(bytes);
    let tables = blake3::Hasher::new().update(&bytes[..64]).update(&bytes[64..]).finalize();
    let at = bytes.len() as u64;
    bytes.extend_from_slice(whole.as_bytes());
    bytes.extend_from_slice(tables.as_bytes());
    for number in [64, 0, at] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(b"polaroid seal 1\n");
}

#[test]
fn a_program_with_the_artifact_in_it_needs_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let program = dir.path().join("polaroid-full");
    let (stdout, stderr, code) = run(polaroid().args(["compile", "--embed", "-o"]).arg(&program));
    assert_eq!((stdout.trim_end(), code), (program.to_str().unwrap(), 0), "{stderr}");
    assert_eq!(program.metadata().unwrap().permissions().mode() & 0o777, 0o755);
    let query = || {
        let mut query = std::process::Command::new(&program);
        query.args(["query", "--format", "json", "SELECT 'echo'"]);
        let (stdout, stderr, code) = run(query.env_clear().env("XDG_CACHE_HOME", support::cache()));
        (stdout, stderr, code)
    };
    let (stdout, stderr, code) = query();
    assert!(code == 0 && stdout.contains("echo"), "{stdout}{stderr}");

    // A program that has an artifact can be given another; the old one goes.
    let length = program.metadata().unwrap().len();
    let again = dir.path().join("again");
    let (_, stderr, code) = run(std::process::Command::new(&program)
        .args(["compile", "--embed", "-o"])
        .arg(&again)
        .arg("--component")
        .arg(guest())
        .env_clear());
    assert_eq!((code, again.metadata().unwrap().len()), (0, length), "{stderr}");

    // Damage of the machine code in it is found, and said of the program.
    let mut bytes = std::fs::read(&program).unwrap();
    let place = tables_at(&bytes) - 1;
    bytes[place] ^= 1;
    std::fs::remove_file(&program).unwrap();
    std::fs::write(&program, bytes).unwrap();
    set_mode(&program, 0o755);
    let (_, stderr, code) = query();
    assert!(code == 1 && stderr.contains("in this program") && stderr.contains("damaged"), "{stderr}");
}

#[test]
fn an_artifact_goes_into_no_file_that_is_not_a_program() {
    let dir = tempfile::tempdir().unwrap();
    let (program, output) = (dir.path().join("script"), dir.path().join("out"));
    std::fs::write(&program, "#!/bin/sh\n").unwrap();
    let embed = format!("--embed={}", program.display());
    let (_, stderr, code) = run(polaroid().args(["compile", &embed, "-o"]).arg(&output));
    assert!(code == 2 && stderr.contains("no 64-bit ELF") && !output.exists(), "{stderr}");
    let (_, stderr, code) = run(polaroid().args(["compile", "--embed"]));
    assert!(code == 2 && stderr.contains("--output"), "{stderr}");
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
