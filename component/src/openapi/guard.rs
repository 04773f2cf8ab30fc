//! Credentials: which operations want one, where the server wants any.

use serde_json::{Value, json};

use super::answers;

/// Everything wants a credential but what load balancers ask, and browsers before the request itself: they have none
/// to send.
pub fn guard(document: &mut Value) {
    document["components"]["securitySchemes"] = json!({
        "bearer": {"type": "http", "scheme": "bearer", "description": "An API key, or a JSON Web Token"},
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    });
    document["security"] = json!([{"bearer": []}, {"key": []}]);
    for (path, operations) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in operations.as_object_mut().into_iter().flatten() {
            match (path.as_str(), method.as_str()) {
                ("/healthz" | "/readyz", _) | (_, "options") => operation["security"] = json!([]),
                (_, "get" | "post") => operation["responses"]["401"] = answers::refusal(401),
                // What all operations of a path have in common.
                _ => {}
            }
        }
    }
}
