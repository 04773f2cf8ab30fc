//! `polaroid serve`: the component behind HTTP/1.1.
//!
//! Two runtimes: one thread for sockets, and one thread a core for guests. A guest computes, and
//! reads files, on the thread it is on; the sockets' thread stays free to accept, to answer and to
//! notice who has hung up.

mod admission;
mod connections;
mod problem;
mod report;
mod request;
mod shutdown;

use crate::args::ServeArgs;
use crate::error::Error;
use crate::sandbox::Sandbox;
use crate::telemetry::Telemetry;
use crate::{artifact, engine};
use admission::Admission;
use request::Service;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::runtime;

/// Serves until a signal to stop has come and the running requests are done.
pub fn run(args: ServeArgs) -> Result<(), Error> {
    let telemetry = Telemetry::init(args.telemetry.clone())?;
    let served = serve(args, &telemetry);
    telemetry.shutdown();
    served
}

fn serve(args: ServeArgs, telemetry: &Telemetry) -> Result<(), Error> {
    let engine = engine::pooled(args.limits.concurrency)?;
    let component =
        artifact::load(&engine, &artifact::find(args.guest.component.as_deref())?, args.guest.verify)?;
    engine::tick(&engine)?;

    let guests = runtime::Builder::new_multi_thread()
        .thread_name("guest")
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the guests' threads"))?;
    let sockets = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the sockets' thread"))?;

    let service = Arc::new(Service {
        sandbox: Sandbox::new(&component, args.guest, args.limits.guest, guests.handle().clone())?,
        admission: Admission::new(&args.limits),
        telemetry: telemetry.clone(),
    });
    telemetry.loaded();
    let served = sockets.block_on(async {
        // Before it is said that the server listens: whoever reads that may stop it at once.
        let stop = shutdown::signal()?;
        let listener = listen(args.addr, telemetry).await?;
        connections::accept(listener, service, stop, args.grace).await;
        Ok(())
    });
    // A guest that still computes is left where it is: the process ends.
    guests.shutdown_background();
    served
}

/// Binds, and says where, in one line that a script can read.
async fn listen(addr: SocketAddr, telemetry: &Telemetry) -> Result<TcpListener, Error> {
    let cannot_listen = |source| Error::Listen { addr, source };
    let listener = TcpListener::bind(addr).await.map_err(cannot_listen)?;
    let bound = listener.local_addr().map_err(cannot_listen)?;
    if !bound.ip().is_loopback() {
        tracing::warn!(
            target: "polaroid",
            "{bound} can be reached from other machines, and there is no authentication: \
             whoever reaches it can read every file below the --dir directories. \
             Put a proxy that authenticates before it, or listen on 127.0.0.1."
        );
    }
    telemetry.listening("http", bound);
    Ok(listener)
}
