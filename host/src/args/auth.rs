//! Whether a server asks its clients who they are. The component does the asking, by variables of its own; what is
//! decided here is that it gets them, and what a server without them has to be careful about.

use super::layers::Environment;
use super::mount::Mount;
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

/// Refuses variables of the process that were meant to protect the server, as they do on other hosts, and would protect
/// nothing here. Empty ones as well: to the component that is a mistake, and no open door.
pub fn refuse_unheeded(variables: &[Variable], environment: &Environment) -> Result<(), Error> {
    let passed = |name: &str| variables.iter().any(|variable| variable.name == name);
    match VARIABLES.iter().find(|name| environment.iter().any(|(given, _)| given == **name) && !passed(name))
    {
        None => Ok(()),
        Some(name) => Err(Error::Usage(format!(
            "the variable {name} does not reach the component, and so protects nothing; give --env {name}, or unset it"
        ))),
    }
}

/// Refuses a file of keys that queries could read as a table.
pub fn keep_apart(keys: Option<&Path>, mounts: &[Mount]) -> Result<(), Error> {
    // One that cannot be found is refused where it is read.
    let Some(keys) = keys.and_then(|keys| keys.canonicalize().ok()) else { return Ok(()) };
    match mounts.iter().find(|mount| mount.holds(&keys)) {
        None => Ok(()),
        Some(mount) => Err(Error::Usage(format!(
            "--api-keys-file {} lies in --dir {}, where queries can read it; keep it elsewhere",
            keys.display(),
            mount.host.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsString;

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
    fn what_would_protect_nothing_is_refused() {
        let environment = |given: &[(&str, &str)]| -> Vec<(OsString, OsString)> {
            given.iter().map(|&(name, value)| (name.into(), value.into())).collect()
        };
        let passed = variables(&[("POLAROID_JWT_SECRET", "s")]);
        for (name, value) in
            [("POLAROID_JWT_ISSUER", "i"), ("POLAROID_API_KEYS", "{}"), ("POLAROID_JWT_LEEWAY", "")]
        {
            let given = environment(&[("POLAROID_JWT_SECRET", "s"), (name, value)]);
            let error = refuse_unheeded(&passed, &given).unwrap_err().to_string();
            assert!(error.contains(name) && !error.contains("POLAROID_JWT_SECRET"), "{error}");
        }
        assert!(refuse_unheeded(&passed, &environment(&[("POLAROID_JWT_SECRET", "s"), ("A", "1")])).is_ok());
    }

    #[test]
    fn keys_are_no_table() {
        let dir = tempfile::tempdir().unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir(&data).unwrap();
        for file in [data.join("keys.jsonl"), dir.path().join("keys.jsonl")] {
            std::fs::write(file, "").unwrap();
        }
        let mounts = [Mount { host: dir.path().join("data"), guest: "/data".into() }];
        assert!(keep_apart(Some(&dir.path().join("keys.jsonl")), &mounts).is_ok());
        for inside in ["data/keys.jsonl", "data/../data/keys.jsonl"] {
            let error = keep_apart(Some(&dir.path().join(inside)), &mounts).unwrap_err().to_string();
            assert!(error.contains("queries can read it"), "{error}");
        }
    }
}
