//! `polaroid serve`, as a client sees it.

mod support;

use rustix::process::Signal;
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use support::client::{connect, parse, receive, receive_one, send};
use support::gate::{Gate, WHOLE};
use support::server::{Server, within};

#[test]
fn an_answer_comes_whole_with_the_id_that_the_guest_saw() {
    let server = Server::start(&[]);
    let answer = receive(send(server.addr, "POST", "/echo", &[], b"hello"));
    assert_eq!((answer.status, answer.text(), answer.whole), (200, "hello", true));
    assert_eq!(answer.header("x-query-id").unwrap().len(), 32);

    let made = server.get("/query-id");
    assert_eq!(made.header("x-query-id"), Some(made.text()));
    let given = receive(send(server.addr, "GET", "/query-id", &[("x-query-id", "mine-1")], b""));
    assert_eq!((given.header("x-query-id"), given.text()), (Some("mine-1"), "mine-1"));
}

#[test]
fn bodies_of_every_framing_come_whole() {
    let server = Server::start(&[]);
    let long = server.get("/stream");
    assert_eq!((long.whole, long.body.len()), (true, 4 << 20));
    let known = server.get("/known-length");
    assert_eq!((known.whole, known.text(), known.header("content-length")), (true, "12345", Some("5")));
}

#[test]
fn an_answer_is_read_while_it_is_written() {
    let gate = Gate::closed();
    let server = Server::start(&[&gate.arg()]);
    let mut stream = gate.begin(&server, &[]);
    let mut bytes = vec![0; 4096];
    let mut read = 0;
    while !String::from_utf8_lossy(&bytes[..read]).contains("part 0") {
        let more = stream.read(&mut bytes[read..]).unwrap();
        assert!(more > 0, "closed after {:?}", String::from_utf8_lossy(&bytes[..read]));
        read += more;
    }
    gate.open();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).unwrap();
    let answer = parse(&[&bytes[..read], &rest].concat());
    assert_eq!((answer.whole, answer.text()), (true, WHOLE));
}

#[test]
fn a_trap_before_the_answer_is_a_problem_and_the_server_goes_on() {
    let server = Server::start(&[]);
    let answer = receive(send(server.addr, "GET", "/trap", &[("x-query-id", "q7")], b""));
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!(answer.header("x-query-id"), Some("q7"));
    let problem = answer.json();
    assert_eq!(problem["code"], "guest_trap");
    assert_eq!(problem["status"], 500);
    assert_eq!(problem["query_id"], "q7");
    assert!(problem["detail"].as_str().unwrap().contains("unreachable"), "{problem}");
    server.wait_for_line("query q7");
    // The guest's own last words come through as well.
    server.wait_for_line("before the answer");
    assert_eq!(server.get("/echo").status, 200);
}

#[test]
fn a_body_that_the_guest_did_not_finish_is_cut() {
    let server = Server::start(&[]);
    for path in ["/trap-in-body", "/drop-body", "/leak-body", "/short-of-length"] {
        let answer = receive(send(server.addr, "GET", path, &[("x-query-id", &path[1..])], b""));
        assert!(!answer.whole, "{path}: {answer:?}");
        server.wait_for_line(&format!("query {}: ", &path[1..]));
    }
    assert_eq!(server.get("/echo").status, 200);
}

/// Over HTTP/1.0 a body without a length ends with the connection.
#[test]
fn a_cut_answer_over_http_1_0_is_a_reset_and_a_whole_one_is_none() {
    let server = Server::start(&[]);
    let ask = |path: &str| {
        let mut stream = TcpStream::connect(server.addr).unwrap();
        write!(stream, "GET {path} HTTP/1.0\r\nhost: localhost\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).map(|_| answer)
    };
    for path in ["/trap-in-body", "/drop-body", "/leak-body"] {
        let end = ask(path).map_err(|error| error.kind());
        assert_eq!(end, Err(ErrorKind::ConnectionReset), "{path}");
    }
    for (path, size) in [("/stream", 64 * (64 << 10)), ("/count", 1)] {
        let answer = ask(path).unwrap();
        let head = answer.windows(4).position(|end| end == b"\r\n\r\n").unwrap() + 4;
        assert_eq!(answer.len() - head, size, "{path}");
    }
}

#[test]
fn a_trap_after_the_last_byte_does_not_harm_the_answer() {
    let server = Server::start(&[]);
    let answer = server.get("/trap-after-body");
    assert_eq!((answer.whole, answer.text()), (true, "all of it"));
    server.wait_for_line("ended by Trap");
}

#[test]
fn a_guest_that_does_not_answer_is_a_problem() {
    let server = Server::start(&[]);
    let answer = server.get("/no-answer");
    assert_eq!((answer.status, &answer.json()["code"]), (500, &"no_answer".into()));
}

#[test]
fn a_request_without_host_is_refused() {
    let server = Server::start(&[]);
    let mut stream = connect(server.addr);
    stream.write_all(b"GET /echo HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
    let answer = receive(stream);
    assert_eq!((answer.status, &answer.json()["code"]), (400, &"bad_request".into()));
}

#[test]
fn a_connection_serves_one_request_after_another() {
    let server = Server::start(&[]);
    let mut stream = connect(server.addr);
    for id in ["one", "two"] {
        write!(stream, "GET /query-id HTTP/1.1\r\nhost: localhost\r\nx-query-id: {id}\r\n\r\n").unwrap();
        assert_eq!(receive_one(&mut stream).text(), id);
    }
}

#[test]
fn guests_that_compute_for_ever_hold_up_nobody_and_end_with_their_clients() {
    // A client gives up long before these guests are stopped.
    let server = Server::start(&["--timeout", "1h"]);
    let busy = server.busy(2);
    assert_eq!(server.get("/echo").status, 200);
    drop(busy);
    // Idle again: less than a tenth of a processor over half a second.
    let idle = within(Duration::from_secs(30), || {
        let before = server.ticks();
        std::thread::sleep(Duration::from_millis(500));
        (server.ticks() - before < 5).then_some(())
    });
    assert!(idle.is_some(), "the guests still run");
}

#[test]
fn a_guest_waits_for_a_client_that_does_not_read_and_ends_when_it_hangs_up() {
    let server = Server::start(&["--timeout", "1h", "--idle-timeout", "1h"]);
    let stream = send(server.addr, "GET", "/endless", &[("x-query-id", "unread")], b"");
    server.wait_for_line(": written ");
    let written = || server.log().iter().filter(|line| line.contains(": written ")).count();
    let held = within(Duration::from_secs(60), || {
        let before = written();
        std::thread::sleep(Duration::from_millis(1500));
        (written() == before).then_some(before)
    });
    let held = held.expect("the guest writes on although nobody reads");
    // The sockets' buffers hold a few MiB; 64 MiB would be ours.
    assert!(held < 1024, "{held} pieces of 64 KiB");
    drop(stream);
    // It is logged when its guest is gone.
    let line = server.wait_for_line("polaroid.query.id=\"unread\"");
    assert!(line.contains("polaroid.outcome=\"client_gone\""), "{line}");
    assert!(written() <= held + 16, "{held}, then {}", written());
}

#[test]
fn directories_are_seen_under_their_names_and_read_only() {
    let (plain, named) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::fs::write(plain.path().join("a.csv"), "in plain").unwrap();
    std::fs::write(named.path().join("b.csv"), "in named").unwrap();
    std::os::unix::fs::symlink(named.path().join("b.csv"), plain.path().join("out")).unwrap();
    let server = Server::start(&[
        "--dir",
        plain.path().to_str().unwrap(),
        "--dir",
        &format!("sales={}", named.path().display()),
    ]);
    let read = |path: &str| server.get(&format!("/read?path={path}"));
    assert_eq!(read("/data/a.csv").text(), "in plain");
    assert_eq!(read("/sales/b.csv").text(), "in named");
    for outside in ["/etc/hostname", "/data/../etc/hostname", "/data/out", "/a.csv"] {
        assert_eq!(read(outside).status, 404, "{outside}");
    }
    for path in ["/data/a.csv", "/data/new.csv"] {
        let answer = server.get(&format!("/write?path={path}"));
        assert_eq!(answer.status, 403, "{path}: {}", answer.text());
    }
    assert_eq!(std::fs::read_to_string(plain.path().join("a.csv")).unwrap(), "in plain");
    assert_eq!(std::fs::read_dir(plain.path()).unwrap().count(), 2);
}

#[test]
fn a_guest_gets_no_network_and_no_standard_input() {
    let server = Server::start(&[]);
    assert!(server.get("/outbound").text().contains("HttpRequestDenied"));
    assert_eq!(server.get("/socket").text(), "PermissionDenied");
    assert_eq!(server.get("/stdin").text(), "");
}

#[test]
fn a_guest_gets_only_the_variables_that_it_is_given() {
    let mut command = support::polaroid();
    command.args(["serve", "--addr", "127.0.0.1:0", "--env", "NAMED", "--env", "GIVEN=a=b"]).envs([
        ("NAMED", "from the process"),
        ("SECRET", "x"),
        // Where it is not one of the host's settings, it is nobody's.
        ("POLAROID_LOG", "debug"),
    ]);
    let server = Server::start_with(&mut command);
    let expected =
        "GIVEN=a=b\nNAMED=from the process\nPOLAROID_MAX_BODY_BYTES=1048576\nPOLAROID_RECORDS=stdout\n";
    assert_eq!(server.get("/environment").text(), expected);
}

#[test]
fn a_guests_standard_error_comes_by_whole_lines() {
    let server = Server::start(&[]);
    server.get("/half-line");
    assert!(server.wait_for_line("one ").ends_with(" polaroid::guest: one line"));
}

#[test]
fn a_signal_lets_running_requests_end() {
    let gate = Gate::closed();
    let mut server = Server::start(&[&gate.arg()]);
    let stream = gate.begin(&server, &[]);
    server.signal(Signal::TERM);
    server.wait_for_line("stopping");
    assert!(TcpStream::connect(server.addr).is_err(), "a new connection was accepted");
    gate.open();
    let answer = receive(stream);
    assert_eq!((answer.whole, answer.text()), (true, WHOLE));
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn what_does_not_end_in_time_is_cut_and_an_idle_server_ends_at_once() {
    let mut server = Server::start(&["--grace", "1"]);
    let busy = send(server.addr, "GET", "/loop-in-body", &[], b"");
    // Its guest runs once its head is there.
    assert_eq!(busy.peek(&mut [0]).unwrap(), 1);
    server.signal(Signal::INT);
    server.wait_for_line("did not end in time");
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
    assert!(!receive(busy).whole);

    let mut idle = Server::start(&["--grace", "60"]);
    idle.signal(Signal::TERM);
    assert!(idle.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn an_address_that_others_can_reach_brings_a_warning() {
    let warnings = |server: &Server| {
        let log = server.log();
        log.into_iter().filter(|line| line.contains(" WARN polaroid: ")).collect::<Vec<_>>()
    };
    let open = Server::start_with(support::polaroid().args(["serve", "--addr", "0.0.0.0:0"]));
    // It comes before the line that says where the server listens.
    let [warning] = &warnings(&open)[..] else { panic!("one warning is expected: {:#?}", open.log()) };
    assert!(warning.contains(&open.addr.to_string()) && warning.contains("no authentication"), "{warning}");
    assert_eq!(open.get("/echo").status, 200);

    for loopback in ["127.0.0.1:0", "127.1.2.3:0", "localhost:0"] {
        let server = Server::start_with(support::polaroid().args(["serve", "--addr", loopback]));
        assert!(server.addr.ip().is_loopback(), "{}", server.addr);
        assert!(warnings(&server).is_empty(), "{:#?}", server.log());
    }
}

#[test]
fn the_port_of_the_variable_is_taken_on_every_interface_unless_there_is_an_address() {
    let any = Server::start_with(support::polaroid().arg("serve").env("PORT", "0"));
    assert!(any.addr.ip().is_unspecified() && any.addr.port() != 0, "{}", any.addr);
    assert!(any.log().iter().any(|line| line.contains(" WARN polaroid: ")), "{:#?}", any.log());
    assert_eq!(any.get("/echo").status, 200);

    // Taken, so that the port is known and nobody else can take it: the refusal names what was tried.
    let taken = any.addr.port().to_string();
    let (_, stderr, code) = support::run(support::polaroid().arg("serve").env("PORT", &taken));
    assert!(code == 1 && stderr.contains(&format!("cannot listen on 0.0.0.0:{taken}")), "{stderr}");

    let mut command = support::polaroid();
    let given = Server::start_with(command.args(["serve", "--addr", "127.0.0.1:0"]).env("PORT", &taken));
    assert!(given.addr.ip().is_loopback() && given.addr.port() != any.addr.port(), "{}", given.addr);
}

#[test]
fn a_reason_that_names_the_hosts_directories_is_for_the_log() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    let server = Server::start(&["--dir", &path]);
    dir.close().unwrap();
    // Not gone: it cannot be opened.
    std::os::unix::fs::symlink(&path, &path).unwrap();
    let answer = receive(send(server.addr, "GET", "/echo", &[("x-query-id", "q9")], b""));
    assert_eq!((answer.status, &answer.json()["code"]), (500, &"sandbox_failed".into()));
    assert!(!answer.text().contains(&path), "{}", answer.text());
    assert!(server.wait_for_line("query q9").contains("Start"));
    server.wait_for_line(&path);
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn a_directory_that_is_gone_takes_no_other_with_it_and_may_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let [stays, goes] = ["stays", "goes"].map(|name| dir.path().join(name));
    for root in [&stays, &goes] {
        std::fs::create_dir(root).unwrap();
        std::fs::write(root.join("file"), "content").unwrap();
    }
    let roots = [&stays, &goes].map(|root| root.to_str().unwrap());
    let server =
        Server::start(&["--dir", &format!("stays={}", roots[0]), "--dir", &format!("goes={}", roots[1])]);
    let read = |root: &str| server.get(&format!("/read?path=/{root}/file"));
    assert_eq!(read("goes").text(), "content");

    let away = dir.path().join("away");
    std::fs::rename(&goes, &away).unwrap();
    assert_eq!((read("stays").text(), read("goes").status), ("content", 404));
    server.wait_for_line(&format!("the directory {} is gone", roots[1]));
    std::fs::write(&goes, "a file of that name").unwrap();
    assert_eq!((read("stays").text(), read("goes").status), ("content", 404));

    std::fs::remove_file(&goes).unwrap();
    std::fs::rename(&away, &goes).unwrap();
    assert_eq!(read("goes").text(), "content");
}

#[test]
fn a_server_whose_log_nobody_reads_goes_on_and_ends_as_told() {
    let gate = Gate::closed();
    let mut server = Server::start_with_deaf_log(&[&gate.arg()]);
    // Traps, which the host logs.
    for _ in 0..2 {
        assert_eq!(server.get("/trap").status, 500);
    }
    let running = gate.begin(&server, &[]);
    server.signal(Signal::TERM);
    // Its log cannot say so.
    let stopping = within(Duration::from_secs(60), || TcpStream::connect(server.addr).err());
    assert!(stopping.is_some(), "connections are still taken");
    gate.open();
    let answer = receive(running);
    assert_eq!((answer.status, answer.whole, answer.text()), (200, true, WHOLE));
    assert!(server.wait_for_end(Duration::from_secs(10)).unwrap().success());
}

#[test]
fn an_address_in_use_is_refused() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = taken.local_addr().unwrap().to_string();
    let (_, stderr, code) = support::run(support::polaroid().args(["serve", "--addr", &addr]));
    assert_eq!(code, 1);
    assert!(stderr.contains("cannot listen on") && stderr.contains("port 0"), "{stderr}");
}
