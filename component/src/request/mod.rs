//! A request as it came in, and as validated.

mod body;
mod data;
mod disposition;
mod form;
mod given;
mod query_id;
#[cfg(test)]
mod random;
mod route;
mod saved;

use polaroid_sql::params::Params;

use crate::auth::{Credentials, Limits, within};
use crate::catalog::{Sent, SentTables};
use crate::error::{Error, Kind, Result};
use crate::format::{Compression, Format, Numbers};

pub use body::SQL as SQL_MEDIA_TYPES;
pub use data::media_types as data_media_types;
pub use given::{Given, OPTIONS};
pub use query_id::query_id;
pub use route::{Method, Route};

/// A request as the edge hands it in.
pub struct Received {
    pub method: Method,
    /// The path with the query string.
    pub target: String,
    pub content_type: Option<String>,
    pub accept: Option<String>,
    pub accept_encoding: Option<String>,
    pub if_none_match: Option<String>,
    pub origin: Option<String>,
    pub content_length: Option<u64>,
    /// Every value of `X-Query-SQL`.
    pub sql: Vec<Vec<u8>>,
    pub credentials: Credentials,
    pub query_id: String,
}

/// A query with its options, validated.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryRequest {
    pub sql: String,
    pub format: Format,
    pub numbers: Numbers,
    /// Of the buffers of Arrow and Parquet; the format's own where there is none.
    pub compression: Option<Compression>,
    /// Whether the answer is held until it is whole.
    pub buffer: bool,
    /// Whether NDJSON ends with a line of counts.
    pub summary: bool,
    /// The most rows that the answer holds; a result with more is cut and says so.
    pub max_rows: Option<u64>,
    /// The most bytes of the answer's body, before a content coding; a longer one is an error.
    pub max_bytes: Option<u64>,
    /// How long the query may take, in milliseconds from the request's arrival; not 0.
    pub timeout_ms: Option<u64>,
    /// The values of the placeholders in the SQL.
    pub params: Params,
    /// The tables that came with it.
    pub sent: SentTables,
}

impl Received {
    /// The query of a `POST /query`, from its body, the options in the URL and the SQL in its header.
    pub fn posted(&self, body: impl Into<Vec<u8>>) -> Result<QueryRequest> {
        let body = body.into();
        let content_type = self.content_type.as_deref();
        let beside = self.beside()?;
        let mut tables = Vec::new();
        let given = match body::kind(content_type, &body)? {
            body::Kind::Json => body::json(&body, "an object with \"sql\"")?,
            // Without a body the SQL may be beside it.
            body::Kind::Sql if body.trim_ascii().is_empty() => Given::default(),
            body::Kind::Sql => Given { sql: Some(body::sql(&body)?), ..Given::default() },
            body::Kind::Data(options) => {
                tables.push(Sent::new(data::INPUT, options, body.into())?);
                Given::default()
            }
            body::Kind::Form => {
                let form = form::parse(content_type.unwrap_or_default(), body)?;
                tables = form.tables;
                form.given
            }
        };
        let given = given.or(beside)?;
        if given.sql.is_none() && !tables.is_empty() {
            return Err(Error::new(
                Kind::EmptySql,
                "the request has data and no SQL; send it in the URL (sql=…), in the header X-Query-SQL, or as the \
                 part sql of a form",
            ));
        }
        Ok(QueryRequest { sent: SentTables::new(tables), ..given.validate(self.accept.as_deref())? })
    }

    /// What is beside the body: the options in the URL, and the SQL in a header.
    fn beside(&self) -> Result<Given> {
        let mut given = route::options(&self.target)?;
        for sql in &self.sql {
            let sql = String::from_utf8(sql.clone())
                .map_err(|_| Error::new(Kind::InvalidUtf8, "the header X-Query-SQL is not UTF-8"))?;
            if given.sql.replace(sql).is_some() {
                return Err(Error::new(
                    Kind::InvalidOption,
                    "the SQL is in the header X-Query-SQL and in the URL, or in two such headers; send it once",
                ));
            }
        }
        Ok(given)
    }

    /// Whether the method only reads (RFC 9110, section 9.2.1), so that its answer may be kept.
    pub fn is_read(&self) -> bool {
        matches!(self.method, Method::Get | Method::Head)
    }

    /// The query of a `GET /query`.
    pub fn asked(&self) -> Result<QueryRequest> {
        route::options(&self.target)?.validate(self.accept.as_deref())
    }
}

impl QueryRequest {
    /// The request with no more than `limits` of anything.
    pub fn limited(self, limits: Limits) -> Self {
        Self {
            max_rows: within(self.max_rows, limits.max_rows),
            max_bytes: within(self.max_bytes, limits.max_bytes),
            timeout_ms: within(self.timeout_ms, limits.timeout_ms),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn received(target: &str, content_type: Option<&str>, accept: Option<&str>) -> Received {
        Received {
            method: Method::Post,
            target: target.to_string(),
            content_type: content_type.map(String::from),
            accept: accept.map(String::from),
            accept_encoding: None,
            if_none_match: None,
            origin: None,
            content_length: None,
            sql: Vec::new(),
            credentials: Credentials::default(),
            query_id: "q".to_string(),
        }
    }

    fn posted(target: &str, content_type: Option<&str>, body: &[u8]) -> Result<QueryRequest> {
        received(target, content_type, None).posted(body)
    }

    #[test]
    fn json_and_raw_sql_are_the_same_query() {
        let expected = QueryRequest {
            sql: "SELECT 1".to_string(),
            format: Format::Csv,
            numbers: Numbers::String,
            compression: None,
            buffer: true,
            summary: false,
            max_rows: Some(5),
            max_bytes: Some(0),
            timeout_ms: Some(250),
            params: Params::default(),
            sent: SentTables::default(),
        };
        let json = br#"{"sql": "SELECT 1", "format": "csv", "max_rows": 5, "max_bytes": 0, "timeout_ms": 250,
            "buffer": true, "numbers": "string"}"#;
        assert_eq!(posted("/query", Some("application/json; charset=utf-8"), json).unwrap(), expected);
        let options = "format=csv&max_rows=5&max_bytes=0&timeout_ms=250&buffer=true&numbers=string";
        let target = format!("/query?{options}");
        for content_type in [None, Some("text/plain"), Some("application/sql")] {
            assert_eq!(posted(&target, content_type, b"SELECT 1").unwrap(), expected);
        }
        let asked = received(&format!("/query?sql=SELECT+1&{options}"), None, None).asked();
        assert_eq!(asked.unwrap(), expected);
    }

    #[test]
    fn the_limits_of_a_key_are_upper_bounds() {
        let limits = Limits { max_rows: Some(10), max_bytes: Some(100), timeout_ms: Some(1000) };
        let holds = |target: &str| {
            let request = posted(target, None, b"SELECT 1").unwrap().limited(limits);
            (request.max_rows, request.max_bytes, request.timeout_ms)
        };
        assert_eq!(holds("/query"), (Some(10), Some(100), Some(1000)));
        assert_eq!(
            holds("/query?max_rows=11&max_bytes=101&timeout_ms=1001"),
            (Some(10), Some(100), Some(1000))
        );
        assert_eq!(holds("/query?max_rows=0&max_bytes=1&timeout_ms=1"), (Some(0), Some(1), Some(1)));
    }

    #[test]
    fn without_a_body_the_sql_is_beside_it() {
        assert_eq!(posted("/query?sql=SELECT+1", None, b"").unwrap().sql, "SELECT 1");
        assert_eq!(posted("/query?sql=SELECT+1", Some("text/plain"), b" \n").unwrap().sql, "SELECT 1");
        assert_eq!(posted("/query", None, b"").unwrap().sql, "");
    }

    #[test]
    fn what_curl_sends_by_default_is_told_by_its_first_character() {
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(posted("/query", form, b"SELECT 1").unwrap().sql, "SELECT 1");
        assert_eq!(posted("/query", form, b" {\"sql\": \"SELECT 2\"}").unwrap().sql, "SELECT 2");
    }

    #[test]
    fn the_format_comes_from_the_body_then_the_url_then_accept() {
        let accept = Some("application/x-parquet");
        let json = br#"{"sql": "SELECT 1", "format": "csv"}"#;
        let body = received("/query?format=arrow", Some("application/json"), accept).posted(json);
        assert_eq!(body.unwrap().format, Format::Csv);
        let url = received("/query?format=arrow", None, accept).posted(b"SELECT 1");
        assert_eq!(url.unwrap().format, Format::Arrow);
        let header = received("/query", None, accept).posted(b"SELECT 1");
        assert_eq!(header.unwrap().format, Format::Parquet);
        assert_eq!(posted("/query", None, b"SELECT 1").unwrap().format, Format::Json);
    }

    #[test]
    fn mistakes_are_named() {
        let json = Some("application/json");
        for (target, content_type, body, kind, text) in [
            ("/query", json, &b"{"[..], Kind::InvalidJson, "line 1"),
            ("/query", json, b"[1]", Kind::InvalidJson, "object"),
            ("/query", json, b"{\"sql\": 1}", Kind::InvalidJson, "string"),
            ("/query", json, b"{\"sqll\": \"\"}", Kind::InvalidOption, "sqll"),
            ("/query", json, b"{\"sql\": \"a\", \"max_rows\": -1}", Kind::InvalidOption, "max_rows is -1"),
            ("/query", json, b"{\"sql\": \"a\", \"max_bytes\": 1e3}", Kind::InvalidOption, "max_bytes is 1"),
            ("/query", json, b"{\"sql\": \"a\", \"buffer\": 1}", Kind::InvalidOption, "buffer is 1"),
            ("/query", json, b"{\"sql\": \"a\", \"numbers\": \"text\"}", Kind::InvalidOption, "'text'"),
            ("/query?buffer=yes", None, b"x", Kind::InvalidOption, "buffer is \"yes\""),
            ("/query?compression=lz5&format=arrow", None, b"x", Kind::InvalidOption, "lz4"),
            ("/query?compression=lz4&format=csv", None, b"x", Kind::InvalidOption, "Accept-Encoding"),
            ("/query?summary=true&format=csv", None, b"x", Kind::InvalidOption, "ndjson"),
            ("/query", json, b"{\"sql\": \"a\", \"timeout_ms\": 0}", Kind::InvalidOption, "timeout_ms is 0"),
            (
                "/query",
                json,
                b"{\"sql\": \"a\", \"timeout_ms\": -1}",
                Kind::InvalidOption,
                "timeout_ms is -1",
            ),
            (
                "/query",
                json,
                b"{\"sql\": \"a\", \"timeout_ms\": 1.5}",
                Kind::InvalidOption,
                "timeout_ms is 1.5",
            ),
            (
                "/query",
                json,
                b"{\"sql\": \"a\", \"timeout_ms\": \"9\"}",
                Kind::InvalidOption,
                "timeout_ms is \"9\"",
            ),
            ("/query?timeout_ms=0", None, b"x", Kind::InvalidOption, "timeout_ms is 0"),
            ("/query?timeout_ms=1s", None, b"x", Kind::InvalidOption, "timeout_ms is \"1s\""),
            ("/query?timeout_ms=5&timeout_ms=6", None, b"x", Kind::InvalidOption, "twice"),
            ("/query", json, b"\xff", Kind::InvalidUtf8, "byte"),
            ("/query", None, b"SELECT '\xff'", Kind::InvalidUtf8, "byte 8"),
            ("/query", Some("image/png"), b"x", Kind::UnsupportedMediaType, "image/png"),
            ("/query?fromat=csv", None, b"x", Kind::InvalidOption, "fromat"),
            ("/query?max_rows=x", None, b"x", Kind::InvalidOption, "max_rows"),
            ("/query?format=xml", None, b"x", Kind::UnknownFormat, "xml"),
            ("/query?sql=a", None, b"x", Kind::InvalidOption, "once"),
            ("/query?format=%ff", None, b"x", Kind::InvalidUtf8, "URL"),
        ] {
            let error = posted(target, content_type, body).unwrap_err();
            assert_eq!(error.kind, kind, "{target} {body:?}: {error}");
            assert!(error.detail.contains(text), "{error}");
        }
    }
}
