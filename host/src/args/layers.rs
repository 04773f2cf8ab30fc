//! The layers of settings: flags over variables over polaroid.toml over defaults.
//!
//! A variable or a key of the file becomes the default value of its flag, so that clap's parsers
//! validate every layer alike. Values of a lower layer are replaced, lists as well, never added to.

use super::{auth, file, settings};
use crate::error::Error;
use crate::sandbox::RECORD_VARIABLES;
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// Which layer a value is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Default,
    File { path: PathBuf, line: usize },
    Variable(String),
    Flag,
}

/// One setting as it holds.
#[derive(Debug, Clone)]
pub struct Setting {
    pub name: String,
    /// The part of the help that it stands in.
    pub heading: String,
    /// As they would be written behind the flag, paths absolute; none when it is not set.
    pub values: Vec<OsString>,
    pub list: bool,
    pub source: Source,
}

/// The command line with what the other layers add to it.
#[derive(Debug)]
pub struct Layered {
    pub matches: ArgMatches,
    /// In the order of the help.
    pub settings: Vec<Setting>,
}

pub type Environment = [(OsString, OsString)];

/// A value of a variable or the file.
struct Layer<'a> {
    arg: &'a Arg,
    values: Vec<OsString>,
    source: Source,
}

/// Parses `line`. Errors are ready to be printed by clap, and `--help` is one of them.
pub fn read(line: &[OsString], environment: &Environment) -> Result<Layered, clap::Error> {
    let shown = settings::command();
    let bare = settings::without_variables(shown.clone());
    // First the command line alone: help and mistakes in it come before those of other layers.
    let alone = match bare.clone().try_get_matches_from(line) {
        Ok(alone) => alone,
        // Once more, so that help has the variables in it.
        Err(error) => return Err(shown.try_get_matches_from(line).err().unwrap_or(error)),
    };
    let Some((subcommand, flags)) = alone.subcommand() else {
        return Ok(Layered { matches: alone.clone(), settings: Vec::new() });
    };
    let own = settings::of(&bare, subcommand);
    let layers = match layers(&bare, &own, flags, environment) {
        Ok(layers) => layers,
        Err(error) => return Err(shown.clone().error(ErrorKind::ValueValidation, error)),
    };
    let layered = bare.clone().mut_subcommand(subcommand, |command| {
        layers.iter().fold(command, |command, layer| {
            command.mut_arg(layer.arg.get_id().clone(), |arg| arg.default_values(layer.values.clone()))
        })
    });
    let matches = layered.try_get_matches_from(line)?;
    let settings = match matches.subcommand() {
        Some((_, matches)) => own
            .iter()
            .filter(|arg| settings::name(arg) != settings::CONFIG)
            .map(|arg| setting(arg, matches, &layers))
            .collect(),
        None => Vec::new(),
    };
    Ok(Layered { matches, settings })
}

/// What the file says, then what variables say, each checked.
fn layers<'a>(
    command: &'a Command,
    own: &[&'a Arg],
    flags: &ArgMatches,
    environment: &Environment,
) -> Result<Vec<Layer<'a>>, Error> {
    let variables = variables(command, own, environment)?;
    let flag = flags.try_get_one::<PathBuf>(settings::CONFIG).ok().flatten();
    let variable = variables.iter().find(|layer| settings::name(layer.arg) == settings::CONFIG);
    let path = flag.map(PathBuf::as_path).or(variable.map(|layer| Path::new(&layer.values[0])));
    let mut layers = match path {
        Some(path) if own.iter().any(|arg| settings::name(arg) == settings::CONFIG) => {
            from_file(command, own, path)?
        }
        _ => Vec::new(),
    };
    layers.retain(|lower| !variables.iter().any(|layer| layer.arg.get_id() == lower.arg.get_id()));
    layers.extend(variables);
    Ok(layers)
}

/// The whole file is checked, also what only `serve` takes from it.
fn from_file<'a>(command: &'a Command, own: &[&'a Arg], path: &Path) -> Result<Vec<Layer<'a>>, Error> {
    let all = settings::of(command, settings::SERVE);
    let mut layers = Vec::new();
    for file::Entry { key, line, values } in file::read(path, &all)? {
        check(command, &key, &values)
            .map_err(|seen| Error::Usage(format!("{}: line {line}: {key}: {seen}", path.display())))?;
        let source = Source::File { path: path.to_owned(), line };
        if let Some(&arg) = own.iter().find(|arg| settings::name(arg) == key) {
            layers.push(Layer { arg, values, source });
        }
    }
    Ok(layers)
}

fn variables<'a>(
    command: &'a Command,
    own: &[&'a Arg],
    environment: &Environment,
) -> Result<Vec<Layer<'a>>, Error> {
    let mut layers = Vec::new();
    for &arg in own {
        let name = settings::variable(arg);
        let Some((_, value)) = environment.iter().find(|(given, _)| *given == *name) else { continue };
        if value.is_empty() {
            return Err(Error::Usage(format!(
                "the variable {name} is empty; give it a value for --{}, or unset it",
                settings::name(arg)
            )));
        }
        let values = if settings::is_list(arg) { at_commas(value) } else { vec![value.clone()] };
        check(command, settings::name(arg), &values)
            .map_err(|seen| Error::Usage(format!("the variable {name}: {seen}")))?;
        layers.push(Layer { arg, values, source: Source::Variable(name) });
    }
    Ok(layers)
}

/// The elements of a list in a variable.
fn at_commas(value: &OsStr) -> Vec<OsString> {
    let parts = value.as_bytes().split(|&byte| byte == b',');
    parts.map(|part| OsString::from_vec(part.trim_ascii().to_vec())).collect()
}

/// Asks the flag's own parser.
fn check(command: &Command, key: &str, values: &[OsString]) -> Result<(), String> {
    let flags = values.iter().map(|value| {
        let mut flag = OsString::from(format!("--{key}="));
        flag.push(value);
        flag
    });
    let line = [OsString::from("polaroid"), settings::SERVE.into()].into_iter().chain(flags);
    match command.clone().try_get_matches_from(line) {
        Ok(_) => Ok(()),
        Err(error) => Err(essence(&error)),
    }
}

/// clap's text without what belongs to a command line.
fn essence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.split("\n\nFor more information").next().unwrap_or_default();
    let lines: Vec<&str> = text.trim_start_matches("error: ").split_whitespace().collect();
    lines.join(" ")
}

fn setting(arg: &Arg, matches: &ArgMatches, layers: &[Layer]) -> Setting {
    let id = arg.get_id().as_str();
    let layer = layers.iter().find(|layer| layer.arg.get_id() == id);
    let folder = std::env::current_dir().unwrap_or_default();
    let source = match (matches.value_source(id), layer) {
        (Some(ValueSource::CommandLine), _) => Source::Flag,
        (_, Some(layer)) => layer.source.clone(),
        (_, None) => Source::Default,
    };
    Setting {
        name: settings::name(arg).to_owned(),
        heading: arg.get_help_heading().unwrap_or_default().to_owned(),
        values: matches
            .get_raw(id)
            .into_iter()
            .flatten()
            .map(|value| settings::based(arg, value.to_owned(), &folder))
            .collect(),
        list: settings::is_list(arg),
        source,
    }
}

/// Variables that look like a setting and are none, each with the one that was most likely meant.
///
/// Not an error, and others are passed over: POLAROID_SERVICE_HOST and the like come from Kubernetes where a
/// service is called polaroid.
pub fn misspelt(environment: &Environment) -> Vec<String> {
    const PREFIX: &str = "POLAROID_";
    let command = settings::command();
    let known: Vec<String> =
        settings::of(&command, settings::SERVE).into_iter().map(settings::variable).collect();
    let names = || known.iter().filter_map(|name| name.strip_prefix(PREFIX));
    // People set them for other hosts.
    let given = environment.iter().filter_map(|(name, _)| name.to_str());
    given
        .filter(|name| !RECORD_VARIABLES.contains(name) && !auth::VARIABLES.contains(name))
        .filter_map(|name| name.strip_prefix(PREFIX))
        .filter(|suffix| !names().any(|name| name == *suffix))
        .filter_map(|suffix| {
            let near = settings::near(suffix, names())?;
            Some(format!("the variable {PREFIX}{suffix} is no setting; there is {PREFIX}{near}"))
        })
        .collect()
}

/// An error that names flags, with where their values are from if that is not the command line.
pub fn with_sources(error: &str, settings: &[Setting]) -> String {
    let mentioned = |setting: &&Setting| {
        let named = |word: &str| {
            word.trim_matches(|c: char| !c.is_alphanumeric() && c != '-') == format!("--{}", setting.name)
        };
        error.split_whitespace().any(named)
    };
    let elsewhere =
        settings.iter().filter(|setting| !matches!(setting.source, Source::Default | Source::Flag));
    let sources: Vec<String> = elsewhere
        .filter(mentioned)
        .map(|setting| format!("\n  --{} is set by {}", setting.name, setting.source))
        .collect();
    format!("{error}{}", sources.concat())
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File { path, line } => write!(f, "{}, line {line}", path.display()),
            Source::Variable(name) => write!(f, "the variable {name}"),
            Source::Flag => f.write_str("flag"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layered(line: &str, environment: &[(&str, &str)]) -> Result<Layered, String> {
        let line: Vec<OsString> = format!("polaroid {line}").split(' ').map(OsString::from).collect();
        let environment: Vec<(OsString, OsString)> =
            environment.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        read(&line, &environment).map_err(|error| error.to_string())
    }

    fn got(layered: &Layered, name: &str) -> (Vec<String>, String) {
        let setting = layered.settings.iter().find(|setting| setting.name == name).unwrap();
        let values = setting.values.iter().map(|value| value.to_str().unwrap().to_owned());
        (values.collect(), setting.source.to_string())
    }

    fn is(values: &[&str], source: &str) -> (Vec<String>, String) {
        (values.iter().map(|&value| value.to_owned()).collect(), source.to_owned())
    }

    fn file(text: &str) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, text).unwrap();
        file
    }

    #[test]
    fn flags_win_over_variables_over_the_file_over_defaults() {
        let file = file("grace = 1\nbody-timeout = \"1s\"\nheader-timeout = \"1s\"\n");
        let path = file.path().display().to_string();
        let environment =
            [("POLAROID_GRACE", "2"), ("POLAROID_BODY_TIMEOUT", "2s"), ("POLAROID_CONFIG", &*path)];
        let all = layered("serve --grace 3", &environment).unwrap();
        assert_eq!(got(&all, "grace"), is(&["3"], "flag"));
        assert_eq!(got(&all, "body-timeout"), is(&["2s"], "the variable POLAROID_BODY_TIMEOUT"));
        assert_eq!(got(&all, "header-timeout"), is(&["1s"], &format!("{path}, line 3")));
        assert_eq!(got(&all, "max-header-bytes"), is(&["64KiB"], "default"));
        assert_eq!(got(&all, "tls-cert"), is(&[], "default"));
    }

    #[test]
    fn the_flag_names_another_file_than_the_variable() {
        let (one, two) = (file("grace = 1"), file("grace = 2"));
        let line = format!("serve --config {}", two.path().display());
        let all = layered(&line, &[("POLAROID_CONFIG", one.path().to_str().unwrap())]).unwrap();
        assert_eq!(got(&all, "grace").0, ["2"]);
    }

    #[test]
    fn a_list_of_a_higher_layer_takes_the_place_of_a_lower_one() {
        let file = file("env = [\"A\", \"B\"]");
        let line = format!("serve --config {}", file.path().display());
        assert_eq!(got(&layered(&line, &[]).unwrap(), "env").0, ["A", "B"]);
        let variable = [("POLAROID_ENV", "C=1, D=2")];
        assert_eq!(got(&layered(&line, &variable).unwrap(), "env").0, ["C=1", "D=2"]);
        assert_eq!(got(&layered(&format!("{line} --env E"), &variable).unwrap(), "env").0, ["E"]);
    }

    #[test]
    fn a_query_takes_what_it_shares_and_leaves_the_rest() {
        let file = file("env = [\"A\"]\ngrace = 1\n");
        let path = file.path().to_str().unwrap();
        let environment = [("POLAROID_CONFIG", path), ("POLAROID_GRACE", "nonsense"), ("POLAROID_ROWS", "x")];
        let query = layered("query x", &environment).unwrap();
        assert_eq!(got(&query, "env").0, ["A"]);
        assert!(query.settings.iter().all(|setting| setting.name != "grace"));
    }

    #[test]
    fn bad_values_are_refused_with_the_layer_that_they_are_in() {
        let bad = file("# first\ngrace = \"soon\"\n");
        let path = bad.path().display().to_string();
        let error = layered(&format!("serve --config {path}"), &[]).unwrap_err();
        assert!(error.contains(&format!("{path}: line 2: grace: invalid value 'soon'")), "{error}");
        assert!(error.contains("accepted is a number of seconds"), "{error}");
        // Also where a higher layer would win.
        assert!(layered(&format!("serve --grace 1 --config {path}"), &[]).is_err());

        let error = layered("serve", &[("POLAROID_GRACE", "soon")]).unwrap_err();
        assert!(error.contains("the variable POLAROID_GRACE: invalid value 'soon'"), "{error}");
        let error = layered("serve", &[("POLAROID_GRACE", "")]).unwrap_err();
        assert!(error.contains("POLAROID_GRACE is empty"), "{error}");
        let error = layered("serve --grace soon", &[("POLAROID_GRACE", "soon")]).unwrap_err();
        assert!(error.contains("invalid value 'soon' for '--grace <TIME>'"), "{error}");
        let error = layered("serve", &[("POLAROID_CONFIG", "/nowhere/p.toml")]).unwrap_err();
        assert!(error.contains("/nowhere/p.toml: No such file"), "{error}");
    }

    #[test]
    fn misspelt_variables_are_found_and_others_are_nobodys_business() {
        let environment =
            ["POLAROID_MEMROY", "POLAROID_MAX_BODY", "POLAROID_MEMORY", "POLAROID_SERVICE_HOST", "HOME"]
                .map(|name| (name.into(), "1".into()));
        let found = misspelt(&environment);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("POLAROID_MEMROY is no setting; there is POLAROID_MEMORY"), "{found:?}");
        assert!(found[1].contains("there is POLAROID_MAX_BODY_BYTES"), "{found:?}");
    }

    #[test]
    fn help_comes_whatever_the_layers_say() {
        let help = layered("serve --help", &[("POLAROID_GRACE", "soon")]).unwrap_err();
        assert!(help.contains("[env: POLAROID_GRACE]"), "{help}");
    }
}
