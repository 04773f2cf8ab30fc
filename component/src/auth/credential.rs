//! The one credential of a request: `Authorization: Bearer …` or `X-API-Key: …`.
//!
//! No error shows what was sent: a slip as small as a missing `Bearer` would put a key into a log.

use crate::error::{Error, Kind, Result};

/// The longest credential that is looked at, in bytes.
const LONGEST: usize = 8 << 10;

/// The headers that may hold a credential, each with all of its values.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// `Authorization`
    pub authorization: Vec<Vec<u8>>,
    /// `X-API-Key`
    pub api_key: Vec<Vec<u8>>,
}

/// What a request says of who sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// A key or a token.
    Bearer(&'a [u8]),
    /// A key.
    Key(&'a [u8]),
}

impl Credentials {
    /// # Errors
    /// [`Kind::Unauthenticated`] if there is none; [`Kind::InvalidCredential`] if there are several, or one
    /// that is empty or too long.
    pub fn only(&self) -> Result<Credential<'_>> {
        let credential = match (self.authorization.as_slice(), self.api_key.as_slice()) {
            ([], []) => return Err(none("the request has no credential")),
            ([header], []) => match bearer(header) {
                Some(text) => Credential::Bearer(text),
                None => return Err(none("the header Authorization is not of the scheme Bearer")),
            },
            ([], [key]) => Credential::Key(key.trim_ascii()),
            ([header], [key]) => match bearer(header) {
                Some(text) if text == key.trim_ascii() => Credential::Bearer(text),
                _ => return Err(refused("there are two different credentials; send one")),
            },
            _ => return Err(refused("a header with a credential is there more than once; send it once")),
        };
        let (Credential::Bearer(text) | Credential::Key(text)) = credential;
        match text.len() {
            0 => Err(refused("the credential is empty")),
            1..=LONGEST => Ok(credential),
            _ => Err(refused(&format!("the credential is longer than {LONGEST} bytes"))),
        }
    }
}

/// The value of `Authorization: Bearer VALUE` (RFC 6750, section 2.1); names of schemes have no case.
fn bearer(header: &[u8]) -> Option<&[u8]> {
    const SCHEME: &[u8] = b"bearer";
    let (scheme, value) = header.trim_ascii().split_at_checked(SCHEME.len())?;
    let is_apart = value.first().is_none_or(u8::is_ascii_whitespace);
    (scheme.eq_ignore_ascii_case(SCHEME) && is_apart).then(|| value.trim_ascii())
}

fn none(seen: &str) -> Error {
    Error::new(
        Kind::Unauthenticated,
        format!("{seen}; send \"Authorization: Bearer KEY\" or \"X-API-Key: KEY\""),
    )
}

/// A credential that is not one, with what is wrong with it.
pub(super) fn refused(what: &str) -> Error {
    Error::new(Kind::InvalidCredential, what)
}

/// The one answer to whoever has not shown that they hold a key: what was wrong would help them to guess.
pub(super) fn not_valid() -> Error {
    refused("the credential is not valid here; ask whoever runs this server for one")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(authorization: &[&str], api_key: &[&str]) -> Credentials {
        let values = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect();
        Credentials { authorization: values(authorization), api_key: values(api_key) }
    }

    #[test]
    fn one_credential_in_one_of_two_headers() {
        for (authorization, api_key, expected) in [
            (&["Bearer a"][..], &[][..], Credential::Bearer(b"a")),
            (&["bEARER   a "], &[], Credential::Bearer(b"a")),
            (&["Bearer a b"], &[], Credential::Bearer(b"a b")),
            (&[], &[" a "], Credential::Key(b"a")),
            (&["Bearer a"], &["a"], Credential::Bearer(b"a")),
            (&["Bearer \u{e4}"], &[], Credential::Bearer("\u{e4}".as_bytes())),
        ] {
            assert_eq!(given(authorization, api_key).only().unwrap(), expected);
        }
    }

    #[test]
    fn none_several_and_odd_ones() {
        let long = "a".repeat(LONGEST + 1);
        for (authorization, api_key, kind) in [
            (&[][..], &[][..], Kind::Unauthenticated),
            (&["Basic c2VjcmV0"], &[], Kind::Unauthenticated),
            (&["secret"], &[], Kind::Unauthenticated),
            (&["Bearersecret"], &[], Kind::Unauthenticated),
            (&[""], &[], Kind::Unauthenticated),
            (&["Bearer"], &[], Kind::InvalidCredential),
            (&["Bearer  "], &[], Kind::InvalidCredential),
            (&[], &[""], Kind::InvalidCredential),
            (&["Bearer secret", "Bearer secret"], &[], Kind::InvalidCredential),
            (&[], &["secret", "secret"], Kind::InvalidCredential),
            (&["Bearer secret"], &["secret2"], Kind::InvalidCredential),
            (&["Basic c2VjcmV0"], &["secret"], Kind::InvalidCredential),
            (&[], &[long.as_str()], Kind::InvalidCredential),
        ] {
            let error = given(authorization, api_key).only().unwrap_err();
            assert_eq!(error.kind, kind, "{authorization:?} {api_key:?}");
            assert!(!error.detail.contains("secret") && !error.detail.contains("c2VjcmV0"), "{error}");
        }
        assert!(given(&[], &[&long[1..]]).only().is_ok());
    }
}
