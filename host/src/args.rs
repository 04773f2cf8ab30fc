//! The command line: [`given`] as it is typed, over what variables and polaroid.toml say ([`layers`]), then
//! validated into the types that the rest of the program takes. Past this module there are no strings
//! where a type would do.

mod auth;
mod file;
mod given;
mod grace;
mod hosts;
mod keys;
mod layers;
mod limits;
mod mount;
mod outbound;
mod scratch;
mod settings;
mod sockets;
mod sql;
mod telemetry;
mod variables;

pub use auth::API_KEYS;
pub use given::ConfigFormat;
pub use hosts::Hosts;
pub use keys::{KeysArgs, NewKey};
pub use layers::{Setting, Source};
pub use limits::{GuestLimits, Isolation, Limits, Reuse};
pub use mount::Mount;
pub use outbound::{AllowList, literal};
pub use scratch::{GUEST as SCRATCH, Scratch};
pub use sockets::{Sockets, TlsFiles};
pub use telemetry::{LogFormat, TelemetryArgs};
#[cfg(feature = "otlp")]
pub use telemetry::{Otlp, without_secrets};
pub use variables::Variable;

use crate::artifact::Verify;
use crate::error::Error;
use crate::keys::ApiKeys;
use clap::{CommandFactory, FromArgMatches};
use layers::{Environment, Layered};
use std::ffi::OsString;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// What to do, validated.
#[derive(Debug)]
pub enum Command {
    Serve(ServeArgs),
    Query(QueryArgs),
    Compile(CompileArgs),
    Config(ConfigArgs),
    Keys(KeysArgs),
    Completions(CompletionsArgs),
}

/// What a guest gets to see.
#[derive(Debug, Clone)]
pub struct GuestArgs {
    pub component: Option<PathBuf>,
    pub verify: Verify,
    pub mounts: Vec<Mount>,
    /// Where it may put what does not fit its memory.
    pub scratch: Option<Scratch>,
    pub variables: Vec<Variable>,
    /// Fuel is metered.
    pub fuel: bool,
    /// Guests tell the host the SQL text that they were asked, for its log.
    pub record_sql: bool,
    /// Where its HTTP requests may go.
    pub outbound: Arc<AllowList>,
    /// The keys that it takes, once they are loaded.
    pub keys: Option<Arc<ApiKeys>>,
}

#[derive(Debug)]
pub struct ServeArgs {
    pub guest: GuestArgs,
    pub limits: Limits,
    pub addr: SocketAddr,
    /// The file of keys that requests have to have one of.
    pub api_keys: Option<PathBuf>,
    /// The component asks for a key or a token, be it from that file or by its own variables.
    pub authenticates: bool,
    /// The hosts that requests may be for.
    pub hosts: Hosts,
    /// How long running requests may go on after the signal to stop.
    pub grace: Duration,
    pub telemetry: TelemetryArgs,
    pub sockets: Sockets,
    /// What is odd about the environment, a line each.
    pub warnings: Vec<String>,
}

#[derive(Debug)]
pub struct QueryArgs {
    pub guest: GuestArgs,
    pub limits: GuestLimits,
    pub sql: String,
    /// A list or an object.
    pub params: Option<serde_json::Value>,
    pub format: Format,
    pub output: Option<PathBuf>,
    /// Rows that a table shows, all of them when `None`.
    pub rows: Option<usize>,
    /// Say what took how long.
    pub timing: bool,
}

#[derive(Debug)]
pub struct CompileArgs {
    pub component: Option<PathBuf>,
    /// The code meters fuel.
    pub fuel: bool,
    pub output: Option<PathBuf>,
    /// The program that is to carry the artifact.
    pub embed: Option<PathBuf>,
}

#[derive(Debug)]
pub struct ConfigArgs {
    /// What the settings are to `serve`.
    pub serve: ServeArgs,
    pub settings: Vec<Setting>,
    /// The variable `PORT` says where to listen.
    pub addr_from_port: bool,
    pub format: ConfigFormat,
}

#[derive(Debug)]
pub struct CompletionsArgs {
    pub shell: clap_complete::Shell,
    /// The whole command line.
    pub command: Box<clap::Command>,
}

/// How `polaroid query` hands out the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Drawn for people; long results are shown by their first and last rows
    Table,
    /// One JSON document with columns, types and rows
    Json,
    /// One JSON object a line
    #[value(alias = "jsonl")]
    Ndjson,
    /// With a header line
    Csv,
    /// Arrow IPC stream
    Arrow,
    /// Parquet file
    Parquet,
}

impl Format {
    /// The format's name in the component's HTTP API. A table is drawn from the Arrow stream.
    pub fn api_name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Ndjson => "ndjson",
            Format::Csv => "csv",
            Format::Table | Format::Arrow => "arrow",
            Format::Parquet => "parquet",
        }
    }

    fn is_binary(self) -> bool {
        matches!(self, Format::Arrow | Format::Parquet)
    }

    fn by_extension(path: &Path) -> Option<Format> {
        match path.extension()?.to_str()? {
            "json" => Some(Format::Json),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "csv" => Some(Format::Csv),
            "arrow" | "arrows" => Some(Format::Arrow),
            "parquet" => Some(Format::Parquet),
            "txt" => Some(Format::Table),
            _ => None,
        }
    }
}

/// A person's own query may be as long as a component can count, and is limited by its memory.
const LONGEST_QUERY: usize = u32::MAX as usize;

/// Parses and validates the process's command line and environment, and the file that they name. Ends
/// the process itself for `--help` (0) and for what cannot mean anything (2), as clap does.
pub fn parse() -> Command {
    let line: Vec<OsString> = std::env::args_os().collect();
    let environment: Vec<(OsString, OsString)> = std::env::vars_os().collect();
    read(&line, &environment).unwrap_or_else(|error| error.exit())
}

fn read(line: &[OsString], environment: &Environment) -> Result<Command, clap::Error> {
    let Layered { matches, settings } = layers::read(line, environment)?;
    let given = given::Cli::from_arg_matches(&matches)?;
    validate(given, &settings, environment).map_err(|error| {
        let error = layers::with_sources(&error.to_string(), &settings);
        given::Cli::command().error(clap::error::ErrorKind::ValueValidation, error)
    })
}

fn validate(given: given::Cli, settings: &[Setting], environment: &Environment) -> Result<Command, Error> {
    Ok(match given.command {
        given::Command::Serve(given) => Command::Serve(serve(given, environment)?),
        given::Command::Query(query) => {
            let limits = GuestLimits::validate(&query.limits)?;
            let mut guest = guest(query.guest, LONGEST_QUERY, limits, environment)?;
            auth::waive(&mut guest.variables);
            let format = format(query.format, query.output.as_deref(), std::io::stdout().is_terminal())?;
            Command::Query(QueryArgs {
                guest,
                limits,
                params: query.params.as_deref().map(sql::params).transpose()?,
                sql: sql::read(query.sql, query.file.as_deref())?,
                format,
                output: query.output,
                rows: (query.rows > 0).then_some(query.rows),
                timing: query.timing,
            })
        }
        given::Command::Compile(compile) => Command::Compile(CompileArgs {
            component: compile.component,
            fuel: compile.fuel,
            output: compile.output,
            embed: compile.embed,
        }),
        given::Command::Config(config) => Command::Config(ConfigArgs {
            addr_from_port: config.serve.addr.is_none() && port(environment).is_some(),
            serve: serve(config.serve, environment)?,
            settings: settings.to_vec(),
            format: config.format,
        }),
        given::Command::Keys(keys) => Command::Keys(keys::validate(keys)?),
        given::Command::Completions(completions) => Command::Completions(CompletionsArgs {
            shell: completions.shell,
            command: Box::new(settings::command()),
        }),
    })
}

fn serve(given: given::Serve, environment: &Environment) -> Result<ServeArgs, Error> {
    let sockets = Sockets::validate(given.sockets)?;
    let limits = Limits::validate(&given.limits)?;
    let mut guest = guest(given.guest, sockets.max_body, limits.guest, environment)?;
    guest.record_sql = given.telemetry.log_sql;
    guest.outbound = Arc::new(AllowList::new(given.allow_outbound));
    let addr = address(given.addr, port(environment))?;
    let authenticates = auth::validate(given.api_keys_file.as_deref(), &guest.variables)?;
    auth::refuse_unheeded(&guest.variables, environment)?;
    auth::keep_apart(given.api_keys_file.as_deref(), &guest.mounts)?;
    let warnings = layers::misspelt(environment);
    Ok(ServeArgs {
        guest,
        limits,
        addr,
        api_keys: given.api_keys_file,
        authenticates,
        hosts: Hosts::new(given.allow_host, addr.ip(), authenticates),
        grace: given.grace,
        sockets,
        warnings,
        telemetry: telemetry::validate(given.telemetry, environment)?,
    })
}

/// `max_body`: bytes of a request's body that the component takes.
fn guest(
    given: given::Guest,
    max_body: usize,
    limits: GuestLimits,
    environment: &Environment,
) -> Result<GuestArgs, Error> {
    let mounts = mount::validate(&given.dir)?;
    let scratch = given.scratch.map(|given| Scratch::validate(&given, &mounts, limits.memory)).transpose()?;
    let mut own = vec![(variables::MAX_BODY, max_body.to_string())];
    if let Some(scratch) = &scratch {
        own.push((variables::SCRATCH, SCRATCH.to_owned()));
        own.push((variables::SCRATCH_BYTES, scratch.size.to_string()));
        own.push((variables::MEMORY_BYTES, limits.memory.to_string()));
    }
    Ok(GuestArgs {
        component: given.component,
        verify: given.verify,
        mounts,
        scratch,
        variables: variables::validate(own, &given.env, environment)?,
        fuel: given.fuel,
        record_sql: false,
        outbound: Arc::default(),
        keys: None,
    })
}

fn port(environment: &Environment) -> Option<OsString> {
    environment.iter().find(|(name, _)| name == "PORT").map(|(_, value)| value.clone())
}

/// `--addr`, else every interface at `PORT` (what hosting platforms set), else loopback at 8080.
fn address(addr: Option<String>, port: Option<OsString>) -> Result<SocketAddr, Error> {
    if let Some(addr) = addr {
        return sockets::address("--addr", &addr);
    }
    let Some(port) = port else { return Ok(SocketAddr::from(([127, 0, 0, 1], 8080))) };
    match port.to_str().and_then(|port| port.parse::<u16>().ok()) {
        Some(port) => Ok(SocketAddr::from(([0, 0, 0, 0], port))),
        None => Err(Error::Usage(format!(
            "the variable PORT is {}; accepted is a number from 0 to 65535; correct it, unset it, or give --addr",
            port.display()
        ))),
    }
}

/// `--format`, else by the extension of `-o`, else a table.
fn format(given: Option<Format>, output: Option<&Path>, terminal: bool) -> Result<Format, Error> {
    let format = match (given, output) {
        (Some(format), _) => format,
        (None, None) => Format::Table,
        (None, Some(path)) => Format::by_extension(path).ok_or_else(|| {
            Error::Usage(format!(
                "-o {}: the name does not tell a format; name it .parquet, .arrow, .csv, .ndjson or .json, or give --format",
                path.display()
            ))
        })?,
    };
    if format.is_binary() && output.is_none() && terminal {
        return Err(Error::Usage(format!(
            "{} is binary and standard output is a terminal; write it with -o FILE, or into a pipe",
            format.api_name()
        )));
    }
    Ok(format)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &[&str]) -> Result<Command, clap::Error> {
        let line: Vec<OsString> = std::iter::once(&"polaroid").chain(line).map(OsString::from).collect();
        read(&line, &[])
    }

    #[test]
    fn without_addr_and_port_it_is_loopback() {
        assert_eq!(address(None, None).unwrap().to_string(), "127.0.0.1:8080");
    }

    #[test]
    fn port_means_every_interface_and_addr_wins_over_it() {
        assert_eq!(address(None, Some("9000".into())).unwrap().to_string(), "0.0.0.0:9000");
        let addr = address(Some("127.0.0.1:1".into()), Some("9000".into())).unwrap();
        assert_eq!(addr.to_string(), "127.0.0.1:1");
    }

    #[test]
    fn bad_ports_and_addresses_are_refused_with_what_is_accepted() {
        for port in ["", "http", "65536", "-1"] {
            let error = address(None, Some(port.into())).unwrap_err().to_string();
            assert!(error.contains("0 to 65535"), "{error}");
        }
        for addr in ["127.0.0.1", "8080", "127.0.0.1:port"] {
            let error = address(Some(addr.into()), None).unwrap_err().to_string();
            assert!(error.contains("HOST:PORT"), "{error}");
        }
    }

    #[test]
    fn the_format_follows_the_option_then_the_name_then_is_a_table() {
        let to = |path: &'static str| Some(Path::new(path));
        assert_eq!(format(None, None, true).unwrap(), Format::Table);
        assert_eq!(format(None, to("a.parquet"), true).unwrap(), Format::Parquet);
        assert_eq!(format(None, to("a.jsonl"), true).unwrap(), Format::Ndjson);
        assert_eq!(format(Some(Format::Csv), to("a.parquet"), true).unwrap(), Format::Csv);
        assert!(format(None, to("answer"), true).unwrap_err().to_string().contains("--format"));
    }

    #[test]
    fn binary_formats_do_not_go_to_a_terminal() {
        assert!(format(Some(Format::Arrow), None, true).is_err());
        assert_eq!(format(Some(Format::Arrow), None, false).unwrap(), Format::Arrow);
    }

    #[test]
    fn rows_zero_means_all() {
        let Ok(Command::Query(query)) = parsed(&["query", "--rows", "0", "SELECT 1"]) else { panic!() };
        assert_eq!((query.rows, query.sql.as_str()), (None, "SELECT 1"));
        let Ok(Command::Query(query)) = parsed(&["query", "SELECT 1"]) else { panic!() };
        assert_eq!(query.rows, Some(40));
    }
}
