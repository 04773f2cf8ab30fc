//! The headers of answers, each described once, and which answers have them. Those that are not required depend on
//! the request, on the configuration or on the host.

use serde_json::{Map, Value, json};

/// Name, whether each answer that has it in the document has it indeed, and what it says.
const ALL: [(&str, bool, &str); 24] = [
    ("X-Query-Id", true, "The caller's, or 32 random hexadecimal digits"),
    ("X-Query-Fuel", false, "What the query burned, where the host meters it; a trailer of a long answer"),
    ("Server-Timing", false, "Milliseconds of the stages that have ended"),
    ("X-Content-Type-Options", false, "`nosniff`"),
    ("Content-Security-Policy", false, "Allows nothing: no answer is a page"),
    ("Access-Control-Allow-Origin", false, "The origin whose pages may read the answer"),
    ("Access-Control-Expose-Headers", false, "The headers that such a page may look at"),
    ("Access-Control-Allow-Methods", false, "The methods that such a page may use"),
    ("Access-Control-Allow-Headers", false, "The headers that such a page may send"),
    ("Access-Control-Max-Age", false, "For how many seconds this holds"),
    ("Vary", false, "The headers of a request on which the answer depends"),
    ("Cache-Control", false, "Whether the answer may be kept"),
    ("ETag", false, "Of the request and of the files that it reads"),
    ("Content-Encoding", false, "`zstd` or `gzip`, by `Accept-Encoding`"),
    ("Trailer", false, "The trailers of a long answer"),
    ("X-Query-Rows", false, "Rows in the answer; a trailer of a long one"),
    (
        "X-Query-Truncated",
        false,
        "Whether `max_rows` cut the result: `true` or `false`; a trailer of a long answer",
    ),
    ("X-Query-Files", false, "The files that the query's tables are made of"),
    ("X-Query-Bytes-Read", false, "Bytes read from files"),
    ("X-Query-Row-Groups", false, "Row groups of the Parquet files that were scanned"),
    ("X-Query-Row-Groups-Read", false, "Those of them that were read"),
    ("Allow", true, "The methods that there are"),
    ("Retry-After", true, "Seconds to wait"),
    ("WWW-Authenticate", true, "The scheme of a credential, and what is wrong with the one that was sent"),
];

const EVERY: &[&str] = &[
    "X-Query-Id",
    "X-Query-Fuel",
    "Server-Timing",
    "X-Content-Type-Options",
    "Content-Security-Policy",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "Vary",
];

/// Of an answer that is kept, or must not be.
const CACHED: &[&str] = &["Cache-Control"];

/// Of a short answer, or with `buffer`; a long one has `Trailer` in their place.
const COUNTS: &[&str] = &[
    "Content-Encoding",
    "Trailer",
    "X-Query-Rows",
    "X-Query-Truncated",
    "X-Query-Files",
    "X-Query-Bytes-Read",
    "X-Query-Row-Groups",
    "X-Query-Row-Groups-Read",
];

const PREFLIGHT: &[&str] =
    &["Allow", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Max-Age"];

/// The descriptions, for all references to them.
pub fn all() -> Value {
    let described = |(name, required, text): &(&str, bool, &str)| {
        let mut header = json!({"description": text, "schema": {"type": "string"}});
        if *required {
            header["required"] = json!(true);
        }
        ((*name).to_string(), header)
    };
    ALL.iter().map(described).collect::<Map<_, _>>().into()
}

/// Those of a document, or of any answer that has no others.
pub fn of_document() -> Value {
    references(&[EVERY, CACHED])
}

/// Those of a problem with this status.
pub fn of_problem(status: u16) -> Value {
    let own: &[&str] = match status {
        401 => &["WWW-Authenticate"],
        405 => &["Allow"],
        503 => &["Retry-After"],
        _ => &[],
    };
    references(&[EVERY, CACHED, own])
}

/// Those of a result. Only what is read has a validator.
pub fn of_result(is_read: bool) -> Value {
    let validator: &[&str] = if is_read { &["ETag"] } else { &[] };
    references(&[EVERY, CACHED, validator, COUNTS])
}

/// Those of a 304.
pub fn of_not_modified() -> Value {
    references(&[EVERY, CACHED, &["ETag"]])
}

/// Those of the answer to `OPTIONS`.
pub fn of_preflight() -> Value {
    references(&[EVERY, PREFLIGHT])
}

fn references(groups: &[&[&str]]) -> Value {
    let reference =
        |name: &&str| ((*name).to_string(), json!({"$ref": format!("#/components/headers/{name}")}));
    groups.iter().copied().flatten().map(reference).collect::<Map<_, _>>().into()
}
