//! How a part of a form is called, and its file: its Content-Disposition (RFC 7578, section 4.2).
//!
//! multer looks for `name=` in all of the header, and so also in the name of a file, which is quoted and may be
//! anybody's.

/// What the header says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Disposition {
    pub name: Option<String>,
    pub file_name: Option<String>,
}

impl Disposition {
    /// # Errors
    /// Why the header has not one meaning.
    pub fn parse(header: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(header).map_err(|_| "is not UTF-8")?;
        let mut parsed = Self::default();
        let mut rest = text.split_once(';').map_or("", |(_, parameters)| parameters);
        while !rest.trim_start().is_empty() {
            let (key, value, after) = parameter(rest)?;
            rest = after;
            let place = match key {
                _ if key.eq_ignore_ascii_case("name") => &mut parsed.name,
                _ if key.eq_ignore_ascii_case("filename") => &mut parsed.file_name,
                // `filename*` among them, which forms do not have.
                _ => continue,
            };
            if place.replace(value).is_some() {
                return Err(format!("has '{key}' twice"));
            }
        }
        Ok(parsed)
    }
}

/// The first parameter of `text`, and what follows it.
fn parameter(text: &str) -> Result<(&str, String, &str), String> {
    let (key, value) = text.split_once('=').ok_or("has a parameter without a value")?;
    if key.contains([';', '"']) {
        return Err("has a parameter without a value".into());
    }
    let value = value.trim_start();
    let (value, after) = match value.strip_prefix('"') {
        Some(quoted) => unquoted(quoted)?,
        None => {
            let (plain, _) = value.split_once(';').unwrap_or((value, ""));
            if plain.contains('"') {
                return Err("has a quote within a value; a quoted value begins with it".into());
            }
            (plain.trim_end().to_string(), &value[plain.len()..])
        }
    };
    match after.trim_start() {
        "" => Ok((key.trim(), value, "")),
        after => {
            let after = after.strip_prefix(';').ok_or("has no ';' between two parameters")?;
            Ok((key.trim(), value, after))
        }
    }
}

/// The text up to the closing quote, and what follows that. A backslash stands for itself but before a quote or
/// another one: browsers do not escape it.
fn unquoted(text: &str) -> Result<(String, &str), String> {
    let mut value = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Ok((value, &text[at + 1..])),
            '\\' => {
                value.push(chars.next_if(|(_, next)| matches!(next, '"' | '\\')).map_or(c, |(_, next)| next))
            }
            _ => value.push(c),
        }
    }
    Err("has a quoted value without an end".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts_and_files() {
        for (header, name, file_name) in [
            ("form-data; name=\"a\"", Some("a"), None),
            ("form-data;name=a;filename=x.csv", Some("a"), Some("x.csv")),
            ("form-data; NAME = \"a\" ; FileName = x.csv ;", Some("a"), Some("x.csv")),
            ("form-data; filename=\"x; name=sql ;.csv\"; name=\"t\"", Some("t"), Some("x; name=sql ;.csv")),
            ("form-data; filename=\"\\\"; name=sql; \\\\\"; name=t", Some("t"), Some("\"; name=sql; \\")),
            ("form-data; name=\"t\"; filename=\"C:\\data\\x.csv\"", Some("t"), Some("C:\\data\\x.csv")),
            ("form-data; name=\"t\"; filename*=UTF-8''y.csv", Some("t"), None),
            ("form-data; name=\"\u{e4}\"; filename=\"\"", Some("\u{e4}"), Some("")),
            ("form-data; filename=\"name\"", None, Some("name")),
            ("form-data", None, None),
            ("", None, None),
        ] {
            let parsed = Disposition::parse(header.as_bytes()).unwrap();
            assert_eq!((parsed.name.as_deref(), parsed.file_name.as_deref()), (name, file_name), "{header}");
        }
    }

    #[test]
    fn what_has_several_meanings_is_refused() {
        for (header, why) in [
            ("form-data; name=\"a\"; name=\"sql\"", "'name' twice"),
            ("form-data; filename=a; FILENAME=b", "'FILENAME' twice"),
            ("form-data; name=\"a", "without an end"),
            ("form-data; filename=\"a\\\"; name=b", "without an end"),
            ("form-data; name=\"a\" name=sql", "no ';'"),
            ("form-data; name=a\"b\"", "a quote within"),
            ("form-data; x; name=a", "without a value"),
            ("form-data; name", "without a value"),
        ] {
            let error = Disposition::parse(header.as_bytes()).unwrap_err();
            assert!(error.contains(why), "{header}: {error}");
        }
        assert!(Disposition::parse(b"form-data; name=\"\xff\"").unwrap_err().contains("UTF-8"));
    }
}
