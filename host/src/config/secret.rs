//! What of a setting may be shown to whoever reads logs and tickets.

use crate::args::Setting;

/// The part of a setting's values that is no secret.
pub enum Shown {
    Whole(Vec<String>),
    /// `--env NAME=VALUE` without its values. Read back, each is taken from the environment, and is an
    /// error where it is not there: never another value.
    NamesOnly(Vec<String>),
    Nothing,
    NotText,
}

pub fn shown(setting: &Setting) -> Shown {
    let texts = setting.values.iter().map(|value| value.to_str().map(str::to_owned));
    let Some(values) = texts.collect::<Option<Vec<String>>>() else { return Shown::NotText };
    if setting.name == "env" && values.iter().any(|value| value.contains('=')) {
        let name = |value: &String| value.split('=').next().unwrap_or_default().to_owned();
        return Shown::NamesOnly(values.iter().map(name).collect());
    }
    if values.iter().any(|value| has_password(value)) {
        return Shown::Nothing;
    }
    Shown::Whole(values)
}

/// A URL with a user and perhaps a password before its host.
fn has_password(value: &str) -> bool {
    let Some((_, rest)) = value.split_once("://") else { return false };
    rest.split(['/', '?', '#']).next().is_some_and(|authority| authority.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_before_the_host() {
        assert!(has_password("https://u:p@h/x"));
        assert!(!has_password("https://h/x@y") && !has_password("u@h") && !has_password("http://h?q=a@b"));
    }
}
