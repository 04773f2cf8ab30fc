//! Build tasks. `cargo xtask --help` lists them.

mod cargo;
mod component;
mod dist;
mod paths;
mod polars;
mod wit;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build tasks of Polaroid")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Prepare component/polars/tree: the pinned Polars source, our overlay and our edits.
    Polars(polars::Args),
    /// Prepare Polars and build target/component/polaroid.wasm.
    Component(component::Args),
    /// Build target/dist: a static program without the compiler, machine code for it, a Dockerfile.
    Dist(dist::Args),
    /// Lay the WASI packages that wit/world.wit names under wit/deps.
    Wit(wit::Args),
}

fn main() -> anyhow::Result<()> {
    match Args::parse().task {
        Task::Polars(args) => polars::run(&args),
        Task::Component(args) => component::run(&args),
        Task::Dist(args) => dist::run(&args),
        Task::Wit(args) => wit::run(&args),
    }
}
