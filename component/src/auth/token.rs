//! Tokens: JSON Web Tokens (RFC 7519) in the compact form of a signature (RFC 7515).
//!
//! Nothing that a token says of itself chooses how it is verified: `alg` must be that of the key, and only
//! where there is a set of keys does `kid` name one of them. What is wrong with the claims is told only when
//! the signature is right, which is when the holder knows them anyway.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

use super::credential::{not_valid, refused};
use super::principal::{Limits, Principal};
use super::token_keys::TokenKeys;
use super::{Patterns, invalid};
use crate::error::Result;

/// How tokens are verified, and what they must claim.
pub struct Tokens {
    keys: TokenKeys,
    issuer: Option<String>,
    /// Those that are us; none if nothing says who we are.
    audiences: Option<Vec<String>>,
    /// By how much the clocks of issuers may differ from ours.
    leeway: Duration,
    tables_claim: Option<String>,
}

/// Of the claim `sub`, in characters.
const LONGEST_NAME: usize = 256;

const LEEWAY: u64 = 30;
const MOST_LEEWAY: u64 = 3600;

const ISSUER: &str = "POLAROID_JWT_ISSUER";
const AUDIENCE: &str = "POLAROID_JWT_AUDIENCE";
const LEEWAY_NAME: &str = "POLAROID_JWT_LEEWAY";
const TABLES_CLAIM: &str = "POLAROID_JWT_TABLES_CLAIM";

/// Whether `text` has the form of a token, which is two dots and what is between and around them.
pub fn is_token(text: &[u8]) -> bool {
    text.iter().filter(|byte| **byte == b'.').count() == 2
}

/// What is read of a token's header. Keys in it (`jwk`, `jku`, `x5c`) are the sender's, and are not looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    /// There at all, be it null.
    #[serde(default, deserialize_with = "super::keys::given")]
    crit: Option<IgnoredAny>,
}

/// The claims that are checked, and the others.
#[derive(Deserialize)]
struct Claims {
    exp: Option<f64>,
    nbf: Option<f64>,
    iss: Option<String>,
    aud: Option<OneOrMore>,
    sub: Option<String>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

impl Tokens {
    /// Reads the variables through `get`, which gives no empty value.
    ///
    /// # Errors
    /// [`crate::error::Kind::InvalidConfiguration`], which shows no secret.
    pub fn read(get: impl Fn(&str) -> Result<Option<String>>) -> Result<Option<Self>> {
        let Some(keys) = TokenKeys::read(&get)? else {
            for name in [ISSUER, AUDIENCE, LEEWAY_NAME, TABLES_CLAIM] {
                if get(name)?.is_some() {
                    return Err(invalid(name, "is set, but no key for tokens; set one, or neither"));
                }
            }
            return Ok(None);
        };
        let leeway = match get(LEEWAY_NAME)? {
            None => LEEWAY,
            Some(text) => {
                text.trim().parse().ok().filter(|seconds| *seconds <= MOST_LEEWAY).ok_or_else(|| {
                    invalid(
                        LEEWAY_NAME,
                        &format!("is no such number; it takes seconds from 0 to {MOST_LEEWAY}"),
                    )
                })?
            }
        };
        let audiences = match get(AUDIENCE)? {
            None => None,
            Some(text) => {
                let audiences: Vec<String> = text.split(',').map(|name| name.trim().to_string()).collect();
                if audiences.iter().any(String::is_empty) {
                    return Err(invalid(
                        AUDIENCE,
                        "has an empty name; it takes one, or several with commas between",
                    ));
                }
                Some(audiences)
            }
        };
        Ok(Some(Self {
            keys,
            issuer: get(ISSUER)?,
            audiences,
            leeway: Duration::from_secs(leeway),
            tables_claim: get(TABLES_CLAIM)?,
        }))
    }

    /// Who holds `token` at the time `now`.
    ///
    /// # Errors
    /// [`crate::error::Kind::InvalidCredential`]
    pub fn principal(&self, token: &[u8], now: SystemTime) -> Result<Principal> {
        let claims = self.verified(token).ok_or_else(not_valid)?;
        // From here on the issuer has said it.
        let claims: Claims =
            serde_json::from_slice(&claims).map_err(|_| refused("the claims of the token are not valid"))?;
        self.check(&claims, now.duration_since(UNIX_EPOCH).unwrap_or_default())?;
        let tables = self.tables_claim.as_ref();
        let tables = tables.map(|name| tables_of(name, claims.others.get(name))).transpose()?;
        let name = claims.sub.unwrap_or_else(|| "jwt".to_string());
        // As the names of keys: it stands in logs.
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.chars().any(char::is_control) {
            return Err(refused(
                "the claim sub of the token is not of 1 to 256 characters, none of them a control character",
            ));
        }
        Ok(Principal { name: Some(name), tables, limits: Limits::default() })
    }

    /// The text of the claims, if a key of ours has signed it.
    fn verified(&self, token: &[u8]) -> Option<Vec<u8>> {
        let token = std::str::from_utf8(token).ok()?;
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = decoded(header)?;
        // It says what must be understood, and of extensions nothing is (RFC 7515, section 4.1.11).
        if header.crit.is_some() {
            return None;
        }
        let key = self.keys.pick(&header.alg, header.kid.as_deref())?;
        key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).ok()?).then_some(())?;
        URL_SAFE_NO_PAD.decode(claims).ok()
    }

    fn check(&self, claims: &Claims, now: Duration) -> Result<()> {
        let (now, leeway) = (now.as_secs_f64(), self.leeway.as_secs_f64());
        let Some(exp) = claims.exp else {
            return Err(refused("the token has no claim exp, which is required"));
        };
        if now >= exp + leeway {
            return Err(refused("the token has expired"));
        }
        if claims.nbf.is_some_and(|nbf| now + leeway < nbf) {
            return Err(refused("the token is not valid yet"));
        }
        match (&self.issuer, &claims.iss) {
            (Some(_), None) => Err(refused("the token has no claim iss, which is required here")),
            (Some(ours), Some(theirs)) if ours != theirs => Err(refused("the token is of another issuer")),
            _ => Ok(()),
        }?;
        match (&self.audiences, claims.aud.as_ref().map(OneOrMore::texts)) {
            (None, None) => Ok(()),
            (Some(ours), Some(theirs)) if theirs.iter().any(|name| ours.contains(name)) => Ok(()),
            (Some(_), None) => Err(refused("the token has no claim aud, which is required here")),
            // Whoever it is for can read it as well, and could ask here with it.
            _ => Err(refused("the token is for another audience")),
        }
    }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// The tables of the claim `name`: a list of patterns, or a text with spaces between them. Without the claim
/// there are none.
fn tables_of(name: &str, claim: Option<&Value>) -> Result<Patterns> {
    let wrong = |what: &str| refused(&format!("the claim {name} of the token {what}"));
    let of_texts = || wrong("is not a list of table patterns");
    let texts = match claim {
        None => Vec::new(),
        Some(Value::String(text)) => text.split_whitespace().collect(),
        Some(Value::Array(values)) => {
            values.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(of_texts)?
        }
        Some(_) => return Err(of_texts()),
    };
    Patterns::parse(&texts).map_err(|error| wrong(&format!("has a mistake: {error}")))
}

#[cfg(test)]
mod tests;
