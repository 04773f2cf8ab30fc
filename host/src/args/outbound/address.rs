//! Addresses: ranges of them, and which belong to the internet at large.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// All addresses that begin with the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    first: IpAddr,
    bits: u32,
}

impl Range {
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                // Of no bits at all, every address.
                (first.to_bits() ^ address.to_bits()).checked_shr(32 - self.bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                (first.to_bits() ^ address.to_bits()).checked_shr(128 - self.bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Range {
    type Err = ();

    /// `ADDRESS` or `ADDRESS/BITS`, where the address has no bits set past these.
    fn from_str(given: &str) -> Result<Range, ()> {
        let (address, bits) = match given.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().map_err(drop)?)),
            None => (given, None),
        };
        let first: IpAddr = address.parse().map_err(drop)?;
        let (width, low) = match first {
            IpAddr::V4(first) => (32, first.to_bits().trailing_zeros()),
            IpAddr::V6(first) => (128, first.to_bits().trailing_zeros()),
        };
        let bits = bits.unwrap_or(width);
        // Bits past the range are a slip more often than not: 10.0.0.1/8 for 10.0.0.1.
        if bits > width || low < width - bits {
            return Err(());
        }
        Ok(Range { first, bits })
    }
}

/// Whether the address belongs to the internet at large, by the registries of special addresses that
/// IANA keeps (RFC 6890 and its successors). An IPv6 address that carries an IPv4 address for a
/// translator is not public either: where it leads is decided elsewhere.
pub fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        // Metadata of most clouds is at 169.254.169.254.
        || address.is_link_local()
        // Shared by carriers (RFC 6598); metadata of one cloud is at 100.100.100.200.
        || (a == 100 && (64..128).contains(&b))
        // Protocol assignments, 6to4 relays, benchmarks, documentation.
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || (a == 198 && (18..20).contains(&b))
        || address.is_documentation()
        // Multicast, reserved, broadcast.
        || a >= 224)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    // Only 2000::/3 is given out at all, which leaves out loopback, unspecified, IPv4-compatible,
    // NAT64, unique-local, link-local, site-local and multicast.
    (0x2000..0x4000).contains(&a)
        // Protocol assignments with Teredo, 6to4, documentation.
        && !(a == 0x2001 && b < 0x200)
        && a != 0x2002
        && !(a == 0x2001 && b == 0xdb8)
        && !(a == 0x3fff && b < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_not_of_the_internet_are_told() {
        for inner in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.170",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(inner.parse().unwrap()), "{inner}");
        }
        for outer in [
            "1.1.1.1",
            "9.255.255.255",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700::1111",
            "::ffff:1.1.1.1",
        ] {
            assert!(is_public(outer.parse().unwrap()), "{outer}");
        }
    }

    #[test]
    fn ranges_have_their_ends_and_nothing_past_them() {
        let range: Range = "172.16.0.0/12".parse().unwrap();
        for (address, inside) in
            [("172.15.255.255", false), ("172.16.0.0", true), ("172.31.255.255", true), ("172.32.0.0", false)]
        {
            assert_eq!(range.contains(address.parse().unwrap()), inside, "{address}");
        }
        let all: Range = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains([255, 1, 2, 3].into()) && !all.contains("::1".parse().unwrap()));
        let all: Range = "::/0".parse().unwrap();
        assert!(all.contains("ff::1".parse().unwrap()) && !all.contains([10, 0, 0, 1].into()));
    }
}
