//! API keys: made, listed, handed to the component, exchanged while the server runs.

mod support;

use ring::digest::{SHA256, digest};
use rustix::process::Signal;
use serde_json::Value;
use std::fs::Permissions;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use support::server::{Server, within};
use support::{bare_polaroid, polaroid, run};

/// A place for a file of keys.
fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("keys.jsonl");
    (dir, path)
}

fn keys(args: &[&str], path: &Path) -> (String, String, i32) {
    run(bare_polaroid().arg("keys").args(args).arg(path))
}

/// Makes a key of this name in the file.
fn add(name: &str, path: &Path) -> String {
    let (key, stderr, code) = keys(&["new", "--name", name, "--file"], path);
    assert_eq!(code, 0, "{stderr}");
    key.strip_suffix('\n').unwrap().to_owned()
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn serving(path: &Path, args: &[&str]) -> Server {
    Server::start(&[&["--api-keys-file", path.to_str().unwrap()], args].concat())
}

/// What `polaroid serve` says with these arguments, where it must end with 2.
fn refused(args: &[&str]) -> String {
    let (_, stderr, code) = run(polaroid().args(["serve", "--addr", "127.0.0.1:0"]).args(args));
    assert_eq!(code, 2, "{stderr}");
    stderr
}

/// The names of the keys that a guest has been given.
fn given(server: &Server) -> Vec<String> {
    let environment = server.get("/environment");
    let lines = environment.text().lines().skip_while(|line| !line.starts_with("POLAROID_API_KEYS="));
    let entries = lines.map(|line| line.strip_prefix("POLAROID_API_KEYS=").unwrap_or(line));
    let entries = entries.take_while(|line| line.starts_with('{'));
    let name =
        |entry: &str| serde_json::from_str::<Value>(entry).unwrap()["name"].as_str().unwrap().to_owned();
    entries.map(name).collect()
}

fn warnings(server: &Server) -> Vec<String> {
    server.log().into_iter().filter(|line| line.contains(" WARN polaroid: ")).collect()
}

#[test]
fn a_key_is_shown_once_and_kept_by_its_hash() {
    let (_dir, path) = place();
    let new = [
        "new",
        "--name",
        "ci",
        "--table",
        "sales",
        "--table",
        "hr.*",
        "--max-rows",
        "9",
        "--timeout",
        "5s",
        "--file",
    ];
    let (stdout, stderr, code) = keys(&new, &path);
    assert_eq!(code, 0, "{stderr}");
    let key = stdout.strip_suffix('\n').unwrap();
    assert!(key.starts_with("polaroid_") && key.len() == 9 + 43, "{stdout}");
    assert!(stderr.contains("--api-keys-file") && !stderr.contains(key), "{stderr}");
    assert_eq!(path.metadata().unwrap().mode() & 0o777, 0o600);

    let entry: Value = serde_json::from_str(&text(&path)).unwrap();
    let hash: String =
        digest(&SHA256, key.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let expected = serde_json::json!(
        {"name": "ci", "sha256": hash, "tables": ["sales", "hr.*"], "max_rows": 9, "timeout_ms": 5000}
    );
    assert_eq!(entry, expected);

    let (stdout, stderr, code) = run(bare_polaroid().args(["keys", "new", "--name", "me"]));
    assert_eq!(code, 0, "{stderr}");
    let entry: Value = serde_json::from_str(stderr.lines().next().unwrap()).unwrap();
    assert_eq!(entry["name"], "me");
    assert!(!stderr.contains(stdout.trim()) && stdout.lines().count() == 1, "{stdout}{stderr}");
}

#[test]
fn keys_are_listed_without_their_hashes() {
    let (_dir, path) = place();
    add("me", &path);
    keys(
        &["new", "--name", "ci", "--table", "sales", "--max-bytes", "1KiB", "--timeout", "90s", "--file"],
        &path,
    );
    let (stdout, stderr, code) = keys(&["list"], &path);
    assert_eq!((code, &*stderr), (0, ""));
    let expected = "NAME  TABLES  LIMITS\nme    all     none\nci    sales   1024 bytes, 1m 30s\n";
    assert_eq!(stdout, expected);
}

#[test]
fn a_file_that_cannot_take_a_key_is_left_alone() {
    let (_dir, path) = place();
    add("ci", &path);
    let good = text(&path);
    for (content, mode, seen) in [
        (good.clone(), 0o600, "there is a key ci already"),
        (format!("{good}{{\"name\""), 0o600, "line 2, entry 2"),
        (good.clone(), 0o620, "chmod go-w"),
    ] {
        std::fs::write(&path, &content).unwrap();
        set_mode(&path, mode);
        let (stdout, stderr, code) = keys(&["new", "--name", "ci", "--file"], &path);
        assert!(code == 2 && stdout.is_empty() && stderr.contains(seen), "{code} {stdout} {stderr}");
        assert_eq!(text(&path), content);
    }
    let (stdout, stderr, code) = keys(&["new", "--name", "ci", "--file"], Path::new("/nowhere/keys"));
    assert!(code == 1 && stdout.is_empty() && stderr.contains("/nowhere/keys"), "{code} {stdout} {stderr}");
}

#[test]
fn a_file_that_is_no_file_of_keys_is_refused_at_the_start() {
    let (_dir, path) = place();
    let named = path.to_str().unwrap();
    let arg = ["--api-keys-file", named];
    assert!(refused(&arg).contains(&format!("--api-keys-file {named}: cannot read it")));
    std::fs::write(&path, "\n").unwrap();
    set_mode(&path, 0o600);
    assert!(refused(&arg).contains("there is no key in it; make one with `polaroid keys new"));
    add("ci", &path);
    let good = text(&path);
    std::fs::write(&path, good.replace("name", "nmae")).unwrap();
    let stderr = refused(&arg);
    assert!(
        stderr.contains(&format!("{named}: line 2, entry 1: a field that entries do not have")),
        "{stderr}"
    );
    std::fs::write(&path, &good).unwrap();
    set_mode(&path, 0o606);
    assert!(refused(&arg).contains("group or others may write to it (mode 0606)"));
    set_mode(&path, 0o600);
    let stderr = refused(&[&arg[..], &["--env", "POLAROID_API_KEYS={}"]].concat());
    assert!(stderr.contains("--api-keys-file and by --env POLAROID_API_KEYS;"), "{stderr}");
}

#[test]
fn a_hangup_exchanges_the_keys_and_a_broken_file_changes_nothing() {
    for args in [&[][..], &["--isolation", "reuse"]] {
        let (_dir, path) = place();
        add("one", &path);
        let server = serving(&path, args);
        assert_eq!(given(&server), ["one"]);

        add("two", &path);
        assert_eq!(given(&server), ["one"]);
        server.signal(Signal::HUP);
        server.wait_for_line("reloaded the set of API keys");
        assert_eq!(given(&server), ["one", "two"]);

        let good = text(&path);
        std::fs::write(&path, good.replace("sha256", "sha512")).unwrap();
        server.signal(Signal::HUP);
        let said = server.wait_for_line("the set of API keys stays as it was");
        assert!(said.contains("line 1, entry 1: a field that entries do not have"), "{said}");
        assert_eq!(given(&server), ["one", "two"]);

        std::fs::write(&path, good.lines().last().unwrap()).unwrap();
        server.signal(Signal::HUP);
        let exchanged = within(Duration::from_secs(60), || (given(&server) == ["two"]).then_some(()));
        assert!(exchanged.is_some(), "{:?}", given(&server));
    }
}

#[test]
fn an_instance_with_other_keys_answers_no_more() {
    let (_dir, path) = place();
    add("one", &path);
    let server = serving(&path, &["--isolation", "reuse"]);
    let counts = || [(); 2].map(|()| server.get("/count").text().to_owned());
    assert_eq!(counts(), ["1", "2"]);
    // The same keys: nothing is exchanged, and the instance stays.
    server.signal(Signal::HUP);
    server.wait_for_line("reloaded the set of API keys");
    assert_eq!(counts(), ["3", "4"]);

    add("two", &path);
    server.signal(Signal::HUP);
    let fresh = within(Duration::from_secs(60), || (given(&server) == ["one", "two"]).then(counts));
    assert_eq!(fresh.unwrap(), ["1", "2"]);
}

#[test]
fn a_server_that_authenticates_warns_of_nothing_but_what_is_odd() {
    let (_dir, path) = place();
    add("one", &path);
    let keys = ["--api-keys-file", path.to_str().unwrap()];
    for args in
        [&keys[..], &["--env", "POLAROID_JWT_SECRET=x"], &["--env", "POLAROID_API_KEYS_FILE=/data/keys"]]
    {
        let server = Server::start_with(polaroid().args(["serve", "--addr", "0.0.0.0:0"]).args(args));
        assert!(warnings(&server).is_empty(), "{args:?}: {:#?}", server.log());
    }
    // An issuer alone asks nobody for a token.
    let open = ["--env", "POLAROID_JWT_ISSUER=x"];
    let server = Server::start_with(polaroid().args(["serve", "--addr", "0.0.0.0:0"]).args(open));
    assert!(warnings(&server)[0].contains("no authentication"), "{:#?}", server.log());

    set_mode(&path, 0o644);
    let server = serving(&path, &[]);
    let [warning] = &warnings(&server)[..] else { panic!("{:#?}", server.log()) };
    assert!(warning.contains("(mode 0644); do `chmod o-r "), "{warning}");
}

/// As on hosts where it would be heeded.
#[test]
fn a_variable_that_would_protect_nothing_ends_the_start() {
    let output =
        polaroid().args(["serve", "--addr", "127.0.0.1:0"]).env("POLAROID_JWT_SECRET", "x").output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{stderr}");
    assert!(stderr.contains("POLAROID_JWT_SECRET does not reach the component"), "{stderr}");
}

#[test]
fn a_query_without_a_server_is_asked_for_no_key() {
    let args = ["query", "--format", "json", "--env", "POLAROID_JWT_SECRET=x", "--env", "A=1", "environment"];
    let (stdout, stderr, code) = run(polaroid().args(args));
    assert_eq!(code, 0, "{stderr}");
    assert!(stdout.contains("A=1\n") && !stdout.contains("JWT"), "{stdout}");
}
