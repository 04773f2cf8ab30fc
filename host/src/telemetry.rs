//! What operators see of `polaroid serve`: the log, the metrics, the traces.
//!
//! | module | what it decides |
//! |---|---|
//! | [`finished`] | what is known of a request when it is over; the source of all that follows |
//! | [`log`] | lines on standard error |
//! | [`metrics`], [`process`] | what is counted, and how Prometheus reads it |
//! | [`trace`] | the trace that a request belongs to, taken from the caller and handed to the guest |
//! | [`otlp`] | traces and metrics sent to a collector (feature `otlp`) |
//!
//! One handle, made once a process. Its methods do not wait: exports run on threads of their own, from
//! queues that drop what does not fit.

pub mod finished;
mod log;
mod metrics;
#[cfg(feature = "otlp")]
mod otlp;
mod process;
mod trace;

pub use finished::Finished;
pub use metrics::{CONTENT_TYPE, Counted};
pub use trace::{TRACEPARENT, TRACESTATE, Trace};

use crate::args::TelemetryArgs;
use crate::error::Error;
use finished::{Route, method_label};
use http::{Method, Request};
use log::ColdStart;
use metrics::Metrics;
use prometheus_client::metrics::gauge::Gauge;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// For the last requests to be reported.
const SETTLE: Duration = Duration::from_secs(1);

/// The handle; clones are the same one.
#[derive(Clone)]
pub struct Telemetry(Arc<Inner>);

struct Inner {
    args: TelemetryArgs,
    metrics: Metrics,
    started: Instant,
    /// Of the port where queries come.
    scheme: Arc<OnceLock<&'static str>>,
    /// What it took to load the component.
    load: OnceLock<Duration>,
    /// Requests that are not reported yet.
    open: Gauge,
    #[cfg(feature = "otlp")]
    otlp: Option<otlp::Otlp>,
}

impl Telemetry {
    /// Sets up the process's log, and the exports if there is a receiver. The first thing that `serve`
    /// does: cold starts are counted from here. Whether the receiver answers is not waited for.
    pub fn init(args: TelemetryArgs) -> Result<Telemetry, Error> {
        log::init(args.log_format)?;
        Telemetry::quiet(args)
    }

    /// The same without the log, of which a process has one.
    fn quiet(args: TelemetryArgs) -> Result<Telemetry, Error> {
        let metrics = Metrics::new();
        let scheme = Arc::<OnceLock<_>>::default();
        #[cfg(feature = "otlp")]
        let otlp = {
            let start = |receiver| otlp::Otlp::start(receiver, &metrics, scheme.clone());
            args.otlp.as_ref().map(start).transpose()?
        };
        Ok(Telemetry(Arc::new(Inner {
            args,
            metrics,
            started: Instant::now(),
            scheme,
            load: OnceLock::new(),
            open: Gauge::default(),
            #[cfg(feature = "otlp")]
            otlp,
        })))
    }

    /// The component can be instantiated from here on.
    pub fn loaded(&self) {
        let _ = self.0.load.set(self.0.started.elapsed());
    }

    /// Says where the server listens; scripts wait for it (see [`log`]). `what` begins the line:
    /// `listening` for the port where queries come.
    pub fn listening(&self, what: &str, scheme: &'static str, bound: SocketAddr) {
        if what == "listening" {
            let _ = self.0.scheme.set(scheme);
        }
        log::listening(self.0.args.log_format, what, scheme, bound);
    }

    /// A request waits for a place for as long as this lives.
    pub fn queued(&self) -> Counted {
        Counted::new(&self.0.metrics.queued)
    }

    /// A request waits or runs for as long as this lives.
    pub fn in_flight(&self, method: &Method) -> Counted {
        Counted::new(&self.0.metrics.of_method(method_label(method)))
    }

    /// Finds the trace that the request belongs to, and begins its span. `traceparent` and `tracestate`
    /// are set for the guest, so that what it calls belongs to the same trace.
    pub fn begin<B>(&self, request: &mut Request<B>) -> Trace {
        self.trace(request).counted(Counted::new(&self.0.open))
    }

    fn trace<B>(&self, request: &mut Request<B>) -> Trace {
        #[cfg(feature = "otlp")]
        if let Some(otlp) = &self.0.otlp {
            return otlp.begin(request, self.scheme());
        }
        Trace::pass_on(request.headers_mut())
    }

    #[cfg(feature = "otlp")]
    fn scheme(&self) -> &'static str {
        self.0.scheme.get().copied().unwrap_or("http")
    }

    /// Tells the log, the metrics and the trace about a request that has ended.
    pub fn finished(&self, done: Finished) {
        if done.cold {
            self.0.metrics.cold_starts.inc();
            log::cold_start(self.cold_start(&done));
        }
        log::finished(&done, self.0.args.log_sql);
        self.0.metrics.finished(&done);
        #[cfg(feature = "otlp")]
        if let Some(otlp) = &self.0.otlp {
            otlp.finished(done, self.0.args.log_sql, self.scheme());
        }
    }

    fn cold_start(&self, first: &Finished) -> ColdStart {
        let times = first.times;
        ColdStart {
            load: self.0.load.get().copied().unwrap_or_default(),
            instantiate: times.instantiate.unwrap_or_default(),
            first_byte: times.first_byte.unwrap_or(times.total).saturating_sub(times.component_start()),
        }
    }

    /// For `/metrics`: OpenMetrics text, of the type [`CONTENT_TYPE`].
    pub fn metrics_text(&self) -> String {
        self.0.metrics.text()
    }

    /// Waits for the last requests to be reported, for at most a second: some end a moment after their
    /// answers, with their guests. Blocks: while the guests' threads still run, and no request comes any more.
    pub fn settle(&self) {
        let until = Instant::now() + SETTLE;
        while self.0.open.get() > 0 && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Sends what is still queued, for at most some seconds. Blocks: after [`Telemetry::settle`].
    pub fn shutdown(&self) {
        #[cfg(feature = "otlp")]
        if let Some(otlp) = &self.0.otlp {
            otlp.shutdown();
        }
    }
}

/// What a request asks for, by its path.
pub fn route<B>(request: &Request<B>) -> Route {
    Route::of(request.uri().path())
}

#[cfg(test)]
mod tests {
    use super::finished::{Cut, Instance, Outcome, Refusal, Trap};
    use super::*;
    use crate::args::LogFormat;
    use http::StatusCode;

    fn telemetry() -> Telemetry {
        Telemetry::quiet(TelemetryArgs { log_format: LogFormat::Text, log_sql: false, otlp: None }).unwrap()
    }

    fn query(path: &str) -> Finished {
        let route = Route::of(path);
        Finished::new("q".into(), Method::POST, route, StatusCode::OK, Trace::default())
    }

    fn value(telemetry: &Telemetry, series: &str) -> Option<f64> {
        let text = telemetry.metrics_text();
        text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse().ok())
    }

    #[test]
    fn requests_are_counted_by_route_status_and_end() {
        let telemetry = telemetry();
        let mut cut = query("/query");
        cut.instance = Some(Instance::Fresh);
        cut.cold = true;
        cut.outcome = Outcome::Cut(Cut::Deadline);
        cut.trap = Some(Trap::Deadline);
        cut.bytes_read = Some(100);
        cut.bytes_sent = 7;
        cut.cpu = Some(Duration::from_millis(1500));
        cut.memory_peak = Some(3 << 20);
        cut.times.instantiate = Some(Duration::from_micros(300));
        cut.times.total = Duration::from_millis(3);
        telemetry.finished(cut);
        let mut refused = query("/query");
        refused.status = Some(StatusCode::SERVICE_UNAVAILABLE);
        refused.outcome = Outcome::Refused(Refusal::QueueFull);
        telemetry.finished(refused);
        let mut gone = query("/query");
        gone.status = None;
        gone.outcome = Outcome::ClientGone;
        telemetry.finished(gone);

        let request = r#"{http_request_method="POST",http_route="/query",http_response_status_code="#;
        for (series, expected) in [
            (format!("http_server_request_duration_seconds_count{request}\"200\"}}"), 1.0),
            (format!("http_server_request_duration_seconds_count{request}\"503\"}}"), 1.0),
            (format!("http_server_request_duration_seconds_count{request}\"\"}}"), 1.0),
            ("polaroid_clients_gone_total".into(), 1.0),
            ("polaroid_cut_answers_total{cause=\"deadline\"}".into(), 1.0),
            ("polaroid_cut_answers_total{cause=\"trap\"}".into(), 0.0),
            ("polaroid_traps_total{cause=\"deadline\"}".into(), 1.0),
            ("polaroid_refused_requests_total{cause=\"queue_full\"}".into(), 1.0),
            ("polaroid_cold_starts_total".into(), 1.0),
            ("polaroid_instance_starts_total{kind=\"fresh\"}".into(), 1.0),
            ("polaroid_instantiate_seconds_bucket{le=\"0.00025\"}".into(), 0.0),
            ("polaroid_instantiate_seconds_bucket{le=\"0.0005\"}".into(), 1.0),
            ("polaroid_guest_memory_peak_bytes_bucket{le=\"4194304.0\"}".into(), 1.0),
            ("polaroid_guest_cpu_seconds_total".into(), 1.5),
            ("polaroid_read_bytes_total".into(), 100.0),
            ("polaroid_sent_bytes_total".into(), 7.0),
            ("polaroid_queue_wait_seconds_count".into(), 1.0),
        ] {
            assert_eq!(
                value(&telemetry, &series),
                Some(expected),
                "{series} in {}",
                telemetry.metrics_text()
            );
        }
        assert!(value(&telemetry, "process_cpu_seconds_total").unwrap() > 0.0);
        assert!(value(&telemetry, "process_resident_memory_bytes").unwrap() > 100_000.0);
        assert!(value(&telemetry, "process_open_fds").unwrap() >= 3.0);
        assert!(value(&telemetry, "process_start_time_seconds").unwrap() > 1.7e9);
    }

    #[test]
    fn the_number_of_series_has_a_bound_whatever_is_asked() {
        let telemetry = telemetry();
        let series = || telemetry.metrics_text().lines().count();
        telemetry.finished(query("/tables/first"));
        telemetry.finished(query("/nowhere"));
        let before = series();
        for n in 0..500 {
            telemetry.finished(query(&format!("/tables/{n}")));
            let mut other = query(&format!("/{n}"));
            other.query_id = format!("id-{n}");
            other.problem = Some(format!("code-{n}"));
            telemetry.finished(other);
        }
        assert_eq!(series(), before);
    }

    #[test]
    fn gauges_count_what_lives() {
        let telemetry = telemetry();
        let (one, two) = (telemetry.in_flight(&Method::GET), telemetry.in_flight(&Method::GET));
        let waiting = telemetry.queued();
        let active = "http_server_active_requests{http_request_method=\"GET\"}";
        let now = || (value(&telemetry, active), value(&telemetry, "polaroid_queue_length"));
        assert_eq!(now(), (Some(2.0), Some(1.0)));
        drop((one, two, waiting));
        assert_eq!(now(), (Some(0.0), Some(0.0)));
    }
}
