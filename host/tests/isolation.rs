//! Who shares an instance: by default nobody, with `--isolation reuse` requests one after the other, and none
//! that comes after a failure.

mod support;

use std::net::TcpStream;
use support::client::{receive, send};
use support::server::Server;

fn reusing(args: &[&str]) -> Server {
    Server::start(&[&["--isolation", "reuse"], args].concat())
}

/// How many requests the instance of each of `n` requests has counted.
fn counts(server: &Server, n: usize) -> Vec<String> {
    (0..n).map(|_| server.get("/count").text().to_owned()).collect()
}

#[test]
fn by_default_an_instance_answers_once() {
    assert_eq!(counts(&Server::start(&[]), 3), ["1", "1", "1"]);
}

#[test]
fn an_instance_answers_as_many_requests_as_it_may() {
    assert_eq!(counts(&reusing(&["--reuse-requests", "3"]), 7), ["1", "2", "3", "1", "2", "3", "1"]);
}

#[test]
fn an_instance_that_has_grown_is_retired() {
    let server = reusing(&["--reuse-memory", "32MiB"]);
    assert_eq!(counts(&server, 2), ["1", "2"]);
    assert_eq!(server.get("/grow").text(), "grown");
    assert_eq!(counts(&server, 2), ["1", "2"]);

    let roomy = reusing(&["--reuse-memory", "128MiB"]);
    assert_eq!(roomy.get("/grow").text(), "grown");
    assert_eq!(counts(&roomy, 2), ["1", "2"]);
}

#[test]
fn nothing_comes_after_a_failure() {
    let ends = |server: &Server, path: &str, status: u16, whole: bool| {
        assert_eq!(counts(server, 2), ["1", "2"], "before {path}");
        let answer = server.get(path);
        assert_eq!((answer.status, answer.whole), (status, whole), "{path}");
    };
    let hurried = reusing(&["--timeout", "3s"]);
    ends(&hurried, "/loop", 504, true);
    ends(&hurried, "/wait", 504, true);
    ends(&hurried, "/loop-in-body", 200, false);
    assert_eq!(counts(&hurried, 2), ["1", "2"]);

    let server = reusing(&["--memory", "128MiB"]);
    ends(&server, "/trap", 500, true);
    ends(&server, "/trap-in-body", 200, false);
    ends(&server, "/leak-body", 200, false);
    ends(&server, "/memory", 507, true);
    ends(&server, "/memory-in-body", 200, false);
    let endless = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written 1");
    drop(endless);
    assert_eq!(counts(&server, 2), ["1", "2"]);
}

#[test]
fn a_guest_that_gives_up_an_answer_and_returns_is_kept() {
    let server = reusing(&[]);
    assert!(!server.get("/drop-body").whole);
    assert_eq!(server.get("/no-answer").status, 500);
    assert_eq!(counts(&server, 2), ["1", "2"]);
}

#[test]
fn what_belongs_to_a_request_is_that_requests() {
    let server = reusing(&["--log-format", "json"]);
    for n in 0..20 {
        let id = format!("request-{n}");
        let answer = receive(send(server.addr, "GET", "/query-id", &[("x-query-id", &id)], b""));
        assert_eq!(answer.text(), id);
        let parent = format!("00-0af7651916cd43dd8448eb211c8031{n:02}-b7ad6b7169203331-01");
        let trace = receive(send(server.addr, "GET", "/trace", &[("traceparent", &parent)], b""));
        assert_eq!(trace.text()[..36], parent[..36]);

        let id = format!("records-{n}");
        receive(send(server.addr, "GET", "/records", &[("x-query-id", &id)], b""));
        let line: serde_json::Value = serde_json::from_str(&server.wait_for_line(&id)).unwrap();
        assert_eq!(line["db.response.returned_rows"], 5, "{line}");
        assert_eq!(line["polaroid.instance"], "reused", "{line}");
        assert!(line["polaroid.memory_peak_bytes"].as_u64().unwrap() > 1 << 20, "{line}");
    }
}

#[test]
fn requests_at_once_have_an_instance_each() {
    let server = reusing(&["--max-concurrency", "3"]);
    for _ in 0..3 {
        let slow = |_| send(server.addr, "GET", "/slow", &[], b"");
        let streams: Vec<TcpStream> = (0..6).map(slow).collect();
        for stream in streams {
            let answer = receive(stream);
            assert_eq!((answer.text(), answer.whole), ("part 0\npart 1\npart 2\n", true));
        }
    }
}

#[test]
fn a_directory_is_what_it_is_now_whatever_an_instance_saw() {
    let dir = tempfile::tempdir().unwrap();
    let [data, old] = ["data", "old"].map(|name| dir.path().join(name));
    let make = |content: &str| {
        std::fs::create_dir(&data).unwrap();
        std::fs::write(data.join("file"), content).unwrap();
    };
    make("before");
    let server = reusing(&["--dir", data.to_str().unwrap()]);
    let read = || server.get("/read?path=/data/file");
    assert_eq!(counts(&server, 2), ["1", "2"]);
    assert_eq!(read().text(), "before");

    std::fs::rename(&data, &old).unwrap();
    assert_eq!(read().status, 404);
    make("after");
    assert_eq!(read().text(), "after");
    std::fs::remove_dir_all(&data).unwrap();
    std::fs::rename(&old, &data).unwrap();
    assert_eq!(read().text(), "before");
    assert_eq!(counts(&server, 2), ["1", "2"]);
}
