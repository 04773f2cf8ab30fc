//! `polaroid keys`: API keys made and listed; and the file of them that `polaroid serve` hands to its component,
//! which asks each request for one.
//!
//! | module | what it decides |
//! |---|---|
//! | [`entry`] | what is kept of a key: its name, its hash, what it may |
//! | [`file`] | the file of entries, who may change it, how one is added |
//! | [`in_force`] | the keys of a server, exchanged while it serves |

mod entry;
mod file;
mod in_force;

pub use entry::{Name, pattern};
pub use in_force::ApiKeys;

use crate::args::{KeysArgs, NewKey};
use crate::error::Error;
use crate::output::{Output, Target};
use crate::query::printable;
use crate::stderr::say;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use entry::{Entry, Sha256};
use ring::rand::{SecureRandom, SystemRandom};
use std::path::Path;
use std::time::Duration;
use unicode_width::UnicodeWidthStr;

/// Tells people, and programs that look for secrets where none should be, what this is.
const PREFIX: &str = "polaroid_";

/// Bytes of a key that nobody can guess, so that its hash needs no salt and no slowness.
const RANDOM: usize = 32;

/// Makes a key, or shows those of a file.
pub fn run(args: KeysArgs) -> Result<(), Error> {
    match args {
        KeysArgs::New(new) => make(new),
        KeysArgs::List { file } => list(&file),
    }
}

/// The key is alone on standard output, and nowhere else: only its hash is kept.
fn make(new: NewKey) -> Result<(), Error> {
    let key = random_key()?;
    let entry = Entry {
        name: new.name,
        sha256: Sha256::of(&key),
        tables: (!new.tables.is_empty()).then_some(new.tables),
        max_rows: new.max_rows,
        max_bytes: new.max_bytes,
        timeout_ms: new.timeout_ms,
    };
    match &new.file {
        Some(path) => {
            file::append(path, &entry)?;
            say(format_args!(
                "{} is in {path} now: `polaroid serve --api-keys-file {path}` takes the key, one that runs already once \
                 it gets SIGHUP. The key itself is on standard output, this once.",
                entry.name,
                path = path.display(),
            ));
        }
        None => {
            say(entry.line());
            say(
                "This is the key's entry: a line for the file of `polaroid serve --api-keys-file FILE`, or for the \
                 component's variable POLAROID_API_KEYS on another host. The key itself is on standard output, this once.",
            );
        }
    }
    print(&format!("{key}\n"))
}

fn random_key() -> Result<String, Error> {
    let mut random = [0; RANDOM];
    // The library does not say more.
    let failed =
        |_| Error::system("cannot make a key")(std::io::Error::other("the system has no random numbers"));
    SystemRandom::new().fill(&mut random).map_err(failed)?;
    Ok(format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(random)))
}

fn list(path: &Path) -> Result<(), Error> {
    let entries = file::read(path).map_err(|seen| file::wrong(path, &seen))?.entries;
    print(&table(&entries))
}

fn print(text: &str) -> Result<(), Error> {
    let mut stdout = Output::open(&Target::Stdout, 0)?;
    stdout.write(text.as_bytes())?;
    stdout.finish()
}

/// Names, tables and limits in columns.
fn table(entries: &[Entry]) -> String {
    let mut rows = vec![["NAME".to_owned(), "TABLES".to_owned(), "LIMITS".to_owned()]];
    rows.extend(
        entries
            .iter()
            .map(|entry| [entry.name.to_string(), tables(entry), limits(entry)].map(|cell| printable(&cell))),
    );
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
    let (names, tables) = (width(0), width(1));
    let pad = |cell: &str, to: usize| format!("{cell}{}  ", " ".repeat(to - cell.width()));
    let lines = rows.iter().map(|row| format!("{}{}{}\n", pad(&row[0], names), pad(&row[1], tables), row[2]));
    lines.collect()
}

fn tables(entry: &Entry) -> String {
    match entry.tables.as_deref() {
        None => "all".to_owned(),
        Some([]) => "none".to_owned(),
        Some(patterns) => patterns.join(", "),
    }
}

fn limits(entry: &Entry) -> String {
    let limits = [
        entry.max_rows.map(|rows| format!("{rows} rows")),
        entry.max_bytes.map(|bytes| format!("{bytes} bytes")),
        entry.timeout_ms.map(|ms| humantime::format_duration(Duration::from_millis(ms.get())).to_string()),
    ];
    let given: Vec<String> = limits.into_iter().flatten().collect();
    if given.is_empty() { "none".to_owned() } else { given.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_and_never_the_same() {
        let keys: Vec<String> = (0..100).map(|_| random_key().unwrap()).collect();
        for key in &keys {
            let random = BASE64_URL_SAFE_NO_PAD.decode(key.strip_prefix(PREFIX).unwrap()).unwrap();
            assert_eq!(random.len(), RANDOM, "{key}");
        }
        assert_eq!(keys.iter().collect::<std::collections::HashSet<_>>().len(), keys.len());
    }

    #[test]
    fn entries_are_shown_in_columns_without_hashes() {
        let [hash, second, third] = ["ab", "cd", "ef"].map(|byte| byte.repeat(32));
        let text = format!(
            r#"{{"name":"ci","sha256":"{hash}","tables":["sales","hr.*"],"max_rows":10,"timeout_ms":90500}}
               {{"name":"größe","sha256":"{second}"}} {{"name":"x","sha256":"{third}","tables":[],"max_bytes":7}}"#
        );
        let expected = "NAME   TABLES       LIMITS\n\
                        ci     sales, hr.*  10 rows, 1m 30s 500ms\n\
                        größe  all          none\n\
                        x      none         7 bytes\n";
        assert_eq!(table(&entry::parse(&text).unwrap()), expected);
    }
}
