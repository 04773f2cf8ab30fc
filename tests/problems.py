"""The stable codes of problems and their statuses, in one table, and what no answer may show."""

from __future__ import annotations

from client import Answer

STATUS = {
    # the request
    "invalid_json": 400,          # no JSON, or JSON that is no query
    "invalid_option": 400,        # an option with a value that is not valid
    "invalid_parameter": 400,
    "invalid_utf8": 400,
    "invalid_multipart": 400,     # no whole form, or a part twice
    "unknown_format": 400,        # a format asked for by name
    "not_acceptable": 406,        # no known format in Accept
    "unsupported_media_type": 415,
    "body_too_large": 413,
    "invalid_configuration": 500, # a POLAROID_ variable that is not valid
    "not_found": 404,             # no such route
    "method_not_allowed": 405,
    # who sends it
    "unauthenticated": 401,       # no credential
    "invalid_credential": 401,    # wrong, expired, sent twice
    "table_not_allowed": 403,     # not among the tables of the credential, whether or not it exists
    # the SQL
    "empty_sql": 400,
    "multiple_statements": 400,
    "not_read_only": 400,
    "invalid_sql": 400,           # does not parse: with line and column
    "query_too_deep": 400,
    "unsupported_sql": 400,       # parses, but the engine has no such function or form
    "unknown_table": 404,         # lists the known tables
    "ambiguous_table": 400,
    "unknown_column": 400,        # with line and column
    "duplicate_column": 400,
    "type_error": 400,
    "execution_error": 400,       # fails on a value: an overflow, a cast
    "result_too_large": 413,      # longer than max_bytes
    "recursion_limit": 400,       # WITH RECURSIVE without an end: says what to add
    # the files
    "path_not_allowed": 403,
    "unknown_file_format": 400,
    "invalid_file": 422,          # not what its name says, cut short, damaged
    # saved queries
    "unknown_query": 404,         # lists those that there are
    "invalid_saved_query": 500,   # its file: with its name and line
    # the sandbox
    "memory_exceeded": 507,
    "deadline_exceeded": 504,     # longer than the host or the request's timeout_ms allows
    "guest_trap": 500,
}

INTERNALS = [
    # Rust's debug text
    "Some(", "None)", "Ok(", "Err(", "Expr::", "Expr {", "Ident {", "PlSmallStr", "ErrString", "PolarsError",
    "panicked", "RUST_BACKTRACE", ".rs:", "unwrap()", "(os error", "failed to fill whole buffer",
    # plans
    "SCAN", "DataFrameScan", "DF [", "esolved plan", "FAILED HERE", "PROJECT */", "SELECTION:", "ESTIMATED ROWS",
]


def check(answer: Answer, code: str) -> dict:
    """The answer is this problem and nothing else; returns its document."""
    text = answer.body.decode(errors="replace")
    assert answer.type == "application/problem+json", f"{answer.status} {answer.type}: {text[:500]}"
    problem = answer.json()
    assert (problem["code"], answer.status) == (code, STATUS[code]), text[:1000]
    assert problem["status"] == answer.status
    assert problem["type"] and problem["title"] and problem["detail"], text
    assert problem["query_id"] == answer.headers["X-Query-Id"]
    hides_internals(text)
    return problem


def hides_internals(text: str) -> None:
    shown = [pattern for pattern in INTERNALS if pattern in text]
    assert not shown, f"internal text {shown} in {text[:1000]}"
