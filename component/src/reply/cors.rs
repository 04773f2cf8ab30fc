//! Pages of other origins (the CORS protocol of the Fetch standard, section 3.3). None may read an answer
//! unless `POLAROID_CORS_ORIGINS` names its origin; what a request says of itself is never sent back.

use std::net::Ipv6Addr;
use std::num::NonZeroU16;

use super::Header;

/// The origins whose pages may read answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Cors {
    #[default]
    None,
    /// Every one: what is answered is for everybody.
    Any,
    Listed(Vec<String>),
}

/// Headers of an answer that a page may look at beside those that it always may.
const EXPOSED: &str = "x-query-id, server-timing, etag, www-authenticate, retry-after, x-query-rows, \
                       x-query-truncated, x-query-bytes-read, x-query-files, x-query-row-groups, \
                       x-query-row-groups-read, x-query-fuel";

/// Headers that a page may send beside those that it always may.
const ACCEPTED: &str = "authorization, content-type, if-none-match, traceparent, tracestate, x-api-key, \
                        x-query-id, x-query-sql";

impl Cors {
    /// Reads a list with commas: `https://a.example, http://localhost:3000`, or `*`.
    ///
    /// Gives the entry that is no origin as an error.
    pub fn parse(text: &str) -> Result<Self, String> {
        let entries: Vec<&str> = text.split(',').map(str::trim).collect();
        if entries == ["*"] {
            return Ok(Self::Any);
        }
        match entries.iter().find(|entry| !is_origin(entry)) {
            Some(entry) => Err((*entry).to_string()),
            None => Ok(Self::Listed(entries.into_iter().map(str::to_ascii_lowercase).collect())),
        }
    }

    /// The headers for a request of `origin`.
    pub fn headers(&self, origin: Option<&str>) -> Vec<Header> {
        let allowed = match self {
            Self::None => return Vec::new(),
            Self::Any => Some("*".to_string()),
            // As it stands in the list: a browser writes origins in lower case.
            Self::Listed(list) => list.iter().find(|listed| Some(listed.as_str()) == origin).cloned(),
        };
        let mut headers = Vec::new();
        if matches!(self, Self::Listed(_)) {
            headers.push(("vary", "origin".to_string()));
        }
        if let Some(allowed) = allowed {
            headers.push(("access-control-allow-origin", allowed));
            headers.push(("access-control-expose-headers", EXPOSED.to_string()));
        }
        headers
    }
}

/// The headers of the answer to `OPTIONS`, which a browser asks before the request itself.
pub fn preflight(methods: &'static str) -> Vec<Header> {
    vec![
        ("allow", methods.to_string()),
        ("access-control-allow-methods", methods.to_string()),
        ("access-control-allow-headers", ACCEPTED.to_string()),
        ("access-control-max-age", "600".to_string()),
    ]
}

/// Whether `text` is an origin as a browser writes it: a scheme and a host, with a port where that is not the
/// scheme's own, and nothing else. Any other text would be an entry that fits no request.
fn is_origin(text: &str) -> bool {
    let schemes = [("https://", 443), ("http://", 80)];
    let Some((authority, default)) =
        schemes.iter().find_map(|(scheme, port)| Some((text.strip_prefix(scheme)?, *port)))
    else {
        return false;
    };
    // The colons of an IPv6 address are in brackets.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    is_host(host) && port.is_none_or(|port| is_port(port) && port.parse() != Ok(default))
}

fn is_host(text: &str) -> bool {
    match text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte))
        }
    }
}

/// As a browser writes it: 1 to 65535, and no zero before it.
fn is_port(text: &str) -> bool {
    text.parse::<NonZeroU16>().is_ok_and(|port| port.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(cors: &Cors, origin: Option<&str>) -> Option<String> {
        let headers = cors.headers(origin);
        headers.into_iter().find(|(name, _)| *name == "access-control-allow-origin").map(|(_, value)| value)
    }

    #[test]
    fn an_origin_is_allowed_by_its_whole_text() {
        let cors = Cors::parse("https://A.example, http://localhost:3000").unwrap();
        assert_eq!(allowed(&cors, Some("https://a.example")).as_deref(), Some("https://a.example"));
        assert!(allowed(&cors, Some("http://localhost:3000")).is_some());
        for other in [
            None,
            Some("null"),
            Some("https://a.example.evil"),
            Some("https://a.example:8443"),
            Some("http://a.example"),
            Some("https://b.a.example"),
            Some("*"),
            Some(""),
        ] {
            assert_eq!(allowed(&cors, other), None, "{other:?}");
            // A cache must not give this answer to the page that may read it.
            assert!(cors.headers(other).contains(&("vary", "origin".to_string())));
        }
        assert_eq!(allowed(&Cors::parse("*").unwrap(), Some("https://x.example")).as_deref(), Some("*"));
        assert!(Cors::None.headers(Some("https://a.example")).is_empty());
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for text in [
            "",
            "a.example",
            "https://",
            "https://:",
            "https://:8443",
            "https://a.example:",
            "https://a.example/",
            "https://*.a.example",
            "https://a.example:443",
            "http://a:80",
            "http://a:080",
            "http://a:65536",
            "http://a:1:2",
            "http://[::1",
            "http://[::1]:80",
            "http://[a.example]",
            "null",
            "*, https://a",
        ] {
            assert!(Cors::parse(text).is_err(), "{text}");
        }
        for text in [
            "https://a.example:80",
            "http://a:443",
            "http://127.0.0.1:8080",
            "http://[::1]",
            "http://[::1]:8080",
        ] {
            assert!(Cors::parse(text).is_ok(), "{text}");
        }
        assert_eq!(Cors::parse("https://a.example,ftp://b").unwrap_err(), "ftp://b");
    }
}
