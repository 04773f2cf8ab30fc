//! API keys. Only their SHA-256 is known here: a key is 256 random bits, which no salt makes harder to guess.

use std::collections::HashSet;

use serde::{Deserialize, Deserializer};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::principal::{Limits, Principal};
use super::{Patterns, invalid};
use crate::error::Result;

/// The keys that are accepted.
pub struct Keys(Vec<Key>);

struct Key {
    sha256: [u8; 32],
    principal: Principal,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    sha256: String,
    #[serde(default, deserialize_with = "given")]
    tables: Option<Vec<String>>,
    #[serde(default, deserialize_with = "given")]
    max_rows: Option<u64>,
    #[serde(default, deserialize_with = "given")]
    max_bytes: Option<u64>,
    #[serde(default, deserialize_with = "given")]
    timeout_ms: Option<u64>,
}

/// A field that is there has a value: `"tables": null` would otherwise stand for all tables.
pub(super) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// The text of the file `path` in the sandbox, which `variable` names.
pub fn read(variable: &str, path: &str) -> Result<String> {
    if path.split('/').any(|part| part == "..") {
        return Err(invalid(variable, "has '..'; it takes the path of a file in the sandbox"));
    }
    std::fs::read_to_string(path).map_err(|error| {
        let path = path.escape_debug();
        invalid(
            variable,
            &format!("names '{path}', which cannot be read: {}; mount its directory", error.kind()),
        )
    })
}

/// Characters of a text that is never shown: keys and hashes are longer.
const LEAST_OF_A_SECRET: usize = 32;

impl Keys {
    /// Entries are JSON objects with any space between them, so that one can be appended as a line.
    ///
    /// # Errors
    /// The entry of `variable` that is not one, by its name or number. It shows no value: what stands in the
    /// wrong place may be a key.
    pub fn parse(variable: &str, text: &str) -> Result<Self> {
        let mut keys = Vec::new();
        let mut names = HashSet::new();
        let mut hashes = HashSet::new();
        let mut entries = serde_json::Deserializer::from_str(text).into_iter::<Entry>();
        loop {
            let (number, rest) = (keys.len() + 1, &text[entries.byte_offset()..]);
            // serde would take an array for the fields in their order.
            if rest.trim_start().starts_with('[') {
                return Err(invalid(variable, &format!("has an entry {number} that is an array; {TAKES}")));
            }
            let Some(entry) = entries.next() else { break };
            let entry = entry.map_err(|error| {
                invalid(variable, &format!("has an entry {number} that {}", told(&error)))
            })?;
            let refuse = |what: &str| {
                // What stands in the place of a name may be a hash or a key.
                let name = Some(&entry.name).filter(|name| name.chars().count() < LEAST_OF_A_SECRET);
                let name = name.map(|name| format!(" (\"{}\")", name.escape_debug())).unwrap_or_default();
                invalid(variable, &format!("has an entry {number}{name} {what}"))
            };
            if !(1..=64).contains(&entry.name.chars().count()) || entry.name.chars().any(char::is_control) {
                return Err(refuse(
                    "whose name is not of 1 to 64 characters, none of them a control character",
                ));
            }
            let mut sha256 = [0; 32];
            if hex::decode_to_slice(&entry.sha256, &mut sha256).is_err() {
                return Err(refuse("whose sha256 is not of 64 hexadecimal digits"));
            }
            if !names.insert(entry.name.clone()) {
                return Err(refuse("whose name another entry has"));
            }
            if !hashes.insert(sha256) {
                return Err(refuse("whose sha256 another entry has"));
            }
            if entry.timeout_ms == Some(0) {
                return Err(refuse("whose timeout_ms is 0; it takes milliseconds from 1 on"));
            }
            let tables = entry.tables.as_deref().map(Patterns::parse).transpose();
            let tables = tables.map_err(|error| refuse(&format!("with a mistake: {error}")))?;
            let limits =
                Limits { max_rows: entry.max_rows, max_bytes: entry.max_bytes, timeout_ms: entry.timeout_ms };
            keys.push(Key { sha256, principal: Principal { name: Some(entry.name), tables, limits } });
        }
        if keys.is_empty() {
            return Err(invalid(variable, &format!("has no entry; {TAKES}")));
        }
        Ok(Self(keys))
    }

    /// Whose key `text` is.
    pub fn principal(&self, text: &[u8]) -> Option<Principal> {
        let digest: [u8; 32] = Sha256::digest(text).into();
        let place = self.place(|key| key.sha256.ct_eq(&digest))?;
        Some(self.0[place].principal.clone())
    }

    /// Where the key lies that `is_it` fits, of which there is one at most. How long it takes tells neither
    /// that nor where: every key is asked, and the place is selected, not branched to.
    fn place(&self, mut is_it: impl FnMut(&Key) -> Choice) -> Option<usize> {
        const NOWHERE: u64 = u64::MAX;
        let mut found = NOWHERE;
        for (place, key) in self.0.iter().enumerate() {
            found.conditional_assign(&(place as u64), is_it(key));
        }
        (found != NOWHERE).then_some(found as usize)
    }
}

const TAKES: &str =
    "it takes objects with name and sha256, which may have tables, max_rows, max_bytes and timeout_ms";

/// What is wrong with an entry and where. serde's own words may quote values.
fn told(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let what = match message.split_once(" at line") {
        // The names of fields that are missing, or there twice, are ours.
        Some((what, _)) if what.starts_with("missing field") || what.starts_with("duplicate field") => {
            format!("has a {what}")
        }
        _ if message.starts_with("unknown field") => "has a field that entries do not have".to_string(),
        _ if error.is_data() => "is no object, or has a value of another type than it takes".to_string(),
        _ => "is not JSON".to_string(),
    };
    format!("{what} (line {}, column {}); {TAKES}", error.line(), error.column())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Kind;

    fn hash(key: &str) -> String {
        hex::encode(Sha256::digest(key))
    }

    fn entry(name: &str, key: &str) -> String {
        format!(r#"{{"name": "{name}", "sha256": "{}"}}"#, hash(key))
    }

    fn keys(text: &str) -> Result<Keys> {
        Keys::parse("POLAROID_API_KEYS", text)
    }

    fn name(keys: &Keys, key: &str) -> Option<String> {
        keys.principal(key.as_bytes()).and_then(|principal| principal.name)
    }

    #[test]
    fn entries_follow_each_other_with_any_space_between() {
        let text = format!("{}{}\n\n{}\t", entry("a", "k"), entry("b", "k2"), entry("c", "k\u{fc}"));
        let keys = keys(&text).unwrap();
        // Keys that are prefixes of one another are different keys.
        assert_eq!(name(&keys, "k").as_deref(), Some("a"));
        assert_eq!(name(&keys, "k2").as_deref(), Some("b"));
        assert_eq!(name(&keys, "k\u{fc}").as_deref(), Some("c"));
        for none in ["", "k3", "K", "k ", "ku\u{308}", "k22", &hash("k")] {
            assert_eq!(name(&keys, none), None, "{none}");
        }
    }

    #[test]
    fn limits_and_tables() {
        let text = format!(
            r#"{{"name": "a", "sha256": "{}", "tables": ["sales"], "max_rows": 0, "max_bytes": 5, "timeout_ms": 7}}"#,
            hash("k").to_uppercase()
        );
        let principal = keys(&text).unwrap().principal(b"k").unwrap();
        assert_eq!(principal.limits, Limits { max_rows: Some(0), max_bytes: Some(5), timeout_ms: Some(7) });
        assert!(principal.tables.unwrap().fit("data", "sales"));
    }

    #[test]
    fn every_key_is_asked_wherever_the_right_one_lies() {
        let text: String = (0..9).map(|n| entry(&format!("n{n}"), &format!("k{n}"))).collect();
        let keys = keys(&text).unwrap();
        for key in ["k0", "k4", "k8", "none"] {
            let digest: [u8; 32] = Sha256::digest(key).into();
            let mut asked = 0;
            let place = keys.place(|key| {
                asked += 1;
                key.sha256.ct_eq(&digest)
            });
            assert_eq!(asked, 9, "{key}");
            assert_eq!(place, key[1..].parse().ok(), "{key}");
        }
    }

    #[test]
    fn mistakes_are_named_and_show_nothing() {
        let secret = hash("k");
        let with = |more: &str| format!(r#"{{"name": "ci", "sha256": "{secret}", {more}}}"#);
        for (text, shown) in [
            ("", "no entry"),
            ("[]", "an array"),
            (&format!(r#" ["ci", "{secret}"]"#), "an array"),
            ("{", "not JSON"),
            (secret.as_str(), "entry 1"),
            (&format!("\"{secret}\""), "entry 1"),
            (r#"{"name": "ci"}"#, "missing field `sha256`"),
            (&format!(r#"{{"{secret}": 1}}"#), "a field that entries do not have"),
            (&format!(r#"{{"name": "ci", "sha256": ["{secret}"]}}"#), "another type"),
            (&format!(r#"{{"name": "ci", "sha256": "{secret}0"}}"#), "\"ci\""),
            (&format!(r#"{{"name": "ci", "sha256": "{}"}}"#, &secret[1..]), "64 hexadecimal"),
            (&format!(r#"{{"name": "", "sha256": "{secret}"}}"#), "1 to 64"),
            (&format!(r#"{{"name": "{}", "sha256": "{secret}"}}"#, "n".repeat(65)), "1 to 64"),
            (&format!(r#"{{"name": "a\n", "sha256": "{secret}"}}"#), "control"),
            (&format!("{} {}", entry("ci", "k"), entry("ci", "l")), "entry 2 (\"ci\") whose name"),
            (&format!("{} {}", entry("ci", "k"), entry("cd", "k")), "entry 2 (\"cd\") whose sha256"),
            (&format!("{} x", entry("ci", "k")), "entry 2"),
            (&with(r#""tables": null"#), "another type"),
            (&with(r#""tables": "sales""#), "another type"),
            (&with(r#""tables": ["a/b"]"#), "'a/b'"),
            (&with(r#""timeout_ms": 0"#), "timeout_ms is 0"),
            (&with(r#""max_rows": -1"#), "another type"),
            (&with(r#""name": "ci""#), "duplicate field `name`"),
        ] {
            let error = keys(text).err().unwrap_or_else(|| panic!("{text} is taken"));
            assert_eq!(error.kind, Kind::InvalidConfiguration);
            assert!(error.detail.contains(shown) && error.detail.contains("POLAROID_API_KEYS"), "{error}");
            assert!(!error.detail.contains(&secret[1..]), "{error}");
        }
    }
}
