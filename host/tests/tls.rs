//! TLS and HTTP/2.

mod support;

use rustix::process::Signal;
use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;
use support::certificate::{self, Certificate};
use support::http2;
use support::server::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Whether the server shows this certificate.
fn shows(server: &Server, certificate: &Certificate) -> bool {
    http2::run(http2::tls(server.addr, &certificate.der, &[])).is_ok()
}

#[test]
fn both_protocols_are_offered_over_tls() {
    let dir = tempfile::tempdir().unwrap();
    let made = certificate::write(dir.path(), "one");
    let server = Server::start(&made.args());
    server.wait_for_line("listening on https://");
    http2::run(async {
        let mut one = http2::tls(server.addr, &made.der, &["http/1.1"]).await.unwrap();
        assert_eq!(one.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]));
        one.write_all(b"GET /query-id HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut bytes = Vec::new();
        one.read_to_end(&mut bytes).await.unwrap();
        assert_eq!(support::client::parse(&bytes).status, 200);

        let two = http2::tls(server.addr, &made.der, &["h2", "http/1.1"]).await.unwrap();
        assert_eq!(two.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let answer = http2::ask(&mut http2::connect(two).await, "/echo", b"hello").await.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (200, &b"hello"[..]));
    });
}

#[test]
fn http_2_is_spoken_without_tls_to_clients_that_begin_with_it() {
    let server = Server::start(&[]);
    http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        let many: Vec<_> = (0..20)
            .map(|number| {
                let mut sender = sender.clone();
                tokio::spawn(
                    async move { http2::ask(&mut sender, "/echo", format!("{number}").as_bytes()).await },
                )
            })
            .collect();
        for (number, answer) in many.into_iter().enumerate() {
            assert_eq!(answer.await.unwrap().unwrap().body, format!("{number}").as_bytes());
        }
        assert_eq!(http2::ask(&mut sender, "/healthz", b"").await.unwrap().status, 405);
    });
}

#[test]
fn an_answer_that_was_cut_is_reset_over_http_2() {
    let server = Server::start(&[]);
    http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        for path in ["/trap-in-body", "/drop-body", "/leak-body"] {
            let answer = http2::ask(&mut sender, path, b"").await.unwrap();
            assert_eq!(answer.status, 200);
            let cut = answer.cut.unwrap_or_else(|| panic!("{path} looks whole"));
            assert!(format!("{cut:?}").contains("INTERNAL_ERROR"), "{path}: {cut:?}");
        }
        // The stream is reset, not the connection.
        let long = http2::ask(&mut sender, "/stream", b"").await.unwrap();
        assert_eq!((long.body.len(), long.cut.is_none()), (4 << 20, true));
    });
    server.wait_for_line("the answer was cut");
}

#[test]
fn a_client_that_resets_its_stream_ends_its_guest() {
    let server = Server::start(&[]);
    http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        let request =
            http::Request::get("http://localhost/endless").body(http_body_util::Full::default()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        server.wait_for_line("written");
        drop(response);
        // The connection lives on.
        assert_eq!(http2::ask(&mut sender, "/echo", b"a").await.unwrap().body, b"a");
        let written = || server.log().iter().filter(|line| line.contains(": written ")).count();
        let steady = support::server::within(Duration::from_secs(30), || {
            let before = written();
            std::thread::sleep(Duration::from_millis(300));
            (written() == before).then_some(())
        });
        assert!(steady.is_some(), "the guest writes on");
    });
}

#[test]
fn a_hangup_loads_a_new_certificate_and_a_broken_one_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (certificate::write(dir.path(), "one"), certificate::write(dir.path(), "two"));
    let server = Server::start(&one.args());
    assert!(shows(&server, &one) && !shows(&server, &two));

    // Half way: the certificate without its key.
    std::fs::copy(&two.cert, &one.cert).unwrap();
    server.signal(Signal::HUP);
    let said = server.wait_for_line("stays as it was");
    assert!(said.contains("not the key of the first certificate"), "{said}");
    assert!(shows(&server, &one));

    std::fs::copy(&two.key, &one.key).unwrap();
    server.signal(Signal::HUP);
    server.wait_for_line("reloaded the TLS certificate");
    assert!(shows(&server, &two) && !shows(&server, &one));
}

#[test]
fn files_that_do_not_fit_are_refused_at_the_start() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (certificate::write(dir.path(), "one"), certificate::write(dir.path(), "two"));
    let wrong = Certificate { key: two.key, ..one };
    let (_, stderr, code) =
        support::run(support::polaroid().args(["serve", "--addr", "127.0.0.1:0"]).args(wrong.args()));
    assert!(code == 2 && stderr.contains("two.key: it is not the key"), "{code}: {stderr}");
}

#[test]
fn a_handshake_that_does_not_come_closes_the_connection_and_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let made = certificate::write(dir.path(), "one");
    let server = Server::start(&[&made.args()[..], &["--header-timeout", "500ms"]].concat());
    let mut silent = TcpStream::connect(server.addr).unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    assert!(shows(&server, &made));
    assert_eq!(silent.read(&mut [0; 1]).unwrap(), 0);
}
