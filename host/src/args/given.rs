//! The command line as it is typed, and the help that teaches it.

use super::{Format, grace, telemetry};
use crate::artifact::Verify;
use crate::keys::{Name, pattern};
use bytesize::ByteSize;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::ffi::OsString;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::PathBuf;
use std::time::Duration;

/// SQL over Parquet, CSV, NDJSON and Arrow files; every query runs in a WebAssembly sandbox of its
/// own that sees nothing but the directories you name, read-only, and with --scratch one of its own to write to.
#[derive(Debug, Parser)]
#[command(
    name = "polaroid",
    version,
    // Longer lines are hard to read.
    max_term_width = 100,
    after_help = "\
Examples:
  polaroid query \"SELECT 1 + 1 AS two\"
  polaroid query --dir ./data \"SELECT kind, count(*) FROM 'events/*.parquet' GROUP BY kind\"
  polaroid serve --dir ./data
  curl -d '{\"sql\": \"SELECT 1\"}' -H 'content-type: application/json' http://127.0.0.1:8080/query

Start with `polaroid query --help`.

Exit codes: 0 done, 1 it failed, 2 the command line, a variable or polaroid.toml is wrong, \
130 or 143 after Ctrl-C or SIGTERM (`serve` ends with 0 then, its requests answered or, after --grace, cut)."
)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer queries over HTTP, each request in a fresh sandbox
    #[command(after_help = SERVE_HELP)]
    Serve(Serve),
    /// Run one query here, without a server
    Query(Query),
    /// Make the component's machine code ahead of time
    Compile(Compile),
    /// Show the settings that `polaroid serve` would run with, and where each comes from
    #[command(after_help = CONFIG_HELP)]
    Config(Config),
    /// Make API keys for `polaroid serve --api-keys-file`, and list them
    Keys(Keys),
    /// Print what a shell needs to complete this program's commands and flags
    Completions(Completions),
}

/// Where settings come from that are not on the command line.
#[derive(Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub struct Layers {
    /// Read settings from this file, in TOML: the flags of `polaroid serve` without their dashes
    ///
    /// Flags win over variables, variables over the file. No file is read without being named. Paths in it
    /// are relative to it. `polaroid config` writes one.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub config: Option<PathBuf>,
}

/// What the guest sees.
#[derive(Debug, Args)]
#[command(next_help_heading = "What queries see")]
pub struct Guest {
    /// A directory to read tables from; may be given several times
    ///
    /// DIR is mounted read-only at /data, NAME=DIR at /NAME. A path with `=` in it is given as ./PATH.
    #[arg(long, value_name = "[NAME=]DIR", value_hint = ValueHint::DirPath)]
    pub dir: Vec<PathBuf>,

    /// A directory for what does not fit a query's memory
    ///
    /// Each query gets one of its own in DIR, for itself alone, which goes with it. Sorts, group-bys and joins that
    /// outgrow --memory (48MiB or more) go on there, up to SIZE for each query that runs (default: 16GiB). Without it
    /// such queries end with an error.
    #[arg(long, value_name = "DIR[:SIZE]", value_hint = ValueHint::AnyPath)]
    pub scratch: Option<OsString>,

    /// The component: .wasm, or .cwasm made by `polaroid compile`
    ///
    /// Default: in this program (`polaroid compile --embed`), else polaroid.wasm or polaroid.cwasm beside
    /// this program, else target/component/polaroid.wasm in the current directory or above.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub component: Option<PathBuf>,

    /// How much of an artifact is held against the hashes that it was sealed with
    #[arg(long, value_name = "WHAT", value_enum, default_value_t)]
    pub verify: Verify,

    /// A variable that the guest gets; NAME alone takes this process's value
    ///
    /// Nothing else of this process's environment reaches it.
    #[arg(long, value_name = "NAME[=VALUE]")]
    pub env: Vec<String>,

    /// Meter fuel: what a query computes, in units that do not depend on the machine
    ///
    /// `serve` answers with it in the header x-query-fuel, `query --timing` shows it. Metered code is another
    /// artifact (`polaroid compile --fuel`), and slower.
    #[arg(long)]
    pub fuel: bool,
}

/// What one query may take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct GuestLimits {
    /// Memory of a query, 32MiB to 4GiB
    ///
    /// A query that needs more ends with an error, where --scratch does not help. Default: 512MiB for `serve`, 4GiB for `query`, and never more than
    /// three quarters of the machine or of the control group.
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<ByteSize>,

    /// Time of a query, to the last byte of its answer, as in 1m30s; 0s for no limit
    ///
    /// A query that needs more ends with an error, or its answer is cut. Default: 30s for `serve`, none for `query`.
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<humantime::Duration>,
}

/// What all queries may take together.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct ServeLimits {
    #[command(flatten)]
    pub guest: GuestLimits,

    /// Queries that run at once; default: as many as the machine has memory for, up to 64
    #[arg(long, value_name = "N")]
    pub max_concurrency: Option<u64>,

    /// Requests that wait while all places are taken; more get a 503
    #[arg(long, value_name = "N", default_value_t = 256)]
    pub queue: usize,

    /// How long a request waits for its place; then it gets a 503
    #[arg(long, value_name = "TIME", default_value = "5s")]
    pub queue_timeout: humantime::Duration,

    /// Who shares an instance of the component
    ///
    /// `reuse` saves making one, some tenths of a millisecond, and gives up that no query meets what another one
    /// left behind: see docs/hosts.md.
    #[arg(long, value_name = "KIND", value_enum, default_value_t)]
    pub isolation: Isolation,

    /// Requests that an instance answers with --isolation reuse
    #[arg(long, value_name = "N", default_value = "1000")]
    pub reuse_requests: NonZeroU32,

    /// Memory of an instance above which it answers no more with --isolation reuse
    ///
    /// Up to --max-concurrency such instances are kept between requests.
    #[arg(long, value_name = "SIZE", default_value = "64MiB")]
    pub reuse_memory: ByteSize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Isolation {
    /// A fresh instance for each request, gone with its answer
    #[default]
    Request,
    /// An instance answers many requests, one after the other
    Reuse,
}

const SERVE_HELP: &str = "\
Examples:
  polaroid serve --dir ./data
      files below ./data are tables: POST /query {\"sql\": \"SELECT * FROM 'a/b.parquet' LIMIT 5\"}
  polaroid serve --dir sales=/srv/sales --dir hr=/srv/hr --addr 127.0.0.1:0
      two data roots, any free port; stderr gets the line `listening on http://127.0.0.1:PORT`
  polaroid serve --dir ./data --memory 256MiB --scratch /var/tmp:20GB
      sorts, group-bys and joins that outgrow 256 MiB go on in /var/tmp, each up to 20 GB
  PORT=8080 polaroid serve --dir /data
      every interface, as hosting platforms expect it
  polaroid serve --config /etc/polaroid.toml --grace 5s
      settings from a file, one of them from here; `polaroid config` shows what holds
  KEY=$(polaroid keys new --name me --file keys.jsonl)
  polaroid serve --dir ./data --api-keys-file keys.jsonl
      whoever asks needs a key of the file: curl -H \"authorization: Bearer $KEY\" -d 'SELECT 1' URL/query
  POLAROID_JWT_SECRET=... polaroid serve --dir ./data --env POLAROID_JWT_SECRET
      or a token (JWT) that was signed with the secret; docs/hosts.md has the other variables

Every flag is as well a key of the file and a variable: --grace, grace = \"30s\", POLAROID_GRACE=30s. In a \
variable a list has commas: POLAROID_DIR=sales=/srv/sales,hr=/srv/hr. A switch is turned off by =false. \
Sizes are written as 64KiB, 512MiB or 1GB, times as 500ms, 30s or 2m.

Stops on SIGTERM or Ctrl-C: requests that run may end within --grace, a second signal ends them. \
SIGHUP reads certificate and keys anew. Without keys or tokens everybody is answered who reaches the server: on \
anything but loopback, give --api-keys-file, or put a proxy that authenticates before it.";

#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub layers: Layers,

    #[command(flatten)]
    pub guest: Guest,

    /// A host that the component may send HTTP requests to; may be given several times
    ///
    /// HOST is a name, *.NAME, an address or a range of them as in 10.0.0.0/8, IPv6 in brackets. A name
    /// that resolves to a private address is refused unless that address is allowed as well.
    #[arg(long, value_name = "HOST[:PORT]", help_heading = "What queries see")]
    pub allow_outbound: Vec<super::outbound::Destination>,

    /// Where to listen; default 127.0.0.1:8080, or 0.0.0.0:$PORT when PORT is set
    #[arg(long, value_name = "HOST:PORT", help_heading = "Server")]
    pub addr: Option<String>,

    /// Answer only requests that have a key of this file; SIGHUP reads it anew
    ///
    /// `polaroid keys new --file` makes both. The file holds hashes of keys, and limits; it is refused where its group or
    /// others may write to it.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Server")]
    pub api_keys_file: Option<PathBuf>,

    /// A name by which clients may call the server, * for any; may be given several times
    ///
    /// HOST is a name, *.NAME or an address. Others get 421. Without this flag all are taken, but on loopback without
    /// authentication `localhost`, names below it and addresses alone: so no web page reaches the server under a name
    /// of its own. There the flag adds to these.
    #[arg(long, value_name = "HOST", help_heading = "Server")]
    pub allow_host: Vec<super::hosts::AllowedHost>,

    /// Time that running requests may take after a signal to stop
    #[arg(long, value_name = "TIME", help_heading = "Server")]
    #[arg(default_value = "30s", value_parser = grace::parse)]
    pub grace: Duration,

    #[command(flatten)]
    pub sockets: super::sockets::Given,

    #[command(flatten)]
    pub limits: ServeLimits,

    #[command(flatten)]
    pub telemetry: telemetry::Given,
}

const CONFIG_HELP: &str = "\
Examples:
  polaroid config
      every setting with its default
  POLAROID_GRACE=5s polaroid config --config /etc/polaroid.toml --dir /data
      what `serve` would run with, and which flag, variable or line of the file said so
  polaroid config --dir ./data > polaroid.toml
      a file to start from
  polaroid config --config new.toml > /dev/null
      checks a file: 0 it is right, 2 it is not, and stderr says where

Values of --env are not shown; only the names of the variables are.";

#[derive(Debug, Args)]
pub struct Config {
    #[command(flatten)]
    pub serve: Serve,

    /// How to print them
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = ConfigFormat::Toml)]
    pub format: ConfigFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ConfigFormat {
    /// A polaroid.toml with comments
    Toml,
    /// One object, with value and source of each setting
    Json,
}

#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    pub command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub enum KeysCommand {
    /// Make a key; it is shown once, and kept by its hash
    New(KeysNew),
    /// Show names, tables and limits of a file's keys
    List(KeysList),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  KEY=$(polaroid keys new --name me --file keys.jsonl)
      the key goes to standard output, alone, and its entry into the file, which is made if need be
  polaroid keys new --name ci --table sales --table 'hr.*' --max-rows 10000 --timeout 5s --file keys.jsonl
      a key that reads some tables, within limits
  polaroid keys new --name ci
      prints the entry on standard error, to be put where a secret is kept
  polaroid serve --dir ./data --api-keys-file keys.jsonl
      takes keys of the file; after a new one, send it SIGHUP
  curl -H \"authorization: Bearer $KEY\" -d 'SELECT 1' http://127.0.0.1:8080/query

To take a key away, delete its line and send SIGHUP.

Exit codes: 0 made, 1 the file cannot be written, 2 the command line or the file is wrong, and nothing was done.")]
pub struct KeysNew {
    /// Who it is for, as logs will have it
    #[arg(long, value_name = "NAME")]
    pub name: Name,

    /// A table that it may read, or a pattern of them; may be given several times; default: all
    #[arg(long = "table", value_name = "PATTERN", value_parser = pattern)]
    pub tables: Vec<String>,

    /// Rows of an answer
    #[arg(long, value_name = "N")]
    pub max_rows: Option<NonZeroU64>,

    /// Bytes of an answer, as in 10MiB
    #[arg(long, value_name = "SIZE")]
    pub max_bytes: Option<ByteSize>,

    /// Time of a query, as in 5s
    #[arg(long, value_name = "TIME")]
    pub timeout: Option<humantime::Duration>,

    /// Add the entry to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct KeysList {
    /// As for `polaroid serve --api-keys-file`
    #[arg(value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  polaroid completions bash > ~/.local/share/bash-completion/completions/polaroid
  polaroid completions zsh > \"${fpath[1]}/_polaroid\"
  polaroid completions fish > ~/.config/fish/completions/polaroid.fish")]
pub struct Completions {
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  polaroid query \"SELECT 1 + 1 AS two\"
  polaroid query --dir ./data \"SELECT * FROM 'trips.csv' LIMIT 10\"
  polaroid query --dir ./data --format csv \"SELECT kind, count(*) FROM events GROUP BY kind\" | sort
  polaroid query --dir ./data -o big.parquet \"SELECT * FROM 'in/*.ndjson' WHERE ok\"
  polaroid query --dir sales=/srv/sales < report.sql
  polaroid query --dir ./data --params '{\"least\": 35}' --file big.sql --timing

SQL is the argument, else --file, else standard input. Of polaroid.toml and of the variables a query takes \
what it has flags for.

Exit codes: 0 answered, 1 the query failed, 2 the command line, a variable or polaroid.toml is wrong, \
130 or 143 after a signal.")]
pub struct Query {
    #[command(flatten)]
    pub layers: Layers,

    #[command(flatten)]
    pub guest: Guest,

    /// How to hand out the answer; default: by the name of -o, else table
    #[arg(long, value_name = "FORMAT", value_enum)]
    pub format: Option<Format>,

    /// Write here; the file appears when it is whole, and not at all after an error
    ///
    /// A device or a FIFO is written as the answer comes. A link stays, its file is replaced.
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    #[command(flatten)]
    pub limits: GuestLimits,

    /// Rows that a table shows, half of them from its end; 0 shows all
    #[arg(long, value_name = "N", default_value_t = 40)]
    pub rows: usize,

    /// The values of placeholders: a list for $1 and ?, an object for $name and :name
    #[arg(long, value_name = "JSON")]
    pub params: Option<String>,

    /// Read the SQL from this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "sql")]
    pub file: Option<PathBuf>,

    /// Say on standard error what took how long, and what was read
    #[arg(long)]
    pub timing: bool,

    /// One SQL statement; - or nothing to read it from standard input
    pub sql: Option<String>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  polaroid compile
      fills the cache that `query` and `serve` use, and prints the artifact's path
  polaroid compile --component polaroid.wasm -o /opt/polaroid/polaroid.cwasm
      for images and machines that should not compile: ship it beside the program
  polaroid compile --embed -o polaroid-full
      this program with the artifact in it, in one file

An artifact fits this version of polaroid and this kind of processor, and is refused by others.")]
pub struct Compile {
    #[command(flatten)]
    pub layers: Layers,

    /// The component; default as for `polaroid query`
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub component: Option<PathBuf>,

    /// Write the artifact here instead of into the cache
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,

    /// Make the code that `--fuel` needs
    #[arg(long)]
    pub fuel: bool,

    /// Write a copy of PROGRAM, else of this program, with the artifact in it
    #[arg(long, value_name = "PROGRAM", num_args = 0..=1, require_equals = true, requires = "output",
          default_missing_value = crate::artifact::THIS_PROGRAM)]
    pub embed: Option<PathBuf>,
}
