//! A request as it came in, and as validated.

mod body;
mod query_id;
mod route;

use polaroid_sql::params::Params;

use crate::auth::{Credentials, Limits, within};
use crate::error::Result;
use crate::format::Format;

pub use query_id::query_id;
pub use route::{Method, Route};

/// A request as the edge hands it in.
pub struct Received {
    pub method: Method,
    /// The path with the query string.
    pub target: String,
    pub content_type: Option<String>,
    pub accept: Option<String>,
    pub content_length: Option<u64>,
    pub credentials: Credentials,
    pub query_id: String,
}

/// A query with its options, validated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryRequest {
    pub sql: String,
    pub format: Format,
    /// The most rows that the answer holds; a result with more is cut and says so.
    pub max_rows: Option<u64>,
    /// How long the query may take, in milliseconds from the request's arrival; not 0.
    pub timeout_ms: Option<u64>,
    /// The values of the placeholders in the SQL.
    pub params: Params,
}

/// The options of a query as given, in a JSON body or in the URL.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    sql: Option<String>,
    format: Option<String>,
    max_rows: Option<u64>,
    /// As it was written, for an error that says what was seen.
    timeout_ms: Option<serde_json::Value>,
    params: Option<Params>,
}

impl Received {
    /// The query of a `POST /query`, from its body and the options in the URL.
    pub fn posted(&self, body: &[u8]) -> Result<QueryRequest> {
        let url = route::options(&self.target)?;
        let given = match body::kind(self.content_type.as_deref(), body)? {
            body::Kind::Json => body::json(body)?.or(url)?,
            body::Kind::Sql => Given { sql: Some(body::sql(body)?), ..Given::default() }.or(url)?,
        };
        given.validate(self.accept.as_deref())
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
            timeout_ms: within(self.timeout_ms, limits.timeout_ms),
            ..self
        }
    }
}

impl Given {
    /// The options of `self`, and those of the URL for what `self` leaves open.
    fn or(self, url: Given) -> Result<Given> {
        use crate::error::{Error, Kind};
        if self.sql.is_some() && url.sql.is_some() {
            return Err(Error::new(
                Kind::InvalidOption,
                "the SQL is in the body and in the URL; send it once",
            ));
        }
        Ok(Given {
            sql: self.sql.or(url.sql),
            format: self.format.or(url.format),
            max_rows: self.max_rows.or(url.max_rows),
            timeout_ms: self.timeout_ms.or(url.timeout_ms),
            params: self.params.or(url.params),
        })
    }

    fn validate(self, accept: Option<&str>) -> Result<QueryRequest> {
        let format = match &self.format {
            Some(name) => Format::parse(name)?,
            None => Format::accepted(accept.unwrap_or_default())?,
        };
        Ok(QueryRequest {
            sql: self.sql.unwrap_or_default(),
            format,
            max_rows: self.max_rows,
            timeout_ms: self.timeout_ms.map(milliseconds).transpose()?,
            params: self.params.unwrap_or_default(),
        })
    }
}

/// A timeout of 0 would be over before it began, and is no way to say that there is none.
fn milliseconds(given: serde_json::Value) -> Result<u64> {
    use crate::error::{Error, Kind};
    given.as_u64().filter(|given| *given > 0).ok_or_else(|| {
        Error::new(
            Kind::InvalidOption,
            format!("timeout_ms is {given}; it takes a whole number of milliseconds from 1 on"),
        )
    })
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
            content_length: None,
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
            max_rows: Some(5),
            timeout_ms: Some(250),
            params: Params::default(),
        };
        let json = br#"{"sql": "SELECT 1", "format": "csv", "max_rows": 5, "timeout_ms": 250}"#;
        assert_eq!(posted("/query", Some("application/json; charset=utf-8"), json).unwrap(), expected);
        let target = "/query?format=csv&max_rows=5&timeout_ms=250";
        for content_type in [None, Some("text/plain"), Some("application/sql")] {
            assert_eq!(posted(target, content_type, b"SELECT 1").unwrap(), expected);
        }
        let asked = received("/query?sql=SELECT+1&format=csv&max_rows=5&timeout_ms=250", None, None).asked();
        assert_eq!(asked.unwrap(), expected);
    }

    #[test]
    fn the_limits_of_a_key_are_upper_bounds() {
        let limits = Limits { max_rows: Some(10), max_bytes: None, timeout_ms: Some(1000) };
        let holds = |target: &str| {
            let request = posted(target, None, b"SELECT 1").unwrap().limited(limits);
            (request.max_rows, request.timeout_ms)
        };
        assert_eq!(holds("/query"), (Some(10), Some(1000)));
        assert_eq!(holds("/query?max_rows=11&timeout_ms=1001"), (Some(10), Some(1000)));
        assert_eq!(holds("/query?max_rows=0&timeout_ms=1"), (Some(0), Some(1)));
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
            ("/query", json, b"{\"sql\": \"a\", \"max_rows\": -1}", Kind::InvalidJson, "-1"),
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
