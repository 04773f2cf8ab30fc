//! HTTP requests of guests.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use support::certificate;
use support::client::{receive, send};
use support::server::Server;

/// Answers every connection with `answer`, or not at all when it is empty, and tells the heads that came.
fn target(answer: &'static str) -> (SocketAddr, Receiver<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let (tell, heads) = channel();
    std::thread::spawn(move || {
        let mut open = Vec::new();
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            tell.send(lines.take_while(|line| !line.is_empty()).collect()).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            if answer.is_empty() {
                open.push(stream);
            }
        }
    });
    (addr, heads)
}

const HELLO: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

/// What the guest got when it asked for the URL.
fn asked(server: &Server, url: &str) -> String {
    server.get(&format!("/outbound?url={url}")).text().to_owned()
}

#[test]
fn what_is_not_named_is_refused_and_never_connected_to() {
    let (addr, heads) = target(HELLO);
    let port = addr.port();
    let named_otherwise = ["--allow-outbound", "10.0.0.0/8", "--allow-outbound", "example.com"];
    for args in [&[][..], &named_otherwise, &["--allow-outbound", "127.0.0.1:1"]] {
        let server = Server::start(args);
        assert!(asked(&server, &format!("http://{addr}/")).contains("HttpRequestDenied"), "{args:?}");
        assert!(
            asked(&server, &format!("http://localhost:{port}/")).contains("HttpRequestDenied"),
            "{args:?}"
        );
    }
    assert!(heads.try_recv().is_err());
}

#[test]
fn a_named_address_is_reached() {
    let (addr, heads) = target(HELLO);
    let server = Server::start(&["--allow-outbound", &addr.to_string()]);
    assert_eq!(asked(&server, &format!("http://{addr}/a?b=c")), "200 hello");
    let head = heads.recv().unwrap();
    assert_eq!(head[0], "GET /a?b=c HTTP/1.1");
    assert!(head.iter().any(|line| line.eq_ignore_ascii_case(&format!("host: {addr}"))), "{head:?}");
}

#[test]
fn a_name_that_leads_inside_is_refused_until_the_address_is_named_as_well() {
    let (addr, heads) = target(HELLO);
    let url = format!("http://localhost:{}/", addr.port());
    let by_name = Server::start(&["--allow-outbound", "localhost"]);
    assert!(asked(&by_name, &url).contains("DestinationIpProhibited"));
    assert!(heads.try_recv().is_err());
    let by_both = Server::start(&["--allow-outbound", "localhost", "--allow-outbound", "127.0.0.0/8"]);
    assert_eq!(asked(&by_both, &url), "200 hello");
    // A port that is named is the only one, for the address too.
    let other_port = Server::start(&["--allow-outbound", "localhost", "--allow-outbound", "127.0.0.0/8:1"]);
    assert!(asked(&other_port, &url).contains("DestinationIpProhibited"));
}

#[test]
fn the_metadata_of_clouds_is_out_of_reach() {
    let server = Server::start(&["--allow-outbound", "*.example.com", "--allow-outbound", "127.0.0.1"]);
    for url in
        ["http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://[::1]:80/"]
    {
        assert!(asked(&server, url).contains("HttpRequestDenied"), "{url}");
    }
}

#[test]
fn redirects_are_answers() {
    let (addr, heads) =
        target("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n");
    let server = Server::start(&["--allow-outbound", &addr.to_string()]);
    assert_eq!(asked(&server, &format!("http://{addr}/")), "302 ");
    heads.recv().unwrap();
    assert!(heads.try_recv().is_err());
}

#[test]
fn the_trace_of_a_request_goes_on_in_those_of_its_guest() {
    let (addr, heads) = target(HELLO);
    let server = Server::start(&["--allow-outbound", &addr.to_string()]);
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let path = format!("/outbound?url=http://{addr}/");
    let headers = [("traceparent", trace), ("tracestate", "a=b,c=d")];
    receive(send(server.addr, "GET", &path, &headers, b""));
    let head = heads.recv().unwrap();
    let sent = head.iter().find(|line| line.starts_with("traceparent: ")).expect("no traceparent");
    assert!(sent.contains("0af7651916cd43dd8448eb211c80319c"), "{sent}");
    assert!(head.iter().any(|line| line == "tracestate: a=b,c=d"), "{head:?}");
}

#[test]
fn failures_have_their_codes() {
    let (silent, _heads) = target("");
    let (broken, _heads) = target("what?\r\n\r\n");
    let (short, _heads) = target("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello");
    let server = Server::start(&["--allow-outbound", "127.0.0.1", "--allow-outbound", "nowhere.invalid"]);
    for (url, code) in [
        (format!("http://{silent}/"), "ConnectionReadTimeout"),
        // Port 1 is nobody's; one that was free a moment ago may be another test's by now.
        ("http://127.0.0.1:1/".to_owned(), "ConnectionRefused"),
        (format!("http://{broken}/"), "HttpProtocolError"),
        (format!("https://{broken}/"), "Tls"),
        ("http://nowhere.invalid/".to_owned(), "DnsError"),
    ] {
        let got = asked(&server, &url);
        assert!(got.contains(code), "{url}: {got}");
    }
    // The end that is missing is an error of the body, which this guest takes for its end.
    assert_eq!(asked(&server, &format!("http://{short}/")), "200 hello");
}

#[test]
fn a_certificate_that_nobody_trusts_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let made = certificate::write(dir.path(), "self-signed");
    // A server of ours as the target.
    let target = Server::start(&made.args());
    let server = Server::start(&["--allow-outbound", "127.0.0.1"]);
    let got = asked(&server, &format!("https://{}/healthz", target.addr));
    assert!(got.contains("TlsCertificateError"), "{got}");
}
