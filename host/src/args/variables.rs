//! What guests find in their environment: `--env NAME[=VALUE]`, and what the component documents as its
//! own. Nothing else of this process's environment reaches them.

use super::layers::Environment;
use crate::error::Error;
use std::ffi::OsString;

/// The component's limit on the bodies of requests.
pub const MAX_BODY: &str = "POLAROID_MAX_BODY_BYTES";
/// Where it may put what does not fit its memory, how much of that there may be, and how much memory it has.
pub const SCRATCH: &str = "POLAROID_SCRATCH";
pub const SCRATCH_BYTES: &str = "POLAROID_SCRATCH_BYTES";
pub const MEMORY_BYTES: &str = "POLAROID_MEMORY_BYTES";

/// A variable in the guest's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub value: String,
}

/// The component's own, then `--env` in the order given; the last one of a name wins.
pub fn validate(
    own: Vec<(&str, String)>,
    given: &[String],
    environment: &Environment,
) -> Result<Vec<Variable>, Error> {
    let mut variables = Vec::new();
    for (name, value) in own {
        set(&mut variables, name, value);
    }
    for given in given {
        let (name, value) = match given.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => match environment.iter().find(|(name, _)| name.to_str() == Some(given)) {
                Some((_, value)) => (given.as_str(), text(given, value)?),
                None => {
                    return Err(Error::Usage(format!(
                        "--env {given}: this process has no variable of that name; set it, or give --env {given}=VALUE"
                    )));
                }
            },
        };
        if [SCRATCH, SCRATCH_BYTES, MEMORY_BYTES].contains(&name) {
            return Err(Error::Usage(format!(
                "--env {name}: it follows from --scratch and --memory; give these"
            )));
        }
        if name.is_empty() {
            // The value may be a secret.
            return Err(Error::Usage("--env without a name; accepted are NAME and NAME=VALUE".into()));
        }
        set(&mut variables, name, value);
    }
    Ok(variables)
}

fn text(name: &str, value: &OsString) -> Result<String, Error> {
    value.to_str().map(str::to_owned).ok_or_else(|| {
        Error::Usage(format!(
            "the variable {name} is not UTF-8, which is all that a guest can be given; correct or unset it"
        ))
    })
}

fn set(variables: &mut Vec<Variable>, name: &str, value: String) {
    variables.retain(|variable| variable.name != name);
    variables.push(Variable { name: name.to_owned(), value });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(given: &[&str]) -> Result<Vec<(String, String)>, Error> {
        let environment = [("POLAROID_LOG", "debug"), ("POLAROID_ADDR", "x"), ("HOME", "/h"), ("TOKEN", "t")]
            .map(|(name, value)| (name.into(), value.into()));
        let given: Vec<String> = given.iter().map(|&given| given.to_owned()).collect();
        Ok(validate(vec![(MAX_BODY, "9".into())], &given, &environment)?
            .into_iter()
            .map(|v| (v.name, v.value))
            .collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn guests_get_only_what_is_named() {
        assert_eq!(seen(&[]).unwrap(), pairs(&[(MAX_BODY, "9")]));
        assert_eq!(
            seen(&["TOKEN", "A=b=c", "EMPTY=", "POLAROID_LOG"]).unwrap()[1..],
            pairs(&[("TOKEN", "t"), ("A", "b=c"), ("EMPTY", ""), ("POLAROID_LOG", "debug")])
        );
    }

    #[test]
    fn the_last_of_a_name_wins() {
        assert_eq!(
            seen(&["POLAROID_LOG=info", "POLAROID_MAX_BODY_BYTES=5", "POLAROID_LOG=warn"]).unwrap(),
            pairs(&[(MAX_BODY, "5"), ("POLAROID_LOG", "warn")])
        );
    }

    #[test]
    fn unset_and_nameless_variables_are_refused() {
        assert!(seen(&["MISSING"]).unwrap_err().to_string().contains("MISSING=VALUE"));
        let error = seen(&["=secret"]).unwrap_err().to_string();
        assert!(error.contains("NAME=VALUE") && !error.contains("secret"), "{error}");
    }
}
