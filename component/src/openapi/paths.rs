//! The routes, their parameters and their answers.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::answers;
use super::schemas::{Document, Parameters};
use crate::catalog::{Table, Tables};
use crate::error::Problem;
use crate::format::Format;
use crate::handle::{Status, Version};
use crate::request::Given;
use crate::saved::Queries;

const EXAMPLE: &str = "SELECT city, COUNT(*) AS n FROM people GROUP BY city ORDER BY n DESC";

pub fn all(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<Problem>();
    schemas.subschema_for::<Parameters>();
    let options = options(schemas);
    let form = json!({
        "type": "object",
        "properties": {"sql": {"type": "string"}, "input": {"type": "string", "contentMediaType": "text/csv"}},
        "additionalProperties": {"type": "string"},
    });
    json!({
        "/query": {
            "get": {
                "operationId": "getQuery",
                "summary": "The result of a query, for caches and links",
                "parameters": with(&options, &["If-None-Match", "X-Query-Id"]),
                "responses": result(schemas, true),
            },
            "post": {
                "operationId": "postQuery",
                "summary": "The result of a query",
                "description": "The query is the body, as JSON with its options or as SQL with the options in the URL. \
                                An option in the body wins over one in the URL. Data as the body is the table \
                                `input`, with the SQL in the URL or in X-Query-SQL; a form has a file for each table.",
                "parameters": with(&options, &["X-Query-Id", "X-Query-SQL"]),
                "requestBody": {"required": true, "content": {
                    "application/json": {
                        "schema": schemas.subschema_for::<Given>(),
                        "example": {"sql": EXAMPLE, "format": "json", "max_rows": 100},
                    },
                    "application/sql": {"schema": {"type": "string"}, "example": EXAMPLE},
                    "text/plain": {"schema": {"type": "string"}, "example": EXAMPLE},
                    "text/csv": {"schema": {"type": "string"}, "example": "city,n\nOslo,1\n"},
                    "application/x-ndjson": {"schema": {"type": "string"}, "example": "{\"n\": 1}\n"},
                    "application/vnd.apache.arrow.stream": {"schema": {}},
                    "application/vnd.apache.parquet": {"schema": {}},
                    "multipart/form-data": {"schema": form},
                }},
                "responses": result(schemas, false),
            },
        },
        "/tables": {"get": read::<Tables>(schemas, "listTables", "What plain names reach", &[], &[])},
        "/tables/{name}": {"get": read::<Table>(
            schemas,
            "getTable",
            "A table's columns, files and, where its format counts them, rows",
            &[json!({"name": "name", "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}})],
            &[403, 422],
        )},
        "/queries": {"get": read::<Queries>(schemas, "listQueries", "The saved queries", &[], &[])},
        "/healthz": {"get": read::<Status>(schemas, "health", "Whether a sandbox answers", &[], &[])},
        "/readyz": {"get": read::<Status>(schemas, "ready", "Whether a query would be taken", &[], &[])},
        "/version": {"get": read::<Version>(schemas, "version", "What answers", &[], &[])},
        "/openapi.json": {"get": {
            "operationId": "openapi",
            "summary": "This document",
            "responses": answered(json!({"type": "object"}), &[]),
        }},
    })
}

/// The options of a query as parameters of a URL.
pub fn options(schemas: &mut SchemaGenerator) -> Vec<Value> {
    schemas.subschema_for::<Given>();
    let given = schemas.definitions().get("Query").cloned().unwrap_or_default();
    let Value::Object(properties) = given["properties"].clone() else { return Vec::new() };
    let parameter = |(name, mut schema): (String, Value)| {
        let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
        let mut parameter = json!({"name": name, "in": "query", "description": description});
        let schema = without_null(schema);
        if name == "params" {
            parameter["content"] = json!({"application/json": {"schema": schema}});
        } else {
            parameter["schema"] = schema;
        }
        if name == "sql" {
            parameter["example"] = json!(EXAMPLE);
        }
        parameter
    };
    properties.into_iter().map(parameter).collect()
}

/// An option in a URL is there or not, and never null.
fn without_null(mut schema: Value) -> Value {
    if let Value::Array(types) = &mut schema["type"] {
        types.retain(|kind| kind != "null");
        if let [only] = types.as_slice() {
            schema["type"] = only.clone();
        }
    } else if schema["type"].is_null()
        && let Some(members) = schema.as_object_mut()
    {
        members.remove("type");
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| choice["type"] != "null");
        if let [only] = choices.as_slice() {
            return only.clone();
        }
    }
    schema
}

pub fn with(parameters: &[Value], headers: &[&str]) -> Vec<Value> {
    let header = |name: &&str| json!({"name": name, "in": "header", "schema": {"type": "string"}});
    parameters.iter().cloned().chain(headers.iter().map(header)).collect()
}

/// A route that reads one document.
fn read<T: JsonSchema>(
    schemas: &mut SchemaGenerator,
    id: &str,
    summary: &str,
    parameters: &[Value],
    statuses: &[u16],
) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": with(parameters, &["X-Query-Id"]),
        "responses": answered(json!(schema), statuses),
    })
}

fn answered(schema: Value, statuses: &[u16]) -> Value {
    let mut responses = answers::refused(statuses);
    let ok = json!({
        "description": "The document",
        "headers": answers::common(),
        "content": {"application/json": {"schema": schema}},
    });
    responses.insert("200".to_string(), ok);
    responses.into()
}

pub fn result(schemas: &mut SchemaGenerator, is_read: bool) -> Value {
    let mut responses = answers::refused(&[403, 406, 415, 422]);
    let mut content = Map::new();
    for format in Format::all() {
        let schema = match format {
            Format::Json => json!(schemas.subschema_for::<Document>()),
            _ => json!({}),
        };
        content.insert(format.media_type().to_string(), json!({"schema": schema}));
    }
    responses.insert(
        "200".to_string(),
        json!({
            "description": "The rows. An answer that breaks off has no end: its last chunk, or bytes of its length, are missing.",
            "headers": answers::of_result(),
            "content": content,
        }),
    );
    if is_read {
        let kept = json!({"description": "The answer that the client has still holds", "headers": answers::of_not_modified()});
        responses.insert("304".to_string(), kept);
    }
    responses.into()
}
