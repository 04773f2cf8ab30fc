//! Answers: their heads, and the bodies of results on their way out.
//!
//! | part | module |
//! |---|---|
//! | headers that every answer has | here |
//! | which pages of other origins may read it | `cors` |
//! | how it is compressed on the way | `coding` |
//! | whether the client has it already | `etag` |
//! | the body of a result, held while it is short | `body` |

mod body;
mod coding;
mod cors;
mod etag;

pub use body::{Body, Terms};
pub use coding::Coding;
pub use cors::{Cors, preflight};
pub use etag::Validator;

use crate::config::Config;
use crate::request::Received;

/// A header: its name in lower case, and its value.
pub type Header = (&'static str, String);

/// What every answer carries, errors and the last words of an instance among them.
pub fn common(received: &Received, config: Option<&Config>) -> Vec<Header> {
    let mut headers = vec![
        ("x-query-id", received.query_id.clone()),
        // No answer is a page: a browser must not make one of it, run it or frame it.
        ("x-content-type-options", "nosniff".to_string()),
        ("content-security-policy", "default-src 'none'; frame-ancestors 'none'".to_string()),
    ];
    if let Some(config) = config {
        headers.extend(config.cors.headers(received.origin.as_deref()));
    }
    headers
}

/// The header of an answer that no cache may keep.
pub fn not_kept() -> Header {
    ("cache-control", "no-store".to_string())
}
