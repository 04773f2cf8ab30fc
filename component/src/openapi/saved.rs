//! A path for each saved query, with its parameters.

use polaroid_sql::params::declared::Declared;
use schemars::SchemaGenerator;
use serde_json::{Map, Value, json};

use super::paths::{options, result, with};
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
            "requestBody": {"content": {"application/json": {"schema": body(query, &options)}}},
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
        "schema": schema(declared),
    })
}

fn body(query: &SavedQuery, options: &[Value]) -> Value {
    let params: Map<String, Value> =
        query.parameters.iter().map(|declared| (declared.name.clone(), schema(declared))).collect();
    let mut properties: Map<String, Value> = options
        .iter()
        .filter_map(|option| Some((option["name"].as_str()?.to_string(), option["schema"].clone())))
        .collect();
    properties.insert(
        "params".to_string(),
        json!({"type": "object", "properties": params, "additionalProperties": false}),
    );
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

fn schema(declared: &Declared) -> Value {
    let kind = declared.kind.split('(').next().unwrap_or_default();
    let mut schema = match kind {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT" | "USMALLINT" | "UINTEGER"
        | "UBIGINT" => json!({"type": "integer"}),
        "DECIMAL" | "FLOAT" | "DOUBLE" => json!({"type": "number"}),
        "BOOLEAN" => json!({"type": "boolean"}),
        _ => json!({"type": "string"}),
    };
    schema["description"] = json!(declared.kind);
    if let Some(default) = &declared.default {
        schema["default"] = serde_json::from_str(default.get()).unwrap_or_default();
    }
    schema
}
