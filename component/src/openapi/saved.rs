//! A path for each saved query, with its parameters.

use polaroid_sql::params::declared::Declared;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::paths::{members, options, result, with};
use crate::saved::SavedQuery;

pub fn path(query: &SavedQuery, schemas: &mut SchemaGenerator) -> Value {
    let is_option_here = |option: &Value| option["name"] != "sql" && option["name"] != "params";
    let options: Vec<Value> = options(schemas).into_iter().filter(is_option_here).collect();
    let parameters: Vec<Value> = query.parameters.iter().map(parameter).collect();
    let in_url: Vec<Value> = parameters.iter().chain(&options).cloned().collect();
    // In a POST a parameter may be in the body as well.
    let optional = |mut parameter: Value| {
        parameter["required"] = json!(false);
        parameter
    };
    json!({
        "get": {
            "operationId": format!("getSaved_{}", query.name),
            "summary": query.description,
            "parameters": with(&in_url, &["If-None-Match", "X-Query-Id"]),
            "responses": result(schemas, true),
        },
        "post": {
            "operationId": format!("postSaved_{}", query.name),
            "summary": query.description,
            "parameters": with(&in_url.into_iter().map(optional).collect::<Vec<_>>(), &["X-Query-Id"]),
            "requestBody": {"content": {"application/json": {"schema": body(query, members(schemas))}}},
            "responses": result(schemas, false),
        },
    })
}

fn parameter(declared: &Declared) -> Value {
    json!({
        "name": declared.name,
        "in": "query",
        "required": declared.default.is_none(),
        "description": declared.description,
        "schema": in_url(declared),
    })
}

/// The options with the parameters as `params`.
fn body(query: &SavedQuery, mut options: Map<String, Value>) -> Value {
    let params: Map<String, Value> =
        query.parameters.iter().map(|declared| (declared.name.clone(), in_json(declared))).collect();
    options.remove("sql");
    options.insert(
        "params".to_string(),
        json!({"type": ["object", "null"], "properties": params, "additionalProperties": false}),
    );
    json!({"type": "object", "properties": options, "additionalProperties": false})
}

/// The type of JSON that a value has, and the texts that stand for one where JSON's numbers would not do.
fn types(declared: &Declared) -> (&'static str, Option<&'static str>) {
    match declared.kind.as_str() {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT" | "USMALLINT" | "UINTEGER"
        | "UBIGINT" => ("integer", Some("^-?[0-9]+$")),
        "DECIMAL" => ("number", Some(r"^-?([0-9]+\.?|[0-9]*\.[0-9]+)$")),
        "FLOAT" | "DOUBLE" => ("number", Some("^(NaN|-?Infinity)$")),
        "BOOLEAN" => ("boolean", None),
        _ => ("string", None),
    }
}

/// As text, in which a number is one however it is sent.
fn in_url(declared: &Declared) -> Value {
    let mut schema = json!({"type": types(declared).0, "description": declared.kind});
    if matches!(declared.kind.as_str(), "FLOAT" | "DOUBLE") {
        schema["type"] = json!(["number", "string"]);
        schema["pattern"] = json!(types(declared).1);
    }
    // There is no text for NULL.
    if let Some(default) = default(declared).filter(|default| !default.is_null()) {
        schema["default"] = default;
    }
    schema
}

fn in_json(declared: &Declared) -> Value {
    let (kind, texts) = types(declared);
    let mut schema = match texts {
        Some(pattern) => json!({"type": [kind, "string", "null"], "pattern": pattern}),
        None => json!({"type": [kind, "null"]}),
    };
    schema["description"] = json!(declared.kind);
    if let Some(default) = default(declared) {
        schema["default"] = default;
    }
    schema
}

fn default(declared: &Declared) -> Option<Value> {
    serde_json::from_str(declared.default.as_ref()?.get()).ok()
}
