//! From a host to the addresses that may be connected to.
//!
//! Asked once: what is checked here is what is connected to. Who asked again for the connection
//! could be given another address then (DNS rebinding).

use crate::args::{AllowList, literal};
use std::net::SocketAddr;
use wasmtime_wasi_http::Error;

/// The addresses of `host` that are allowed, in the order of the resolver; at least one.
pub async fn allowed(allowed: &AllowList, host: &str, port: u16) -> Result<Vec<SocketAddr>, Error> {
    let found: Vec<SocketAddr> = match literal(host) {
        Some(address) => vec![SocketAddr::new(address, port)],
        None => tokio::net::lookup_host((host, port)).await.map_err(|_| unknown())?.collect(),
    };
    if found.is_empty() {
        return Err(unknown());
    }
    let permitted: Vec<_> =
        found.into_iter().filter(|found| allowed.allows_address(found.ip(), port)).collect();
    if permitted.is_empty() { Err(Error::DestinationIpProhibited) } else { Ok(permitted) }
}

/// The resolver's reasons differ from system to system and name nothing that a guest could mend.
fn unknown() -> Error {
    Error::DnsError { rcode: Some("the name has no address".into()), info_code: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(given: &[&str]) -> AllowList {
        AllowList::new(given.iter().map(|given| given.parse().unwrap()).collect())
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_refused_unless_the_address_is_named() {
        let named = allowed(&list(&["localhost"]), "localhost", 80).await;
        assert!(matches!(named, Err(Error::DestinationIpProhibited)), "{named:?}");
        let both = allowed(&list(&["localhost", "127.0.0.0/8"]), "localhost", 80).await.unwrap();
        assert!(both.iter().all(|address| address.is_ipv4()) && !both.is_empty(), "{both:?}");
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_an_error_of_names() {
        let none = allowed(&list(&["nowhere.invalid"]), "nowhere.invalid", 80).await;
        assert!(matches!(none, Err(Error::DnsError { .. })), "{none:?}");
    }
}
