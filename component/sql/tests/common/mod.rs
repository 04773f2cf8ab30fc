//! Text in, text out: over tables `t (a, b, c, k)`, `u (a, e, k)` and `n (id, l, s)`.

use polaroid_sql::catalog::Catalog;
use polaroid_sql::dialect::SqlDialect;
use polaroid_sql::params::Params;
use polaroid_sql::{Refusal, forms, names, tokens};
use sqlparser::ast::{Statement, TableFactor};
use sqlparser::parser::{Parser, ParserOptions};
use sqlparser::tokenizer::Tokenizer;

pub struct Tables;

impl Catalog for Tables {
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        let TableFactor::Table { name, args: None, .. } = table else { return None };
        let columns: &[&str] = match name.0.last()?.as_ident()?.value.to_lowercase().as_str() {
            "t" => &["a", "b", "c", "k"],
            "u" => &["a", "e", "k"],
            "n" => &["id", "l", "s"],
            "mixed" => &["Id", "NAME", "name_2"],
            _ => return None,
        };
        Some(columns.iter().map(|name| (*name).to_owned()).collect())
    }
}

pub fn parse(sql: &str) -> Result<Statement, Refusal> {
    let tokens = Tokenizer::new(&SqlDialect, sql).tokenize_with_location().expect(sql);
    let tokens = tokens::prepare(tokens)?;
    let mut parser = Parser::new(&SqlDialect)
        .with_options(ParserOptions { trailing_commas: true, ..Default::default() })
        .with_tokens_with_locations(tokens);
    let statement = parser.parse_statement().unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert_eq!(parser.peek_token().token, sqlparser::tokenizer::Token::EOF, "{sql}");
    Ok(statement)
}

#[allow(dead_code)] // Not all of the tests that share this file use all of it.
pub fn bind(sql: &str, params: &Params) -> Result<Statement, Refusal> {
    let mut statement = parse(sql)?;
    polaroid_sql::rewrite(&mut statement, params, &Tables)?;
    Ok(statement)
}

/// All but functions.
#[allow(dead_code)]
pub fn rewrite(sql: &str) -> String {
    let rewritten = parse(sql).and_then(|mut statement| {
        forms::before_names(&mut statement, &Tables)?;
        names::label(&mut statement, &Tables)?;
        forms::rewrite(&mut statement)?;
        Ok(statement)
    });
    match rewritten {
        Ok(statement) => statement.to_string(),
        Err(refusal) => format!("! {}", refusal.message),
    }
}

/// Each pair is a statement and what it becomes.
#[allow(dead_code)]
#[track_caller]
pub fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<_> = cases
        .iter()
        .map(|(sql, expected)| (sql, expected, rewrite(sql)))
        .filter(|(_, expected, got)| got != *expected)
        .map(|(sql, expected, got)| format!("{sql}\n  expected {expected}\n  got      {got}\n"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join(""));
}
