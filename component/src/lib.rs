//! Polaroid's query engine as one `wasi:http` handler.
//!
//! | stage | module |
//! |---|---|
//! | the edge: requests, bodies, directories, the last word before a trap | `wasi` |
//! | the whole flow of a request | `handle` |
//! | a request as received and as validated | `request`, `format`, `config` |
//! | statements that the data directory holds | `saved` |
//! | who asks, and which tables are theirs | `auth` |
//! | SQL text to a plan | `sql` |
//! | names to files, files to scans | `catalog` |
//! | running the plan, batch by batch | `execute` |
//! | batches to bytes | `encode` |
//! | bytes to an answer: its head, when it leaves, how it is compressed | `reply`, `negotiate` |
//! | the interface for programs | `openapi` |
//! | errors to problems | `error`, `engine_error` |
//! | the end that a request sets for itself; the memory that it has | `deadline`, `scratch` |
//! | the log; stages and records | `log`, `record` |
//!
//! Only `wasi` names WASI; the rest is plain Rust and is tested in the sandbox and natively.

// Only the component itself exports the handler, from which everything is reached.
#![cfg_attr(test, allow(dead_code))]

mod auth;
mod catalog;
mod client;
mod config;
mod deadline;
mod encode;
mod engine_error;
mod error;
mod execute;
mod format;
mod handle;
mod log;
mod negotiate;
mod openapi;
mod record;
mod reply;
mod request;
mod saved;
mod scratch;
mod sql;

#[cfg(target_os = "wasi")]
mod wasi;
