//! Everything that can go wrong with a request, and the one place where it becomes an HTTP answer.

use schemars::JsonSchema;
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

/// One line a kind: its name, the HTTP status, the stable code and the title of the problem.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $status:literal $code:literal $title:literal)*) => {
        /// What went wrong. Each kind has one status and one stable code (snake case).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)*];

            /// HTTP status, stable code and title.
            pub fn describe(self) -> (u16, &'static str, &'static str) {
                match self {
                    $(Kind::$kind => ($status, $code, $title),)*
                }
            }
        }
    };
}

kinds! {
    // The request.
    InvalidJson 400 "invalid_json" "The body is not the JSON of a query"
    InvalidOption 400 "invalid_option" "An option is not valid"
    InvalidParameter 400 "invalid_parameter" "The parameters do not fit the statement"
    InvalidUtf8 400 "invalid_utf8" "The text is not UTF-8"
    InvalidMultipart 400 "invalid_multipart" "The body is not a valid form"
    BodyTooLarge 413 "body_too_large" "The body is too large"
    UnsupportedMediaType 415 "unsupported_media_type" "The content type is not supported"
    NotFound 404 "not_found" "There is no such route"
    MethodNotAllowed 405 "method_not_allowed" "The method is not allowed"
    UnknownFormat 400 "unknown_format" "The format is not known"
    NotAcceptable 406 "not_acceptable" "No accepted format is known"
    // The SQL text.
    EmptySql 400 "empty_sql" "There is no SQL"
    InvalidSql 400 "invalid_sql" "The SQL does not parse"
    MultipleStatements 400 "multiple_statements" "There is more than one statement"
    NotReadOnly 400 "not_read_only" "The statement is not a read-only query"
    QueryTooDeep 400 "query_too_deep" "The query is nested too deeply"
    UnsupportedSql 400 "unsupported_sql" "The SQL is not supported"
    UnknownColumn 400 "unknown_column" "There is no such column"
    DuplicateColumn 400 "duplicate_column" "Two columns have one name"
    TypeError 400 "type_error" "The types do not fit"
    // Tables and files.
    UnknownTable 404 "unknown_table" "There is no such table"
    AmbiguousTable 400 "ambiguous_table" "The name fits several files"
    UnknownFileFormat 400 "unknown_file_format" "The format of the file is not known"
    PathNotAllowed 403 "path_not_allowed" "The path is not allowed"
    InvalidFile 422 "invalid_file" "A file cannot be read"
    // Saved queries.
    UnknownQuery 404 "unknown_query" "There is no such saved query"
    InvalidSavedQuery 500 "invalid_saved_query" "A saved query is not valid"
    // Running.
    ExecutionError 400 "execution_error" "The query failed"
    ResultTooLarge 413 "result_too_large" "The result is too large"
    RecursionLimit 400 "recursion_limit" "The recursive query has no end"
    MemoryExceeded 507 "memory_exceeded" "The query needs too much memory"
    DeadlineExceeded 504 "deadline_exceeded" "The query took too long"
    ClientGone 499 "client_gone" "The client has gone"
    InvalidConfiguration 500 "invalid_configuration" "The server is not configured correctly"
    Internal 500 "internal_error" "The query engine failed"
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
        let (status, code, title) = self.kind.describe();
        let problem = Problem::new(status, code, title, &self.detail, query_id).at(self.position);
        serde_json::to_vec(&problem).expect("strings and numbers are JSON")
    }
}

/// The document of an error (RFC 9457).
#[derive(Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Problem<'a> {
    /// Always `about:blank`: programs go by `code`.
    r#type: &'a str,
    title: &'a str,
    status: u16,
    /// Stable, in snake case.
    code: &'a str,
    /// What was seen, what is accepted, and what to do.
    detail: &'a str,
    /// Where in the SQL, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    /// In characters, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    query_id: &'a str,
}

impl<'a> Problem<'a> {
    pub fn new(status: u16, code: &'a str, title: &'a str, detail: &'a str, query_id: &'a str) -> Self {
        Self { r#type: "about:blank", title, status, code, detail, line: None, column: None, query_id }
    }

    fn at(mut self, position: Option<Position>) -> Self {
        self.line = position.map(|position| position.line);
        self.column = position.map(|position| position.column);
        self
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
