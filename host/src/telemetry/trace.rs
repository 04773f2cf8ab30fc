//! The trace that a request belongs to (W3C Trace Context).
//!
//! Where traces are exported, the host has a span of its own for each request, a child of the
//! caller's, and the guest gets that span as its parent ([`super::otlp`]). Where they are not, a span
//! of ours would be a hole in the caller's trace: the guest gets the caller's headers as they came.

use super::metrics::Counted;
use http::HeaderMap;
#[cfg(feature = "otlp")]
use std::time::SystemTime;

pub const TRACEPARENT: &str = "traceparent";
pub const TRACESTATE: &str = "tracestate";

/// The trace of one request, from its head to its end. Dropped unfinished, its span ends then.
#[derive(Debug, Default)]
pub struct Trace {
    /// Counts the requests that are not reported yet.
    _open: Option<Counted>,
    /// Of the span that the guest has as its parent, in lower-case hexadecimal digits.
    ids: Option<(String, String)>,
    #[cfg(feature = "otlp")]
    pub(super) span: Option<(opentelemetry_sdk::trace::Span, SystemTime)>,
}

impl Trace {
    /// The caller's trace, if any. Headers that are not valid are taken away.
    pub(super) fn pass_on(headers: &mut HeaderMap) -> Trace {
        let ids = ids(headers);
        if ids.is_none() {
            headers.remove(TRACEPARENT);
            headers.remove(TRACESTATE);
        }
        Trace { ids, ..Trace::default() }
    }

    /// A span of ours, which began at `started`.
    #[cfg(feature = "otlp")]
    pub(super) fn of(span: opentelemetry_sdk::trace::Span, started: SystemTime) -> Trace {
        use opentelemetry::trace::Span as _;
        let context = span.span_context();
        let ids = Some((context.trace_id().to_string(), context.span_id().to_string()));
        Trace { _open: None, ids, span: Some((span, started)) }
    }

    /// Counts it as long as it is not reported.
    pub(super) fn counted(self, open: Counted) -> Trace {
        Trace { _open: Some(open), ..self }
    }

    /// Trace and span, for the log.
    pub fn ids(&self) -> Option<(&str, &str)> {
        self.ids.as_ref().map(|(trace, span)| (&**trace, &**span))
    }
}

/// Trace and parent of the one valid `traceparent`.
fn ids(headers: &HeaderMap) -> Option<(String, String)> {
    let mut all = headers.get_all(TRACEPARENT).iter();
    let (Some(parent), None) = (all.next(), all.next()) else { return None };
    let mut fields = parent.to_str().ok()?.split('-');
    let (version, trace, span, flags) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let hex = |field: &str, digits: usize| {
        field.len() == digits && field.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let known = |field: &str| field.bytes().any(|byte| byte != b'0');
    let valid = hex(version, 2)
        && version != "ff"
        // Versions to come may have more fields.
        && (version != "00" || fields.next().is_none())
        && hex(trace, 32)
        && known(trace)
        && hex(span, 16)
        && known(span)
        && hex(flags, 2);
    valid.then(|| (trace.to_owned(), span.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
    const SPAN: &str = "b7ad6b7169203331";

    fn headers(parents: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for parent in parents {
            headers.append(TRACEPARENT, parent.parse().unwrap());
        }
        headers.insert(TRACESTATE, "a=b".parse().unwrap());
        headers
    }

    #[test]
    fn a_valid_trace_is_passed_on_as_it_came() {
        for parent in [
            &format!("00-{TRACE}-{SPAN}-01"),
            &format!("00-{TRACE}-{SPAN}-00"),
            &format!("01-{TRACE}-{SPAN}-03-more"),
        ] {
            let mut headers = headers(&[parent]);
            let before = headers.clone();
            assert_eq!(Trace::pass_on(&mut headers).ids(), Some((TRACE, SPAN)));
            assert_eq!(headers, before);
        }
    }

    #[test]
    fn any_other_is_taken_away() {
        let valid = format!("00-{TRACE}-{SPAN}-01");
        for parents in [
            &[][..],
            &[""],
            &["00"],
            &[&valid, &valid],
            &[&format!("00-{TRACE}-{SPAN}-01-more")],
            &[&format!("ff-{TRACE}-{SPAN}-01")],
            &[&format!("00-{}-{SPAN}-01", TRACE.to_uppercase())],
            &[&format!("00-{}-{SPAN}-01", "0".repeat(32))],
            &[&format!("00-{TRACE}-{}-01", "0".repeat(16))],
            &[&format!("00-{TRACE}x-{SPAN}-01")],
            &[&format!("00-{TRACE}-{SPAN}-1")],
        ] {
            let mut headers = headers(parents);
            assert_eq!(Trace::pass_on(&mut headers).ids(), None, "{parents:?}");
            assert!(headers.is_empty(), "{parents:?}");
        }
    }
}
