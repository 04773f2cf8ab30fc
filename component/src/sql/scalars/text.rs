//! Text: characters, codes, distances, paths, regular expressions.

use polars::prelude::*;
use regex::Regex;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::args::{Args, Value1, native, on_bytes, on_integer, on_text, on_texts};
use super::{Function, function};

pub static FUNCTIONS: &[Function] = &[
    function("chr", (1, 1), |args| {
        Ok(on_integer(args.integer(0)?, |code| {
            let character = u32::try_from(code).ok().and_then(char::from_u32);
            let Some(character) = character else {
                polars_bail!(ComputeError: "chr: {code} is no character")
            };
            Ok(Some(character.to_string()))
        }))
    }),
    function("ascii", (1, 1), |args| Ok(on_text(args.text(0)?, |text| Ok(Some(code(text, 0)))))),
    function("unicode", (1, 1), |args| Ok(on_text(args.text(0)?, |text| Ok(Some(code(text, -1)))))),
    function("translate", (3, 3), translate),
    function("hex", (1, 1), hex),
    function("bin", (1, 1), bin),
    function("unhex", (1, 1), |args| Ok(on_text(args.text(0)?, |text| digits(text, 16, "hex").map(Some)))),
    function("unbin", (1, 1), |args| Ok(on_text(args.text(0)?, |text| digits(text, 2, "binary").map(Some)))),
    function("base64", (1, 1), |args| {
        use base64::Engine as _;
        Ok(on_bytes(args.bytes(0)?, |bytes| Ok(Some(base64::prelude::BASE64_STANDARD.encode(bytes)))))
    }),
    function("from_base64", (1, 1), |args| {
        use base64::Engine as _;
        Ok(on_text(args.text(0)?, |text| {
            let decoded = base64::prelude::BASE64_STANDARD.decode(text);
            decoded.map(Some).map_err(|error| polars_err!(ComputeError: "from_base64: '{text}': {error}"))
        }))
    }),
    function("encode", (1, 1), |args| Ok(args.text(0)?.cast(DataType::Binary))),
    function("decode", (1, 1), |args| {
        if args.dtype(0).is_string() {
            return args.wrong(0);
        }
        Ok(on_bytes(args.bytes(0)?, |bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Some(text.to_string())),
            Err(error) => polars_bail!(ComputeError: "decode: the blob is no text in UTF-8: {error}"),
        }))
    }),
    function("url_encode", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |text| {
            Ok(Some(percent_encoding::utf8_percent_encode(text, UNRESERVED).to_string()))
        }))
    }),
    function("url_decode", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |text| {
            let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
            decoded.map(|text| Some(text.into_owned())).map_err(
                |error| polars_err!(ComputeError: "url_decode: '{text}' is no text in UTF-8: {error}"),
            )
        }))
    }),
    function("format_bytes", (1, 1), |args| {
        Ok(on_integer(args.integer(0)?, |bytes| Ok(Some(format_bytes(bytes)))))
    }),
    function("levenshtein", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| count(levenshtein(a.as_bytes(), b.as_bytes()))))
    }),
    function("damerau_levenshtein", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| count(damerau(a.as_bytes(), b.as_bytes()))))
    }),
    function("hamming", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| {
            polars_ensure!(a.len() == b.len(), ComputeError: "hamming: '{a}' and '{b}' differ in length");
            count(a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count())
        }))
    }),
    function("jaccard", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| {
            polars_ensure!(!a.is_empty() && !b.is_empty(), ComputeError: "jaccard: a text is empty");
            Ok(Some(jaccard(a.as_bytes(), b.as_bytes())))
        }))
    }),
    function("jaro_similarity", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| Ok(Some(jaro(a.as_bytes(), b.as_bytes())))))
    }),
    function("jaro_winkler_similarity", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |a, b| Ok(Some(jaro_winkler(a.as_bytes(), b.as_bytes())))))
    }),
    function("strip_accents", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |text| {
            Ok(Some(text.nfd().filter(|&character| !is_combining_mark(character)).nfc().collect::<String>()))
        }))
    }),
    function("parse_path", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |path| {
            let root = path.starts_with(SEPARATORS).then(|| Some("/".to_string()));
            Ok(Some(
                root.into_iter().chain(parts(path).map(|part| Some(part.to_string()))).collect::<Vec<_>>(),
            ))
        }))
    }),
    function("parse_dirname", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |path| {
            if path.starts_with(SEPARATORS) {
                return Ok(Some("/".to_string()));
            }
            let several = path.contains(SEPARATORS);
            Ok(Some(parts(path).next().filter(|_| several).unwrap_or_default().to_string()))
        }))
    }),
    function("parse_dirpath", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |path| {
            let end = path.rfind(SEPARATORS).unwrap_or(0);
            let path =
                if path.len() == 1 && end == 0 && path.starts_with(SEPARATORS) { path } else { &path[..end] };
            Ok(Some(path.to_string()))
        }))
    }),
    function("regexp_extract_all", (2, 3), extract_all),
    function("regexp_split_to_array", (2, 2), split),
];

/// What `url_encode` leaves as it is.
const UNRESERVED: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const SEPARATORS: [char; 2] = ['/', '\\'];

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split(SEPARATORS).filter(|part| !part.is_empty())
}

fn count(value: usize) -> PolarsResult<Option<i64>> {
    Ok(i64::try_from(value).ok())
}

/// The code point of the first character.
fn code(text: &str, empty: i32) -> i32 {
    text.chars().next().and_then(|first| i32::try_from(u32::from(first)).ok()).unwrap_or(empty)
}

fn translate(args: &Args) -> PolarsResult<Expr> {
    Ok(native(vec![args.text(0)?, args.text(1)?, args.text(2)?], DataType::String, |series| {
        let (texts, from, to) = (series[0].str()?, series[1].str()?, series[2].str()?);
        String::collect(texts.iter().zip(from.iter()).zip(to.iter()).map(|row| {
            let ((Some(text), Some(from)), Some(to)) = row else { return Ok(None) };
            let new =
                text.chars().filter_map(|character| match from.chars().position(|from| from == character) {
                    None => Some(character),
                    Some(place) => to.chars().nth(place),
                });
            Ok(Some(new.collect()))
        }))
    }))
}

/// The bits of an integer: those of a negative one are 64.
fn bits(args: &Args) -> PolarsResult<Expr> {
    match args.dtype(0) {
        DataType::Int128 | DataType::UInt128 => args.wrong(0),
        DataType::UInt64 => Ok(args.col(0).reinterpret(Some(true), None)),
        _ => args.integer(0),
    }
}

fn hex(args: &Args) -> PolarsResult<Expr> {
    if args.dtype(0).is_integer() {
        return Ok(on_integer(bits(args)?, |value| Ok(Some(format!("{value:X}")))));
    }
    Ok(on_bytes(args.bytes(0)?, |bytes| {
        Ok(Some(bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>()))
    }))
}

fn bin(args: &Args) -> PolarsResult<Expr> {
    if args.dtype(0).is_integer() {
        return Ok(on_integer(bits(args)?, |value| Ok(Some(format!("{value:b}")))));
    }
    Ok(on_bytes(args.bytes(0)?, |bytes| {
        Ok(Some(bytes.iter().map(|byte| format!("{byte:08b}")).collect::<String>()))
    }))
}

/// The bytes of hex or binary digits.
fn digits(text: &str, radix: u32, what: &str) -> PolarsResult<Vec<u8>> {
    let values = text
        .chars()
        .map(|digit| {
            let value = digit.to_digit(radix).and_then(|value| u8::try_from(value).ok());
            value.ok_or_else(|| polars_err!(ComputeError: "'{digit}' in '{text}' is no {what} digit"))
        })
        .collect::<PolarsResult<Vec<u8>>>()?;
    let (width, shift) = if radix == 16 { (2, 4) } else { (8, 1) };
    // What is missing of the first byte is 0.
    let first = values.len() % width;
    let (head, tail) = values.split_at(first);
    let byte = |digits: &[u8]| digits.iter().fold(0u8, |byte, digit| (byte << shift) | digit);
    let head = (!head.is_empty()).then(|| byte(head));
    Ok(head.into_iter().chain(tail.chunks(width).map(byte)).collect())
}

fn format_bytes(bytes: i64) -> String {
    let sign = if bytes < 0 { "-" } else { "" };
    let size = bytes.unsigned_abs();
    if size == 1 {
        return format!("{sign}1 byte");
    }
    if size < 1024 {
        return format!("{sign}{size} bytes");
    }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    let mut unit = 0;
    let mut whole = size / 1024;
    let mut rest = size % 1024;
    while whole >= 1024 && unit + 1 < units.len() {
        rest = whole % 1024;
        whole /= 1024;
        unit += 1;
    }
    format!("{sign}{whole}.{} {}", rest * 10 / 1024, units[unit])
}

fn levenshtein(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let new = (diagonal + usize::from(x != y)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = row[j + 1];
            row[j + 1] = new;
        }
    }
    row[b.len()]
}

/// The distance in which what is transposed may be edited further.
fn damerau(a: &[u8], b: &[u8]) -> usize {
    let far = a.len() + b.len();
    let width = b.len() + 2;
    let mut distances = vec![0; (a.len() + 2) * width];
    let at = |i: usize, j: usize| i * width + j;
    distances[0] = far;
    for i in 0..=a.len() {
        distances[at(i + 1, 0)] = far;
        distances[at(i + 1, 1)] = i;
    }
    for j in 0..=b.len() {
        distances[at(0, j + 1)] = far;
        distances[at(1, j + 1)] = j;
    }
    // The last row in which each byte was.
    let mut rows = [0usize; 256];
    for i in 1..=a.len() {
        let mut column = 0;
        for j in 1..=b.len() {
            let (row, last) = (rows[usize::from(b[j - 1])], column);
            let same = a[i - 1] == b[j - 1];
            if same {
                column = j;
            }
            distances[at(i + 1, j + 1)] = (distances[at(i, j)] + usize::from(!same))
                .min(distances[at(i + 1, j)] + 1)
                .min(distances[at(i, j + 1)] + 1)
                .min(distances[at(row, last)] + (i - row - 1) + 1 + (j - last - 1));
        }
        rows[usize::from(a[i - 1])] = i;
    }
    distances[at(a.len() + 1, b.len() + 1)]
}

fn jaccard(a: &[u8], b: &[u8]) -> f64 {
    let set = |bytes: &[u8]| {
        let mut set = [false; 256];
        bytes.iter().for_each(|&byte| set[usize::from(byte)] = true);
        set
    };
    let (a, b) = (set(a), set(b));
    let pairs = || a.iter().zip(&b);
    let both = pairs().filter(|(a, b)| **a && **b).count();
    let any = pairs().filter(|(a, b)| **a || **b).count();
    both as f64 / any as f64
}

fn jaro(a: &[u8], b: &[u8]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let window = (a.len().max(b.len()) / 2).saturating_sub(1);
    let mut used = vec![false; b.len()];
    let mut matches = Vec::new();
    for (i, x) in a.iter().enumerate() {
        let range = i.saturating_sub(window)..(i + window + 1).min(b.len());
        if let Some(j) = range.clone().find(|&j| !used[j] && b[j] == *x) {
            used[j] = true;
            matches.push(*x);
        }
    }
    if matches.is_empty() {
        return 0.0;
    }
    let others = b.iter().zip(&used).filter(|(_, used)| **used).map(|(byte, _)| byte);
    let transposed = matches.iter().zip(others).filter(|(a, b)| a != b).count() / 2;
    let m = matches.len() as f64;
    (m / a.len() as f64 + m / b.len() as f64 + (m - transposed as f64) / m) / 3.0
}

fn jaro_winkler(a: &[u8], b: &[u8]) -> f64 {
    let similarity = jaro(a, b);
    if similarity <= 0.7 {
        return similarity;
    }
    let prefix = a.iter().zip(b).take(4).take_while(|(a, b)| a == b).count();
    similarity + prefix as f64 * 0.1 * (1.0 - similarity)
}

/// The last pattern, as there is mostly one.
#[derive(Default)]
struct Patterns(Option<(String, Regex)>);

impl Patterns {
    fn get(&mut self, pattern: &str) -> PolarsResult<&Regex> {
        if self.0.as_ref().is_none_or(|(known, _)| known != pattern) {
            let compiled = Regex::new(pattern).map_err(
                |error| polars_err!(ComputeError: "the regular expression '{pattern}' is not one: {error}"),
            )?;
            self.0 = Some((pattern.to_string(), compiled));
        }
        match &self.0 {
            Some((_, regex)) => Ok(regex),
            None => polars_bail!(ComputeError: "no regular expression"),
        }
    }
}

fn extract_all(args: &Args) -> PolarsResult<Expr> {
    let group = if args.len() == 3 { args.integer(2)? } else { lit(0i64).cast(DataType::Int64) };
    Ok(native(vec![args.text(0)?, args.text(1)?, group], Vec::<Option<String>>::dtype(), |series| {
        let (texts, patterns, groups) = (series[0].str()?, series[1].str()?, series[2].i64()?);
        let mut regexes = Patterns::default();
        Vec::collect(texts.iter().zip(patterns.iter()).zip(groups.iter()).map(|row| {
            let ((Some(text), Some(pattern)), Some(group)) = row else { return Ok(None) };
            let regex = regexes.get(pattern)?;
            let group = usize::try_from(group).ok().filter(|&group| group < regex.captures_len());
            let Some(group) = group else {
                polars_bail!(ComputeError: "regexp_extract_all: '{pattern}' has {} groups", regex.captures_len() - 1)
            };
            let found = regex.captures_iter(text);
            Ok(Some(found.map(|found| found.get(group).map(|found| found.as_str().to_string())).collect()))
        }))
    }))
}

fn split(args: &Args) -> PolarsResult<Expr> {
    Ok(native(vec![args.text(0)?, args.text(1)?], Vec::<Option<String>>::dtype(), |series| {
        let mut regexes = Patterns::default();
        Vec::collect(series[0].str()?.iter().zip(series[1].str()?.iter()).map(|row| {
            let (Some(text), Some(pattern)) = row else { return Ok(None) };
            Ok(Some(split_text(text, regexes.get(pattern)?)))
        }))
    }))
}

/// What is between the matches; an empty match is after one character.
fn split_text(text: &str, regex: &Regex) -> Vec<Option<String>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(found) = regex.find(rest) else { break };
        let (mut start, mut end) = (found.start(), found.end());
        if found.is_empty() {
            start = rest.chars().next().map_or(0, char::len_utf8);
            end = start;
            if end >= rest.len() {
                break;
            }
        }
        parts.push(Some(rest[..start].to_string()));
        rest = &rest[end..];
    }
    parts.push(Some(rest.to_string()));
    parts
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};
    use super::*;

    #[test]
    fn codes() {
        for (sql, expected) in [
            ("chr(233)", "é"),
            ("ascii('')", "0"),
            ("unicode('é')", "233"),
            ("unicode('')", "-1"),
            ("translate('abc', 'aab', 'xyz')", "xzc"),
            ("translate('héé', 'é', 'ee')", "hee"),
            ("hex('aé')", "61C3A9"),
            ("hex(-1)", "FFFFFFFFFFFFFFFF"),
            ("hex(0)", "0"),
            ("hex(unhex('abc'))", "0ABC"),
            ("bin(5)", "101"),
            ("bin('a')", "01100001"),
            ("hex(unbin('101000001'))", "0141"),
            ("base64('a')", "YQ=="),
            ("decode(from_base64('YQ=='))", "a"),
            ("url_encode('a b/é~-_.')", "a%20b%2F%C3%A9~-_."),
            ("url_decode('a%20b+c%zz%')", "a b+c%zz%"),
            ("strip_accents('áéîøßñÇ')", "aeiøßnC"),
            ("strip_accents('한')", "한"),
            ("parse_dirname('a/b')", "a"),
            ("parse_dirname('/a')", "/"),
            ("parse_dirpath('/a/b/c.csv')", "/a/b"),
            ("parse_dirpath('/')", "/"),
            ("parse_dirpath('/a')", ""),
            ("md5(NULL)", "null"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        for sql in ["chr(-1)", "chr(55296)", "unhex('zz')", "from_base64('a')", "md5(1)", "hex(1.5)"] {
            assert!(!error(sql).is_empty());
        }
    }

    #[test]
    fn sizes() {
        for (bytes, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (1023, "1023 bytes"),
            (1500, "1.4 KiB"),
            (1_048_575, "1023.9 KiB"),
            (-1500, "-1.4 KiB"),
            (i64::MAX, "8191.9 PiB"),
            (16_000_000, "15.2 MiB"),
        ] {
            assert_eq!(format_bytes(bytes), expected);
        }
    }

    #[test]
    fn distances() {
        assert_eq!(levenshtein("a".as_bytes(), "é".as_bytes()), 2);
        assert_eq!(levenshtein(b"kitten", b"sitting"), 3);
        assert_eq!(damerau(b"ca", b"abc"), 2);
        assert_eq!(damerau(b"ab", b"ba"), 1);
        assert_eq!(damerau(b"", b"ab"), 2);
        assert!((jaccard(b"abc", b"abd") - 0.5).abs() < 1e-9);
        assert!((jaro(b"martha", b"marhta") - 0.944_444_444_4).abs() < 1e-9);
        assert!((jaro_winkler(b"martha", b"marhta") - 0.961_111_111_1).abs() < 1e-9);
        assert_eq!(jaro(b"", b""), 0.0);
    }

    #[test]
    fn splits() {
        let split = |text: &str, pattern: &str| {
            let parts = split_text(text, &Regex::new(pattern).unwrap());
            parts.into_iter().flatten().collect::<Vec<_>>().join("|")
        };
        assert_eq!(split("apple", "p+"), "a|le");
        assert_eq!(split("abc", ""), "a|b|c");
        assert_eq!(split("éb", ""), "é|b");
        assert_eq!(split("aXbX", "X"), "a|b|");
        assert_eq!(split("aaa", "a*"), "|");
        assert_eq!(split("bab", "a*"), "b||b");
        assert_eq!(split("", ","), "");
    }
}
