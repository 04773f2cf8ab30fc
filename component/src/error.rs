//! Everything that can go wrong with a request, and the one place where it becomes an HTTP answer.

use serde::Serialize;

/// Where in the SQL text, both counted from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub line: u64,
    pub column: u64,
}

/// An error, with what was seen, what is accepted and what to do in its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    pub kind: Kind,
    pub detail: String,
    pub position: Option<Position>,
    /// The methods that are allowed, where another one was used.
    pub allow: Option<&'static str>,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. Each kind has one status and one stable code (snake case).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    // The request.
    InvalidJson,
    InvalidOption,
    InvalidParameter,
    InvalidUtf8,
    BodyTooLarge,
    UnsupportedMediaType,
    NotFound,
    MethodNotAllowed,
    UnknownFormat,
    NotAcceptable,
    // Who sends it.
    Unauthenticated,
    InvalidCredential,
    TableNotAllowed,
    // The SQL text.
    EmptySql,
    InvalidSql,
    MultipleStatements,
    NotReadOnly,
    QueryTooDeep,
    UnsupportedSql,
    UnknownColumn,
    DuplicateColumn,
    TypeError,
    // Tables and files.
    UnknownTable,
    AmbiguousTable,
    UnknownFileFormat,
    PathNotAllowed,
    InvalidFile,
    // Running.
    ExecutionError,
    RecursionLimit,
    MemoryExceeded,
    DeadlineExceeded,
    ClientGone,
    InvalidConfiguration,
    Internal,
}

impl Kind {
    /// HTTP status, stable code and title.
    pub fn describe(self) -> (u16, &'static str, &'static str) {
        match self {
            Kind::InvalidJson => (400, "invalid_json", "The body is not the JSON of a query"),
            Kind::InvalidOption => (400, "invalid_option", "An option is not valid"),
            Kind::InvalidParameter => (400, "invalid_parameter", "The parameters do not fit the statement"),
            Kind::InvalidUtf8 => (400, "invalid_utf8", "The text is not UTF-8"),
            Kind::BodyTooLarge => (413, "body_too_large", "The body is too large"),
            Kind::UnsupportedMediaType => {
                (415, "unsupported_media_type", "The content type is not supported")
            }
            Kind::NotFound => (404, "not_found", "There is no such route"),
            Kind::MethodNotAllowed => (405, "method_not_allowed", "The method is not allowed"),
            Kind::UnknownFormat => (400, "unknown_format", "The format is not known"),
            Kind::NotAcceptable => (406, "not_acceptable", "No accepted format is known"),
            Kind::Unauthenticated => (401, "unauthenticated", "A credential is required"),
            Kind::InvalidCredential => (401, "invalid_credential", "The credential is not valid"),
            Kind::TableNotAllowed => (403, "table_not_allowed", "The table is not allowed"),
            Kind::EmptySql => (400, "empty_sql", "There is no SQL"),
            Kind::InvalidSql => (400, "invalid_sql", "The SQL does not parse"),
            Kind::MultipleStatements => (400, "multiple_statements", "There is more than one statement"),
            Kind::NotReadOnly => (400, "not_read_only", "The statement is not a read-only query"),
            Kind::QueryTooDeep => (400, "query_too_deep", "The query is nested too deeply"),
            Kind::UnsupportedSql => (400, "unsupported_sql", "The SQL is not supported"),
            Kind::UnknownColumn => (400, "unknown_column", "There is no such column"),
            Kind::DuplicateColumn => (400, "duplicate_column", "Two columns have one name"),
            Kind::TypeError => (400, "type_error", "The types do not fit"),
            Kind::UnknownTable => (404, "unknown_table", "There is no such table"),
            Kind::AmbiguousTable => (400, "ambiguous_table", "The name fits several files"),
            Kind::UnknownFileFormat => (400, "unknown_file_format", "The format of the file is not known"),
            Kind::PathNotAllowed => (403, "path_not_allowed", "The path is not allowed"),
            Kind::InvalidFile => (422, "invalid_file", "A file cannot be read"),
            Kind::ExecutionError => (400, "execution_error", "The query failed"),
            Kind::RecursionLimit => (400, "recursion_limit", "The recursive query has no end"),
            Kind::MemoryExceeded => (507, "memory_exceeded", "The query needs too much memory"),
            Kind::DeadlineExceeded => (504, "deadline_exceeded", "The query took too long"),
            Kind::ClientGone => (499, "client_gone", "The client has gone"),
            Kind::InvalidConfiguration => {
                (500, "invalid_configuration", "The server is not configured correctly")
            }
            Kind::Internal => (500, "internal_error", "The query engine failed"),
        }
    }

    /// The value of `www-authenticate` in the answer (RFC 6750, section 3).
    pub fn challenge(self) -> Option<&'static str> {
        match self {
            Kind::Unauthenticated => Some("Bearer realm=\"polaroid\""),
            Kind::InvalidCredential => Some("Bearer realm=\"polaroid\", error=\"invalid_token\""),
            _ => None,
        }
    }
}

impl Error {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), position: None, allow: None }
    }

    pub fn at(mut self, position: Option<Position>) -> Self {
        self.position = position;
        self
    }

    /// HTTP status of the answer.
    pub fn status(&self) -> u16 {
        self.kind.describe().0
    }

    /// The answer's body: `application/problem+json` (RFC 9457).
    pub fn problem(&self, query_id: &str) -> Vec<u8> {
        #[derive(Serialize)]
        struct Problem<'a> {
            r#type: &'a str,
            title: &'a str,
            status: u16,
            code: &'a str,
            detail: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<u64>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<u64>,
            query_id: &'a str,
        }
        let (status, code, title) = self.kind.describe();
        serde_json::to_vec(&Problem {
            r#type: "about:blank",
            title,
            status,
            code,
            detail: &self.detail,
            line: self.position.map(|position| position.line),
            column: self.position.map(|position| position.column),
            query_id,
        })
        .expect("strings and numbers are JSON")
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.kind.describe().1, self.detail)
    }
}

impl std::error::Error for Error {}

impl From<polaroid_sql::Refusal> for Error {
    fn from(refusal: polaroid_sql::Refusal) -> Self {
        crate::sql::refused(refusal)
    }
}
