//! Texts to try: words in any order, sentences of a grammar, and cases of ours that were changed.

use std::fmt::Write;

use polaroid_sql::functions::registry;

use super::random::Random;
use super::words::{BINARY, KEYWORDS, LITERALS, MARKS, NAMES, TYPES};

fn function(random: &mut Random) -> &'static str {
    let entries = registry::entries();
    let entry = &entries[random.below(entries.len())];
    match entry.aliases.len() {
        0 => entry.name,
        n => {
            std::iter::once(&entry.name).chain(entry.aliases).nth(random.below(n + 1)).unwrap_or(&entry.name)
        }
    }
}

fn word(random: &mut Random) -> &'static str {
    match random.below(10) {
        0 | 1 => random.pick(NAMES),
        2 => random.pick(LITERALS),
        3 => random.pick(BINARY),
        4 => function(random),
        5 | 6 => random.pick(MARKS),
        7 if random.percent(20) => random.pick(TYPES),
        _ => random.pick(KEYWORDS),
    }
}

/// Words in any order.
pub fn soup(random: &mut Random) -> String {
    let mut text = String::new();
    if random.percent(80) {
        text.push_str(random.pick(&[
            "SELECT ",
            "SELECT * FROM t ",
            "FROM t ",
            "SELECT a FROM t WHERE ",
            "WITH w AS (",
        ]));
    }
    for _ in 0..=random.below(24) {
        text.push_str(word(random));
        if random.percent(90) {
            text.push(' ');
        }
    }
    text
}

/// The words of `text`, blanks between them among them.
fn split(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        c if c.is_alphanumeric() || c == '_' => 0,
        c if c.is_whitespace() => 1,
        _ => 2,
    };
    let mut words = Vec::new();
    let mut start = 0;
    let mut last = None;
    for (at, c) in text.char_indices() {
        if last.is_some_and(|last| last != kind(c) || last == 2) {
            words.push(&text[start..at]);
            start = at;
        }
        last = Some(kind(c));
    }
    words.push(&text[start..]);
    words
}

/// A case of `corpus`, with a few changes.
pub fn mutated(random: &mut Random, corpus: &[String]) -> String {
    let mut words: Vec<String> =
        split(&corpus[random.below(corpus.len())]).into_iter().map(str::to_owned).collect();
    let changes = if random.percent(60) { 1 } else { 1 + random.below(4) };
    for _ in 0..changes {
        if words.is_empty() {
            break;
        }
        let start = random.below(words.len());
        let length = if random.percent(50) { 1 } else { 1 + random.below(12) };
        let end = (start + length).min(words.len());
        match random.below(10) {
            0 => drop(words.drain(start..end)),
            1 => {
                let copy = words[start..end].to_vec();
                words.splice(start..start, copy);
            }
            2 => {
                let other = random.below(words.len());
                words.swap(start, other);
            }
            3 => {
                let other = split(&corpus[random.below(corpus.len())]);
                let from = random.below(other.len());
                let to = (from + 1 + random.below(20)).min(other.len());
                words.splice(start..end, other[from..to].iter().map(|word| (*word).to_owned()));
            }
            4..=6 => nest(random, &mut words, start, end),
            7 => {
                let values = if random.percent(50) { NAMES } else { LITERALS };
                words[start] = random.pick(values).to_owned();
            }
            8 => words[start] = format!(" {} ", word(random)),
            _ => words.insert(start, format!(" {} ", word(random))),
        }
    }
    words.concat()
}

const AROUND: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("(SELECT ", ")"),
    ("SELECT * FROM (", ") AS x"),
    ("CAST(", " AS INT)"),
    ("NOT (", ")"),
    ("-", ""),
    ("coalesce(", ", NULL)"),
    ("CASE WHEN ", " THEN 1 END"),
    ("CASE ", " WHEN 1 THEN 2 ELSE 3 END"),
    ("date_trunc('month', ", ")"),
    ("EXISTS (", ")"),
    ("list_transform(", ", x -> x)"),
    ("1 + ", ""),
    ("", " UNION ALL SELECT 1"),
    ("", " BETWEEN SYMMETRIC 1 AND 2"),
    ("", "::VARCHAR"),
    ("", "[1]"),
    ("WITH w AS (", ") SELECT * FROM w"),
    ("extract(year FROM ", ")"),
    ("sum(", ") OVER (ORDER BY a)"),
];

/// Puts what is between `start` and `end`, or all of it, into parentheses and their like, perhaps often.
fn nest(random: &mut Random, words: &mut Vec<String>, start: usize, end: usize) {
    let (start, end) = if random.percent(10) { (0, words.len()) } else { (start, end) };
    let (before, after) = AROUND[random.below(AROUND.len())];
    let times = if random.percent(20) { 1 + random.below(60) } else { 1 };
    words.insert(end, after.repeat(times));
    words.insert(start, before.repeat(times));
}

/// An expression that a grammar makes, `depth` levels deep at most.
pub fn expr(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        let leaf = if random.percent(60) { random.pick(NAMES) } else { random.pick(LITERALS) };
        return leaf.to_owned();
    }
    let depth = depth - 1;
    let one = |random: &mut Random| expr(random, depth);
    match random.below(20) {
        0..=4 => {
            let op = random.pick(BINARY);
            format!("{} {op} {}", one(random), one(random))
        }
        5 => format!("({})", one(random)),
        6 => format!("{} {}", random.pick(&["NOT", "-", "~", "+"]), one(random)),
        7..=10 => call(random, depth),
        11 => format!("CASE WHEN {} THEN {} ELSE {} END", one(random), one(random), one(random)),
        12 => format!("CASE {} WHEN {} THEN {} END", one(random), one(random), one(random)),
        13 => format!("CAST({} AS {})", one(random), random.pick(TYPES)),
        14 => format!("{}::{}", one(random), random.pick(TYPES)),
        15 => {
            let not = random.pick(&["", "NOT "]);
            format!("{} {not}BETWEEN SYMMETRIC {} AND {}", one(random), one(random), one(random))
        }
        16 => format!("{} IN ({}, {})", one(random), one(random), one(random)),
        17 => format!("({}, {}) IN ({})", one(random), one(random), query(random, depth)),
        18 => format!("({})", query(random, depth)),
        _ => format!(
            "{} {}",
            one(random),
            random.pick(&["IS NULL", "IS NOT TRUE", "AT TIME ZONE 'UTC'", "[1]", "[1:2]", ".f"])
        ),
    }
}

fn call(random: &mut Random, depth: usize) -> String {
    let mut text = format!("{}(", function(random));
    if random.percent(10) {
        text.push_str("DISTINCT ");
    }
    let arguments = random.below(4);
    for n in 0..arguments {
        if n > 0 {
            text.push_str(", ");
        }
        match random.below(8) {
            0 => text.push_str("x -> "),
            1 if n > 0 => text.push_str("y := "),
            _ => {}
        }
        text.push_str(&expr(random, depth));
    }
    if arguments > 0 && random.percent(10) {
        let _ = write!(text, " ORDER BY {}", expr(random, depth));
    }
    text.push(')');
    if random.percent(8) {
        let _ = write!(text, " FILTER (WHERE {})", expr(random, depth));
    }
    if random.percent(15) {
        let frame = random.pick(&[
            "",
            " ROWS 1 PRECEDING",
            " RANGE UNBOUNDED PRECEDING",
            " ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING",
        ]);
        let _ = write!(
            text,
            " OVER (PARTITION BY {} ORDER BY {}{frame})",
            expr(random, depth),
            expr(random, depth)
        );
    }
    text
}

fn table(random: &mut Random, depth: usize) -> String {
    if depth == 0 {
        return random
            .pick(&["t", "u", "n", "t AS x", "missing", "u AS v(p, q)", "range(3) AS r(i)"])
            .to_owned();
    }
    let depth = depth - 1;
    match random.below(9) {
        0 | 1 => table(random, 0),
        2 => format!("({}) AS {}", query(random, depth), random.pick(&["x", "y", "x(p, q)"])),
        3 | 4 => {
            let join = random.pick(&[
                "JOIN",
                "LEFT JOIN",
                "FULL JOIN",
                "ASOF JOIN",
                "ASOF LEFT JOIN",
                "SEMI JOIN",
                "ANTI JOIN",
            ]);
            format!("{} {join} {} ON {}", table(random, depth), table(random, 0), expr(random, depth))
        }
        5 => format!(
            "{} {} {} USING (a, k)",
            table(random, depth),
            random.pick(&["JOIN", "FULL JOIN", "RIGHT JOIN"]),
            table(random, 0)
        ),
        6 => format!("{}, UNNEST({}) AS z(v)", table(random, depth), expr(random, depth)),
        7 => format!("{}, LATERAL ({}) AS q", table(random, depth), query(random, depth)),
        _ => format!(
            "{} {}",
            table(random, 0),
            random.pick(&[
                "PIVOT (sum(a) FOR b IN ('x', 'y'))",
                "UNPIVOT (v FOR name IN (a, b))",
                "TABLESAMPLE 10%",
                "TABLESAMPLE RESERVOIR (3 ROWS) REPEATABLE (1)",
            ])
        ),
    }
}

/// A query that a grammar makes.
pub fn query(random: &mut Random, depth: usize) -> String {
    let inner = depth.saturating_sub(1);
    if depth > 0 && random.percent(10) {
        let op = random.pick(&["UNION", "UNION ALL", "UNION BY NAME", "EXCEPT", "INTERSECT"]);
        return format!("{} {op} {}", query(random, inner), query(random, inner));
    }
    let mut text = String::new();
    if depth > 0 && random.percent(15) {
        let _ = write!(text, "WITH t AS ({}) ", query(random, inner));
    }
    text.push_str("SELECT ");
    text.push_str(random.pick(&["", "", "", "DISTINCT ", "DISTINCT ON (a) "]));
    for n in 0..=random.below(3) {
        if n > 0 {
            text.push_str(", ");
        }
        match random.below(12) {
            0 => text.push_str(random.pick(&[
                "*",
                "t.*",
                "* EXCLUDE (a)",
                "* REPLACE (a + 1 AS a)",
                "COLUMNS(*)",
                "unnest(l)",
                "* RENAME (a AS z)",
            ])),
            1..=3 => {
                let _ = write!(text, "{} AS {}", expr(random, inner), random.pick(&["x", "a", "\"x y\""]));
            }
            _ => text.push_str(&expr(random, inner)),
        }
    }
    if random.percent(85) {
        let _ = write!(text, " FROM {}", table(random, inner));
    }
    for (clause, percent) in
        [(" WHERE ", 40), (" GROUP BY ", 25), (" HAVING ", 15), (" QUALIFY ", 8), (" ORDER BY ", 25)]
    {
        if random.percent(percent) {
            text.push_str(clause);
            match clause {
                " GROUP BY " if random.percent(30) => text.push_str(random.pick(&[
                    "ALL",
                    "ROLLUP (a, b)",
                    "CUBE (a, b)",
                    "GROUPING SETS ((a), ())",
                ])),
                " ORDER BY " if random.percent(30) => {
                    text.push_str(random.pick(&["ALL", "1", "a DESC NULLS FIRST", "#1"]))
                }
                _ => text.push_str(&expr(random, inner)),
            }
        }
    }
    if random.percent(20) {
        text.push_str(random.pick(&[
            " LIMIT 3",
            " LIMIT 1 + 1 OFFSET 2",
            " LIMIT 10%",
            " LIMIT (SELECT 1)",
            " FETCH FIRST 2 ROWS ONLY",
        ]));
    }
    text
}
