//! The keys that verify tokens. Each has the one algorithm that it is for.

use ring::{hmac, signature};
use spki::der::asn1::UintRef;
use spki::der::{Decode, Document, Reader, SliceReader};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::{invalid, jwks};
use crate::error::Result;

/// The keys of the configuration.
pub enum TokenKeys {
    /// Whatever `kid` a token has.
    One(TokenKey),
    /// By their `kid`.
    Set(Vec<(Option<String>, TokenKey)>),
}

/// A key with its algorithm.
pub enum TokenKey {
    Hs256(hmac::Key),
    /// Modulus and exponent, without zeros before them.
    Rs256(signature::RsaPublicKeyComponents<Vec<u8>>),
    /// An uncompressed point of P-256.
    Es256(Vec<u8>),
    /// An Ed25519 key.
    EdDsa(Vec<u8>),
}

const SECRET: &str = "POLAROID_JWT_SECRET";
const PUBLIC_KEY: &str = "POLAROID_JWT_PUBLIC_KEY";
const JWKS: &str = "POLAROID_JWT_JWKS";

/// As long as the hash (RFC 7518, section 3.2): a shorter one can be guessed from a single token.
const LEAST_SECRET: usize = 32;

impl TokenKeys {
    /// # Errors
    /// [`crate::error::Kind::InvalidConfiguration`], which shows no key.
    pub fn read(get: impl Fn(&str) -> Result<Option<String>>) -> Result<Option<Self>> {
        match (get(SECRET)?, get(PUBLIC_KEY)?, get(JWKS)?) {
            (None, None, None) => Ok(None),
            (Some(secret), None, None) if secret.len() < LEAST_SECRET => Err(invalid(
                SECRET,
                &format!("is too short; it takes {LEAST_SECRET} bytes or more, best random ones"),
            )),
            // Who has the public key could sign with it.
            (Some(secret), None, None) if secret.contains("-----BEGIN") || secret.contains("\"kty\"") => {
                Err(invalid(SECRET, &format!("is a key for {PUBLIC_KEY} or {JWKS}; it takes random bytes")))
            }
            (Some(secret), None, None) => {
                Ok(Some(Self::One(TokenKey::Hs256(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())))))
            }
            (None, Some(pem), None) => {
                let key = TokenKey::from_pem(&pem).map_err(|what| invalid(PUBLIC_KEY, &what))?;
                Ok(Some(Self::One(key)))
            }
            (None, None, Some(text)) => {
                Ok(Some(Self::Set(jwks::keys(&text).map_err(|what| invalid(JWKS, &what))?)))
            }
            _ => Err(invalid(
                SECRET,
                &format!("or {PUBLIC_KEY} or {JWKS}: more than one is set; set one of them"),
            )),
        }
    }

    /// The key for a token with this header: the only one that it can be.
    pub fn pick(&self, alg: &str, kid: Option<&str>) -> Option<&TokenKey> {
        match self {
            Self::One(key) => key.is_for(alg).then_some(key),
            Self::Set(keys) => {
                let is_named = |name: &Option<String>| kid.is_none() || name.as_deref() == kid;
                let mut fitting = keys.iter().filter(|(name, key)| is_named(name) && key.is_for(alg));
                let (_, key) = fitting.next()?;
                fitting.next().is_none().then_some(key)
            }
        }
    }
}

impl TokenKey {
    /// A public key as `openssl … -pubout` writes it. The error goes on after the name of a variable.
    fn from_pem(pem: &str) -> std::result::Result<Self, String> {
        const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
        const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
        const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
        const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
        let takes = "it takes PEM that begins with -----BEGIN PUBLIC KEY-----";
        let (label, document) =
            Document::from_pem(pem.trim()).map_err(|error| format!("is no PEM ({error}); {takes}"))?;
        if label != "PUBLIC KEY" {
            return Err(format!("is a {}; {takes}", label.escape_debug()));
        }
        let damaged = |error: spki::der::Error| format!("is damaged ({error}); {takes}");
        let info = SubjectPublicKeyInfoRef::from_der(document.as_bytes()).map_err(damaged)?;
        let bytes = info.subject_public_key.as_bytes().ok_or_else(|| format!("is damaged; {takes}"))?;
        match (info.algorithm.oid, info.algorithm.parameters_oid().ok()) {
            (RSA, _) => {
                let (n, e) = rsa(bytes).map_err(damaged)?;
                Self::rs256(n, e)
            }
            (EC, Some(P256)) => Self::es256(bytes),
            (ED25519, _) => Self::eddsa(bytes),
            _ => Err("is of another kind than RSA, P-256 and Ed25519, which it takes".to_string()),
        }
    }

    /// # Errors
    /// The key is too short; ring, which verifies, takes 2048 bits and more.
    pub(super) fn rs256(n: &[u8], e: &[u8]) -> std::result::Result<Self, String> {
        let trimmed = |number: &[u8]| {
            let zeros = number.iter().take_while(|byte| **byte == 0).count();
            number[zeros..].to_vec()
        };
        let (n, e) = (trimmed(n), trimmed(e));
        let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
        if !(2048..=8192).contains(&bits) {
            return Err(format!("has an RSA key of {bits} bits; it takes 2048 to 8192"));
        }
        Ok(Self::Rs256(signature::RsaPublicKeyComponents { n, e }))
    }

    pub(super) fn es256(point: &[u8]) -> std::result::Result<Self, String> {
        match point {
            [4, rest @ ..] if rest.len() == 64 => Ok(Self::Es256(point.to_vec())),
            _ => Err("has a P-256 key that is not an uncompressed point".to_string()),
        }
    }

    pub(super) fn eddsa(bytes: &[u8]) -> std::result::Result<Self, String> {
        match bytes.len() {
            32 => Ok(Self::EdDsa(bytes.to_vec())),
            length => Err(format!("has an Ed25519 key of {length} bytes, not of 32")),
        }
    }

    /// Whether `alg` is the algorithm of the key. RFC 9864 has a name for EdDSA with this curve alone.
    pub fn is_for(&self, alg: &str) -> bool {
        match self {
            Self::Hs256(_) => alg == "HS256",
            Self::Rs256(_) => alg == "RS256",
            Self::Es256(_) => alg == "ES256",
            Self::EdDsa(_) => alg == "EdDSA" || alg == "Ed25519",
        }
    }

    /// Whether `signature` is that of `message`. For secrets it takes as long wherever the two differ.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            Self::Hs256(key) => hmac::verify(key, message, signature),
            Self::Rs256(key) => key.verify(&signature::RSA_PKCS1_2048_8192_SHA256, message, signature),
            Self::Es256(point) => public(&signature::ECDSA_P256_SHA256_FIXED, point, message, signature),
            Self::EdDsa(key) => public(&signature::ED25519, key, message, signature),
        };
        verified.is_ok()
    }
}

fn public(
    algorithm: &'static dyn signature::VerificationAlgorithm,
    key: &[u8],
    message: &[u8],
    signature: &[u8],
) -> std::result::Result<(), ring::error::Unspecified> {
    signature::UnparsedPublicKey::new(algorithm, key).verify(message, signature)
}

/// Modulus and exponent of an `RSAPublicKey` (RFC 8017, appendix A.1.1).
fn rsa(der: &[u8]) -> spki::der::Result<(&[u8], &[u8])> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|numbers| {
        let n = UintRef::decode(numbers)?;
        let e = UintRef::decode(numbers)?;
        spki::der::Result::Ok((n.as_bytes(), e.as_bytes()))
    })?;
    reader.finish()?;
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RSA: &str = "\
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAnG6kdIu7IBX7RiVifK2eYa9K3x/YakdlwgNyCCNa4xiph/roEj65\
        GDbAJwt3VHks43v7ZX68g30KSYGU4+q4ktzpi8ZyzCfcxohVmgIgWlMtJsOhUyX56jh4Y8ROFZUeJifV6V9jEtru6bj92DAB\
        sOo9Db4F3zEH7efs8yrdXfm1E/HLmh9ZG0upbTZmryu0/6gejQs3gQhsYmWOjbSc8bTq+EovU3mmITPUsnoGiYEv2NZPk+t3\
        uUnVIghk1IsCy9Omb+o4X/+2I27mDRS5LzYBz6NUYTdrzuDYpxR9o+l0SPL79XszdUmwu/w3XXUGjDRwZSwMweHe5RoIm2cO\
        owIDAQAB\
    ";
    const RSA_1024: &str = "\
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQC1yaGCNiB3F9lohF6jVTbZ1zKwA0wLN/2ZKC3net+qkvw7VVfdiHv5e+OD\
        B6dnNtm6juuVfvajXfjXIDZE1Bt7hBDG4Wgwcnn3QZC9gvdYer/OJ0Lp4FRM+7FAfIdPIPIvqvNsix18imVMAB7kzYK92UFS\
        fQoXtlrrcUYqB0xw8QIDAQAB\
    ";
    const P256: &str = "\
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE2dW8JQJaJ5sZQfC+94TYP3bRaO33cC9nEgOu/hNlsky3ffsxO3/EirYNgaWj\
        iYiJV1Ti5kNhfJDBuV2iyljlbw==\
    ";
    const P384: &str = "\
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE2QhAog+mhP0pp7jfKEZGbL+LkNZp8fz6RYjBiZ8OW1qvHCGEX4FV6RtsemHIKNvq\
        7YEZNhFC0gxxcPpj29ubfs+lA22hvac8ewcDZVm1SI0XrCgVncztBRggiwpUIKur\
    ";
    const ED25519: &str = "\
        MCowBQYDK2VwAyEAZS3ONxu0AIJU1k1hKSBr10TAvyEaTxT4lKnjd+90ZHc=\
    ";

    fn pem(label: &str, base64: &str) -> String {
        let lines: Vec<&str> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    #[test]
    fn a_public_key_has_one_algorithm() {
        for (base64, algorithm) in [(RSA, "RS256"), (P256, "ES256"), (ED25519, "EdDSA")] {
            for text in [pem("PUBLIC KEY", base64), format!("\n {}\n", pem("PUBLIC KEY", base64))] {
                let key = TokenKey::from_pem(&text).unwrap();
                for name in ["HS256", "RS256", "RS384", "PS256", "ES256", "ES384", "EdDSA", "none", ""] {
                    assert_eq!(key.is_for(name), name == algorithm, "{algorithm} {name}");
                }
                assert!(!key.verify(b"message", b"") && !key.verify(b"message", &[0; 64]));
            }
        }
    }

    #[test]
    fn what_is_no_key_for_us_is_refused_with_its_kind() {
        for (text, shown) in [
            ("secret".to_string(), "no PEM"),
            (pem("PUBLIC KEY", RSA_1024), "1024 bits"),
            (pem("PUBLIC KEY", P384), "another kind"),
            (pem("PRIVATE KEY", ED25519), "is a PRIVATE KEY"),
            (pem("RSA PUBLIC KEY", RSA), "is a RSA PUBLIC KEY"),
            (pem("PUBLIC KEY", &RSA[..RSA.len() - 4]), "it takes PEM"),
            (pem("PUBLIC KEY", "MAA="), "is damaged"),
        ] {
            let error = TokenKey::from_pem(&text).err().unwrap();
            assert!(error.contains(shown) && !error.contains("secret"), "{error}");
        }
    }
}
