//! `polaroid query`: one request to the component without a socket.
//!
//! The request is the one that an HTTP client would send, so the answer is the one that it would
//! get: this module only builds it, and hands the body out as it is or as a [`table`].

mod printable;
mod problem;
mod progress;
mod table;
mod timing;

pub use printable::printable;

use crate::args::{Format, Isolation, QueryArgs};
use crate::error::Error;
use crate::output::{Output, Target};
use crate::sandbox::{Call, GuestBody, Sandbox};
use crate::{artifact, engine};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use progress::Progress;
use std::sync::Arc;
use std::time::Instant;
use table::Table;
use timing::Timing;
use tokio::runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Runs the query and hands out its answer.
pub fn run(args: QueryArgs) -> Result<(), Error> {
    let started = Instant::now();
    let target = Target::find(args.output.as_deref())?;
    let engine = engine::single(args.guest.fuel)?;
    let component =
        artifact::load(&engine, &artifact::find(args.guest.component.as_deref())?, args.guest.verify)?;
    if args.limits.timeout.is_some() {
        // Without it a guest that computes could not be stopped.
        engine::tick(&engine)?;
    }
    // One thread for the guest, and one for timers and signals while the guest computes. This
    // thread reads and writes the answer.
    let threads = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the guest's threads"))?;
    let sandbox = Sandbox::new(
        &component,
        args.guest.clone(),
        args.limits,
        Isolation::Request,
        threads.handle().clone(),
    )?;

    // A table is drawn at the end; other answers to a terminal would run into the progress line.
    let call = Arc::new(Call::new("query".into()));
    let timing = Timing::new(started, call.clone());
    let progress = Progress::new(args.format == Format::Table || target != Target::Stdout);
    let answered = threads.block_on(async {
        tokio::select! {
            answered = answer(&sandbox, &args, &target, call, &progress, &timing) => answered,
            never = progress.draw() => match never {},
            interrupted = interrupted() => Err(interrupted),
        }
    });
    progress.clear();
    threads.shutdown_background();
    crate::sandbox::remove_scratch();
    answered
}

/// Waits for a signal to stop, so that a file that is half written is removed.
async fn interrupted() -> Error {
    let wait = async |kind: SignalKind| match signal(kind) {
        Ok(mut signals) => {
            signals.recv().await;
            Error::Interrupted(kind.as_raw_value() as u8)
        }
        Err(error) => Error::system("cannot listen for signals")(error),
    };
    tokio::select! {
        error = wait(SignalKind::interrupt()) => error,
        error = wait(SignalKind::terminate()) => error,
    }
}

async fn answer(
    sandbox: &Sandbox,
    args: &QueryArgs,
    target: &Target,
    call: Arc<Call>,
    progress: &Progress,
    timing: &Timing,
) -> Result<(), Error> {
    let (held, gone) = oneshot::channel();
    let response = sandbox.answer(call, request(args)?, held).await?;
    if response.status() != StatusCode::OK {
        return Err(refused(response, args).await);
    }
    let mut body = response.into_body();
    match args.format {
        Format::Table => {
            let mut table = Table::new(args.rows);
            while let Some(bytes) = next(&mut body, progress, timing).await? {
                table.push(bytes)?;
            }
            let drawn = table.draw(width(target))?;
            progress.clear();
            let mut output = open(target).await?;
            output.write(drawn.as_bytes())?;
            output.finish()?;
        }
        _ => {
            let mut output = open(target).await?;
            while let Some(bytes) = next(&mut body, progress, timing).await? {
                output.write(&bytes)?;
            }
            output.finish()?;
        }
    }
    if args.timing {
        progress.clear();
        // The body is still there: without it the guest would be stopped before its last word.
        timing.report(progress.bytes(), gone).await;
    }
    Ok(())
}

/// Columns that a table may have: `COLUMNS`, else the terminal's; a file has no width.
fn width(target: &Target) -> Option<usize> {
    if *target != Target::Stdout {
        return None;
    }
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = || terminal_size::terminal_size().map(|(width, _)| width.0.into());
    columns.filter(|&columns| columns > 0).or_else(terminal)
}

/// Opens the output so that a signal can come while a FIFO waits for its reader.
async fn open(target: &Target) -> Result<Output, Error> {
    // As of a file made by a shell's `>`: the process's umask takes its bits.
    const MODE: u32 = 0o666;
    if !matches!(target, Target::Stream(_)) {
        return Output::open(target, MODE);
    }
    let target = target.clone();
    let opened = tokio::task::spawn_blocking(move || Output::open(&target, MODE)).await;
    opened.map_err(|error| Error::system("cannot open the output")(error.into()))?
}

fn request(args: &QueryArgs) -> Result<Request<Full<Bytes>>, Error> {
    let mut query = serde_json::json!({ "sql": args.sql, "format": args.format.api_name() });
    if let Some(params) = &args.params {
        query["params"] = params.clone();
    }
    Request::post("/query")
        .header("host", "polaroid")
        .header("content-type", "application/json")
        .body(Full::from(query.to_string()))
        .map_err(|error| Error::Wasmtime(wasmtime::Error::new(error)))
}

/// The next piece of the answer, `None` at its proper end.
async fn next(body: &mut GuestBody, progress: &Progress, timing: &Timing) -> Result<Option<Bytes>, Error> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                // Trailers carry nothing that is shown.
                let Ok(bytes) = frame.into_data() else { continue };
                progress.add(bytes.len());
                timing.piece();
                return Ok(Some(bytes));
            }
            Some(Err(cut)) => {
                return Err(Error::Cut(body.reason().await.unwrap_or_else(|| cut.to_string())));
            }
        }
    }
}

/// The error that the component answered with, made readable.
async fn refused(response: Response<GuestBody>, args: &QueryArgs) -> Error {
    let status = response.status();
    match response.into_body().collect().await {
        Ok(body) => Error::Query(problem::explain(status, &body.to_bytes(), args)),
        Err(cut) => Error::Cut(cut.to_string()),
    }
}
