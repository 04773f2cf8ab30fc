//! One request, one instance: what the guest may see, and how it runs. The instance is made for the request
//! and dropped with it, unless `--isolation reuse` lets it answer more.
//!
//! A guest gets read-only directories, with `--scratch` an empty one of its own to write to, the variables it was given, clocks, random numbers and a
//! line-wise standard error, and may send HTTP requests where `--allow-outbound` says. It gets no standard
//! input and no sockets.
//!
//! It is stopped at its deadline ([`Call`]), and gets no more linear memory than its cap.

mod answer;
mod call;
mod failure;
mod files;
mod idle;
mod instance;
mod log;
mod memory;
mod outbound;
mod record;
mod scratch;
mod stdio;

pub use answer::{Cut, GuestBody};
pub use call::Call;
pub use failure::Failure;
pub use record::Record;
pub use scratch::remove_all as remove_scratch;

use crate::args::{GuestArgs, GuestLimits, Isolation};
use crate::error::Error;
use crate::telemetry::finished;
use answer::Guest;
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use idle::{Given, Idle};
use instance::{Answered, Instance, State};
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use wasmtime::component::{Component, Linker};
use wasmtime_wasi_http::p2::bindings::ProxyPre;

/// Variables of the component that the host sets in each guest, whatever its own environment has.
pub const RECORD_VARIABLES: [&str; 2] = [record::VARIABLE.0, record::WITH_SQL.0];

/// A response whose body has begun.
type Begun = Result<Response<GuestBody>, Failure>;

/// A component ready to answer, and what its instances may see and take.
pub struct Sandbox {
    pre: ProxyPre<State>,
    /// Where instances are kept for more than one request.
    idle: Option<Arc<Idle>>,
    view: Arc<GuestArgs>,
    limits: GuestLimits,
    /// Where guests run. They compute and read files on its threads for as long as an epoch, so it
    /// is not the runtime that accepts connections.
    guests: Handle,
}

impl Sandbox {
    /// Links the component. Errors when it wants what no guest gets, or is no HTTP handler.
    pub fn new(
        component: &Component,
        view: GuestArgs,
        limits: GuestLimits,
        isolation: Isolation,
        guests: Handle,
    ) -> Result<Sandbox, Error> {
        let mut linker = Linker::<State>::new(component.engine());
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        files::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let pre = ProxyPre::new(linker.instantiate_pre(component)?)?;
        let idle = match isolation {
            Isolation::Request => None,
            Isolation::Reuse(reuse) => Some(Arc::new(Idle::new(reuse))),
        };
        Ok(Sandbox { pre, idle, view: Arc::new(view), limits, guests })
    }

    /// Whether answers tell what they burned.
    pub fn is_metered(&self) -> bool {
        self.view.fuel
    }

    /// Runs the request in an instance of its own, or in one that has answered others.
    ///
    /// Returns once the guest has set a response; the guest goes on while its body is read, as fast
    /// as the body is read. Dropping the future or the body stops the guest at its next epoch.
    /// `held` is dropped when the guest and its memory are gone, which can be after the body.
    pub async fn answer<B>(
        &self,
        call: Arc<Call>,
        request: Request<B>,
        held: impl Send + 'static,
    ) -> Result<Response<GuestBody>, Failure>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        let start = Instant::now();
        if let Some(timeout) = self.limits.timeout {
            call.limit(start, timeout);
        }
        let (answer, answered) = oneshot::channel();
        let (begin, begun) = oneshot::channel();
        let guest = {
            let (pre, call, view, limits) = (self.pre.clone(), call.clone(), self.view.clone(), self.limits);
            let idle = self.idle.clone();
            async move {
                // Dropped last, after the instance.
                let _held = held;
                // Outlives the run, so that a failure is told before its store goes and the body's readers
                // wake.
                let mut instance = None;
                let keys = view.keys.as_ref().map(|keys| keys.now());
                let idle = idle.map(|idle| (Given::now(&view, keys.clone()), idle));
                let run = call.run(async {
                    let (made, kind) = match idle.as_ref().and_then(|(now, idle)| idle.take(now)) {
                        Some(mut kept) => {
                            kept.attend(call.clone())?;
                            (kept, finished::Instance::Reused)
                        }
                        None => {
                            let made =
                                Instance::start(&pre, &view, keys.as_deref(), limits, call.clone()).await?;
                            (made, finished::Instance::Fresh)
                        }
                    };
                    call.instantiated(start.elapsed(), kind);
                    instance.insert(made).answer(request, answer).await
                });
                let mut hand_on = pin!(hand_on(answered, begin, call.clone()));
                let mut handed_on = false;
                let result = {
                    let mut run = pin!(run);
                    loop {
                        tokio::select! {
                            biased;
                            result = &mut run => break result,
                            () = &mut hand_on, if !handed_on => handed_on = true,
                        }
                    }
                };
                if let Some(fuel) = instance.as_ref().and_then(Instance::fuel) {
                    call.burned(fuel);
                }
                if let Err(failure) = &result {
                    call.explain(failure);
                }
                // Before the client can ask again.
                if let (Ok(()), Some((given, idle))) = (&result, idle)
                    && let Some(instance) = instance.take()
                {
                    idle.offer(given, instance);
                }
                // Clearing an instance away takes as long as a tenth of a small query: the client comes first.
                if !handed_on {
                    tokio::select! {
                        biased;
                        () = &mut hand_on => handed_on = true,
                        () = std::future::ready(()) => {}
                    }
                }
                drop(instance);
                if !handed_on {
                    hand_on.await;
                }
                result
            }
        };
        let mut guest = Guest::new(self.guests.spawn(guest), call.name.clone());
        match begun.await {
            Ok(begun) => begun.map(|response| response.map(|body| body.tie(guest))),
            Err(_) => Err(guest.join().await.err().unwrap_or(Failure::Unanswered)),
        }
    }
}

/// Hands the answer on to `begin` once its beginning is there.
async fn hand_on(answered: Answered, begin: oneshot::Sender<Begun>, call: Arc<Call>) {
    // Otherwise the outparam went unused, and the run says why.
    if let Ok(answer) = answered.await {
        let begun = match answer {
            Ok(response) => Ok(GuestBody::begin(response, call).await),
            Err(code) => Err(Failure::Refused(code)),
        };
        // Nobody there means that the client has gone.
        let _ = begin.send(begun);
    }
}
