//! Statements with parts that come before the rest: what the caller is asked for, and what is left.

mod common;

use polaroid_sql::Refusal;
use polaroid_sql::stages::{Recursion, Stages, Unpivot, run};
use sqlparser::ast::Query;

/// Writes down what it is asked. Tables have the columns `a`, `b`, `c`, a column the values `x` and `y`.
#[derive(Default)]
struct Asked {
    lines: Vec<String>,
    keys: usize,
}

impl Stages<Refusal> for Asked {
    fn key(&mut self, kind: &str) -> String {
        self.keys += 1;
        format!("{kind} {}", self.keys)
    }

    fn columns(&mut self, query: Query) -> Result<Vec<String>, Refusal> {
        self.lines.push(format!("columns of {query}"));
        Ok(["a", "b", "c"].map(str::to_owned).to_vec())
    }

    fn values(&mut self, query: Query, most: usize) -> Result<Vec<String>, Refusal> {
        assert_eq!(most, 1_000);
        self.lines.push(format!("values of {query}"));
        Ok(vec!["x".to_owned(), "y".to_owned()])
    }

    fn table(&mut self, key: &str, query: Query) -> Result<(), Refusal> {
        self.lines.push(format!("{key}: {query}"));
        Ok(())
    }

    fn recursion(&mut self, key: &str, recursion: Recursion) -> Result<(), Refusal> {
        let Recursion { name, columns, anchor, step, distinct, .. } = recursion;
        let union = if distinct { "UNION" } else { "UNION ALL" };
        self.lines.push(format!("{key}: {name}({}): {anchor} {union} {step}", columns.join(", ")));
        Ok(())
    }

    fn unpivot(&mut self, key: &str, query: Query, unpivot: Unpivot) -> Result<(), Refusal> {
        let Unpivot { kept, groups, name, values } = unpivot;
        let groups: Vec<String> =
            groups.iter().map(|(label, columns)| format!("{label} = {}", columns.join(" "))).collect();
        self.lines.push(format!(
            "{key}: {query}: {} | {} | {name} | {}",
            kept.join(" "),
            groups.join(", "),
            values.join(" ")
        ));
        Ok(())
    }

    fn summary(&mut self, key: &str, query: Query) -> Result<(), Refusal> {
        self.lines.push(format!("{key}: {query}"));
        Ok(())
    }
}

/// What is asked for, and then what is left; or `! message`.
fn stages(sql: &str) -> Vec<String> {
    let mut asked = Asked::default();
    let left = common::parse(sql).and_then(|mut statement| {
        run(&mut statement, &mut asked)?;
        Ok(statement.to_string())
    });
    let mut lines = asked.lines;
    lines.push(left.unwrap_or_else(|refusal| format!("! {}", refusal.message)));
    lines
}

fn check(cases: &[(&str, &[&str])]) {
    for (sql, expected) in cases {
        assert_eq!(stages(sql), *expected, "{sql}");
    }
}

#[test]
fn what_needs_no_stage_stays() {
    for sql in ["SELECT 1", "WITH r AS (SELECT 1 AS n) SELECT * FROM r", "SELECT pivot FROM t AS summarize"] {
        check(&[(sql, &[sql])]);
    }
    let one = ["WITH r AS (SELECT 1 AS n UNION ALL SELECT 2) SELECT * FROM r"];
    check(&[("WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT 2) SELECT * FROM r", &one)]);
}

#[test]
fn recursions() {
    check(&[
        (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM R WHERE n < 9) SELECT * FROM r",
            &[
                r#"recursion 2: r(n): SELECT 1 UNION ALL SELECT n + 1 FROM "rows of 1" AS R WHERE n < 9"#,
                r#"WITH r (n) AS (SELECT * FROM "recursion 2") SELECT * FROM r"#,
            ],
        ),
        // What it reads around it goes with it, as far as it was there before.
        (
            "WITH RECURSIVE e AS (SELECT * FROM t), r AS (SELECT a FROM e UNION SELECT e.b FROM r JOIN e ON r.a = e.a), \
             z AS (SELECT * FROM e) SELECT * FROM r",
            &[
                r#"common 2: WITH e AS (SELECT * FROM t) SELECT * FROM "e""#,
                concat!(
                    r#"recursion 3: r(): WITH e AS (SELECT * FROM "common 2") SELECT a FROM e UNION "#,
                    r#"WITH e AS (SELECT * FROM "common 2") SELECT e.b FROM "rows of 1" AS r JOIN e ON r.a = e.a"#
                ),
                concat!(
                    r#"WITH e AS (SELECT * FROM t), r AS (SELECT * FROM "recursion 3"), z AS (SELECT * FROM e) "#,
                    "SELECT * FROM r"
                ),
            ],
        ),
        // A second one reads the first; one in a subquery.
        (
            "SELECT * FROM (WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3), s AS (SELECT n \
             FROM r UNION ALL SELECT n * 2 FROM s WHERE n < 9) SELECT * FROM s) AS q",
            &[
                r#"recursion 2: r(): SELECT 1 AS n UNION ALL SELECT n + 1 FROM "rows of 1" AS r WHERE n < 3"#,
                concat!(
                    r#"recursion 4: s(): WITH r AS (SELECT * FROM "recursion 2") SELECT n FROM r "#,
                    r#"UNION ALL SELECT n * 2 FROM "rows of 3" AS s WHERE n < 9"#
                ),
                concat!(
                    r#"SELECT * FROM (WITH r AS (SELECT * FROM "recursion 2"), s AS (SELECT * FROM "recursion 4") "#,
                    "SELECT * FROM s) AS q"
                ),
            ],
        ),
    ]);
}

#[test]
fn recursions_that_are_refused() {
    for (sql, expected) in [
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r LIMIT 5) SELECT * FROM r",
            "ORDER BY, LIMIT and OFFSET are not allowed",
        ),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL BY NAME SELECT n + 1 AS n FROM r) SELECT * FROM r",
            "joined by UNION or UNION ALL",
        ),
        (
            "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL (WITH r AS (SELECT 1 AS n) SELECT n + 1 FROM r)) SELECT * FROM r",
            "has the same name",
        ),
    ] {
        let last = stages(sql).pop().unwrap_or_default();
        assert!(last.starts_with("! ") && last.contains(expected), "{sql}: {last}");
    }
}

#[test]
fn pivots() {
    check(&[
        (
            "PIVOT t ON c USING SUM(b) GROUP BY a ORDER BY a LIMIT 1",
            &[
                concat!(
                    "values of SELECT DISTINCT CAST(c AS VARCHAR) AS \"value\" FROM t WHERE c IS NOT NULL ",
                    "ORDER BY \"value\" LIMIT 1001"
                ),
                concat!(
                    "SELECT a, SUM(b) FILTER (WHERE CAST(c AS VARCHAR) = 'x') AS \"x\", ",
                    "SUM(b) FILTER (WHERE CAST(c AS VARCHAR) = 'y') AS \"y\" FROM t GROUP BY a ORDER BY a LIMIT 1"
                ),
            ],
        ),
        (
            "FROM (PIVOT t ON c IN (1 AS one, 'two') USING SUM(b) AS s, MAX(b)) AS p",
            &[
                "columns of SELECT * FROM t",
                concat!(
                    "SELECT * FROM (SELECT \"a\", SUM(b) FILTER (WHERE c = 1) AS \"one_s\", ",
                    "MAX(b) FILTER (WHERE c = 1) AS \"one_max(b)\", SUM(b) FILTER (WHERE c = 'two') AS \"two_s\", ",
                    "MAX(b) FILTER (WHERE c = 'two') AS \"two_max(b)\" FROM t GROUP BY \"a\") AS p"
                ),
            ],
        ),
        (
            "WITH s AS (SELECT * FROM t) PIVOT s ON a IN (1, 2), c IN ('x') GROUP BY b",
            &[concat!(
                "WITH s AS (SELECT * FROM t) SELECT b, ",
                "COUNT(*) FILTER (WHERE a = 1 AND c = 'x') AS \"1_x\", ",
                "COUNT(*) FILTER (WHERE a = 2 AND c = 'x') AS \"2_x\" FROM s GROUP BY b"
            )],
        ),
        ("PIVOT t USING SUM(b) GROUP BY c", &["SELECT c, SUM(b) AS \"sum(b)\" FROM t GROUP BY c"]),
        (
            "PIVOT (t JOIN u USING (a)) ON c IN ('x') GROUP BY b UNION ALL SELECT 1, 2",
            &[concat!(
                "SELECT b, COUNT(*) FILTER (WHERE c = 'x') AS \"x\" FROM (t JOIN u USING(a)) GROUP BY b ",
                "UNION ALL SELECT 1, 2"
            )],
        ),
    ]);
    let last = stages("PIVOT t ON c USING SUM(b) + 1").pop().unwrap_or_default();
    assert!(last.starts_with("! PIVOT … USING takes calls of aggregates"), "{last}");
    let last = stages("PIVOT t GROUP BY a").pop().unwrap_or_default();
    assert!(last.starts_with("! PIVOT takes the column"), "{last}");
    let values = (0..1_001).map(|n| n.to_string()).collect::<Vec<_>>().join(", ");
    let last = stages(&format!("PIVOT t ON a IN ({values})")).pop().unwrap_or_default();
    assert!(last.starts_with("! PIVOT makes at most 1000 columns"), "{last}");
}

#[test]
fn sources_of_pivots_list_their_columns() {
    check(&[
        (
            "WITH s AS (SELECT * FROM t) SELECT * FROM s PIVOT (SUM(b) FOR c IN ('x')) AS p",
            &[
                "common 1: WITH s AS (SELECT * FROM t) SELECT * FROM \"s\"",
                "columns of WITH s AS (SELECT * FROM \"common 1\") SELECT * FROM s",
                concat!(
                    "WITH s AS (SELECT * FROM t) SELECT * FROM (SELECT \"a\", \"b\", \"c\" FROM s) AS s ",
                    "PIVOT(SUM(b) FOR c IN ('x')) AS p"
                ),
            ],
        ),
        (
            "SELECT * FROM (SELECT a, b FROM t) UNPIVOT (v FOR n IN (a, b))",
            &["SELECT * FROM (SELECT a, b FROM t) UNPIVOT(v FOR n IN (a, b))"],
        ),
    ]);
}

#[test]
fn unpivots() {
    check(&[
        (
            "UNPIVOT t ON a, b AS second INTO NAME n VALUE v ORDER BY v",
            &[
                "columns of SELECT * FROM t",
                concat!(
                    "unpivot 1: SELECT \"c\", a AS \"unpivoted:0:0\", b AS \"unpivoted:1:0\" FROM t: ",
                    "c | a = unpivoted:0:0, second = unpivoted:1:0 | n | v"
                ),
                "SELECT * FROM \"unpivot 1\" ORDER BY v",
            ],
        ),
        (
            "SELECT * FROM (UNPIVOT t ON (a, b), (b, c) AS d INTO NAME n VALUE v, w)",
            &[
                "columns of SELECT * FROM t",
                concat!(
                    "unpivot 1: SELECT a AS \"unpivoted:0:0\", b AS \"unpivoted:0:1\", b AS \"unpivoted:1:0\", ",
                    "c AS \"unpivoted:1:1\" FROM t:  | a_b = unpivoted:0:0 unpivoted:0:1, ",
                    "d = unpivoted:1:0 unpivoted:1:1 | n | v w"
                ),
                "SELECT * FROM (SELECT * FROM \"unpivot 1\")",
            ],
        ),
        (
            "UNPIVOT t ON COLUMNS(* EXCLUDE (a, c))",
            &[
                "columns of SELECT * FROM t",
                concat!(
                    "unpivot 1: SELECT \"a\", \"c\", \"b\" AS \"unpivoted:0:0\" FROM t: ",
                    "a c | b = unpivoted:0:0 | name | value"
                ),
                "SELECT * FROM \"unpivot 1\"",
            ],
        ),
    ]);
    for (sql, expected) in [
        ("UNPIVOT t ON a INTO NAME n VALUE v, w", "as many values as names"),
        ("UNPIVOT t ON a INTO NAME b VALUE v", "a column \"b\" already"),
        ("UNPIVOT t ON a + b INTO NAME n VALUE v", "needs a name"),
        ("UNPIVOT t ON a INTO n", "names for the two"),
    ] {
        let last = stages(sql).pop().unwrap_or_default();
        assert!(last.starts_with("! ") && last.contains(expected), "{sql}: {last}");
    }
}

#[test]
fn summaries() {
    check(&[
        ("SUMMARIZE t", &["summary 1: SELECT * FROM t", "SELECT * FROM \"summary 1\""]),
        (
            "FROM (SUMMARIZE SELECT a FROM t WHERE b IN (1)) SELECT min",
            &[
                "summary 1: SELECT * FROM (SELECT a FROM t WHERE b IN (1))",
                "FROM (SELECT * FROM \"summary 1\") SELECT min",
            ],
        ),
        (
            "EXPLAIN SUMMARIZE FROM t",
            &["summary 1: SELECT * FROM (SELECT * FROM t)", "EXPLAIN SELECT * FROM \"summary 1\""],
        ),
    ]);
}
