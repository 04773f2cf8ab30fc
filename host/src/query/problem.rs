//! The component's error answers, made readable for people at a shell.

use super::printable::printable;
use crate::args::QueryArgs;
use http::StatusCode;
use serde::Deserialize;
use unicode_width::UnicodeWidthStr;

/// What is used of `application/problem+json`.
#[derive(Deserialize)]
struct Problem {
    code: String,
    detail: String,
    /// Both from 1; the column counts characters.
    line: Option<usize>,
    column: Option<usize>,
}

/// Code and detail, the place in the SQL where there is one, and a hint where it helps.
pub fn explain(status: StatusCode, body: &[u8], args: &QueryArgs) -> String {
    let Ok(problem) = serde_json::from_slice::<Problem>(body) else {
        let body = String::from_utf8_lossy(body);
        return format!("the component answered {status}: {}", printable(body.trim()));
    };
    let mut text = printable(&format!("{}: {}", problem.code, problem.detail));
    if let (Some(line), Some(column)) = (problem.line, problem.column) {
        text.push_str(&format!("\n  at line {line}, column {column}"));
        text.push_str(&pointed_at(&args.sql, line, column).unwrap_or_default());
    }
    if problem.code == "unknown_table" && args.guest.mounts.is_empty() {
        text.push_str("\n  no directory was given: name the one that holds your files with --dir DIR");
    }
    text
}

/// The line of the SQL with a caret under the column.
fn pointed_at(sql: &str, line: usize, column: usize) -> Option<String> {
    // Tabs would make the caret's place depend on the terminal.
    let text = sql.lines().nth(line.checked_sub(1)?)?.replace('\t', " ");
    let before: String = text.chars().take(column.checked_sub(1)?).collect();
    let caret = " ".repeat(printable(&before).width());
    Some(format!(":\n  {}\n  {caret}^", printable(&text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Format, GuestArgs, GuestLimits};

    fn args(sql: &str) -> QueryArgs {
        QueryArgs {
            guest: GuestArgs {
                component: None,
                verify: Default::default(),
                mounts: vec![],
                scratch: None,
                variables: vec![],
                fuel: false,
                record_sql: false,
                outbound: Default::default(),
                keys: None,
            },
            limits: GuestLimits { memory: 1 << 29, timeout: None },
            sql: sql.into(),
            params: None,
            timing: false,
            format: Format::Table,
            output: None,
            rows: None,
        }
    }

    #[test]
    fn the_place_is_shown_under_its_line() {
        let body = br#"{"code":"invalid_sql","detail":"seen FORM","line":2,"column":6,"status":400}"#;
        let text = explain(StatusCode::BAD_REQUEST, body, &args("SELECT *\n'\u{e9}\u{4e2d}' FORM x"));
        assert_eq!(
            text,
            "invalid_sql: seen FORM\n  at line 2, column 6:\n  '\u{e9}\u{4e2d}' FORM x\n        ^"
        );
    }

    #[test]
    fn escapes_do_not_reach_the_terminal() {
        let body = br#"{"code":"c","detail":"seen '\u001b[2J'","line":1,"column":4}"#;
        let text = explain(StatusCode::BAD_REQUEST, body, &args("'\u{1b}[31m' x"));
        assert_eq!(text, "c: seen '\\u{1b}[2J'\n  at line 1, column 4:\n  '\\u{1b}[31m' x\n          ^");
        let text = explain(StatusCode::BAD_GATEWAY, b"\x1b[2Jone\ntwo\n", &args("x"));
        assert_eq!(text, "the component answered 502 Bad Gateway: \\u{1b}[2Jone\\ntwo");
    }

    #[test]
    fn places_outside_of_the_text_are_named_but_not_drawn() {
        let body = br#"{"code":"c","detail":"d","line":9,"column":0}"#;
        assert_eq!(explain(StatusCode::BAD_REQUEST, body, &args("x")), "c: d\n  at line 9, column 0");
    }

    #[test]
    fn an_unknown_table_without_directories_brings_a_hint() {
        let body = br#"{"code":"unknown_table","detail":"d"}"#;
        assert!(explain(StatusCode::NOT_FOUND, body, &args("x")).contains("--dir DIR"));
    }

    #[test]
    fn what_is_no_problem_document_is_shown_as_it_is() {
        let text = explain(StatusCode::BAD_GATEWAY, b"oops\n", &args("x"));
        assert_eq!(text, "the component answered 502 Bad Gateway: oops");
    }
}
