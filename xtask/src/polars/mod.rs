//! `cargo xtask polars`: component/polars/tree = the pinned source + overlay/ + edits/.
//!
//! No upstream code is committed: `source.txt` pins it by name, version and SHA-256, pip fetches
//! it, and every edit fails loudly when its anchor is not where it was.

mod edit;
mod fetch;
mod tree;

use anyhow::{Context, Result, bail};

use crate::paths;

#[derive(clap::Args)]
pub struct Args {
    /// Report whether the tree is up to date; change nothing.
    #[arg(long)]
    check: bool,

    /// Report which edits no longer apply to another VERSION of the source; change nothing.
    #[arg(long, value_name = "VERSION", conflicts_with = "check")]
    r#try: Option<String>,
}

pub fn run(args: &Args) -> Result<()> {
    if let Some(version) = &args.r#try {
        return try_version(version);
    }
    let prepared = tree::Prepared::new(sources()?);
    if args.check {
        let stale = prepared.stale_files()?;
        if !stale.is_empty() {
            bail!(
                "component/polars/tree is not what source.txt, overlay/ and edits/ give:\n  {}\n\
                 run `cargo xtask polars`",
                stale.join("\n  ")
            );
        }
        println!("component/polars/tree is up to date");
        return Ok(());
    }
    prepared.write()
}

/// Prepares the tree for a build that follows.
pub fn prepare() -> Result<()> {
    tree::Prepared::new(sources()?).write()
}

fn folder() -> std::path::PathBuf {
    paths::root().join("component/polars")
}

/// The upstream files with our overlay over them and our edits in them.
fn sources() -> Result<tree::Files> {
    let pin = fetch::Pin::read(&folder().join("source.txt"))?;
    let mut files = tree::unpack(&fetch::archive(&pin)?)?;
    tree::overlay(&mut files, &folder().join("overlay"))?;
    let mut failures = Vec::new();
    for edit in edit::read_all(&folder().join("edits"))? {
        if let Err(error) = edit.apply(&mut files) {
            failures.push(format!("{}: {error:#}", edit.name));
        }
    }
    if !failures.is_empty() {
        bail!("{} edits do not apply:\n{}", failures.len(), failures.join("\n"));
    }
    Ok(files)
}

fn try_version(version: &str) -> Result<()> {
    let pin = fetch::Pin::read(&folder().join("source.txt"))?.at(version);
    let mut files =
        tree::unpack(&fetch::archive(&pin)?).with_context(|| format!("{} {version}", pin.name))?;
    let replaced = tree::overlay(&mut files, &folder().join("overlay"))?;
    for path in &replaced {
        println!("overlay  {path}");
    }
    let edits = edit::read_all(&folder().join("edits"))?;
    let mut failed = 0;
    for edit in &edits {
        match edit.apply(&mut files) {
            Ok(()) => println!("applies  {}", edit.name),
            Err(error) => {
                failed += 1;
                println!("FAILS    {}: {error:#}", edit.name);
            }
        }
    }
    println!("{} of {} edits apply to {} {version}", edits.len() - failed, edits.len(), pin.name);
    if failed > 0 {
        bail!("{failed} edits need work before source.txt can name {version}");
    }
    Ok(())
}
