//! A form (`multipart/form-data`, RFC 7578): parts that are options of the query, and parts that are tables.

use std::collections::HashSet;
use std::convert::Infallible;

use futures_util::FutureExt;
use futures_util::stream;
use multer::bytes::Bytes;
use multer::{Field, Multipart};
use polars_buffer::Buffer;

use super::disposition::Disposition;
use super::{Given, OPTIONS, data, route};
use crate::catalog::Sent;
use crate::error::{Error, Kind, Result};

/// What a form says.
pub struct Form {
    pub given: Given,
    pub tables: Vec<Sent>,
}

/// Takes a form apart. A part that is called like an option is that option, whether or not it comes from a file.
///
/// # Errors
/// [`Kind::InvalidMultipart`] for a body that is no whole form; those of options; a part that is neither option nor
/// table, or there twice.
pub fn parse(content_type: &str, body: Vec<u8>) -> Result<Form> {
    let mut names = HashSet::new();
    let mut options = Vec::new();
    let mut tables = Vec::new();
    for part in parts(content_type, body)? {
        if !names.insert(part.name.to_lowercase()) {
            return Err(invalid(format!("the part '{}' is there twice", part.name.escape_debug())));
        }
        if OPTIONS.contains(&part.name.as_str()) {
            options.push(part.option());
        } else {
            tables.push(part.table()?);
        }
    }
    Ok(Form { given: route::given(options.into_iter())?, tables })
}

struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    bytes: Bytes,
}

impl Part {
    fn option(self) -> Result<(String, String)> {
        match String::from_utf8(self.bytes.into()) {
            Ok(text) => Ok((self.name, text)),
            Err(error) => Err(Error::new(
                Kind::InvalidUtf8,
                format!(
                    "the part {} is not UTF-8 from byte {} on",
                    self.name,
                    error.utf8_error().valid_up_to()
                ),
            )),
        }
    }

    fn table(self) -> Result<Sent> {
        let name = self.name.escape_debug();
        match data::of_part(self.media_type.as_deref(), self.file_name.as_deref()) {
            Some(options) => Sent::new(&self.name, options, Buffer::from_owner(self.bytes)),
            None if self.file_name.is_none() => Err(Error::new(
                Kind::InvalidOption,
                format!(
                    "the part '{name}' is no option and no file; the options are {}, and a file has a file name or \
                     the type of its data",
                    OPTIONS.join(", ")
                ),
            )),
            None => Err(Error::new(
                Kind::UnknownFileFormat,
                format!(
                    "neither the type nor the file name of the part '{name}' says what its format is; types are {}, \
                     file names end as those of tables do (.csv, .parquet, .json.gz)",
                    data::MEDIA_TYPES
                ),
            )),
        }
    }
}

fn parts(content_type: &str, body: Vec<u8>) -> Result<Vec<Part>> {
    let boundary = multer::parse_boundary(content_type).map_err(broken)?;
    let read = async {
        let mut form = Multipart::new(stream::iter([Ok::<_, Infallible>(body)]), boundary);
        let mut parts = Vec::new();
        while let Some(field) = form.next_field().await.map_err(broken)? {
            parts.push(part(field).await?);
        }
        Ok(parts)
    };
    // Nothing is waited for: the whole body is there.
    read.now_or_never().unwrap_or_else(|| Err(broken(multer::Error::IncompleteStream)))
}

async fn part(mut field: Field<'_>) -> Result<Part> {
    let header = field.headers().get("content-disposition").map_or(&b""[..], |header| header.as_bytes());
    let Disposition { name, file_name } = Disposition::parse(header)
        .map_err(|why| invalid(format!("the Content-Disposition of a part {why}")))?;
    let Some(name) = name else {
        return Err(invalid("a part has no name in its Content-Disposition"));
    };
    let media_type = field.content_type().map(|media_type| media_type.essence_str().to_ascii_lowercase());
    // Of a body that is there a part comes in one piece, which shares its memory.
    let mut bytes = field.chunk().await.map_err(broken)?.unwrap_or_default();
    while let Some(more) = field.chunk().await.map_err(broken)? {
        bytes = [bytes, more].concat().into();
    }
    Ok(Part { name, file_name, media_type, bytes })
}

fn broken(error: multer::Error) -> Error {
    use multer::Error as E;
    match error {
        E::NoBoundary | E::DecodeContentType(_) | E::NoMultipart => {
            invalid("Content-Type names no boundary; it is multipart/form-data; boundary=…")
        }
        E::IncompleteFieldData { field_name } => invalid(format!(
            "the body ends within the part '{}'; send it up to the closing boundary",
            field_name.unwrap_or_default().escape_debug()
        )),
        E::IncompleteHeaders
        | E::ReadHeaderFailed(_)
        | E::DecodeHeaderName { .. }
        | E::DecodeHeaderValue { .. } => invalid("the headers of a part are not valid"),
        _ => invalid(
            "the body is not divided by the boundary that Content-Type names, or ends before its last one",
        ),
    }
}

fn invalid(detail: impl Into<String>) -> Error {
    Error::new(Kind::InvalidMultipart, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPE: &str = "multipart/form-data; boundary=B";

    /// Parts of the rest of their Content-Disposition with other headers, and their contents.
    fn form(parts: &[(&str, &str)]) -> Vec<u8> {
        let part = |(head, content): &(&str, &str)| {
            format!("--B\r\nContent-Disposition: form-data; {head}\r\n\r\n{content}\r\n")
        };
        (parts.iter().map(part).collect::<String>() + "--B--\r\n").into_bytes()
    }

    #[test]
    fn options_and_tables() {
        let body = form(&[
            ("name=\"sql\"; filename=\"q.sql\"", "SELECT 1"),
            ("name=\"max_rows\"", "7"),
            ("name=\"a\"; filename=\"x.csv\"", "n\r\n1\r\n--A\r\n"),
            ("name=\"b\"\r\nContent-Type: text/csv; charset=utf-8", ""),
        ]);
        let form = parse(TYPE, body).unwrap();
        assert_eq!((form.given.sql.as_deref(), form.given.max_rows), (Some("SELECT 1"), Some(7.into())));
        let tables: Vec<(&str, &[u8])> =
            form.tables.iter().map(|table| (table.name.as_str(), &*table.bytes)).collect();
        assert_eq!(tables, [("a", &b"n\r\n1\r\n--A\r\n"[..]), ("b", b"")]);
    }

    #[test]
    fn a_file_name_is_no_name() {
        let body = form(&[("filename=\"x; name=sql ;.csv\"; name=\"t\"", "a\n1\n")]);
        let form = parse(TYPE, body).unwrap();
        assert_eq!((form.given.sql, form.tables[0].name.as_str()), (None, "t"));
    }

    #[test]
    fn mistakes_are_named() {
        let csv = "filename=\"x.csv\"";
        for (parts, kind, text) in [
            (
                vec![("name=\"sql\"", "a"), ("name=\"sql\"", "b")],
                Kind::InvalidMultipart,
                "'sql' is there twice",
            ),
            (
                vec![("name=\"t\"; filename=\"x.csv\"", ""), ("name=\"T\"; filename=\"y.csv\"", "")],
                Kind::InvalidMultipart,
                "twice",
            ),
            (vec![("name=\"fromat\"", "csv")], Kind::InvalidOption, "fromat"),
            (vec![("name=\"a b\"; filename=\"x.csv\"", "")], Kind::InvalidOption, "a b"),
            (vec![("name=\"a\"; filename=\"x.txt\"", "")], Kind::UnknownFileFormat, "'a'"),
            (vec![(csv, "")], Kind::InvalidMultipart, "no name"),
            (vec![("name=\"t", "")], Kind::InvalidMultipart, "without an end"),
        ] {
            let outcome = parse(TYPE, form(&parts)).and_then(|form| form.given.validate(None));
            let error = outcome.unwrap_err();
            assert_eq!(error.kind, kind, "{parts:?}: {error}");
            assert!(error.detail.contains(text), "{error}");
        }
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = form(&[("name=\"sql\"", "SELECT 1"), ("name=\"t\"; filename=\"x.csv\"", "a\n1\n")]);
        // What follows the last boundary may be missing.
        let end = whole.len() - "\r\n".len();
        for length in 0..end {
            let error = parse(TYPE, whole[..length].to_vec()).map(drop).unwrap_err();
            assert_eq!(error.kind, Kind::InvalidMultipart, "{length}: {error}");
        }
        assert_eq!(parse(TYPE, whole[..end].to_vec()).unwrap().tables.len(), 1);
        for content_type in ["multipart/form-data", "multipart/form-data; boundary=C"] {
            assert_eq!(
                parse(content_type, whole.clone()).map(drop).unwrap_err().kind,
                Kind::InvalidMultipart
            );
        }
    }
}
