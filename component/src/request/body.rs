//! The body of a `POST /query`: JSON, the SQL itself, data, or a form.

use serde_json::error::Category;

use super::data;
use super::given::Given;
use crate::catalog::options::ReadOptions;
use crate::error::{Error, Kind as ErrorKind, Result};

/// The media types of SQL.
pub const SQL: [&str; 3] = ["application/sql", "text/sql", "text/plain"];

pub(super) enum Kind {
    Json,
    Sql,
    /// A table, read so.
    Data(ReadOptions),
    Form,
}

/// What the body holds, by its content type. Without one, and with the one that curl sends unless
/// told otherwise, a body that begins with `{` is JSON.
pub(super) fn kind(content_type: Option<&str>, body: &[u8]) -> Result<Kind> {
    let media_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    match media_type.trim().to_ascii_lowercase().as_str() {
        "application/json" => Ok(Kind::Json),
        sql if SQL.contains(&sql) => Ok(Kind::Sql),
        "" | "application/x-www-form-urlencoded" => {
            Ok(if body.trim_ascii_start().starts_with(b"{") { Kind::Json } else { Kind::Sql })
        }
        "multipart/form-data" => Ok(Kind::Form),
        other => data::of_body(other).map(Kind::Data).ok_or_else(|| {
            Error::new(
                ErrorKind::UnsupportedMediaType,
                format!(
                    "'{}' is not supported; send application/json, application/sql or text/plain; data as {}; or \
                     multipart/form-data",
                    other.escape_debug(),
                    data::MEDIA_TYPES
                ),
            )
        }),
    }
}

/// The options of a body that is JSON. `expected` is what errors call them.
pub(super) fn json(body: &[u8], expected: &str) -> Result<Given> {
    let text = utf8(body)?;
    // serde would take an array for the fields in their order.
    if text.trim_start().starts_with('[') {
        return Err(Error::new(ErrorKind::InvalidJson, format!("expected {expected}, found an array")));
    }
    serde_json::from_str(text).map_err(|error| {
        let message = error.to_string();
        let kind = match error.classify() {
            Category::Data if message.starts_with("unknown field") => ErrorKind::InvalidOption,
            _ => ErrorKind::InvalidJson,
        };
        let message = message.replace("struct Given", expected);
        Error::new(kind, message)
    })
}

pub(super) fn sql(body: &[u8]) -> Result<String> {
    utf8(body).map(String::from)
}

fn utf8(body: &[u8]) -> Result<&str> {
    std::str::from_utf8(body).map_err(|error| {
        Error::new(
            ErrorKind::InvalidUtf8,
            format!("the body is not UTF-8 from byte {} on", error.valid_up_to()),
        )
    })
}
