//! Text in, text out: what functions become, and what is refused.

use polaroid_sql::dialect::SqlDialect;
use polaroid_sql::functions;
use sqlparser::parser::Parser;

/// An expression after the functions in it are rewritten, or the refusal with the text that it points at.
fn rewrite(expr: &str) -> Result<String, String> {
    let sql = format!("SELECT {expr}");
    let mut statement =
        Parser::new(&SqlDialect).try_with_sql(&sql).and_then(|mut parser| parser.parse_statement()).unwrap();
    match functions::rewrite(&mut statement) {
        Ok(()) => Ok(statement.to_string()["SELECT ".len()..].to_string()),
        Err(refusal) => {
            let start = refusal.span.map_or(0, |span| usize::try_from(span.start.column).unwrap());
            let end = refusal.span.map_or(0, |span| usize::try_from(span.end.column).unwrap());
            let place: String = sql.chars().skip(start.max(1) - 1).take(end - start).collect();
            Err(format!("{} [{place}]", refusal.message))
        }
    }
}

fn becomes(pairs: &[(&str, &str)]) {
    for (from, to) in pairs {
        assert_eq!(rewrite(from).as_deref(), Ok(*to), "{from}");
    }
}

fn refused(pairs: &[(&str, &str)]) {
    for (from, message) in pairs {
        assert_eq!(rewrite(from).as_ref().map_err(String::as_str), Err(*message), "{from}");
    }
}

#[test]
fn native_functions_stay() {
    for same in [
        "ABS(x)",
        "coalesce(a, b)",
        "sum(DISTINCT x) FILTER (WHERE y > 1)",
        "sum(x) OVER (PARTITION BY g ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)",
        "row_number() OVER (ORDER BY k)",
        "current_date",
        "CURRENT_TIMESTAMP",
        "st.x",
        "ARRAY[1, 2]",
    ] {
        becomes(&[(same, same)]);
    }
    becomes(&[("lcase(x)", "lower(x)"), ("pg_catalog.lower(x)", "lower(x)"), ("variance(x)", "var(x)")]);
}

#[test]
fn aggregates() {
    becomes(&[
        ("any_value(x)", "FIRST(x) FILTER (WHERE x IS NOT NULL)"),
        ("any_value(x) FILTER (WHERE y)", "FIRST(x) FILTER (WHERE y AND (x IS NOT NULL))"),
        (
            "arg_max(a, b)",
            "ARRAY_GET(ARRAY_AGG(a ORDER BY b DESC LIMIT 1) FILTER (WHERE a IS NOT NULL AND b IS NOT NULL), 1)",
        ),
        ("min_by(a, b, 2)", "ARRAY_AGG(a ORDER BY b LIMIT 2) FILTER (WHERE a IS NOT NULL AND b IS NOT NULL)"),
        ("max(x)", "MAX(x)"),
        ("max(x, 2)", "ARRAY_AGG(x ORDER BY x DESC LIMIT 2) FILTER (WHERE x IS NOT NULL)"),
        ("bool_and(x) OVER (ORDER BY k)", "MIN(CAST(x AS BOOLEAN)) OVER (ORDER BY k)"),
        ("count_if(x > 1)", "SUM(CAST(CAST((x > 1) AS BOOLEAN) AS BIGINT))"),
        ("count(*)", "COUNT(*)"),
        ("count(DISTINCT (a, b))", "COUNT(DISTINCT row(a, b))"),
        ("list(x ORDER BY k DESC)", "ARRAY_AGG(x ORDER BY k DESC NULLS LAST)"),
        ("mode(x)", "list_mode(ARRAY_AGG(x))"),
        ("mode() WITHIN GROUP (ORDER BY x)", "list_mode(ARRAY_AGG(x ORDER BY x ASC NULLS LAST))"),
        (
            "product(x) FILTER (WHERE c) OVER (PARTITION BY g)",
            "list_product(ARRAY_AGG(CASE WHEN c THEN x END) OVER (PARTITION BY g))",
        ),
        ("percentile_cont(0.25) WITHIN GROUP (ORDER BY x DESC)", "QUANTILE_CONT(x, 0.75)"),
        (
            "quantile_disc(x, 0.3)",
            "ARRAY_GET(ARRAY_AGG(x ORDER BY x) FILTER (WHERE x IS NOT NULL), GREATEST(1, COUNT(x) - COUNT(x) * 7 // 10))",
        ),
        (
            "quantile_cont(x, [0.5, 1])",
            "CASE WHEN COUNT(x) > 0 THEN list_value(QUANTILE_CONT(x, 0.5), QUANTILE_CONT(x, 1)) END",
        ),
        ("stddev_pop(x)", "SQRT(COVAR_POP(CAST(x AS DOUBLE), CAST(x AS DOUBLE)))"),
    ]);
    refused(&[
        ("count(a, b)", "count takes one value: write COUNT(DISTINCT (a, b)) for pairs [count]"),
        (
            "quantile_cont(x, q)",
            "quantile_cont takes as its fraction a number from 0 to 1, written out [quantile_cont]",
        ),
        (
            "arg_max(random(), x)",
            "arg_max cannot take a random argument here: compute the random value in a subquery and use its \
             column [arg_max]",
        ),
    ]);
}

#[test]
fn what_is_put_in_keeps_its_place_among_operators() {
    becomes(&[
        ("multiply(a + b, c - d) / 2", "((a + b) * (c - d)) / 2"),
        ("-fdiv(a, b)", "-FLOOR(CAST(a AS DOUBLE) / CAST(b AS DOUBLE))"),
        ("bool_or(a OR b)", "MAX(CAST((a OR b) AS BOOLEAN))"),
        ("isnan(x) = y", "(CAST(x AS DOUBLE) = CAST('NaN' AS DOUBLE)) = y"),
    ]);
}

#[test]
fn text() {
    becomes(&[
        ("right(s, 3)", "CASE WHEN LENGTH(s) <= 3 THEN s ELSE RIGHT(s, 3) END"),
        ("right(s, 0)", "CASE WHEN s IS NOT NULL THEN '' END"),
        ("replace(s, '', 'x')", "s"),
        ("substr(s, -2, 1)", "SUBSTRING(s, CAST(LENGTH(s) AS BIGINT) - 1, 1)"),
        ("substr(s, 2, 1)", "SUBSTR(s, 2, 1)"),
        ("trim(both 'x' from s)", "LTRIM(RTRIM(s, 'x'), 'x')"),
        (
            "position('x' IN s)",
            "CASE WHEN STRPOS(s, 'x') > 0 THEN CAST(LENGTH(SPLIT_PART(s, 'x', 1)) AS BIGINT) + 1 WHEN s IS NOT NULL \
             THEN 0 END",
        ),
        ("instr(s, '')", "CASE WHEN s IS NOT NULL THEN CAST(1 AS BIGINT) END"),
        ("md5(s)", "md5(s)"),
        ("sha256(lower(s))", "sha256(lower(s))"),
    ]);
    refused(&[
        ("md5(s) OVER ()", "md5 is not an aggregate: it takes no DISTINCT, ORDER BY, FILTER or OVER [md5]"),
        (
            "upper(s) FILTER (WHERE x)",
            "upper is not an aggregate: it takes no DISTINCT, ORDER BY, FILTER or OVER [upper]",
        ),
    ]);
}

#[test]
fn regular_expressions() {
    becomes(&[
        (r"regexp_matches(s, '\d+')", "REGEXP_LIKE(s, '[0-9]+')"),
        ("regexp_matches(s, 'a.c', 'is')", "REGEXP_LIKE(s, '(?is:a.c)')"),
        ("regexp_matches(s, 'a.c', 'l')", r"REGEXP_LIKE(s, 'a\.c')"),
        ("regexp_matches(s, t)", "REGEXP_LIKE(s, t)"),
        ("regexp_full_match(s, 'a|b')", r"REGEXP_LIKE(s, '\A(?:a|b)\z')"),
        ("regexp_extract(s, 'a+')", r"REGEXP_REPLACE(s, '\A(?s:.*?)(a+)(?s:.*)\z|\A(?s:.*)\z', '\1')"),
        (
            "regexp_extract(s, '(a)(b)', 2)",
            r"REGEXP_REPLACE(s, '\A(?s:.*?)(?:(a)(b))(?s:.*)\z|\A(?s:.*)\z', '\2')",
        ),
        (r"regexp_replace(s, '(a)', '\1!', 'g')", r"REGEXP_REPLACE(s, '(a)', '\1!', 'g')"),
    ]);
    refused(&[
        ("regexp_extract(s, t)", "regexp_extract takes a pattern that is written out [regexp_extract]"),
        (
            "regexp_extract(s, '(a)', 2)",
            "regexp_extract asks for group 2 of a pattern that has 1 [regexp_extract]",
        ),
        (
            r"regexp_replace(s, 'a', '\1')",
            r"regexp_replace does not know \1 in the replacement [regexp_replace]",
        ),
    ]);
}

#[test]
fn dates() {
    becomes(&[
        ("date_diff('day', a, b)", "(CAST(CAST(b AS DATE) AS BIGINT) - CAST(CAST(a AS DATE) AS BIGINT))"),
        (
            "datediff(hour, a, b)",
            "(((CAST(DATE_TRUNC('hour', CAST(b AS TIMESTAMP)) AS BIGINT)) - (CAST(DATE_TRUNC('hour', CAST(a AS \
             TIMESTAMP)) AS BIGINT))) // 3600000000)",
        ),
        ("date_add(d, INTERVAL '1' MONTH)", "(__instant(d) + INTERVAL '1' MONTH)"),
        ("date_add(d, INTERVAL '2 hours')", "(__instant(d) + INTERVAL '2 hours')"),
        ("dateadd(quarter, -1, d)", "(__instant(d) - INTERVAL '3 month')"),
        ("d + to_hours(3)", "DATE_TRUNC('microsecond', d) + (CAST(3 AS BIGINT) * INTERVAL '1 hour')"),
        ("strftime(d, '%d.%m.%Y %f')", "STRFTIME(CAST(d AS TIMESTAMP), '%d.%m.%Y %6f')"),
        ("strftime('%Y', d)", "STRFTIME(CAST(d AS TIMESTAMP), '%Y')"),
        ("strptime(s, '%Y-%m-%d')", "CAST(DATE(s, '%Y-%m-%d') AS TIMESTAMP)"),
        ("strptime(s, '%d/%m/%Y %H:%M:%S.%f')", "STRPTIME(s, '%d/%m/%Y %H:%M:%S%.f')"),
        ("to_char(d, 'YYYY-MM-DD HH24:MI')", "STRFTIME(CAST(d AS TIMESTAMP), '%Y-%m-%d %H:%M')"),
        ("date_part('ms', t)", "CAST(DATE_PART('millisecond', t) AS BIGINT)"),
        ("EXTRACT(YEAR FROM d)", "EXTRACT(YEAR FROM d)"),
        ("timezone('UTC', t)", "(t AT TIME ZONE 'UTC')"),
        ("make_date(2024, 1, 2)", "make_date(2024, 1, 2)"),
    ]);
    refused(&[
        ("date_diff('isoyear', a, b)", "date_diff does not know the part 'isoyear' [date_diff]"),
        ("strftime(t, '%z')", "strftime does not know a code in '%z' [strftime]"),
        ("strptime(s, '%Y')", "strptime takes a format that has a year, a month and a day [strptime]"),
        ("age(t)", "age is not supported: write date_diff(part, start, end) [age]"),
    ]);
}

#[test]
fn lists_structs_and_json() {
    becomes(&[
        ("list_sum(l)", "CASE WHEN ARRAY_UPPER(l) IS NOT NULL THEN ARRAY_SUM(l) END"),
        ("list_contains(l, NULL)", "CAST(NULL AS BOOLEAN)"),
        ("list_aggregate(l, 'max')", "array_upper(l)"),
        ("[a, 2]", "list_value(a, 2)"),
        ("list_transform(l, x -> x + 1)", "list_transform(l, 'x', 'x + 1')"),
        ("list_filter(l, x -> x > 1 AND x < 5)", "list_filter(l, 'x', 'x > 1 AND x < 5')"),
        ("list_filter(l, x -> x IS NOT NULL)", "list_filter(l, 'x', 'x IS NOT NULL')"),
        ("list_transform(l, x -> x ->> 'k')", "list_transform(l, 'x', 'json_extract_string(x, ''k'')')"),
        ("list_transform(l, x -> 'c')", "list_transform(l, 'x', '''c''')"),
        ("list_reduce(l, (a, b) -> a + b)", "list_reduce(l, 'a', 'b', 'a + b')"),
        ("struct_pack(a := 1, b := c)", "struct_pack('a', 1, 'b', c)"),
        ("struct_extract(s, 'f')", "(s -> 'f')"),
        ("j -> 'a' ->> 'b'", "json_extract_string(json_extract(j, 'a'), 'b')"),
    ]);
    refused(&[
        ("j ->> 'a' = 'x'", "->> binds less than =: write (j ->> 'a') = … ['a' = 'x']"),
        (
            "list_transform(l, x -> x + y)",
            "list_transform cannot use the column y in its lambda: only the parameter [y]",
        ),
        (
            "list_transform(l, 1)",
            "list_transform takes a lambda, as in list_transform(l, x -> x + 1) [list_transform]",
        ),
    ]);
}

#[test]
fn names_that_are_not_known() {
    refused(&[
        ("1 + lenght(x)", "there is no function lenght; there is length [lenght]"),
        ("xyzzy(x)", "there is no function xyzzy [xyzzy]"),
        ("my.lower(x)", "there is no function my.lower: functions are not in a schema here [my]"),
    ]);
}

#[test]
fn calls_within_calls_do_not_explode() {
    let mut expr = String::from("s");
    for _ in 0..14 {
        expr = format!("right({expr}, 3)");
    }
    let refusal = rewrite(&expr).unwrap_err();
    assert!(refusal.starts_with("right is nested too deeply"), "{refusal}");
}

#[test]
fn table_functions_are_left_alone() {
    let sql = "SELECT * FROM read_csv('a.csv') AS t";
    let mut statement = Parser::parse_sql(&SqlDialect, sql).unwrap().remove(0);
    functions::rewrite(&mut statement).unwrap();
    assert_eq!(statement.to_string(), sql);
}

#[test]
fn every_kind_is_there() {
    let count =
        |kind: &str| functions::registry::entries().iter().filter(|entry| entry.kind_name() == kind).count();
    for kind in ["native", "rewritten", "scalar", "refused"] {
        assert!(count(kind) > 50, "{kind}: {}", count(kind));
    }
}
