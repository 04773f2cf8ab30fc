//! What is kept of a key. The component reads the same: JSON objects one after the other, one a line by custom.

use ring::digest::{SHA256, digest};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt::{self, Display};
use std::num::NonZeroU64;
use std::str::FromStr;

/// Longest name, in characters.
const LONGEST_NAME: usize = 64;

/// One key. It may ask for whatever it is not kept from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub name: Name,
    pub sha256: Sha256,
    /// Patterns of the tables that it may read, all of them when `None`. What they mean is the component's business.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub tables: Option<Vec<String>>,
    /// Rows of an answer.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub max_rows: Option<NonZeroU64>,
    /// Bytes of an answer.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub max_bytes: Option<NonZeroU64>,
    /// Milliseconds of a query.
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    pub timeout_ms: Option<NonZeroU64>,
}

/// A field that is there has a value: `null` is none, and must not pass for a field that is left out, which allows all.
fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Checks a pattern of tables, by the rules that the component has for them.
pub fn pattern(text: &str) -> Result<String, String> {
    let (root, name) = text.split_once('.').map_or((None, text), |(root, name)| (Some(root), name));
    let why = if name.is_empty() || root == Some("") {
        "it has an empty part"
    } else if text.contains('/') {
        "it has a '/', and a folder is one table with all that lies in it"
    } else if text.contains("**") {
        "it has '**'"
    } else {
        return Ok(text.to_owned());
    };
    Err(format!("the table pattern {text:?}: {why}; accepted are NAME and ROOT.NAME, with * and ?"))
}

/// Who a key belongs to, as logs have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Name(String);

/// A key's hash, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256(String);

impl Entry {
    /// As it stands in a file.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers serialise")
    }
}

impl TryFrom<String> for Name {
    type Error = String;

    fn try_from(name: String) -> Result<Name, String> {
        if !(1..=LONGEST_NAME).contains(&name.chars().count()) || name.contains(char::is_control) {
            return Err(format!(
                "the name {name:?}: accepted are 1 to {LONGEST_NAME} characters, none of them a control character"
            ));
        }
        Ok(Name(name))
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(name: &str) -> Result<Name, String> {
        name.to_owned().try_into()
    }
}

impl Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Sha256 {
    pub fn of(key: &str) -> Sha256 {
        let hash = digest(&SHA256, key.as_bytes());
        Sha256(hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

impl TryFrom<String> for Sha256 {
    type Error = String;

    fn try_from(hash: String) -> Result<Sha256, String> {
        if hash.len() != 64 || !hash.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            // Not shown: it may be the key itself.
            return Err("sha256: accepted are the 64 hexadecimal digits of the key's SHA-256".into());
        }
        Ok(Sha256(hash.to_ascii_lowercase()))
    }
}

/// The entries of a text, each checked. An error says where it is.
pub fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Entry>();
    loop {
        let rest = text[stream.byte_offset()..].trim_start();
        if rest.is_empty() {
            return Ok(entries);
        }
        let number = entries.len() + 1;
        let line = text[..text.len() - rest.len()].matches('\n').count() + 1;
        let at = |line: usize, seen: &str| format!("line {line}, entry {number}: {seen}");
        // Said here, since serde would show the text, which may be a key.
        if !rest.starts_with('{') {
            return Err(at(
                line,
                "this is no JSON object; accepted are objects one after the other, one a line",
            ));
        }
        match stream.next() {
            Some(Ok(entry)) if entries.iter().any(|other| other.name == entry.name) => {
                return Err(at(line, &format!("the name {:?} is taken by an entry above", entry.name.0)));
            }
            Some(Ok(entry)) if entries.iter().any(|other| other.sha256 == entry.sha256) => {
                return Err(at(line, &format!("the key of {:?} is that of an entry above", entry.name.0)));
            }
            Some(Ok(entry)) => {
                let tables = entry.tables.iter().flatten().try_for_each(|text| pattern(text).map(drop));
                tables.map_err(|seen| at(line, &seen))?;
                entries.push(entry);
            }
            Some(Err(error)) => return Err(at(error.line(), &told(&error))),
            None => return Ok(entries),
        }
    }
}

/// The error without its place, which is said in front, and without values: what stands in the wrong place may be a
/// key.
fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = text.strip_suffix(&place).unwrap_or(&text);
    const OURS: [&str; 5] = ["missing field", "duplicate field", "the name", "sha256:", "EOF"];
    match text {
        text if OURS.iter().any(|begin| text.starts_with(begin)) => text.to_owned(),
        text if text.starts_with("unknown field") => {
            "a field that entries do not have; accepted are name, sha256, tables, max_rows, max_bytes and timeout_ms".into()
        }
        _ if error.is_data() => "a value of another type than its field takes; limits are whole numbers from 1 on".into(),
        _ => "this is not JSON".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    const OTHER: &str = "486ea46224d1bb4fb680f34f7c9ad96a8f24ec88be73ea8e5a6c65260e9cb8a7";

    #[test]
    fn a_hash_is_that_of_the_keys_bytes() {
        assert_eq!(Sha256::of("hello"), Sha256(HASH.into()));
    }

    #[test]
    fn entries_are_read_one_after_the_other_and_written_as_they_were() {
        let one = format!(r#"{{"name":"ci","sha256":"{HASH}"}}"#);
        let other = HASH.replace('2', "3");
        let two = format!(
            r#"{{"name":"me","sha256":"{other}","tables":["a","b.*"],"max_rows":1,"max_bytes":2,"timeout_ms":3}}"#
        );
        for text in [format!("{one}\n{two}\n"), format!("{one}{two}"), format!("\n {one}\n\n{two}  ")] {
            let entries = parse(&text).unwrap();
            let lines: Vec<String> = entries.iter().map(Entry::line).collect();
            assert_eq!(lines, [&*one, &*two], "{text}");
        }
        assert_eq!(parse(" \n").unwrap(), []);
        assert_eq!(parse(&one.replace(HASH, &HASH.to_uppercase())).unwrap()[0].line(), one);
    }

    #[test]
    fn errors_name_the_line_and_the_entry() {
        let good = format!(r#"{{"name":"ci","sha256":"{HASH}"}}"#);
        for (bad, seen) in [
            (r#"{"name":"x"}"#.to_owned(), "line 3, entry 2: missing field `sha256`"),
            (
                format!(r#"{{"name":"x","sha256":"{HASH}","table":[]}}"#),
                "line 3, entry 2: a field that entries do not have",
            ),
            (
                format!(r#"{{"name":"","sha256":"{HASH}"}}"#),
                "line 3, entry 2: the name \"\": accepted are 1 to 64",
            ),
            (format!(r#"{{"name":"{}","sha256":"{HASH}"}}"#, "x".repeat(65)), "accepted are 1 to 64"),
            (format!(r#"{{"name":"a\nb","sha256":"{HASH}"}}"#), "none of them a control character"),
            (good.clone(), "line 3, entry 2: the name \"ci\" is taken by an entry above"),
            (format!(r#"{{"name":"x","sha256":"{HASH}","max_rows":0}}"#), "whole numbers from 1 on"),
            (r#"{"name":"x","sha256":"secret"}"#.to_owned(), "accepted are the 64 hexadecimal digits"),
            (format!(r#"{{"name":"x","sha256":"{HASH}"}}"#), "the key of \"x\" is that of an entry above"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","tables":null}}"#), "another type"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","max_rows":null}}"#), "another type"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","tables":["a","b/c"]}}"#), "has a '/'"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","tables":[""]}}"#), "an empty part"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","tables":["**"]}}"#), "has '**'"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","secret":1}}"#), "a field that entries do not have"),
            (format!(r#"{{"name":"x","sha256":"{OTHER}","max_rows":"secret"}}"#), "another type"),
            (
                format!("{{\n\"name\":\"x\",\n\"sha256\":\"{HASH}\",\n\"max_rows\":-1}}"),
                "line 6, entry 2: a value of another type",
            ),
            ("\"secret\"".to_owned(), "line 3, entry 2: this is no JSON object"),
            ("secret".to_owned(), "line 3, entry 2: this is no JSON object"),
            (format!("[{good}]"), "line 3, entry 2: this is no JSON object"),
            ("{\"name\":".to_owned(), "line 3, entry 2: EOF while parsing"),
        ] {
            let error = parse(&format!("{good}\n\n{bad}")).unwrap_err();
            assert!(error.contains(seen) && !error.contains("secret"), "{bad}: {error}");
        }
    }
}
