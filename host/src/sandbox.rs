//! One request, one fresh instance: what the guest may see, and how it runs.
//!
//! A guest gets read-only directories, the variables it was given, clocks, random numbers and a
//! line-wise standard error, and may send HTTP requests where `--allow-outbound` says. It gets no standard
//! input and no sockets.
//!
//! Not here yet: the cap on linear memory (a `ResourceLimiter` set where [`Sandbox::store`] makes
//! the store), the deadline (where its epoch behaviour is set) and the limit on guests at once
//! (before [`Sandbox::answer`] spawns). Until then a guest may take 4 GiB and any time, and the
//! pool of the engine module bounds their number.

mod answer;
mod failure;
mod log;
mod outbound;

pub use answer::{Cut, GuestBody};
pub use failure::Failure;

use crate::args::GuestArgs;
use crate::error::Error;
use answer::{End, Guest};
use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body::Body;
use outbound::Outbound;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p2::body::HostOutgoingBody;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// A component ready to answer, and what its instances may see.
pub struct Sandbox {
    pre: ProxyPre<State>,
    view: GuestArgs,
    /// Where guests run. They compute and read files on its threads for as long as an epoch, so it
    /// is not the runtime that accepts connections.
    guests: Handle,
}

impl Sandbox {
    /// Links the component. Errors when it wants what no guest gets, or is no HTTP handler.
    pub fn new(component: &Component, view: GuestArgs, guests: Handle) -> Result<Sandbox, Error> {
        let mut linker = Linker::<State>::new(component.engine());
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let pre = ProxyPre::new(linker.instantiate_pre(component)?)?;
        Ok(Sandbox { pre, view, guests })
    }

    /// Runs the request in an instance of its own.
    ///
    /// Returns once the guest has set a response; the guest goes on while its body is read, as fast
    /// as the body is read. Dropping the future or the body stops the guest at its next epoch.
    /// The log calls the guest `name`.
    pub async fn answer<B>(&self, name: String, request: Request<B>) -> Result<Response<GuestBody>, Failure>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        let (answer, answered) = oneshot::channel();
        let end = Arc::new(End::default());
        let guest = {
            let (pre, end, view) = (self.pre.clone(), end.clone(), self.view.clone());
            let trace = request.headers().get("traceparent").cloned();
            async move {
                let mut store = store(pre.engine(), &view, trace, end.clone())?;
                let run = async {
                    let mut http = store.data_mut().http();
                    let request =
                        http.new_incoming_request(Scheme::Http, request).map_err(Failure::Request)?;
                    let answer = http.new_response_outparam(answer).map_err(Failure::Start)?;
                    let proxy = pre.instantiate_async(&mut store).await.map_err(Failure::from_start)?;
                    let handler = proxy.wasi_http_incoming_handler();
                    handler.call_handle(&mut store, request, answer).await.map_err(Failure::Trap)
                };
                let result = run.await;
                // Said before the store goes and the body's readers wake.
                if let Err(failure) = &result {
                    end.explain(failure);
                }
                result
            }
        };
        let mut guest = Guest::new(self.guests.spawn(guest), name);
        match answered.await {
            Ok(Ok(response)) => Ok(GuestBody::tie(response, end, guest)),
            Ok(Err(code)) => Err(Failure::Refused(code)),
            // The outparam went with its store.
            Err(_) => Err(guest.join().await.err().unwrap_or(Failure::Unanswered)),
        }
    }
}

fn store(
    engine: &Engine,
    view: &GuestArgs,
    trace: Option<HeaderValue>,
    end: Arc<End>,
) -> Result<Store<State>, Failure> {
    let mut wasi = WasiCtx::builder();
    // Guests have threads of their own, and handing each read to another thread costs more than
    // most reads do.
    wasi.allow_blocking_current_thread(true);
    wasi.stderr(log::Lines::default());
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
        end,
    };
    let mut store = Store::new(engine, state);
    // Each epoch, let the next guest of this thread have its turn.
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
    end: Arc<End>,
}

impl Drop for State {
    /// However the store ends (a trap, a return, a task that was dropped), a body that the guest has
    /// not finished is still in its table. wasmtime would end such a body as if it were whole.
    fn drop(&mut self) {
        if self.table.iter_mut().any(|entry| entry.is::<HostOutgoingBody>()) {
            self.end.cut();
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
