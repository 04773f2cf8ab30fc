//! The metrics of OTLP. Counters and gauges are those that Prometheus reads, observed at each export;
//! histograms get each value a second time, since the two libraries share no buckets.

use super::super::finished::{
    Cut, Finished, Instance, METHODS, Refusal, Route, Trap, method_label, status_label,
};
use super::super::metrics::{INSTANTIATE, MEMORY, Metrics, SECONDS};
use super::super::process::Usage;
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter, MeterProvider};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use prometheus_client::metrics::counter::Counter;
use std::sync::{Arc, OnceLock};

pub struct Histograms {
    duration: Histogram<f64>,
    first_byte: Histogram<f64>,
    queue_wait: Histogram<f64>,
    instantiate: Histogram<f64>,
    memory_peak: Histogram<u64>,
}

pub fn make(
    provider: &SdkMeterProvider,
    counted: &Metrics,
    scheme: Arc<OnceLock<&'static str>>,
) -> Histograms {
    let meter = provider.meter("polaroid");
    active(&meter, counted, scheme);
    counters(&meter, counted);
    causes(&meter, counted);
    process(&meter);
    let seconds = |name, bounds: &[f64]| {
        meter.f64_histogram(name).with_unit("s").with_boundaries(bounds.to_vec()).build()
    };
    Histograms {
        duration: seconds("http.server.request.duration", &SECONDS),
        first_byte: seconds("polaroid.first_byte", &SECONDS),
        queue_wait: seconds("polaroid.queue.wait", &SECONDS),
        instantiate: seconds("polaroid.instantiate", &INSTANTIATE),
        memory_peak: meter
            .u64_histogram("polaroid.guest.memory_peak")
            .with_unit("By")
            .with_boundaries(MEMORY.to_vec())
            .build(),
    }
}

impl Histograms {
    pub fn record(&self, done: &Finished, scheme: &'static str) {
        // As in spans, what is no route has none.
        let route = (done.route != Route::Other).then(|| KeyValue::new("http.route", done.route.label()));
        let mut request = vec![
            KeyValue::new("http.request.method", method_label(&done.method)),
            KeyValue::new("url.scheme", scheme),
        ];
        let status = done.status.map(|status| i64::from(status_label(status)));
        request.extend(status.map(|status| KeyValue::new("http.response.status_code", status)));
        request.extend(route.clone());
        request.extend(done.failure_label().map(|label| KeyValue::new("error.type", label)));
        self.duration.record(done.times.total.as_secs_f64(), &request);
        if done.instance.is_none() {
            return;
        }
        self.queue_wait.record(done.times.queue.as_secs_f64(), &[]);
        if let Some(first_byte) = done.times.first_byte {
            self.first_byte.record(first_byte.as_secs_f64(), route.as_slice());
        }
        if let Some(instantiate) = done.times.instantiate {
            self.instantiate.record(instantiate.as_secs_f64(), &[]);
        }
        if let Some(memory) = done.memory_peak {
            self.memory_peak.record(memory, &[]);
        }
    }
}

fn active(meter: &Meter, counted: &Metrics, scheme: Arc<OnceLock<&'static str>>) {
    let all = METHODS.map(|method| (method, counted.of_method(method)));
    let up_down = meter.i64_observable_up_down_counter("http.server.active_requests").with_unit("{request}");
    let each = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<i64>| {
        // Requests come once the server listens.
        let Some(&scheme) = scheme.get() else { return };
        for (method, gauge) in &all {
            let method = KeyValue::new("http.request.method", *method);
            observer.observe(gauge.get(), &[method, KeyValue::new("url.scheme", scheme)]);
        }
    };
    up_down.with_callback(each).build();
}

fn counters(meter: &Meter, counted: &Metrics) {
    let queued = counted.queued.clone();
    let observed = meter.i64_observable_up_down_counter("polaroid.queue.length").with_unit("{request}");
    observed.with_callback(move |observer| observer.observe(queued.get(), &[])).build();
    let counter = |name, unit, counter: &Counter| {
        let counter = counter.clone();
        let observed = meter.u64_observable_counter(name).with_unit(unit);
        observed.with_callback(move |observer| observer.observe(counter.get(), &[])).build();
    };
    counter("polaroid.cold_starts", "{start}", &counted.cold_starts);
    counter("polaroid.clients_gone", "{request}", &counted.clients_gone);
    counter("polaroid.read.bytes", "By", &counted.bytes_read);
    counter("polaroid.read.ranges", "{read}", &counted.ranges_read);
    counter("polaroid.sent", "By", &counted.bytes_sent);
    counter("polaroid.returned_rows", "{row}", &counted.rows);
    counter("polaroid.guest.fuel", "{unit}", &counted.fuel);
    let cpu = counted.guest_cpu.clone();
    let observed = meter.f64_observable_counter("polaroid.guest.cpu").with_unit("s");
    observed.with_callback(move |observer| observer.observe(cpu.get(), &[])).build();
}

fn causes(meter: &Meter, counted: &Metrics) {
    let by = |name, unit, label: &'static str, all: Vec<(&'static str, Counter)>| {
        let observed = meter.u64_observable_counter(name).with_unit(unit);
        let each = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<u64>| {
            for (value, counter) in &all {
                observer.observe(counter.get(), &[KeyValue::new(label, *value)]);
            }
        };
        observed.with_callback(each).build();
    };
    let traps = Trap::ALL.iter().map(|&trap| (trap.label(), counted.of_trap(trap)));
    by("polaroid.traps", "{trap}", "polaroid.cause", traps.collect());
    let cuts = Cut::ALL.iter().map(|&cut| (cut.label(), counted.of_cut(cut)));
    by("polaroid.cut_answers", "{answer}", "polaroid.cause", cuts.collect());
    let refused = Refusal::ALL.iter().map(|&reason| (reason.label(), counted.of_refusal(reason)));
    by("polaroid.refused_requests", "{request}", "polaroid.cause", refused.collect());
    let starts = Instance::ALL.iter().map(|&instance| (instance.label(), counted.of_instance(instance)));
    by("polaroid.instance_starts", "{start}", "polaroid.instance", starts.collect());
}

fn process(meter: &Meter) {
    let cpu = meter.f64_observable_counter("process.cpu.time").with_unit("s");
    cpu.with_callback(|observer| observer.observe(Usage::now().cpu.as_secs_f64(), &[])).build();
    let memory = meter.i64_observable_up_down_counter("process.memory.usage").with_unit("By");
    memory
        .with_callback(|observer| {
            if let Some(resident) = Usage::now().resident {
                observer.observe(resident as i64, &[]);
            }
        })
        .build();
    let open = meter.i64_observable_up_down_counter("process.unix.file_descriptor.count");
    open.with_unit("{file_descriptor}")
        .with_callback(|observer| {
            if let Some(open) = Usage::now().open_fds {
                observer.observe(open as i64, &[]);
            }
        })
        .build();
}
