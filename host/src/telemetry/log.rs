//! The log of `polaroid serve`: events on standard error, as text or as JSON, one a line.
//!
//! Field names are those of the OpenTelemetry semantic conventions where they have one, else they begin
//! with `polaroid.` and end in their unit. docs/observability.md lists them.
//!
//! A line is always one event. Values that clients chose are quoted, and whatever control characters
//! an event has are escaped on their way out: nobody can make the log say what did not happen.

use super::finished::{Finished, Instance, Outcome, method_label};
use crate::args::LogFormat;
use crate::error::Error;
use crate::stderr;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::time::Duration;
use tracing::Subscriber;
use tracing_subscriber::filter::{EnvFilter, LevelFilter};
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

/// Sends the process's events to standard error. Once a process.
pub fn init(format: LogFormat) -> Result<(), Error> {
    let given = std::env::var_os("RUST_LOG").unwrap_or_default();
    let filter = given.to_str().and_then(|given| filter(given).ok()).ok_or_else(|| {
        Error::Usage(format!(
            "the variable RUST_LOG is {given:?}; accepted is a level (off, error, warn, info, debug, trace), or \
             targets with levels as in info,polaroid::query=debug; correct or unset it"
        ))
    })?;
    tracing::subscriber::set_global_default(subscriber(format, filter, || Stderr))
        .map_err(|_| Error::Usage("the log is set up twice".into()))
}

/// What `RUST_LOG` lets through; everything from `info` on when it is empty.
fn filter(given: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).parse(given)
}

fn subscriber<M>(format: LogFormat, filter: EnvFilter, writer: M) -> impl Subscriber + Send + Sync
where
    M: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = match format {
        LogFormat::Text => fmt::layer().with_ansi(false).with_writer(Escaping(writer)).boxed(),
        LogFormat::Json => {
            let json = fmt::layer().json().flatten_event(true).with_writer(writer);
            json.with_current_span(false).with_span_list(false).boxed()
        }
    };
    Registry::default().with(filter).with(lines)
}

/// Standard error, which may be gone without harm.
struct Stderr;

impl Write for Stderr {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        stderr::raw(event);
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Makes writers that let one line through at a time.
struct Escaping<M>(M);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Escaping<M> {
    type Writer = Escaped<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Escaped(self.0.make_writer())
    }
}

/// Gets each event in one write, as the formatter does it, with a line feed at its end.
struct Escaped<W>(W);

impl<W: Write> Write for Escaped<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        if !line.contains(char::is_control) {
            self.0.write_all(event)?;
        } else {
            let mut escaped = String::with_capacity(line.len() + 16);
            for char in line.chars() {
                match char.is_control() {
                    true => escaped.extend(char.escape_default()),
                    false => escaped.push(char),
                }
            }
            escaped.push('\n');
            self.0.write_all(escaped.as_bytes())?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Says where the server listens.
///
/// Scripts wait for this: as text it is a line of its own, whatever `RUST_LOG` is, with nothing but
/// `listening on URL`; as JSON it is an event whose `url.full` is the URL.
pub fn listening(format: LogFormat, what: &str, scheme: &str, bound: SocketAddr) {
    let url = format!("{scheme}://{bound}");
    match format {
        LogFormat::Text => stderr::plain(format_args!("{what} on {url}")),
        LogFormat::Json => tracing::info!(
            target: "polaroid",
            {
            "url.full" = url,
            "server.address" = bound.ip().to_string(),
            "server.port" = bound.port(),
            },
            "{what} on {url}",
        ),
    }
}

/// What it took from the start of the process to the first byte that it answered.
#[derive(Debug, Clone, Copy)]
pub struct ColdStart {
    /// From the process's start until the component was ready to be instantiated.
    pub load: Duration,
    pub instantiate: Duration,
    /// From the instance to the first byte of its answer.
    pub first_byte: Duration,
}

pub fn cold_start(start: ColdStart) {
    tracing::info!(
        target: "polaroid",
        {
        "coldstart_ms" = ms(start.load + start.instantiate + start.first_byte),
        "polaroid.load_ms" = ms(start.load),
        "polaroid.instantiate_ms" = ms(start.instantiate),
        "polaroid.first_byte_ms" = ms(start.first_byte),
        },
        "Cold start",
    );
}

/// One line for one request, failures of the server at `warn`.
pub fn finished(done: &Finished, log_sql: bool) {
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                target: "polaroid::query",
                {
                "polaroid.query.id" = done.query_id,
                "enduser.id" = done.principal,
                "http.request.method" = method_label(&done.method),
                "http.route" = done.route.label(),
                "http.response.status_code" = done.status.map(|status| status.as_u16()),
                "polaroid.outcome" = done.outcome.label(),
                "error.type" = done.error_type(),
                "polaroid.trap" = done.trap.map(|trap| trap.label()),
                "polaroid.sql.hash" = done.sql_hash,
                "db.query.text" = done.sql.as_deref().filter(|_| log_sql),
                "db.response.returned_rows" = done.rows,
                "polaroid.read_bytes" = done.bytes_read,
                "polaroid.read_ranges" = done.ranges_read,
                "http.response.body.size" = done.bytes_sent,
                "polaroid.total_ms" = ms(done.times.total),
                "polaroid.receive_ms" = ms(done.times.receive),
                "polaroid.queue_ms" = ms(done.times.queue),
                "polaroid.instantiate_ms" = done.times.instantiate.map(ms),
                "polaroid.first_byte_ms" = done.times.first_byte.map(ms),
                "polaroid.cpu_ms" = done.cpu.map(ms),
                "polaroid.memory_peak_bytes" = done.memory_peak,
                "polaroid.fuel" = done.fuel,
                "polaroid.start" = done.instance.map(|_| if done.cold { "cold" } else { "warm" }),
                "polaroid.instance" = done.instance.map(Instance::label),
                "trace_id" = done.trace.ids().map(|(trace, _)| trace),
                "span_id" = done.trace.ids().map(|(_, span)| span),
                },
                "query",
            )
        };
    }
    match done.outcome {
        // No fault, and many at once.
        Outcome::Refused(_) => line!(info),
        _ if done.is_failure() => line!(warn),
        _ => line!(info),
    }
}

/// Milliseconds to the microsecond.
fn ms(time: Duration) -> f64 {
    time.as_micros() as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::super::finished::{Cut, Refusal, Route, Trap};
    use super::super::trace::Trace;
    use super::*;
    use http::{Method, StatusCode};
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, rust_log: &str, say: impl FnOnce()) -> Vec<String> {
        let kept = Kept::default();
        let writer = kept.clone();
        let events = subscriber(format, filter(rust_log).unwrap(), move || writer.clone());
        tracing::subscriber::with_default(events, say);
        let bytes = kept.0.lock().unwrap();
        String::from_utf8(bytes.clone()).unwrap().lines().map(str::to_owned).collect()
    }

    fn query() -> Finished {
        let mut done =
            Finished::new("q7".into(), Method::POST, Route::Query, StatusCode::OK, Trace::default());
        done.sql = Some("SELECT 'x\" polaroid.outcome=\"cut\nlistening on http://evil'".into());
        done.sql_hash = Some("0123456789abcdef".into());
        done.rows = Some(5);
        done.bytes_read = Some(1000);
        done.bytes_sent = 77;
        done.cpu = Some(Duration::from_micros(1500));
        done.memory_peak = Some(1 << 20);
        done.instance = Some(Instance::Fresh);
        done.times.total = Duration::from_micros(2345);
        done
    }

    #[test]
    fn a_query_is_one_line_of_text_without_its_sql() {
        let lines = logged(LogFormat::Text, "", || finished(&query(), false));
        let [line] = &lines[..] else { panic!("{lines:#?}") };
        for part in [
            " INFO polaroid::query: query ",
            "polaroid.query.id=\"q7\"",
            "http.request.method=\"POST\"",
            "http.route=\"/query\"",
            "http.response.status_code=200",
            "polaroid.outcome=\"whole\"",
            "polaroid.sql.hash=\"0123456789abcdef\"",
            "db.response.returned_rows=5",
            "polaroid.read_bytes=1000",
            "http.response.body.size=77",
            "polaroid.total_ms=2.345",
            "polaroid.cpu_ms=1.5",
            "polaroid.memory_peak_bytes=1048576",
            "polaroid.start=\"warm\"",
            "polaroid.instance=\"fresh\"",
        ] {
            assert!(line.contains(part), "{part} in {line}");
        }
        assert!(!line.contains("SELECT") && !line.contains("error.type"), "{line}");
    }

    #[test]
    fn as_json_it_has_the_same_names_and_an_error_its_type() {
        let mut done = query();
        done.status = Some(StatusCode::INSUFFICIENT_STORAGE);
        done.outcome = Outcome::Cut(Cut::Memory);
        done.trap = Some(Trap::Memory);
        done.cold = true;
        let lines = logged(LogFormat::Json, "", || finished(&done, true));
        let [line] = &lines[..] else { panic!("{lines:#?}") };
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(line["level"], "WARN");
        assert_eq!(line["message"], "query");
        assert_eq!(line["http.response.status_code"], 507);
        assert_eq!(line["error.type"], "memory");
        assert_eq!(line["polaroid.outcome"], "cut");
        assert_eq!(line["polaroid.trap"], "memory");
        assert_eq!(line["polaroid.start"], "cold");
        assert_eq!(line["polaroid.total_ms"], 2.345);
        assert_eq!(line["db.query.text"].as_str(), done.sql.as_deref());
        assert!(line.get("enduser.id").is_none(), "{line}");
    }

    #[test]
    fn values_cannot_forge_lines_or_fields() {
        let lines = logged(LogFormat::Text, "", || {
            finished(&query(), true);
            tracing::info!(target: "polaroid", "one\nlistening on http://evil\r\x1b[2K\u{9b}2K");
        });
        assert_eq!(lines.len(), 2, "{lines:#?}");
        assert!(lines[0].contains(r#"x\" polaroid.outcome=\"cut\nlistening"#), "{}", lines[0]);
        assert!(lines[1].ends_with(r"one\nlistening on http://evil\r\x1b[2K\u{9b}2K"), "{}", lines[1]);
    }

    #[test]
    fn rust_log_says_which_lines_there_are() {
        let (mut failed, mut refused) = (query(), query());
        failed.status = Some(StatusCode::INTERNAL_SERVER_ERROR);
        refused.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        refused.outcome = Outcome::Refused(Refusal::QueueFull);
        let all = [query(), failed, refused];
        let say = || all.iter().for_each(|done| finished(done, false));
        let lines = |rust_log| logged(LogFormat::Text, rust_log, say);
        for (rust_log, count) in
            [("", 3), ("debug", 3), ("warn", 1), ("polaroid::query=warn", 1), ("info,polaroid::query=off", 0)]
        {
            assert_eq!(lines(rust_log).len(), count, "{rust_log:?}");
        }
        assert!(lines("warn")[0].contains("http.response.status_code=500"), "{:?}", lines("warn"));
        assert!(filter("polaroid=loud").is_err());
    }

    #[test]
    fn a_cold_start_is_the_sum_of_its_parts() {
        let start = ColdStart {
            load: Duration::from_micros(8000),
            instantiate: Duration::from_micros(400),
            first_byte: Duration::from_micros(1600),
        };
        let lines = logged(LogFormat::Json, "", || cold_start(start));
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((&line["message"], &line["coldstart_ms"]), (&"Cold start".into(), &10.0.into()));
        assert_eq!(line["polaroid.load_ms"], 8.0);
    }

    #[test]
    fn where_it_listens_is_in_json_too() {
        let lines = logged(LogFormat::Json, "", || {
            listening(LogFormat::Json, "listening", "http", "[::1]:80".parse().unwrap())
        });
        let line: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
        assert_eq!((&line["url.full"], &line["server.port"]), (&"http://[::1]:80".into(), &80.into()));
    }
}
