//! Loading the component while the server listens already.

use super::admission::Admission;
use super::request::Service;
use super::signals::{Stop, Stopping};
use crate::args::{GuestArgs, Limits};
use crate::error::Error;
use crate::sandbox::Sandbox;
use crate::telemetry::Telemetry;
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
    service: watch::Receiver<Option<Arc<Service>>>,
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

/// What is loaded, and what for.
pub struct Load {
    pub guest: GuestArgs,
    pub limits: Limits,
    pub telemetry: Telemetry,
    /// Where guests run.
    pub guests: Handle,
}

/// Starts to load, on a thread of its own: it is all computing and waiting for disks.
pub fn start(load: Load, stopping: Stopping) -> Result<(State, Failure), Error> {
    let (tell, service) = watch::channel(None);
    let (fail, failure) = oneshot::channel();
    std::thread::Builder::new()
        .name("load".into())
        .spawn(move || match load.service() {
            // Nobody listening means that the server is gone already.
            Ok(service) => drop(tell.send(Some(Arc::new(service)))),
            Err(error) => drop(fail.send(error)),
        })
        .map_err(Error::system("cannot start the loading thread"))?;
    Ok((State { service, stopping }, Failure(failure)))
}

impl Load {
    fn service(self) -> Result<Service, Error> {
        let started = Instant::now();
        let engine = engine::pooled(self.guest.fuel, self.limits.concurrency)?;
        let component =
            artifact::load(&engine, &artifact::find(self.guest.component.as_deref())?, self.guest.verify)?;
        engine::tick(&engine)?;
        let sandbox =
            Sandbox::new(&component, self.guest, self.limits.guest, self.limits.isolation, self.guests)?;
        self.telemetry.loaded();
        let took = started.elapsed().as_secs_f64() * 1e3;
        tracing::info!(target: "polaroid", "ready: the component was loaded in {took:.1} ms");
        Ok(Service { sandbox, admission: Admission::new(&self.limits), telemetry: self.telemetry })
    }
}

impl State {
    /// Whether a query that comes now would be taken.
    pub fn ready(&self) -> Result<(), Unready> {
        match (self.stopping.stage(), &*self.service.borrow()) {
            (Stop::Drain | Stop::Now, _) => Err(Unready::Stopping),
            (Stop::No, None) => Err(Unready::Loading),
            (Stop::No, Some(_)) => Ok(()),
        }
    }

    /// How far the stopping has come.
    pub fn stopping(&self) -> Stopping {
        self.stopping.clone()
    }

    /// What runs queries, waited for where it is loaded still.
    pub async fn service(&self) -> Result<Arc<Service>, Unready> {
        if self.stopping.stage() >= Stop::Drain {
            return Err(Unready::Stopping);
        }
        if let Some(service) = &*self.service.borrow() {
            return Ok(service.clone());
        }
        let mut service = self.service.clone();
        tokio::select! {
            loaded = timeout(PATIENCE, service.wait_for(Option::is_some)) => match loaded {
                Ok(Ok(loaded)) => loaded.clone().ok_or(Unready::Loading),
                // Late; or failed, and then the process is about to end.
                Ok(Err(_)) | Err(_) => Err(Unready::Loading),
            },
            () = self.stopping.reached(Stop::Drain) => Err(Unready::Stopping),
        }
    }
}
