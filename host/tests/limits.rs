//! What one guest may take, and how many may run: each limit ends in an answer of its own, and the next
//! request is answered as if nothing had been.

mod support;

use http_body_util::BodyExt;
use std::net::TcpStream;
use std::time::Duration;
use support::client::{Answer, receive, send};
use support::http2;
use support::server::Server;

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

#[test]
fn a_guest_that_computes_or_waits_past_its_deadline_is_stopped() {
    let server = Server::start(&["--timeout", "300ms"]);
    for path in ["/loop", "/wait"] {
        let answer = server.get(path);
        refused(&answer, 504, "deadline_exceeded");
        assert!(answer.text().contains("300ms"), "{}", answer.text());
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
    let server = Server::start(&["--timeout", "500ms", "--max-concurrency", "1", "--queue", "0"]);
    let deaf = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written 1");
    refused(&server.get("/echo"), 503, "overloaded");
    while server.get("/echo").status != 200 {}
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
    let server = Server::start(&["--max-concurrency", "2", "--queue", "1", "--queue-timeout", "60s"]);
    let slow = |_| send(server.addr, "GET", "/slow", &[], b"");
    let running: Vec<TcpStream> = (0..2).map(slow).collect();
    // Their guests run once their heads are there.
    for stream in &running {
        stream.peek(&mut [0]).unwrap();
    }
    let waiting = slow(2);
    // The queue is seen from outside by the first that it refuses.
    let refused_one = loop {
        let answer = server.get("/echo");
        if answer.status != 200 {
            break answer;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    refused(&refused_one, 503, "overloaded");
    assert!(refused_one.text().contains("the queue is full"));
    assert_eq!(refused_one.header("retry-after"), Some("1"));
    for stream in running.into_iter().chain([waiting]) {
        assert!(receive(stream).whole);
    }
    goes_on(&server);
}

#[test]
fn nobody_waits_longer_than_the_queue_allows() {
    let server = Server::start(&["--max-concurrency", "1", "--queue", "8", "--queue-timeout", "50ms"]);
    let busy = send(server.addr, "GET", "/loop", &[], b"");
    let answer = loop {
        let answer = server.get("/echo");
        if answer.status != 200 {
            break answer;
        }
    };
    refused(&answer, 503, "overloaded");
    assert!(answer.text().contains("50ms"), "{}", answer.text());
    // Its client gone, the guest is stopped, and its place is free.
    drop(busy);
    while server.get("/echo").status != 200 {}
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
            let request = http::Request::get("http://test/echo").header("x", &large);
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
    while server.get("/echo").status != 200 {}
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
