//! `polaroid keys`: what a key is to be.

use super::given;
use crate::error::Error;
use crate::keys::Name;
use std::num::NonZeroU64;
use std::path::PathBuf;

/// What to do with keys.
#[derive(Debug)]
pub enum KeysArgs {
    New(NewKey),
    List { file: PathBuf },
}

/// A key that is to be made.
#[derive(Debug)]
pub struct NewKey {
    pub name: Name,
    /// Patterns of the tables that it may read; all of them where there is none.
    pub tables: Vec<String>,
    pub max_rows: Option<NonZeroU64>,
    pub max_bytes: Option<NonZeroU64>,
    pub timeout_ms: Option<NonZeroU64>,
    /// Where its entry goes.
    pub file: Option<PathBuf>,
}

pub fn validate(given: given::Keys) -> Result<KeysArgs, Error> {
    Ok(match given.command {
        given::KeysCommand::List(list) => KeysArgs::List { file: list.file },
        given::KeysCommand::New(new) => KeysArgs::New(NewKey {
            name: new.name,
            tables: new.tables,
            max_rows: new.max_rows,
            max_bytes: new.max_bytes.map(|size| limit("--max-bytes", size.as_u64().into())).transpose()?,
            timeout_ms: new.timeout.map(|time| limit("--timeout", time.as_millis())).transpose()?,
            file: new.file,
        }),
    })
}

/// A limit in bytes or milliseconds.
fn limit(flag: &str, given: u128) -> Result<NonZeroU64, Error> {
    u64::try_from(given).ok().and_then(NonZeroU64::new).ok_or_else(|| {
        Error::Usage(format!("{flag}: accepted is a limit above zero; without the flag there is none"))
    })
}

#[cfg(test)]
mod tests {
    use super::super::{Command, read};
    use super::*;

    fn new(flags: &str) -> Result<NewKey, String> {
        let line = format!("polaroid keys new {flags}");
        let line: Vec<_> = line.split_whitespace().map(Into::into).collect();
        match read(&line, &[]) {
            Ok(Command::Keys(KeysArgs::New(new))) => Ok(new),
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn limits_are_in_the_units_of_the_file() {
        let key = new("--name ci --table sales --table hr.* --max-rows 5 --max-bytes 1KiB --timeout 1m30s")
            .unwrap();
        assert_eq!(key.tables, ["sales", "hr.*"]);
        let limits = [key.max_rows, key.max_bytes, key.timeout_ms].map(|limit| limit.unwrap().get());
        assert_eq!(limits, [5, 1024, 90_000]);
        let bare = new("--name ci").unwrap();
        assert_eq!(
            (bare.tables.len(), bare.max_rows, bare.max_bytes, bare.timeout_ms),
            (0, None, None, None)
        );
    }

    #[test]
    fn a_key_without_a_name_or_that_could_do_nothing_is_refused() {
        for (flags, seen) in [
            ("", "--name <NAME>"),
            ("--name=", "accepted are 1 to 64"),
            ("--name ci --max-rows 0", "--max-rows"),
            ("--name ci --max-bytes 0", "--max-bytes: accepted is a limit above zero"),
            ("--name ci --timeout 0s", "--timeout: accepted is a limit above zero"),
            ("--name ci --timeout 500us", "--timeout: accepted is a limit above zero"),
        ] {
            let error = new(flags).unwrap_err();
            assert!(error.contains(seen), "{flags}: {error}");
        }
    }
}
