//! What one guest may take, and how many may run: each limit ends in an answer of its own, and the next
//! request is answered as if nothing had been.

mod support;

use http_body_util::BodyExt;
use std::sync::mpsc::channel;
use std::time::Duration;
use support::client::{Answer, receive, send};
use support::gate::{Gate, WHOLE};
use support::http2;
use support::server::{Server, within};

fn refused(answer: &Answer, status: u16, code: &str) {
    assert!(answer.whole, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert_eq!((answer.status, &answer.json()["code"]), (status, &code.into()));
    assert_eq!(answer.header("x-query-id"), answer.json()["query_id"].as_str());
}

fn cut(answer: &Answer) {
    assert_eq!((answer.status, answer.text(), answer.whole), (200, "the beginning", false));
}

fn goes_on(server: &Server) {
    assert_eq!(receive(send(server.addr, "POST", "/echo", &[], b"still here")).text(), "still here");
}

/// A place is free again: a request is answered where the one before may have been refused.
fn has_place(server: &Server) {
    within(Duration::from_secs(60), || (server.get("/echo").status == 200).then_some(())).unwrap();
}

#[test]
fn a_guest_that_computes_or_waits_past_its_deadline_is_stopped() {
    let server = Server::start(&["--timeout", "3s"]);
    for path in ["/loop", "/wait"] {
        let answer = server.get(path);
        refused(&answer, 504, "deadline_exceeded");
        assert!(answer.text().contains("3s"), "{}", answer.text());
    }
    cut(&server.get("/loop-in-body"));
    server.wait_for_line("the query took longer");
    goes_on(&server);
}

#[test]
fn a_request_can_ask_for_less_time_and_not_for_more() {
    let server = Server::start(&["--timeout", "1h"]);
    let answer = server.get("/loop-with-timeout");
    refused(&answer, 504, "deadline_exceeded");
    assert!(answer.text().contains("200ms"), "{}", answer.text());

    let strict = Server::start(&["--timeout", "100ms"]);
    assert!(strict.get("/loop-with-timeout").text().contains("100ms"));
}

#[test]
fn a_client_that_does_not_read_holds_its_guest_no_longer_than_the_deadline() {
    let server = Server::start(&["--timeout", "3s", "--max-concurrency", "1", "--queue", "0"]);
    let deaf = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written 1");
    refused(&server.get("/echo"), 503, "overloaded");
    has_place(&server);
    assert!(!receive(deaf).whole);
}

#[test]
fn memory_past_the_cap_is_refused_and_a_guest_that_dies_of_it_is_told_apart() {
    let server = Server::start(&["--memory", "64MiB"]);
    let answer = server.get("/memory");
    refused(&answer, 507, "memory_exceeded");
    assert!(answer.text().contains("64.0 MiB"), "{}", answer.text());
    cut(&server.get("/memory-in-body"));
    assert_eq!(server.get("/memory-with-care").text(), "refused: true");
    goes_on(&server);

    let roomy = Server::start(&["--memory", "2GiB", "--max-concurrency", "1"]);
    assert_eq!(roomy.get("/memory-with-care").text(), "refused: false");
}

#[test]
fn requests_past_the_places_wait_in_the_queue_and_past_that_are_refused() {
    let gate = Gate::closed();
    let server = Server::start(&[
        "--max-concurrency",
        "2",
        "--queue",
        "1",
        "--queue-timeout",
        "60s",
        "--timeout",
        "1h",
        &gate.arg(),
    ]);
    let running = [(); 2].map(|()| gate.begin(&server, &[]));
    let (tell, answers) = channel();
    for _ in 0..4 {
        let (stream, tell) = (send(server.addr, "POST", "/echo", &[], b"waited"), tell.clone());
        std::thread::spawn(move || tell.send(receive(stream)));
    }
    // One waits, whichever; all others are told at once.
    for _ in 0..3 {
        let answer = answers.recv().unwrap();
        refused(&answer, 503, "overloaded");
        assert!(answer.text().contains("the queue is full"));
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert!(answers.try_recv().is_err());
    gate.open();
    assert_eq!(answers.recv().unwrap().text(), "waited");
    for stream in running {
        let answer = receive(stream);
        assert_eq!((answer.whole, answer.text()), (true, WHOLE));
    }
    goes_on(&server);
}

#[test]
fn nobody_waits_longer_than_the_queue_allows() {
    let server = Server::start(&[
        "--max-concurrency",
        "1",
        "--queue",
        "8",
        "--queue-timeout",
        "50ms",
        "--timeout",
        "1h",
    ]);
    let busy = send(server.addr, "GET", "/loop-in-body", &[], b"");
    // Its guest runs once its head is there.
    assert_eq!(busy.peek(&mut [0]).unwrap(), 1);
    let answer = server.get("/echo");
    refused(&answer, 503, "overloaded");
    assert!(answer.text().contains("50ms"), "{}", answer.text());
    // Its client gone, the guest is stopped, and its place is free.
    drop(busy);
    has_place(&server);
}

#[test]
fn heads_of_requests_that_wait_take_no_more_memory_than_there_is_for_them() {
    let server = Server::start(&["--max-concurrency", "1", "--queue", "5000", "--max-header-bytes", "4MiB"]);
    let busy = send(server.addr, "GET", "/loop-in-body", &[], b"");
    busy.peek(&mut [0]).unwrap();
    let large = "x".repeat(3 << 20);
    let refused = http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        let mut waiting = tokio::task::JoinSet::new();
        // 22 of them are more than 64 MiB.
        for _ in 0..22 {
            let request = http::Request::get("http://localhost/echo").header("x", &large);
            let request = request.body(http_body_util::Full::default()).unwrap();
            sender.ready().await.unwrap();
            waiting.spawn(sender.send_request(request));
        }
        let refused = waiting.join_next().await.unwrap().unwrap().unwrap();
        refused.into_body().collect().await.unwrap().to_bytes()
    });
    let refused = String::from_utf8_lossy(&refused);
    assert!(refused.contains("memory that there is for heads"), "{refused}");
    drop(busy);
    // Theirs is free again once they have gone.
    has_place(&server);
}

#[test]
fn limits_that_the_machine_cannot_keep_are_refused_at_the_start() {
    let mut command = support::polaroid();
    command.args(["serve", "--memory", "4GiB", "--max-concurrency", "4096"]);
    let (_, stderr, code) = support::run(&mut command);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("accepted are at most"), "{stderr}");
}

#[test]
fn a_query_on_the_command_line_has_limits_when_asked() {
    let run = |line: &[&str]| support::run(support::polaroid().args(line));
    let (_, stderr, code) = run(&["query", "--timeout", "200ms", "loop"]);
    assert!(code == 1 && stderr.contains("200ms"), "{stderr}");
    let (_, stderr, code) = run(&["query", "--memory", "64MiB", "exhaust"]);
    assert!(code == 1 && stderr.contains("64.0 MiB"), "{stderr}");
}
