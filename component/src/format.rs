//! The formats of an answer, and how a request chooses one.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Error, Kind, Result};
use crate::negotiate;

/// A format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Arrow IPC stream.
    Arrow,
    /// Arrow IPC file.
    ArrowFile,
    Parquet,
    Json,
    Ndjson,
    Csv,
}

/// Every format with its name and its media types, the first of which an answer carries.
const KNOWN: [(Format, &str, &[&str]); 6] = [
    (Format::Json, "json", &["application/json"]),
    (Format::Arrow, "arrow", &["application/vnd.apache.arrow.stream"]),
    (Format::ArrowFile, "arrow_file", &["application/vnd.apache.arrow.file"]),
    (Format::Parquet, "parquet", &["application/vnd.apache.parquet", "application/x-parquet"]),
    (
        Format::Ndjson,
        "ndjson",
        &["application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"],
    ),
    (Format::Csv, "csv", &["text/csv"]),
];

impl Format {
    /// # Errors
    /// [`Kind::UnknownFormat`], with the known ones.
    pub fn parse(name: &str) -> Result<Self> {
        KNOWN.iter().find(|(_, known, _)| *known == name).map(|(format, ..)| *format).ok_or_else(|| {
            Error::new(
                Kind::UnknownFormat,
                format!("there is no format '{}'; known formats: {}", name.escape_debug(), names()),
            )
        })
    }

    /// Every format, in the order in which they are preferred.
    pub fn all() -> impl Iterator<Item = Self> {
        KNOWN.iter().map(|(format, ..)| *format)
    }

    /// Whether it is text, which a content coding makes smaller.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Json | Self::Ndjson | Self::Csv)
    }

    /// The one that an answer carries.
    pub fn media_type(self) -> &'static str {
        self.media_types().first().unwrap_or(&"application/octet-stream")
    }

    /// Those of a body of this format, with their aliases; an answer carries the first.
    pub fn media_types(self) -> &'static [&'static str] {
        KNOWN.iter().find(|(format, ..)| *format == self).map_or(&[], |(_, _, media_types)| media_types)
    }

    /// The format that a media type names, whatever its case.
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        let names = |known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(media_type));
        KNOWN.iter().find(|(_, _, known)| names(known)).map(|(format, ..)| *format)
    }

    /// The format that an `Accept` header (RFC 9110, section 12.5.1) prefers; JSON where it has
    /// no preference. An alias stands for the media type that the answer carries, unless that one is refused.
    ///
    /// # Errors
    /// [`Kind::NotAcceptable`] when no format is accepted.
    pub fn accepted(accept: &str) -> Result<Self> {
        if accept.trim().is_empty() {
            return Ok(Format::Json);
        }
        let ranges: Vec<Range> = accept.split(',').filter_map(Range::parse).collect();
        let mut best: Option<(u16, Format)> = None;
        for (format, _, media_types) in KNOWN {
            if ranges.iter().any(|range| range.quality == 0 && range.precision(media_types[0]) == Some(EXACT))
            {
                continue;
            }
            let quality =
                media_types.iter().filter_map(|media_type| quality(&ranges, media_type)).max().unwrap_or(0);
            if quality > 0 && best.is_none_or(|(seen, _)| quality > seen) {
                best = Some((quality, format));
            }
        }
        best.map(|(_, format)| format).ok_or_else(|| {
            let media_types: Vec<_> = KNOWN.iter().map(|(_, _, known)| known[0]).collect();
            Error::new(
                Kind::NotAcceptable,
                format!("none of the accepted media types is known; known: {}", media_types.join(", ")),
            )
        })
    }
}

fn names() -> String {
    KNOWN.map(|(_, name, _)| name).join(", ")
}

/// How JSON and NDJSON write numbers that a double does not hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    /// As numbers, with all their digits.
    #[default]
    Number,
    /// Integers of 64 bits and more, and decimals, as strings.
    String,
}

impl Numbers {
    /// # Errors
    /// [`Kind::InvalidOption`]
    pub fn parse(name: &str) -> Result<Self> {
        one_of("numbers", name, &[("number", Self::Number), ("string", Self::String)])
    }
}

/// How the buffers in Arrow, and the pages in Parquet, are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Compression {
    None,
    Lz4,
    Zstd,
}

impl Compression {
    /// # Errors
    /// [`Kind::InvalidOption`]
    pub fn parse(name: &str) -> Result<Self> {
        one_of("compression", name, &[("none", Self::None), ("lz4", Self::Lz4), ("zstd", Self::Zstd)])
    }
}

fn one_of<T: Copy>(option: &str, name: &str, known: &[(&str, T)]) -> Result<T> {
    known.iter().find(|(known, _)| *known == name).map(|(_, value)| *value).ok_or_else(|| {
        let known: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        Error::new(
            Kind::InvalidOption,
            format!("{option} is '{}'; it takes {}", name.escape_debug(), known.join(" or ")),
        )
    })
}

/// A media range with its quality.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// In thousandths.
    quality: u16,
}

/// The precision of a range that names a media type in full.
const EXACT: u8 = 2;

impl<'a> Range<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        Some(Self { kind, subtype, quality: negotiate::quality(parts)? })
    }

    /// How exactly the range names a media type: [`EXACT`] in full, 1 by `type/*`, 0 by `*/*`.
    fn precision(&self, media_type: &str) -> Option<u8> {
        let (kind, subtype) = media_type.split_once('/')?;
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (this, "*") if this.eq_ignore_ascii_case(kind) => Some(1),
            (this, sub) if this.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => {
                Some(EXACT)
            }
            _ => None,
        }
    }
}

/// The quality that the most precise range gives a media type.
fn quality(ranges: &[Range], media_type: &str) -> Option<u16> {
    ranges
        .iter()
        .filter_map(|range| Some((range.precision(media_type)?, range.quality)))
        .max_by_key(|(precision, _)| *precision)
        .map(|(_, quality)| quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_prefers_by_quality_then_by_our_order() {
        for (accept, expected) in [
            ("", Some(Format::Json)),
            ("*/*", Some(Format::Json)),
            ("text/html, */*;q=0.1", Some(Format::Json)),
            ("text/*", Some(Format::Csv)),
            ("application/json;q=0.5, text/csv", Some(Format::Csv)),
            ("application/vnd.apache.arrow.stream, application/json;q=0.9", Some(Format::Arrow)),
            ("application/json;q=0, */*", Some(Format::Arrow)),
            ("APPLICATION/JSONL", Some(Format::Ndjson)),
            ("application/x-parquet", Some(Format::Parquet)),
            ("application/x-parquet, */*;q=0", Some(Format::Parquet)),
            ("application/vnd.apache.parquet;q=0, application/x-parquet", None),
            ("application/vnd.apache.parquet;q=0, application/x-parquet, text/csv;q=0.1", Some(Format::Csv)),
            ("text/html", None),
            ("application/json;q=0", None),
            ("nonsense", None),
        ] {
            assert_eq!(Format::accepted(accept).ok(), expected, "{accept}");
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known() {
        let error = Format::parse("xml").unwrap_err();
        assert_eq!(error.kind, Kind::UnknownFormat);
        assert!(error.detail.contains("arrow_file"), "{}", error.detail);
    }
}
