//! Whether a server asks its clients who they are. The component does the asking, by variables of its own; what is
//! decided here is that it gets them, and what a server without them has to be careful about.

use super::layers::Environment;
use super::variables::Variable;
use crate::error::Error;
use std::path::Path;

/// Entries of keys.
pub const API_KEYS: &str = "POLAROID_API_KEYS";
/// A file of them among those that the component sees; on this host as well the setting `--api-keys-file`.
const API_KEYS_FILE: &str = "POLAROID_API_KEYS_FILE";

/// Each of them makes the component ask for a key or a token.
const CREDENTIALS: [&str; 5] =
    [API_KEYS, API_KEYS_FILE, "POLAROID_JWT_SECRET", "POLAROID_JWT_PUBLIC_KEY", "POLAROID_JWT_JWKS"];

/// Variables by which the component authenticates, and which are no settings of this host.
pub const VARIABLES: [&str; 8] = [
    API_KEYS,
    "POLAROID_JWT_SECRET",
    "POLAROID_JWT_PUBLIC_KEY",
    "POLAROID_JWT_JWKS",
    "POLAROID_JWT_ISSUER",
    "POLAROID_JWT_AUDIENCE",
    "POLAROID_JWT_LEEWAY",
    "POLAROID_JWT_TABLES_CLAIM",
];

/// Whether requests have to be authenticated. Keys by two ways at once are an error.
pub fn validate(keys: Option<&Path>, variables: &[Variable]) -> Result<bool, Error> {
    let twice = variables.iter().find(|variable| [API_KEYS, API_KEYS_FILE].contains(&&*variable.name));
    if let (Some(_), Some(Variable { name, .. })) = (keys, twice) {
        return Err(Error::Usage(format!(
            "keys are given by --api-keys-file and by --env {name}; accepted is one of the two"
        )));
    }
    // An empty one asks for nothing.
    let asks =
        |variable: &Variable| CREDENTIALS.contains(&&*variable.name) && !variable.value.trim().is_empty();
    Ok(keys.is_some() || variables.iter().any(asks))
}

/// Takes out what would make the component ask for credentials: `polaroid query` has none to show, and whoever runs
/// it can read the files anyway.
pub fn waive(variables: &mut Vec<Variable>) {
    variables.retain(|variable| !VARIABLES.contains(&&*variable.name) && variable.name != API_KEYS_FILE);
}

/// Variables of the process that were meant to protect the server, as they do on other hosts, and protect nothing here.
pub fn unheeded(variables: &[Variable], environment: &Environment) -> Vec<String> {
    let given = |name: &&str| environment.iter().any(|(given, value)| given == name && !value.is_empty());
    let passed = |name: &&str| variables.iter().any(|variable| variable.name == *name);
    let unheeded = VARIABLES.iter().filter(|name| given(name) && !passed(name));
    unheeded
        .map(|name| {
            format!("the variable {name} does not reach the component, and so protects nothing; give --env {name}, or unset it")
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(given: &[(&str, &str)]) -> Vec<Variable> {
        let variable = |&(name, value): &(&str, &str)| Variable { name: name.into(), value: value.into() };
        given.iter().map(variable).collect()
    }

    #[test]
    fn whatever_names_credentials_authenticates() {
        for (keys, given, authenticates) in [
            (None, &[][..], false),
            (Some("keys.jsonl"), &[], true),
            (Some("keys.jsonl"), &[("POLAROID_JWT_SECRET", "s")], true),
            (None, &[("POLAROID_API_KEYS", "{}")], true),
            (None, &[("POLAROID_API_KEYS_FILE", "/data/keys")], true),
            (None, &[("POLAROID_JWT_JWKS", "{}")], true),
            (None, &[("POLAROID_API_KEYS", " \n")], false),
            (None, &[("POLAROID_JWT_ISSUER", "https://issuer"), ("REGION", "eu")], false),
        ] {
            assert_eq!(validate(keys.map(Path::new), &variables(given)).unwrap(), authenticates, "{given:?}");
        }
    }

    #[test]
    fn keys_are_given_by_one_way() {
        for name in ["POLAROID_API_KEYS", "POLAROID_API_KEYS_FILE"] {
            let error = validate(Some(Path::new("k")), &variables(&[(name, "")])).unwrap_err().to_string();
            assert!(
                error.contains("--api-keys-file") && error.contains(&format!("--env {name};")),
                "{error}"
            );
        }
    }

    #[test]
    fn a_query_here_shows_no_credentials() {
        let mut given = variables(&[
            ("A", "1"),
            ("POLAROID_API_KEYS_FILE", "f"),
            ("POLAROID_API_KEYS", "k"),
            ("POLAROID_JWT_SECRET", "s"),
        ]);
        waive(&mut given);
        assert_eq!(given, variables(&[("A", "1")]));
    }

    #[test]
    fn what_stays_with_the_process_is_said() {
        let environment =
            [("POLAROID_JWT_SECRET", "s"), ("POLAROID_JWT_ISSUER", "i"), ("POLAROID_JWT_LEEWAY", "")]
                .map(|(name, value)| (name.into(), value.into()));
        let warnings = unheeded(&variables(&[("POLAROID_JWT_SECRET", "s")]), &environment);
        let [warning] = &warnings[..] else { panic!("{warnings:?}") };
        assert!(
            warning.contains("POLAROID_JWT_ISSUER") && !warning.contains("POLAROID_JWT_SECRET"),
            "{warning}"
        );
    }
}
