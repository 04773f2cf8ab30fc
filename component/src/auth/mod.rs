//! Who asks, and what they may read.
//!
//! | decision | module |
//! |---|---|
//! | the one credential of a request | `credential` |
//! | API keys, by their hashes | `keys` |
//! | tokens (JWT): form, signature, claims | `token` |
//! | the keys that verify tokens | `token_keys`, `jwks` |
//! | who it is, with what limits | `principal` |
//! | which tables | `patterns` |
//!
//! What is not a principal's is left out by the catalog, which knows nothing of credentials.

mod credential;
mod jwks;
mod keys;
mod patterns;
mod principal;
mod token;
mod token_keys;

use std::time::SystemTime;

use self::credential::Credential;
pub use self::credential::Credentials;
use self::keys::Keys;
pub use self::patterns::Patterns;
pub use self::principal::{Limits, Principal, within};
use self::token::Tokens;
use crate::error::{Error, Kind, Result};

/// The configuration of who may ask. Without keys and tokens, everyone.
#[derive(Default)]
pub struct Auth {
    keys: Option<Keys>,
    tokens: Option<Tokens>,
    keys_file: Option<String>,
}

/// Nothing of it belongs into a log.
impl std::fmt::Debug for Auth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Auth")
    }
}

const KEYS: &str = "POLAROID_API_KEYS";
const KEYS_FILE: &str = "POLAROID_API_KEYS_FILE";

/// The variables of who may ask.
const VARIABLES: [&str; 9] = [
    KEYS,
    KEYS_FILE,
    "POLAROID_JWT_SECRET",
    "POLAROID_JWT_PUBLIC_KEY",
    "POLAROID_JWT_JWKS",
    "POLAROID_JWT_ISSUER",
    "POLAROID_JWT_AUDIENCE",
    "POLAROID_JWT_LEEWAY",
    "POLAROID_JWT_TABLES_CLAIM",
];

/// Refuses a variable that is nearly one of these: what was to close would be open.
///
/// # Errors
/// [`Kind::InvalidConfiguration`]
pub fn refuse_misspelt(names: impl Iterator<Item = String>) -> Result<()> {
    let is_near = |name: &String| {
        ["POLAROID_API_KEY", "POLAROID_JWT", "POLAROID_AUTH"].iter().any(|begin| name.starts_with(begin))
            && !VARIABLES.contains(&name.as_str())
    };
    match names.into_iter().find(is_near) {
        None => Ok(()),
        Some(name) => Err(invalid(
            &name.escape_debug().to_string(),
            &format!("is no variable of the component; there are {}", VARIABLES.join(", ")),
        )),
    }
}

impl Auth {
    /// Reads the variables through `get`, and the file that one of them names.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`], which shows no key, no hash and no secret.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let get = |name: &str| match get(name) {
            Some(text) if text.trim().is_empty() => {
                Err(invalid(name, "is empty; give it a value, or do not set it"))
            }
            value => Ok(value),
        };
        let keys_file = get(KEYS_FILE)?;
        let keys = match (get(KEYS)?, &keys_file) {
            (Some(_), Some(_)) => {
                return Err(invalid(KEYS, &format!("and {KEYS_FILE} are set; set one of them")));
            }
            (Some(text), None) => Some(Keys::parse(KEYS, &text)?),
            (None, Some(file)) => Some(Keys::parse(KEYS_FILE, &keys::read(KEYS_FILE, file)?)?),
            (None, None) => None,
        };
        Ok(Self { keys, tokens: Tokens::read(get)?, keys_file })
    }

    /// Whether requests need a credential.
    pub fn is_required(&self) -> bool {
        self.keys.is_some() || self.tokens.is_some()
    }

    /// The file of API keys in the sandbox, which must not be data.
    pub fn keys_file(&self) -> Option<&str> {
        self.keys_file.as_deref()
    }

    /// Who sends `given`.
    ///
    /// # Errors
    /// [`Kind::Unauthenticated`] or [`Kind::InvalidCredential`].
    pub fn admit(&self, given: &Credentials) -> Result<Principal> {
        if !self.is_required() {
            return Ok(Principal::default());
        }
        match given.only()? {
            Credential::Bearer(text) => match &self.tokens {
                Some(tokens) if token::is_token(text) => tokens.principal(text, SystemTime::now()),
                _ => self.key(text),
            },
            Credential::Key(text) => self.key(text),
        }
    }

    fn key(&self, text: &[u8]) -> Result<Principal> {
        self.keys.as_ref().and_then(|keys| keys.principal(text)).ok_or_else(credential::not_valid)
    }
}

/// `name` is set to what it does not take; `what` goes on after the name.
fn invalid(name: &str, what: &str) -> Error {
    Error::new(Kind::InvalidConfiguration, format!("{name} {what}"))
}
