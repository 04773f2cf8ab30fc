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
    Queries,
    PostSaved(String),
    GetSaved(String),
    Health,
    Version,
    OpenApi,
}

/// The routes, for an error that says which there are.
const ROUTES: &str = "POST /query, GET /query, GET /tables, GET /tables/NAME, GET /queries, \
                      GET /queries/NAME, POST /queries/NAME, GET /healthz, GET /readyz, GET /version and \
                      GET /openapi.json";

const READ: &str = "GET, HEAD, OPTIONS";
const READ_AND_POST: &str = "GET, HEAD, POST, OPTIONS";

impl Route {
    /// # Errors
    /// [`Kind::NotFound`] or [`Kind::MethodNotAllowed`].
    pub fn parse(method: Method, target: &str) -> Result<Self> {
        let methods = Self::methods(target)?;
        let is_read = matches!(method, Method::Get | Method::Head);
        let path = path(target);
        if let Some(name) = saved(path) {
            let name = decode(name)?;
            match method {
                Method::Post => return Ok(Route::PostSaved(name)),
                _ if is_read => return Ok(Route::GetSaved(name)),
                _ => {}
            }
        }
        let route = match path {
            "/query" if method == Method::Post => return Ok(Route::PostQuery),
            "/query" => Route::GetQuery,
            "/tables" => Route::Tables,
            "/queries" => Route::Queries,
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

    /// The methods that there are at `target`, as in `Allow`.
    ///
    /// # Errors
    /// [`Kind::NotFound`]
    pub fn methods(target: &str) -> Result<&'static str> {
        let path = path(target);
        match path {
            "/query" => Ok(READ_AND_POST),
            _ if saved(path).is_some() => Ok(READ_AND_POST),
            "/tables" | "/queries" | "/healthz" | "/readyz" | "/version" | "/openapi.json" => Ok(READ),
            _ if path.strip_prefix("/tables/").is_some_and(|name| !name.is_empty()) => Ok(READ),
            _ => Err(Error::new(
                Kind::NotFound,
                format!("there is nothing at '{}'; the routes are {ROUTES}", path.escape_debug()),
            )),
        }
    }
}

/// The name of the saved query at `path`.
fn saved(path: &str) -> Option<&str> {
    path.strip_prefix("/queries/").filter(|name| !name.is_empty())
}

fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

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
