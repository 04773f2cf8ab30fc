//! Where the server listens, said in lines that a script can read.

use crate::error::Error;
use crate::telemetry::Telemetry;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Binds the main port, and says where. Warns where strangers can reach it and nobody `authenticates` them.
pub async fn queries(
    addr: SocketAddr,
    tls: bool,
    authenticates: bool,
    telemetry: &Telemetry,
) -> Result<TcpListener, Error> {
    let (listener, bound) = bind(addr, "--addr").await?;
    if !bound.ip().to_canonical().is_loopback() && !authenticates {
        tracing::warn!(
            target: "polaroid",
            "{bound} can be reached from other machines, and there is no authentication: \
             whoever reaches it can read every file below the --dir directories. \
             Give keys with --api-keys-file (`polaroid keys new` makes them), put a proxy that authenticates before \
             it, or listen on 127.0.0.1."
        );
    }
    telemetry.listening("listening", if tls { "https" } else { "http" }, bound);
    Ok(listener)
}

/// Binds the admin port, and says where.
pub async fn admin(addr: SocketAddr, telemetry: &Telemetry) -> Result<TcpListener, Error> {
    let (listener, bound) = bind(addr, "--admin-addr").await?;
    telemetry.listening("admin", "http", bound);
    Ok(listener)
}

async fn bind(addr: SocketAddr, flag: &'static str) -> Result<(TcpListener, SocketAddr), Error> {
    let cannot_listen = |source| Error::Listen { addr, flag, source };
    let listener = TcpListener::bind(addr).await.map_err(cannot_listen)?;
    let bound = listener.local_addr().map_err(cannot_listen)?;
    Ok((listener, bound))
}
