//! The names of columns, and what names mean.

mod common;

use common::check;

#[test]
fn expressions_are_called_as_in_duckdb() {
    for (expr, name) in [
        ("sum(a)", "sum(a)"),
        ("SUM(A)", "sum(A)"),
        ("COUNT(*)", "count_star()"),
        ("count(DISTINCT a)", "count(DISTINCT a)"),
        ("1", "1"),
        ("1.50", "1.50"),
        ("1e3", "1000.0"),
        ("'it''s'", "'it''s'"),
        ("NULL", "NULL"),
        ("true", "CAST('t' AS BOOLEAN)"),
        ("a+b*2", "(a + (b * 2))"),
        ("a > 1 AND b > 1 AND k > 1", "((a > 1) AND (b > 1) AND (k > 1))"),
        ("NOT a > 1", "(a <= 1)"),
        ("a <> b", "(a != b)"),
        ("-a", "-(a)"),
        ("a::int", "CAST(a AS INTEGER)"),
        ("CAST(a AS decimal(10, 2))", "CAST(a AS DECIMAL(10,2))"),
        ("DATE '2024-01-01'", "CAST('2024-01-01' AS DATE)"),
        ("a IN (1, 2)", "(a IN (1, 2))"),
        ("a BETWEEN 1 AND 2", "(a BETWEEN 1 AND 2)"),
        ("c LIKE 'x%'", "(c ~~ 'x%')"),
        ("c NOT ILIKE 'x%'", "(c !~~* 'x%')"),
        ("CASE WHEN a > 1 THEN 'x' END", "CASE  WHEN ((a > 1)) THEN ('x') ELSE NULL END"),
        ("extract(year FROM a)", "main.date_part('year', a)"),
        ("sum(b) OVER (PARTITION BY k ORDER BY a DESC)", "sum(b) OVER (PARTITION BY k ORDER BY a DESC)"),
        ("sum(a) FILTER (WHERE b > 1)", "sum(a) FILTER (WHERE (b > 1))"),
        ("coalesce(a, 0)", "COALESCE(a, 0)"),
        ("substring(c, 1, 2)", "main.\"substring\"(c, 1, 2)"),
        ("left(c, 1)", "\"left\"(c, 1)"),
        ("[1, 2]", "main.list_value(1, 2)"),
        ("a ** 2", "(a ** 2)"),
        ("interval 1 day", "to_days(CAST(trunc(CAST(1 AS DOUBLE)) AS INTEGER))"),
    ] {
        let text = common::rewrite(&format!("SELECT {expr} FROM t"));
        let label = format!(" AS \"{}\" FROM t", name.replace('"', "\"\""));
        assert!(text.ends_with(&label), "{expr}\n  {text}\n  {label}");
    }
}

#[test]
fn plain_columns_keep_their_names() {
    check(&[
        ("SELECT a FROM t", "SELECT a FROM t"),
        ("SELECT A, t.B FROM T", "SELECT a, T.b FROM T"),
        ("SELECT ID, \"Name\" FROM mixed", "SELECT Id, \"NAME\" FROM mixed"),
        ("SELECT (a) FROM t", "SELECT (a) AS \"a\" FROM t"),
        ("SELECT * FROM t", "SELECT * FROM t"),
    ]);
}

#[test]
fn the_same_name_twice() {
    check(&[
        ("SELECT a, a FROM t", "SELECT a, a AS \"a_1\" FROM t"),
        ("SELECT 1 AS x, 2 AS X, 3 AS x", "SELECT 1 AS x, 2 AS \"X_1\", 3 AS \"x_2\""),
        ("SELECT a AS x_1, b AS x, k AS x FROM t", "SELECT a AS x_1, b AS x, k AS \"x_2\" FROM t"),
        (
            "SELECT t.a, u.a FROM t JOIN u ON t.a = u.a",
            "SELECT t.a, u.a AS \"a_1\" FROM t JOIN u ON t.a = u.a",
        ),
        (
            "SELECT * FROM u JOIN u AS v ON u.a = v.a",
            "SELECT u.\"a\", u.\"e\", u.\"k\", v.\"a\" AS \"a_1\", v.\"e\" AS \"e_1\", v.\"k\" AS \"k_1\" FROM u JOIN u AS v ON u.a = v.a",
        ),
        ("SELECT *, a FROM u", "SELECT u.\"a\", u.\"e\", u.\"k\", a AS \"a_1\" FROM u"),
        ("SELECT *, a FROM unknown", "SELECT *, a FROM unknown"),
    ]);
}

#[test]
fn columns_of_using() {
    check(&[
        ("SELECT * FROM u JOIN n ON u.a = n.id", "SELECT * FROM u JOIN n ON u.a = n.id"),
        (
            "SELECT * FROM u JOIN u AS v USING (a, k)",
            "SELECT u.\"a\" AS \"a\", u.\"e\", u.\"k\" AS \"k\", v.\"e\" AS \"e_1\" FROM u JOIN u AS v USING(a, k)",
        ),
        (
            "SELECT a FROM t FULL JOIN u USING (a)",
            "SELECT COALESCE(t.\"a\", u.\"a\") AS \"a\" FROM t FULL JOIN u USING(a)",
        ),
        ("SELECT a FROM t RIGHT JOIN u USING (a)", "SELECT u.\"a\" FROM t RIGHT JOIN u USING(a)"),
        (
            "SELECT a FROM x FULL JOIN y USING (a)",
            "SELECT COALESCE(x.\"a\", y.\"a\") AS \"a\" FROM x FULL JOIN y USING(a)",
        ),
    ]);
}

#[test]
fn aliases_where_no_column_has_the_name() {
    check(&[
        ("SELECT a AS x FROM t WHERE x > 2", "SELECT a AS x FROM t WHERE (a) > 2"),
        ("SELECT a + 1 AS x, x * 2 AS y FROM t", "SELECT a + 1 AS x, (a + 1) * 2 AS y FROM t"),
        ("SELECT a AS b, b + 1 AS y FROM t", "SELECT a AS b, b + 1 AS y FROM t"),
        ("SELECT a + 1 AS x, x FROM t", "SELECT a + 1 AS x, (a + 1) AS \"x_1\" FROM t"),
        ("SELECT k AS g FROM t GROUP BY G", "SELECT k AS g FROM t GROUP BY g"),
        ("SELECT a AS x FROM unknown WHERE x > 2", "SELECT a AS x FROM unknown WHERE x > 2"),
        (
            "SELECT x FROM (SELECT a AS x, a + 1 AS y FROM t WHERE y > 1)",
            "SELECT x FROM (SELECT a AS x, a + 1 AS y FROM t WHERE (a + 1) > 1)",
        ),
        (
            "SELECT random() AS r, r + 1 FROM t",
            "! \"r\" is an alias of a random value, which a second use would draw again; name it in a subquery",
        ),
        ("SELECT -a AS a FROM t ORDER BY a", "SELECT -a AS a FROM t ORDER BY a"),
        (
            "SELECT -a AS a FROM t ORDER BY a + 0",
            "! \"a\" in an expression of ORDER BY is a column here, and an alias hides it; give the alias another name",
        ),
    ]);
}

#[test]
fn names_go_through_subqueries() {
    check(&[
        (
            "SELECT \"SUM(a)\" FROM (SELECT sum(a) FROM t) AS q",
            "SELECT \"sum(a)\" FROM (SELECT sum(a) AS \"sum(a)\" FROM t) AS q",
        ),
        (
            "WITH w (P) AS (SELECT a, e FROM u) SELECT p, E FROM W",
            "WITH w (P, \"e\") AS (SELECT a, e FROM u) SELECT P, e FROM w",
        ),
        ("SELECT p FROM u AS v(p, q)", "SELECT p FROM (SELECT * FROM u) AS v (p, q, \"k\")"),
        ("VALUES (1, 2)", "SELECT * FROM (VALUES (1, 2)) AS \"valueslist\" (\"col0\", \"col1\")"),
        (
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE U.A = T.a AND e = C)",
            "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a AND e = c)",
        ),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT N + 1 FROM r WHERE n < 5) SELECT * FROM r",
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 AS \"(N + 1)\" FROM r WHERE n < 5) SELECT * FROM r",
        ),
    ]);
}
