//! Where things lie. Every task works from any folder of the checkout.

use std::path::PathBuf;

/// The root of the checkout.
pub fn root() -> PathBuf {
    let xtask = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    // The compiled-in path goes stale when a shared target folder outlives the checkout;
    // cargo sets the variable anew on each `cargo run`.
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map_or(xtask, PathBuf::from);
    xtask.parent().expect("xtask/ lies in the checkout").to_path_buf()
}

/// Cargo's target folder for both workspaces.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Downloads that outlive a checkout: `$XDG_CACHE_HOME/polaroid` or `~/.cache/polaroid`.
pub fn cache() -> anyhow::Result<PathBuf> {
    let base = std::env::var_os("XDG_CACHE_HOME")
        .filter(|dir| !dir.is_empty())
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    match base {
        Some(base) => Ok(base.join("polaroid")),
        None => anyhow::bail!("no cache directory: set XDG_CACHE_HOME or HOME"),
    }
}
