//! The routes, their parameters and their answers.

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::schemas::{Document, Parameters, Unready};
use super::{answers, headers};
use crate::catalog::{Table, Tables};
use crate::error::Problem;
use crate::format::Format;
use crate::handle::{Status, Version};
use crate::request::{Given, SQL_MEDIA_TYPES, data_media_types};
use crate::saved::Queries;

const EXAMPLE: &str = "SELECT city, COUNT(*) AS n FROM people GROUP BY city ORDER BY n DESC";

/// Of what looks into folders of data.
const FOLDERS: &[u16] = &[403, 404, 422];

pub fn all(schemas: &mut SchemaGenerator) -> Value {
    schemas.subschema_for::<Problem>();
    schemas.subschema_for::<Parameters>();
    let options = options(schemas);
    let asked: Vec<Value> = options.iter().cloned().map(required_sql).collect();
    json!({
        "/query": {
            "get": {
                "operationId": "getQuery",
                "summary": "The result of a query, for caches and links",
                "parameters": with(&asked, &["If-None-Match", "X-Query-Id"]),
                "responses": result(schemas, true),
            },
            "post": {
                "operationId": "postQuery",
                "summary": "The result of a query",
                "description": "The query is the body, as JSON with its options or as SQL with the options in the URL. \
                                An option in the body wins over one in the URL. Data as the body is the table \
                                `input`, with the SQL in the URL or in X-Query-SQL; a form has a file for each table.",
                "parameters": with(&options, &["X-Query-Id", "X-Query-SQL"]),
                "requestBody": {"required": true, "content": bodies(schemas)},
                "responses": result(schemas, false),
            },
        },
        "/tables": {"get": read::<Tables>(schemas, "listTables", "What plain names reach", FOLDERS)},
        "/tables/{name}": {
            "parameters": [{"name": "name", "in": "path", "required": true, "schema": {"type": "string", "minLength": 1}}],
            "get": read::<Table>(
                schemas,
                "getTable",
                "A table's columns, files and, where its format counts them, rows",
                FOLDERS,
            ),
        },
        "/queries": {"get": read::<Queries>(schemas, "listQueries", "The saved queries", FOLDERS)},
        "/healthz": {"get": read::<Status>(schemas, "health", "Whether a sandbox answers", &[])},
        "/readyz": {"get": ready(schemas)},
        "/version": {"get": read::<Version>(schemas, "version", "What answers", &[])},
        "/openapi.json": {"get": {
            "operationId": "openapi",
            "summary": "This document",
            "parameters": with(&[], &["X-Query-Id"]),
            "responses": answered(json!({"type": "object"}), FOLDERS),
        }},
    })
}

/// The bodies of `POST /query`: options, SQL, data, or a form of them.
fn bodies(schemas: &mut SchemaGenerator) -> Map<String, Value> {
    let text = |example: &str| json!({"schema": {"type": "string"}, "example": example});
    let data = |media_type| match Format::of_media_type(media_type) {
        Some(Format::Csv) => text("city,n\nOslo,1\n"),
        Some(Format::Ndjson) => text("{\"n\": 1}\n"),
        None => text("city\tn\nOslo\t1\n"),
        Some(Format::Arrow | Format::ArrowFile | Format::Parquet | Format::Json) => json!({"schema": {}}),
    };
    let options = json!({
        "schema": schemas.subschema_for::<Given>(),
        "example": {"sql": EXAMPLE, "format": "json", "max_rows": 100},
    });
    let form = json!({"schema": {
        "type": "object",
        "properties": {"sql": {"type": "string"}, "input": {"type": "string", "contentMediaType": "text/csv"}},
        "additionalProperties": {"type": "string"},
    }});
    let sql = SQL_MEDIA_TYPES.into_iter().map(|media_type| (media_type, text(EXAMPLE)));
    let data = data_media_types().map(|media_type| (media_type, data(media_type)));
    let other = [("application/json", options), ("multipart/form-data", form)];
    other.into_iter().chain(sql).chain(data).map(|(name, body)| (name.to_string(), body)).collect()
}

/// `OPTIONS` of any route.
pub fn preflight() -> Value {
    let mut responses = answers::refused(&[]);
    responses.remove("405");
    let allowed = json!({"description": "What is allowed", "headers": headers::of_preflight()});
    responses.insert("204".to_string(), allowed);
    json!({"summary": "The methods that there are, and what a page of another origin may do", "responses": responses})
}

/// `GET /readyz`, which `polaroid serve` answers while it takes no queries, too.
fn ready(schemas: &mut SchemaGenerator) -> Value {
    let mut ready = read::<Status>(schemas, "ready", "Whether a query would be taken", &[]);
    ready["responses"]["503"] = json!({
        "description": "No query would be taken: the server is loading, or stopping",
        "headers": headers::of_document(),
        "content": {"application/json": {"schema": schemas.subschema_for::<Unready>()}},
    });
    ready
}

/// The options of a query as members of a body.
pub fn members(schemas: &mut SchemaGenerator) -> Map<String, Value> {
    schemas.subschema_for::<Given>();
    let given = schemas.definitions().get("Query");
    given.and_then(|given| given["properties"].as_object()).cloned().unwrap_or_default()
}

/// The options of a query as parameters of a URL.
pub fn options(schemas: &mut SchemaGenerator) -> Vec<Value> {
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
    members(schemas).into_iter().map(parameter).collect()
}

/// Where there is no body the SQL is in the URL.
fn required_sql(mut parameter: Value) -> Value {
    if parameter["name"] == "sql" {
        parameter["required"] = json!(true);
    }
    parameter
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
fn read<T: JsonSchema>(schemas: &mut SchemaGenerator, id: &str, summary: &str, statuses: &[u16]) -> Value {
    let schema = schemas.subschema_for::<T>();
    json!({
        "operationId": id,
        "summary": summary,
        "parameters": with(&[], &["X-Query-Id"]),
        "responses": answered(json!(schema), statuses),
    })
}

fn answered(schema: Value, statuses: &[u16]) -> Value {
    let mut responses = answers::refused(statuses);
    let ok = json!({
        "description": "The document",
        "headers": headers::of_document(),
        "content": {"application/json": {"schema": schema}},
    });
    responses.insert("200".to_string(), ok);
    responses.into()
}

pub fn result(schemas: &mut SchemaGenerator, is_read: bool) -> Value {
    let mut responses = answers::refused(&[403, 404, 406, 415, 422]);
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
            "headers": headers::of_result(is_read),
            "content": content,
        }),
    );
    if is_read {
        let kept = json!({"description": "The answer that the client has still holds", "headers": headers::of_not_modified()});
        responses.insert("304".to_string(), kept);
    }
    responses.into()
}
