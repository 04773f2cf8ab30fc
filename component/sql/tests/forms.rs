//! Forms, text in and text out.

mod common;

use common::check;

#[test]
fn precedences() {
    check(&[
        (
            "SELECT a FROM t WHERE c IS DISTINCT FROM 'x' AND a > 1 OR b = 2",
            "SELECT a FROM t WHERE (c IS DISTINCT FROM 'x') AND a > 1 OR b = 2",
        ),
        (
            "SELECT a FROM t WHERE NOT c IS NOT DISTINCT FROM 'x' AND a > 1",
            "SELECT a FROM t WHERE NOT (c IS NOT DISTINCT FROM 'x') AND a > 1",
        ),
        ("SELECT 2 * 3 ^ 2 AS x", "SELECT 2 * POWER(CAST(3 AS DOUBLE), 2) AS x"),
        ("SELECT -2 ** 2 AS x", "SELECT POWER(CAST(-2 AS DOUBLE), 2) AS x"),
        ("SELECT 2 ** 3 ** 2 AS x", "SELECT POWER(CAST(POWER(CAST(2 AS DOUBLE), 3) AS DOUBLE), 2) AS x"),
        ("SELECT 'a' || 1 + 2 AS x", "SELECT 'a' || (1 + 2) AS x"),
        ("SELECT c LIKE 'a' = true AS x FROM t", "SELECT (c LIKE 'a') = true AS x FROM t"),
    ]);
}

#[test]
fn nulls_are_last() {
    check(&[
        ("SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a"),
        ("SELECT a FROM t ORDER BY a DESC", "SELECT a FROM t ORDER BY a DESC NULLS LAST"),
        ("SELECT a FROM t ORDER BY a DESC NULLS FIRST", "SELECT a FROM t ORDER BY a DESC NULLS FIRST"),
        ("SELECT a FROM t ORDER BY ALL DESC", "SELECT a FROM t ORDER BY ALL DESC NULLS LAST"),
        (
            "SELECT rank() OVER (ORDER BY a DESC) AS r FROM t",
            "SELECT rank() OVER (ORDER BY a DESC NULLS LAST) AS r FROM t",
        ),
        (
            "SELECT string_agg(c, ',' ORDER BY c DESC) AS x FROM t",
            "SELECT string_agg(c, ',' ORDER BY c DESC NULLS LAST) AS x FROM t",
        ),
        (
            "SELECT sum(b) OVER w AS x FROM t WINDOW w AS (ORDER BY a DESC)",
            "SELECT sum(b) OVER (ORDER BY a DESC NULLS LAST) AS x FROM t",
        ),
        ("SELECT a FROM t ORDER BY #1 DESC", "SELECT a FROM t ORDER BY 1 DESC NULLS LAST"),
    ]);
}

#[test]
fn patterns() {
    check(&[
        (
            "SELECT c LIKE '10!%_' ESCAPE '!' AS x FROM t",
            r"SELECT REGEXP_LIKE(c, '(?s)\A10%.\z') AS x FROM t",
        ),
        (r"SELECT c ~ 'a|b' AS x FROM t", r"SELECT REGEXP_LIKE(c, '\A(?:a|b)\z') AS x FROM t"),
        (r"SELECT c NOT SIMILAR TO 'a' AS x FROM t", r"SELECT NOT REGEXP_LIKE(c, '\A(?:a)\z') AS x FROM t"),
        (
            r"SELECT c GLOB 'a*[!0-9]?' AS x FROM t",
            r"SELECT REGEXP_LIKE(c, '(?s)\Aa.*[^0-9].\z') AS x FROM t",
        ),
        ("SELECT c LIKE ANY ('x%', 'y%') AS x FROM t", "SELECT (c LIKE 'x%' OR c LIKE 'y%') AS x FROM t"),
        (
            "SELECT c LIKE c ESCAPE '!' AS x FROM t",
            "! LIKE with ESCAPE takes a literal pattern; use REGEXP_MATCHES for others",
        ),
    ]);
}

#[test]
fn literals_and_operators() {
    check(&[
        (r"SELECT E'a\'b' AS x, $$it's$$ AS y, 1_000 AS z", "SELECT 'a''b' AS x, 'it''s' AS y, 1000 AS z"),
        (
            "SELECT a IS TRUE AS x, a IS NOT FALSE AS y FROM t",
            "SELECT COALESCE(a, false) AS x, COALESCE(a, true) AS y FROM t",
        ),
        ("SELECT a << 2 AS x, ~a AS y FROM t", "SELECT (a * 4) AS x, BIT_NOT(a) AS y FROM t"),
        (
            "SELECT 'T'::BOOL AS x, a::FLOAT AS y, a::DECIMAL AS z FROM t",
            "SELECT true::BOOL AS x, a::REAL AS y, a::DECIMAL(18,3) AS z FROM t",
        ),
        (r"SELECT '\xAAb'::BLOB AS x", "SELECT X'AA62' AS x"),
        (
            "SELECT INTERVAL 1 YEAR + DATE '2024-02-29' AS x",
            "SELECT CAST(DATE '2024-02-29' AS TIMESTAMP) + INTERVAL 1 YEAR AS x",
        ),
        ("SELECT a IN l AS x FROM t, n", "SELECT a = ANY(l) AS x FROM t, n"),
        ("SELECT a ISNULL AS x, a NOTNULL AS y FROM t", "SELECT a IS NULL AS x, a IS NOT NULL AS y FROM t"),
        ("SELECT s['x'] AS x, (s).y AS y FROM n", "SELECT s.\"x\" AS x, s.y AS y FROM n"),
    ]);
}

#[test]
fn rows() {
    check(&[
        (
            "SELECT a FROM t WHERE (a, b) = (1, 2)",
            "SELECT a FROM t WHERE ((a IS NOT DISTINCT FROM 1) AND (b IS NOT DISTINCT FROM 2))",
        ),
        (
            "SELECT a FROM t WHERE (t.a, t.k) IN (SELECT a, k FROM u)",
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM (SELECT a, k FROM u) AS \"rows of IN\" (\"field 0\", \"field 1\") WHERE \
             \"rows of IN\".\"field 0\" = t.a AND \"rows of IN\".\"field 1\" = t.k)",
        ),
        (
            "SELECT a FROM t WHERE (a, B) IN (SELECT a, k FROM u)",
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM (SELECT a, k FROM u) AS \"rows of IN\" (\"field 0\", \"field 1\") WHERE \
             \"rows of IN\".\"field 0\" = t.a AND \"rows of IN\".\"field 1\" = t.b)",
        ),
        (
            "SELECT a FROM t WHERE (a, k) NOT IN (SELECT a, k FROM u)",
            "SELECT a FROM t WHERE (NOT EXISTS (SELECT 1 FROM (SELECT a, k FROM u) AS \"rows of IN\" (\"field 0\", \"field 1\") WHERE \"rows of IN\".\"field 0\" = t.a AND \"rows of IN\".\"field 1\" = t.k) AND ((SELECT COUNT(*) FROM (SELECT a, k FROM u) AS \"rows of IN\" (\"field 0\", \"field 1\")) = 0 OR (t.a IS NOT NULL AND t.k IS NOT NULL AND (SELECT COUNT(*) FROM (SELECT a, k FROM u) AS \"rows of IN\" (\"field 0\", \"field 1\") WHERE \"field 0\" IS NULL OR \"field 1\" IS NULL) = 0)))",
        ),
        ("SELECT a FROM t WHERE (a, b) = 1", "! a row can only be compared with a row"),
    ]);
}

#[test]
fn from_first() {
    check(&[
        ("FROM t", "SELECT * FROM t"),
        ("FROM t WHERE a > 1", "SELECT * FROM t WHERE a > 1"),
        ("FROM t SELECT a WHERE a > 1", "FROM t SELECT a WHERE a > 1"),
        (
            "SELECT a FROM (FROM t) UNION ALL FROM u",
            "SELECT a FROM (SELECT * FROM t) UNION ALL SELECT * FROM u",
        ),
        ("TABLE t", "SELECT * FROM t"),
        (
            "SELECT extract(year FROM a) AS x, substring(c FROM 2) AS y FROM t",
            "SELECT EXTRACT(YEAR FROM a) AS x, SUBSTRING(c FROM 2) AS y FROM t",
        ),
    ]);
}

#[test]
fn joins() {
    check(&[
        (
            "SELECT t.a, u.e FROM t ASOF JOIN u ON t.k = u.k AND t.a >= u.a",
            "SELECT t.a, u.e FROM t ASOF JOIN u MATCH_CONDITION (t.a >= u.a) ON t.k = u.k WHERE u.a IS NOT NULL",
        ),
        (
            "SELECT t.a, u.e FROM t ASOF LEFT JOIN u ON t.a >= u.a",
            "SELECT t.a, u.e FROM t ASOF JOIN u MATCH_CONDITION (t.a >= u.a)",
        ),
        ("SELECT v.x FROM t, LATERAL (SELECT t.a + 1 AS x) AS v", "SELECT (t.a + 1) AS x FROM t"),
        (
            "SELECT t.a, v.m FROM t, LATERAL (SELECT max(k) AS m FROM u WHERE u.a = t.a) AS v",
            "SELECT t.a, (SELECT max(k) FROM u WHERE u.a = t.a) AS m FROM t",
        ),
    ]);
}

#[test]
fn unnest() {
    check(&[
        ("SELECT id, UNNEST(l) AS x FROM n", "SELECT id, UNNEST(l) AS x FROM n WHERE ARRAY_LENGTH(l) > 0"),
        (
            "SELECT id, q.x FROM n, UNNEST(l) AS q(x)",
            "SELECT id, x FROM (SELECT *, l AS x FROM n WHERE ARRAY_LENGTH(l) > 0) AS n CROSS JOIN UNNEST(x) AS q (x)",
        ),
        ("SELECT * FROM UNNEST([1, 2])", "SELECT * FROM UNNEST([1, 2]) AS \"unnest\" (\"unnest\")"),
        (
            "SELECT UNNEST(l) AS x, row_number() OVER () AS r FROM n",
            "SELECT UNNEST(x) AS x, r FROM (SELECT l AS x, row_number() OVER () AS r FROM n) AS n WHERE ARRAY_LENGTH(x) > 0",
        ),
    ]);
}

#[test]
fn pivots_and_columns() {
    check(&[
        (
            "SELECT * FROM (SELECT k, c, b FROM t) PIVOT (sum(b) FOR c IN ('x', 'y')) AS p",
            "SELECT * FROM (SELECT \"k\", sum(b) FILTER (WHERE c = 'x') AS \"x\", sum(b) FILTER (WHERE c = 'y') AS \"y\" FROM \
             (SELECT k, c, b FROM t) AS \"source\" GROUP BY \"k\") AS p",
        ),
        (
            "SELECT * FROM u UNPIVOT (v FOR n IN (a, k)) AS p",
            "SELECT * FROM (SELECT \"e\", 'a' AS n, a AS v FROM u WHERE a IS NOT NULL UNION ALL SELECT \"e\", 'k' AS n, k AS v \
             FROM u WHERE k IS NOT NULL) AS p",
        ),
        (
            "SELECT min(COLUMNS(* EXCLUDE (e))) FROM u",
            "SELECT min(\"a\") AS \"a\", min(\"k\") AS \"k\" FROM u",
        ),
    ]);
}

#[test]
fn limits_and_samples() {
    check(&[
        ("SELECT a FROM t LIMIT 1 + 1 OFFSET 2 - 1", "SELECT a FROM t LIMIT 2 OFFSET 1"),
        ("SELECT a FROM t FETCH FIRST ROW ONLY", "SELECT a FROM t FETCH FIRST 1 ROWS ONLY"),
        ("SELECT a FROM t LIMIT (SELECT 2)", "! LIMIT and OFFSET take a number or a parameter"),
        ("SELECT sum(a) FILTER (a > 1) AS x FROM t", "SELECT sum(a) FILTER (WHERE a > 1) AS x FROM t"),
    ]);
    let text = common::rewrite("SELECT a FROM t USING SAMPLE 10%");
    assert!(text.contains("QUALIFY (") && text.ends_with("< 214748365) AS t"), "{text}");
    let text = common::rewrite("SELECT a FROM t TABLESAMPLE RESERVOIR (5 ROWS) REPEATABLE (42)");
    assert!(text.ends_with("LIMIT 5) AS t"), "{text}");
}

/// What a rewrite copies is small: no statement grows without bounds, or into a deep tree.
#[test]
fn nothing_explodes() {
    let doubled: Vec<_> = (0..60).map(|n| format!("a{n} + a{n} AS a{}", n + 1)).collect();
    let chain: Vec<_> = (0..200).map(|n| format!("a{n} + 1 AS a{}", n + 1)).collect();
    for (sql, message) in [
        (format!("SELECT {} FROM (SELECT 1 AS a0)", doubled.join(", ")), "is too large to be used again"),
        (format!("SELECT {} FROM (SELECT 1 AS a0)", chain.join(", ")), "is too large to be used again"),
        (
            format!(
                "SELECT greatest({}) FROM (SELECT a + a + a AS y, y * 2 AS x, {} FROM t)",
                "x",
                vec!["y"; 9_000].join(", ")
            ),
            "is too large to be used again",
        ),
        (format!("SELECT a{} FROM t", " >> 1".repeat(40)), "the expression in >> is too large"),
        (
            format!("SELECT {}k{} FROM t", "first('x' ORDER BY ".repeat(18), ")".repeat(18)),
            "the expression in ORDER BY is too large",
        ),
        (
            format!("SELECT sum(a) OVER w AS x FROM t WINDOW w AS (ORDER BY {}k)", "k, ".repeat(100)),
            "the expression in WINDOW is too large",
        ),
    ] {
        let text = match common::bind(&sql, &polaroid_sql::params::Params::None) {
            Ok(statement) => statement.to_string(),
            Err(refusal) => format!("! {}", refusal.message),
        };
        assert!(text.starts_with('!') && text.contains(message), "{:.200}", text);
    }
    let rows: Vec<_> = (0..5_000).map(|n| format!("({n}, {n})")).collect();
    let text = common::rewrite(&format!("SELECT a FROM t WHERE (a, b) IN ({})", rows.join(", ")));
    assert!(text.starts_with("SELECT a FROM t WHERE ((((((((((((("), "{:.200}", text);
    assert!(!text.contains(&"(".repeat(20)), "{:.200}", text);
}

#[test]
fn what_the_engine_would_answer_wrongly_is_refused() {
    let refused = |sql: &str| {
        let statement = common::bind(sql, &polaroid_sql::params::Params::None);
        let refusal = statement.expect_err(sql);
        let at = refusal.span.map(|span| (span.start.line, span.start.column));
        (refusal.message, at)
    };
    for (sql, message, column) in [
        ("SELECT a FROM t WHERE sum(b) > 1", "WHERE cannot have an aggregate; filter groups with HAVING", 23),
        ("SELECT sum(b) AS s FROM t WHERE a > 1 AND s > 1", "WHERE cannot have an aggregate", 8),
        (
            "SELECT a FROM t WHERE row_number() OVER (ORDER BY a) = 1",
            "WHERE cannot have a window function",
            23,
        ),
        ("SELECT t.a FROM t JOIN u ON max(t.a) = u.e", "ON cannot have an aggregate", 29),
        ("SELECT a FROM t GROUP BY sum(b)", "GROUP BY cannot have an aggregate", 26),
        ("SELECT FROM t", "SELECT has no columns", 1),
        ("SELECT *", "* needs a table", 8),
        ("WITH x AS (SELECT 1), X AS (SELECT 2) SELECT * FROM x", "WITH has two tables \"X\"", 23),
        ("SELECT * EXCLUDE (bb) FROM t", "there is no column \"bb\"", 19),
        ("SELECT * RENAME (nope AS x) FROM t", "there is no column \"nope\"", 18),
        ("SELECT a COLLATE nocase FROM t", "COLLATE is not supported", 8),
        ("SELECT a << b FROM t", "the operator << is not supported here; shift by a number", 8),
        ("SELECT CAST(a AS DECIMAL(99, 2)) FROM t", "there is no DECIMAL(99, 2)", 13),
        ("SELECT a FROM t FOR UPDATE", "FOR UPDATE is not supported", 1),
        ("SELECT 9223372036854775807 + 1", "the result of 9223372036854775807 + 1 does not fit 64 bits", 8),
        ("SELECT 2 * (4611686018427387904 + 0) AS x", "the result of 2 * (4611686018427387904 + 0)", 8),
        ("SELECT CAST(1e20 AS BIGINT)", "1e20 does not fit BIGINT", 13),
        ("SELECT CAST(-129e0 AS TINYINT)", "-129e0 does not fit TINYINT", 14),
    ] {
        let (got, at) = refused(sql);
        assert!(got.starts_with(message), "{sql}: {got}");
        assert_eq!(at, Some((1, column)), "{sql}: {got}");
    }
    // What is in a subquery is of its own.
    for sql in [
        "SELECT a FROM t WHERE a > (SELECT sum(e) FROM u)",
        "SELECT a FROM t GROUP BY a HAVING sum(b) > 1",
        "SELECT CAST(a AS DECIMAL(38, 38)) FROM t",
        "FROM t",
        "SELECT 9223372036854775806 + 1, -9223372036854775807 - 1, 3 * 4 - 5, 9223372036854775808 + 1",
        "SELECT CAST(1e18 AS BIGINT), TRY_CAST(1e20 AS BIGINT), 1e20 * 2",
    ] {
        common::bind(sql, &polaroid_sql::params::Params::None).expect(sql);
    }
}

#[test]
fn lateral_of_several_rows() {
    check(&[
        (
            "SELECT t.a, v.e FROM t, LATERAL (SELECT e FROM u WHERE u.a = t.a AND e > 1) v",
            "SELECT t.a, v.e FROM t, (SELECT e, u.a AS \"lateral key 0\" FROM u WHERE e > 1) v WHERE v.\"lateral key 0\" = t.a",
        ),
        (
            "SELECT t.a, v.e FROM t LEFT JOIN LATERAL (SELECT e FROM u WHERE u.a = t.a ORDER BY e LIMIT 2) v ON true",
            "SELECT t.a, v.e FROM t LEFT JOIN (SELECT e, u.a AS \"lateral key 0\" FROM u QUALIFY ROW_NUMBER() OVER (PARTITION BY u.a ORDER BY e) <= 2) v ON v.\"lateral key 0\" = t.a",
        ),
        (
            "SELECT t.a, v.r FROM t, LATERAL (SELECT RANK() OVER (ORDER BY e) AS r FROM u WHERE u.a = t.a) v",
            "! this LATERAL subquery is not supported: it is one SELECT … FROM … with equalities between its columns and those of the tables before it in WHERE, and may have GROUP BY, or ORDER BY and LIMIT; write a join for others",
        ),
        (
            "SELECT t.a, v.x FROM t, LATERAL (SELECT e + t.b AS x FROM u WHERE u.a = t.a) v",
            "! a LATERAL subquery of several rows takes columns of the tables before it in conditions of its WHERE only: u.k = t.k; compute with them outside of it",
        ),
    ]);
}

#[test]
fn unnest_after_aggregates() {
    check(&[
        (
            "SELECT k, UNNEST(LIST(a)) AS y FROM t GROUP BY k",
            "SELECT k, UNNEST(y) AS y FROM (SELECT k AS k, LIST(a) AS y FROM t GROUP BY k) AS t WHERE ARRAY_LENGTH(y) > 0",
        ),
        (
            "SELECT k, UNNEST(LIST(a)) + 1 AS y FROM t GROUP BY k",
            "! UNNEST beside a window, an aggregate or GROUP BY is not supported within an expression; UNNEST in a subquery",
        ),
    ]);
}

#[test]
fn joins_by_position_and_asof_using() {
    check(&[
        (
            "SELECT t.a, u.e FROM t POSITIONAL JOIN u",
            "SELECT t.a, u.e FROM (SELECT *, ROW_NUMBER() OVER () AS \"row 0\" FROM t) AS t FULL JOIN (SELECT *, ROW_NUMBER() OVER () AS \"row 1\" FROM u) AS u ON t.\"row 0\" = u.\"row 1\"",
        ),
        (
            "SELECT k, e FROM t ASOF LEFT JOIN u USING (a, k)",
            "SELECT \"t\".k, e FROM t ASOF JOIN u MATCH_CONDITION (\"t\".k >= \"u\".k) ON \"t\".a = \"u\".a",
        ),
        (
            "SELECT * FROM t POSITIONAL JOIN u JOIN n ON true",
            "! POSITIONAL JOIN takes two tables with names and no other join; put others into a subquery",
        ),
    ]);
}
