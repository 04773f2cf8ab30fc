//! Rewrites that random queries asked for (`tests/random_sql`).

mod common;

use common::{bind, check};
use polaroid_sql::params::Params;

/// Forms and functions.
fn all(sql: &str) -> String {
    bind(sql, &Params::default()).map_or_else(|refusal| format!("! {}", refusal.message), |s| s.to_string())
}

#[test]
fn positions_of_renamed_columns() {
    check(&[
        ("SELECT a AS x, a + 1 AS y FROM t GROUP BY 1", "SELECT a AS x, a + 1 AS y FROM t GROUP BY a"),
        ("SELECT 1 AS x, count(*) AS n FROM t GROUP BY 1", "SELECT 1 AS x, count(*) AS n FROM t GROUP BY 1"),
        ("SELECT a + 1 AS x FROM t GROUP BY 1", "SELECT a + 1 AS x FROM t GROUP BY 1"),
    ]);
}

#[test]
fn exists_as_a_value() {
    check(&[
        (
            "SELECT EXISTS (SELECT 1 FROM u WHERE u.a = t.a) AS x FROM t",
            "SELECT (COALESCE((SELECT COUNT(*) FROM u WHERE u.a = t.a), 0) > 0) AS x FROM t",
        ),
        (
            "SELECT a FROM t WHERE b = 1 OR NOT EXISTS (SELECT * FROM u WHERE u.a = t.a)",
            "SELECT a FROM t WHERE b = 1 OR (COALESCE((SELECT COUNT(*) FROM u WHERE u.a = t.a), 0) = 0)",
        ),
        (
            "SELECT a FROM t WHERE b = 1 AND NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
            "SELECT a FROM t WHERE b = 1 AND NOT EXISTS (SELECT 1 FROM u WHERE u.a = t.a)",
        ),
        (
            "SELECT EXISTS (SELECT max(a) FROM u) AS x FROM t",
            "SELECT EXISTS (SELECT max(a) FROM u) AS x FROM t",
        ),
    ]);
}

#[test]
fn conditions_of_one_side_in_semi_joins() {
    check(&[
        (
            "SELECT x.a FROM t AS x SEMI JOIN u AS y ON x.a = y.a AND y.e > 1 AND x.b < 2",
            "SELECT x.a FROM t AS x SEMI JOIN (SELECT * FROM u AS y WHERE (y.e > 1)) AS y ON x.a = y.a WHERE (x.b < 2)",
        ),
        (
            "SELECT x.a FROM t AS x ANTI JOIN u AS y ON x.a = y.a AND x.b < 2",
            "SELECT x.a FROM t AS x ANTI JOIN u AS y ON x.a = y.a AND x.b < 2",
        ),
        (
            "SELECT x.a FROM t AS x SEMI JOIN u AS y ON y.e > 1",
            "SELECT x.a FROM t AS x SEMI JOIN u AS y ON y.e > 1",
        ),
    ]);
}

#[test]
fn lists_in_conditions_of_joins() {
    check(&[(
        "SELECT x.a FROM t AS x JOIN u AS y ON x.a = y.a AND x.b NOT IN (1, 2)",
        "SELECT x.a FROM t AS x JOIN u AS y ON x.a = y.a AND ((x.b <> 1 AND x.b <> 2))",
    )]);
    check(&[("SELECT 1 IN (a, 2) AS x FROM t", "SELECT (1 = a OR 1 = 2) AS x FROM t")]);
}

#[test]
fn dates_with_intervals() {
    check(&[
        ("SELECT a + INTERVAL 1 DAY AS x FROM t", "SELECT __instant(a) + INTERVAL 1 DAY AS x FROM t"),
        (
            "SELECT INTERVAL 1 DAY + a - INTERVAL 1 HOUR AS x FROM t",
            "SELECT __instant(a) + INTERVAL 1 DAY - INTERVAL 1 HOUR AS x FROM t",
        ),
        (
            "SELECT CAST(a AS TIMESTAMP) + INTERVAL 1 DAY AS x FROM t",
            "SELECT CAST(a AS TIMESTAMP) + INTERVAL 1 DAY AS x FROM t",
        ),
    ]);
}

#[test]
fn text_and_truth() {
    for (sql, expected) in [
        ("SELECT CAST(a AS VARCHAR) AS x FROM t", "SELECT __text(a) AS x FROM t"),
        ("SELECT a || '-' || b AS x FROM t", "SELECT (__part(a) || '-') || __part(b) AS x FROM t"),
        (
            "SELECT concat(a, upper(c), 'x') AS x FROM t",
            "SELECT CONCAT(__part(a), upper(c), 'x') AS x FROM t",
        ),
        ("SELECT TRY_CAST(c AS BOOLEAN) AS x FROM t", "SELECT __try_boolean(c) AS x FROM t"),
        ("SELECT 'x'::VARCHAR AS x", "SELECT 'x'::VARCHAR AS x"),
        ("SELECT c LIKE k AS x FROM t", "SELECT __like(c, k) AS x FROM t"),
        ("SELECT c NOT ILIKE k AS x FROM t", "SELECT NOT __ilike(c, k) AS x FROM t"),
        ("SELECT replace(c, k, '') AS x FROM t", "SELECT __replace(c, k, '') AS x FROM t"),
        ("SELECT lpad(c, 9, 'ab') AS x FROM t", "SELECT __lpad(c, 9, 'ab') AS x FROM t"),
        ("SELECT replace(c, 'a', '') AS x FROM t", "SELECT REPLACE(c, 'a', '') AS x FROM t"),
    ] {
        assert_eq!(all(sql), expected, "{sql}");
    }
}

#[test]
fn constants_that_are_gathered_in_an_order() {
    let text = all("SELECT first('x' ORDER BY a) AS x FROM t");
    assert!(text.contains("ARRAY_AGG(CASE WHEN a IS NULL THEN 'x' ELSE 'x' END"), "{text}");
    let text = all("SELECT first(b ORDER BY a) AS x FROM t");
    assert!(!text.contains("CASE"), "{text}");
}

#[test]
fn slices_of_fields() {
    assert_eq!(all("SELECT s['f'] AS x FROM n"), "SELECT s.\"f\" AS x FROM n");
    assert!(!all("SELECT s['f'][1:2] AS x FROM n").contains("['f']"));
}

#[test]
fn names_of_lambdas() {
    for (sql, name) in [
        ("SELECT list_filter(l, x -> x > 1) FROM n", "list_filter(l, (x -> (x > 1)))"),
        (
            "SELECT list_reduce(l, (x, y) -> x + y) FROM n",
            "list_reduce(l, (main.\"\"row\"\"(x, y) -> (x + y)))",
        ),
    ] {
        let text = all(sql);
        assert!(text.contains(name), "{text}");
    }
}
