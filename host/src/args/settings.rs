//! What can be set: every flag of `polaroid serve`, which is as well a key of polaroid.toml and a
//! variable.
//!
//! A flag is defined once, in the clap definition; key and variable follow from its name.

use super::given::Cli;
use super::mount;
use super::variables;
use clap::builder::BoolishValueParser;
use clap::{Arg, ArgAction, Command, CommandFactory, ValueHint};
use std::ffi::OsString;
use std::path::Path;

/// The subcommand whose flags are the settings.
pub const SERVE: &str = "serve";
/// Names the file of settings, so it cannot stand in the file.
pub const CONFIG: &str = "config";

/// The command line, with the variables in its help.
pub fn command() -> Command {
    let command = Cli::command();
    let keys: Vec<String> = keys(&command);
    command.mut_subcommands(|subcommand| {
        subcommand.mut_args(|arg| match arg.get_long() {
            Some(long) if keys.iter().any(|key| key == long) => with_variable(switch(arg)),
            _ => arg,
        })
    })
}

/// The same without the variables, which clap would read by itself.
pub fn without_variables(command: Command) -> Command {
    command.mut_subcommands(|subcommand| subcommand.mut_args(|arg| arg.env(None::<&str>)))
}

/// The settings of a subcommand: those flags of its own that `serve` has too.
pub fn of<'a>(command: &'a Command, subcommand: &str) -> Vec<&'a Arg> {
    let keys = keys(command);
    let subcommand = command.find_subcommand(subcommand);
    let args = subcommand.into_iter().flat_map(Command::get_arguments);
    args.filter(|arg| keys.iter().any(|key| key == name(arg))).collect()
}

/// The name of flag and key.
pub fn name(arg: &Arg) -> &str {
    arg.get_long().unwrap_or_default()
}

/// Given several times, and a list in the file.
pub fn is_list(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Append)
}

/// The variable that sets `arg`.
pub fn variable(arg: &Arg) -> String {
    match name(arg) {
        // The component's own name for it, which is there since before the flag.
        "max-body" => variables::MAX_BODY.to_owned(),
        name => format!("POLAROID_{}", name.to_uppercase().replace('-', "_")),
    }
}

/// A value that is relative to `folder`, where it is a path, as it means the same from anywhere.
pub fn based(arg: &Arg, value: OsString, folder: &Path) -> OsString {
    match arg.get_value_hint() {
        // An empty one is refused by the flag's parser.
        _ if value.is_empty() => value,
        ValueHint::DirPath => mount::based(Path::new(&value), folder),
        ValueHint::FilePath | ValueHint::AnyPath => folder.join(value).into(),
        _ => value,
    }
}

/// The name among `known` that `given` most likely meant.
pub fn near<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let likeness = |name: &&str| strsim::jaro_winkler(given, name);
    let nearest = known.into_iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
    (likeness(&nearest) > 0.8).then_some(nearest)
}

fn keys(command: &Command) -> Vec<String> {
    let serve = command.find_subcommand(SERVE);
    let longs = serve.into_iter().flat_map(Command::get_arguments).filter_map(Arg::get_long);
    longs.map(str::to_owned).collect()
}

fn with_variable(arg: Arg) -> Arg {
    let variable = variable(&arg);
    arg.env(variable).hide_env_values(true)
}

/// A switch can be turned off as well, since a file or a variable may have turned it on.
fn switch(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("true|false")
        .value_parser(BoolishValueParser::new())
        .default_missing_value("true")
        .default_value("false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_accepts_its_own_definition() {
        command().debug_assert();
        without_variables(command()).debug_assert();
    }

    #[test]
    fn every_setting_has_a_name_a_variable_and_a_place_in_the_help() {
        let command = command();
        let settings = of(&command, SERVE);
        assert!(settings.len() > 10);
        for arg in settings {
            assert!(arg.get_long().is_some() && arg.get_help().is_some(), "{}", arg.get_id());
            assert_eq!(arg.get_env().unwrap(), &*variable(arg), "{}", arg.get_id());
            assert!(arg.get_help_heading().is_some(), "{}", arg.get_id());
        }
    }

    fn is_switch(arg: &Arg) -> bool {
        arg.get_num_args().is_some_and(|number| number.min_values() == 0)
    }

    /// The tables of docs/configuration.md, by the parts of the help.
    fn tables() -> String {
        let command = command();
        let mut text = String::new();
        let mut heading = "";
        let mut settings = of(&command, SERVE);
        settings.sort_by_key(|arg| arg.get_help_heading() != Some("Configuration"));
        for arg in settings {
            let cell = |text: String| text.replace('|', "\\|").replace('\n', " ");
            if arg.get_help_heading() != Some(heading) {
                heading = arg.get_help_heading().unwrap_or_default();
                text.push_str(&format!(
                    "\n### {heading}\n\n| flag | key | variable | default | |\n|---|---|---|---|---|\n"
                ));
            }
            let key = if name(arg) == CONFIG { String::new() } else { format!("`{}`", name(arg)) };
            let values: Vec<String> =
                arg.get_value_names().into_iter().flatten().map(ToString::to_string).collect();
            let defaults: Vec<_> =
                arg.get_default_values().iter().map(|value| format!("`{}`", value.display())).collect();
            text.push_str(&format!(
                "| `--{}{}` | {key} | `{}` | {} | {} |\n",
                name(arg),
                cell(match is_switch(arg) {
                    true => format!("[={}]", values.join(" ")),
                    false => format!(" {}", values.join(" ")),
                }),
                variable(arg),
                defaults.join(", "),
                cell(arg.get_help().map(ToString::to_string).unwrap_or_default()),
            ));
        }
        text
    }

    /// With `BLESS=1` the page is written anew.
    #[test]
    fn the_page_has_every_setting_as_it_is() {
        const BEGIN: &str = "<!-- made from the command line -->\n";
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
        let page = std::fs::read_to_string(&path).unwrap();
        let (before, tables_of_page) = page.split_once(BEGIN).unwrap();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, format!("{before}{BEGIN}{}", tables())).unwrap();
            return;
        }
        assert_eq!(
            tables_of_page,
            tables(),
            "BLESS=1 cargo nextest run -p polaroid the_page_has writes it anew"
        );
    }

    #[test]
    fn query_shares_what_a_guest_sees_and_nothing_of_its_own_is_a_setting() {
        let command = command();
        let names: Vec<&str> = of(&command, "query").into_iter().map(name).collect();
        assert!(
            ["dir", "component", "env", "config"].iter().all(|shared| names.contains(shared)),
            "{names:?}"
        );
        assert!(["format", "output", "rows"].iter().all(|own| !names.contains(own)), "{names:?}");
    }

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let known = ["max-body", "max-concurrency", "memory"];
        assert_eq!(near("max_concurency", known), Some("max-concurrency"));
        assert_eq!(near("memroy", known), Some("memory"));
        assert_eq!(near("colour", known), None);
    }
}
