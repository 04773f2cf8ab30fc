//! `cargo xtask dist`: target/dist, the root of an image.
//!
//! ```text
//! target/dist/polaroid               the static program, without the compiler
//! target/dist/polaroid.cwasm         the component's machine code, which it finds beside itself
//! target/dist/Dockerfile             FROM scratch, and these two
//! target/dist/data/                  where tables are mounted
//! ```
//!
//! With `--embed` the machine code is in the program, and the image is one file.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{cargo, paths};

#[derive(clap::Args)]
pub struct Args {
    /// One file: the machine code in the program
    #[arg(long)]
    embed: bool,

    /// The target of the program
    #[arg(long, value_name = "TRIPLE", default_value_t = format!("{}-unknown-linux-musl", std::env::consts::ARCH))]
    target: String,
}

pub fn run(args: &Args) -> Result<()> {
    let component = paths::root().join("target/component/polaroid.wasm");
    if !component.is_file() {
        bail!("no target/component/polaroid.wasm; `cargo xtask component` builds it");
    }
    // The compiler is in a program of its own, for this machine.
    build(&["build", "--release", "--locked", "--package", "polaroid"])?;
    build(&[
        "build",
        "--profile=dist",
        "--locked",
        "--package=polaroid",
        "--no-default-features",
        "--features=otlp",
        "--target",
        &args.target,
    ])
    .with_context(|| {
        format!("`rustup target add {}` and a C compiler for it (Debian: musl-tools)", args.target)
    })?;

    let dist = paths::root().join("target/dist");
    if dist.exists() {
        fs::remove_dir_all(&dist).with_context(|| dist.display().to_string())?;
    }
    fs::create_dir_all(dist.join("data"))?;
    let program = paths::target().join(&args.target).join("dist/polaroid");
    let shipped = dist.join("polaroid");
    let made = if args.embed {
        compile(&component, &shipped, Some(&program))?;
        vec![shipped]
    } else {
        fs::copy(&program, &shipped).with_context(|| program.display().to_string())?;
        let artifact = dist.join("polaroid.cwasm");
        compile(&component, &artifact, None)?;
        vec![shipped, artifact]
    };
    let copied: Vec<_> = made.iter().filter_map(|path| path.file_name()?.to_str()).collect();
    fs::write(dist.join("Dockerfile"), dockerfile(&copied))?;
    for path in &made {
        // Nobody but root may change them in the image, whatever this user's umask is.
        let mode = if path.extension().is_none() { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        let shown = path.strip_prefix(paths::root())?.display();
        println!("{shown}: {:.1} MB", path.metadata()?.len() as f64 / 1e6);
    }
    Ok(())
}

/// `polaroid compile`, by the program that was built for this machine.
fn compile(component: &Path, output: &Path, embed: Option<&PathBuf>) -> Result<()> {
    let mut compile = Command::new(paths::target().join("release/polaroid"));
    compile.arg("compile").arg("--component").arg(component).arg("-o").arg(output);
    if let Some(program) = embed {
        compile.arg(format!("--embed={}", program.display()));
    }
    if !compile.status().context("polaroid compile")?.success() {
        bail!("the component did not compile");
    }
    Ok(())
}

fn build(args: &[&str]) -> Result<()> {
    let status = cargo::command().args(args).current_dir(paths::root()).status().context("cargo")?;
    if !status.success() {
        bail!("`cargo {}` failed", args.join(" "));
    }
    Ok(())
}

fn dockerfile(files: &[&str]) -> String {
    format!(
        "# Made by `cargo xtask dist`. Run with the tables mounted read-only:\n\
         #   docker run --read-only -p 8080:8080 -v $PWD/data:/data:ro IMAGE\n\
         FROM scratch\n\
         COPY {} /\n\
         COPY data /data\n\
         # The image's own digest covers the machine code: it is not hashed again at each start.\n\
         ENV POLAROID_VERIFY=tables PORT=8080\n\
         EXPOSE 8080\n\
         USER 65532:65532\n\
         ENTRYPOINT [\"/polaroid\"]\n\
         CMD [\"serve\", \"--dir\", \"/data\"]\n",
        files.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_image_holds_what_was_made_and_hashes_nothing_at_start() {
        let file = dockerfile(&["polaroid", "polaroid.cwasm"]);
        assert!(file.contains("\nCOPY polaroid polaroid.cwasm /\n"));
        assert!(file.contains("\nENV POLAROID_VERIFY=tables PORT=8080\n"));
    }
}
