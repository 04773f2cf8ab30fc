//! polaroid.toml: the settings as keys of one table.
//!
//! ```toml
//! dir = ["data", "sales=/srv/sales"]   # relative to this file
//! memory = "256MiB"
//! log-sql = true
//! ```
//!
//! A key is the name of a flag, a list stands for a flag that is given several times, a boolean for
//! a switch. Whether a value fits its flag is decided by the flag's own parser.

use super::settings;
use crate::error::Error;
use clap::Arg;
use std::ffi::OsString;
use std::ops::Range;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One line of the file.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    /// From 1.
    pub line: usize,
    pub values: Vec<OsString>,
}

/// Reads the file, whose keys are the names of `known`.
pub fn read(path: &Path, known: &[&Arg]) -> Result<Vec<Entry>, Error> {
    let usage = |text: String| Error::Usage(format!("{}: {text}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| {
        usage(format!("{error}; accepted for --config and POLAROID_CONFIG is a file of settings in TOML"))
    })?;
    // Not the directory of a link's target: what is named is where it is named.
    let folder =
        std::path::absolute(path).ok().and_then(|path| path.parent().map(Path::to_owned)).unwrap_or_default();
    parse(&text, &folder, known).map_err(usage)
}

/// Paths in `text` are relative to `folder`.
fn parse(text: &str, folder: &Path, known: &[&Arg]) -> Result<Vec<Entry>, String> {
    let table = DeTable::parse(text).map_err(|error| error.to_string().trim_end().to_owned())?;
    let line = |span: Range<usize>| text[..span.start.min(text.len())].matches('\n').count() + 1;
    let mut entries = Vec::new();
    for (key, value) in table.get_ref() {
        let line = line(key.span());
        let key: &str = key.get_ref();
        let arg = known
            .iter()
            .find(|arg| settings::name(arg) == key && key != settings::CONFIG)
            .ok_or_else(|| format!("line {line}: {}", unknown(key, known)))?;
        let values = values(arg, value).map_err(|error| format!("line {line}: {key}: {error}"))?;
        let values = values.into_iter().map(|value| settings::based(arg, value.into(), folder)).collect();
        entries.push(Entry { key: key.to_owned(), line, values });
    }
    entries.sort_by_key(|entry| entry.line);
    Ok(entries)
}

fn unknown(key: &str, known: &[&Arg]) -> String {
    let names = known.iter().map(|arg| settings::name(arg)).filter(|&name| name != settings::CONFIG);
    let near = settings::near(key, names).map(|near| format!("; there is {near}")).unwrap_or_default();
    format!(
        "no setting is called {key}{near}; accepted are the flags of `polaroid serve`, without their dashes"
    )
}

fn values(arg: &Arg, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, String> {
    match value.get_ref() {
        DeValue::Array(all) if settings::is_list(arg) => {
            all.iter().map(|value| scalar(value.get_ref())).collect()
        }
        DeValue::Array(_) => Err("seen a list, accepted is one value".into()),
        value => Ok(vec![scalar(value)?]),
    }
}

/// The value as it would be written behind a flag.
fn scalar(value: &DeValue<'_>) -> Result<String, String> {
    match value {
        DeValue::String(text) => Ok(text.clone().into_owned()),
        DeValue::Integer(number) => Ok(number.to_string()),
        DeValue::Float(number) => Ok(number.to_string()),
        DeValue::Boolean(on) => Ok(on.to_string()),
        DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => Err(format!(
            "seen a value of type {}, accepted are text, a number or a boolean",
            value.type_str()
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<Entry>, String> {
        let command = settings::command();
        parse(text, Path::new("/etc/p"), &settings::of(&command, settings::SERVE))
    }

    fn entry(key: &str, line: usize, values: &[&str]) -> Entry {
        Entry { key: key.into(), line, values: values.iter().map(OsString::from).collect() }
    }

    #[test]
    fn values_of_every_kind_are_what_a_flag_would_be_given() {
        let text = "# settings\nmax-connections = 1_000\n\ngrace = \"5s\"\nenv = [\"A=1\", \"B\"]\n";
        let expected = [
            entry("max-connections", 2, &["1000"]),
            entry("grace", 4, &["5s"]),
            entry("env", 5, &["A=1", "B"]),
        ];
        assert_eq!(parsed(text).unwrap(), expected);
        assert_eq!(parsed("env = \"A\"").unwrap(), [entry("env", 1, &["A"])]);
        assert_eq!(parsed("").unwrap(), []);
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let text = "dir = [\"data\", \"/srv\", \"a=b\", \"./x=y\"]\ncomponent = \"p.wasm\"\ntls-key = \"/k\"";
        let dirs = ["data=/etc/p/data", "data=/srv", "a=/etc/p/b", "data=/etc/p/./x=y"];
        let expected =
            [entry("dir", 1, &dirs), entry("component", 2, &["/etc/p/p.wasm"]), entry("tls-key", 3, &["/k"])];
        assert_eq!(parsed(text).unwrap(), expected);
    }

    #[test]
    fn errors_name_the_line_and_what_is_accepted() {
        for (text, seen) in [
            (
                "grace = 1\nmax_connections = 5",
                "line 2: no setting is called max_connections; there is max-connections",
            ),
            ("colour = 1", "line 1: no setting is called colour; accepted are"),
            ("config = \"x\"", "line 1: no setting is called config"),
            ("[limits]\ngrace = 1", "line 1: no setting is called limits"),
            ("\ngrace = [1, 2]", "line 2: grace: seen a list"),
            ("grace = 2025-01-01", "line 1: grace: seen a value of type datetime"),
            ("env = [[\"A\"]]", "line 1: env: seen a value of type array"),
            ("grace = 1\ngrace = 2", "line 2, column 1"),
            ("grace = 1\nmemory = 5 12", "line 2, column 10"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(seen), "{text}: {error}");
        }
    }
}
