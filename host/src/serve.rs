//! `polaroid serve`: the component behind HTTP/1.1 and HTTP/2.
//!
//! Two runtimes: one thread for sockets, and one thread a core for guests. A guest computes, and
//! reads files, on the thread it is on; the sockets' thread stays free to accept, to answer and to
//! notice who has hung up.
//!
//! | module | what it decides |
//! |---|---|
//! | [`descriptors`] | how many connections the process has files for |
//! | [`listen`] | where, said before anything heavy is done |
//! | [`load`] | the component, loaded meanwhile; whether the server is ready |
//! | [`connections`], [`connection`], [`abrupt`] | accepting, protocols, ending |
//! | [`pulse`], [`watched`] | connections that are too slow or too quiet |
//! | [`tls`], [`reload`], [`signals`] | certificates, SIGHUP for them and for keys, SIGTERM |
//! | [`port`], [`health`], [`host`], [`body`], [`refusal`] | what a request meets before it is a query |
//! | [`admission`] | how many queries run, and how many wait |
//! | [`request`], [`problem`] | a query, and its failures |
//! | [`metered`] | what a query burned, told in its answer |
//! | [`report`] | a query watched to its end, for log, metrics and traces |

mod abrupt;
mod admission;
mod body;
mod connection;
mod connections;
mod descriptors;
mod health;
mod host;
mod listen;
mod load;
mod metered;
mod port;
mod problem;
mod pulse;
mod refusal;
mod reload;
mod report;
mod request;
mod signals;
mod tls;
mod watched;

pub use descriptors::USUAL as USUAL_CONNECTIONS;

use crate::args::ServeArgs;
use crate::error::Error;
use crate::keys::ApiKeys;
use crate::telemetry::Telemetry;
use connection::Settings;
use port::Port;
use reload::Reload;
use std::sync::Arc;
use tls::Tls;
use tokio::runtime;

/// Connections at once on the admin port: probes, scrapers and a person.
const ADMIN_CONNECTIONS: usize = 32;

/// Serves until a signal to stop has come and the running requests are done.
pub fn run(args: ServeArgs) -> Result<(), Error> {
    let telemetry = Telemetry::init(args.telemetry.clone())?;
    for warning in &args.warnings {
        tracing::warn!(target: "polaroid", "{warning}");
    }
    let served = serve(args, &telemetry);
    telemetry.shutdown();
    served
}

fn serve(mut args: ServeArgs, telemetry: &Telemetry) -> Result<(), Error> {
    let directories = args.guest.mounts.len() + usize::from(args.guest.scratch.is_some());
    let reserved = descriptors::reserved(args.limits.concurrency, directories);
    let most = descriptors::connections(args.sockets.max_connections, reserved)?;
    let tls = args.sockets.tls.clone().map(Tls::load).transpose()?.map(Arc::new);
    args.guest.keys = args.api_keys.map(ApiKeys::load).transpose()?.map(Arc::new);
    let mut reloaded: Vec<Arc<dyn Reload>> = Vec::new();
    reloaded.extend(tls.clone().map(|tls| tls as _));
    reloaded.extend(args.guest.keys.clone().map(|keys| keys as _));
    let guests = runtime::Builder::new_multi_thread()
        .thread_name("guest")
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the guests' threads"))?;
    let sockets = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the sockets' thread"))?;

    let served = sockets.block_on(async {
        // Before it is said that the server listens: whoever reads that may stop it at once.
        let stopping = signals::stop()?;
        signals::hang_up(reloaded)?;
        let admin = match args.sockets.admin {
            Some(addr) => Some(listen::admin(addr, telemetry).await?),
            None => None,
        };
        let listener = listen::queries(args.addr, tls.is_some(), args.authenticates, telemetry).await?;
        let load = load::Load {
            guest: args.guest,
            limits: args.limits,
            telemetry: telemetry.clone(),
            guests: guests.handle().clone(),
        };
        let (state, failure) = load::start(load, stopping.clone())?;

        if let Some(admin) = admin {
            let port = Port::Admin { state: state.clone(), telemetry: telemetry.clone() };
            let settings = Arc::new(Settings::new(port, None, &args.sockets));
            // Not told to stop: it says how the stopping goes, until the process ends.
            tokio::spawn(connections::accept(
                admin,
                settings,
                ADMIN_CONNECTIONS,
                signals::Stopping::never(),
                args.grace,
            ));
        }
        let settings = Arc::new(Settings::new(
            Port::queries(state, args.hosts, &args.sockets, telemetry.clone()),
            tls,
            &args.sockets,
        ));
        tokio::select! {
            () = connections::accept(listener, settings, most, stopping, args.grace) => Ok(()),
            error = failure.wait() => Err(error),
        }
    });
    telemetry.settle();
    // A guest that still computes is left where it is, and so is loading: the process ends.
    guests.shutdown_background();
    crate::sandbox::remove_scratch();
    served
}
