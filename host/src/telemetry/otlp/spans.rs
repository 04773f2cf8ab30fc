//! The spans of a request that has ended: the server's, and a child for each thing that took time.

use super::super::finished::{Finished, Instance};
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SdkTracer;
use std::time::Duration;

/// Most stages of a component that become spans.
const MOST_STAGES: usize = 16;

/// Ends the request's span. One that is not sampled has no children.
pub fn finish(tracer: &SdkTracer, mut done: Finished, cold: bool, log_sql: bool) {
    let Some((mut span, started)) = done.trace.span.take() else { return };
    if !span.is_recording() {
        return;
    }
    span.set_attributes(attributes(&done, cold, log_sql));
    if done.is_failure() {
        span.set_status(Status::error(done.error_type().unwrap_or("server error").to_owned()));
    }
    let context = Context::new().with_remote_span_context(span.span_context().clone());
    for (name, from, to) in children(&done) {
        tracer
            .span_builder(name)
            .with_kind(SpanKind::Internal)
            .with_start_time(started + from)
            .start_with_context(tracer, &context)
            .end_with_timestamp(started + to);
    }
    span.end_with_timestamp(started + done.times.total);
}

/// Name, begin and end of each child, counted from the request's head.
fn children(done: &Finished) -> Vec<(String, Duration, Duration)> {
    let times = &done.times;
    let mut children = Vec::new();
    let mut from = Duration::ZERO;
    for (name, took) in
        [("receive", Some(times.receive)), ("queue", Some(times.queue)), ("instantiate", times.instantiate)]
    {
        let to = from + took.unwrap_or_default();
        if to > from {
            children.push((name.to_owned(), from, to));
        }
        from = to;
    }
    // Each stage begins where the one before it ended, and none ends after the request.
    let mut stages: Vec<_> = done.stages.iter().collect();
    stages.sort_by_key(|(_, end)| *end);
    let mut from = times.component_start().min(times.total);
    for (name, end) in stages.into_iter().take(MOST_STAGES) {
        let to = times.component_start().saturating_add(*end).min(times.total).max(from);
        let name = match name.strip_suffix("_ms").unwrap_or(name) {
            // From the first batch to the last byte.
            "total" => "stream",
            name => name,
        };
        children.push((name.chars().take(64).collect(), from, to));
        from = to;
    }
    children
}

fn attributes(done: &Finished, cold: bool, log_sql: bool) -> Vec<KeyValue> {
    let number = |name, value: Option<u64>| Some((name, Value::I64(value?.try_into().ok()?)));
    let text = |name, value: Option<&str>| Some((name, Value::String(StringValue::from(value?.to_owned()))));
    let all = [
        number("http.response.status_code", Some(done.status.as_u16().into())),
        number("http.response.body.size", Some(done.bytes_sent)),
        text("error.type", done.error_type().or(done.is_failure().then(|| done.status.as_str()))),
        text("user.id", done.principal.as_deref()),
        text("db.query.text", done.sql.as_deref().filter(|_| log_sql)),
        number("db.response.returned_rows", done.rows),
        text("polaroid.query.id", Some(&done.query_id)),
        text("polaroid.sql.hash", done.sql_hash.as_deref()),
        text("polaroid.outcome", Some(done.outcome.label())),
        text("polaroid.trap", done.trap.map(|trap| trap.label())),
        number("polaroid.read_bytes", done.bytes_read),
        number("polaroid.read_ranges", done.ranges_read),
        number("polaroid.memory_peak_bytes", done.memory_peak),
        number("polaroid.fuel", done.fuel),
        done.cpu.map(|cpu| ("polaroid.cpu_ms", Value::F64(cpu.as_secs_f64() * 1000.0))),
        text("polaroid.instance", done.instance.map(Instance::label)),
        text("polaroid.start", done.instance.map(|_| if cold { "cold" } else { "warm" })),
    ];
    all.into_iter().flatten().map(|(name, value)| KeyValue::new(name, value)).collect()
}
