//! The end of a server, as its clients see it.

mod support;

use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::client::{connect, receive, receive_one, send};
use support::gate::{Gate, WHOLE};
use support::http2;
use support::server::Server;

#[test]
fn a_request_that_comes_too_late_is_told_so() {
    let mut server = Server::start(&[]);
    let mut late = connect(server.addr);
    late.write_all(b"POST /echo HTTP/1.1\r\n").unwrap();
    // By then the server has seen the half of a head.
    assert_eq!(server.get("/echo").status, 200);
    server.signal(Signal::TERM);
    server.wait_for_line("stopping: ");
    late.write_all(b"host: localhost\r\ncontent-length: 1000000\r\n\r\n").unwrap();
    // Taken, or its client would find the connection reset and not the answer.
    late.write_all(&[b'x'; 1_000_000]).unwrap();
    let answer = receive(late);
    assert_eq!((answer.status, &answer.json()["code"]), (503, &"stopping".into()));
    assert_eq!((answer.header("retry-after"), answer.header("connection")), (Some("1"), Some("close")));
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn connections_that_wait_to_be_accepted_are_answered() {
    let gate = Gate::closed();
    let mut server = Server::start(&["--max-connections", "1", &gate.arg()]);
    let running = gate.begin(&server, &[]);
    let waiting: Vec<TcpStream> = (0..3).map(|_| send(server.addr, "GET", "/echo", &[], b"")).collect();
    server.signal(Signal::TERM);
    for stream in waiting {
        let answer = receive(stream);
        assert_eq!((answer.status, &answer.json()["code"]), (503, &"stopping".into()));
    }
    gate.open();
    let answer = receive(running);
    assert_eq!((answer.whole, answer.text()), (true, WHOLE));
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn quiet_connections_are_closed_and_do_not_hold_up_the_end() {
    let mut server = Server::start(&["--grace", "60"]);
    let mut stream = connect(server.addr);
    stream.write_all(b"GET /known-length HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    assert_eq!(receive_one(&mut stream).text(), "12345");
    let _silent = TcpStream::connect(server.addr).unwrap();
    server.signal(Signal::TERM);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn over_http_2_what_runs_is_finished_and_nothing_more_is_taken() {
    let mut server = Server::start(&[]);
    http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        let mut running = sender.clone();
        let running = tokio::spawn(async move { http2::ask(&mut running, "/slow", b"").await.unwrap() });
        // Its answer has begun when another has come on the same connection.
        assert_eq!(http2::ask(&mut sender, "/echo", b"a").await.unwrap().body, b"a");
        server.signal(Signal::TERM);
        server.wait_for_line("stopping: ");
        let answer = running.await.unwrap();
        assert_eq!((answer.body.as_slice(), answer.cut.is_none()), (&b"part 0\npart 1\npart 2\n"[..], true));
        // GOAWAY, so that the client asks elsewhere.
        assert!(http2::ask(&mut sender, "/echo", b"").await.is_err());
        assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
    });
}

#[test]
fn a_second_signal_ends_what_runs() {
    let mut server = Server::start(&["--grace", "600"]);
    let busy = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written");
    server.signal(Signal::TERM);
    server.wait_for_line("stopping: ");
    server.signal(Signal::TERM);
    assert!(server.wait_for_end(Duration::from_secs(30)).unwrap().success());
    assert!(!receive(busy).whole);
}

#[test]
fn a_hangup_without_anything_to_reload_ends_nothing() {
    let server = Server::start(&[]);
    server.signal(Signal::HUP);
    server.wait_for_line("nothing to reload");
    assert_eq!(server.get("/echo").status, 200);
}
