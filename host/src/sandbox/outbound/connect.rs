//! Connections to addresses that have been checked, with TLS where the URL says https.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use wasmtime_wasi_http::Error;

/// A connection of either kind.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Connects to the first address that answers. `tls`: the host, as it stands in the URL, that has to
/// prove who it is.
pub async fn to(addresses: &[SocketAddr], tls: Option<&str>) -> Result<Box<dyn Stream>, Error> {
    // Before connecting: a host that cannot have a certificate is the guest's mistake.
    let host = tls.map(server_name).transpose()?;
    let stream = first(addresses).await?;
    stream.set_nodelay(true).map_err(refused)?;
    match host {
        None => Ok(Box::new(stream)),
        Some(host) => match TlsConnector::from(config()?).connect(host, stream).await {
            Ok(stream) => Ok(Box::new(stream)),
            Err(error) => Err(untrusted(&error)),
        },
    }
}

async fn first(addresses: &[SocketAddr]) -> Result<TcpStream, Error> {
    let mut last = Error::DestinationNotFound;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => return Ok(stream),
            Err(error) => last = refused(error),
        }
    }
    Err(last)
}

fn server_name(host: &str) -> Result<ServerName<'static>, Error> {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    // Certificates are made out without the dot.
    let bare = bare.strip_suffix('.').unwrap_or(bare);
    ServerName::try_from(bare).map(|name| name.to_owned()).map_err(|_| Error::HttpRequestUriInvalid)
}

/// Trusts the roots that browsers trust, which are built in. Made on first use: most servers never
/// connect to anything.
fn config() -> Result<Arc<ClientConfig>, Error> {
    static CONFIG: OnceLock<Result<Arc<ClientConfig>, rustls::Error>> = OnceLock::new();
    let config = CONFIG.get_or_init(|| {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.into() };
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions()?;
        Ok(Arc::new(builder.with_root_certificates(roots).with_no_client_auth()))
    });
    config.clone().map_err(|_| Error::ConfigurationError)
}

fn refused(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        io::ErrorKind::TimedOut => Error::ConnectionTimeout,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => Error::DestinationIpUnroutable,
        _ => Error::DestinationUnavailable,
    }
}

fn untrusted(error: &io::Error) -> Error {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    match cause {
        Some(rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented) => {
            Error::TlsCertificateError
        }
        Some(rustls::Error::AlertReceived(alert)) => Error::TlsAlertReceived {
            alert_id: Some(u8::from(*alert)),
            alert_message: Some(format!("{alert:?}")),
        },
        Some(_) => Error::TlsProtocolError,
        None => Error::ConnectionTerminated,
    }
}
