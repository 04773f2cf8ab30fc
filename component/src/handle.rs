//! The whole flow of a request.

use polars::prelude::*;
use serde_json::json;

use crate::auth::Principal;
use crate::catalog::{self, Catalog};
use crate::client::Client;
use crate::config::Config;
use crate::deadline::Deadline;
use crate::encode::sql_name;
use crate::error::{Error, Kind, Result};
use crate::request::{QueryRequest, Received, Route};
use crate::{execute, log, record, sql};

/// Answers one request. `body` reads the request's body when the route wants it.
pub fn handle<C: Client>(
    received: &Received,
    config: Result<Config>,
    body: impl FnOnce(&Config) -> Result<Vec<u8>>,
    catalog: impl FnOnce() -> Catalog,
    mut client: C,
) {
    // A server that could answer no query must not call itself healthy.
    let outcome = config.and_then(|config| answer(received, &config, body, catalog, client.clone()));
    if let Err(error) = &outcome {
        refuse(&mut client, error, &received.query_id);
    }
    record::ended(outcome.err().map(|error| error.kind));
}

fn answer<C: Client>(
    received: &Received,
    config: &Config,
    body: impl FnOnce(&Config) -> Result<Vec<u8>>,
    catalog: impl FnOnce() -> Catalog,
    mut client: C,
) -> Result<()> {
    let route = Route::parse(received.method, &received.target);
    let principal = match &route {
        // A load balancer has no credential.
        Ok(Route::Health) => Principal::default(),
        _ => config.auth.admit(&received.credentials)?,
    };
    let catalog = || catalog().without(config.auth.keys_file()).seen_by(&principal);
    let value = match route? {
        Route::PostQuery => {
            let request = received.posted(&body(config)?)?;
            return query(request, &principal, config, catalog, received, client);
        }
        Route::GetQuery => {
            return query(received.asked()?, &principal, config, catalog, received, client);
        }
        Route::Tables => json!({"tables": catalog().tables()?}),
        Route::Table(name) => table(&name, &catalog())?,
        Route::Health => json!({"status": "ok"}),
        Route::Version => json!({
            "name": "polaroid",
            "version": env!("CARGO_PKG_VERSION"),
            "engine": "polars",
            "engine_version": POLARS_VERSION,
        }),
    };
    let bytes = serde_json::to_vec(&value).expect("a JSON value is JSON");
    let answer =
        Whole { status: 200, media_type: "application/json", body: &bytes, allow: None, challenge: None };
    send(&mut client, answer, &received.query_id).map_err(|error| Error::from(PolarsError::from(error)))
}

/// The version that `component/polars/source.txt` pins.
const POLARS_VERSION: &str = "2.1.0";

fn query<C: Client>(
    request: QueryRequest,
    principal: &Principal,
    config: &Config,
    catalog: impl FnOnce() -> Catalog,
    received: &Received,
    client: C,
) -> Result<()> {
    let request = request.limited(principal.limits);
    let deadline = Deadline::new(request.timeout_ms, record::elapsed());
    record::accepted(&request, principal.name.as_deref(), config.record_sql);
    let catalog = catalog();
    let _watch = deadline.watch(client.clone());
    let query = sql::plan(&request.sql, &request.params, &catalog)?;
    deadline.check()?;
    let wanted = execute::Wanted {
        format: request.format,
        max_rows: request.max_rows,
        query_id: received.query_id.clone(),
        deadline,
    };
    execute::run(query, wanted, client)
}

/// A table's columns, files and, where its format counts them in its metadata, rows.
fn table(name: &str, catalog: &Catalog) -> Result<serde_json::Value> {
    let source = catalog.table(None, name)?.ok_or_else(|| catalog.unknown(None, name))?;
    let mut frame = catalog::scan(&source)?;
    let schema = frame.collect_schema()?;
    let columns: Vec<_> =
        schema.iter().map(|(name, dtype)| json!({"name": name.as_str(), "type": sql_name(dtype)})).collect();
    let rows = match source.format {
        catalog::FileFormat::Parquet => {
            let counted = frame.select([len()]).collect_with_engine(Engine::Streaming)?;
            counted.unwrap_single().columns()[0].get(0)?.extract::<u64>()
        }
        _ => None,
    };
    Ok(json!({
        "name": name,
        "format": source.format,
        "columns": columns,
        "rows": rows,
        "files": source.table_files(catalog)?,
    }))
}

fn refuse<C: Client>(client: &mut C, error: &Error, query_id: &str) {
    if error.kind == Kind::ClientGone {
        return;
    }
    if error.kind == Kind::Internal {
        log::line(format_args!("query_id={query_id} {error}"));
    }
    let body = error.problem(query_id);
    let answer = Whole {
        status: error.status(),
        media_type: "application/problem+json",
        body: &body,
        allow: error.allow,
        challenge: error.kind.challenge(),
    };
    if let Err(error) = send(client, answer, query_id) {
        log::line(format_args!("query_id={query_id} the error could not be sent: {error}"));
    }
}

/// An answer that is held as a whole.
struct Whole<'a> {
    status: u16,
    media_type: &'a str,
    body: &'a [u8],
    /// The methods that the route takes (RFC 9110, section 10.2.1).
    allow: Option<&'static str>,
    /// What to send to be let in (RFC 9110, section 11.6.1).
    challenge: Option<&'static str>,
}

fn send<C: Client>(client: &mut C, answer: Whole, query_id: &str) -> std::io::Result<()> {
    let timing = record::server_timing(true);
    let mut headers =
        vec![("content-type", answer.media_type), ("x-query-id", query_id), ("server-timing", &timing)];
    headers.extend(answer.allow.map(|methods| ("allow", methods)));
    headers.extend(answer.challenge.map(|challenge| ("www-authenticate", challenge)));
    client.begin(answer.status, &headers)?;
    record::head(answer.status);
    client.write_all(answer.body)?;
    client.finish()
}
