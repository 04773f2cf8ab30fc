//! From text to one read-only statement that is not too deep, with `polaroid-sql`; its rejections as our errors.

use polaroid_sql::{Reason, Rejection, depth, parse, read_only};
use sqlparser::ast::Statement;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::error::{Error, Kind, Position, Result};

/// # Errors
/// [`Kind::EmptySql`], or [`Kind::InvalidSql`] for a text that has no end to a quote or a comment.
pub fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>> {
    parse::tokenize(sql).map_err(rejected)
}

/// # Errors
/// [`Kind::QueryTooDeep`], [`Kind::InvalidSql`], [`Kind::MultipleStatements`], [`Kind::NotReadOnly`] or
/// [`Kind::UnsupportedSql`].
pub fn parse(tokens: Vec<TokenWithSpan>) -> Result<Statement> {
    depth::check(&tokens).map_err(rejected)?;
    let first = tokens.iter().find(|token| !matches!(token.token, Token::Whitespace(_) | Token::SemiColon));
    let first = first.map(|token| token.span.start);
    let statement = parse::parse(tokens).map_err(rejected)?;
    // Most statements that write keep no place in the tree.
    read_only::check(&statement)
        .map_err(|rejection| rejected(Rejection { at: rejection.at.or(first), ..rejection }))?;
    Ok(statement)
}

fn rejected(rejection: Rejection) -> Error {
    let kind = match rejection.reason {
        Reason::Empty => Kind::EmptySql,
        Reason::Syntax => Kind::InvalidSql,
        Reason::ManyStatements => Kind::MultipleStatements,
        Reason::NotReadOnly => Kind::NotReadOnly,
        Reason::TooDeep => Kind::QueryTooDeep,
        Reason::Unsupported => Kind::UnsupportedSql,
    };
    let position = rejection.at.map(|at| Position { line: at.line, column: at.column });
    Error::new(kind, rejection.message).at(position)
}
