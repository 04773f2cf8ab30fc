//! Bind parameters.

mod common;

use std::ops::ControlFlow;

use common::{bind, parse};
use polaroid_sql::params::Params;
use sqlparser::ast::{Expr, Statement, Value, ValueWithSpan, VisitMut, VisitorMut};
use sqlparser::tokenizer::Span;

fn params(json: &str) -> Params {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn bound(sql: &str, json: &str) -> String {
    match serde_json::from_str(json) {
        Err(error) => format!("! {error}"),
        Ok(params) => match bind(sql, &params) {
            Ok(statement) => statement.to_string(),
            Err(refusal) => format!("! {}", refusal.message),
        },
    }
}

#[test]
fn values_become_literals() {
    for (json, expected) in [
        ("1", "1"),
        ("-5", "(-5)"),
        ("9223372036854775807", "9223372036854775807"),
        ("18446744073709551615", "18446744073709551615"),
        ("0.1234567890123456789012345678901234567", "0.1234567890123456789012345678901234567"),
        ("1.50", "1.50"),
        ("1e3", "1e3"),
        ("\"it's\"", "'it''s'"),
        ("\"\"", "''"),
        ("null", "NULL"),
        ("true", "true"),
        (r#"{"type": "date", "value": "2025-01-31"}"#, "CAST('2025-01-31' AS DATE)"),
        (r#"{"type": "time", "value": "10:11:12.5"}"#, "CAST('10:11:12.5' AS TIME)"),
        (
            r#"{"type": "timestamp", "value": "2025-01-31T10:11:12"}"#,
            "CAST('2025-01-31T10:11:12' AS TIMESTAMP)",
        ),
        (
            r#"{"type": "timestamptz", "value": "2025-01-31 10:11:12+02:00"}"#,
            "CAST('2025-01-31 10:11:12+02:00' AS TIMESTAMP WITH TIME ZONE)",
        ),
        (r#"{"type": "decimal", "value": "-1.50"}"#, "CAST('-1.50' AS DECIMAL(3,2))"),
        (r#"{"type": "decimal", "value": 12.5}"#, "CAST('12.5' AS DECIMAL(3,1))"),
        (r#"{"type": "bigint", "value": "7"}"#, "7"),
        (r#"{"type": "integer", "value": 7}"#, "CAST('7' AS INTEGER)"),
        (r#"{"type": "ubigint", "value": 18446744073709551615}"#, "CAST('18446744073709551615' AS UBIGINT)"),
        (r#"{"type": "double", "value": "NaN"}"#, "CAST('NaN' AS DOUBLE)"),
        (r#"{"type": "interval", "value": "3 days 2 hours"}"#, "INTERVAL '3 days 2 hours'"),
        (r#"{"type": "blob", "value": "AP8="}"#, "X'00ff'"),
        (r#"{"type": "date", "value": null}"#, "CAST(NULL AS DATE)"),
    ] {
        assert_eq!(
            bound("SELECT $1 AS x", &format!("[{json}]")),
            format!("SELECT {expected} AS x"),
            "{json}"
        );
    }
}

#[test]
fn each_style() {
    assert_eq!(bound("SELECT ? AS x, ? AS y", "[1, 2]"), "SELECT 1 AS x, 2 AS y");
    assert_eq!(bound("SELECT $2 AS x, $1 AS y, $2 AS z", "[1, 2]"), "SELECT 2 AS x, 1 AS y, 2 AS z");
    assert_eq!(bound("SELECT $b AS x, $a AS y", r#"{"a": 1, "b": 2}"#), "SELECT 2 AS x, 1 AS y");
    assert_eq!(bound("SELECT :b AS x", r#"{"b": 2}"#), "SELECT 2 AS x");
    assert_eq!(bound("SELECT a FROM t LIMIT ? OFFSET ?", "[2, 1]"), "SELECT a FROM t LIMIT 2 OFFSET 1");
    assert_eq!(bound("SELECT 1 AS x", "[]"), "SELECT 1 AS x");
    assert_eq!(bound("SELECT 1 AS x", "null"), "SELECT 1 AS x");
    // In the order of the text, though the tree has them in another one, and one of them twice.
    assert_eq!(
        bound("FROM t SELECT a BETWEEN SYMMETRIC ? AND ? AS x, ? AS y WHERE b = ?", "[1, 2, 3, 4]"),
        "FROM t SELECT ((a BETWEEN 1 AND 2) OR (a BETWEEN 2 AND 1)) AS x, 3 AS y WHERE b = 4"
    );
}

#[test]
fn errors_are_strict() {
    for (sql, json, message) in [
        ("SELECT $1", "[]", "no value for $1: the request has no parameters"),
        ("SELECT ?, ?", "[1]", "no value for ? number 2: the request has 1 parameter"),
        ("SELECT 1", "[1]", "the request has parameters, and the statement has no placeholder"),
        ("SELECT $1, $3", "[1, 2, 3]", "parameter 2 is not used in the statement"),
        ("SELECT $a", r#"{"a": 1, "b": 2}"#, "parameter \"b\" is not used in the statement"),
        ("SELECT $a", r#"{"A": 1}"#, "no value for $a"),
        ("SELECT $1", r#"{"a": 1}"#, "$1 takes an array of parameters, and the request has an object"),
        ("SELECT $a", "[1]", "$a takes an object of parameters, and the request has an array"),
        ("SELECT $1, ?", "[1, 2]", "$1 and ? do not go together; use one style of parameters"),
        ("SELECT $0", "[1]", "$0 is not a parameter; write $1, ?, $name or :name"),
        (
            "SELECT c LIKE 'x' ESCAPE $1 FROM t",
            "[\"!\"]",
            "$1: a parameter cannot stand here; write the value",
        ),
    ] {
        assert_eq!(bound(sql, json), format!("! {message}"));
    }
    for (json, message) in [
        ("[[1]]", "parameter 1: lists are not taken"),
        (r#"{"a": 1, "a": 2}"#, "\"a\" is there twice"),
        (r#"[{"type": "date"}]"#, "parameter 1: missing field `value`"),
        (r#"[{"type": "date", "value": "2025-01-01", "x": 1}]"#, "parameter 1: unknown field `x`"),
        (r#"[{"type": "date", "value": "2025-1-1"}]"#, "parameter 1: date: expected the likes of"),
        (r#"[{"type": "date", "value": 5}]"#, "parameter 1: date: expected a string"),
        (r#"[{"type": "dates", "value": "2025-01-01"}]"#, "parameter 1: dates: there is no such type"),
        (r#"[{"type": "tinyint", "value": 300}]"#, "parameter 1: tinyint: 300 is out of range: -128 to 127"),
        (
            r#"[{"type": "integer", "value": 1.5}]"#,
            "parameter 1: integer: expected a whole number, found \"1.5\"",
        ),
        (r#"[{"type": "decimal", "value": "1'5"}]"#, "parameter 1: decimal: expected digits"),
        (r#"[{"type": "interval", "value": "1 day'; --"}]"#, "parameter 1: interval: expected the likes of"),
        (r#"[{"type": "blob", "value": "A"}]"#, "parameter 1: blob: expected base64"),
        (
            "[1234567890123456789012345678901234567890]",
            "parameter 1: 1234567890123456789012345678901234567890 has more",
        ),
        ("5", "parameters are an array"),
    ] {
        let error = serde_json::from_str::<Params>(json).expect_err(json).to_string();
        assert!(error.starts_with(message), "{json}: {error}");
    }
}

/// Values without their content, so that trees can be compared by shape.
struct Mask;

impl VisitorMut for Mask {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        *value = ValueWithSpan { value: Value::Null, span: Span::empty() };
        ControlFlow::Continue(())
    }
}

fn shape(mut statement: Statement) -> Statement {
    let _ = statement.visit(&mut Mask);
    statement
}

/// A hostile value makes the same tree as a harmless one, but for the literals.
#[test]
fn no_value_changes_the_statement() {
    let pieces = [
        "'",
        "''",
        "\"",
        "\\",
        "\\'",
        "--",
        "/*",
        "*/",
        ";",
        ")",
        "(",
        "$1",
        "?",
        ":a",
        "$$",
        "E'",
        "\n",
        "\0",
        "\r",
        "\u{2019}",
        "\u{ff07}",
        " OR 1=1",
        "DROP TABLE t",
        " UNION SELECT 1",
        "x",
        "🦀",
        "%",
        "{",
        "}",
        "[",
        "\u{1}",
        "\u{1}exclude current",
        "X'",
        "N'",
        "U&'",
        "`",
    ];
    let statements = [
        "SELECT a FROM t WHERE c = $1 AND b > 1",
        "SELECT $1 AS x, COUNT(*) FROM t GROUP BY ALL",
        "SELECT * FROM t WHERE c IN ($1, 'y') OR (a, c) = (1, $1)",
        "SELECT c LIKE $1 AS x, UPPER($1) AS y, $1 || c AS z FROM t",
        "WITH w AS (SELECT $1 AS p) SELECT * FROM w JOIN u ON w.p = u.e ORDER BY p DESC",
        "SELECT CASE WHEN c = $1 THEN $1 ELSE 'x' END AS x FROM t",
        "SELECT a FROM t WHERE c ~ $1 OR c SIMILAR TO $1",
        "SELECT sum(a) OVER (PARTITION BY $1 ORDER BY k ROWS 1 PRECEDING) AS x FROM t",
    ];
    let mut state = 42_u64;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap_or(0) % n
    };
    for round in 0..2_000 {
        let value: String = (0..next(8) + 1).map(|_| pieces[next(pieces.len())]).collect();
        let sql = statements[round % statements.len()];
        let json = serde_json::to_string(&[&value]).expect("JSON");
        let harmless = bind(sql, &params(r#"["harmless"]"#)).expect(sql);
        let hostile = bind(sql, &params(&json)).expect(sql);
        assert_eq!(shape(hostile.clone()), shape(harmless), "{sql} with {value:?}");
        // So does its text, where sqlparser writes literals faithfully: it takes `\\'` and `''` in one to be
        // escaped already. What runs is the tree; its text is never parsed.
        if !value.contains("\\'") && !value.contains("''") {
            let again = parse(&hostile.to_string()).expect(sql);
            assert_eq!(shape(again), shape(hostile.clone()), "{sql} with {value:?}");
        }
        // And the value arrives as it was sent; regular expressions are translated.
        if sql.contains('~') {
            continue;
        }
        let mut found = false;
        let _ = sqlparser::ast::visit_expressions(&hostile, |expr| {
            if let Expr::Value(literal) = expr
                && let Value::SingleQuotedString(text) = &literal.value
            {
                found |= *text == value || text.contains(&value);
            }
            ControlFlow::<()>::Continue(())
        });
        assert!(found, "{sql} with {value:?}");
    }
}

/// EXCLUDE is a mark in PARTITION BY, which no value can be.
#[test]
fn no_value_is_a_mark() {
    let sql = "SELECT sum(a) OVER (PARTITION BY $1 ORDER BY k ROWS 1 PRECEDING) AS x FROM t";
    for text in ["\\u0001exclude current", "\\u0001exclude ties"] {
        let frame = bound(sql, &format!("[\"{text}\"]"));
        assert!(frame.contains("|no|"), "{frame}");
    }
}
