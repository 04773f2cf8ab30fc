//! Running a query and sending its batches as they are produced.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use polars::prelude::*;
use polars_plan::dsl::DslPlan;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::encode::{Columns, Encoder, Summary};
use crate::error::{Error, Kind, Result};
use crate::log;
use crate::record::{self, Stage, milliseconds};
use crate::reply::{Body, Coding, Header, Terms};
use crate::request::QueryRequest;
use crate::sql::Query;

/// What a query's answer needs to know beside its request.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub query_id: String,
    pub deadline: Deadline,
    /// The coding that the client takes.
    pub coding: Option<Coding>,
    /// What caches may do with the answer.
    pub caching: Vec<Header>,
    /// The files that the query's tables are made of.
    pub files: usize,
}

/// Runs `query` and answers `client` as `request` has it.
///
/// What fails before the head goes out is an error of this function, for the caller to answer; what fails
/// after has cut the answer.
pub fn run<C: Client>(mut query: Query, request: QueryRequest, wanted: Wanted, client: C) -> Result<()> {
    let schema = convert(&mut query.frame).map_err(|error| query.place(error.into()))?;
    record::stage(Stage::Plan);
    let columns = Columns::fit(request.format, request.numbers, &schema)?;
    let body = Body::new(
        client,
        Terms {
            format: request.format,
            coding: wanted.coding.filter(|_| request.format.is_text()),
            buffer: request.buffer,
            max_bytes: request.max_bytes,
            caching: wanted.caching.clone(),
        },
    );
    let answer = Answer { body, request, wanted, schema, columns, rows: 0, encoder: None, late: None };
    let answer = Arc::new(Mutex::new(answer));
    let outcome = {
        let answer = answer.clone();
        let send = move |batch: DataFrame| lock(&answer).batch(batch);
        query
            .frame
            .clone()
            .sink_batches(PlanCallback::new(send), true, None)
            .and_then(|frame| frame.collect_with_engine(Engine::Streaming))
            .map(drop)
    };
    let mut answer = lock(&answer);
    match outcome.and_then(|()| answer.finish()) {
        Ok(()) => Ok(()),
        Err(error) => {
            let ours = answer.late.take().or_else(|| answer.body.take_refusal());
            let error = ours.unwrap_or_else(|| query.place(Error::from(error)));
            answer.fail(error)
        }
    }
}

/// Converts the plan of `frame`, as running it would, and gives its schema. [`LazyFrame::collect_schema`] leaves
/// steps of the conversion out, so that running the frame would do all of it again.
fn convert(frame: &mut LazyFrame) -> PolarsResult<SchemaRef> {
    let opt_flags = Some(frame.get_current_optimizations());
    let plan = frame.clone().to_alp()?;
    let schema = plan.lp_arena.get(plan.lp_top).schema(&plan.lp_arena).into_owned();
    frame.logical_plan = DslPlan::IR {
        node: Some(plan.lp_top),
        dsl: Arc::new(std::mem::take(&mut frame.logical_plan)),
        version: plan.lp_arena.version(),
        opt_flags,
    };
    frame.set_cached_arena(plan.lp_arena, plan.expr_arena);
    Ok(schema)
}

struct Answer<C: Client> {
    body: Body<C>,
    request: QueryRequest,
    wanted: Wanted,
    schema: SchemaRef,
    columns: Columns,
    rows: u64,
    /// From the first batch to the end.
    encoder: Option<Encoder<Body<C>>>,
    /// What the engine was given an error for.
    late: Option<Error>,
}

impl<C: Client> Answer<C> {
    /// Sends a batch. Gives whether the query can stop.
    fn batch(&mut self, batch: DataFrame) -> PolarsResult<bool> {
        if let Err(late) = self.wanted.deadline.check() {
            self.late = Some(late);
            polars_bail!(ComputeError: "the query is too late");
        }
        let left = self.request.max_rows.map(|max| max.saturating_sub(self.rows));
        let batch = match left {
            // One row more than wanted is counted but not sent: it says that there is more.
            Some(left) if batch.height() as u64 > left => {
                self.rows += left + 1;
                let batch = batch.head(Some(left as usize));
                self.send(batch)?;
                return Ok(true);
            }
            _ => batch,
        };
        self.rows += batch.height() as u64;
        self.send(batch)?;
        Ok(false)
    }

    fn send(&mut self, batch: DataFrame) -> PolarsResult<()> {
        let began = Instant::now();
        let batch = self.columns.apply(batch)?;
        self.encoder()?.write(batch)?;
        record::sent(self.sent_rows(), began.elapsed());
        Ok(())
    }

    /// Without the row that only says that there is more.
    fn sent_rows(&self) -> u64 {
        self.request.max_rows.map_or(self.rows, |max| max.min(self.rows))
    }

    /// The encoder, which the first call starts.
    fn encoder(&mut self) -> PolarsResult<&mut Encoder<Body<C>>> {
        if self.encoder.is_none() {
            record::stage(Stage::FirstBatch);
            let out = self.body.clone();
            self.encoder = Some(Encoder::start(&self.request, self.columns.schema(), &self.schema, out)?);
        }
        Ok(self.encoder.as_mut().expect("started above"))
    }

    fn finish(&mut self) -> PolarsResult<()> {
        self.encoder()?;
        let summary = Summary {
            rows: self.sent_rows(),
            truncated: self.request.max_rows.is_some_and(|max| self.rows > max),
            query_id: self.wanted.query_id.clone(),
            elapsed_ms: milliseconds(record::elapsed()),
            files: self.wanted.files,
            reads: polars_utils::ranged::reads(),
        };
        if let Some(encoder) = self.encoder.take() {
            encoder.finish(&summary)?;
        }
        Ok(self.body.finish(&summary)?)
    }

    /// Gives the error back if nothing has been sent; else cuts the answer.
    fn fail(&mut self, error: Error) -> Result<()> {
        let encoder = self.encoder.take();
        if !self.body.has_begun() {
            return Err(error);
        }
        if error.kind != Kind::ClientGone {
            log::line(format_args!("query_id={} cut: {error}", self.wanted.query_id));
            if let Some(encoder) = encoder {
                // The connection is cut whether or not the client still takes this.
                let _ = encoder.fail(&error, &self.wanted.query_id);
            }
        }
        self.body.cut();
        record::ended(Some(error.kind));
        Ok(())
    }
}

/// A panic while the lock is held ends the sandbox, so a poisoned lock is never met there.
fn lock<C: Client>(answer: &Mutex<Answer<C>>) -> MutexGuard<'_, Answer<C>> {
    answer.lock().unwrap_or_else(PoisonError::into_inner)
}
