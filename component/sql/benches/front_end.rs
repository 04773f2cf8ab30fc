//! What the front end costs a query, in microseconds: `cargo bench -p polaroid-sql`.
//!
//! The median of many runs, by stage: reading (tokens, depth, parser, check for reads) and rewriting (forms, names,
//! functions). The columns of tables are known, as they are in the component, which reads them from the files.

use std::hint::black_box;
use std::time::{Duration, Instant};

use polaroid_sql::catalog::Catalog;
use polaroid_sql::params::Params;
use polaroid_sql::{depth, parse, read_only};
use sqlparser::ast::{Statement, TableFactor};

/// The tables of TPC-H, and `wide`.
struct Tables;

impl Catalog for Tables {
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        let TableFactor::Table { name, args: None, .. } = table else { return None };
        let (prefix, columns) = match name.0.last()?.as_ident()?.value.as_str() {
            "lineitem" => (
                "l_",
                "orderkey partkey suppkey linenumber quantity extendedprice discount tax returnflag linestatus shipdate \
                 commitdate receiptdate shipinstruct shipmode comment",
            ),
            "orders" => (
                "o_",
                "orderkey custkey orderstatus totalprice orderdate orderpriority clerk shippriority comment",
            ),
            "customer" => ("c_", "custkey name address nationkey phone acctbal mktsegment comment"),
            "supplier" => ("s_", "suppkey name address nationkey phone acctbal comment"),
            "part" => ("p_", "partkey name mfgr brand type size container retailprice comment"),
            "nation" => ("n_", "nationkey name regionkey comment"),
            "region" => ("r_", "regionkey name comment"),
            "wide" => return Some((0..100).map(|n| format!("c{n}")).collect()),
            _ => return None,
        };
        Some(columns.split(' ').map(|column| format!("{prefix}{column}")).collect())
    }
}

fn read(sql: &str) -> Statement {
    let tokens = parse::tokenize(sql).expect("tokens");
    depth::check(&tokens).expect("a query that is not deep");
    let statement = parse::parse(tokens).expect("a statement");
    read_only::check(&statement).expect("a query");
    statement
}

/// The median of the runs within a second.
fn median(mut run: impl FnMut() -> Duration) -> f64 {
    let until = Instant::now() + Duration::from_secs(1);
    let mut times = Vec::new();
    while Instant::now() < until || times.len() < 5 {
        times.push(run());
    }
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1e6
}

fn main() {
    let list =
        |count: usize, item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(", ");
    let queries = [
        ("SELECT 1", "SELECT 1".to_owned()),
        ("TPC-H Q1", include_str!("tpch/q01.sql").to_owned()),
        ("TPC-H Q8", include_str!("tpch/q08.sql").to_owned()),
        ("TPC-H Q21", include_str!("tpch/q21.sql").to_owned()),
        ("100 columns", format!("SELECT {} FROM wide", list(100, &|n| format!("C{n}")))),
        (
            "100 expressions",
            format!("SELECT {} FROM wide", list(100, &|n| format!("round(C{n} / 2, 1) AS d{n}"))),
        ),
        (
            "1000 expressions",
            format!("SELECT {} FROM wide", list(1_000, &|n| format!("C{} + {n} AS d{n}", n % 100))),
        ),
        ("IN of 10000", format!("SELECT c0 FROM wide WHERE c1 IN ({})", list(10_000, &|n| n.to_string()))),
        ("IN of 20000", format!("SELECT c0 FROM wide WHERE c1 IN ({})", list(20_000, &|n| n.to_string()))),
    ];
    println!("{:<18}{:>12}{:>14}{:>14}", "", "text, bytes", "reading, µs", "rewriting, µs");
    for (name, sql) in queries {
        let reading = median(|| {
            let start = Instant::now();
            black_box(read(&sql));
            start.elapsed()
        });
        let statement = read(&sql);
        let rewriting = median(|| {
            let mut statement = statement.clone();
            let start = Instant::now();
            polaroid_sql::rewrite(&mut statement, &Params::None, &Tables).expect("a query that is supported");
            let time = start.elapsed();
            black_box(statement);
            time
        });
        println!("{name:<18}{:>12}{reading:>14.1}{rewriting:>14.1}", sql.len());
    }
}
