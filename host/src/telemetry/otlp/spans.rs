//! The spans of a request that has ended: the server's, and a child for each thing that took time.

use super::super::finished::{Finished, Instance, Stages, Times};
use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::SdkTracer;
use std::time::Duration;

/// Ends the request's span. One that is not sampled has no children.
pub fn finish(tracer: &SdkTracer, mut done: Finished, log_sql: bool) {
    let Some((mut span, started)) = done.trace.span.take() else { return };
    if !span.is_recording() {
        return;
    }
    span.set_attributes(attributes(&done, log_sql));
    if done.is_failure() {
        span.set_status(Status::error(done.error_type().unwrap_or_default().to_owned()));
    }
    let context = Context::new().with_remote_span_context(span.span_context().clone());
    for (name, from, to) in children(&done.times, &done.stages) {
        tracer
            .span_builder(name)
            .with_kind(SpanKind::Internal)
            .with_start_time(started + from)
            .start_with_context(tracer, &context)
            .end_with_timestamp(started + to);
    }
    span.end_with_timestamp(started + done.times.total);
}

/// Name, begin and end of each child, counted from the request's head: each begins where the one before it
/// ended, and none ends after the request.
fn children(times: &Times, stages: &Stages) -> Vec<(&'static str, Duration, Duration)> {
    let reached = [stages.receive, stages.parse, stages.plan, stages.first_batch];
    let until_stream = reached.into_iter().flatten().fold(Duration::ZERO, Duration::saturating_add);
    // Without a first batch the rest is no stream.
    let stream = stages.first_batch.and(stages.total).map(|total| total.saturating_sub(until_stream));
    let host =
        [("receive", Some(times.receive)), ("queue", Some(times.queue)), ("instantiate", times.instantiate)];
    let component = [
        // The host has a `receive` of its own.
        ("accept", stages.receive),
        ("parse", stages.parse),
        ("plan", stages.plan),
        ("first_batch", stages.first_batch),
        ("stream", stream),
    ];
    let mut children = Vec::new();
    let mut from = Duration::ZERO;
    for (name, took) in host.into_iter().chain(component) {
        let to = from.saturating_add(took.unwrap_or_default()).min(times.total);
        if to > from {
            children.push((name, from, to));
        }
        from = to;
    }
    children
}

fn attributes(done: &Finished, log_sql: bool) -> Vec<KeyValue> {
    let number = |name, value: Option<u64>| Some((name, Value::I64(value?.try_into().ok()?)));
    let text = |name, value: Option<&str>| Some((name, Value::String(StringValue::from(value?.to_owned()))));
    let all = [
        number("http.response.status_code", done.status.map(|status| status.as_u16().into())),
        number("http.response.body.size", Some(done.bytes_sent)),
        text("error.type", done.error_type()),
        text("enduser.id", done.principal.as_deref()),
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
        text("polaroid.start", done.instance.map(|_| if done.cold { "cold" } else { "warm" })),
    ];
    all.into_iter().flatten().map(|(name, value)| KeyValue::new(name, value)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Children with their begins and ends in milliseconds.
    fn children_in_ms(times: Times, stages: &str) -> Vec<(&'static str, u128, u128)> {
        let all = children(&times, &serde_json::from_str(stages).unwrap());
        all.into_iter().map(|(name, from, to)| (name, from.as_millis(), to.as_millis())).collect()
    }

    fn times() -> Times {
        Times { receive: MS, queue: 2 * MS, instantiate: Some(MS), first_byte: None, total: 100 * MS }
    }

    #[test]
    fn stages_follow_each_other_and_the_rest_is_the_stream() {
        let all = children_in_ms(
            times(),
            r#"{"total_ms": 30, "send_ms": 7, "first_batch_ms": 6, "plan_ms": 9, "parse_ms": 1, "receive_ms": 2}"#,
        );
        let expected = [
            ("receive", 0, 1),
            ("queue", 1, 3),
            ("instantiate", 3, 4),
            ("accept", 4, 6),
            ("parse", 6, 7),
            ("plan", 7, 16),
            ("first_batch", 16, 22),
            ("stream", 22, 34),
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn a_query_that_was_not_planned_has_no_stream() {
        let all = children_in_ms(times(), r#"{"receive_ms": 2, "parse_ms": 1, "total_ms": 30}"#);
        assert_eq!(all[3..], [("accept", 4, 6), ("parse", 6, 7)]);
    }

    #[test]
    fn nothing_that_a_guest_says_is_outside_of_the_request() {
        let all = children_in_ms(
            times(),
            r#"{"receive_ms": -5, "parse_ms": 1e300, "plan_ms": 1e15, "first_batch_ms": 1, "total_ms": 1e18, "x": 1}"#,
        );
        assert_eq!(all[3..], [("plan", 4, 100)]);
    }
}
