//! `cargo xtask wit`: wit/deps, the WASI packages that wit/world.wit names.
//!
//! They come with the crate `wasip2`, whose version the component's lock file pins, so that the
//! packages and the bindings cannot drift apart.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::{cargo, paths, polars};

#[derive(clap::Args)]
pub struct Args {
    /// Report whether wit/deps is up to date; change nothing.
    #[arg(long)]
    check: bool,
}

pub fn run(args: &Args) -> Result<()> {
    polars::prepare()?;
    let source = bindings()?.join("wit/deps");
    let target = paths::root().join("wit/deps");
    fs::create_dir_all(&target)?;
    let mut stale = Vec::new();
    for entry in fs::read_dir(&source).with_context(|| source.display().to_string())? {
        let entry = entry?;
        let bytes = fs::read(entry.path())?;
        let path = target.join(entry.file_name());
        if fs::read(&path).ok().as_ref() != Some(&bytes) {
            stale.push(entry.file_name().to_string_lossy().into_owned());
            if !args.check {
                fs::write(&path, bytes)?;
            }
        }
    }
    if args.check && !stale.is_empty() {
        bail!("wit/deps differs from the bindings: {}; run `cargo xtask wit`", stale.join(", "));
    }
    println!("wit/deps: {} files written", stale.len());
    Ok(())
}

/// The folder of the crate `wasip2` that the component is locked to.
fn bindings() -> Result<PathBuf> {
    let output = cargo::command()
        .args(["metadata", "--locked", "--format-version=1"])
        .args(["--filter-platform", "wasm32-wasip2"])
        .current_dir(paths::root().join("component"))
        .output()
        .context("cargo metadata")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    packages
        .iter()
        .find(|package| package["name"] == "wasip2")
        .and_then(|package| package["manifest_path"].as_str())
        .and_then(|manifest| PathBuf::from(manifest).parent().map(PathBuf::from))
        .context("the component does not depend on wasip2")
}
