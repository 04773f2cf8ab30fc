//! Where the server listens, said in lines that a script can read.

use crate::error::Error;
use crate::stderr::say;
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Binds the main port, and says where.
pub async fn queries(addr: SocketAddr, tls: bool) -> Result<TcpListener, Error> {
    let (listener, bound) = bind(addr, "--addr").await?;
    if !bound.ip().is_loopback() {
        say(format_args!(
            "WARNING: {bound} can be reached from other machines, and there is no authentication: \
             whoever reaches it can read every file below the --dir directories. \
             Put a proxy that authenticates before it, or listen on 127.0.0.1."
        ));
    }
    let scheme = if tls { "https" } else { "http" };
    say(format_args!("listening on {scheme}://{bound}"));
    Ok(listener)
}

/// Binds the admin port, and says where.
pub async fn admin(addr: SocketAddr) -> Result<TcpListener, Error> {
    let (listener, bound) = bind(addr, "--admin-addr").await?;
    say(format_args!("admin on http://{bound}"));
    Ok(listener)
}

async fn bind(addr: SocketAddr, flag: &'static str) -> Result<(TcpListener, SocketAddr), Error> {
    let cannot_listen = |source| Error::Listen { addr, flag, source };
    let listener = TcpListener::bind(addr).await.map_err(cannot_listen)?;
    let bound = listener.local_addr().map_err(cannot_listen)?;
    Ok((listener, bound))
}
