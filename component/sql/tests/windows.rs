//! Windows, text in and text out: what is native stays, the rest becomes a call of `__frame`.

mod common;

use common::bind;
use polaroid_sql::params::Params;

/// A select of one item from `t`.
fn window(sql: &str) -> String {
    let rewritten = bind(&format!("SELECT {sql} AS x FROM t"), &Params::None);
    match rewritten {
        Ok(statement) => {
            let text = statement.to_string();
            text.trim_start_matches("SELECT ").trim_end_matches(" AS x FROM t").to_owned()
        }
        Err(refusal) => format!("! {}", refusal.message),
    }
}

#[track_caller]
fn check(cases: &[(&str, &str)]) {
    for (sql, expected) in cases {
        assert_eq!(&window(sql), expected, "{sql}");
    }
}

#[test]
fn native_windows_stay() {
    for sql in [
        "sum(a) OVER (ORDER BY k)",
        "sum(a) FILTER (WHERE b > 1) OVER (PARTITION BY c ORDER BY k)",
        "count(*) OVER ()",
        "avg(a) OVER (ORDER BY k RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)",
        "min(a) OVER (ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)",
        "last_value(a) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
        "lag(a, 2, 0) OVER (ORDER BY k)",
        "stddev(a) OVER (PARTITION BY c)",
    ] {
        assert_eq!(window(sql).to_lowercase(), sql.to_lowercase());
    }
}

#[test]
fn frames() {
    check(&[
        (
            "sum(a) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
            "__frame(a, a, k, 1, 1, 'sum|rows|preceding|following|no|avkse|') OVER (ORDER BY k)",
        ),
        (
            "max(a) FILTER (WHERE b > 1) OVER (PARTITION BY c ORDER BY k DESC RANGE 2 PRECEDING)",
            "__frame(a, a, b > 1, k, 2, 'max|range|preceding|current|no|avfks|desc') OVER (PARTITION BY c ORDER BY k DESC NULLS LAST)",
        ),
        (
            "count(*) OVER (ROWS 1 PRECEDING)",
            "__frame(ROW_NUMBER() OVER () + 0, 1, 'count|rows|preceding|current|no|as|') OVER ()",
        ),
        (
            "median(a) OVER (ORDER BY k)",
            "__frame(a, a, k, 'quantile_cont|range|unbounded preceding|current|no|avk|q:0.5') OVER (ORDER BY k)",
        ),
        (
            "list(a ORDER BY b DESC LIMIT 2) OVER (PARTITION BY k GROUPS 1 PRECEDING)",
            "__frame(a, a, 1, b, 'list|groups|preceding|current|no|avs3|limit:2') OVER (PARTITION BY k)",
        ),
        (
            "lag(a IGNORE NULLS) OVER (ORDER BY k)",
            "__frame(a, a, k, 'lag|range|unbounded preceding|current|no|avk|ignore') OVER (ORDER BY k)",
        ),
        ("rank() OVER (ORDER BY k ROWS 1 PRECEDING)", "rank() OVER (ORDER BY k)"),
    ]);
}

#[test]
fn excluded_rows() {
    check(&[
        (
            "sum(a) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW)",
            "__frame(a, a, k, 1, 'sum|rows|preceding|current|current|avks|') OVER (ORDER BY k)",
        ),
        (
            "sum(a) OVER (PARTITION BY c GROUPS UNBOUNDED PRECEDING EXCLUDE TIES)",
            "__frame(a, a, 'sum|groups|unbounded preceding|current|ties|av|') OVER (PARTITION BY c)",
        ),
        (
            "sum(a) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING EXCLUDE NO OTHERS)",
            "sum(a) OVER (ORDER BY k ROWS UNBOUNDED PRECEDING)",
        ),
    ]);
    let named = bind("SELECT sum(a) OVER (ORDER BY k ROWS 1 PRECEDING EXCLUDE GROUP) FROM t", &Params::None);
    let name = "\"sum(a) OVER (ORDER BY k ROWS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE GROUP)\"";
    assert!(named.expect("a frame").to_string().contains(name));
    let star = bind("SELECT * EXCLUDE (a) FROM t", &Params::None);
    assert_eq!(star.expect("a star").to_string(), "SELECT * EXCLUDE (a) FROM t");
}

#[test]
fn intervals_become_keys() {
    check(&[(
        "count(*) OVER (ORDER BY k DESC RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND INTERVAL 2 HOURS FOLLOWING)",
        "__frame(k, k, __instant((k)) + INTERVAL '1' MONTH, __instant((k)) - INTERVAL 2 HOURS, 'count|range|preceding|following|no|akSE|hours,desc') OVER (ORDER BY k DESC NULLS LAST)",
    )]);
}

#[test]
fn named_windows() {
    let rewritten = |sql| match bind(sql, &Params::None) {
        Ok(statement) => statement.to_string(),
        Err(refusal) => refusal.message,
    };
    assert_eq!(
        rewritten(
            "SELECT sum(a) OVER (w ROWS 2 PRECEDING) AS x FROM t WINDOW v AS (PARTITION BY c), w AS (v ORDER BY k)"
        ),
        "SELECT __frame(a, a, k, 2, 'sum|rows|preceding|current|no|avks|') OVER (PARTITION BY c ORDER BY k) AS x FROM t"
    );
    assert!(
        rewritten("SELECT sum(a) OVER w FROM t WINDOW v AS (ORDER BY k)").contains("there is no window w")
    );
    assert!(
        rewritten("SELECT sum(a) OVER (w ROWS 1 PRECEDING) FROM t WINDOW w AS (ORDER BY k ROWS 2 PRECEDING)")
            .contains("has a frame")
    );
}

#[test]
fn frames_that_cannot_be() {
    for (sql, message) in [
        (
            "sum(a) OVER (ORDER BY k ROWS BETWEEN 1 FOLLOWING AND 1 PRECEDING)",
            "! a frame that starts at a following row cannot have preceding rows",
        ),
        (
            "sum(a) OVER (ORDER BY k, a RANGE INTERVAL 1 DAY PRECEDING)",
            "! a RANGE frame with a distance takes one ORDER BY expression",
        ),
        ("sum(a) IGNORE NULLS OVER (ORDER BY k ROWS 1 PRECEDING)", "! sum does not take IGNORE NULLS here"),
    ] {
        assert_eq!(window(sql), message, "{sql}");
    }
}
