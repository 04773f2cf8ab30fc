//! No text makes the front end panic, grow a tree without bound, exhaust a small stack, or point outside of the text.
//!
//! The texts are random, and the same in every run. `POLAROID_FUZZ_CASES=1000000 POLAROID_FUZZ_SEED=2 cargo nextest run
//! --release -p polaroid-sql --test fuzz` tries more of them; with `POLAROID_FUZZ_TRACE=1` each is printed first, which
//! shows the one that overflows the stack. `fuzz/` has a target for `cargo fuzz`.

#![cfg(not(target_family = "wasm"))]

#[path = "fuzz/front_end.rs"]
mod front_end;
#[path = "fuzz/random.rs"]
mod random;
#[path = "fuzz/texts.rs"]
mod texts;
#[path = "fuzz/words.rs"]
mod words;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use front_end::Outcome;
use polaroid_sql::params::Params;
use random::Random;

/// What the deepest texts of `depth.rs` need is between 2 and 3 MiB, and in wasm, where large values lie in linear
/// memory, less than 256 KiB. Frames of a build without optimization are several times as large.
const STACK: usize = if cfg!(debug_assertions) { 32 << 20 } else { 3 << 20 };

fn variable(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn params(random: &mut Random, sql: &str) -> Params {
    let json = match random.below(4) {
        _ if !sql.contains(['?', '$', ':']) => return Params::None,
        0 => r#"[1]"#,
        1 => r#"["x'; DROP TABLE t; --", {"type": "date", "value": "2024-01-01"}]"#,
        2 => r#"{"x": 1.50}"#,
        _ => return Params::None,
    };
    serde_json::from_str(json).expect("parameters")
}

fn outcome(sql: &str, params: &Params) -> Result<Outcome, String> {
    catch_unwind(AssertUnwindSafe(|| front_end::run(sql, params))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panic: {}", text.unwrap_or("of another type")))
    })
}

/// The shortest text that still fails, without parts of `sql`.
fn minimal(sql: &str, params: &Params) -> String {
    let mut characters: Vec<char> = sql.chars().collect();
    let mut size = characters.len() / 2;
    while size > 0 {
        let mut start = 0;
        while start < characters.len() {
            let mut fewer = characters.clone();
            fewer.drain(start..(start + size).min(fewer.len()));
            if outcome(&fewer.iter().collect::<String>(), params).is_err() {
                characters = fewer;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    characters.into_iter().collect()
}

/// Runs texts of `make`, and tells how far they came.
fn fuzz(cases: u64, make: impl Fn(&mut Random) -> String + Send + 'static) -> BTreeMap<Outcome, usize> {
    let cases = variable("POLAROID_FUZZ_CASES", if cfg!(debug_assertions) { cases / 10 } else { cases });
    let seed = variable("POLAROID_FUZZ_SEED", 1);
    let trace = variable("POLAROID_FUZZ_TRACE", 0) == 1;
    let run = move || {
        let mut outcomes = BTreeMap::new();
        for n in 0..cases {
            let mut random = Random::new(seed << 40 | n);
            let sql = make(&mut random);
            let params = params(&mut random, &sql);
            if trace {
                eprintln!("{sql}");
            }
            match outcome(&sql, &params) {
                Ok(outcome) => *outcomes.entry(outcome).or_insert(0) += 1,
                Err(error) => panic!("case {n}: {error}\n{sql}\nin short:\n{}", minimal(&sql, &params)),
            }
        }
        outcomes
    };
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread");
    let outcomes = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    println!("{cases} texts: {outcomes:?}");
    outcomes
}

/// `{people}` of a case is a table's file: here a name.
fn tables(sql: &str) -> String {
    let mut text = String::new();
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
        let (name, end) = after.split_at(length);
        match end.strip_prefix('}') {
            Some(end) => {
                text.extend([before, "\"", name, "\""]);
                rest = end;
            }
            None => {
                text.extend([before, "{"]);
                rest = after;
            }
        }
    }
    text + rest
}

/// The SQL cases of the repository.
fn corpus() -> Vec<String> {
    fn read(folder: &Path, into: &mut Vec<String>) {
        let mut entries: Vec<_> = std::fs::read_dir(folder)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .collect();
        entries.sort();
        for path in entries {
            if path.is_dir() {
                read(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "sql") {
                let text = std::fs::read_to_string(&path).expect("a case");
                let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("--")).collect();
                into.push(tables(&lines.join("\n")));
            }
        }
    }
    let mut cases = Vec::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/sql"), &mut cases);
    assert!(cases.len() > 400, "{} cases", cases.len());
    cases
}

/// Texts that are all rejected at the first word try nothing.
#[track_caller]
fn reaches(outcomes: &BTreeMap<Outcome, usize>, percent: usize) {
    let all: usize = outcomes.values().sum();
    let rewritten = outcomes.get(&Outcome::Rewritten).copied().unwrap_or_default();
    assert!(rewritten * 100 >= all * percent, "{outcomes:?}");
}

#[test]
fn the_corpus_itself() {
    for (n, sql) in corpus().iter().enumerate() {
        let outcome = outcome(sql, &Params::None);
        assert!(outcome.is_ok(), "{n}: {outcome:?}\n{sql}");
    }
}

#[test]
fn words_in_any_order() {
    reaches(&fuzz(100_000, texts::soup), 1);
}

#[test]
fn cases_of_ours_changed() {
    let corpus = corpus();
    reaches(&fuzz(40_000, move |random| texts::mutated(random, &corpus)), 15);
}

#[test]
fn expressions_of_a_grammar() {
    let make = |random: &mut Random| {
        let depth = 1 + random.below(5);
        format!("SELECT {} FROM t", texts::expr(random, depth))
    };
    reaches(&fuzz(60_000, make), 5);
}

#[test]
fn queries_of_a_grammar() {
    let make = |random: &mut Random| {
        let depth = 1 + random.below(4);
        texts::query(random, depth)
    };
    reaches(&fuzz(40_000, make), 5);
}

/// Texts that once broke what [`front_end::run`] holds to, in short.
#[test]
fn what_fuzzing_found() {
    for sql in [
        // A sample that the text ends before.
        "FROM USING SAMPLE",
        "SELECT * FROM t TABLESAMPLE",
        "FROM t TABLESAMPLE (",
        // An operator of another dialect, printed as Rust prints it.
        "SELECT a DIV",
        "SELECT a DIV b FROM t",
        // A place at line 0, of what a rewrite had made.
        "FROM t PIVOT (s() FOR m IN ('')) SELECT 1",
    ] {
        for params in [Params::None, Params::Positional(Vec::new())] {
            let outcome = outcome(sql, &params);
            assert!(outcome.is_ok(), "{outcome:?}\n{sql}");
        }
    }
}
