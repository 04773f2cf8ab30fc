//! `cargo xtask component`: target/component/polaroid.wasm, or polaroid-spin.wasm.

use anyhow::{Context, Result, bail};

use crate::{cargo, paths, polars};

#[derive(clap::Args)]
pub struct Args {
    /// Link-time optimisation: smaller and a few percent faster, twice the build time.
    #[arg(long)]
    lto: bool,
    /// For Spin alone, with configuration from its variables. Polars is built once more for it.
    #[arg(long)]
    spin: bool,
}

pub fn run(args: &Args) -> Result<()> {
    polars::prepare()?;
    let mut build = cargo::command();
    build
        .args(["build", "--release", "--locked", "--target", "wasm32-wasip2", "--lib"])
        .current_dir(paths::root().join("component"))
        .env("CARGO_TARGET_DIR", paths::target());
    if args.lto {
        build.args(["--config", "profile.release.lto='thin'"]);
    }
    if args.spin {
        build.args(["--features", "spin"]);
    }
    let status = build.status().context("cargo")?;
    if !status.success() {
        bail!("the component did not build");
    }
    let built = paths::target().join("wasm32-wasip2/release/polaroid_component.wasm");
    let folder = paths::root().join("target/component");
    let name = if args.spin { "polaroid-spin.wasm" } else { "polaroid.wasm" };
    let component = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    // Left alone when nothing has changed, so that whoever compiled it ahead need not again.
    let new = std::fs::read(&built).with_context(|| built.display().to_string())?;
    if std::fs::read(&component).ok().as_ref() != Some(&new) {
        std::fs::write(&component, &new)?;
    }
    println!("target/component/{name}: {:.1} MB", new.len() as f64 / 1e6);
    Ok(())
}
