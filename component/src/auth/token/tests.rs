use std::time::{Duration, UNIX_EPOCH};

use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use ring::{hmac, rand::SystemRandom};
use serde_json::json;

use super::*;
use crate::error::{Error, Kind};

const SECRET: &str = "a secret of more than thirty-two bytes";
const NOW: u64 = 1_700_000_000;

/// With variables by their names without the prefix.
fn read(variables: &[(&str, &str)]) -> Result<Option<Tokens>> {
    Tokens::read(|name| {
        let found =
            variables.iter().find(|(variable, _)| name.strip_prefix("POLAROID_JWT_") == Some(variable));
        Ok(found.map(|(_, value)| value.to_string()))
    })
}

fn configured(variables: &[(&str, &str)]) -> Tokens {
    read(variables).unwrap().unwrap()
}

fn parts(header: &Value, claims: &Value) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}", part(header), part(claims))
}

fn signed(header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
    let message = parts(header, claims);
    let signature = URL_SAFE_NO_PAD.encode(sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn hs256(secret: &str) -> impl FnOnce(&[u8]) -> Vec<u8> {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    move |message| hmac::sign(&key, message).as_ref().to_vec()
}

fn ask(tokens: &Tokens, token: &str) -> Result<Principal> {
    tokens.principal(token.as_bytes(), UNIX_EPOCH + Duration::from_secs(NOW))
}

fn claimed(tokens: &Tokens, claims: Value) -> Result<Principal> {
    ask(tokens, &signed(&json!({"alg": "HS256", "typ": "JWT"}), &claims, hs256(SECRET)))
}

fn refused_with(outcome: Result<Principal>, text: &str) {
    let error = outcome.unwrap_err();
    assert_eq!(error.kind, Kind::InvalidCredential);
    assert!(error.detail.contains(text), "{error} is not about {text}");
}

#[test]
fn times_have_a_leeway() {
    let tokens = configured(&[("SECRET", SECRET)]);
    let name = |claims| claimed(&tokens, claims).map(|principal| principal.name.unwrap());
    assert_eq!(name(json!({"exp": NOW + 1, "sub": "ada"})).unwrap(), "ada");
    assert_eq!(name(json!({"exp": NOW - 29, "nbf": NOW + 30})).unwrap(), "jwt");
    assert_eq!(name(json!({"exp": NOW as f64 + 0.5, "nbf": NOW as f64 - 0.5})).unwrap(), "jwt");
    for (claims, text) in [
        (json!({"exp": NOW - 30}), "expired"),
        (json!({"exp": 0}), "expired"),
        (json!({"exp": -1e300}), "expired"),
        (json!({"exp": NOW + 60, "nbf": NOW + 31}), "not valid yet"),
        (json!({}), "no claim exp"),
        (json!({"exp": null}), "no claim exp"),
        (json!({"exp": "9999999999"}), "claims"),
        (json!({"exp": NOW + 60, "nbf": "0"}), "claims"),
        (json!({"exp": NOW + 60, "sub": 5}), "claims"),
        (json!([NOW + 60]), "claims"),
        (json!("exp"), "claims"),
    ] {
        refused_with(claimed(&tokens, claims), text);
    }
    let exact = configured(&[("SECRET", SECRET), ("LEEWAY", "0")]);
    assert!(claimed(&exact, json!({"exp": NOW + 1, "nbf": NOW})).is_ok());
    refused_with(claimed(&exact, json!({"exp": NOW})), "expired");
    refused_with(claimed(&exact, json!({"exp": NOW + 1, "nbf": NOW + 1})), "not valid yet");
}

#[test]
fn issuers_and_audiences_are_required_where_they_are_configured() {
    let open = configured(&[("SECRET", SECRET)]);
    let exp = NOW + 60;
    assert!(claimed(&open, json!({"exp": exp, "iss": "anyone"})).is_ok());
    for aud in [json!("us"), json!(["us"]), json!([])] {
        refused_with(claimed(&open, json!({"exp": exp, "aud": aud})), "another audience");
    }
    refused_with(claimed(&open, json!({"exp": exp, "aud": 5})), "claims");
    let closed = configured(&[("SECRET", SECRET), ("ISSUER", "joe"), ("AUDIENCE", "us, them")]);
    for aud in [json!("us"), json!("them"), json!(["others", "us"])] {
        assert!(claimed(&closed, json!({"exp": exp, "iss": "joe", "aud": aud})).is_ok());
    }
    for (claims, text) in [
        (json!({"exp": exp, "iss": "joe"}), "no claim aud"),
        (json!({"exp": exp, "aud": "us"}), "no claim iss"),
        (json!({"exp": exp, "iss": "joe", "aud": "us, them"}), "another audience"),
        (json!({"exp": exp, "iss": "joe", "aud": ["others"]}), "another audience"),
        (json!({"exp": exp, "iss": "joe", "aud": []}), "another audience"),
        (json!({"exp": exp, "iss": "Joe", "aud": "us"}), "another issuer"),
        (json!({"exp": exp, "iss": ["joe"], "aud": "us"}), "claims"),
    ] {
        refused_with(claimed(&closed, claims), text);
    }
}

#[test]
fn the_claim_of_tables() {
    let claim = "https://example.com/tables";
    let with = configured(&[("SECRET", SECRET), ("TABLES_CLAIM", claim)]);
    let fits = |tables: Value| {
        let principal = claimed(&with, json!({"exp": NOW + 60, claim: tables})).unwrap();
        principal.tables.unwrap().fit("data", "sales")
    };
    assert!(fits(json!(["hr.*", "sales"])) && fits(json!("hr.* sales")));
    assert!(!fits(json!(["hr.*"])) && !fits(json!([])) && !fits(json!("")));
    let none = claimed(&with, json!({"exp": NOW + 60})).unwrap().tables.unwrap();
    assert!(!none.fit("data", "sales"));
    for tables in [json!({}), json!(5), json!(null), json!(["sales", 5]), json!(["a/b"])] {
        refused_with(claimed(&with, json!({"exp": NOW + 60, claim: tables})), claim);
    }
    let without = configured(&[("SECRET", SECRET)]);
    assert!(claimed(&without, json!({"exp": NOW + 60, claim: []})).unwrap().tables.is_none());
}

#[test]
fn the_key_says_which_algorithm() {
    let tokens = configured(&[("SECRET", SECRET)]);
    let claims = json!({"exp": NOW + 60});
    let good = signed(&json!({"alg": "HS256"}), &claims, hs256(SECRET));
    assert!(ask(&tokens, &good).is_ok());
    // A `kid` names nothing where there is one key.
    assert!(ask(&tokens, &signed(&json!({"alg": "HS256", "kid": "x"}), &claims, hs256(SECRET))).is_ok());
    let (message, signature) = good.rsplit_once('.').unwrap();
    let (header, body) = message.split_once('.').unwrap();
    let mut bad = vec![
        format!("{message}."),
        format!("{message}.{signature}="),
        format!("{message}.{}", &signature[1..]),
        format!("{message}.{}", signature.to_lowercase()),
        format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(json!({"exp": NOW + 61}).to_string())),
        format!(".{body}.{signature}"),
        format!("{header}..{signature}"),
        "..".to_string(),
        format!("{header}.{body}.{signature}\u{fc}"),
        signed(&json!({"alg": "HS256"}), &claims, hs256("another secret of thirty-two bytes and more")),
        signed(&json!({"alg": "HS256", "crit": ["x"], "x": 1}), &claims, hs256(SECRET)),
        signed(&json!({"alg": "HS256", "crit": null}), &claims, hs256(SECRET)),
        signed(&json!({"typ": "JWT"}), &claims, hs256(SECRET)),
        signed(&json!(["HS256"]), &claims, hs256(SECRET)),
    ];
    for alg in ["none", "None", "", "hs256", "HS384", "RS256", "ES256", "EdDSA"] {
        bad.push(signed(&json!({"alg": alg}), &claims, hs256(SECRET)));
        bad.push(format!("{}.", parts(&json!({"alg": alg}), &claims)));
    }
    let told: Vec<Error> = bad.iter().map(|token| ask(&tokens, token).unwrap_err()).collect();
    // None of them learns more than the others.
    assert!(told.iter().all(|error| *error == not_valid()), "{told:?}");
}

#[test]
fn keys_of_a_set_by_their_names() {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let ec = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
    let ed = |seed: u8| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
    let okp = |kid: &str, key: &Ed25519KeyPair| {
        let x = URL_SAFE_NO_PAD.encode(key.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "kid": kid, "use": "sig", "x": x})
    };
    let point = ec.public_key().as_ref();
    let (x, y) = (URL_SAFE_NO_PAD.encode(&point[1..33]), URL_SAFE_NO_PAD.encode(&point[33..]));
    let set = json!({"keys": [
        {"kty": "EC", "crv": "P-256", "alg": "ES256", "x": x, "y": y},
        okp("one", &ed(1)),
        okp("two", &ed(2)),
        {"kty": "oct", "kid": "secret", "k": URL_SAFE_NO_PAD.encode(SECRET)},
        {"kty": "RSA", "kid": "enc", "use": "enc", "n": "AQAB", "e": "AQAB"},
        {"kty": "EC", "crv": "secp256k1", "x": x, "y": y},
        {"kty": "new"},
    ]});
    let tokens = configured(&[("JWKS", &set.to_string())]);
    let claims = json!({"exp": NOW + 60});
    let es256 = |message: &[u8]| ec.sign(&random, message).unwrap().as_ref().to_vec();
    let eddsa = |seed: u8| move |message: &[u8]| ed(seed).sign(message).as_ref().to_vec();
    assert!(ask(&tokens, &signed(&json!({"alg": "ES256"}), &claims, es256)).is_ok());
    assert!(ask(&tokens, &signed(&json!({"alg": "EdDSA", "kid": "one"}), &claims, eddsa(1))).is_ok());
    assert!(ask(&tokens, &signed(&json!({"alg": "Ed25519", "kid": "two"}), &claims, eddsa(2))).is_ok());
    for token in [
        signed(&json!({"alg": "EdDSA", "kid": "one"}), &claims, eddsa(2)),
        signed(&json!({"alg": "EdDSA", "kid": "three"}), &claims, eddsa(1)),
        // It could be either.
        signed(&json!({"alg": "EdDSA"}), &claims, eddsa(1)),
        signed(&json!({"alg": "ES256", "kid": "one"}), &claims, eddsa(1)),
        signed(&json!({"alg": "EdDSA"}), &claims, es256),
        signed(&json!({"alg": "HS256", "kid": "secret"}), &claims, hs256(SECRET)),
        signed(&json!({"alg": "HS256"}), &claims, hs256(SECRET)),
        // The public key as a secret.
        signed(&json!({"alg": "HS256", "kid": "one"}), &claims, |message| {
            hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, ed(1).public_key().as_ref()), message)
                .as_ref()
                .to_vec()
        }),
    ] {
        assert_eq!(ask(&tokens, &token).unwrap_err(), not_valid());
    }
}

#[test]
fn mistakes_of_the_configuration_are_named_and_show_nothing() {
    let set = |key: Value| json!({"keys": [key]}).to_string();
    let twice = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": URL_SAFE_NO_PAD.encode([7; 32])});
    let twice = json!({"keys": [twice, twice]}).to_string();
    for (variables, shown) in [
        (&[("SECRET", "secret-short-one")][..], "is too short"),
        (&[("SECRET", SECRET), ("JWKS", "{}")], "more than one is set"),
        (&[("JWKS", "secret")], "no set of keys"),
        (&[("JWKS", "{\"keys\": []}")], "has no key"),
        (&[("JWKS", &set(json!({"kty": "oct", "k": "c2VjcmV0"})))], "has no key"),
        (&[("JWKS", &set(json!({"kty": "OKP", "crv": "Ed25519", "x": "secret"})))], "key 1"),
        (&[("JWKS", &set(json!({"kty": "OKP", "crv": "Ed25519"})))], "no x"),
        (&[("JWKS", &set(json!({"kty": "RSA", "n": "c2VjcmV0", "e": "AQAB"})))], "bits"),
        (&[("JWKS", &twice)], "key 2 whose kid another key has"),
        (&[("SECRET", SECRET), ("LEEWAY", "5m")], "LEEWAY is no such number"),
        (&[("SECRET", "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA")], "is a key for"),
        (&[("SECRET", SECRET), ("LEEWAY", "3601")], "3600"),
        (&[("SECRET", SECRET), ("AUDIENCE", "a,,b")], "AUDIENCE has an empty name"),
        (&[("ISSUER", "joe")], "ISSUER is set, but no key"),
    ] {
        let error = read(variables).err().unwrap_or_else(|| panic!("{variables:?} is taken"));
        assert_eq!(error.kind, Kind::InvalidConfiguration);
        assert!(error.detail.contains(shown), "{error}");
        assert!(!error.detail.contains("secret") && !error.detail.contains("c2VjcmV0"), "{error}");
    }
}
