//! The variables of the configuration, as the host has them.

use std::cell::RefCell;

use crate::auth::refuse_misspelt;
use crate::config::Config;
use crate::error::{Error, Kind, Result};

/// The configuration.
///
/// # Errors
/// [`Kind::InvalidConfiguration`], also for a variable that cannot be read: taken for one that is not set, it
/// could open what it was to close.
pub fn config() -> Result<Config> {
    refuse_misspelt(std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned()))?;
    let unreadable = RefCell::new(None);
    let config = Config::read(|name| {
        variable(name).unwrap_or_else(|why| {
            let text = format!("{name} cannot be read: {why}");
            unreadable.replace(Some(Error::new(Kind::InvalidConfiguration, text)));
            None
        })
    });
    let config = unreadable.into_inner().map_or(config, Err)?;
    if let Some(scratch) = &config.scratch {
        let given = wasip2::filesystem::preopens::get_directories();
        scratch.check(given.iter().map(|(_, path)| path.as_str()))?;
    }
    Ok(config)
}

/// Spin's variable, under the name in lower case that it wants, and behind it that of the environment.
#[cfg(feature = "spin")]
fn variable(name: &str) -> Result<Option<String>, &'static str> {
    use spin_sdk::variables::{Error, get};
    match get(&name.to_lowercase()) {
        Ok(value) => Ok(Some(value)),
        Err(Error::Undefined(_)) => environment(name),
        // The provider's own words may be about a secret.
        Err(_) => Err("Spin's provider of variables does not give it"),
    }
}

#[cfg(not(feature = "spin"))]
fn variable(name: &str) -> Result<Option<String>, &'static str> {
    environment(name)
}

fn environment(name: &str) -> Result<Option<String>, &'static str> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value)),
        Err(std::env::VarError::NotPresent) => Ok(None),
        Err(std::env::VarError::NotUnicode(_)) => Err("it is not UTF-8"),
    }
}
