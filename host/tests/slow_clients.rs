//! Clients that are slow, quiet, too many or too large.

mod support;

use rustix::process::{Resource, Rlimit, prlimit};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::client::{Answer, connect, parse, receive, receive_one, send};
use support::gate::Gate;
use support::http2;
use support::server::{Server, within};

fn open(server: &Server, bytes: &[u8]) -> TcpStream {
    let mut stream = connect(server.addr);
    stream.write_all(bytes).unwrap();
    stream
}

/// All that comes until the server closes.
fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("it was left open: {bytes:?}"),
        _ => bytes,
    }
}

/// A request on a connection that stays open, and its answer.
fn keep(stream: &mut TcpStream) -> Answer {
    stream.write_all(b"GET /echo HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    receive_one(stream)
}

#[test]
fn a_head_that_does_not_come_closes_the_connection() {
    let server = Server::start(&["--header-timeout", "300ms"]);
    for begun in [&b""[..], b"G", b"GET /echo HTTP/1.1\r\nhost: te", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        let came = rest(open(&server, begun));
        assert!(!came.starts_with(b"HTTP/1.1 200"), "{came:?}");
    }
}

#[test]
fn a_client_that_sends_a_byte_now_and_then_is_no_better() {
    let server = Server::start(&["--header-timeout", "300ms"]);
    let mut stream = open(&server, b"GET /echo HTTP/1.1\r\n");
    let cut = within(Duration::from_secs(60), || {
        std::thread::sleep(Duration::from_millis(100));
        stream.write_all(b"x: y\r\n").err()
    });
    assert!(cut.is_some());
}

#[test]
fn between_requests_it_may_be_quiet_for_longer() {
    let server = Server::start(&["--header-timeout", "200ms", "--idle-timeout", "3s"]);
    let mut stream = open(&server, b"");
    assert_eq!(keep(&mut stream).status, 200);
    std::thread::sleep(Duration::from_millis(800));
    assert_eq!(keep(&mut stream).status, 200);
    assert_eq!(rest(stream), b"");
}

#[test]
fn a_later_head_has_no_more_time_than_the_first() {
    let server = Server::start(&["--header-timeout", "300ms", "--idle-timeout", "1h"]);
    let mut stream = open(&server, b"");
    assert_eq!(keep(&mut stream).status, 200);
    stream.write_all(b"GET /echo HTT").unwrap();
    assert_eq!(rest(stream), b"");
}

#[test]
fn a_body_that_does_not_come_is_told_so() {
    let server = Server::start(&["--body-timeout", "300ms"]);
    for head in ["content-length: 10\r\n\r\nabc", "transfer-encoding: chunked\r\n\r\n3\r\nabc\r\n"] {
        let head = format!("POST /echo HTTP/1.1\r\nhost: localhost\r\nx-query-id: slow\r\n{head}");
        let answer = parse(&rest(open(&server, head.as_bytes())));
        assert_eq!((answer.status, &answer.json()["code"]), (408, &"body_timeout".into()));
        assert_eq!((answer.header("x-query-id"), answer.header("connection")), (Some("slow"), Some("close")));
    }
}

#[test]
fn a_body_that_is_too_large_is_refused_before_the_guest_sees_it() {
    let server = Server::start(&["--max-body", "1000"]);
    assert_eq!(receive(send(server.addr, "POST", "/echo", &[], &[b'x'; 1000])).text().len(), 1000);
    // By its length alone, of which nothing has come; then with all of it coming; then in chunks.
    let named = open(&server, b"POST /endless HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1001\r\n\r\n");
    let whole = send(server.addr, "POST", "/endless", &[], &[b'x'; 500_000]);
    let chunked = format!(
        "POST /endless HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n{}",
        format!("1f4\r\n{}\r\n", "x".repeat(500)).repeat(3)
    );
    for stream in [named, whole, open(&server, chunked.as_bytes())] {
        let answer = parse(&rest(stream));
        assert_eq!((answer.status, &answer.json()["code"]), (413, &"body_too_large".into()));
    }
    assert!(!server.log().iter().any(|line| line.contains(": written ")), "{:#?}", server.log());
    let status = http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        http2::ask(&mut sender, "/echo", &[b'x'; 1001]).await.unwrap().status
    });
    assert_eq!(status, 413);
}

#[test]
fn the_guest_knows_how_large_bodies_may_be() {
    let server = Server::start(&["--max-body", "4KiB"]);
    let environment = server.get("/environment");
    assert!(environment.text().contains("POLAROID_MAX_BODY_BYTES=4096\n"), "{}", environment.text());
}

#[test]
fn a_head_that_is_too_large_is_431() {
    let server = Server::start(&["--max-header-bytes", "8KiB"]);
    let head = |size: usize| {
        format!(
            "GET /echo HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx: {}\r\n\r\n",
            "y".repeat(size)
        )
    };
    assert_eq!(parse(&rest(open(&server, head(7_000).as_bytes()))).status, 200);
    assert_eq!(parse(&rest(open(&server, head(20_000).as_bytes()))).status, 431);
    let status = |size: usize| {
        http2::run(async {
            let mut sender = http2::plain(server.addr).await;
            let request = http::Request::get("http://localhost/echo").header("x", "y".repeat(size));
            let request = request.body(http_body_util::Full::default()).unwrap();
            sender.send_request(request).await.map(|response| response.status().as_u16())
        })
    };
    assert_eq!((status(7_000).ok(), status(20_000).ok()), (Some(200), Some(431)));
}

#[test]
fn quiet_connections_make_room_when_all_places_are_taken() {
    let server =
        Server::start(&["--max-connections", "2", "--header-timeout", "500ms", "--idle-timeout", "1h"]);
    let mut quiet = [open(&server, b""), open(&server, b"")];
    for stream in &mut quiet {
        assert_eq!(keep(stream).status, 200);
    }
    // A third waits, and is served when one of the two has been closed.
    assert_eq!(server.get("/echo").status, 200);
}

#[test]
fn no_more_connections_are_served_at_once_than_allowed() {
    let gate = Gate::closed();
    let server = Server::start(&["--max-connections", "1", &gate.arg()]);
    let first = gate.begin(&server, &[]);
    let second = send(server.addr, "GET", "/echo", &[], b"");
    // In this time it would have been answered ten times over.
    std::thread::sleep(Duration::from_millis(500));
    second.set_nonblocking(true).unwrap();
    let early = (&second).read(&mut [0; 1]);
    assert!(early.is_err(), "{early:?}");
    second.set_nonblocking(false).unwrap();
    gate.open();
    assert!(receive(first).whole);
    assert_eq!(receive(second).status, 200);
}

#[test]
fn more_connections_than_files_are_refused() {
    let mut command = std::process::Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_polaroid");
    let serve = format!("exec {binary} serve --addr 127.0.0.1:0 --max-concurrency 1 --dir .");
    let line = format!("ulimit -n 512 && {serve} --max-connections 444");
    let (_, stderr, code) = support::run(command.args(["-c", &line]));
    assert!(code == 2 && stderr.contains("at most 443 connections"), "{code}: {stderr}");
}

#[test]
fn the_limit_on_files_is_raised_as_far_as_it_goes() {
    let mut command = std::process::Command::new("sh");
    let line = format!("ulimit -Sn 64 && exec {} serve --addr 127.0.0.1:0", env!("CARGO_BIN_EXE_polaroid"));
    command
        .args(["-c", &line])
        .env("POLAROID_COMPONENT", support::guest())
        .env("XDG_CACHE_HOME", support::cache());
    let server = Server::start_with(&mut command);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.pid().as_raw_nonzero())).unwrap();
    let files = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let [.., soft, hard, _unit] = files.split_whitespace().collect::<Vec<_>>()[..] else { panic!("{files}") };
    assert_eq!(soft, hard);
}

#[test]
fn without_files_it_waits_and_goes_on() {
    let server = Server::start(&[]);
    assert_eq!(server.get("/echo").status, 200);
    let pid = server.pid();
    let limit = |current| {
        prlimit(Some(pid), Resource::Nofile, Rlimit { current: Some(current), maximum: Some(4096) })
    };
    // None more, whichever numbers are free; those that are open stay.
    let before = limit(0).unwrap();
    let waiting = send(server.addr, "GET", "/healthz", &[], b"");
    server.wait_for_line("cannot accept connections");
    let used = server.ticks();
    std::thread::sleep(Duration::from_secs(1));
    assert!(server.ticks() - used < 20, "it accepts in a busy loop");
    let said = server.log().iter().filter(|line| line.contains("cannot accept")).count();
    assert_eq!(said, 1, "{:#?}", server.log());
    limit(before.current.unwrap_or(1024).min(1024)).unwrap();
    assert_eq!(receive(waiting).status, 200);
}

#[test]
fn a_client_that_stops_to_read_is_cut_and_its_guest_with_it() {
    let server = Server::start(&["--idle-timeout", "500ms"]);
    let stream = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written");
    let written = || server.log().iter().filter(|line| line.contains(": written ")).count();
    let held = within(Duration::from_secs(30), || {
        let before = written();
        std::thread::sleep(Duration::from_millis(1500));
        (written() == before).then_some(before)
    });
    assert!(held.is_some());
    let answer = receive(stream);
    assert!(!answer.whole && answer.body.len() < 64 << 20, "{}", answer.body.len());
}

#[test]
fn a_client_of_http_2_that_lets_nothing_be_sent_is_cut_and_others_get_its_place() {
    let server = Server::start(&["--max-connections", "2", "--idle-timeout", "500ms"]);
    http2::run(async {
        // An answer of one piece, and one that never ends.
        for path in ["/echo", "/endless"] {
            let mut sender = http2::deaf(server.addr).await;
            let request = http::Request::post(format!("http://localhost{path}"));
            let request = request.body(http_body_util::Full::from("a body")).unwrap();
            let head = sender.send_request(request).await.unwrap();
            // Kept, as is the answer, so that it is not this side that ends it.
            tokio::spawn(async move {
                std::future::pending::<()>().await;
                drop((sender, head))
            });
        }
        assert_eq!(server.get("/echo").status, 200);
    });
}
