//! Parameters as a saved query declares them: comment lines at the beginning of its text.
//!
//! ```sql
//! -- The largest customers of a country.
//! -- @param country VARCHAR  A code of two letters
//! -- @param most BIGINT = 10  How many
//! SELECT name FROM customers WHERE country = $country LIMIT $most
//! ```
//!
//! A type is one of those that parameters have. After `=` comes the value of a parameter that is not given: a word, or
//! a JSON string where it has spaces; `NULL` is NULL. The comment lines before the first declaration describe the query.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;

use super::{Members, Param, json, typed_literal};

/// What a saved query says of itself.
#[derive(Clone, Debug, Default)]
pub struct Header {
    pub description: String,
    pub parameters: Vec<Declared>,
}

/// A parameter with the type that its values have.
#[derive(Clone, Debug, Serialize)]
pub struct Declared {
    pub name: String,
    /// The SQL name of the type, in capitals: `BIGINT`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The value where none is given; without one, a value must be given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Box<RawValue>>,
    pub description: String,
}

/// What is wrong with a declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1.
    pub line: u64,
    pub message: String,
}

/// Reads what the text of a saved query declares. No parameter may have a name of `reserved`.
pub fn header(text: &str, reserved: &[&str]) -> Result<Header, Fault> {
    let mut header = Header::default();
    let mut description: Vec<&str> = Vec::new();
    for (line, number) in text.lines().map(str::trim).zip(1..) {
        let Some(comment) = line.strip_prefix("--").map(str::trim) else {
            match line.is_empty() {
                true => continue,
                false => break,
            }
        };
        let fault = |message: String| Fault { line: number, message };
        match word(comment) {
            ("@param", rest) => {
                let declared = declaration(rest, reserved).map_err(fault)?;
                if header.parameters.iter().any(|other| other.name == declared.name) {
                    return Err(fault(format!("the parameter \"{}\" is declared twice", declared.name)));
                }
                header.parameters.push(declared);
            }
            (tag, _) if tag.starts_with('@') => {
                return Err(fault(format!("{tag} is not known; declare parameters by {FORM}")));
            }
            _ if header.parameters.is_empty() => description.push(comment),
            _ => {}
        }
    }
    header.description = description.join("\n").trim().to_owned();
    Ok(header)
}

const FORM: &str = "-- @param NAME TYPE [= DEFAULT] [DESCRIPTION]";

fn declaration(text: &str, reserved: &[&str]) -> Result<Declared, String> {
    let (name, rest) = word(text);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(format!(
            "\"{name}\" is no name of a parameter: letters, digits and underscores, and no digit first; write {FORM}"
        ));
    }
    if reserved.contains(&name) {
        return Err(format!("a parameter cannot be called \"{name}\", as an option of every query is"));
    }
    // `=` ends the type as a space does.
    let (kind, rest) =
        rest.split_at(rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len()));
    let rest = rest.trim_start();
    if kind.is_empty() {
        return Err(format!("the parameter \"{name}\" has no type; write {FORM}"));
    }
    let kind = canonical(kind);
    value(&kind, "null").map_err(|why| format!("the parameter \"{name}\" has the type {kind}: {why}"))?;
    let (default, rest) = match rest.strip_prefix('=') {
        Some(rest) => {
            let (raw, rest) = default(&kind, rest.trim_start())
                .map_err(|why| format!("the default of \"{name}\" is no {kind}: {why}"))?;
            (Some(raw), rest)
        }
        None => (None, rest),
    };
    Ok(Declared { name: name.to_owned(), kind, default, description: rest.trim().to_owned() })
}

/// The first word, and what follows it without the space between.
fn word(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim_start())
}

/// The name of a type in capitals, and of several names one.
fn canonical(kind: &str) -> String {
    match kind.to_ascii_uppercase().as_str() {
        "BOOL" => "BOOLEAN",
        "TEXT" | "STRING" => "VARCHAR",
        "INT" => "INTEGER",
        "REAL" => "FLOAT",
        "NUMERIC" => "DECIMAL",
        kind => kind,
    }
    .to_owned()
}

/// The default at the beginning of `text`, as JSON, and what follows it.
fn default<'a>(kind: &str, text: &'a str) -> Result<(Box<RawValue>, &'a str), String> {
    let (raw, rest) = if text.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Box<RawValue>>();
        let raw = values.next().transpose().map_err(|error| error.to_string())?;
        (raw, &text[values.byte_offset()..])
    } else {
        let (bare, rest) = word(text);
        let raw = match bare {
            "" => None,
            null if null.eq_ignore_ascii_case("null") => Some(RawValue::NULL.to_owned()),
            bare => Some(of_text(kind, bare)),
        };
        (raw, rest)
    };
    let raw = raw.ok_or("nothing follows the =")?;
    value(kind, raw.get())?;
    Ok((raw, rest))
}

fn value(kind: &str, raw: &str) -> Result<Param, String> {
    let value = json(raw).ok_or("expected a string, a number, a boolean or null")?;
    typed_literal(&kind.to_ascii_lowercase(), value).map(Param)
}

/// A text as JSON: what JSON writes without quotes, if the type has such values, else a string.
fn of_text(kind: &str, text: &str) -> Box<RawValue> {
    let is_bare = match kind {
        "BOOLEAN" => matches!(text, "true" | "false"),
        "VARCHAR" | "DATE" | "TIME" | "TIMESTAMP" | "TIMESTAMPTZ" | "INTERVAL" | "BLOB" => false,
        _ => text.trim() == text && serde_json::from_str::<serde_json::Number>(text).is_ok(),
    };
    let bare = is_bare.then(|| RawValue::from_string(text.to_owned()).ok()).flatten();
    bare.unwrap_or_else(|| serde_json::value::to_raw_value(text).expect("a text is JSON"))
}

impl Declared {
    /// The value that JSON says, checked.
    ///
    /// # Errors
    /// What was sent, and what the parameter takes.
    pub fn json(&self, raw: &RawValue) -> Result<Param, String> {
        value(&self.kind, raw.get()).map_err(|why| {
            const SHOWN: usize = 100;
            let mut sent: String = raw.get().chars().take(SHOWN).collect();
            if sent.len() < raw.get().len() {
                sent.push('…');
            }
            format!("parameter \"{}\" is {sent}, and takes {}: {why}", self.name, self.kind)
        })
    }

    /// The value that a text says, as in a URL. No text is NULL.
    ///
    /// # Errors
    /// As of [`Declared::json`].
    pub fn text(&self, text: &str) -> Result<Param, String> {
        self.json(&of_text(&self.kind, text))
    }
}

/// The values that a JSON object has for names, each name once.
pub fn members(raw: &RawValue) -> Result<BTreeMap<String, Box<RawValue>>, String> {
    if !raw.get().starts_with('{') {
        return Err("the parameters of a saved query are an object, {\"name\": value}".to_owned());
    }
    serde_json::from_str(raw.get()).map(|Members(members)| members).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(declaration: &str) -> Result<Declared, String> {
        let header = header(&format!("-- @param {declaration}\nSELECT 1"), &["format"]);
        header.map(|mut header| header.parameters.remove(0)).map_err(|fault| fault.message)
    }

    fn default_of(declaration: &str) -> Option<String> {
        one(declaration).unwrap().default.map(|raw| raw.get().to_owned())
    }

    #[test]
    fn a_header_is_what_comes_before_the_statement() {
        let text = "\n-- The largest\n--customers.\n--\n\n-- @param a varchar  A code = two letters\n-- not told\n  \
                    -- @param b INT=10\r\nSELECT $a -- @param c\n-- @param d DATE\n";
        let header = header(text, &[]).unwrap();
        assert_eq!(header.description, "The largest\ncustomers.");
        let declared: Vec<_> = header
            .parameters
            .iter()
            .map(|p| {
                (
                    p.name.as_str(),
                    p.kind.as_str(),
                    p.default.as_ref().map(|raw| raw.get()),
                    p.description.as_str(),
                )
            })
            .collect();
        let expected = [("a", "VARCHAR", None, "A code = two letters"), ("b", "INTEGER", Some("10"), "")];
        assert_eq!(declared, expected);
        assert!(super::header("SELECT 1\n-- @nothing", &[]).unwrap().parameters.is_empty());
    }

    #[test]
    fn defaults_are_words_or_json_strings() {
        for (declaration, default) in [
            ("a BIGINT = 10 how many", "10"),
            ("a DECIMAL = 1.50", "1.50"),
            ("a VARCHAR = 10", "\"10\""),
            ("a VARCHAR = \"two words\" and more", "\"two words\""),
            ("a VARCHAR = \"null\"", "\"null\""),
            ("a VARCHAR = NULL", "null"),
            ("a DATE = 2024-02-29", "\"2024-02-29\""),
            ("a BOOLEAN = true", "true"),
            ("a DOUBLE = NaN", "\"NaN\""),
        ] {
            assert_eq!(default_of(declaration).as_deref(), Some(default), "{declaration}");
        }
        assert_eq!(one("a VARCHAR = \"two words\" and more").unwrap().description, "and more");
    }

    #[test]
    fn mistakes_are_named() {
        for (declaration, text) in [
            ("", "no name"),
            ("1a BIGINT", "\"1a\""),
            ("a", "no type"),
            ("a NUMBER", "NUMBER"),
            ("a BIGINT = ten", "\"ten\""),
            ("a BIGINT =", "nothing follows"),
            ("a VARCHAR = \"open", "EOF"),
            ("format VARCHAR", "option"),
            ("a DATE = 29.2.2024", "2025-12-31"),
        ] {
            let message = one(declaration).unwrap_err();
            assert!(message.contains(text), "{declaration}: {message}");
        }
        let fault = header("-- x\n-- @param a DATE\n-- @param a DATE", &[]).unwrap_err();
        assert_eq!((fault.line, fault.message.contains("twice")), (3, true));
        let fault = header("-- x\n-- @parm a DATE", &[]).unwrap_err();
        assert_eq!((fault.line, fault.message.contains("@parm")), (2, true));
    }

    #[test]
    fn a_value_is_of_its_type_in_json_and_in_a_url() {
        let json = |kind: &str, raw: &str| {
            one(&format!("a {kind}")).unwrap().json(&RawValue::from_string(raw.to_owned()).unwrap())
        };
        let text = |kind: &str, text: &str| one(&format!("a {kind}")).unwrap().text(text);
        for (kind, raw, words) in [
            ("BIGINT", "10", "10"),
            ("DOUBLE", "1e3", "1e3"),
            ("BOOLEAN", "false", "false"),
            ("VARCHAR", "\"10\"", "10"),
            ("VARCHAR", "\"'; DROP\"", "'; DROP"),
            ("TIMESTAMP", "\"2024-02-29 12:00:00\"", "2024-02-29 12:00:00"),
            ("DECIMAL", "1.50", "1.50"),
        ] {
            assert_eq!(text(kind, words).unwrap(), json(kind, raw).unwrap(), "{kind} {words}");
        }
        for (kind, words) in
            [("BIGINT", "ten"), ("BIGINT", " 1"), ("DOUBLE", "1 OR 1"), ("BOOLEAN", "yes"), ("DATE", "")]
        {
            let message = text(kind, words).unwrap_err();
            assert!(
                message.contains("\"a\"") && message.contains(kind) && message.contains(words),
                "{message}"
            );
        }
        assert!(json("VARCHAR", "[1]").is_err() && json("VARCHAR", "1").is_err());
        assert!(json("BIGINT", "null").is_ok());
    }
}
