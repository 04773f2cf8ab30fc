//! What SIGHUP reads anew. A file that is broken then changes nothing: what was loaded stays.

use crate::error::Error;
use crate::keys::ApiKeys;
use std::sync::Arc;

/// Something of the server's that comes from files and can be replaced while it serves.
pub trait Reload: Send + Sync + 'static {
    /// What it is, for the log.
    fn name(&self) -> &'static str;

    /// Reads the files and puts what they hold in place of what was loaded, for whatever begins after
    /// it; all of it or, on an error, nothing. May block.
    fn reload(&self) -> Result<(), Error>;
}

impl Reload for ApiKeys {
    fn name(&self) -> &'static str {
        "the set of API keys"
    }

    fn reload(&self) -> Result<(), Error> {
        self.read_anew()
    }
}

/// Reloads each, and says how it went.
pub async fn all(what: &[Arc<dyn Reload>]) {
    if what.is_empty() {
        tracing::info!(target: "polaroid", "SIGHUP: there is nothing to reload");
    }
    for part in what {
        let reloading = part.clone();
        match tokio::task::spawn_blocking(move || reloading.reload()).await {
            Ok(Ok(())) => tracing::info!(target: "polaroid", "SIGHUP: reloaded {}", part.name()),
            Ok(Err(error)) => {
                tracing::error!(target: "polaroid", "SIGHUP: {error}; {} stays as it was", part.name());
            }
            Err(error) => {
                tracing::error!(target: "polaroid", "SIGHUP: reloading {} broke off: {error}", part.name())
            }
        }
    }
}
