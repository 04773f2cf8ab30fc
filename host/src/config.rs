//! `polaroid config`: the settings that hold, where each is from, and what follows from them.
//!
//! What is printed as TOML is a polaroid.toml that means the same in any directory: paths are absolute, and
//! what is secret is either left to the environment or commented out, never replaced by something else.

mod secret;

use crate::args::{ConfigArgs, ConfigFormat, Hosts, Setting, Source};
use crate::artifact::{self, Found};
use crate::error::Error;
use crate::output::{Output, Target};
use crate::serve::USUAL_CONNECTIONS;
use bytesize::ByteSize;
use secret::Shown;
use serde_json::json;
use std::collections::BTreeMap;

/// Prints the settings on standard output.
pub fn run(args: ConfigArgs) -> Result<(), Error> {
    let derived = derived(&args);
    let text = match args.format {
        ConfigFormat::Toml => {
            let warnings =
                args.serve.warnings.iter().map(|warning| format!("# Warning: {}\n", one_line(warning)));
            as_toml(&args.settings, &derived) + &warnings.collect::<String>()
        }
        ConfigFormat::Json => as_json(&args.settings, &derived),
    };
    let mut stdout = Output::open(&Target::Stdout, 0)?;
    stdout.write(text.as_bytes())?;
    stdout.finish()
}

/// What holds where nothing is set, by the setting's name.
type Derived = BTreeMap<&'static str, String>;

fn derived(args: &ConfigArgs) -> Derived {
    let addr = match args.addr_from_port {
        true => format!("{}, by the variable PORT", args.serve.addr),
        false => args.serve.addr.to_string(),
    };
    let component = match artifact::find(args.serve.guest.component.as_deref()) {
        Ok(Found::Wasm(path) | Found::Compiled(path)) => format!("{}, where it was found", path.display()),
        Ok(Found::Embedded) => "in this program".to_owned(),
        Err(_) => "none was found".to_owned(),
    };
    let limits = &args.serve.limits;
    let memory = ByteSize::b(limits.guest.memory);
    let concurrency = format!("{}, for which there is memory at {memory} each", limits.concurrency);
    let timeout = limits.guest.timeout.map_or("none".to_owned(), |timeout| format!("{timeout:?}"));
    let connections = format!("{USUAL_CONNECTIONS}, less where the process may not open so many files");
    let hosts = match args.serve.hosts {
        Hosts::Local(_) => "localhost, names below it and addresses",
        Hosts::All | Hosts::Given(_) => "every host",
    };
    BTreeMap::from([
        ("addr", addr),
        ("allow-host", hosts.to_owned()),
        ("component", component),
        ("max-concurrency", concurrency),
        ("max-connections", connections),
        ("memory", memory.to_string()),
        ("timeout", timeout),
    ])
}

fn as_toml(settings: &[Setting], derived: &Derived) -> String {
    let mut text = String::from(
        "# The settings of `polaroid serve`, and where each is from. To keep them, save this as a file and name it\n\
         # with --config or POLAROID_CONFIG.\n",
    );
    let mut heading = "";
    for setting in settings {
        if setting.heading != heading {
            heading = &setting.heading;
            text.push_str(&format!("\n# {heading}\n\n"));
        }
        text.push_str(&line(setting, derived.get(&*setting.name)));
        text.push('\n');
    }
    text
}

fn line(setting: &Setting, derived: Option<&String>) -> String {
    let name = &setting.name;
    if setting.values.is_empty() {
        let note = derived.map(|value| format!(": {}", one_line(value))).unwrap_or_default();
        return format!("# {name} =  # not set{note}");
    }
    let source = one_line(&setting.source.to_string());
    match secret::shown(setting) {
        Shown::Whole(values) => format!("{name} = {}  # {source}", toml_value(setting, &values)),
        Shown::NamesOnly(values) => {
            let value = toml_value(setting, &values);
            format!("{name} = {value}  # {source}; values are hidden: set variables of these names")
        }
        Shown::Nothing => format!("# {name} =  # {source}; hidden, for there is a password in it"),
        Shown::NotText => format!("# {name} =  # {source}; not UTF-8, so it cannot stand in a file"),
    }
}

fn toml_value(setting: &Setting, values: &[String]) -> toml::Value {
    let mut all: Vec<toml::Value> = values.iter().map(|value| toml_scalar(value)).collect();
    match (setting.list, all.pop()) {
        (false, Some(last)) => last,
        (_, last) => toml::Value::Array(all.into_iter().chain(last).collect()),
    }
}

/// Numbers and booleans without quotes, where that is the same text.
fn toml_scalar(value: &str) -> toml::Value {
    match (value.parse::<bool>(), value.parse::<i64>()) {
        (Ok(on), _) => toml::Value::Boolean(on),
        (_, Ok(number)) if number.to_string() == value => toml::Value::Integer(number),
        _ => toml::Value::String(value.to_owned()),
    }
}

fn as_json(settings: &[Setting], derived: &Derived) -> String {
    let mut all = serde_json::Map::new();
    for setting in settings {
        let mut entry = match &setting.source {
            Source::Default => json!({"source": "default"}),
            Source::File { path, line } => json!({"source": "file", "file": path, "line": line}),
            Source::Variable(name) => json!({"source": "variable", "variable": name}),
            Source::Flag => json!({"source": "flag"}),
        };
        let (values, hidden) = match secret::shown(setting) {
            Shown::Whole(values) => (values, false),
            Shown::NamesOnly(values) => (values, true),
            Shown::Nothing | Shown::NotText => (Vec::new(), true),
        };
        entry["value"] = match (&*values, setting.list) {
            (values, true) => json!(values),
            ([.., last], false) => json!(toml_scalar(last)),
            ([], false) => serde_json::Value::Null,
        };
        if hidden {
            entry["hidden"] = true.into();
        }
        if let (true, Some(derived)) = (setting.values.is_empty(), derived.get(&*setting.name)) {
            entry["derived"] = json!(derived);
        }
        all.insert(setting.name.clone(), entry);
    }
    format!("{:#}\n", serde_json::Value::Object(all))
}

/// A comment ends with its line.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

    fn setting(name: &str, list: bool, values: &[&str]) -> Setting {
        Setting {
            name: name.into(),
            heading: "Server".into(),
            values: values.iter().map(OsString::from).collect(),
            list,
            source: Source::Variable("X".into()),
        }
    }

    fn drawn(name: &str, list: bool, values: &[&str]) -> String {
        line(&setting(name, list, values), None)
    }

    #[test]
    fn values_are_written_as_their_types() {
        assert_eq!(drawn("queue", false, &["256"]), "queue = 256  # the variable X");
        assert_eq!(drawn("fuel", false, &["true"]), "fuel = true  # the variable X");
        assert_eq!(drawn("grace", false, &["007"]), "grace = \"007\"  # the variable X");
        assert_eq!(drawn("dir", true, &["a=/x \"y\""]), "dir = ['a=/x \"y\"']  # the variable X");
        assert_eq!(drawn("dir", true, &[]), "# dir =  # not set");
    }

    #[test]
    fn what_follows_is_said_where_nothing_is_set() {
        let derived = "127.0.0.1:8080".to_owned();
        let text = line(&setting("addr", false, &[]), Some(&derived));
        assert_eq!(text, "# addr =  # not set: 127.0.0.1:8080");
        assert!(
            line(&setting("addr", false, &["[::1]:1"]), Some(&derived)).starts_with("addr = \"[::1]:1\"")
        );
    }

    #[test]
    fn secrets_are_in_neither_form() {
        let settings = [
            setting("env", true, &["TOKEN=hunter2", "HOME"]),
            setting("otlp-endpoint", false, &["http://me:hunter2@collector:4318"]),
        ];
        let (toml, json) = (as_toml(&settings, &Derived::new()), as_json(&settings, &Derived::new()));
        assert!(!toml.contains("hunter2") && !json.contains("hunter2"), "{toml}{json}");
        assert!(toml.contains("env = [\"TOKEN\", \"HOME\"]") && toml.contains("# otlp-endpoint ="), "{toml}");
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["env"]["value"], json!(["TOKEN", "HOME"]));
        assert_eq!(json["otlp-endpoint"]["hidden"], true);
    }
}
