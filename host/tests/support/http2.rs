//! HTTP/2 and TLS, by the libraries: nobody frames these by hand.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http2::{self, SendRequest};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};

/// An answer, or what came of it and how it broke off.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    pub cut: Option<hyper::Error>,
}

/// Runs a client on a runtime of its own. Its connections live on other threads, so that the client
/// may wait for a server's log meanwhile.
pub fn run<T>(client: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(client)
}

/// An HTTP/2 connection over any stream.
pub async fn connect<S>(stream: S) -> SendRequest<Full<Bytes>>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// The same without TLS, which the client has to know beforehand.
pub async fn plain(addr: SocketAddr) -> SendRequest<Full<Bytes>> {
    connect(TcpStream::connect(addr).await.unwrap()).await
}

/// A connection whose client never lets a byte of an answer's body be sent.
pub async fn deaf(addr: SocketAddr) -> SendRequest<Full<Bytes>> {
    let stream = TokioIo::new(TcpStream::connect(addr).await.unwrap());
    let mut client = http2::Builder::new(TokioExecutor::new());
    let (sender, connection) = client.initial_stream_window_size(0).handshake(stream).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// A TLS connection that trusts `certificate` alone and offers these protocols.
pub async fn tls(
    addr: SocketAddr,
    certificate: &[u8],
    alpn: &[&str],
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(certificate.to_vec())).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
    let stream = TcpStream::connect(addr).await?;
    TlsConnector::from(Arc::new(config)).connect(ServerName::try_from("localhost").unwrap(), stream).await
}

/// One request, and all that comes back.
pub async fn ask(
    sender: &mut SendRequest<Full<Bytes>>,
    path: &str,
    body: &[u8],
) -> Result<Answer, hyper::Error> {
    let request =
        http::Request::post(format!("http://localhost{path}")).body(Full::from(body.to_vec())).unwrap();
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let mut incoming = response.into_body();
    let mut answer = Answer { status, body: Vec::new(), cut: None };
    while let Some(frame) = incoming.frame().await {
        match frame {
            Ok(frame) => answer.body.extend_from_slice(frame.data_ref().map_or(&[][..], |data| data)),
            Err(error) => {
                answer.cut = Some(error);
                break;
            }
        }
    }
    Ok(answer)
}
