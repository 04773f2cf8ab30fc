//! `cargo xtask component`: target/component/polaroid.wasm.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{paths, polars};

#[derive(clap::Args)]
pub struct Args {
    /// Link-time optimisation: smaller and a few percent faster, twice the build time.
    #[arg(long)]
    lto: bool,
}

pub fn run(args: &Args) -> Result<()> {
    polars::prepare()?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--release", "--locked", "--target", "wasm32-wasip2", "--lib"])
        .current_dir(paths::root().join("component"))
        .env("CARGO_TARGET_DIR", paths::target());
    // Cargo sets these for the programs that it runs, such as this one. Build scripts that watch them
    // (ring's) would run again, and most of Polars would be built again after them.
    for (name, _) in std::env::vars().filter(|(name, _)| is_of_a_package(name)) {
        cargo.env_remove(name);
    }
    if args.lto {
        cargo.args(["--config", "profile.release.lto='thin'"]);
    }
    let status = cargo.status().context("cargo")?;
    if !status.success() {
        bail!("the component did not build");
    }
    let built = paths::target().join("wasm32-wasip2/release/polaroid_component.wasm");
    let folder = paths::root().join("target/component");
    let component = folder.join("polaroid.wasm");
    std::fs::create_dir_all(&folder)?;
    // Left alone when nothing has changed, so that whoever compiled it ahead need not again.
    let new = std::fs::read(&built).with_context(|| built.display().to_string())?;
    if std::fs::read(&component).ok().as_ref() != Some(&new) {
        std::fs::write(&component, &new)?;
    }
    println!("target/component/polaroid.wasm: {:.1} MB", new.len() as f64 / 1e6);
    Ok(())
}

fn is_of_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}
