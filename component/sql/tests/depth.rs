//! What the limits on depth let pass can be read, rewritten and dropped on the stack that hosts give: this runs in
//! wasm too, where an overflow is a trap. Each text is as deep as it may be; one level more is refused.

#[path = "fuzz/front_end.rs"]
mod front_end;

use front_end::Outcome;
use polaroid_sql::params::Params;

/// `before` and `after` around `inside`, as often as the limits allow.
fn deepest(before: &str, inside: &str, after: &str) -> (usize, Outcome) {
    let text = |n: usize| format!("SELECT {}{inside}{}", before.repeat(n), after.repeat(n));
    let mut n = 1;
    loop {
        let tokens = polaroid_sql::parse::tokenize(&text(n + 1)).expect("tokens");
        if polaroid_sql::depth::check(&tokens).is_err() {
            break;
        }
        n += 1;
        assert!(n < 1_000, "{before} has no limit");
    }
    (n, front_end::run(&text(n), &Params::None).unwrap_or_else(|error| panic!("{before}: {error}")))
}

/// Natively large values lie on the stack as well; in wasm they lie in linear memory.
#[cfg(not(target_family = "wasm"))]
fn on_a_stack(test: fn()) {
    let size = if cfg!(debug_assertions) { 32 << 20 } else { 3 << 20 };
    let thread = std::thread::Builder::new().stack_size(size).spawn(test).expect("a thread");
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
}

#[cfg(target_family = "wasm")]
fn on_a_stack(test: fn()) {
    test();
}

#[test]
fn what_may_nest_fits_the_stack() {
    on_a_stack(expressions);
}

#[test]
fn tables_within_tables_fit_the_stack() {
    on_a_stack(tables);
}

fn expressions() {
    for (before, inside, after) in [
        ("(", "1", ")"),
        ("(SELECT ", "1", ")"),
        ("(SELECT * FROM (SELECT ", "1", ") AS t)"),
        ("(WITH w AS (SELECT ", "1", ") SELECT * FROM w)"),
        ("(SELECT 1 UNION ALL SELECT ", "1", ")"),
        ("a IN (SELECT ", "1", ")"),
        ("EXISTS (SELECT ", "1", ")"),
        ("f(", "1", ")"),
        ("coalesce(", "1", ", a)"),
        ("greatest(", "1", ")"),
        ("date_trunc('month', ", "a", ")"),
        ("list_transform(l, x -> ", "x", ")"),
        ("sum(", "a", ") OVER (ORDER BY a)"),
        ("CASE WHEN ", "a", " THEN 1 ELSE a + 1 END"),
        ("CASE a WHEN ", "a", " THEN 1 END"),
        ("CAST(", "a", " AS INT)"),
        ("NOT (", "a", ")"),
        ("- ", "a", ""),
        ("NOT ", "a", ""),
        ("a + ", "1", ""),
        ("a = 1 OR ", "a = 1", ""),
        ("a || ", "a", ""),
        ("", "a", "::INT"),
        ("", "a", "[1]"),
        ("", "a", " IS NULL"),
        ("", "a", " BETWEEN 1 AND 2"),
        ("[", "1", "]"),
        ("{'f': ", "1", "}"),
        ("(1, ", "1", ")"),
        ("", "1", " UNION ALL SELECT 1"),
        ("(1 + ", "1", " + 1 + 1 + 1 + 1)"),
    ] {
        let (n, outcome) = deepest(before, inside, after);
        println!("{n:4}  {outcome:?}  {before}…{after}");
    }
}

/// Queries in `FROM` and after `WITH`, which no expression holds.
fn tables() {
    for (before, after) in [
        ("* FROM (SELECT ", ") AS t"),
        ("* FROM t JOIN (SELECT ", ") AS u ON true"),
        ("* FROM t, LATERAL (SELECT ", ") AS u"),
        ("* FROM t WHERE a IN (SELECT ", ")"),
        ("* FROM (t JOIN (SELECT ", ") AS u USING (a))"),
    ] {
        let (n, outcome) = deepest(before, "a FROM t", after);
        println!("{n:4}  {outcome:?}  {before}…{after}");
    }
}
