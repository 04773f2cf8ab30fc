//! `GET /openapi.json`: the interface for programs (OpenAPI 3.1). Schemas are of the types that read requests
//! and write answers, codes are those of [`Kind`], so that neither can differ from what is done.

mod answers;
mod guard;
mod headers;
mod paths;
mod saved;
mod schemas;

pub use schemas::{Declared, Parameters};

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::saved::SavedQuery;

/// The document of an instance with these saved queries. `is_guarded`: it wants credentials.
pub fn document(queries: &[SavedQuery], is_guarded: bool) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut schemas = settings.into_generator();
    let mut paths = paths::all(&mut schemas);
    for query in queries {
        paths[format!("/queries/{}", query.name)] = saved::path(query, &mut schemas);
    }
    for operations in paths.as_object_mut().into_iter().flat_map(Map::values_mut) {
        operations["options"] = paths::preflight();
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Polaroid",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "SQL over Parquet, CSV, NDJSON and Arrow files. Each query runs in a sandbox of its own. \
                            HEAD is taken wherever GET is.",
            "license": {"name": "Apache 2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas.take_definitions(true),
            "headers": headers::all(),
            "responses": answers::problems(),
        },
    });
    if is_guarded {
        guard::guard(&mut document);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `$ref` of the document leads somewhere in it.
    #[test]
    fn references_are_kept() {
        let document = document(&[], true);
        let mut left = vec![&document];
        let mut seen = 0;
        while let Some(value) = left.pop() {
            match value {
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{reference}");
                        seen += 1;
                    }
                    left.extend(members.values());
                }
                Value::Array(values) => left.extend(values),
                _ => {}
            }
        }
        assert!(seen > 50);
    }
}
