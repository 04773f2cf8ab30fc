//! What operators see: the log in both formats, and what a receiver of OTLP gets.

mod support;

use http_body_util::BodyExt;
use rustix::process::Signal;
use serde_json::Value;
use std::time::Duration;
use support::client::{receive, send};
use support::gate::{Gate, WHOLE};
use support::http2;
use support::server::{Server, within};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

fn json_lines(server: &Server) -> Vec<Value> {
    let log = server.log();
    log.iter().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}"))).collect()
}

fn ask(server: &Server, path: &str, headers: &[(&str, &str)]) -> support::client::Answer {
    receive(send(server.addr, "GET", path, headers, b""))
}

#[test]
fn each_request_is_a_line_of_text_and_the_first_one_a_cold_start() {
    let server = Server::start(&[]);
    ask(&server, "/records", &[("x-query-id", "q1")]);
    let line = server.wait_for_line("polaroid.query.id=\"q1\"");
    for part in [
        " INFO polaroid::query: query ",
        "http.request.method=\"GET\"",
        "http.route=\"other\"",
        "http.response.status_code=200",
        "polaroid.outcome=\"whole\"",
        "enduser.id=\"ci\"",
        "polaroid.sql.hash=\"0123456789abcdef\"",
        "db.response.returned_rows=5",
        "polaroid.read_bytes=123",
        "http.response.body.size=12",
        "polaroid.start=\"cold\"",
        "polaroid.instance=\"fresh\"",
        "polaroid.memory_peak_bytes=",
        "polaroid.cpu_ms=",
    ] {
        assert!(line.contains(part), "{part} in {line}");
    }
    let cold = server.wait_for_line("Cold start");
    assert!(
        ["coldstart_ms=", "load_ms=", "instantiate_ms=", "first_byte_ms="]
            .iter()
            .all(|part| cold.contains(part))
    );
    ask(&server, "/echo", &[("x-query-id", "q2")]);
    assert!(server.wait_for_line("polaroid.query.id=\"q2\"").contains("polaroid.start=\"warm\""));
    assert_eq!(server.log().iter().filter(|line| line.contains("Cold start")).count(), 1);
}

#[test]
fn the_cold_start_is_of_the_request_that_began_first_and_not_of_the_first_one_to_end() {
    let server = Server::start(&["--max-concurrency", "2"]);
    let first = send(server.addr, "GET", "/endless", &[("x-query-id", "q1")], b"");
    server.wait_for_line("written");
    ask(&server, "/echo", &[("x-query-id", "q2")]);
    assert!(server.wait_for_line("polaroid.query.id=\"q2\"").contains("polaroid.start=\"warm\""));
    drop(first);
    assert!(server.wait_for_line("polaroid.query.id=\"q1\"").contains("polaroid.start=\"cold\""));
    assert_eq!(server.log().iter().filter(|line| line.contains("Cold start")).count(), 1);
}

#[test]
fn the_text_of_queries_is_logged_when_asked_for_and_cannot_forge_lines() {
    for (args, shown) in [(&[][..], false), (&["--log-sql"], true)] {
        let server = Server::start(args);
        ask(&server, "/records", &[("x-query-id", "q1")]);
        let line = server.wait_for_line("polaroid.query.id=\"q1\"");
        assert_eq!(line.contains("db.query.text=\"SELECT 'secret"), shown, "{line}");
        let log = server.log();
        assert_eq!(log.iter().any(|line| line.contains("secret")), shown, "{log:#?}");
        assert_eq!(log.iter().filter(|line| line.starts_with("listening on ")).count(), 1, "{log:#?}");
    }
}

#[test]
fn as_json_every_line_is_an_object_also_those_of_guests_and_of_failures() {
    let server = Server::start(&["--log-format", "json"]);
    ask(&server, "/half-line", &[]);
    ask(&server, "/trap", &[("x-query-id", "q1")]);
    ask(&server, "/trap-in-body", &[("x-query-id", "q2")]);
    for id in ["q1", "q2"] {
        server.wait_for_line(&format!("\"polaroid.query.id\":\"{id}\""));
    }
    let lines = json_lines(&server);
    let find = |name: &str, value: &str| {
        let found = lines.iter().find(|line| line[name] == value);
        found.unwrap_or_else(|| panic!("no {name} {value} in {lines:#?}"))
    };
    assert_eq!(find("message", "one line")["target"], "polaroid::guest");
    assert_eq!(find("url.full", &format!("http://{}", server.addr))["server.port"], server.addr.port());
    let (trap, cut) = (find("polaroid.query.id", "q1"), find("polaroid.query.id", "q2"));
    assert_eq!(
        (&trap["http.response.status_code"], &trap["error.type"]),
        (&500.into(), &"guest_trap".into())
    );
    assert_eq!((&trap["polaroid.trap"], &trap["level"]), (&"unreachable".into(), &"WARN".into()));
    assert_eq!((&cut["http.response.status_code"], &cut["polaroid.outcome"]), (&200.into(), &"cut".into()));
    assert_eq!(cut["error.type"], "trap");
}

#[test]
fn what_is_turned_away_is_logged_and_counted() {
    let server = Server::start(&["--max-body", "10", "--admin-addr", "127.0.0.1:0"]);
    let refused = receive(send(server.addr, "POST", "/query", &[("x-query-id", "q1")], b"eleven bytes"));
    assert_eq!(refused.status, 413);
    let line = server.wait_for_line("polaroid.query.id=\"q1\"");
    for part in ["polaroid.outcome=\"refused\"", "error.type=\"body_too_large\"", "status_code=413"] {
        assert!(line.contains(part), "{part} in {line}");
    }
    assert!(!line.contains("polaroid.start") && !server.log().iter().any(|line| line.contains("Cold start")));

    let scraped = support::client::get(server.admin(), "/metrics");
    assert_eq!(
        scraped.header("content-type"),
        Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
    );
    for series in [
        "polaroid_refused_requests_total{cause=\"body_too_large\"} 1",
        "polaroid_refused_requests_total{cause=\"queue_full\"} 0",
        "polaroid_cold_starts_total 0",
        "http_server_active_requests{http_request_method=\"POST\"} 0",
        "http_server_request_duration_seconds_count{http_request_method=\"POST\",http_route=\"/query\",http_response_status_code=\"413\"} 1",
    ] {
        assert!(scraped.text().lines().any(|line| line == series), "{series} in {}", scraped.text());
    }
    assert!(scraped.text().ends_with("# EOF\n"));
}

#[test]
fn a_client_that_leaves_before_its_answer_has_no_status() {
    let server = Server::start(&["--admin-addr", "127.0.0.1:0"]);
    let waiting = send(server.addr, "GET", "/wait", &[("x-query-id", "q1")], b"");
    let metrics = || support::client::get(server.admin(), "/metrics").text().to_owned();
    let active = r#"http_server_active_requests{http_request_method="GET"} 1"#;
    within(Duration::from_secs(60), || metrics().contains(active).then_some(())).unwrap();
    drop(waiting);
    let line = server.wait_for_line("polaroid.query.id=\"q1\"");
    assert!(line.contains("polaroid.outcome=\"client_gone\"") && !line.contains("status_code"), "{line}");
    let series = r#"http_route="other",http_response_status_code=""} 1"#;
    within(Duration::from_secs(60), || metrics().contains(series).then_some(()))
        .unwrap_or_else(|| panic!("{series} in {}", metrics()));
}

#[test]
fn a_request_for_the_head_alone_is_answered_whole() {
    let server = Server::start(&[]);
    // A short answer, and two that their guests never get to send.
    for path in ["/records", "/stream", "/endless"] {
        let answer = receive(send(server.addr, "HEAD", path, &[("x-query-id", &path[1..])], b""));
        assert_eq!((answer.status, &answer.body[..]), (200, &b""[..]));
        let line = server.wait_for_line(&format!("polaroid.query.id=\"{}\"", &path[1..]));
        assert!(line.contains("polaroid.outcome=\"whole\""), "{line}");
        assert!(!line.contains("error.type"), "{line}");
    }
    // What the guest says when it has answered is there: it was not stopped for it.
    assert!(server.wait_for_line("\"records\"").contains("db.response.returned_rows=5"));
    let status = http2::run(async {
        let mut sender = http2::plain(server.addr).await;
        let request =
            http::Request::head("http://localhost/records").body(http_body_util::Full::default()).unwrap();
        let response = sender.send_request(request).await.unwrap();
        let status = response.status();
        assert!(response.into_body().collect().await.unwrap().to_bytes().is_empty());
        status
    });
    assert_eq!(status, 200);
}

#[test]
fn rust_log_says_what_is_logged_and_never_hides_where_it_listens() {
    let mut command = support::polaroid();
    command.env("RUST_LOG", "warn").args(["serve", "--addr", "127.0.0.1:0"]);
    let server = Server::start_with(&mut command);
    ask(&server, "/echo", &[]);
    ask(&server, "/trap-in-body", &[("x-query-id", "q1")]);
    server.wait_for_line("polaroid.query.id=\"q1\"");
    assert!(server.log().iter().all(|line| !line.contains(" INFO ")), "{:#?}", server.log());

    let mut wrong = support::polaroid();
    wrong.env("RUST_LOG", "polaroid=loud").args(["serve", "--addr", "127.0.0.1:0"]);
    let (_, stderr, code) = support::run(&mut wrong);
    assert_eq!(code, 2, "{stderr}");
    assert!(stderr.contains("RUST_LOG") && stderr.contains("accepted"), "{stderr}");
}

#[test]
fn a_request_that_ends_with_the_server_is_logged() {
    let gate = Gate::closed();
    let mut server = Server::start(&[&gate.arg()]);
    let stream = gate.begin(&server, &[("x-query-id", "last")]);
    server.signal(Signal::TERM);
    server.wait_for_line("stopping: ");
    gate.open();
    let answer = receive(stream);
    assert_eq!((answer.whole, answer.text()), (true, WHOLE));
    assert!(server.wait_for_end(Duration::from_secs(30)).unwrap().success());
    assert!(server.wait_for_line("polaroid.query.id=\"last\"").contains("polaroid.outcome=\"whole\""));
}

#[test]
fn a_request_that_is_cut_by_the_servers_end_is_logged_as_that() {
    for (args, signals) in [(&["--grace", "600"], 2), (&["--grace", "100ms"], 1)] {
        let mut server = Server::start(args);
        let stream = send(server.addr, "GET", "/endless", &[("x-query-id", "last")], b"");
        server.wait_for_line("written");
        server.signal(Signal::TERM);
        server.wait_for_line("stopping: ");
        if signals == 2 {
            server.signal(Signal::TERM);
        }
        assert!(server.wait_for_end(Duration::from_secs(30)).unwrap().success());
        assert!(!receive(stream).whole);
        let line = server.wait_for_line("polaroid.query.id=\"last\"");
        assert!(line.contains("polaroid.outcome=\"cut\"") && line.contains("\"stopping\""), "{line}");
    }
}

#[test]
fn without_a_receiver_guests_get_the_callers_trace() {
    let server = Server::start(&[]);
    let parent = format!("00-{TRACE}-{CALLER}-01");
    let headers = [("traceparent", &*parent), ("tracestate", "a=b"), ("x-query-id", "q1")];
    assert_eq!(ask(&server, "/trace", &headers).text(), format!("{parent}\na=b"));
    assert!(server.wait_for_line("polaroid.query.id=\"q1\"").contains(&format!("trace_id=\"{TRACE}\"")));
    assert_eq!(ask(&server, "/trace", &[("traceparent", "nonsense"), ("tracestate", "a=b")]).text(), "\n");
}

#[cfg(feature = "otlp")]
mod otlp {
    use super::*;
    use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    use opentelemetry_proto::tonic::trace::v1::{Span, span::SpanKind, status::StatusCode};
    use support::receiver::Receiver;

    fn attribute(attributes: &[KeyValue], name: &str) -> Option<String> {
        let found = attributes.iter().find(|attribute| attribute.key == name)?;
        Some(match found.value.as_ref()?.value.as_ref()? {
            any_value::Value::StringValue(text) => text.clone(),
            any_value::Value::IntValue(number) => number.to_string(),
            other => format!("{other:?}"),
        })
    }

    fn hex(id: &[u8]) -> String {
        id.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A server that sends to `url`, and what its variables say.
    fn exporting(url: &str, variables: &[(&str, &str)]) -> Server {
        let mut command = support::polaroid();
        command.args(["serve", "--addr", "127.0.0.1:0", "--otlp-endpoint", url]);
        command.envs(variables.iter().copied());
        Server::start_with(&mut command)
    }

    fn stop(mut server: Server) {
        server.signal(Signal::TERM);
        assert!(server.wait_for_end(Duration::from_secs(60)).unwrap().success());
    }

    fn by_name<'a>(spans: &'a [Span], name: &str) -> &'a Span {
        let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
        spans.iter().find(|span| span.name == name).unwrap_or_else(|| panic!("no {name} among {names:?}"))
    }

    #[test]
    fn a_request_is_a_span_of_the_callers_trace_with_its_stages_below() {
        let receiver = Receiver::start();
        let server =
            exporting(&receiver.url(), &[("OTEL_RESOURCE_ATTRIBUTES", "deployment.environment.name=test")]);
        let parent = format!("00-{TRACE}-{CALLER}-01");
        let headers = [("traceparent", &*parent), ("tracestate", "a=b"), ("x-query-id", "q1")];
        let told = ask(&server, "/trace", &headers);
        let (told, state) = told.text().split_once('\n').unwrap();
        ask(&server, "/records", &[("traceparent", &*parent), ("x-query-id", "q2")]);
        stop(server);

        let spans = receiver.spans();
        let of = |id: &str| {
            let found =
                |span: &&Span| attribute(&span.attributes, "polaroid.query.id").as_deref() == Some(id);
            spans.iter().find(found).unwrap_or_else(|| panic!("no span of {id} in {spans:#?}"))
        };
        let first = of("q1");
        assert_eq!((hex(&first.trace_id), hex(&first.parent_span_id)), (TRACE.into(), CALLER.into()));
        assert_eq!(told, format!("00-{TRACE}-{}-01", hex(&first.span_id)));
        assert_eq!((state, &*first.trace_state), ("a=b", "a=b"));
        assert_eq!((first.kind, &*first.name), (SpanKind::Server as i32, "GET"));
        for (name, value) in [
            ("http.request.method", "GET"),
            ("url.path", "/trace"),
            ("http.response.status_code", "200"),
            ("polaroid.start", "cold"),
        ] {
            assert_eq!(attribute(&first.attributes, name).as_deref(), Some(value), "{name}");
        }
        let second = of("q2");
        assert_eq!(attribute(&second.attributes, "db.response.returned_rows").as_deref(), Some("5"));
        assert_eq!(attribute(&second.attributes, "enduser.id").as_deref(), Some("ci"));
        assert_eq!(attribute(&second.attributes, "db.query.text"), None);
        let below: Vec<_> =
            spans.iter().filter(|span| span.parent_span_id == second.span_id).cloned().collect();
        assert!(below.iter().all(|span| hex(&span.trace_id) == TRACE));
        let made = by_name(&below, "instantiate");
        assert!(second.start_time_unix_nano <= made.start_time_unix_nano);
        // What the guest says of its stages, one after the other; the last one ends with its total.
        let mut before = made.end_time_unix_nano;
        for (name, millis) in [("accept", 1), ("parse", 2), ("plan", 8), ("first_batch", 4), ("stream", 5)] {
            let stage = by_name(&below, name);
            assert_eq!(stage.start_time_unix_nano, before, "{name} in {below:#?}");
            assert_eq!(stage.end_time_unix_nano - before, millis * 1_000_000, "{name} in {below:#?}");
            before = stage.end_time_unix_nano;
        }
        assert!(before <= second.end_time_unix_nano);
        // No other stage has a place among them.
        let host = ["receive", "queue", "instantiate"];
        assert_eq!(below.iter().filter(|span| !host.contains(&&*span.name)).count(), 5, "{below:#?}");

        let resource = receiver.resource();
        assert_eq!(attribute(&resource, "service.name").as_deref(), Some("polaroid"));
        assert_eq!(attribute(&resource, "service.version").as_deref(), Some(env!("CARGO_PKG_VERSION")));
        assert_eq!(attribute(&resource, "deployment.environment.name").as_deref(), Some("test"));
    }

    #[test]
    fn what_the_caller_does_not_sample_is_not_sent_and_the_guest_is_told() {
        let receiver = Receiver::start();
        let server = exporting(&receiver.url(), &[]);
        let parent = format!("00-{TRACE}-{CALLER}-00");
        let told = ask(&server, "/trace", &[("traceparent", &*parent), ("x-query-id", "unsampled")]);
        assert!(
            told.text().starts_with(&format!("00-{TRACE}-")) && told.text().ends_with("-00\n"),
            "{}",
            told.text()
        );
        assert!(!told.text().contains(CALLER));
        // Not valid: a trace of our own, sampled.
        let own = ask(&server, "/trace", &[("traceparent", "00-xyz-01"), ("tracestate", "a=b")]);
        assert!(own.text().ends_with("-01\n") && !own.text().contains(TRACE), "{}", own.text());
        stop(server);
        assert!(receiver.spans().iter().all(|span| hex(&span.trace_id) != TRACE), "{:#?}", receiver.spans());
        assert_eq!(receiver.spans().iter().filter(|span| span.parent_span_id.is_empty()).count(), 1);
    }

    #[test]
    fn a_sampler_and_a_name_are_taken_from_the_usual_variables() {
        let receiver = Receiver::start();
        let variables = [("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SERVICE_NAME", "lake")];
        let server = exporting(&receiver.url(), &variables);
        ask(&server, "/echo", &[]);
        stop(server);
        assert_eq!(receiver.spans().len(), 0);
        assert_eq!(attribute(&receiver.resource(), "service.name").as_deref(), Some("lake"));
    }

    #[test]
    fn failures_are_marked_and_counted() {
        let receiver = Receiver::start();
        let server = exporting(&receiver.url(), &[]);
        ask(&server, "/tables/any", &[]);
        assert_eq!(ask(&server, "/trap", &[("x-query-id", "q1")]).status, 500);
        stop(server);
        let spans = receiver.spans();
        let trap = spans.iter().find(|span| attribute(&span.attributes, "error.type").is_some()).unwrap();
        assert_eq!(attribute(&trap.attributes, "error.type").as_deref(), Some("guest_trap"));
        assert_eq!(trap.status.as_ref().unwrap().code, StatusCode::Error as i32);
        assert_eq!(
            attribute(&by_name(&spans, "GET /tables/{name}").attributes, "http.route").as_deref(),
            Some("/tables/{name}")
        );

        let metrics = receiver.metrics();
        let find = |name: &str| {
            let names: Vec<_> = metrics.iter().map(|metric| &metric.name).collect();
            let found = metrics.iter().rev().find(|metric| metric.name == name);
            found.unwrap_or_else(|| panic!("no {name} among {names:?}"))
        };
        let duration = find("http.server.request.duration");
        assert_eq!(duration.unit, "s");
        let Some(Data::Histogram(histogram)) = &duration.data else { panic!("{duration:#?}") };
        let points = &histogram.data_points;
        let trapped = points.iter().find(|point| {
            attribute(&point.attributes, "http.response.status_code").as_deref() == Some("500")
        });
        let trapped = trapped.unwrap_or_else(|| panic!("{points:#?}"));
        assert_eq!(trapped.count, 1, "{points:#?}");
        assert_eq!(attribute(&trapped.attributes, "error.type").as_deref(), Some("500"));
        // Of one route, and not of an error.
        let with = |name| points.iter().filter(|point| attribute(&point.attributes, name).is_some()).count();
        assert_eq!((points.len(), with("http.route"), with("error.type")), (2, 1, 1), "{points:#?}");
        let Some(Data::Sum(active)) = &find("http.server.active_requests").data else { panic!() };
        let get = active.data_points.iter().find(|point| {
            attribute(&point.attributes, "http.request.method").as_deref() == Some("GET")
                && attribute(&point.attributes, "url.scheme").as_deref() == Some("http")
        });
        assert_eq!(format!("{:?}", get.unwrap().value), "Some(AsInt(0))");
        find("polaroid.read.bytes");
        let Some(Data::Sum(traps)) = &find("polaroid.traps").data else { panic!() };
        let of = |cause: &str| {
            let found = |point: &&opentelemetry_proto::tonic::metrics::v1::NumberDataPoint| {
                attribute(&point.attributes, "polaroid.cause").as_deref() == Some(cause)
            };
            format!("{:?}", traps.data_points.iter().find(found).unwrap().value)
        };
        assert_eq!((of("unreachable"), of("memory")), ("Some(AsInt(1))".into(), "Some(AsInt(0))".into()));
        find("process.cpu.time");
    }

    #[test]
    fn a_receiver_that_is_away_holds_up_nothing_and_is_named_once() {
        // Port 1 is nobody's; one that was free a moment ago may be another test's by now.
        let variables = [("OTEL_BSP_SCHEDULE_DELAY", "10"), ("OTEL_METRIC_EXPORT_INTERVAL", "10")];
        let server = exporting("http://me:hunter2@127.0.0.1:1", &variables);
        server.wait_for_line("cannot send telemetry to http://127.0.0.1:1: ");
        for _ in 0..20 {
            assert_eq!(ask(&server, "/echo", &[]).status, 200);
        }
        std::thread::sleep(Duration::from_millis(300));
        let warnings = server.log().iter().filter(|line| line.contains("cannot send telemetry to")).count();
        assert_eq!(warnings, 1, "{:#?}", server.log());
        assert!(!server.log().concat().contains("hunter2"), "{:#?}", server.log());
        stop(server);
    }

    #[test]
    fn urls_that_cannot_be_sent_to_are_refused_at_the_start() {
        let mut command = support::polaroid();
        command.args(["serve", "--otlp-endpoint", "collector:4318"]);
        let (_, stderr, code) = support::run(&mut command);
        assert_eq!(code, 2, "{stderr}");
        assert!(stderr.contains("http://127.0.0.1:4318"), "{stderr}");
    }
}
