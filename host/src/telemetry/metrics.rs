//! What is counted, and how Prometheus reads it.
//!
//! Labels are enums, or texts that the host makes: whatever clients send, the number of series has a
//! bound, of routes × methods × statuses.

use super::finished::{Cut, Finished, Instance, METHODS, Outcome, Refusal, Trap, method_label, status_label};
use super::process::Process;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

/// Of [`Metrics::text`].
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The conventions' bounds for requests, in seconds, with smaller ones: a small query takes less than
/// a millisecond.
pub const SECONDS: [f64; 17] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];
/// For what takes a fresh instance to be made, in seconds.
pub const INSTANTIATE: [f64; 10] = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.1, 1.0];
/// 1 MiB to 4 GiB, in bytes.
pub const MEMORY: [f64; 13] = {
    let mut bounds = [0.0; 13];
    let mut n = 0;
    while n < 13 {
        bounds[n] = (1u64 << (20 + n)) as f64;
        n += 1;
    }
    bounds
};

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RequestLabels {
    pub http_request_method: &'static str,
    pub http_route: &'static str,
    /// Empty where there was no answer.
    pub http_response_status_code: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct MethodLabel {
    http_request_method: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct RouteLabel {
    http_route: &'static str,
}

/// Why it happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Cause {
    cause: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Kind {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: &'static str,
}

/// Counts in fractions.
pub type Seconds = Counter<f64, AtomicU64>;

/// Makes the histograms of a family.
#[derive(Debug, Clone)]
pub struct Bounds(&'static [f64]);

impl MetricConstructor<Histogram> for Bounds {
    fn new_metric(&self) -> Histogram {
        Histogram::new(self.0.iter().copied())
    }
}

/// All that is counted. The metrics of OTLP read the counters and gauges of this.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    pub in_flight: Family<MethodLabel, Gauge>,
    pub queued: Gauge,
    pub cold_starts: Counter,
    pub starts: Family<Kind, Counter>,
    pub traps: Family<Cause, Counter>,
    pub cuts: Family<Cause, Counter>,
    pub refused: Family<Cause, Counter>,
    pub clients_gone: Counter,
    pub bytes_read: Counter,
    pub ranges_read: Counter,
    pub bytes_sent: Counter,
    pub rows: Counter,
    pub guest_cpu: Seconds,
    pub fuel: Counter,
    duration: Family<RequestLabels, Histogram, Bounds>,
    first_byte: Family<RouteLabel, Histogram, Bounds>,
    queue_wait: Histogram,
    instantiate: Histogram,
    memory_peak: Histogram,
}

impl Metrics {
    pub fn new() -> Metrics {
        let mut registry = Registry::default();
        let metrics = Metrics {
            in_flight: Family::default(),
            queued: Gauge::default(),
            cold_starts: Counter::default(),
            starts: Family::default(),
            traps: Family::default(),
            cuts: Family::default(),
            refused: Family::default(),
            clients_gone: Counter::default(),
            bytes_read: Counter::default(),
            ranges_read: Counter::default(),
            bytes_sent: Counter::default(),
            rows: Counter::default(),
            guest_cpu: Seconds::default(),
            fuel: Counter::default(),
            duration: Family::new_with_constructor(Bounds(&SECONDS)),
            first_byte: Family::new_with_constructor(Bounds(&SECONDS)),
            queue_wait: Bounds(&SECONDS).new_metric(),
            instantiate: Bounds(&INSTANTIATE).new_metric(),
            memory_peak: Bounds(&MEMORY).new_metric(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        metrics.begin_at_zero();
        Metrics { registry, ..metrics }
    }

    /// Units become suffixes of the names, and counters end in `_total`.
    fn register(&self, to: &mut Registry) {
        let m = self;
        to.register_with_unit(
            "http_server_request_duration",
            "From a request's head to the end of its answer",
            Unit::Seconds,
            m.duration.clone(),
        );
        to.register("http_server_active_requests", "Requests that wait or run", m.in_flight.clone());
        to.register_with_unit(
            "polaroid_first_byte",
            "From a request's head to the first byte of its answer's body",
            Unit::Seconds,
            m.first_byte.clone(),
        );
        to.register("polaroid_queue_length", "Requests that wait for a place", m.queued.clone());
        to.register_with_unit(
            "polaroid_queue_wait",
            "Time that requests waited for a place",
            Unit::Seconds,
            m.queue_wait.clone(),
        );
        to.register_with_unit(
            "polaroid_instantiate",
            "Time to make a fresh instance",
            Unit::Seconds,
            m.instantiate.clone(),
        );
        to.register(
            "polaroid_cold_starts",
            "First requests of a process, which waited for it to start",
            m.cold_starts.clone(),
        );
        to.register(
            "polaroid_instance_starts",
            "Requests by the kind of instance that ran them",
            m.starts.clone(),
        );
        to.register_with_unit(
            "polaroid_guest_memory_peak",
            "Highest linear memory of a request's guest",
            Unit::Bytes,
            m.memory_peak.clone(),
        );
        to.register_with_unit(
            "polaroid_guest_cpu",
            "Processor time of guests",
            Unit::Seconds,
            m.guest_cpu.clone(),
        );
        to.register("polaroid_guest_fuel", "Fuel that guests used, where it is metered", m.fuel.clone());
        to.register("polaroid_traps", "Guests that their sandbox ended", m.traps.clone());
        to.register("polaroid_cut_answers", "Answers that broke off", m.cuts.clone());
        to.register(
            "polaroid_refused_requests",
            "Requests that were turned away before a guest had them",
            m.refused.clone(),
        );
        to.register(
            "polaroid_clients_gone",
            "Requests whose client hung up before the end",
            m.clients_gone.clone(),
        );
        to.register_with_unit(
            "polaroid_read",
            "Bytes that guests read from data files",
            Unit::Bytes,
            m.bytes_read.clone(),
        );
        to.register("polaroid_read_ranges", "Reads of data files", m.ranges_read.clone());
        to.register_with_unit(
            "polaroid_sent",
            "Bytes of answers' bodies that were sent",
            Unit::Bytes,
            m.bytes_sent.clone(),
        );
        to.register("polaroid_returned_rows", "Rows of answers", m.rows.clone());
        let build = Build { version: env!("CARGO_PKG_VERSION") };
        to.register("polaroid_build", "The version that runs", Info::new(build));
        to.register_collector(Box::new(Process { started: SystemTime::now() }));
    }

    /// A series that is there from the start shows its first event as an increase.
    fn begin_at_zero(&self) {
        for method in METHODS {
            self.of_method(method);
        }
        for &trap in Trap::ALL {
            self.of_trap(trap);
        }
        for &cut in Cut::ALL {
            self.of_cut(cut);
        }
        for &refusal in Refusal::ALL {
            self.of_refusal(refusal);
        }
        for &instance in Instance::ALL {
            self.of_instance(instance);
        }
    }

    /// Requests in flight.
    pub fn of_method(&self, label: &'static str) -> Gauge {
        self.in_flight.get_or_create_owned(&MethodLabel { http_request_method: label })
    }

    pub fn of_trap(&self, trap: Trap) -> Counter {
        self.traps.get_or_create_owned(&Cause { cause: trap.label() })
    }

    pub fn of_cut(&self, cut: Cut) -> Counter {
        self.cuts.get_or_create_owned(&Cause { cause: cut.label() })
    }

    pub fn of_refusal(&self, refusal: Refusal) -> Counter {
        self.refused.get_or_create_owned(&Cause { cause: refusal.label() })
    }

    pub fn of_instance(&self, instance: Instance) -> Counter {
        self.starts.get_or_create_owned(&Kind { kind: instance.label() })
    }

    pub fn finished(&self, done: &Finished) {
        let labels = RequestLabels {
            http_request_method: method_label(&done.method),
            http_route: done.route.label(),
            http_response_status_code: done.status.map(status_label),
        };
        self.duration.get_or_create(&labels).observe(done.times.total.as_secs_f64());
        self.bytes_sent.inc_by(done.bytes_sent);
        self.bytes_read.inc_by(done.bytes_read.unwrap_or(0));
        self.ranges_read.inc_by(done.ranges_read.unwrap_or(0));
        self.rows.inc_by(done.rows.unwrap_or(0));
        self.fuel.inc_by(done.fuel.unwrap_or(0));
        self.guest_cpu.inc_by(done.cpu.unwrap_or_default().as_secs_f64());
        match done.outcome {
            Outcome::Whole => {}
            Outcome::Refused(refusal) => _ = self.of_refusal(refusal).inc(),
            Outcome::Cut(cut) => _ = self.of_cut(cut).inc(),
            Outcome::ClientGone => _ = self.clients_gone.inc(),
        }
        if let Some(trap) = done.trap {
            self.of_trap(trap).inc();
        }
        let Some(instance) = done.instance else { return };
        self.of_instance(instance).inc();
        self.queue_wait.observe(done.times.queue.as_secs_f64());
        if let Some(first_byte) = done.times.first_byte {
            let route = RouteLabel { http_route: done.route.label() };
            self.first_byte.get_or_create(&route).observe(first_byte.as_secs_f64());
        }
        if let Some(instantiate) = done.times.instantiate {
            self.instantiate.observe(instantiate.as_secs_f64());
        }
        if let Some(memory) = done.memory_peak {
            self.memory_peak.observe(memory as f64);
        }
    }

    /// The metrics as OpenMetrics text, of the type [`CONTENT_TYPE`].
    pub fn text(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("strings take all that is written");
        out
    }
}

/// Counts as long as it lives.
#[derive(Debug)]
#[must_use = "counted only as long as it lives"]
pub struct Counted(Gauge);

impl Counted {
    pub fn new(gauge: &Gauge) -> Counted {
        gauge.inc();
        Counted(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
