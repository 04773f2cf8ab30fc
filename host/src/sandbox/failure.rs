//! How a guest fails to answer.

use crate::telemetry::finished;
use bytesize::ByteSize;
use std::time::Duration;
use tokio::task::JoinError;
use wasmtime::{PoolConcurrencyLimitError, Trap};
use wasmtime_wasi_http::p2::bindings::http::types::ErrorCode;

/// Why there is no whole answer. The texts are for users; what only operators need is in `Debug`.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error("the sandbox trapped ({reason})", reason = .0.root_cause())]
    Trap(wasmtime::Error),
    #[error(
        "the query took longer than its {0:?}; ask for less, or for more time (the server's --timeout, the request's timeout_ms)"
    )]
    Deadline(Duration),
    #[error(
        "the query needs more memory than its sandbox has ({}); ask for less at once, or give it more with --memory, or --scratch",
        ByteSize::b(*.most)
    )]
    Memory { most: u64, trap: wasmtime::Error },
    #[error("the component ended without an answer")]
    Unanswered,
    #[error("the component refused the request ({0:?})")]
    Refused(ErrorCode),
    #[error("the request cannot be handed to the component ({0:#}); give a Host header and a plain URL")]
    Request(wasmtime::Error),
    #[error("all sandboxes are taken; try again soon")]
    Full,
    #[error("the sandbox did not start ({0:#})")]
    Start(wasmtime::Error),
    #[error("the sandbox's task ended early ({0})")]
    Task(JoinError),
}

impl Failure {
    /// An instantiation that failed: for want of a place in the pool, or by the guest's own
    /// initialisers, or for a reason of the host.
    pub fn from_start(error: wasmtime::Error) -> Failure {
        if error.is::<PoolConcurrencyLimitError>() {
            Failure::Full
        } else if error.is::<Trap>() {
            Failure::Trap(error)
        } else {
            Failure::Start(error)
        }
    }

    /// How the sandbox ended the guest, where it did.
    pub fn trap(&self) -> Option<finished::Trap> {
        match self {
            Failure::Deadline(_) => Some(finished::Trap::Deadline),
            Failure::Memory { .. } => Some(finished::Trap::Memory),
            Failure::Trap(error) => Some(match error.downcast_ref() {
                Some(Trap::StackOverflow) => finished::Trap::StackOverflow,
                Some(Trap::UnreachableCodeReached) => finished::Trap::Unreachable,
                _ => finished::Trap::Other,
            }),
            _ => None,
        }
    }
}
