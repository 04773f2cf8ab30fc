//! `--fuel`: what a query burned is told in its answer, whatever becomes of it.

mod support;

use support::client::{Answer, receive, send};
use support::polaroid;
use support::server::Server;

const FUEL: &str = "x-query-fuel";

fn fuel(answer: &Answer) -> u64 {
    answer.header(FUEL).unwrap_or_else(|| panic!("{answer:?}")).parse().unwrap()
}

#[test]
fn the_same_request_burns_the_same_and_a_larger_one_more() {
    let server = Server::start(&["--fuel"]);
    let echo = |body: &[u8]| receive(send(server.addr, "POST", "/echo", &[], body));
    let (first, second, large) = (echo(b"small"), echo(b"small"), echo(&[b'x'; 60_000]));
    assert_eq!((first.text(), first.whole), ("small", true));
    assert!(fuel(&first) > 0);
    assert_eq!(fuel(&first), fuel(&second));
    assert!(fuel(&large) > fuel(&first));
    let line = server.wait_for_line("polaroid.fuel=");
    assert!(line.contains(&format!("polaroid.fuel={}", fuel(&first))), "{line}");
}

#[test]
fn a_long_answer_has_it_in_its_trailer_for_clients_that_take_trailers() {
    let server = Server::start(&["--fuel"]);
    let answer = receive(send(server.addr, "GET", "/stream", &[("te", "trailers")], b""));
    assert_eq!((answer.status, answer.body.len(), answer.header("trailer")), (200, 4 << 20, Some(FUEL)));
    let [(name, value)] = &answer.trailers[..] else { panic!("{:?}", answer.trailers) };
    assert!(answer.whole && name == FUEL && value.parse::<u64>().unwrap() > 0, "{:?}", answer.trailers);

    let without = receive(send(server.addr, "GET", "/stream", &[], b""));
    assert!(without.whole && without.body.len() == 4 << 20 && without.trailers.is_empty());
    // Streams are still streams.
    server.get("/slow");
    let endless = send(server.addr, "GET", "/endless", &[], b"");
    server.wait_for_line("written 2");
    drop(endless);
}

#[test]
fn what_is_cut_stays_cut_and_the_next_request_starts_from_nothing() {
    for isolation in ["request", "reuse"] {
        let server = Server::start(&["--fuel", "--isolation", isolation, "--timeout", "3s"]);
        let before = fuel(&server.get("/count"));
        let after = fuel(&server.get("/count"));
        assert!(if isolation == "reuse" { after <= before } else { after == before }, "{before} {after}");
        for path in ["/trap-in-body", "/drop-body", "/leak-body", "/loop-in-body"] {
            let answer = server.get(path);
            assert_eq!((answer.status, answer.text(), answer.whole), (200, "the beginning", false), "{path}");
        }
        assert_eq!(server.get("/trap").status, 500);
        assert_eq!(server.get("/trap-after-body").text(), "all of it");
        fuel(&server.get("/count"));
    }
}

#[test]
fn code_that_does_not_meter_is_refused_where_it_has_to() {
    let dir = tempfile::tempdir().unwrap();
    let [plain, metered] = ["plain.cwasm", "metered.cwasm"].map(|name| dir.path().join(name));
    assert!(polaroid().args(["compile", "-o"]).arg(&plain).status().unwrap().success());
    assert!(polaroid().args(["compile", "--fuel", "-o"]).arg(&metered).status().unwrap().success());
    for (artifact, flag, fits) in [
        (&plain, None, true),
        (&plain, Some("--fuel"), false),
        (&metered, Some("--fuel"), true),
        (&metered, None, false),
    ] {
        let mut query = polaroid();
        query.args(["query", "--format", "json", "--timing", "SELECT 'echo'"]).args(flag);
        let output = query.arg("--component").arg(artifact).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.success(), fits, "{stderr}");
        assert_eq!(stderr.contains("\nfuel "), fits && flag.is_some(), "{stderr}");
        assert_eq!(stderr.contains("with --fuel"), !fits, "{stderr}");
    }
}
