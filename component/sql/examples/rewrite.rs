//! Prints the rewritten form of each statement on standard input, one a line; `! message` for a
//! refusal. For trying rewrites beside Polars and DuckDB in Python.
//!
//! The first argument is a JSON file of the tables' columns, `{"t": ["a", "b"]}`; a statement can
//! have parameters after a tab, `SELECT $1<tab>[1]`.

use std::collections::HashMap;
use std::io::BufRead;

use polaroid_sql::catalog::Catalog;
use polaroid_sql::dialect::SqlDialect;
use polaroid_sql::params::Params;
use sqlparser::ast::TableFactor;
use sqlparser::parser::{Parser, ParserOptions};
use sqlparser::tokenizer::Tokenizer;

struct Tables(HashMap<String, Vec<String>>);

impl Catalog for Tables {
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        let TableFactor::Table { name, args: None, .. } = table else { return None };
        self.0.get(&name.0.last()?.as_ident()?.value.to_lowercase()).cloned()
    }
}

fn rewrite(sql: &str, params: &str, tables: &Tables) -> Result<String, String> {
    let params: Params = if params.is_empty() {
        Params::default()
    } else {
        serde_json::from_str(params).map_err(|error| error.to_string())?
    };
    let tokens =
        Tokenizer::new(&SqlDialect, sql).tokenize_with_location().map_err(|error| error.to_string())?;
    let tokens = polaroid_sql::tokens::prepare(tokens).map_err(|refusal| refusal.message)?;
    let mut parser = Parser::new(&SqlDialect)
        .with_options(ParserOptions { trailing_commas: true, ..Default::default() })
        .with_tokens_with_locations(tokens);
    let mut statement = parser.parse_statement().map_err(|error| error.to_string())?;
    while parser.consume_token(&sqlparser::tokenizer::Token::SemiColon) {}
    if parser.peek_token().token != sqlparser::tokenizer::Token::EOF {
        return Err(format!("expected the end of the statement, found {}", parser.peek_token()));
    }
    polaroid_sql::rewrite(&mut statement, &params, tables).map_err(|refusal| refusal.message)?;
    Ok(statement.to_string())
}

fn main() {
    let tables = std::env::args().nth(1).map_or_else(HashMap::new, |path| {
        serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("names of columns")
    });
    let tables = Tables(tables);
    for line in std::io::stdin().lock().lines() {
        let line = line.expect("text");
        let (sql, params) = line.split_once('\t').unwrap_or((&line, ""));
        match rewrite(sql, params, &tables) {
            Ok(sql) => println!("{}", sql.replace('\n', "\\n")),
            Err(message) => println!("! {}", message.replace('\n', " ")),
        }
    }
}
