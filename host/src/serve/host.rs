//! Which host a request is for, held against those that the server answers for ([`Hosts`]).

use super::refusal::Refusal;
use crate::args::Hosts;
use http::header::HOST;
use http::request::Parts;
use http::uri::Authority;

/// Refuses a request that names another host: in its target, as HTTP/2 does (`:authority`), or in a `Host` header. Where
/// it names several, each counts. One that names none is none of a browser's, and is for the sandbox to refuse.
pub fn check(hosts: &Hosts, head: &Parts) -> Result<(), Refusal> {
    if *hosts == Hosts::All {
        return Ok(());
    }
    let target = head.uri.authority().map(|authority| authority.as_str().as_bytes());
    let headers = head.headers.get_all(HOST).iter().map(|value| value.as_bytes());
    let accepted = |given: &[u8]| Authority::try_from(given).is_ok_and(|given| hosts.accept(given.host()));
    match target.into_iter().chain(headers).find(|given| !accepted(given)) {
        None => Ok(()),
        Some(other) => {
            let host = String::from_utf8_lossy(other).into_owned();
            Err(if matches!(hosts, Hosts::Local(_)) {
                Refusal::NotLocal(host)
            } else {
                Refusal::OtherHost(host)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    /// Whether a server on loopback takes a request for this target with these `Host` headers.
    fn taken(target: &str, hosts: &[&str]) -> bool {
        let local = Hosts::new(Vec::new(), [127, 0, 0, 1].into(), false);
        let mut request = Request::get(target);
        for host in hosts {
            request = request.header(HOST, *host);
        }
        check(&local, &request.body(()).unwrap().into_parts().0).is_ok()
    }

    #[test]
    fn every_host_that_is_named_counts_whatever_its_port() {
        for (target, hosts, expected) in [
            ("/", &["localhost:8080"][..], true),
            ("/", &["127.0.0.1"], true),
            ("/", &["[::1]:8080"], true),
            ("/", &["evil.example"], false),
            ("/", &["evil.example:8080"], false),
            ("/", &["localhost", "evil.example"], false),
            ("http://localhost:8080/", &[], true),
            ("http://evil.example/", &[], false),
            ("http://evil.example/", &["localhost"], false),
            ("http://localhost/", &["evil.example"], false),
            ("/", &["not a host"], false),
            ("/", &[""], false),
            ("/", &[], true),
        ] {
            assert_eq!(taken(target, hosts), expected, "{target} {hosts:?}");
        }
    }
}
