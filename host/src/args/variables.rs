//! `--env NAME[=VALUE]`, and the `POLAROID_…` variables that guests get by themselves.

use crate::error::Error;
use std::ffi::OsString;

/// Read by the host, of no meaning to guests.
const OF_THE_HOST: &[&str] = &[crate::artifact::COMPONENT_VARIABLE, "POLAROID_VERIFY"];

/// A variable in the guest's environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    pub value: String,
}

/// Every `POLAROID_…` of the process, then `--env` in the order given; the last one of a name wins.
pub fn validate(given: &[String], environment: &[(OsString, OsString)]) -> Result<Vec<Variable>, Error> {
    let mut variables = Vec::new();
    for (name, value) in environment {
        let Some(name) = name.to_str().filter(|name| name.starts_with("POLAROID_")) else { continue };
        if !OF_THE_HOST.contains(&name) {
            set(&mut variables, name, text(name, value)?);
        }
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
        if name.is_empty() {
            return Err(Error::Usage(format!("--env {given}: no name; accepted are NAME and NAME=VALUE")));
        }
        set(&mut variables, name, value);
    }
    Ok(variables)
}

/// Sets a variable that the guest has not been given.
pub fn or_set(variables: &mut Vec<Variable>, name: &str, value: impl ToString) {
    if !variables.iter().any(|variable| variable.name == name) {
        set(variables, name, value.to_string());
    }
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
        let environment =
            [("POLAROID_LOG", "debug"), ("POLAROID_COMPONENT", "x.wasm"), ("HOME", "/h"), ("TOKEN", "t")]
                .map(|(name, value)| (name.into(), value.into()));
        let given: Vec<String> = given.iter().map(|&given| given.to_owned()).collect();
        Ok(validate(&given, &environment)?.into_iter().map(|v| (v.name, v.value)).collect())
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    #[test]
    fn guests_get_only_what_is_ours_or_named() {
        assert_eq!(seen(&[]).unwrap(), pairs(&[("POLAROID_LOG", "debug")]));
        assert_eq!(
            seen(&["TOKEN", "A=b=c", "EMPTY="]).unwrap(),
            pairs(&[("POLAROID_LOG", "debug"), ("TOKEN", "t"), ("A", "b=c"), ("EMPTY", "")])
        );
    }

    #[test]
    fn the_last_of_a_name_wins() {
        assert_eq!(
            seen(&["POLAROID_LOG=info", "POLAROID_LOG=warn"]).unwrap(),
            pairs(&[("POLAROID_LOG", "warn")])
        );
    }

    #[test]
    fn unset_and_nameless_variables_are_refused() {
        assert!(seen(&["MISSING"]).unwrap_err().to_string().contains("MISSING=VALUE"));
        assert!(seen(&["=x"]).is_err());
    }
}
