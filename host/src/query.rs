//! `polaroid query`: one request to the component without a socket.
//!
//! The request is the one that an HTTP client would send, so the answer is the one that it would
//! get: this module only builds it, and hands the body out as [`output`] or as a [`table`].

mod output;
mod problem;
mod progress;
mod table;

use crate::args::{Format, QueryArgs};
use crate::error::Error;
use crate::sandbox::{GuestBody, Sandbox};
use crate::{artifact, engine};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use output::Output;
use progress::Progress;
use table::Table;
use tokio::runtime;

/// Runs the query and hands out its answer.
pub fn run(args: QueryArgs) -> Result<(), Error> {
    let engine = engine::single()?;
    let component = artifact::load(&engine, &artifact::find(args.guest.component.as_deref())?)?;
    // One thread for the guest, and one for timers and signals while the guest computes. This
    // thread reads and writes the answer.
    let threads = runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(Error::system("cannot start the guest's threads"))?;
    let sandbox = Sandbox::new(&component, args.guest.clone(), threads.handle().clone())?;

    // A table is drawn at the end; other answers to a terminal would run into the progress line.
    let progress = Progress::new(args.format == Format::Table || args.output.is_some());
    let answered = threads.block_on(async {
        tokio::select! {
            answered = answer(&sandbox, &args, &progress) => answered,
            never = progress.draw() => match never {},
            _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
        }
    });
    progress.clear();
    threads.shutdown_background();
    answered
}

async fn answer(sandbox: &Sandbox, args: &QueryArgs, progress: &Progress) -> Result<(), Error> {
    let response = sandbox.answer("query".into(), request(args)?).await?;
    if response.status() != StatusCode::OK {
        return Err(refused(response, args).await);
    }
    let mut body = response.into_body();
    match args.format {
        Format::Table => {
            let mut table = Table::new(args.rows);
            while let Some(bytes) = next(&mut body, progress).await? {
                table.push(bytes)?;
            }
            let terminal = args.output.is_none().then(terminal_size::terminal_size).flatten();
            let drawn = table.draw(terminal.map(|(width, _)| width.0.into()))?;
            progress.clear();
            let mut output = Output::open(args.output.as_deref())?;
            output.write(drawn.as_bytes())?;
            output.finish()
        }
        _ => {
            let mut output = Output::open(args.output.as_deref())?;
            while let Some(bytes) = next(&mut body, progress).await? {
                output.write(&bytes)?;
            }
            output.finish()
        }
    }
}

fn request(args: &QueryArgs) -> Result<Request<Full<Bytes>>, Error> {
    let query = serde_json::json!({ "sql": args.sql, "format": args.format.api_name() });
    Request::post("/query")
        .header("host", "polaroid")
        .header("content-type", "application/json")
        .body(Full::from(query.to_string()))
        .map_err(|error| Error::Wasmtime(wasmtime::Error::new(error)))
}

/// The next piece of the answer, `None` at its proper end.
async fn next(body: &mut GuestBody, progress: &Progress) -> Result<Option<Bytes>, Error> {
    loop {
        match body.frame().await {
            None => return Ok(None),
            Some(Ok(frame)) => {
                // Trailers carry nothing that is shown.
                let Ok(bytes) = frame.into_data() else { continue };
                progress.add(bytes.len());
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
