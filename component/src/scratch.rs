//! What a query may take of memory where what does not fit can go elsewhere, and the engine's settings for it.

use crate::config::invalid;
use crate::error::{Error, Kind, Result};

/// A directory to put what does not fit the memory, with how much of either there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scratch {
    /// The directory in the sandbox (`POLAROID_SCRATCH`).
    pub directory: String,
    /// Bytes that may lie in it (`POLAROID_SCRATCH_BYTES`).
    bytes: u64,
    /// Bytes of linear memory that the sandbox may grow to (`POLAROID_MEMORY_BYTES`).
    memory: u64,
}

const DIRECTORY: &str = "POLAROID_SCRATCH";
const BYTES: &str = "POLAROID_SCRATCH_BYTES";
const MEMORY: &str = "POLAROID_MEMORY_BYTES";

/// The component's own: its stack, its constants, what a plan takes (19 MB, measured).
const OWN: u64 = 24 << 20;
/// With less, there is nothing to plan with. Our host refuses it before (its args/scratch.rs).
const LEAST: u64 = 48 << 20;

/// The engine's usual number of rows of a morsel.
const MORSEL_ROWS: u64 = 100_000;

impl Scratch {
    /// Reads the variables through `get`; without a directory there is none.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`], with the variable and what it accepts.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Result<Option<Self>> {
        let Some(directory) = get(DIRECTORY) else { return Ok(None) };
        if !directory.starts_with('/') {
            return Err(invalid(
                DIRECTORY,
                &directory,
                "the absolute path of a directory that may be written to",
            ));
        }
        let number = |name, least: u64| {
            let Some(text) = get(name) else {
                return Err(Error::new(
                    Kind::InvalidConfiguration,
                    format!("{name} is not set, which {DIRECTORY} needs; it takes a number of bytes"),
                ));
            };
            let value = text.trim().parse().ok().filter(|&bytes| bytes >= least);
            value.ok_or_else(|| invalid(name, &text, &format!("a number of bytes from {least}")))
        };
        Ok(Some(Self { directory, bytes: number(BYTES, 1)?, memory: number(MEMORY, LEAST)? }))
    }

    /// Checks that the host gives this directory, and that it is no part of one that tables are read from, nor one of it
    /// of this.
    ///
    /// # Errors
    /// [`Kind::InvalidConfiguration`]
    pub fn check<'a>(&self, given: impl Iterator<Item = &'a str>) -> Result<()> {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| outer.ends_with('/') || rest.starts_with('/'))
        };
        let (mut is_there, mut is_apart) = (false, true);
        for other in given {
            is_there |= other == self.directory;
            is_apart &= !within(other, &self.directory) && !within(&self.directory, other);
        }
        if is_there && is_apart {
            return Ok(());
        }
        Err(invalid(
            DIRECTORY,
            &self.directory,
            "the name of a directory that the host gives, apart from all others",
        ))
    }

    /// The variables of Polars that keep a query within its memory.
    ///
    /// Half of what is left of the memory is the budget: its allocator does not give back what lies between others,
    /// and what an operator holds at once is not all counted before it is there.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        let heap = self.memory - OWN;
        let budget = heap / 2;
        let megabytes = |bytes: u64| (bytes / 1_000_000).max(1).to_string();
        vec![
            ("POLARS_OOC_SPILL_DIR", self.directory.clone()),
            ("POLARS_OOC_DISK_BUDGET_MB", megabytes(self.bytes)),
            ("POLARS_OOC_MEMORY_BUDGET_MB", megabytes(budget)),
            // One thread spills one frame, and reads back what it needs.
            ("POLARS_OOC_MAX_PARALLEL_SPILL_TASKS", "1".into()),
            ("POLARS_OOC_MAX_PARALLEL_PREFETCH_TASKS", "1".into()),
            ("POLARS_OOC_MEMORY_PREFETCH_FRACTION", "0.1".into()),
            // As exact as the budget is small.
            ("POLARS_OOC_DRIFT_THRESHOLD", (64 << 10).to_string()),
            ("POLARS_OOC_SPILL_MIN_BYTES", (16 << 10).to_string()),
            ("POLARS_IDEAL_MORSEL_SIZE", (heap >> 11).clamp(1_000, MORSEL_ROWS).to_string()),
            ("POLARS_SORT_TARGET_BUCKET_BYTES", (budget / 8).min(64 << 20).to_string()),
            ("POLARS_GROUP_BY_BATCH_BYTES", (budget / 2).min(1 << 30).to_string()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Scratch>> {
        let variable = |name: &str| variables.iter().find(|(known, _)| *known == name);
        Scratch::read(|name| variable(name).map(|(_, value)| value.to_string()))
    }

    #[test]
    fn a_directory_needs_both_sizes() {
        assert_eq!(read(&[]).unwrap(), None);
        assert_eq!(read(&[(MEMORY, "1"), (BYTES, "x")]).unwrap(), None);
        let whole = [(DIRECTORY, "/scratch"), (BYTES, "1000000"), (MEMORY, "67108864")];
        assert!(read(&whole).unwrap().is_some());
        for (name, value) in [(DIRECTORY, "scratch"), (BYTES, "0"), (BYTES, "1 GB"), (MEMORY, "1000000")] {
            let others = whole.into_iter().filter(|(other, _)| *other != name);
            let without: Vec<_> = others.clone().collect();
            let with: Vec<_> = others.chain([(name, value)]).collect();
            assert!(read(&with).unwrap_err().detail.contains(name));
            assert!(name == DIRECTORY || read(&without).unwrap_err().detail.contains(name));
        }
    }

    #[test]
    fn it_is_a_directory_of_the_host_apart_from_tables() {
        for (directory, given, fits) in [
            ("/scratch", &["/data", "/scratch"][..], true),
            ("/scratch", &["/scratch2", "/scratch"], true),
            ("/scratch", &["/data"], false),
            ("/scratch/", &["/scratch"], false),
            ("/scratch/a", &["/scratch"], false),
            ("/data/tmp", &["/data", "/data/tmp"], false),
            ("/scratch", &["/scratch", "/scratch/data"], false),
            ("/scratch", &["/", "/scratch"], false),
        ] {
            let scratch = Scratch { directory: directory.into(), bytes: 1, memory: LEAST };
            assert_eq!(scratch.check(given.iter().copied()).is_ok(), fits, "{directory} {given:?}");
        }
    }

    #[test]
    fn small_memory_means_small_pieces() {
        let setting = |memory: u64, name: &str| {
            let scratch = Scratch { directory: "/s".into(), bytes: 1 << 30, memory };
            let (_, value) = scratch.settings().into_iter().find(|(known, _)| *known == name).unwrap();
            value.parse::<u64>().unwrap()
        };
        for name in
            ["POLARS_OOC_MEMORY_BUDGET_MB", "POLARS_IDEAL_MORSEL_SIZE", "POLARS_SORT_TARGET_BUCKET_BYTES"]
        {
            assert!(setting(64 << 20, name) < setting(256 << 20, name), "{name}");
        }
        assert_eq!(setting(64 << 20, "POLARS_OOC_MEMORY_BUDGET_MB"), 20);
        assert_eq!(setting(4 << 30, "POLARS_IDEAL_MORSEL_SIZE"), MORSEL_ROWS);
    }
}
