//! What anybody may send: no request panics, and each is taken as it was meant or refused as its sender's fault.

use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::json;

use super::{Method, Received, Route};
use crate::error::Kind;
use crate::format::Format;
use crate::reply::{Coding, Cors};

fn received(target: String, content_type: Option<String>, accept: Option<String>) -> Received {
    Received {
        method: Method::Post,
        target,
        content_type,
        accept,
        accept_encoding: None,
        if_none_match: None,
        origin: None,
        content_length: None,
        sql: Vec::new(),
        query_id: "q".to_string(),
    }
}

/// Headers of the parts that they are made of, and of any other text.
fn header() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        Just("application/json".to_string()),
        Just("text/csv".to_string()),
        Just("*/*".to_string()),
        Just("gzip".to_string()),
        Just("zstd".to_string()),
        Just("identity".to_string()),
        Just("*".to_string()),
        ".{0,12}",
    ];
    let weight = prop_oneof![Just(String::new()), ";q=[01](\\.[0-9]{0,4})?", "; ?[qQ] ?=.{0,6}"];
    prop::collection::vec((part, weight), 0..6).prop_map(|parts| {
        parts.into_iter().map(|(part, weight)| part + &weight).collect::<Vec<_>>().join(",")
    })
}

/// JSON near to that of a query.
fn near_query() -> impl Strategy<Value = Vec<u8>> {
    let names = ["sql", "format", "params", "max_rows", "max_bytes", "timeout_ms", "buffer", "numbers", "x"];
    let value = prop_oneof![
        any::<i64>().prop_map(|value| json!(value)),
        any::<f64>().prop_map(|value| json!(value)),
        any::<bool>().prop_map(|value| json!(value)),
        ".{0,8}".prop_map(|value| json!(value)),
        Just(json!(null)),
        Just(json!([1, {"type": "date", "value": "2025-01-01"}])),
        Just(json!({"a": {"type": "blob", "value": "AA=="}})),
    ];
    let object = prop::collection::hash_map(prop::sample::select(names.to_vec()), value, 0..6)
        .prop_map(|members| serde_json::to_vec(&members).unwrap());
    // And such with a byte changed.
    (object, any::<prop::sample::Index>(), prop::option::of(any::<u8>())).prop_map(|(mut bytes, at, byte)| {
        if let Some(byte) = byte {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes
    })
}

fn config() -> Config {
    Config { cases: 2_000, failure_persistence: None, ..Config::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bodies(
        body in prop_oneof![near_query(), prop::collection::vec(any::<u8>(), 0..64)],
        content_type in prop::option::of(prop_oneof![Just("application/json".to_string()), ".{0,24}"]),
        query in prop_oneof![Just(String::new()), "\\?[a-z_=&%0-9]{0,24}", "\\?.{0,24}"],
    ) {
        let outcome = received(format!("/query{query}"), content_type, None).posted(body);
        if let Err(error) = outcome {
            prop_assert!((400..500).contains(&error.status()), "{error}");
            prop_assert!(!error.problem("q").is_empty());
        }
    }

    #[test]
    fn targets(target in prop_oneof![".{0,40}", "/(query|tables|version)[/?%a-f0-9&=+]{0,24}"]) {
        for method in [Method::Get, Method::Post, Method::Other] {
            if let Err(error) = Route::parse(method, &target) {
                prop_assert!(matches!(error.kind, Kind::NotFound | Kind::MethodNotAllowed | Kind::InvalidUtf8));
            }
        }
        let _ = received(target, None, None).asked();
    }

    /// A format is chosen only if something in the header stands for it.
    #[test]
    fn accept(header in header()) {
        match Format::accepted(&header) {
            Ok(format) => {
                let named = header.to_ascii_lowercase().contains(format.media_type());
                prop_assert!(named || header.contains('*') || header.trim().is_empty(), "{format:?} of {header:?}");
            }
            Err(error) => prop_assert_eq!(error.kind, Kind::NotAcceptable),
        }
    }

    #[test]
    fn accept_encoding(header in header()) {
        if let Some(coding) = Coding::accepted(Some(&header)) {
            prop_assert!(header.to_ascii_lowercase().contains(coding.name()) || header.contains('*'));
        }
    }

    /// Whatever a page says of itself, it is allowed what is listed.
    #[test]
    fn origins(origin in prop_oneof![".{0,30}", "https://[a.]{0,3}a\\.example[:0-9.]{0,4}"]) {
        let listed = Cors::parse("https://a.example").unwrap();
        let allowed = listed.headers(Some(&origin)).iter().any(|(name, _)| *name == "access-control-allow-origin");
        prop_assert_eq!(allowed, origin == "https://a.example");
    }
}
