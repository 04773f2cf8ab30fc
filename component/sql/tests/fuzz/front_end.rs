//! The whole way of a statement through the front end, as the component takes it, and what holds for every text.

use std::ops::ControlFlow;

use polaroid_sql::catalog::Catalog;
use polaroid_sql::params::{self, Params};
use polaroid_sql::walk::walk;
use polaroid_sql::{Refusal, depth, parse, read_only};
use sqlparser::ast::{
    DescribeAlias, Expr, ObjectName, Query, Select, Statement, TableFactor, Value, ValueWithSpan, Visitor,
};
use sqlparser::tokenizer::{Location, Token};

/// Parts of the rewritten tree for each token of the text. Tables have four columns here.
pub const GROWTH: usize = 100;
/// Parts that a statement can get besides: what aliases stand for (`MAX_COPIED` in `names.rs`), twice,
/// as forms may copy a small part of it.
pub const GROWTH_AT_ONCE: usize = 40_000;
/// Expressions within each other in the rewritten tree; the text allows 40 levels and 200 operators.
pub const DEPTH: usize = 1_000;

pub struct Tables;

impl Catalog for Tables {
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        let TableFactor::Table { name, args: None, .. } = table else { return None };
        let columns: &[&str] = match name.0.last()?.as_ident()?.value.to_lowercase().as_str() {
            "t" => &["a", "b", "c", "k"],
            "u" => &["a", "e", "k", "Mixed"],
            "n" => &["id", "l", "s", "order"],
            _ => return None,
        };
        Some(columns.iter().map(|name| (*name).to_owned()).collect())
    }
}

/// How far a text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It has no tokens, or does not parse.
    Rejected,
    /// It parses, and is not supported.
    Refused,
    Rewritten,
}

/// What the tree holds, and how deep.
#[derive(Default)]
struct Size {
    parts: usize,
    depth: usize,
    deepest: usize,
    placeholder: bool,
}

impl Size {
    fn part(&mut self) -> ControlFlow<()> {
        self.parts += 1;
        ControlFlow::Continue(())
    }
}

impl Visitor for Size {
    type Break = ();

    fn pre_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        self.part()
    }

    fn post_visit_expr(&mut self, _: &Expr) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.part()
    }

    fn pre_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.part()
    }

    fn pre_visit_table_factor(&mut self, _: &TableFactor) -> ControlFlow<()> {
        self.part()
    }

    fn pre_visit_relation(&mut self, _: &ObjectName) -> ControlFlow<()> {
        self.part()
    }

    fn pre_visit_value(&mut self, value: &ValueWithSpan) -> ControlFlow<()> {
        self.placeholder |= matches!(value.value, Value::Placeholder(_));
        ControlFlow::Continue(())
    }
}

/// Takes `sql` through the front end.
///
/// # Errors
/// What does not hold that should hold for every text. A panic is one as well, for the caller to see.
pub fn run(sql: &str, params: &Params) -> Result<Outcome, String> {
    let place = |at: Option<Location>, message: &str| check_error(sql, at, message);
    let refused = |refusal: Refusal| place(refusal.span.map(|span| span.start), &refusal.message);

    let tokens = match parse::tokenize(sql) {
        Ok(tokens) => tokens,
        Err(rejection) => {
            return place(rejection.at, &rejection.message).map(|()| Outcome::Rejected);
        }
    };
    let words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).count();
    let parsed = depth::check(&tokens).and_then(|()| parse::parse(tokens)).and_then(|statement| {
        read_only::check(&statement)?;
        Ok(statement)
    });
    let mut statement = match parsed {
        Ok(statement) => statement,
        Err(rejection) => {
            return place(rejection.at, &rejection.message).map(|()| Outcome::Rejected);
        }
    };
    if let Err(refusal) = params::bind(&mut statement, params) {
        return refused(refusal).map(|()| Outcome::Refused);
    }
    let mut statement = match statement {
        Statement::Explain {
            describe_alias: DescribeAlias::Describe | DescribeAlias::Desc,
            statement,
            ..
        } => *statement,
        statement => statement,
    };
    if let Err(refusal) = polaroid_sql::rewrite(&mut statement, &Params::None, &Tables) {
        return refused(refusal).map(|()| Outcome::Refused);
    }
    let mut size = Size::default();
    let _ = walk(&statement, &mut size);
    let most = GROWTH * words + GROWTH_AT_ONCE;
    if size.parts > most {
        return Err(format!("{words} tokens became {} parts, more than {most}", size.parts));
    }
    if size.deepest > DEPTH {
        return Err(format!("the tree is {} deep", size.deepest));
    }
    if size.placeholder {
        return Err("a placeholder is left".to_owned());
    }
    if let Err(rejection) = read_only::check(&statement) {
        return Err(format!("the rewritten statement is no query: {}", rejection.message));
    }
    // What shows a plan or an error writes the tree.
    let _ = statement.to_string();
    Ok(Outcome::Rewritten)
}

/// Holds an error to what users may expect of it.
fn check_error(sql: &str, at: Option<Location>, message: &str) -> Result<(), String> {
    if message.trim().is_empty() {
        return Err("an error says nothing".to_owned());
    }
    for mark in
        ["Some(", "None", "Ident {", "Expr::", "Span(", "Location(", "ValueWithSpan", "Token::", ".rs:"]
    {
        if message.contains(mark) && !sql.contains(mark) {
            return Err(format!("an error shows {mark}: {message}"));
        }
    }
    let Some(at) = at else { return Ok(()) };
    // Behind the last character is a place, too.
    let lines: Vec<&str> = sql.split('\n').collect();
    let line = usize::try_from(at.line).ok().and_then(|line| lines.get(line.checked_sub(1)?));
    let is_inside = line.is_some_and(|line| (1..=line.chars().count() as u64 + 1).contains(&at.column));
    if !is_inside {
        return Err(format!(
            "an error at line {}, column {} is not in the text: {message}",
            at.line, at.column
        ));
    }
    Ok(())
}
