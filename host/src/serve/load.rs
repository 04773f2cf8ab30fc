//! Loading the component while the server listens already.

use super::signals::{Stop, Stopping};
use crate::args::GuestArgs;
use crate::error::Error;
use crate::sandbox::Sandbox;
use crate::stderr::say;
use crate::{artifact, engine};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

/// How long a request waits for the component. Mapping machine code takes milliseconds; where it has
/// to be compiled first, clients are better told than kept.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server can do at present; every connection has one.
#[derive(Clone)]
pub struct State {
    sandbox: watch::Receiver<Option<Arc<Sandbox>>>,
    stopping: Stopping,
}

/// Why the server takes no query now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unready {
    Loading,
    Stopping,
}

/// The end of loading, if it was not reached.
pub struct Failure(oneshot::Receiver<Error>);

impl Failure {
    /// Waits for ever once the component is loaded.
    pub async fn wait(self) -> Error {
        match self.0.await {
            Ok(error) => error,
            Err(_) => std::future::pending().await,
        }
    }
}

/// Starts to load, on a thread of its own: it is all computing and waiting for disks.
pub fn start(guest: GuestArgs, guests: Handle, stopping: Stopping) -> Result<(State, Failure), Error> {
    let (tell, sandbox) = watch::channel(None);
    let (fail, failure) = oneshot::channel();
    std::thread::Builder::new()
        .name("load".into())
        .spawn(move || match load(guest, guests) {
            // Nobody listening means that the server is gone already.
            Ok(sandbox) => drop(tell.send(Some(Arc::new(sandbox)))),
            Err(error) => drop(fail.send(error)),
        })
        .map_err(Error::system("cannot start the loading thread"))?;
    Ok((State { sandbox, stopping }, Failure(failure)))
}

fn load(guest: GuestArgs, guests: Handle) -> Result<Sandbox, Error> {
    let started = Instant::now();
    let engine = engine::pooled()?;
    let component = artifact::load(&engine, &artifact::find(guest.component.as_deref())?)?;
    engine::tick(&engine)?;
    let sandbox = Sandbox::new(&component, guest, guests)?;
    say(format_args!("ready: the component was loaded in {:.1} ms", started.elapsed().as_secs_f64() * 1e3));
    Ok(sandbox)
}

impl State {
    /// Whether a query that comes now would be taken.
    pub fn ready(&self) -> Result<(), Unready> {
        match (self.stopping.stage(), &*self.sandbox.borrow()) {
            (Stop::Drain | Stop::Now, _) => Err(Unready::Stopping),
            (Stop::No, None) => Err(Unready::Loading),
            (Stop::No, Some(_)) => Ok(()),
        }
    }

    /// What runs queries, waited for where it is loaded still.
    pub async fn sandbox(&self) -> Result<Arc<Sandbox>, Unready> {
        if self.stopping.stage() >= Stop::Drain {
            return Err(Unready::Stopping);
        }
        if let Some(sandbox) = &*self.sandbox.borrow() {
            return Ok(sandbox.clone());
        }
        let mut sandbox = self.sandbox.clone();
        let mut stopping = self.stopping.clone();
        tokio::select! {
            loaded = timeout(PATIENCE, sandbox.wait_for(Option::is_some)) => match loaded {
                Ok(Ok(loaded)) => loaded.clone().ok_or(Unready::Loading),
                // Late; or failed, and then the process is about to end.
                Ok(Err(_)) | Err(_) => Err(Unready::Loading),
            },
            () = stopping.reached(Stop::Drain) => Err(Unready::Stopping),
        }
    }
}
