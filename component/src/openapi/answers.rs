//! The problems that an answer may be.

use serde_json::{Map, Value, json};

use super::headers;
use crate::error::{Kind, Problem};

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

/// A response for each status that a problem has, with an example for each code.
pub fn problems() -> Value {
    let mut responses = Map::new();
    let ours = Kind::ALL.iter().filter(|kind| **kind != Kind::ClientGone).map(|kind| kind.describe());
    for (status, code, title) in ours.chain(OF_THE_HOST) {
        let response = responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": title,
                "headers": headers::of_problem(status),
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
    // Before there is a request that a document could be about.
    responses.insert("431".to_string(), json!({"description": "The head of the request is too large"}));
    responses.into()
}

/// References to the problems of a route: those of every one, and those with these statuses.
pub fn refused(statuses: &[u16]) -> Map<String, Value> {
    let always = [400, 405, 408, 413, 421, 431, 500, 503, 504, 507];
    always.iter().chain(statuses).map(|status| (status.to_string(), refusal(*status))).collect()
}

pub fn refusal(status: u16) -> Value {
    json!({"$ref": format!("#/components/responses/{status}")})
}
