//! Schemas of what no type of ours reads or writes as a whole: results are written as they come.

use schemars::JsonSchema;

/// A result as JSON.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Result")]
#[allow(dead_code)]
pub struct Document {
    /// The names of the columns.
    columns: Vec<String>,
    /// Their types, as SQL names them.
    types: Vec<String>,
    /// The rows: an object for each, with a member for each column.
    data: Vec<serde_json::Map<String, serde_json::Value>>,
    #[schemars(flatten)]
    counts: Counts,
}

/// What the end of an answer tells.
#[derive(JsonSchema)]
#[allow(dead_code)]
pub struct Counts {
    /// Rows in the answer.
    rows: u64,
    /// Whether `max_rows` cut the result.
    truncated: bool,
    query_id: String,
    /// From the arrival of the request to this end.
    elapsed_ms: f64,
    /// Bytes read from files.
    bytes_read: u64,
    /// Ranges of files in which they were read.
    ranges_read: u64,
    /// The files that the query's tables are made of.
    files: u64,
    /// Row groups of the Parquet files that were scanned.
    row_groups: u64,
    /// Those of them that were read.
    row_groups_read: u64,
}

/// Values for the placeholders in the SQL: an array for `$1` and `?`, an object for `$name` and `:name`. For what
/// JSON has no word for, a value is `{"type": "date", "value": "2025-01-01"}`.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "Parameters")]
#[allow(dead_code)]
pub enum Parameters {
    Positional(Vec<serde_json::Value>),
    Named(serde_json::Map<String, serde_json::Value>),
}

/// Why `polaroid serve` takes no query now.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[allow(dead_code)]
pub struct Unready {
    /// `loading` or `stopping`.
    status: String,
    reason: String,
}

/// A parameter of a saved query.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Parameter")]
#[allow(dead_code)]
pub struct Declared {
    name: String,
    /// The SQL name of the type of its values.
    r#type: String,
    /// The value where none is given; without one, a value must be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<serde_json::Value>,
    description: String,
}
