//! A set of public keys as identity providers publish it (RFC 7517).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::token_keys::TokenKey;

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

/// A key, of whatever kind.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    r#use: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    /// Of a private key.
    d: Option<IgnoredAny>,
}

/// The keys of a set by their `kid`. Those that are for other uses or of other kinds are left out, as sets
/// often have some; so are secrets, which do not belong into a set that is published.
///
/// # Errors
/// What is wrong with it; it goes on after the name of a variable.
pub fn keys(text: &str) -> Result<Vec<(Option<String>, TokenKey)>, String> {
    let set: Set = serde_json::from_str(text).map_err(|error| {
        format!(
            "is no set of keys (line {}, column {}); it takes {{\"keys\": [{{\"kty\": …}}, …]}}",
            error.line(),
            error.column()
        )
    })?;
    let mut keys: Vec<(Option<String>, TokenKey)> = Vec::new();
    for (n, jwk) in set.keys.into_iter().enumerate() {
        if jwk.d.is_some() {
            return Err(format!("has a key {} that is private; it takes public ones", n + 1));
        }
        let Some(key) =
            jwk.key().map_err(|what| format!("has a key {} that is not valid: it {what}", n + 1))?
        else {
            continue;
        };
        if jwk.kid.is_some() && keys.iter().any(|(kid, _)| *kid == jwk.kid) {
            return Err(format!("has a key {} whose kid another key has", n + 1));
        }
        keys.push((jwk.kid, key));
    }
    if keys.is_empty() {
        return Err("has no key for signatures of RS256, ES256 or EdDSA, which it takes".to_string());
    }
    Ok(keys)
}

impl Jwk {
    /// None if it is not for what we verify.
    fn key(&self) -> Result<Option<TokenKey>, String> {
        let is_for_signatures = self.r#use.as_deref().is_none_or(|name| name == "sig")
            && self.key_ops.as_ref().is_none_or(|names| names.iter().any(|name| name == "verify"));
        if !is_for_signatures {
            return Ok(None);
        }
        let key = match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", _) => {
                // Of another algorithm it may be shorter, or longer, than we take.
                if self.alg.as_deref().is_some_and(|alg| alg != "RS256") {
                    return Ok(None);
                }
                TokenKey::rs256(&number("n", &self.n)?, &number("e", &self.e)?)?
            }
            ("EC", Some("P-256")) => {
                let mut point = vec![4];
                point.extend(number("x", &self.x)?);
                point.extend(number("y", &self.y)?);
                TokenKey::es256(&point)?
            }
            ("OKP", Some("Ed25519")) => TokenKey::eddsa(&number("x", &self.x)?)?,
            _ => return Ok(None),
        };
        Ok(self.alg.as_deref().is_none_or(|alg| key.is_for(alg)).then_some(key))
    }
}

fn number(name: &str, text: &Option<String>) -> Result<Vec<u8>, String> {
    let text = text.as_ref().ok_or_else(|| format!("has no {name}"))?;
    URL_SAFE_NO_PAD.decode(text).map_err(|_| format!("has a value of {name} that is not base64url"))
}
