//! What is known of a request when it is over. The log, the metrics and the traces are three views of
//! it, so that they never tell different stories.

use super::trace::Trace;
use http::{Method, StatusCode};
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// A request that has ended. Build one with [`Finished::new`] and set what is known.
#[derive(Debug)]
pub struct Finished {
    /// As in `X-Query-Id`.
    pub query_id: String,
    pub method: Method,
    pub route: Route,
    /// Of the answer; none where the request ended before there was one.
    pub status: Option<StatusCode>,
    pub outcome: Outcome,
    /// The problem's `code`, for errors.
    pub problem: Option<String>,
    /// Who asked, as the component says: the name of a key, the subject of a token. None without authentication.
    pub principal: Option<String>,
    /// First 16 hexadecimal digits of the SHA-256 of the SQL text.
    pub sql_hash: Option<String>,
    /// Logged and traced with `--log-sql` only.
    pub sql: Option<String>,
    /// Rows of the answer.
    pub rows: Option<u64>,
    /// Bytes read from data files.
    pub bytes_read: Option<u64>,
    /// Reads of data files.
    pub ranges_read: Option<u64>,
    /// Bytes of the answer's body that went to the client.
    pub bytes_sent: u64,
    pub times: Times,
    /// Processor time of the guest.
    pub cpu: Option<Duration>,
    /// Highest size of the guest's linear memory, in bytes.
    pub memory_peak: Option<u64>,
    /// Units of fuel, where it is metered.
    pub fuel: Option<u64>,
    /// The instance that ran it; none for requests that were refused or that the host answers itself.
    pub instance: Option<Instance>,
    /// The first request of the process that got an instance.
    pub cold: bool,
    pub trap: Option<Trap>,
    /// As the component says.
    pub stages: Stages,
    pub trace: Trace,
}

impl Finished {
    /// A request that was answered whole, of which nothing else is known yet.
    pub fn new(
        query_id: String,
        method: Method,
        route: Route,
        status: impl Into<Option<StatusCode>>,
        trace: Trace,
    ) -> Finished {
        let status = status.into();
        Finished {
            query_id,
            method,
            route,
            status,
            outcome: Outcome::Whole,
            problem: None,
            principal: None,
            sql_hash: None,
            sql: None,
            rows: None,
            bytes_read: None,
            ranges_read: None,
            bytes_sent: 0,
            times: Times::default(),
            cpu: None,
            memory_peak: None,
            fuel: None,
            instance: None,
            cold: false,
            trap: None,
            stages: Stages::default(),
            trace,
        }
    }

    /// What went wrong, in a word: the problem's code, else the kind of end, else an error's status.
    pub fn error_type(&self) -> Option<&str> {
        match (&self.problem, self.outcome) {
            (Some(code), _) => Some(code),
            (None, Outcome::Cut(cause)) => Some(cause.label()),
            (None, Outcome::Refused(reason)) => Some(reason.label()),
            (None, Outcome::ClientGone) => Some("client_gone"),
            (None, Outcome::Whole) => {
                let status = self.status.as_ref()?;
                status.is_server_error().then(|| status.as_str())
            }
        }
    }

    /// The server's fault: an error of 5xx, or an answer that was cut.
    pub fn is_failure(&self) -> bool {
        self.status.is_some_and(|status| status.is_server_error()) || matches!(self.outcome, Outcome::Cut(_))
    }

    /// What a failure is called in metrics: without the codes of problems, which the component chooses.
    #[cfg(feature = "otlp")]
    pub fn failure_label(&self) -> Option<String> {
        let label = match self.outcome {
            Outcome::Cut(cause) => cause.label().to_owned(),
            Outcome::Refused(reason) => reason.label().to_owned(),
            _ => status_label(self.status?).to_string(),
        };
        self.is_failure().then_some(label)
    }
}

/// How long things took.
#[derive(Debug, Default, Clone, Copy)]
pub struct Times {
    /// Reading the request's body.
    pub receive: Duration,
    /// Waiting for a place among the running queries.
    pub queue: Duration,
    /// Making the instance; none for one that was there.
    pub instantiate: Option<Duration>,
    /// From the request's head to the first byte of the answer's body, or to its end if it has none.
    pub first_byte: Option<Duration>,
    /// From the request's head to the end.
    pub total: Duration,
}

impl Times {
    /// When the component began, counted from the request's head.
    pub fn component_start(&self) -> Duration {
        self.receive + self.queue + self.instantiate.unwrap_or_default()
    }
}

/// How long each stage of the component took, as far as it was reached: read from the record of an answer,
/// where the names end in `_ms`. A stage of another name has no known place among these and is not kept.
#[derive(Debug, Default, Clone, Copy, PartialEq, Deserialize)]
#[serde(default)]
pub struct Stages {
    /// Until the request is understood.
    #[serde(rename = "receive_ms", deserialize_with = "milliseconds")]
    pub receive: Option<Duration>,
    #[serde(rename = "parse_ms", deserialize_with = "milliseconds")]
    pub parse: Option<Duration>,
    #[serde(rename = "plan_ms", deserialize_with = "milliseconds")]
    pub plan: Option<Duration>,
    /// From the plan to the first batch.
    #[serde(rename = "first_batch_ms", deserialize_with = "milliseconds")]
    pub first_batch: Option<Duration>,
    /// Of what follows, encoding batches and the client's taking them; not one piece of time.
    #[serde(rename = "send_ms", deserialize_with = "milliseconds")]
    pub send: Option<Duration>,
    /// From the component's start to the end of its answer.
    #[serde(rename = "total_ms", deserialize_with = "milliseconds")]
    pub total: Option<Duration>,
}

/// A guest's own word: what is no length of time counts as not said.
fn milliseconds<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Duration>, D::Error> {
    let ms = f64::deserialize(from)?;
    Ok(Duration::try_from_secs_f64(ms / 1e3).ok())
}

/// An enum whose values are labels of metrics: few, known ahead, and none made by a client.
macro_rules! labels {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            #[allow(dead_code, reason = "routes are only counted when they are asked for")]
            pub const ALL: &[$name] = &[$($name::$variant,)+];

            pub fn label(self) -> &'static str {
                match self { $($name::$variant => $label,)+ }
            }
        }
    };
}

labels! {
    /// What was asked for, as a pattern.
    Route {
        Query = "/query",
        Queries = "/queries",
        SavedQuery = "/queries/{name}",
        Tables = "/tables",
        Table = "/tables/{name}",
        Version = "/version",
        Other = "other",
    }
}

impl Route {
    pub fn of(path: &str) -> Route {
        match path {
            "/query" => Route::Query,
            "/queries" => Route::Queries,
            "/tables" | "/tables/" => Route::Tables,
            "/version" => Route::Version,
            _ if path.starts_with("/queries/") => Route::SavedQuery,
            _ if path.starts_with("/tables/") => Route::Table,
            _ => Route::Other,
        }
    }
}

/// How the answer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// All of it went out, be it an error.
    Whole,
    /// Turned away before a guest had it.
    Refused(Refusal),
    /// It had begun, and broke off.
    Cut(Cut),
    /// The client hung up before the end.
    ClientGone,
}

impl Outcome {
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Whole => "whole",
            Outcome::Refused(_) => "refused",
            Outcome::Cut(_) => "cut",
            Outcome::ClientGone => "client_gone",
        }
    }
}

labels! {
    /// Why a request was turned away.
    Refusal {
        QueueFull = "queue_full",
        QueueTimeout = "queue_timeout",
        /// The component is not loaded yet.
        Loading = "loading",
        Stopping = "stopping",
        /// For a host that the server does not answer for.
        Host = "host",
        BodyTooLarge = "body_too_large",
        BodyTimeout = "body_timeout",
        /// The bodies of other requests take the memory for bodies.
        Bodies = "bodies",
        /// All sandboxes are taken.
        Sandboxes = "sandboxes",
    }
}

labels! {
    /// Why an answer broke off.
    Cut {
        Memory = "memory",
        Deadline = "deadline",
        Trap = "trap",
        Stopping = "stopping",
        /// The component ended, or gave up, before it had finished its answer.
        Component = "component",
    }
}

labels! {
    /// Why a guest was ended by its sandbox.
    Trap {
        Memory = "memory",
        Deadline = "deadline",
        StackOverflow = "stack_overflow",
        Unreachable = "unreachable",
        Other = "other",
    }
}

labels! {
    /// Where the instance came from.
    Instance {
        Fresh = "fresh",
        Reused = "reused",
    }
}

/// What [`method_label`] gives.
pub const METHODS: [&str; 10] =
    ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "_OTHER"];

/// The method as a label: others than the known ones are `_OTHER`, as the conventions have it.
pub fn method_label(method: &Method) -> &'static str {
    METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

/// The status as a label: those without a meaning in HTTP count as 0.
pub fn status_label(status: StatusCode) -> u16 {
    status.canonical_reason().map_or(0, |_| status.as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_clients_send_labels_are_few() {
        let paths = (0..1000).flat_map(|n| [format!("/tables/{n}"), format!("/queries/{n}")]);
        let labels: std::collections::HashSet<_> = paths.map(|path| Route::of(&path).label()).collect();
        assert_eq!(labels.len(), 2);
        for path in ["/query/", "/query2", "/", "", "//tables/x", "/%71uery", "*"] {
            assert_eq!(Route::of(path), Route::Other, "{path}");
        }
        assert_eq!(method_label(&Method::from_bytes(b"EVIL\x21").unwrap()), "_OTHER");
        assert_eq!(method_label(&Method::from_bytes(b"get").unwrap()), "_OTHER");
        assert_eq!(status_label(StatusCode::from_u16(299).unwrap()), 0);
        assert_eq!(status_label(StatusCode::INSUFFICIENT_STORAGE), 507);
    }

    #[test]
    fn an_error_that_nobody_named_has_its_status() {
        let of = |status| {
            let done = Finished::new("q".into(), Method::GET, Route::Other, status, Trace::default());
            done.error_type().map(str::to_owned)
        };
        assert_eq!(of(StatusCode::BAD_GATEWAY).as_deref(), Some("502"));
        assert_eq!(of(StatusCode::NOT_FOUND), None);
        assert_eq!(of(StatusCode::OK), None);
    }

    #[test]
    fn routes_are_found_by_their_own_labels() {
        for &route in Route::ALL {
            assert_eq!(Route::of(route.label()), route);
        }
    }
}
