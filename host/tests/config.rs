//! Settings from flags, variables and polaroid.toml, and what `polaroid config` says of them.

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use support::server::Server;
use support::{bare_polaroid, polaroid, run};

/// A polaroid.toml in a directory of its own.
fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("polaroid.toml");
    std::fs::write(&path, text).unwrap();
    (dir, path)
}

/// `polaroid config --format json` with this file, more flags and variables.
fn shown(file: &Path, flags: &[&str], variables: &[(&str, &str)]) -> Value {
    let mut command = bare_polaroid();
    command.args(["config", "--format", "json", "--config"]).arg(file).args(flags);
    let (stdout, stderr, code) = run(command.envs(variables.iter().copied()));
    assert_eq!(code, 0, "{stderr}");
    serde_json::from_str(&stdout).unwrap()
}

/// Standard error of a command that must end with 2.
fn refused(command: &mut Command) -> String {
    let (stdout, stderr, code) = run(command);
    assert_eq!((code, &*stdout), (2, ""), "{stderr}");
    stderr
}

#[test]
fn flags_win_over_variables_over_the_file_over_defaults() {
    let (_dir, path) = file("queue = 1\nheader-timeout = \"1s\"\nmax-body = \"1KiB\"\n");
    let variables = [("POLAROID_QUEUE", "2"), ("POLAROID_HEADER_TIMEOUT", "2s")];
    let all = shown(&path, &["--queue", "3"], &variables);
    assert_eq!(all["queue"], json!({"value": 3, "source": "flag"}));
    let variable = json!({"value": "2s", "source": "variable", "variable": "POLAROID_HEADER_TIMEOUT"});
    assert_eq!(all["header-timeout"], variable);
    assert_eq!(all["max-body"], json!({"value": "1KiB", "source": "file", "file": path, "line": 3}));
    assert_eq!(all["body-timeout"], json!({"value": "30s", "source": "default"}));
}

#[test]
fn the_variable_names_the_file_as_well_and_no_file_is_read_unasked() {
    let (dir, path) = file("queue = 7");
    let queue = |command: &mut Command| {
        let (stdout, stderr, _) = run(command.args(["config", "--format", "json"]).current_dir(dir.path()));
        let all: Value = serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
        all["queue"]["value"].clone()
    };
    assert_eq!(queue(&mut bare_polaroid()), 256);
    assert_eq!(queue(bare_polaroid().env("POLAROID_CONFIG", &path)), 7);
}

#[test]
fn the_server_runs_with_what_the_file_says() {
    let (dir, path) =
        file("dir = [\"tables\"]\nenv = [\"A=1\", \"B\"]\naddr = \"127.0.0.1:0\"\nmax-body = \"2KiB\"\n");
    std::fs::create_dir(dir.path().join("tables")).unwrap();
    std::fs::write(dir.path().join("tables/x.txt"), "found").unwrap();
    let mut command = polaroid();
    command.arg("serve").env("POLAROID_CONFIG", &path).env("B", "2").env("C", "3");
    let server = Server::start_with(&mut command);
    assert_eq!(server.get("/read?path=/data/x.txt").text(), "found");
    let environment = server.get("/environment").text().to_owned();
    let named: Vec<&str> = environment.lines().filter(|line| !line.starts_with("POLAROID_RECORD")).collect();
    assert_eq!(named, ["A=1", "B=2", "POLAROID_MAX_BODY_BYTES=2048"]);
}

#[test]
fn a_query_takes_what_it_shares_with_the_server() {
    let (dir, path) = file("dir = \"tables\"\nqueue = 5\n");
    std::fs::create_dir(dir.path().join("tables")).unwrap();
    let query = |path: &Path| run(polaroid().args(["query", "SELECT 'problem'", "--config"]).arg(path));
    let (_, stderr, code) = query(&path);
    assert_eq!(code, 1, "{stderr}");
    std::fs::write(&path, "dir = \"elsewhere\"").unwrap();
    let (_, stderr, code) = query(&path);
    assert!(code == 2 && stderr.contains("elsewhere") && stderr.contains("--dir is set by"), "{stderr}");
    std::fs::write(&path, "queue = \"many\"").unwrap();
    let (_, stderr, code) = query(&path);
    assert!(code == 2 && stderr.contains("line 1: queue: invalid value 'many'"), "{stderr}");
}

#[test]
fn mistakes_are_refused_with_the_layer_that_they_are_in() {
    for (text, seen) in [
        (
            "queue = 5\nmax_concurrency = 2",
            "line 2: no setting is called max_concurrency; there is max-concurrency",
        ),
        ("queue = \"many\"", "line 1: queue: invalid value 'many' for '--queue <N>'"),
        ("memory = \"1 elephant\"", "line 1: memory: invalid value"),
        ("queue = [1, 2]", "line 1: queue: seen a list"),
        ("log-sql = \"perhaps\"", "line 1: log-sql: invalid value 'perhaps'"),
        (
            "allow-outbound = [\"example.com\", \"http://x\"]",
            "line 1: allow-outbound: invalid value 'http://x'",
        ),
        ("queue = 5\nqueue 6", "line 2, column"),
        ("memory = \"1MiB\"", "--memory is set by"),
        ("tls-cert = \"a.pem\"", "--tls-cert is set by"),
    ] {
        let (_dir, path) = file(text);
        for subcommand in ["serve", "config"] {
            let stderr = refused(polaroid().args([subcommand, "--config"]).arg(&path));
            let path = path.to_str().unwrap();
            assert!(stderr.contains(seen) && stderr.contains(path), "{text}: {stderr}");
        }
    }
    let stderr = refused(polaroid().arg("serve").env("POLAROID_QUEUE", "many"));
    assert!(stderr.contains("the variable POLAROID_QUEUE: invalid value 'many'"), "{stderr}");
    let stderr = refused(polaroid().arg("serve").env("POLAROID_TLS_KEY", ""));
    assert!(stderr.contains("POLAROID_TLS_KEY is empty"), "{stderr}");
    let stderr = refused(polaroid().arg("serve").env("POLAROID_MEMORY", "1MiB"));
    assert!(stderr.contains("--memory is set by the variable POLAROID_MEMORY"), "{stderr}");
    let stderr = refused(polaroid().args(["serve", "--queue", "many"]));
    assert!(stderr.contains("'many' for '--queue <N>'"), "{stderr}");
    let stderr = refused(polaroid().args(["serve", "--max-concurency", "2"]));
    assert!(stderr.contains("--max-concurrency"), "{stderr}");
    let stderr = refused(polaroid().args(["serve", "--config", "/nowhere/polaroid.toml"]));
    assert!(stderr.contains("/nowhere/polaroid.toml"), "{stderr}");
}

#[test]
fn a_switch_of_the_file_is_turned_off_by_a_flag() {
    let (_dir, path) = file("log-sql = true");
    assert_eq!(shown(&path, &[], &[])["log-sql"]["value"], true);
    assert_eq!(shown(&path, &["--log-sql=false"], &[])["log-sql"]["value"], false);
    assert_eq!(shown(&path, &[], &[("POLAROID_LOG_SQL", "0")])["log-sql"]["value"], json!(0));
    let (_dir, path) = file("");
    assert_eq!(shown(&path, &["--log-sql"], &[])["log-sql"], json!({"value": true, "source": "flag"}));
}

#[test]
fn the_shown_configuration_is_a_file_that_means_the_same() {
    let (dir, path) = file("dir = [\"a\", \"b=c\"]\nqueue = 9\ngrace = 5\n");
    for folder in ["a", "c"] {
        std::fs::create_dir(dir.path().join(folder)).unwrap();
    }
    let given = [("POLAROID_MEMORY", "64MiB"), ("TOKEN", "hunter2"), ("POLAROID_MAX_BODY_BYTES", "4096")];
    let config = |file: &Path, flags: &[&str]| {
        let mut command = bare_polaroid();
        command.args(["config", "--config"]).arg(file).args(flags).current_dir(dir.path());
        command.env("TOKEN", "hunter2").env("POLAROID_COMPONENT", support::guest());
        command
    };
    let flags = ["--env", "TOKEN=hunter2", "--allow-outbound", "example.com:443", "--log-sql"];
    let (first, stderr, code) = run(config(&path, &flags).envs(given));
    assert_eq!((code, &*stderr), (0, ""));
    assert!(!first.contains("hunter2"), "{first}");
    assert!(first.contains("memory = \"64MiB\"  # the variable POLAROID_MEMORY"), "{first}");
    assert!(first.contains("queue = 9") && first.contains(", line 2"), "{first}");

    // Somewhere else, so that nothing depends on where it is.
    let (_other, saved) = file(&first);
    let (second, stderr, code) = run(&mut config(&saved, &[]));
    assert_eq!((code, &*stderr), (0, ""));
    let settings = |text: &str| text.parse::<toml::Table>().unwrap();
    assert_eq!(settings(&first), settings(&second));
    assert_eq!(settings(&first)["env"], toml::Value::from(vec!["TOKEN"]));
    let (stdout, stderr, code) = run(config(&saved, &[]).env_remove("TOKEN"));
    assert!(code == 2 && stdout.is_empty() && stderr.contains("--env TOKEN"), "{stderr}");
}

#[test]
fn what_is_derived_is_said() {
    let (_dir, path) = file("");
    let all = shown(&path, &[], &[("PORT", "9")]);
    assert_eq!(all["addr"]["derived"], "0.0.0.0:9, by the variable PORT");
    let concurrency = all["max-concurrency"]["derived"].as_str().unwrap();
    assert!(concurrency.contains("there is memory"), "{concurrency}");
}

#[test]
fn completions_are_scripts_of_their_shells() {
    for shell in ["bash", "zsh", "fish"] {
        let (script, stderr, code) = run(bare_polaroid().args(["completions", shell]));
        assert_eq!((code, &*stderr), (0, ""), "{shell}");
        assert!(script.contains("polaroid") && script.contains("max-concurrency"), "{shell}");
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("script");
        std::fs::write(&path, script).unwrap();
        let mut check = Command::new(shell);
        check.arg("-n").arg(&path).stderr(Stdio::piped());
        // A shell that is not on this machine cannot be asked.
        let Ok(checked) = check.output() else { continue };
        assert!(checked.status.success(), "{shell}: {}", String::from_utf8_lossy(&checked.stderr));
    }
}
