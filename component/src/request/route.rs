//! Routes, and the options in a URL.

use percent_encoding::percent_decode_str;

use super::given::Given;
use crate::error::{Error, Kind, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Head,
    Post,
    Options,
    Other,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    PostQuery,
    GetQuery,
    Tables,
    Table(String),
    Health,
    Version,
    OpenApi,
}

/// The routes, for an error that says which there are.
const ROUTES: &str = "POST /query, GET /query, GET /tables, GET /tables/NAME, GET /healthz, GET /readyz, \
                      GET /version and GET /openapi.json";

const READ: &str = "GET, HEAD";

impl Route {
    /// # Errors
    /// [`Kind::NotFound`] or [`Kind::MethodNotAllowed`].
    pub fn parse(method: Method, target: &str) -> Result<Self> {
        let methods = Self::methods(target)?;
        let is_read = matches!(method, Method::Get | Method::Head);
        let path = path(target);
        let route = match path {
            "/query" if method == Method::Post => return Ok(Route::PostQuery),
            "/query" => Route::GetQuery,
            "/tables" => Route::Tables,
            "/healthz" | "/readyz" => Route::Health,
            "/version" => Route::Version,
            "/openapi.json" => Route::OpenApi,
            _ => Route::Table(decode(path.strip_prefix("/tables/").unwrap_or_default())?),
        };
        if !is_read {
            let error = Error::new(Kind::MethodNotAllowed, format!("{path} takes {methods}"));
            return Err(Error { allow: Some(methods), ..error });
        }
        Ok(route)
    }

    /// The methods that there are at `target`.
    ///
    /// # Errors
    /// [`Kind::NotFound`]
    pub fn methods(target: &str) -> Result<&'static str> {
        let path = path(target);
        match path {
            "/query" => Ok("GET, HEAD, POST"),
            "/tables" | "/healthz" | "/readyz" | "/version" | "/openapi.json" => Ok(READ),
            _ if path.strip_prefix("/tables/").is_some_and(|name| !name.is_empty()) => Ok(READ),
            _ => Err(Error::new(
                Kind::NotFound,
                format!("there is nothing at '{}'; the routes are {ROUTES}", path.escape_debug()),
            )),
        }
    }
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// The options after the `?` of a URL.
pub(super) fn options(target: &str) -> Result<Given> {
    let mut given = Given::default();
    let Some((_, query)) = target.split_once('?') else { return Ok(given) };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // A `+` is a space, as browsers write it in forms.
        let (name, value) = (decode(name)?, decode(&value.replace('+', " "))?);
        given.set(&name, value)?;
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
    fn routes() {
        let route = |method, target| Route::parse(method, target).map_err(|error| error.kind);
        assert_eq!(route(Method::Post, "/query?format=csv"), Ok(Route::PostQuery));
        assert_eq!(route(Method::Get, "/query?sql=x"), Ok(Route::GetQuery));
        assert_eq!(route(Method::Head, "/healthz"), Ok(Route::Health));
        assert_eq!(route(Method::Get, "/readyz"), Ok(Route::Health));
        assert_eq!(route(Method::Get, "/tables/a%20b"), Ok(Route::Table("a b".to_string())));
        assert_eq!(route(Method::Get, "/tables/"), Err(Kind::NotFound));
        assert_eq!(route(Method::Get, "/"), Err(Kind::NotFound));
        assert_eq!(route(Method::Post, "/tables"), Err(Kind::MethodNotAllowed));
        assert_eq!(route(Method::Other, "/query"), Err(Kind::MethodNotAllowed));
    }
}
