//! What Polars says, in our words: the kind, without plans and without Rust.

mod wording;

use polars::prelude::PolarsError;
use polars_utils::ranged::split_file;

use crate::error::{Error, Kind};

impl From<PolarsError> for Error {
    fn from(error: PolarsError) -> Self {
        translate(&error)
    }
}

/// What the engine calls a file that is bytes in memory.
pub const IN_MEMORY: &str = "in-mem";

/// What `error` says of a file that is bytes in memory; none if it is about something else.
pub fn of_memory(error: &Error) -> Option<&str> {
    let said = error.detail.strip_prefix(IN_MEMORY)?.strip_prefix(": ")?;
    (error.kind == Kind::InvalidFile).then_some(said)
}

/// A reader says which file its error came from. The file is named where it is the file that is at
/// fault, not the query.
fn translate(error: &PolarsError) -> Error {
    let mut file = None;
    let unnamed = error.wrap_msg(|text| {
        match split_file(text) {
            // A name in the query may hold the mark, too.
            (Some(path), text) if path.starts_with('/') || path == IN_MEMORY => {
                file = Some(path.to_string());
                text.to_string()
            }
            _ => text.to_string(),
        }
    });
    let mut error = kind_of(&unnamed);
    if let Some(file) = file
        && error.kind == Kind::InvalidFile
    {
        error.detail = format!("{file}: {}", error.detail);
    }
    error
}

fn kind_of(error: &PolarsError) -> Error {
    let new = |kind, text: &dyn std::fmt::Display| Error::new(kind, clean(&text.to_string()));
    match error {
        PolarsError::Context { error, .. } | PolarsError::ExprContext { error, .. } => kind_of(error),
        PolarsError::ColumnNotFound(text) | PolarsError::SchemaFieldNotFound(text) => {
            let name = clean(text);
            // What names the columns that there are is in our words already.
            if name.starts_with("there is no column") {
                return Error::new(Kind::UnknownColumn, name);
            }
            let name = name.trim_matches('"');
            Error::new(Kind::UnknownColumn, format!("there is no column \"{name}\""))
        }
        PolarsError::StructFieldNotFound(text) => {
            let name = clean(text);
            Error::new(Kind::UnknownColumn, format!("there is no field \"{}\"", name.trim_matches('"')))
        }
        PolarsError::Duplicate(text) => new(Kind::DuplicateColumn, text),
        PolarsError::SQLSyntax(text) => new(Kind::InvalidSql, text),
        PolarsError::SQLInterface(text) => sql_interface(&clean(text)),
        PolarsError::SchemaMismatch(text) | PolarsError::InvalidOperation(text) => {
            new(Kind::TypeError, &without_own_names(text))
        }
        PolarsError::NoData(text) => new(Kind::InvalidFile, text),
        PolarsError::IO { error, msg } => io(error, msg.as_deref()),
        PolarsError::ComputeError(text) => compute(&clean(text)),
        PolarsError::AssertionError(text) => new(Kind::Internal, text),
        PolarsError::OutOfBounds(text)
        | PolarsError::ShapeMismatch(text)
        | PolarsError::StringCacheMismatch(text) => new(Kind::ExecutionError, text),
    }
}

/// Without names that a plan gives to what has none: `"_POLARS_TMP_1"` in a list, `` `_POLARS_0`: `` before a type.
fn without_own_names(text: &str) -> String {
    let mut text = text.to_string();
    while let Some(start) = text.find("\"_POLARS_").or_else(|| text.find("\"__POLARS_")) {
        let Some(end) = text[start + 1..].find('"').map(|at| start + at + 2) else { break };
        let end = if text[end..].starts_with(", ") { end + 2 } else { end };
        let start =
            if text[..start].ends_with(", ") && !text[..end].ends_with(", ") { start - 2 } else { start };
        text.replace_range(start..end, "");
    }
    text.split(' ').filter(|word| !word.contains("_POLARS_")).collect::<Vec<_>>().join(" ")
}

fn sql_interface(text: &str) -> Error {
    let kind = match text {
        _ if text.contains("there is no column") || text.contains("there is no table or struct") => {
            Kind::UnknownColumn
        }
        _ if text.contains("no table or alias") || text.contains("relation '") => Kind::UnknownTable,
        _ if text.contains("ambiguous") => Kind::InvalidSql,
        _ => Kind::UnsupportedSql,
    };
    Error::new(kind, text)
}

/// Begins the error of a recursive query that has no end.
pub const RECURSION_LIMIT: &str = "recursion limit: ";

/// Begins the advice on types that were told from too few rows of a file.
pub const TYPES_TOLD: &str = "; types come from the first";

/// Polars has one kind for a file that breaks its format and for a value that breaks a query.
fn compute(text: &str) -> Error {
    if text.starts_with("deadlock:") {
        // Where its tasks were spawned is for us, not for the user.
        crate::log::line(format_args!("{text}"));
        return Error::new(Kind::Internal, "the query engine waited for itself; please report the query");
    }
    if let Some(at) = text.find(RECURSION_LIMIT) {
        return Error::new(Kind::RecursionLimit, &text[at + RECURSION_LIMIT.len()..]);
    }
    if let Some(place) = broken_json(text) {
        return Error::new(Kind::InvalidFile, format!("it is not valid JSON at character {place}"));
    }
    if text.contains("failed to fill whole buffer") {
        return Error::new(Kind::InvalidFile, CUT_SHORT);
    }
    const FILE: [&str; 23] = [
        "parquet:",
        "out of specification",
        "out-of-spec",
        "OutOfSpec",
        "not a parquet",
        "could not parse `",
        "found more fields than defined",
        "ipc file",
        "feather",
        "InvalidFooter",
        "invalid utf-8 sequence",
        "Invalid UTF",
        "error parsing ndjson",
        "NDJSON line",
        "InvalidJSON",
        "invalid JSON",
        "JSON parsing",
        "did not contain valid UTF-8",
        "invalid input parameter",
        "Syntax at character",
        "deflate stream",
        "incomplete frame",
        // A field of a CSV file that is no value of its type (catalog/scan/convert.rs).
        "name what stands for NULL",
    ];
    let kind = if FILE.iter().any(|mark| text.contains(mark)) {
        Kind::InvalidFile
    } else if text.contains("there is no column") {
        Kind::UnknownColumn
    } else if text.contains("cannot be compared") || text.starts_with("a condition") {
        Kind::TypeError
    } else {
        Kind::ExecutionError
    };
    if text.contains("could not parse `") {
        let rows = crate::catalog::INFER_ROWS;
        return Error::new(
            kind,
            format!(
                "{text}{TYPES_TOLD} {rows} rows: read_csv('…', sample_size = 100000) looks at more, types = {{'column': 'TYPE'}} names one"
            ),
        );
    }
    Error::new(kind, text)
}

/// Where a text is no JSON: the parser's errors are the name of a variant and the place, `ExpectedTrue at character 5`.
fn broken_json(text: &str) -> Option<&str> {
    let text = text.strip_prefix("error parsing line: ").unwrap_or(text);
    let (what, place) = text.split_once(" at character ")?;
    // Or that of one in another, `InternalError(TapeError)`.
    let is_variant =
        !what.is_empty() && what.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"()".contains(&byte));
    is_variant.then_some(place)
}

fn io(error: &std::io::Error, text: Option<&str>) -> Error {
    use std::io::ErrorKind;
    let text = text.map_or_else(|| clean(&error.to_string()), clean);
    match error.kind() {
        ErrorKind::NotFound => Error::new(Kind::UnknownTable, format!("no such file: {text}")),
        ErrorKind::PermissionDenied => Error::new(Kind::PathNotAllowed, text),
        ErrorKind::BrokenPipe => Error::new(Kind::ClientGone, text),
        ErrorKind::OutOfMemory => Error::new(Kind::MemoryExceeded, text),
        ErrorKind::UnexpectedEof => Error::new(Kind::InvalidFile, CUT_SHORT),
        _ => Error::new(Kind::InvalidFile, text),
    }
}

const CUT_SHORT: &str = "the file ends before its contents do";

/// Cuts what is not for users: plans that follow the message, hints about Python or environment
/// variables, and values printed for Rust's eyes.
fn clean(text: &str) -> String {
    const ENDS: [&str; 10] = [
        "\n\nResolved plan",
        "\n\nFAILED HERE",
        "\n\nThis error occurred",
        "\n\nError originated",
        "\n\nYou might want",
        "\n\nHint",
        " It's possible that multiple",
        " (set POLARS",
        "Consider setting",
        "consider explicitly setting",
    ];
    let mut end = text.len();
    for mark in ENDS {
        if let Some(at) = text.find(mark) {
            end = end.min(at);
        }
    }
    let text = without_own_names(text[..end].trim_end_matches([':', ' ', '\n']).trim());
    if let Some(words) = wording::missing_column(&text) {
        return words;
    }
    let text = wording::reworded(&text);
    match rust(&text) {
        Some(at) => text[..at].trim_end_matches([':', ' ', '\n', '(', '`']).to_string(),
        None => text,
    }
}

/// Where `text` begins to be printed for Rust's eyes: outside of quotes, as a name may look like that.
fn rust(text: &str) -> Option<usize> {
    const RUST: [&str; 12] = [
        ": Some(",
        ": None",
        "Expr::",
        "Ident {",
        "ValueWithSpan",
        "Span(",
        "Function {",
        "Identifier(",
        "Query {",
        "Schema {",
        "Dot(",
        "Tuple(",
    ];
    let mut quote = None;
    for (at, c) in text.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if RUST.iter().any(|mark| text[at..].starts_with(mark)) => return Some(at),
            // An apostrophe stands in a word, and a quote that nothing closes is none.
            None if matches!(c, '"' | '\'' | '`') => {
                let in_word = text[..at].ends_with(char::is_alphanumeric);
                let is_closed = text[at + 1..].contains(c);
                if is_closed && !(c == '\'' && in_word) {
                    quote = Some(c);
                }
            }
            None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use polars_utils::ranged::in_file;

    use super::*;

    #[test]
    fn plans_and_debug_text_stay_inside() {
        let error =
            PolarsError::ComputeError("cannot do it\n\nResolved plan until failure:\n\n\tDF [\"a\"]".into());
        assert_eq!(Error::from(error).detail, "cannot do it");
        let error = PolarsError::SQLInterface(
            "EXISTS subquery is not currently supported in this position: Query { with".into(),
        );
        assert!(Error::from(error).detail.contains("comparisons of two columns"));
        let error = PolarsError::SQLInterface("not here: Query { with: None }".into());
        assert_eq!(Error::from(error).detail, "not here");
        let error = PolarsError::SQLInterface("odd: Ident { value: \"a\" }".into());
        assert_eq!(Error::from(error).detail, "odd");
        // What looks like that in a name is the name.
        let error =
            PolarsError::SQLInterface("relation 'a: None' was not found; don't use \"b: Some(x)\"".into());
        assert_eq!(Error::from(error).detail, "relation 'a: None' was not found; don't use \"b: Some(x)\"");
    }

    #[test]
    fn names_of_plans_stay_inside() {
        let error = PolarsError::SQLInterface(
            r#"unable to find column "n0"; valid columns: ["c0", "_POLARS_TMP_SQL_1"]"#.into(),
        );
        assert_eq!(Error::from(error).detail, r#"there is no column "n0"; there are "c0""#);
        let error = PolarsError::SchemaMismatch("keys don't match - `__POLARS_CORR_1`: u64 on left".into());
        assert_eq!(Error::from(error).detail, "keys don't match - u64 on left");
    }

    #[test]
    fn a_missing_column_is_named_once() {
        let error = Error::from(PolarsError::ColumnNotFound(
            "unable to find column \"nam\"; valid columns: [\"id\", \"name\"]".into(),
        ));
        assert_eq!(error.detail, "there is no column \"nam\"; there is \"name\"");
        let error = Error::from(PolarsError::ColumnNotFound("nope".into()));
        assert_eq!((error.kind, error.detail.as_str()), (Kind::UnknownColumn, "there is no column \"nope\""));
    }

    #[test]
    fn a_file_is_named_where_it_is_at_fault() {
        let from = |text: &str| {
            Error::from(in_file(PolarsError::ComputeError(text.to_string().into()), "/data/a: b.parquet"))
        };
        let broken = from("parquet: File out of specification: bad");
        assert_eq!(broken.kind, Kind::InvalidFile);
        assert_eq!(broken.detail, "/data/a: b.parquet: parquet: File out of specification: bad");
        let query = from("cannot compare string with numeric type (i32)");
        assert_eq!(
            (query.kind, query.detail.as_str()),
            (
                Kind::TypeError,
                "a text and a number of the type INTEGER cannot be compared; write the number without quotes, or CAST \
                 one of them"
            )
        );
    }

    #[test]
    fn broken_files_are_told_from_failed_queries() {
        let file = PolarsError::ComputeError("parquet: File out of specification: bad".into());
        assert_eq!(Error::from(file).kind, Kind::InvalidFile);
        for text in [
            "ExpectedTrue at character 5 ('t')",
            "error parsing line: Syntax at character 5 ('t')",
            "error parsing line: InternalError(TapeError) at character 5 ('t')",
        ] {
            let json = PolarsError::ComputeError(text.to_string().into());
            assert_eq!(
                Error::from(json).to_string(),
                "invalid_file: it is not valid JSON at character 5 ('t')"
            );
        }
        let query = PolarsError::ComputeError("conversion failed".into());
        assert_eq!(Error::from(query).kind, Kind::ExecutionError);
    }
}
