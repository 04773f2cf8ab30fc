//! What one query may take, and how many may run at once.

use super::given;
use crate::error::Error;
use bytesize::ByteSize;
use std::time::Duration;
use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

/// What a guest may take when nobody says, if the machine has room for it: many guests of a server, and
/// one query of a person who can press Ctrl-C.
const SERVED: Defaults = Defaults { memory: ByteSize::mib(512), timeout: Duration::from_secs(30) };
const ALONE: Defaults = Defaults { memory: MOST_MEMORY, timeout: Duration::ZERO };
/// Below this the component does not even start.
const LEAST_MEMORY: ByteSize = ByteSize::mib(32);
/// All that 32-bit addresses reach.
const MOST_MEMORY: ByteSize = ByteSize::gib(4);
/// Guests at once when nobody says. On two cores more would only slow each other down; the slots are
/// for clients that read slowly.
const CONCURRENCY: u64 = 64;
/// Each slot reserves 4 GiB of addresses (no memory) of the 128 TiB that a process has.
const MOST_CONCURRENCY: u64 = 4096;

struct Defaults {
    memory: ByteSize,
    timeout: Duration,
}

/// The limits of `polaroid serve`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    pub guest: GuestLimits,
    /// Guests that are alive at once.
    pub concurrency: usize,
    /// Requests that wait for a guest's place; more are refused at once.
    pub queue: usize,
    /// How long a request waits at most.
    pub patience: Duration,
    pub isolation: Isolation,
}

/// Who shares an instance of the component.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isolation {
    /// Nobody: each request has its own.
    Request,
    /// Requests, one after the other.
    Reuse(Reuse),
}

/// When an instance has answered enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reuse {
    /// Requests that it answers at the most.
    pub requests: u32,
    /// Bytes of linear memory above which it answers no more.
    pub memory: u64,
}

/// The limits of one request's guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GuestLimits {
    /// Bytes of linear memory.
    pub memory: u64,
    /// From the guest's start to the answer's last byte; `None` for ever.
    pub timeout: Option<Duration>,
}

impl Limits {
    pub fn validate(given: &given::ServeLimits) -> Result<Limits, Error> {
        Limits::within(given, machine_memory())
    }

    /// `machine`: bytes of memory that the machine, or the control group around this process, has.
    fn within(given: &given::ServeLimits, machine: u64) -> Result<Limits, Error> {
        let guest = GuestLimits::within(&given.guest, SERVED, machine)?;
        let fit = (machine / guest.memory).min(MOST_CONCURRENCY);
        let concurrency = match given.max_concurrency {
            None => (for_guests(machine) / guest.memory).clamp(1, CONCURRENCY),
            Some(0) => return Err(Error::Usage("--max-concurrency 0: accepted is a number from 1".into())),
            Some(given) if given > fit => {
                return Err(Error::Usage(format!(
                    "--max-concurrency {given}: with --memory {memory} each that is {needed}, and there are {machine} \
                     (the machine's, or the control group's); accepted are at most {fit} at once, or less --memory",
                    memory = ByteSize::b(guest.memory),
                    needed = ByteSize::b(given.saturating_mul(guest.memory)),
                    machine = ByteSize::b(machine),
                )));
            }
            Some(given) => given,
        };
        Ok(Limits {
            guest,
            concurrency: concurrency as usize,
            queue: given.queue,
            patience: given.queue_timeout.into(),
            isolation: match given.isolation {
                given::Isolation::Request => Isolation::Request,
                given::Isolation::Reuse => Isolation::Reuse(Reuse {
                    requests: given.reuse_requests.get(),
                    memory: given.reuse_memory.as_u64(),
                }),
            },
        })
    }
}

impl GuestLimits {
    /// The limits of `polaroid query`.
    pub fn validate(given: &given::GuestLimits) -> Result<GuestLimits, Error> {
        GuestLimits::within(given, ALONE, machine_memory())
    }

    fn within(given: &given::GuestLimits, defaults: Defaults, machine: u64) -> Result<GuestLimits, Error> {
        let fits = || defaults.memory.min(ByteSize::b(for_guests(machine))).max(LEAST_MEMORY);
        let memory = given.memory.unwrap_or_else(fits);
        if !(LEAST_MEMORY..=MOST_MEMORY).contains(&memory) {
            return Err(Error::Usage(format!(
                "--memory {memory}: accepted is a size from {LEAST_MEMORY} to {MOST_MEMORY}, as in 512MiB"
            )));
        }
        if let Some(given) = given.memory.filter(|memory| memory.as_u64() > machine) {
            let machine = ByteSize::b(machine);
            return Err(Error::Usage(format!(
                "--memory {given}: there are {machine} (the machine's, or the control group's); accepted is at most \
                 that, and less leaves room for the host"
            )));
        }
        let timeout = given.timeout.map_or(defaults.timeout, Duration::from);
        Ok(GuestLimits { memory: memory.as_u64(), timeout: (!timeout.is_zero()).then_some(timeout) })
    }
}

/// A quarter is left to the host, to the machine code and to the files' pages.
fn for_guests(machine: u64) -> u64 {
    machine / 4 * 3
}

/// Bytes of memory that this process can have; no bound is known where /proc cannot be read.
fn machine_memory() -> u64 {
    let Ok(mut system) = System::new() else { return u64::MAX };
    system.refresh_memory();
    let this = Pid::from_u32(std::process::id());
    system.refresh_processes_specifics(
        ProcessesToUpdate::Some(&[this]),
        false,
        ProcessRefreshKind::nothing(),
    );
    // Of the group that this process is in with those around it, and of the topmost one that it sees.
    let groups = [system.process(this).and_then(Process::cgroup_limits), system.cgroup_limits()];
    let limits = groups.into_iter().flatten().map(|group| group.total_memory).filter(|&limit| limit > 0);
    limits.fold(system.total_memory(), u64::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        limits: given::ServeLimits,
    }

    fn limits(line: &str, machine: ByteSize) -> Result<Limits, Error> {
        let line = Line::try_parse_from(std::iter::once("polaroid").chain(line.split_whitespace()));
        Limits::within(&line.unwrap().limits, machine.as_u64())
    }

    #[test]
    fn defaults_fit_the_machine() {
        for (machine, memory, concurrency) in [
            (ByteSize::mib(512), ByteSize::mib(384), 1),
            (ByteSize::gib(4), ByteSize::mib(512), 6),
            (ByteSize::gib(256), ByteSize::mib(512), 64),
        ] {
            let limits = limits("", machine).unwrap();
            assert_eq!(
                (limits.guest.memory, limits.concurrency),
                (memory.as_u64(), concurrency),
                "{machine}"
            );
            assert_eq!(limits.guest.timeout, Some(Duration::from_secs(30)));
        }
    }

    #[test]
    fn what_the_machine_does_not_have_is_refused() {
        let machine = ByteSize::gib(4);
        assert_eq!(limits("--max-concurrency 8", machine).unwrap().concurrency, 8);
        let error = limits("--max-concurrency 9", machine).unwrap_err().to_string();
        assert!(error.contains("at most 8") && error.contains("4.0 GiB"), "{error}");
        assert!(limits("--max-concurrency 9 --memory 100MiB", machine).is_ok());
        assert!(limits("--max-concurrency 0", machine).is_err());
        let error = limits("--memory 2GiB", ByteSize::gib(1)).unwrap_err().to_string();
        assert!(
            error.contains("--memory 2.0 GiB") && error.contains("at most") && error.contains("1.0 GiB"),
            "{error}"
        );
        assert_eq!(limits("--memory 1GiB", ByteSize::gib(1)).unwrap().concurrency, 1);
    }

    #[test]
    fn sizes_and_times_have_bounds() {
        let machine = ByteSize::gib(64);
        for bad in ["--memory 1MiB", "--memory 5GiB"] {
            let error = limits(bad, machine).unwrap_err().to_string();
            assert!(error.contains("4.0 GiB"), "{error}");
        }
        assert_eq!(limits("--memory 4GiB --timeout 0s", machine).unwrap().guest.timeout, None);
        let short = limits("--timeout 1500ms", machine).unwrap();
        assert_eq!(short.guest.timeout, Some(Duration::from_millis(1500)));
    }
}
