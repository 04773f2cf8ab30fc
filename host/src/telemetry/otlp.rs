//! Traces and metrics, sent to a collector by OTLP over HTTP with protobuf.
//!
//! Spans wait in the SDK's bounded queue (`OTEL_BSP_MAX_QUEUE_SIZE`), which drops what does not fit;
//! metrics are read each `OTEL_METRIC_EXPORT_INTERVAL`. Both are sent from threads of their own over
//! one small runtime: nothing here waits for a receiver, and one that is away costs a warning a minute.

mod client;
mod instruments;
mod spans;

use super::finished::{Finished, Route, method_label};
use super::metrics::Metrics;
use super::trace::Trace;
use crate::args;
use crate::error::Error;
use client::Client;
use http::Request;
use instruments::Histograms;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{SpanKind, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_otlp::{MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, SystemTime};

/// For the last spans and metrics to be sent when the server stops.
const FLUSH: Duration = Duration::from_secs(3);

/// Longest path that is kept in a span.
const LONGEST_PATH: usize = 256;

pub struct Otlp {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
    tracer: SdkTracer,
    histograms: Histograms,
}

impl Otlp {
    /// Starts the exports. `OTEL_…` variables are followed as far as the SDK knows them.
    /// `scheme` is known once the server listens.
    pub fn start(
        receiver: &args::Otlp,
        counted: &Metrics,
        scheme: Arc<OnceLock<&'static str>>,
    ) -> Result<Otlp, Error> {
        let unusable = |error: opentelemetry_otlp::ExporterBuildError| {
            Error::Usage(format!(
                "OTLP: {error}; correct --otlp-endpoint or the OTEL_EXPORTER_OTLP_… variables"
            ))
        };
        let client = Client::start()?;
        let mut spans = SpanExporter::builder().with_http().with_http_client(client.clone());
        let mut points = MetricExporter::builder().with_http().with_http_client(client);
        if let args::Otlp::Endpoint(url) = receiver {
            spans = spans.with_endpoint(format!("{url}/v1/traces"));
            points = points.with_endpoint(format!("{url}/v1/metrics"));
        }
        let traces = SdkTracerProvider::builder()
            .with_batch_exporter(spans.build().map_err(unusable)?)
            .with_resource(resource())
            .build();
        let metrics = SdkMeterProvider::builder()
            .with_periodic_exporter(points.build().map_err(unusable)?)
            .with_resource(resource())
            .build();
        Ok(Otlp {
            tracer: traces.tracer("polaroid"),
            histograms: instruments::make(&metrics, counted, scheme),
            traces,
            metrics,
        })
    }

    /// A span of ours, of the caller's trace where it sent one; the guest's headers name it as parent.
    pub fn begin<B>(&self, request: &mut Request<B>, scheme: &'static str) -> Trace {
        let started = SystemTime::now();
        let caller = parent(request.headers());
        let span = self.tracer.build_with_context(self.span(request, scheme, started), &caller);
        let trace = Trace::of(span, started);
        hand_on(&trace, request.headers_mut());
        trace
    }

    fn span<B>(
        &self,
        request: &Request<B>,
        scheme: &'static str,
        started: SystemTime,
    ) -> opentelemetry::trace::SpanBuilder {
        let method = method_label(request.method());
        let path = request.uri().path();
        let mut attributes = vec![
            KeyValue::new("http.request.method", method),
            KeyValue::new("url.path", path.chars().take(LONGEST_PATH).collect::<String>()),
            KeyValue::new("url.scheme", scheme),
        ];
        let name = match Route::of(path) {
            Route::Other => method.to_owned(),
            route => {
                attributes.push(KeyValue::new("http.route", route.label()));
                format!("{method} {}", route.label())
            }
        };
        let builder = self.tracer.span_builder(name).with_kind(SpanKind::Server).with_start_time(started);
        builder.with_attributes(attributes)
    }

    pub fn finished(&self, done: Finished, log_sql: bool, scheme: &'static str) {
        self.histograms.record(&done, scheme);
        spans::finish(&self.tracer, done, log_sql);
    }

    /// Sends what waits, but not for longer than [`FLUSH`].
    pub fn shutdown(&self) {
        let (done, all) = mpsc::channel();
        let traces = {
            let (traces, done) = (self.traces.clone(), done.clone());
            move || _ = done.send(traces.shutdown_with_timeout(FLUSH))
        };
        let metrics = {
            let metrics = self.metrics.clone();
            move || _ = done.send(metrics.shutdown_with_timeout(FLUSH))
        };
        std::thread::spawn(traces);
        std::thread::spawn(metrics);
        let until = std::time::Instant::now() + FLUSH;
        for _ in 0..2 {
            let left = until.saturating_duration_since(std::time::Instant::now());
            match all.recv_timeout(left) {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(target: "polaroid::otlp", "the last telemetry was not sent: {error}")
                }
                Err(_) => {
                    let seconds = FLUSH.as_secs();
                    tracing::warn!(target: "polaroid::otlp", "the last telemetry was not sent within {seconds} s");
                    break;
                }
            }
        }
    }
}

/// Named by `OTEL_SERVICE_NAME` or `OTEL_RESOURCE_ATTRIBUTES`, else `polaroid`.
fn resource() -> Resource {
    let named = ["OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"].iter().any(|name| {
        std::env::var(name).is_ok_and(|value| {
            *name == "OTEL_SERVICE_NAME" && !value.is_empty() || value.contains("service.name=")
        })
    });
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let builder = Resource::builder().with_attribute(version);
    if named { builder.build() } else { builder.with_service_name("polaroid").build() }
}

/// The caller's span. One that is not valid, or is given twice, counts as none.
fn parent(headers: &http::HeaderMap) -> Context {
    let none = Context::new();
    if headers.get_all(super::trace::TRACEPARENT).iter().count() != 1 {
        return none;
    }
    TraceContextPropagator::new().extract_with_context(&none, &HeaderExtractor(headers))
}

/// Tells the guest of our span.
fn hand_on(trace: &Trace, headers: &mut http::HeaderMap) {
    use opentelemetry::trace::Span as _;
    headers.remove(super::trace::TRACEPARENT);
    headers.remove(super::trace::TRACESTATE);
    let Some((span, _)) = &trace.span else { return };
    let context = Context::new().with_remote_span_context(span.span_context().clone());
    TraceContextPropagator::new().inject_context(&context, &mut HeaderInjector(headers));
    if headers.get(super::trace::TRACESTATE).is_some_and(|state| state.is_empty()) {
        headers.remove(super::trace::TRACESTATE);
    }
}
