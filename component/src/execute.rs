//! Running a query and sending its batches as they are produced.

use std::io::BufWriter;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use polars::prelude::*;
use polars_plan::dsl::DslPlan;

use crate::client::Client;
use crate::deadline::Deadline;
use crate::encode::{Columns, Encoder, Summary};
use crate::error::{Error, Kind, Result};
use crate::format::Format;
use crate::log;
use crate::record::{self, Stage, milliseconds};
use crate::sql::Query;

/// Small writes are gathered up to this many bytes.
const WRITE_BUFFER: usize = 64 * 1024;

/// What a query's answer needs to know of its request.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub format: Format,
    pub max_rows: Option<u64>,
    pub query_id: String,
    pub deadline: Deadline,
}

/// Runs `query` and answers `client`.
///
/// The status goes out when the first batch is ready. What fails before is an error of this
/// function, for the caller to answer; what fails after has cut the answer.
pub fn run<C: Client>(mut query: Query, wanted: Wanted, client: C) -> Result<()> {
    let schema = convert(&mut query.frame).map_err(|error| query.place(error.into()))?;
    record::stage(Stage::Plan);
    let columns = Columns::fit(wanted.format, &schema)?;
    let answer = Arc::new(Mutex::new(Answer {
        client,
        wanted,
        schema,
        columns,
        rows: 0,
        state: State::Waiting,
        late: None,
    }));
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
            let error = answer.late.take().unwrap_or_else(|| query.place(Error::from(error)));
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

/// A panic while the lock is held ends the sandbox, so a poisoned lock is never met there.
fn lock<C: Client>(answer: &Mutex<Answer<C>>) -> MutexGuard<'_, Answer<C>> {
    answer.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Answer<C: Client> {
    client: C,
    wanted: Wanted,
    schema: SchemaRef,
    columns: Columns,
    rows: u64,
    state: State<C>,
    /// What the engine was given an error for.
    late: Option<Error>,
}

enum State<C: Client> {
    /// Nothing has been sent.
    Waiting,
    /// Status, headers and the beginning of the body have been sent.
    Streaming(Box<Encoder<BufWriter<C>>>),
    /// The answer has ended, one way or the other.
    Ended,
}

impl<C: Client> Answer<C> {
    /// Sends a batch. Gives whether the query can stop.
    fn batch(&mut self, batch: DataFrame) -> PolarsResult<bool> {
        if let Err(late) = self.wanted.deadline.check() {
            self.late = Some(late);
            polars_bail!(ComputeError: "the query is too late");
        }
        let left = self.wanted.max_rows.map(|max| max.saturating_sub(self.rows));
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
        self.stream()?.write(batch)?;
        record::sent(self.sent_rows(), began.elapsed());
        Ok(())
    }

    /// Without the row that only says that there is more.
    fn sent_rows(&self) -> u64 {
        self.wanted.max_rows.map_or(self.rows, |max| max.min(self.rows))
    }

    /// The encoder, which the first call starts.
    fn stream(&mut self) -> PolarsResult<&mut Encoder<BufWriter<C>>> {
        if let State::Waiting = self.state {
            record::stage(Stage::FirstBatch);
            let timing = record::server_timing(false);
            let headers = [
                ("content-type", self.wanted.format.media_type()),
                ("x-query-id", self.wanted.query_id.as_str()),
                ("server-timing", timing.as_str()),
            ];
            self.client.begin(200, &headers)?;
            record::head(200);
            let out = BufWriter::with_capacity(WRITE_BUFFER, self.client.clone());
            let encoder = Encoder::start(self.wanted.format, self.columns.schema(), &self.schema, out)
                .map_err(|error| polars_err!(ComputeError: "{}", error.detail))?;
            self.state = State::Streaming(Box::new(encoder));
        }
        match &mut self.state {
            State::Streaming(encoder) => Ok(encoder),
            State::Waiting | State::Ended => polars_bail!(ComputeError: "the answer has ended"),
        }
    }

    fn finish(&mut self) -> PolarsResult<()> {
        let truncated = self.wanted.max_rows.is_some_and(|max| self.rows > max);
        let summary = Summary {
            rows: self.sent_rows(),
            truncated,
            query_id: self.wanted.query_id.clone(),
            elapsed_ms: milliseconds(record::elapsed()),
            reads: polars_utils::ranged::reads(),
        };
        self.stream()?;
        if let State::Streaming(encoder) = std::mem::replace(&mut self.state, State::Ended) {
            encoder.finish(&summary)?;
        }
        Ok(self.client.finish()?)
    }

    /// Gives the error back if nothing has been sent; else cuts the answer.
    fn fail(&mut self, error: Error) -> Result<()> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        if let State::Waiting = state {
            return Err(error);
        }
        if error.kind != Kind::ClientGone {
            log::line(format_args!("query_id={} cut: {error}", self.wanted.query_id));
            if let State::Streaming(encoder) = state {
                // The connection is cut whether or not the client still takes this.
                let _ = encoder.fail(&error, &self.wanted.query_id);
            }
        }
        self.client.cut();
        record::ended(Some(error.kind));
        Ok(())
    }
}
