//! Where the SQL of `polaroid query` is, and the values of its placeholders.

use crate::error::Error;
use std::io::{IsTerminal, Read};
use std::path::Path;

/// The argument, else the file, else standard input, which `-` names too.
pub fn read(argument: Option<String>, file: Option<&Path>) -> Result<String, Error> {
    let (text, place) = match (argument, file) {
        (Some(sql), _) if sql != "-" => (sql, "in the argument".to_owned()),
        (None, Some(path)) => (
            std::fs::read_to_string(path).map_err(|error| {
                Error::Usage(format!("--file {}: {error}; accepted is a file of UTF-8 text", path.display()))
            })?,
            format!("in {}", path.display()),
        ),
        (None, None) if std::io::stdin().is_terminal() => {
            return Err(Error::Usage(
                "no SQL; give it as an argument, in a file by --file FILE, or on standard input".into(),
            ));
        }
        _ => (standard_input()?, "on standard input".to_owned()),
    };
    if text.trim().is_empty() {
        return Err(Error::Usage(format!(
            "no SQL {place}; give it as an argument, in a file by --file FILE, or on standard input"
        )));
    }
    Ok(text)
}

fn standard_input() -> Result<String, Error> {
    let mut sql = String::new();
    std::io::stdin().read_to_string(&mut sql).map_err(|error| {
        Error::Usage(format!("cannot read SQL from standard input: {error}; accepted is UTF-8 text"))
    })?;
    Ok(sql)
}

/// The JSON of `--params`.
pub fn params(given: &str) -> Result<serde_json::Value, Error> {
    let usage = |seen: String| {
        Error::Usage(format!(
            "--params: {seen}; accepted are a list for $1 and ?, as in '[1, \"a\"]', and an object for $name and :name, \
             as in '{{\"least\": 35}}'"
        ))
    };
    match serde_json::from_str(given) {
        Ok(value @ (serde_json::Value::Array(_) | serde_json::Value::Object(_))) => Ok(value),
        Ok(_) => Err(usage("seen is one value".into())),
        Err(error) => Err(usage(format!("not JSON ({error})"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sql_is_the_argument_or_in_a_file() {
        assert_eq!(read(Some("SELECT 1".into()), None).unwrap(), "SELECT 1");
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(&file, "SELECT\n2\n").unwrap();
        assert_eq!(read(None, Some(file.path())).unwrap(), "SELECT\n2\n");
    }

    #[test]
    fn no_sql_is_an_error_that_names_the_place() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = read(None, Some(file.path())).unwrap_err().to_string();
        assert!(error.contains(&file.path().display().to_string()), "{error}");
        assert!(read(Some("  ".into()), None).unwrap_err().to_string().contains("in the argument"));
        let error = read(None, Some(Path::new("/nowhere.sql"))).unwrap_err().to_string();
        assert!(error.contains("--file /nowhere.sql"), "{error}");
    }

    #[test]
    fn params_are_a_list_or_an_object() {
        assert_eq!(params("[1, null]").unwrap(), serde_json::json!([1, null]));
        assert_eq!(params("{\"a\": 1}").unwrap(), serde_json::json!({"a": 1}));
        for bad in ["5", "", "[1", "least=5"] {
            assert!(params(bad).unwrap_err().to_string().contains("$name"), "{bad}");
        }
    }
}
