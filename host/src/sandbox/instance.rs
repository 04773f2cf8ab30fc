//! An instance of the component: made for one request, and where that is allowed kept for more.

use super::Failure;
use super::call::Call;
use super::memory::Cap;
use super::outbound::Outbound;
use super::record::{self, Records};
use super::scratch::Scratch;
use super::{log, stdio};
use crate::args::{API_KEYS, GuestArgs, GuestLimits, SCRATCH};
use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use std::io;
use std::sync::Arc;
use tokio::sync::oneshot;
use wasmtime::Store;
use wasmtime::component::ResourceTable;
use wasmtime_wasi::filesystem::Descriptor;
use wasmtime_wasi::p2::{DynInputStream, DynOutputStream};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};
use wasmtime_wasi_http::p2::body::{HostOutgoingBody, HyperOutgoingBody};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Streams, files, requests and the like that a guest may have at once.
const MOST_RESOURCES: usize = 10_000;

/// What a request may burn, where fuel is metered: the time and the memory are the limits.
const FUEL: u64 = u64::MAX;

/// Takes the response that a guest sets, and where it comes out.
pub type Answer = oneshot::Sender<Result<Response<HyperOutgoingBody>, ErrorCode>>;
pub type Answered = oneshot::Receiver<Result<Response<HyperOutgoingBody>, ErrorCode>>;

/// Answers one request at a time. After a [`Failure`] it is good for nothing but to be dropped.
pub struct Instance {
    store: Store<State>,
    proxy: Proxy,
    requests: u32,
}

impl Instance {
    /// Makes one for `call`, which takes these API keys.
    pub async fn start(
        pre: &ProxyPre<State>,
        view: &GuestArgs,
        keys: Option<&str>,
        limits: GuestLimits,
        call: Arc<Call>,
    ) -> Result<Instance, Failure> {
        let mut store = Store::new(pre.engine(), State::new(view, keys, limits, call)?);
        store.limiter(|state| &mut state.cap);
        if view.fuel {
            store.set_fuel(FUEL).map_err(Failure::Start)?;
        }
        // Each epoch, let the next guest of this thread have its turn, and look at the clock.
        store.epoch_deadline_async_yield_and_update(1);
        store.set_epoch_deadline(1);
        match pre.instantiate_async(&mut store).await {
            Ok(proxy) => Ok(Instance { store, proxy, requests: 0 }),
            Err(error) => Err(store.data().cap.blame(Failure::from_start(error))),
        }
    }

    /// Turns to another request.
    pub fn attend(&mut self, call: Arc<Call>) -> Result<(), Failure> {
        if self.store.get_fuel().is_ok() {
            self.store.set_fuel(FUEL).map_err(Failure::Start)?;
        }
        self.store.set_epoch_deadline(1);
        self.store.data_mut().attend(call);
        Ok(())
    }

    /// Hands the guest a request, and lets it run until it returns. `answer` is told its response as soon
    /// as there is one.
    pub async fn answer<B>(&mut self, request: Request<B>, answer: Answer) -> Result<(), Failure>
    where
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<wasmtime_wasi_http::Error>,
    {
        self.requests += 1;
        let state = self.store.data_mut();
        state.outbound.follow(request.headers());
        let mut http = state.http();
        let request = http.new_incoming_request(Scheme::Http, request).map_err(Failure::Request)?;
        let answer = http.new_response_outparam(answer).map_err(Failure::Start)?;
        let handler = self.proxy.wasi_http_incoming_handler();
        let returned = handler.call_handle(&mut self.store, request, answer).await;
        returned.map_err(|trap| self.store.data().cap.blame(Failure::Trap(trap)))
    }

    /// Units of fuel that the request has burned so far, where it is metered.
    pub fn fuel(&self) -> Option<u64> {
        self.store.get_fuel().ok().map(|left| FUEL - left)
    }

    /// Requests that it has been given.
    pub fn requests(&self) -> u32 {
        self.requests
    }

    /// Bytes of its linear memory, which never shrinks.
    pub fn memory(&self) -> u64 {
        self.store.data().cap.granted()
    }

    /// Whether nothing is left of the last request but what a guest keeps for the next one: its directories and
    /// its standard streams.
    pub fn is_done(&mut self) -> bool {
        let state = self.store.data_mut();
        if state.scratch.as_ref().is_some_and(|scratch| !scratch.is_empty()) {
            return false;
        }
        state.table.iter_mut().all(|entry| {
            entry.is::<Descriptor>() || entry.is::<DynOutputStream>() || entry.is::<DynInputStream>()
        })
    }
}

/// What the host holds for one guest.
pub struct State {
    pub table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    cap: Cap,
    records: stdio::Output<Records>,
    scratch: Option<Scratch>,
    call: Arc<Call>,
}

impl State {
    fn new(
        view: &GuestArgs,
        keys: Option<&str>,
        limits: GuestLimits,
        call: Arc<Call>,
    ) -> Result<State, Failure> {
        let mut wasi = WasiCtx::builder();
        // Guests have threads of their own, and handing each read to another thread costs more than
        // most reads do.
        wasi.allow_blocking_current_thread(true);
        let records = stdio::Output::new(Records::new(call.clone()));
        wasi.stdout(records.clone());
        wasi.stderr(stdio::Output::new(log::Lines::default()));
        if view.fuel {
            // Which order a hash map has costs more or less.
            wasi.insecure_random_seed(0);
        }
        wasi.env(record::VARIABLE.0, record::VARIABLE.1);
        if view.record_sql {
            wasi.env(record::WITH_SQL.0, record::WITH_SQL.1);
        }
        for variable in &view.variables {
            wasi.env(&variable.name, &variable.value);
        }
        if let Some(keys) = keys {
            wasi.env(API_KEYS, keys);
        }
        for mount in &view.mounts {
            match wasi.preopened_dir(&mount.host, &mount.guest, FsPerms::ReadOnly) {
                Ok(_) => {}
                // Its tables are not found; those of other directories are, and these again once it is back.
                Err(error) if is_gone(&error) => {
                    tracing::warn!(target: "polaroid", "the directory {} is gone: {error}", mount.host.display());
                }
                Err(error) => {
                    let what = format!("cannot open the directory {}", mount.host.display());
                    return Err(Failure::Start(error.context(what)));
                }
            }
        }
        let scratch = match &view.scratch {
            None => None,
            Some(given) => {
                let refused = |error: wasmtime::Error| {
                    let what = format!("cannot make a directory in --scratch {}", given.dir.display());
                    Failure::Start(error.context(what))
                };
                let made = Scratch::make(&given.dir).map_err(|error| refused(error.into()))?;
                wasi.preopened_dir(made.path(), SCRATCH, FsPerms::ReadWrite).map_err(refused)?;
                Some(made)
            }
        };
        let mut table = ResourceTable::new();
        table.set_max_capacity(MOST_RESOURCES);
        Ok(State {
            table,
            wasi: wasi.build(),
            http: WasiHttpCtx::new(),
            outbound: Outbound::new(view.outbound.clone()),
            cap: Cap::new(limits.memory, call.clone()),
            records,
            scratch,
            call,
        })
    }

    /// What the guest does from here on is for `call`.
    fn attend(&mut self, call: Arc<Call>) {
        self.cap.attend(call.clone());
        *self.records.taker() = Records::new(call.clone());
        self.call = call;
    }
}

/// The directory, which was there when the server started, is not, or something else has its name.
fn is_gone(error: &wasmtime::Error) -> bool {
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    matches!(kind, Some(io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
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
