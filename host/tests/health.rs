//! Health, readiness and what is answered while the component is loaded.

mod support;

use rustix::process::Signal;
use std::fs::File;
use std::io::Write;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use support::client::{get, receive, send};
use support::server::Server;

/// A server whose component is not loaded before `hold` is dropped: somebody else compiles it, as it
/// seems.
fn loading() -> (Server, File, tempfile::TempDir) {
    let cache = tempfile::tempdir().unwrap();
    let home = |command: &mut Command| {
        command.env("XDG_CACHE_HOME", cache.path());
    };
    let mut compile = support::polaroid();
    home(compile.arg("compile"));
    let (artifact, stderr, code) = support::run(&mut compile);
    assert_eq!(code, 0, "{stderr}");
    let artifact = Path::new(artifact.trim_end());
    std::fs::remove_file(artifact).unwrap();
    let hold = File::create(artifact.with_extension("lock")).unwrap();
    hold.lock().unwrap();
    let mut serve = support::polaroid();
    home(serve.args(["serve", "--addr", "127.0.0.1:0", "--admin-addr", "127.0.0.1:0"]));
    let server = Server::start_with(&mut serve);
    server.wait_for_line("another polaroid");
    (server, hold, cache)
}

#[test]
fn the_server_answers_before_its_component_is_loaded_and_queries_wait_for_it() {
    let (server, hold, _cache) = loading();
    for addr in [server.addr, server.admin()] {
        assert_eq!(get(addr, "/healthz").json()["status"], "ok");
        let ready = get(addr, "/readyz");
        assert_eq!((ready.status, &ready.json()["status"]), (503, &"loading".into()));
    }
    let waiting = send(server.addr, "POST", "/echo", &[], b"patient");
    drop(hold);
    let answer = receive(waiting);
    assert_eq!((answer.status, answer.text()), (200, "patient"));
    assert_eq!(server.get("/readyz").status, 200);
    server.wait_for_line("ready: the component was loaded");
}

#[test]
fn a_component_that_takes_too_long_is_not_waited_for() {
    let (server, _hold, _cache) = loading();
    let answer = server.get("/echo");
    assert_eq!((answer.status, &answer.json()["code"]), (503, &"starting".into()));
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[test]
fn a_component_that_does_not_load_ends_the_server() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("broken.wasm");
    std::fs::write(&path, b"\0asm and nothing more").unwrap();
    let serve = ["serve", "--addr", "127.0.0.1:0", "--component", path.to_str().unwrap()];
    let (_, stderr, code) = support::run(support::polaroid().args(serve));
    assert!(code == 1 && stderr.contains("listening on") && stderr.contains("broken.wasm"), "{stderr}");
}

#[test]
fn guests_that_compute_for_ever_do_not_hold_up_health() {
    // The test component knows no /healthz: whoever answers it is the host.
    // A client gives up long before these guests are stopped.
    let server = Server::start(&["--timeout", "1h"]);
    let _busy = server.busy(8);
    for path in ["/healthz", "/readyz"] {
        let answer = server.get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/json")), "{path}");
    }
}

#[test]
fn health_is_for_get_head_and_options() {
    let server = Server::start(&[]);
    let head = receive(send(server.addr, "HEAD", "/healthz", &[], b""));
    assert_eq!((head.status, head.header("content-length"), head.text()), (200, Some("15"), ""));
    let post = receive(send(server.addr, "POST", "/healthz", &[], b""));
    assert_eq!((post.status, post.header("allow")), (405, Some("GET, HEAD, OPTIONS")));
    let options = receive(send(server.addr, "OPTIONS", "/readyz", &[], b""));
    assert_eq!(
        (options.status, options.header("allow"), options.text()),
        (204, Some("GET, HEAD, OPTIONS"), "")
    );
}

#[test]
fn metrics_are_on_the_admin_port_alone() {
    let server = Server::start(&["--admin-addr", "127.0.0.1:0"]);
    let metrics = get(server.admin(), "/metrics");
    assert_eq!(metrics.status, 200);
    assert!(
        metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"),
        "{metrics:?}"
    );
    assert_eq!(server.get("/metrics").status, 404);
    assert_eq!(get(server.admin(), "/echo").status, 404);
}

#[test]
fn a_server_that_stops_is_not_ready_and_alive() {
    let mut server = Server::start(&["--admin-addr", "127.0.0.1:0"]);
    let admin = server.admin();
    let mut half = TcpStream::connect(server.addr).unwrap();
    half.write_all(b"GET /echo HTTP/1.1\r\n").unwrap();
    // By then the server has seen the half of a head.
    assert_eq!(server.get("/echo").status, 200);
    server.signal(Signal::TERM);
    server.wait_for_line("stopping: ");
    let ready = get(admin, "/readyz");
    assert_eq!((ready.status, &ready.json()["status"]), (503, &"stopping".into()));
    assert_eq!(get(admin, "/healthz").status, 200);
    drop(half);
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}
