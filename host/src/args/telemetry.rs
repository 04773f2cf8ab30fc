//! What operators get to see: logs, and where traces and metrics are sent.

use crate::error::Error;
use clap::{Args, ValueEnum};
use http::Uri;
use std::ffi::OsString;

/// As it is typed.
#[derive(Debug, Args)]
#[command(next_help_heading = "Telemetry")]
pub struct Given {
    /// How lines on standard error look; RUST_LOG says which there are (default: info)
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,

    /// Show the SQL text of queries in logs and traces; otherwise only its hash is in them
    #[arg(long)]
    pub log_sql: bool,

    /// Send traces and metrics here by OTLP over HTTP; default: $OTEL_EXPORTER_OTLP_ENDPOINT, else nowhere
    ///
    /// The URL of a collector, as in http://127.0.0.1:4318; /v1/traces and /v1/metrics are added to it.
    /// Other OTEL_… variables (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, …) are followed as well.
    #[arg(long, value_name = "URL")]
    pub otlp_endpoint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people: time, level, message, then name=value
    Text,
    /// One JSON object a line
    Json,
}

/// Validated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TelemetryArgs {
    pub log_format: LogFormat,
    /// SQL texts may be in logs and traces.
    pub log_sql: bool,
    /// Where traces and metrics go, if anywhere.
    pub otlp: Option<Otlp>,
}

/// Who says where OTLP goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Otlp {
    /// The base URL, without a slash at its end.
    Endpoint(String),
    /// The `OTEL_EXPORTER_OTLP_…ENDPOINT` variables, which the exporter reads by itself.
    Environment,
}

const ENDPOINTS: [&str; 3] = [
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
];

/// `environment` is the process's whole environment.
pub fn validate(given: Given, environment: &[(OsString, OsString)]) -> Result<TelemetryArgs, Error> {
    let otlp = match given.otlp_endpoint {
        Some(url) => {
            check("--otlp-endpoint", &url)?;
            Some(Otlp::Endpoint(url.trim_end_matches('/').to_owned()))
        }
        None => from(environment)?,
    };
    if otlp.is_some() && !cfg!(feature = "otlp") {
        return Err(Error::Usage(
            "this polaroid is built without OTLP; accepted is no endpoint: leave out --otlp-endpoint and \
             unset OTEL_EXPORTER_OTLP_ENDPOINT, or build it with the feature otlp"
                .into(),
        ));
    }
    Ok(TelemetryArgs { log_format: given.log_format, log_sql: given.log_sql, otlp })
}

/// An empty variable counts as none, and `OTEL_SDK_DISABLED` turns all off, as the specification has it.
fn from(environment: &[(OsString, OsString)]) -> Result<Option<Otlp>, Error> {
    let value = |name: &str| {
        let (_, value) = environment.iter().find(|(given, _)| given == name)?;
        value.to_str().filter(|value| !value.is_empty())
    };
    if value("OTEL_SDK_DISABLED").is_some_and(|value| value.eq_ignore_ascii_case("true")) {
        return Ok(None);
    }
    let mut found = None;
    for name in ENDPOINTS {
        if let Some(url) = value(name) {
            check(name, url)?;
            found = Some(Otlp::Environment);
        }
    }
    Ok(found)
}

fn check(name: &str, url: &str) -> Result<(), Error> {
    let parsed = url.parse::<Uri>().ok();
    match parsed.as_ref().map(|uri| (uri.scheme_str(), uri.host())) {
        Some((Some("http"), Some(_))) => Ok(()),
        _ => {
            let seen = parsed.as_ref().and_then(without_secrets);
            let seen = seen.map(|seen| format!(" {seen}")).unwrap_or_default();
            Err(Error::Usage(format!(
                "{name}{seen}: accepted is a plain http:// URL, as in http://127.0.0.1:4318; for a receiver behind \
                 TLS, run a collector beside polaroid that passes on to it"
            )))
        }
    }
}

/// Scheme, host and port of a URL that has a host: a password may stand before it, a key behind it.
pub fn without_secrets(url: &Uri) -> Option<String> {
    let host = url.host()?;
    let scheme = url.scheme_str().map(|scheme| format!("{scheme}://")).unwrap_or_default();
    let port = url.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}{host}{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(url: Option<&str>) -> Given {
        Given { log_format: LogFormat::Text, log_sql: false, otlp_endpoint: url.map(str::to_owned) }
    }

    fn otlp(url: Option<&str>, environment: &[(&str, &str)]) -> Result<Option<Otlp>, Error> {
        let environment: Vec<_> =
            environment.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        Ok(validate(given(url), &environment)?.otlp)
    }

    #[test]
    #[cfg(feature = "otlp")]
    fn the_flag_wins_over_variables_and_nothing_is_sent_without_either() {
        let variable = [("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318")];
        assert_eq!(otlp(None, &[]).unwrap(), None);
        assert_eq!(otlp(None, &variable).unwrap(), Some(Otlp::Environment));
        assert_eq!(
            otlp(Some("http://127.0.0.1:1/"), &variable).unwrap(),
            Some(Otlp::Endpoint("http://127.0.0.1:1".into()))
        );
        let disabled = [variable[0], ("OTEL_SDK_DISABLED", "true")];
        assert_eq!(otlp(None, &disabled).unwrap(), None);
        assert_eq!(otlp(None, &[("OTEL_EXPORTER_OTLP_ENDPOINT", "")]).unwrap(), None);
    }

    #[test]
    fn other_urls_are_refused_with_what_is_accepted() {
        for url in ["", "collector", "127.0.0.1:4318", "https://collector", "http://", "ftp://x"] {
            let error = otlp(Some(url), &[]).unwrap_err().to_string();
            assert!(error.contains("http://127.0.0.1:4318"), "{error}");
        }
        assert!(otlp(None, &[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "grpc://x")]).is_err());
    }

    #[test]
    fn a_refused_url_is_named_without_its_secrets() {
        for (url, seen) in [
            ("https://me:hunter2@collector:4318/v1?key=hunter2", "--otlp-endpoint https://collector:4318: "),
            ("me:hunter2@[::1]:4318", "--otlp-endpoint [::1]:4318: "),
            ("https://me:hunter2@", "--otlp-endpoint: "),
        ] {
            let error = otlp(Some(url), &[]).unwrap_err().to_string();
            assert!(error.starts_with(seen) && !error.contains("hunter2"), "{error}");
        }
    }
}
