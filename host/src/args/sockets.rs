//! What connections may take: their number, their times, their sizes, and TLS.

use crate::error::Error;
use bytesize::ByteSize;
use clap::{Args, ValueHint};
use humantime::Duration as Span;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

/// What hyper needs at least to read a request's head.
const LEAST_HEAD: ByteSize = ByteSize::kib(8);
/// More than any head needs; beyond it one connection could fill the memory.
const MOST_HEAD: ByteSize = ByteSize::mib(16);
/// Every body is held in memory until it is whole.
const MOST_BODY: ByteSize = ByteSize::gib(1);

/// The flags, as given.
#[derive(Debug, Args)]
#[command(next_help_heading = "Sockets")]
pub struct Given {
    /// Connections at once; more wait in the kernel's queue until one ends [default: 1000, less where
    /// the process may not open so many files]
    #[arg(long, value_name = "N")]
    pub max_connections: Option<usize>,

    /// For a client to send a request's head, and to finish the TLS handshake
    #[arg(long, value_name = "TIME", default_value = "10s")]
    pub header_timeout: Span,

    /// Size of a request's head; larger ones get 431
    #[arg(long, value_name = "SIZE", default_value = "64KiB")]
    pub max_header_bytes: ByteSize,

    /// For a client to send a request's whole body; slower ones get 408
    #[arg(long, value_name = "TIME", default_value = "30s")]
    pub body_timeout: Span,

    /// Size of a request's body; larger ones get 413
    #[arg(long, value_name = "SIZE", default_value = "1MiB")]
    pub max_body: ByteSize,

    /// How long a connection stays open on which nothing moves
    ///
    /// Between requests, or with a client that has stopped reading its answer.
    #[arg(long, value_name = "TIME", default_value = "75s")]
    pub idle_timeout: Span,

    /// Serve https with this certificate chain (PEM); SIGHUP reads it anew
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub tls_cert: Option<PathBuf>,

    /// The certificate's private key (PEM)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub tls_key: Option<PathBuf>,

    /// Where to offer /metrics, /healthz and /readyz to operators; not offered without it
    #[arg(long, value_name = "HOST:PORT")]
    pub admin_addr: Option<String>,
}

/// What connections may take, validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sockets {
    /// `None`: as many as are usual, if the process may open so many files.
    pub max_connections: Option<usize>,
    pub header_timeout: Duration,
    pub max_header_bytes: u32,
    pub body_timeout: Duration,
    pub max_body: usize,
    pub idle_timeout: Duration,
    pub tls: Option<TlsFiles>,
    pub admin: Option<SocketAddr>,
}

/// Where the server's certificate and its key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    pub cert: PathBuf,
    pub key: PathBuf,
}

impl Sockets {
    pub fn validate(given: Given) -> Result<Sockets, Error> {
        if given.max_connections == Some(0) {
            return Err(Error::Usage("--max-connections 0: accepted is a number from 1".into()));
        }
        let head = size("--max-header-bytes", given.max_header_bytes, LEAST_HEAD, MOST_HEAD)?;
        let body = size("--max-body", given.max_body, ByteSize::b(1), MOST_BODY)?;
        // Not by clap's `requires`: the two may be in different layers.
        let tls = match (given.tls_cert, given.tls_key) {
            (None, None) => None,
            (Some(cert), Some(key)) => Some(TlsFiles { cert, key }),
            (Some(_), None) => return Err(half("--tls-cert", "--tls-key")),
            (None, Some(_)) => return Err(half("--tls-key", "--tls-cert")),
        };
        Ok(Sockets {
            max_connections: given.max_connections,
            header_timeout: time("--header-timeout", given.header_timeout)?,
            max_header_bytes: u32::try_from(head).expect("its bounds are within 32 bits"),
            body_timeout: time("--body-timeout", given.body_timeout)?,
            max_body: usize::try_from(body).expect("its bounds are within 32 bits"),
            idle_timeout: time("--idle-timeout", given.idle_timeout)?,
            tls,
            admin: given.admin_addr.as_deref().map(|addr| address("--admin-addr", addr)).transpose()?,
        })
    }
}

fn half(given: &str, missing: &str) -> Error {
    Error::Usage(format!("{given} without {missing}; TLS takes both, plain HTTP neither"))
}

fn time(flag: &str, given: Span) -> Result<Duration, Error> {
    let given = Duration::from(given);
    if given.is_zero() {
        return Err(Error::Usage(format!(
            "{flag} 0: accepted is a time above zero, as in 500ms or 10s; connections without this limit \
             could be held open for ever"
        )));
    }
    Ok(given)
}

fn size(flag: &str, given: ByteSize, least: ByteSize, most: ByteSize) -> Result<u64, Error> {
    if !(least..=most).contains(&given) {
        return Err(Error::Usage(format!("{flag} {given}: accepted is a size from {least} to {most}")));
    }
    Ok(given.as_u64())
}

/// The first address that `HOST:PORT` stands for.
pub fn address(flag: &str, given: &str) -> Result<SocketAddr, Error> {
    given.to_socket_addrs().ok().and_then(|mut all| all.next()).ok_or_else(|| {
        Error::Usage(format!("{flag} {given}: accepted is HOST:PORT, as in 127.0.0.1:8080 or [::1]:0"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        given: Given,
    }

    fn sockets(line: &str) -> Result<Sockets, String> {
        let line = std::iter::once("polaroid").chain(line.split_whitespace());
        let line = Line::try_parse_from(line).map_err(|error| error.to_string())?;
        Sockets::validate(line.given).map_err(|error| error.to_string())
    }

    #[test]
    fn every_limit_is_on_by_default() {
        let sockets = sockets("").unwrap();
        assert_eq!((sockets.max_header_bytes, sockets.max_body), (64 << 10, 1 << 20));
        assert_eq!(sockets.header_timeout, Duration::from_secs(10));
        assert_eq!((sockets.tls, sockets.admin), (None, None));
    }

    #[test]
    fn what_would_be_no_limit_is_refused() {
        for bad in [
            "--max-connections 0",
            "--header-timeout 0s",
            "--body-timeout 0s",
            "--idle-timeout 0s",
            "--max-body 0",
            "--max-header-bytes 1KiB",
            "--max-header-bytes 1GiB",
        ] {
            let error = sockets(bad).unwrap_err();
            assert!(error.contains("accepted is"), "{bad}: {error}");
        }
    }

    #[test]
    fn a_certificate_goes_with_its_key() {
        assert!(sockets("--tls-cert a.pem").unwrap_err().contains("--tls-key"));
        assert!(sockets("--tls-key a.pem").unwrap_err().contains("--tls-cert"));
        let tls = sockets("--tls-cert a.pem --tls-key b.pem").unwrap().tls.unwrap();
        assert_eq!((tls.cert, tls.key), ("a.pem".into(), "b.pem".into()));
    }
}
