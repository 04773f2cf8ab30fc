//! Routes, and the options in a URL.

use percent_encoding::percent_decode_str;
use serde_json::value::RawValue;

use super::Given;
use crate::error::{Error, Kind, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    PostQuery,
    GetQuery,
    Tables,
    Table(String),
    Queries,
    PostSaved(String),
    GetSaved(String),
    Health,
    Version,
}

impl Route {
    /// # Errors
    /// [`Kind::NotFound`] or [`Kind::MethodNotAllowed`].
    pub fn parse(method: Method, target: &str) -> Result<Self> {
        let path = target.split('?').next().unwrap_or_default();
        let is_read = matches!(method, Method::Get | Method::Head);
        let (route, allowed, accepted) = match path {
            "/query" if method == Method::Post => (Route::PostQuery, true, ""),
            "/query" => (Route::GetQuery, is_read, "GET, HEAD, POST"),
            "/tables" => (Route::Tables, is_read, "GET, HEAD"),
            "/healthz" | "/readyz" => (Route::Health, is_read, "GET, HEAD"),
            "/version" => (Route::Version, is_read, "GET, HEAD"),
            "/queries" => (Route::Queries, is_read, "GET, HEAD"),
            _ => match path.strip_prefix("/tables/") {
                Some(name) if !name.is_empty() => (Route::Table(decode(name)?), is_read, "GET, HEAD"),
                _ if let Some(name) = path.strip_prefix("/queries/").filter(|name| !name.is_empty()) => {
                    let name = decode(name)?;
                    match method {
                        Method::Post => (Route::PostSaved(name), true, ""),
                        _ => (Route::GetSaved(name), is_read, "GET, HEAD, POST"),
                    }
                }
                _ => {
                    return Err(Error::new(
                        Kind::NotFound,
                        format!(
                            "there is nothing at '{}'; the routes are POST /query, GET /query, GET /tables, GET /tables/NAME, GET /queries, GET /queries/NAME, POST /queries/NAME, GET /healthz, GET /readyz and GET /version",
                            path.escape_debug()
                        ),
                    ));
                }
            },
        };
        if !allowed {
            let error = Error::new(Kind::MethodNotAllowed, format!("{path} takes {accepted}"));
            return Err(Error { allow: Some(accepted), ..error });
        }
        Ok(route)
    }
}

/// The names of a query's options.
pub const OPTIONS: [&str; 5] = ["sql", "params", "format", "max_rows", "timeout_ms"];

/// The options after the `?` of a URL.
pub(super) fn options(target: &str) -> Result<Given> {
    given(pairs(target))
}

/// The names and values after the `?` of a URL.
pub(super) fn pairs(target: &str) -> impl Iterator<Item = Result<(String, String)>> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    query.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A `+` is a space, as browsers write it in forms.
        Ok((decode(name)?, decode(&value.replace('+', " "))?))
    })
}

/// Options that were given as texts, in a URL or in the parts of a form.
pub(super) fn given(pairs: impl Iterator<Item = Result<(String, String)>>) -> Result<Given> {
    let mut given = Given::default();
    for pair in pairs {
        let (name, value) = pair?;
        let twice = match name.as_str() {
            "sql" => given.sql.replace(value).is_some(),
            "format" => given.format.replace(value).is_some(),
            "max_rows" => {
                let rows = value.parse().map_err(|_| {
                    Error::new(
                        Kind::InvalidOption,
                        format!("max_rows is '{}'; it takes a number of rows", value.escape_debug()),
                    )
                })?;
                given.max_rows.replace(rows).is_some()
            }
            "timeout_ms" => {
                let number = value.parse::<u64>().map(serde_json::Value::from);
                given.timeout_ms.replace(number.unwrap_or_else(|_| value.into())).is_some()
            }
            "params" => {
                let params = RawValue::from_string(value).map_err(|error| {
                    Error::new(Kind::InvalidParameter, format!("params takes JSON: {error}"))
                })?;
                given.params.replace(params).is_some()
            }
            other => {
                return Err(Error::new(
                    Kind::InvalidOption,
                    format!(
                        "there is no option '{}'; the options are {}",
                        other.escape_debug(),
                        OPTIONS.join(", ")
                    ),
                ));
            }
        };
        if twice {
            return Err(Error::new(Kind::InvalidOption, format!("{name} is given twice")));
        }
    }
    Ok(given)
}

fn decode(text: &str) -> Result<String> {
    percent_decode_str(text)
        .decode_utf8()
        .map(|text| text.into_owned())
        .map_err(|_| Error::new(Kind::InvalidUtf8, "the URL is not UTF-8 after percent-decoding"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_options_are_those_of_json() {
        let unknown = serde_json::from_str::<Given>("{\"\": 1}").unwrap_err().to_string();
        let known = unknown.split('`').skip(3).step_by(2);
        let mut known: Vec<&str> = known.collect();
        known.sort();
        let mut options = OPTIONS;
        options.sort();
        assert_eq!(known, options, "{unknown}");
        for option in OPTIONS {
            let pair = Ok((option.to_string(), "x".to_string()));
            if let Err(error) = given([pair].into_iter()) {
                assert!(!error.detail.contains("no option"), "{error}");
            }
        }
    }

    #[test]
    fn routes() {
        let route = |method, target| Route::parse(method, target).map_err(|error| error.kind);
        assert_eq!(route(Method::Post, "/query?format=csv"), Ok(Route::PostQuery));
        assert_eq!(route(Method::Get, "/query?sql=x"), Ok(Route::GetQuery));
        assert_eq!(route(Method::Head, "/healthz"), Ok(Route::Health));
        assert_eq!(route(Method::Get, "/readyz"), Ok(Route::Health));
        assert_eq!(route(Method::Get, "/tables/a%20b"), Ok(Route::Table("a b".to_string())));
        assert_eq!(route(Method::Head, "/queries"), Ok(Route::Queries));
        assert_eq!(route(Method::Head, "/queries/a?b=c"), Ok(Route::GetSaved("a".to_string())));
        assert_eq!(route(Method::Post, "/queries/a"), Ok(Route::PostSaved("a".to_string())));
        assert_eq!(route(Method::Get, "/queries/"), Err(Kind::NotFound));
        assert_eq!(route(Method::Post, "/queries"), Err(Kind::MethodNotAllowed));
        assert_eq!(route(Method::Other, "/queries/a"), Err(Kind::MethodNotAllowed));
        assert_eq!(route(Method::Get, "/tables/"), Err(Kind::NotFound));
        assert_eq!(route(Method::Get, "/"), Err(Kind::NotFound));
        assert_eq!(route(Method::Post, "/tables"), Err(Kind::MethodNotAllowed));
        assert_eq!(route(Method::Other, "/query"), Err(Kind::MethodNotAllowed));
    }
}
