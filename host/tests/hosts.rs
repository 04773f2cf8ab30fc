//! The hosts that requests are for: against DNS rebinding on loopback, by `--allow-host` anywhere.

mod support;

use http_body_util::{BodyExt, Full};
use std::io::Write;
use std::time::Duration;
use support::client::{Answer, connect, receive};
use support::http2;
use support::server::{Server, within};

/// A request over HTTP/1.1 with this head after its first line.
fn ask(server: &Server, target: &str, head: &str) -> Answer {
    let mut stream = connect(server.addr);
    write!(stream, "POST {target} HTTP/1.1\r\n{head}connection: close\r\ncontent-length: 2\r\n\r\nhi")
        .unwrap();
    receive(stream)
}

/// Status of a request for this host.
fn status(server: &Server, host: &str) -> u16 {
    ask(server, "/echo", &format!("host: {host}\r\n")).status
}

#[test]
fn a_server_on_loopback_answers_to_no_name_but_its_own() {
    let server = Server::start(&["--admin-addr", "127.0.0.1:0"]);
    let port = server.addr.port();
    for host in ["localhost", "LocalHost", "app.localhost", "127.0.0.1", "192.0.2.7", "[::1]"] {
        assert_eq!(status(&server, host), 200, "{host}");
        assert_eq!(status(&server, &format!("{host}:{port}")), 200, "{host}");
    }
    for host in ["evil.example", "localhost.evil.example", "evil.localhost.example:80", "2130706433", ""] {
        assert_eq!(status(&server, host), 421, "{host}");
    }
    let answer = ask(&server, "/echo", "host: evil.example\r\nx-query-id: q7\r\n");
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    let problem = answer.json();
    assert_eq!((&problem["code"], &problem["query_id"]), (&"misdirected_host".into(), &"q7".into()));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("evil.example") && detail.contains("--allow-host"), "{detail}");
    let line = server.wait_for_line("polaroid.query.id=\"q7\"");
    assert!(line.contains("polaroid.outcome=\"refused\"") && !line.contains("polaroid.start"), "{line}");
    let refused =
        || support::client::get(server.admin(), "/metrics").text().contains("total{cause=\"host\"} 6");
    assert!(within(Duration::from_secs(60), || refused().then_some(())).is_some());

    // The target counts as well, and each header of several.
    assert_eq!(ask(&server, "http://evil.example/echo", "host: localhost\r\n").status, 421);
    assert_eq!(ask(&server, "/echo", "host: localhost\r\nhost: evil.example\r\n").status, 421);
    // Who names no host is no browser; the sandbox wants one.
    assert_eq!(ask(&server, "/echo", "").json()["code"], "bad_request");
}

#[test]
fn the_authority_of_http_2_is_its_host() {
    let server = Server::start(&[]);
    http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        for (host, header, expected) in [
            ("localhost:1", None, 200),
            ("127.0.0.1", None, 200),
            ("evil.example:8080", None, 421),
            ("localhost", Some("evil.example"), 421),
        ] {
            let mut request = http::Request::post(format!("http://{host}/echo"));
            if let Some(header) = header {
                request = request.header("host", header);
            }
            let answer = sender.send_request(request.body(Full::from("hi")).unwrap()).await.unwrap();
            assert_eq!(answer.status(), expected, "{host} {header:?}");
            let body = answer.into_body().collect().await.unwrap().to_bytes();
            assert_eq!(body == "hi", expected == 200, "{body:?}");
        }
        // The connection goes on.
        assert_eq!(http2::ask(&mut sender, "/echo", b"a").await.unwrap().body, b"a");
    });
}

#[test]
fn health_is_told_whatever_the_host() {
    let server = Server::start(&["--allow-host", "db.test"]);
    server.wait_for_line("ready:");
    for path in ["/healthz", "/readyz"] {
        let mut stream = connect(server.addr);
        write!(stream, "GET {path} HTTP/1.0\r\nhost: probe.internal\r\n\r\n").unwrap();
        assert_eq!(receive(stream).status, 200, "{path}");
    }
}

#[test]
fn names_that_are_allowed_are_added_on_loopback_and_are_all_elsewhere() {
    let local = Server::start(&["--allow-host", "db.test", "--allow-host", "*.dev.test"]);
    let elsewhere = Server::start_with(support::polaroid().args([
        "serve",
        "--addr",
        "0.0.0.0:0",
        "--allow-host",
        "db.test",
        "--allow-host",
        "*.dev.test",
    ]));
    for (host, on_loopback, on_all) in [
        ("db.test:8080", 200, 200),
        ("a.dev.test", 200, 200),
        ("dev.test", 421, 421),
        ("localhost", 200, 421),
        ("127.0.0.1", 200, 421),
    ] {
        assert_eq!((status(&local, host), status(&elsewhere, host)), (on_loopback, on_all), "{host}");
    }
}

#[test]
fn all_are_taken_elsewhere_with_authentication_and_where_it_is_said() {
    let named = ["--env", "POLAROID_API_KEYS={}"];
    let any = ["--allow-host", "*"];
    for server in [
        Server::start(&named),
        Server::start(&any),
        Server::start_with(support::polaroid().args(["serve", "--addr", "0.0.0.0:0"])),
    ] {
        assert_eq!(status(&server, "db.test"), 200);
    }
}
