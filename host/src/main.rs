//! `polaroid`: SQL over files, each query in a WebAssembly sandbox of its own.
//!
//! This file is the table of contents.
//!
//! | module | what it decides |
//! |---|---|
//! | [`args`] | the command line over variables and polaroid.toml, as given and as validated |
//! | [`engine`] | how wasmtime compiles and runs; shared by every subcommand, so that artifacts fit |
//! | [`artifact`] | where the component is, whether it is trusted, its machine code kept in the cache |
//! | [`sandbox`] | what a guest may see and do, and how one request runs in one fresh instance |
//! | [`serve`] | `polaroid serve`: sockets, connections, shutdown |
//! | [`query`] | `polaroid query`: one request without a socket, drawn or written |
//! | [`compile`] | `polaroid compile`: machine code made ahead of time |
//! | [`config`] | `polaroid config`: the settings that hold, without secrets |
//! | [`keys`] | `polaroid keys`: API keys made and listed, and those that a server takes |
//! | [`completions`] | `polaroid completions`: the command line, told to a shell |
//! | [`output`] | what `-o` names, and how it is written |
//! | [`telemetry`] | what operators see of `serve`: log, metrics, traces |
//! | [`stderr`] | lines on standard error |
//! | [`error`] | every way to fail, and its exit code |

mod args;
mod artifact;
mod compile;
mod completions;
mod config;
mod engine;
mod error;
mod keys;
mod output;
mod query;
mod sandbox;
mod serve;
mod stderr;
mod telemetry;

use std::process::ExitCode;

fn main() -> ExitCode {
    let done = match args::parse() {
        args::Command::Serve(args) => serve::run(args),
        args::Command::Query(args) => query::run(args),
        args::Command::Compile(args) => compile::run(args),
        args::Command::Config(args) => config::run(args),
        args::Command::Keys(args) => keys::run(args),
        args::Command::Completions(args) => completions::run(args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}
