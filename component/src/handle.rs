//! The whole flow of a request.

use polars::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use crate::auth::Principal;
use crate::catalog::{self, Catalog, Column, Table, Tables};
use crate::client::Client;
use crate::config::Config;
use crate::deadline::Deadline;
use crate::encode::sql_name;
use crate::error::{Error, Kind, Result};
use crate::record::Timing;
use crate::reply::{self, Coding, Header, Validator};
use crate::request::{Method, QueryRequest, Received, Route};
use crate::saved::{self, Queries, SavedQuery};
use crate::{execute, log, openapi, record, sql};

/// Answers one request. `body` reads the request's body when the route wants it.
pub fn handle<C: Client>(
    received: &Received,
    config: Result<Config>,
    body: impl FnOnce(&Config) -> Result<Vec<u8>>,
    catalog: impl FnOnce(&Config) -> Catalog,
    mut client: C,
) {
    let promised = reply::common(received, config.as_ref().ok());
    let promised: Vec<_> = promised.iter().map(|(name, value)| (*name, value.as_str())).collect();
    if let Err(error) = client.promise(&promised) {
        log::line(format_args!("query_id={} {error}", received.query_id));
    }
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
    catalog: impl FnOnce(&Config) -> Catalog,
    mut client: C,
) -> Result<()> {
    if received.method == Method::Options {
        let headers = reply::preflight(Route::methods(&received.target)?);
        return send(&mut client, Whole { status: 204, headers, body: &[] });
    }
    let route = Route::parse(received.method, &received.target);
    let principal = match &route {
        // A load balancer has no credential.
        Ok(Route::Health) => Principal::default(),
        _ => config.auth.admit(&received.credentials)?,
    };
    let catalog = || catalog(config).without(config.auth.keys_file()).seen_by(&principal);
    let body = match route? {
        Route::PostQuery => {
            let request = received.posted(body(config)?)?;
            return query(request, &principal, config, catalog, received, client);
        }
        Route::GetQuery => {
            return query(received.asked()?, &principal, config, catalog, received, client);
        }
        Route::Tables => json(&Tables { tables: catalog().tables()? }),
        Route::Table(name) => json(&table(&name, &catalog())?),
        Route::Queries => {
            let left_out = |error| log::line(format_args!("query_id={} {error}", received.query_id));
            json(&Queries { queries: saved::list(&catalog(), left_out)? })
        }
        Route::PostSaved(name) => {
            return saved_query(&name, &body(config)?, &principal, config, catalog(), received, client);
        }
        Route::GetSaved(name) => {
            return saved_query(&name, &[], &principal, config, catalog(), received, client);
        }
        Route::Health => json(&Status { status: "ok" }),
        Route::Version => json(&VERSION),
        Route::OpenApi => {
            json(&openapi::document(&saved::list(&catalog(), drop)?, config.auth.is_required()))
        }
    };
    let headers = vec![("content-type", "application/json".to_string()), reply::not_kept()];
    send(&mut client, Whole { status: 200, headers, body: &body })
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("strings, numbers and their lists are JSON")
}

#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Status {
    /// `ok`; of `/readyz` of `polaroid serve`, `ready`.
    status: &'static str,
}

/// What answers.
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Version {
    name: &'static str,
    version: &'static str,
    engine: &'static str,
    engine_version: &'static str,
}

const VERSION: Version = Version {
    name: "polaroid",
    version: env!("CARGO_PKG_VERSION"),
    engine: "polars",
    // Which `component/polars/source.txt` pins.
    engine_version: "2.1.0",
};

fn query<C: Client>(
    request: QueryRequest,
    principal: &Principal,
    config: &Config,
    catalog: impl FnOnce() -> Catalog,
    received: &Received,
    mut client: C,
) -> Result<()> {
    let request = request.limited(principal.limits);
    let deadline = Deadline::new(request.timeout_ms, record::elapsed());
    record::accepted(&request, principal.name.as_deref(), config.record_sql);
    let catalog = catalog().with_sent(request.sent.clone());
    let _watch = deadline.watch(client.clone());
    let statement = sql::read(&request.sql, &request.params, &catalog)?;
    let mut caching = vec![reply::vary(config.auth.is_required())];
    let files = statement.files();
    let is_kept = received.is_read() && statement.depends_on_files_alone();
    match is_kept.then(|| Validator::of(&request, &files)).transpose()?.flatten() {
        Some(validator) => {
            caching.push(("etag", validator.text().to_string()));
            caching.push(("cache-control", config.cache_control.clone()));
            if validator.is_in(received.if_none_match.as_deref()) {
                return send(&mut client, Whole { status: 304, headers: caching, body: &[] });
            }
        }
        None => caching.push(reply::not_kept()),
    }
    let query = statement.plan(&catalog)?;
    deadline.check()?;
    let wanted = execute::Wanted {
        query_id: received.query_id.clone(),
        deadline,
        coding: Coding::accepted(received.accept_encoding.as_deref()),
        caching,
        files: files.len(),
    };
    execute::run(query, request, wanted, client)
}

fn saved_query<C: Client>(
    name: &str,
    body: &[u8],
    principal: &Principal,
    config: &Config,
    catalog: Catalog,
    received: &Received,
    client: C,
) -> Result<()> {
    let saved = SavedQuery::named(name, &catalog)?;
    let request = received.asked_of(&saved, body)?;
    query(request, principal, config, || catalog, received, client).map_err(|error| saved.at_fault(error))
}

/// A table's columns, files and, where its format counts them in its metadata, rows.
fn table(name: &str, catalog: &Catalog) -> Result<Table> {
    let source = catalog.table(None, name)?.ok_or_else(|| catalog.unknown(None, name))?;
    let mut frame = catalog::scan(&source)?;
    let schema = frame.collect_schema()?;
    let column =
        |(name, dtype): (&PlSmallStr, &DataType)| Column { name: name.to_string(), r#type: sql_name(dtype) };
    let columns = schema.iter().map(column).collect();
    let rows = match source.format {
        catalog::FileFormat::Parquet => {
            let counted = frame.select([len()]).collect_with_engine(Engine::Streaming)?;
            counted.unwrap_single().columns()[0].get(0)?.extract::<u64>()
        }
        _ => None,
    };
    let files = source.table_files(catalog)?;
    Ok(Table { name: name.to_string(), format: source.format, columns, rows, files })
}

fn refuse<C: Client>(client: &mut C, error: &Error, query_id: &str) {
    if error.kind == Kind::ClientGone {
        return;
    }
    if error.kind == Kind::Internal {
        log::line(format_args!("query_id={query_id} {error}"));
    }
    let mut headers = vec![("content-type", "application/problem+json".to_string()), reply::not_kept()];
    headers.extend(error.allow.map(|methods| ("allow", methods.to_string())));
    headers.extend(error.kind.challenge().map(|challenge| ("www-authenticate", challenge.to_string())));
    let body = error.problem(query_id);
    if let Err(error) = send(client, Whole { status: error.status(), headers, body: &body }) {
        log::line(format_args!("query_id={query_id} the error could not be sent: {error}"));
    }
}

/// An answer that is no result.
struct Whole<'a> {
    status: u16,
    headers: Vec<Header>,
    body: &'a [u8],
}

fn send<C: Client>(client: &mut C, mut answer: Whole) -> Result<()> {
    answer.headers.push(("server-timing", record::server_timing(Timing::Ended)));
    let headers: Vec<_> = answer.headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let sent = client.begin(answer.status, &headers).and_then(|()| {
        record::head(answer.status);
        client.write_all(answer.body)?;
        client.finish(&[])
    });
    sent.map_err(|error| Error::from(PolarsError::from(error)))
}
