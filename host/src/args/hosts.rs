//! `--allow-host`: the names by which clients may call the server.
//!
//! A page in a browser can give its own name an address of this machine (DNS rebinding), and is then allowed to read
//! what a server there answers. Its requests still carry its name. So a server that only this machine reaches, and that
//! asks nobody who he is, answers to no name but its own.

use super::outbound::{AllowList, Destination};
use std::net::IpAddr;
use std::str::FromStr;

/// What nobody can point elsewhere: browsers take `localhost` for this machine without asking, and an address needs
/// no name.
const LOCAL: [&str; 4] = ["localhost", "*.localhost", "0.0.0.0/0", "::/0"];

/// One `--allow-host`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHost {
    Any,
    Host(Destination),
}

/// The hosts that requests may be for.
#[derive(Debug, PartialEq, Eq)]
pub enum Hosts {
    All,
    /// `localhost`, addresses, and the names that were given.
    Local(AllowList),
    /// The names that were given.
    Given(AllowList),
}

impl Hosts {
    /// For a server at `ip`.
    pub fn new(given: Vec<AllowedHost>, ip: IpAddr, authenticates: bool) -> Hosts {
        let local = ip.to_canonical().is_loopback() && !authenticates;
        if given.contains(&AllowedHost::Any) || (given.is_empty() && !local) {
            return Hosts::All;
        }
        let given = given.into_iter().filter_map(|host| match host {
            AllowedHost::Host(host) => Some(host),
            AllowedHost::Any => None,
        });
        if !local {
            return Hosts::Given(AllowList::new(given.collect()));
        }
        let own = LOCAL.iter().map(|host| host.parse().expect("they are hosts"));
        Hosts::Local(AllowList::new(own.chain(given).collect()))
    }

    /// `host` without its port.
    pub fn accept(&self, host: &str) -> bool {
        match self {
            Hosts::All => true,
            // What was given has no port, so any fits.
            Hosts::Local(hosts) | Hosts::Given(hosts) => hosts.allows_host(host, 0),
        }
    }
}

impl FromStr for AllowedHost {
    type Err = String;

    fn from_str(given: &str) -> Result<AllowedHost, String> {
        if given == "*" {
            return Ok(AllowedHost::Any);
        }
        match given.parse::<Destination>() {
            Ok(host) if host.port().is_none() => Ok(AllowedHost::Host(host)),
            _ => Err("accepted are a name (db.example.com), all names below one (*.example.com), an address, and * for \
                      every host, each without a port, since any port fits"
                .into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn hosts(given: &[&str], ip: impl Into<IpAddr>, authenticates: bool) -> Hosts {
        Hosts::new(given.iter().map(|given| given.parse().unwrap()).collect(), ip.into(), authenticates)
    }

    #[track_caller]
    fn accept(hosts: &Hosts, all: &[(&str, bool)]) {
        for &(host, accepted) in all {
            assert_eq!(hosts.accept(host), accepted, "{host} by {hosts:?}");
        }
    }

    #[test]
    fn on_loopback_only_names_of_this_machine_are_answered() {
        let expected = [
            ("localhost", true),
            ("LOCALHOST.", true),
            ("app.localhost", true),
            (".localhost", false),
            ("127.0.0.1", true),
            ("192.0.2.7", true),
            ("[::1]", true),
            ("[fe80::1]", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("evillocalhost", false),
            ("127.0.0.1.evil.example", false),
            ("127.1", false),
            ("", false),
        ];
        accept(&hosts(&[], Ipv4Addr::LOCALHOST, false), &expected);
        accept(&hosts(&[], Ipv6Addr::LOCALHOST, false), &expected);
        let more = hosts(&["db.test", "*.dev.test"], Ipv4Addr::LOCALHOST, false);
        accept(&more, &expected);
        accept(&more, &[("DB.test", true), ("a.dev.test", true), ("dev.test", false)]);
    }

    #[test]
    fn elsewhere_and_with_authentication_all_are_unless_some_are_named() {
        for (ip, authenticates) in [(Ipv4Addr::UNSPECIFIED, false), (Ipv4Addr::LOCALHOST, true)] {
            assert_eq!(hosts(&[], ip, authenticates), Hosts::All);
            let named = hosts(&["db.test", "192.0.2.7"], ip, authenticates);
            accept(
                &named,
                &[("db.test", true), ("192.0.2.7", true), ("localhost", false), ("127.0.0.1", false)],
            );
        }
        assert_eq!(hosts(&["db.test", "*"], Ipv4Addr::LOCALHOST, false), Hosts::All);
    }

    #[test]
    fn what_is_no_host_is_refused_with_what_is_accepted() {
        for bad in ["", "db.test:80", "http://db.test", "a b", "**", "*.", "10.1"] {
            assert!(bad.parse::<AllowedHost>().unwrap_err().contains("accepted are"), "{bad}");
        }
    }
}
