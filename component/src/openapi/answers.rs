//! The parts of answers: their headers, and the problems that they may be.

use serde_json::{Map, Value, json};

use crate::error::{Kind, Problem};

/// Headers of every answer.
const COMMON: [(&str, &str); 3] = [
    ("X-Query-Id", "The caller's, or 32 random hexadecimal digits"),
    ("Server-Timing", "Milliseconds of the stages that have ended"),
    ("Cache-Control", "Whether the answer may be kept"),
];

/// Headers of a result of up to 64 KiB, or with `buffer`. The first two are trailers of a longer one.
const COUNTS: [(&str, &str); 6] = [
    ("X-Query-Rows", "Rows in the answer"),
    ("X-Query-Truncated", "Whether `max_rows` cut the result: `true` or `false`"),
    ("X-Query-Files", "The files that the query's tables are made of"),
    ("X-Query-Bytes-Read", "Bytes read from files"),
    ("X-Query-Row-Groups", "Row groups of the Parquet files that were scanned"),
    ("X-Query-Row-Groups-Read", "Those of them that were read"),
];

/// Headers for caches, of the answer to a `GET`.
const CACHING: [(&str, &str); 2] = [
    ("ETag", "Of the request and of the files that it reads"),
    ("Vary", "The headers of a request on which the answer depends"),
];

/// Problems of `polaroid serve` itself, which other hosts have otherwise or not at all.
const OF_THE_HOST: [(u16, &str, &str); 10] = [
    (400, "bad_request", "The request is not HTTP as it should be"),
    (408, "body_timeout", "The body did not come in time"),
    (421, "misdirected_host", "The host is not one that this server answers for"),
    (500, "guest_trap", "The query engine broke off"),
    (500, "no_answer", "The query engine gave no answer"),
    (500, "sandbox_failed", "There was no sandbox"),
    (503, "overloaded", "All places are taken"),
    (503, "starting", "The server is starting"),
    (503, "stopping", "The server is stopping"),
    (507, "memory_exceeded", "The query needs too much memory"),
];

pub fn headers() -> Value {
    let all = COMMON.iter().chain(&COUNTS).chain(&CACHING);
    let described = |text: &str| json!({"description": text, "schema": {"type": "string"}});
    all.map(|(name, text)| ((*name).to_string(), described(text))).collect::<Map<_, _>>().into()
}

fn references<'a>(names: impl Iterator<Item = &'a (&'static str, &'static str)>) -> Value {
    let reference = |name: &str| json!({"$ref": format!("#/components/headers/{name}")});
    names.map(|(name, _)| ((*name).to_string(), reference(name))).collect::<Map<_, _>>().into()
}

/// Those of every answer.
pub fn common() -> Value {
    references(COMMON.iter())
}

/// Those of a result.
pub fn of_result() -> Value {
    references(COMMON.iter().chain(&COUNTS).chain(&CACHING))
}

/// Those of a 304.
pub fn of_not_modified() -> Value {
    references(COMMON.iter().chain(&CACHING))
}

/// A response for each status that a problem has, with an example for each code.
pub fn problems() -> Value {
    let mut responses = Map::new();
    let ours = Kind::ALL.iter().filter(|kind| **kind != Kind::ClientGone).map(|kind| kind.describe());
    for (status, code, title) in ours.chain(OF_THE_HOST) {
        let response = responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": title,
                "headers": common(),
                "content": {"application/problem+json": {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "examples": {},
                }},
            })
        });
        let example = Problem::new(status, code, title, title, "0123456789abcdef0123456789abcdef");
        response["content"]["application/problem+json"]["examples"][code] =
            json!({"summary": title, "value": example});
    }
    for response in responses.values_mut() {
        let titles: Vec<&str> = match &response["content"]["application/problem+json"]["examples"] {
            Value::Object(examples) => {
                examples.values().filter_map(|example| example["summary"].as_str()).collect()
            }
            _ => Vec::new(),
        };
        response["description"] = json!(titles.join("; "));
    }
    responses.into()
}

/// References to the problems of a route, by their statuses.
pub fn refused(statuses: &[u16]) -> Map<String, Value> {
    let always = [400, 404, 405, 408, 413, 421, 500, 503, 504, 507];
    always
        .iter()
        .chain(statuses)
        .map(|status| (status.to_string(), json!({"$ref": format!("#/components/responses/{status}")})))
        .collect()
}
