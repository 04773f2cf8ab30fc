//! One request, one fresh instance: what the guest may see, and how it runs.
//!
//! A guest gets read-only directories, the variables it was given, clocks, random numbers and a
//! line-wise standard error, and may send HTTP requests where `--allow-outbound` says. It gets no standard
//! input and no sockets.
//!
//! It is stopped at its deadline ([`Call`]), and gets no more linear memory than its cap.

mod answer;
mod call;
mod failure;
mod files;
mod log;
mod memory;
mod outbound;
mod record;
mod stdio;

pub use answer::{Cut, GuestBody};
pub use call::Call;
pub use failure::Failure;
pub use record::Record;

use crate::args::{GuestArgs, GuestLimits};
use crate::error::Error;
use crate::telemetry::TRACEPARENT;
use answer::Guest;
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use memory::Cap;
use outbound::Outbound;
use record::Records;
use std::sync::Arc;
use std::time::Instant;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::body::HostOutgoingBody;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Variables of the component that the host sets in each guest, whatever its own environment has.
pub const RECORD_VARIABLES: [&str; 2] = [record::VARIABLE.0, record::WITH_SQL.0];

/// A component ready to answer, and what its instances may see and take.
pub struct Sandbox {
    pre: ProxyPre<State>,
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
        guests: Handle,
    ) -> Result<Sandbox, Error> {
        let mut linker = Linker::<State>::new(component.engine());
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        files::add_to_linker(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let pre = ProxyPre::new(linker.instantiate_pre(component)?)?;
        Ok(Sandbox { pre, view: Arc::new(view), limits, guests })
    }

    /// Runs the request in an instance of its own.
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
        let guest = {
            let (pre, call, view, limits) = (self.pre.clone(), call.clone(), self.view.clone(), self.limits);
            let trace = request.headers().get(TRACEPARENT).cloned();
            async move {
                // Dropped after the store.
                let _held = held;
                let mut store = store(pre.engine(), &view, limits, trace, call.clone())?;
                let run = async {
                    let mut http = store.data_mut().http();
                    let request =
                        http.new_incoming_request(Scheme::Http, request).map_err(Failure::Request)?;
                    let answer = http.new_response_outparam(answer).map_err(Failure::Start)?;
                    let proxy = pre.instantiate_async(&mut store).await.map_err(Failure::from_start)?;
                    call.instantiated(start.elapsed());
                    let handler = proxy.wasi_http_incoming_handler();
                    handler.call_handle(&mut store, request, answer).await.map_err(Failure::Trap)
                };
                let result = call.run(run).await.map_err(|failure| match failure {
                    Failure::Trap(trap) if store.data().cap.refused() => {
                        Failure::Memory { most: limits.memory, trap }
                    }
                    failure => failure,
                });
                // Said before the store goes and the body's readers wake.
                if let Err(failure) = &result {
                    call.explain(failure);
                }
                result
            }
        };
        let mut guest = Guest::new(self.guests.spawn(guest), call.name.clone());
        match answered.await {
            Ok(Ok(response)) => Ok(GuestBody::tie(response, call, guest)),
            Ok(Err(code)) => Err(Failure::Refused(code)),
            // The outparam went with its store.
            Err(_) => Err(guest.join().await.err().unwrap_or(Failure::Unanswered)),
        }
    }
}

fn store(
    engine: &Engine,
    view: &GuestArgs,
    limits: GuestLimits,
    trace: Option<HeaderValue>,
    call: Arc<Call>,
) -> Result<Store<State>, Failure> {
    let mut wasi = WasiCtx::builder();
    // Guests have threads of their own, and handing each read to another thread costs more than
    // most reads do.
    wasi.allow_blocking_current_thread(true);
    wasi.stdout(stdio::Output::new(Records::new(call.clone())));
    wasi.stderr(stdio::Output::new(log::Lines::default()));
    wasi.env(record::VARIABLE.0, record::VARIABLE.1);
    if view.record_sql {
        wasi.env(record::WITH_SQL.0, record::WITH_SQL.1);
    }
    for variable in &view.variables {
        wasi.env(&variable.name, &variable.value);
    }
    for mount in &view.mounts {
        wasi.preopened_dir(&mount.host, &mount.guest, FsPerms::ReadOnly).map_err(|error| {
            Failure::Start(error.context(format!("cannot open the directory {}", mount.host.display())))
        })?;
    }
    let state = State {
        table: ResourceTable::new(),
        wasi: wasi.build(),
        http: WasiHttpCtx::new(),
        outbound: Outbound::new(view.outbound.clone(), trace),
        cap: Cap::new(limits.memory, call.clone()),
        call,
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.cap);
    // Each epoch, let the next guest of this thread have its turn, and look at the clock.
    store.epoch_deadline_async_yield_and_update(1);
    store.set_epoch_deadline(1);
    Ok(store)
}

/// What the host holds for one guest.
struct State {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    cap: Cap,
    call: Arc<Call>,
}

impl Drop for State {
    /// However the store ends (a trap, a return, a task that was dropped), a body that the guest has
    /// not finished is still in its table. wasmtime would end such a body as if it were whole.
    fn drop(&mut self) {
        if self.table.iter_mut().any(|entry| entry.is::<HostOutgoingBody>()) {
            self.call.cut();
        }
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView { ctx: &mut self.wasi, table: &mut self.table }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView { ctx: &mut self.http, table: &mut self.table, hooks: &mut self.outbound }
    }
}
