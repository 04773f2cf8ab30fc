//! Cargo, run by a program that cargo runs.

use std::process::Command;

/// The cargo that runs this, as if it were started by hand.
///
/// Cargo sets variables of the package for the programs that it runs, such as this one. Build scripts
/// that watch them (ring's) would run again, and most of what is built would be built again after them.
pub fn command() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars().filter(|(name, _)| is_of_a_package(name)) {
        cargo.env_remove(name);
    }
    cargo
}

fn is_of_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}
