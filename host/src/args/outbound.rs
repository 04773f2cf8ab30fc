//! `--allow-outbound`: where a component's HTTP requests may go. Nowhere, unless named.
//!
//! Two questions, since a name says nothing about where it leads: whether the host of a URL is
//! allowed, and whether the address that it resolved to is. Addresses of the internet at large are;
//! any other (loopback, private networks, link-local, where clouds keep their metadata) only when it
//! is named as an address itself.

mod address;

use address::Range;
use std::net::IpAddr;
use std::str::FromStr;

/// One `HOST[:PORT]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Destination {
    host: Host,
    /// `None`: any port.
    port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Host {
    /// In lower case, without a dot at its end.
    Name(String),
    /// Names below this one, which begins with a dot.
    Below(String),
    Addresses(Range),
}

/// All destinations that are allowed.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct AllowList(Vec<Destination>);

impl AllowList {
    pub fn new(destinations: Vec<Destination>) -> AllowList {
        AllowList(destinations)
    }

    /// Whether a URL with this host and port may be asked at all. `host` as it stands in the URL.
    pub fn allows_host(&self, host: &str, port: u16) -> bool {
        let host = normal(host);
        let address = literal(&host);
        self.on(port).any(|destination| match (&destination.host, address) {
            (Host::Name(name), None) => *name == host,
            (Host::Below(parent), None) => host.len() > parent.len() && host.ends_with(parent),
            (Host::Addresses(range), Some(address)) => range.contains(address),
            _ => false,
        })
    }

    /// Whether a host that is allowed may be reached at this address, which it has or resolved to.
    pub fn allows_address(&self, address: IpAddr, port: u16) -> bool {
        address::is_public(address)
            || self.on(port).any(
                |destination| matches!(&destination.host, Host::Addresses(range) if range.contains(address)),
            )
    }

    fn on(&self, port: u16) -> impl Iterator<Item = &Destination> {
        self.0.iter().filter(move |destination| destination.port.is_none_or(|allowed| allowed == port))
    }
}

impl Destination {
    /// `None`: any port.
    pub fn port(&self) -> Option<u16> {
        self.port
    }
}

/// The address that a URL's host is, IPv6 with or without brackets.
pub fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    bare.unwrap_or(host).parse().ok()
}

fn normal(host: &str) -> String {
    let host = host.to_ascii_lowercase();
    host.strip_suffix('.').map(str::to_owned).unwrap_or(host)
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(given: &str) -> Result<Destination, String> {
        let refused = |seen: &str| {
            Err(format!(
                "{seen}; accepted are HOST and HOST:PORT, where HOST is a name (example.com), all names below one \
                 (*.example.com), an address (192.0.2.7, [2001:db8::7]) or a range of them (10.0.0.0/8, [fd00::/8])"
            ))
        };
        if given.contains("://") {
            return refused("this is a URL");
        }
        let (host, port) = match split(given) {
            Some(split) => split,
            None => return refused("this has no host, or what follows it is not a port"),
        };
        let port = match port.map(str::parse) {
            None => None,
            Some(Ok(0)) | Some(Err(_)) => return refused("the port is not a number from 1 to 65535"),
            Some(Ok(port)) => Some(port),
        };
        if let Ok(range) = host.parse() {
            return Ok(Destination { host: Host::Addresses(range), port });
        }
        let host = normal(host);
        let (name, below) = match host.strip_prefix("*.") {
            Some(parent) => (parent, true),
            None => (&*host, false),
        };
        if !is_name(name) {
            return refused(&format!("{name:?} is neither a name nor an address"));
        }
        let host = if below { Host::Below(format!(".{name}")) } else { Host::Name(name.to_owned()) };
        Ok(Destination { host, port })
    }
}

/// Host without brackets, and port.
fn split(given: &str) -> Option<(&str, Option<&str>)> {
    if let Some(rest) = given.strip_prefix('[') {
        let (host, rest) = rest.split_once(']')?;
        return match rest {
            "" => Some((host, None)),
            port => Some((host, Some(port.strip_prefix(':')?))),
        };
    }
    match given.split_once(':') {
        // More than one colon: IPv6 without brackets, which cannot have a port.
        Some((_, rest)) if rest.contains(':') => Some((given, None)),
        Some((host, port)) => Some((host, Some(port))),
        None => Some((given, None)),
    }
}

/// Labels of letters, digits, `-` and `_` between dots; the last one not a number, since what looks
/// like an address and is none (`10.1`, `0x7f.1`) is read as one by some resolvers.
fn is_name(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.split('.').all(label) && !last.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(given: &[&str]) -> AllowList {
        AllowList::new(given.iter().map(|given| given.parse().unwrap()).collect())
    }

    #[test]
    fn nothing_is_allowed_by_itself() {
        let none = AllowList::default();
        assert!(!none.allows_host("example.com", 443) && !none.allows_host("192.0.2.7", 80));
        assert!(!none.allows_address([127, 0, 0, 1].into(), 80));
    }

    #[test]
    fn names_are_compared_whole_and_without_case() {
        let list = list(&["Example.com", "*.data.example.org:8443"]);
        for (host, port, allowed) in [
            ("example.com", 80, true),
            ("EXAMPLE.COM.", 443, true),
            ("www.example.com", 443, false),
            ("badexample.com", 443, false),
            ("example.com.evil.net", 443, false),
            ("a.b.data.example.org", 8443, true),
            ("a.data.example.org", 443, false),
            ("data.example.org", 8443, false),
            (".data.example.org", 8443, false),
            ("192.0.2.7", 80, false),
        ] {
            assert_eq!(list.allows_host(host, port), allowed, "{host}:{port}");
        }
    }

    #[test]
    fn addresses_are_named_one_by_one_or_by_range() {
        let list = list(&["127.0.0.1:9000", "10.1.0.0/16", "[fd00::/8]:443", "::1"]);
        for (host, port, allowed) in [
            ("127.0.0.1", 9000, true),
            ("127.0.0.1", 9001, false),
            ("127.0.0.2", 9000, false),
            ("10.1.255.7", 1, true),
            ("10.2.0.1", 1, false),
            ("[fd12::1]", 443, true),
            ("[fd12::1]", 80, false),
            ("[::1]", 5, true),
            ("[::ffff:10.1.0.1]", 1, true),
            ("[::ffff:10.2.0.1]", 1, false),
            ("localhost", 9000, false),
        ] {
            assert_eq!(list.allows_host(host, port), allowed, "{host}:{port}");
            if let Some(address) = literal(host) {
                assert_eq!(list.allows_address(address, port), allowed, "{host}:{port}");
            }
        }
    }

    #[test]
    fn a_name_does_not_open_the_addresses_that_it_leads_to() {
        let list = list(&["internal.example.com"]);
        assert!(list.allows_host("internal.example.com", 80));
        assert!(!list.allows_address([10, 0, 0, 1].into(), 80));
        assert!(list.allows_address([93, 184, 215, 14].into(), 80));
    }

    #[test]
    fn what_is_neither_a_name_nor_an_address_is_refused_with_what_is_accepted() {
        for bad in [
            "",
            ":80",
            "example.com:",
            "example.com:0",
            "example.com:65536",
            "example.com:http",
            "https://example.com",
            "a b",
            "*",
            "*.",
            "*example.com",
            "a.*.com",
            "10.1",
            "0x7f.1",
            "127.0.0.256",
            "10.0.0.0/33",
            "10.0.0.1/8",
            "[::1",
            "[::1]80",
            "example.com/8",
            "[fd00::]/8",
        ] {
            let error = bad.parse::<Destination>().unwrap_err();
            assert!(error.contains("accepted are"), "{bad}: {error}");
        }
    }
}
