//! The parser, with the dialect of `polaroid-sql` and the options that `polars-sql` uses itself.

use polaroid_sql::dialect::SqlDialect;
use polaroid_sql::tokens;
use sqlparser::ast::Statement;
use sqlparser::parser::{Parser, ParserError, ParserOptions};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer};

use super::{depth, front};
use crate::error::{Error, Kind, Position, Result};

/// # Errors
/// [`Kind::EmptySql`], or [`Kind::InvalidSql`] for a text that has no end to a quote or a comment.
pub fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(&SqlDialect, sql).tokenize_with_location().map_err(|error| {
        let position = Position { line: error.location.line, column: error.location.column };
        Error::new(Kind::InvalidSql, error.message).at(Some(position))
    })?;
    let is_empty = tokens
        .iter()
        .all(|token| matches!(token.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF));
    if is_empty {
        return Err(Error::new(Kind::EmptySql, "send a query, such as SELECT 1"));
    }
    Ok(tokens)
}

/// # Errors
/// [`Kind::MultipleStatements`], [`Kind::QueryTooDeep`] or [`Kind::InvalidSql`].
pub fn parse(tokens: Vec<TokenWithSpan>) -> Result<Statement> {
    let end = end_of_text(&tokens);
    let tokens = tokens::prepare(tokens).map_err(front::refused)?;
    let mut parser = Parser::new(&SqlDialect)
        .with_options(ParserOptions { trailing_commas: true, ..Default::default() })
        .with_recursion_limit(depth::PARSER_RECURSION)
        .with_tokens_with_locations(tokens);
    while parser.consume_token(&Token::SemiColon) {}
    let statement = parser.parse_statement().map_err(|error| translate(error, end))?;
    let mut ended = parser.peek_token().token == Token::EOF;
    while parser.consume_token(&Token::SemiColon) {
        ended = parser.peek_token().token == Token::EOF;
        if !ended && parser.peek_token().token != Token::SemiColon {
            let span = parser.peek_token().span.start;
            let position = Position { line: span.line, column: span.column };
            return Err(Error::new(
                Kind::MultipleStatements,
                "a request is one statement; send the second one in a request of its own",
            )
            .at(Some(position)));
        }
    }
    if !ended {
        let next = parser.peek_token();
        let position = Position { line: next.span.start.line, column: next.span.start.column };
        return Err(Error::new(
            Kind::InvalidSql,
            format!("expected the end of the statement, found {}", next.token),
        )
        .at(Some(position)));
    }
    Ok(statement)
}

/// The place after the last token that says something.
fn end_of_text(tokens: &[TokenWithSpan]) -> Option<Position> {
    let last = tokens.iter().rfind(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF))?;
    Some(Position { line: last.span.end.line, column: last.span.end.column })
}

fn translate(error: ParserError, end: Option<Position>) -> Error {
    match error {
        ParserError::RecursionLimitExceeded => depth::too_deep(),
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            let (text, position) = split_position(&text);
            // What the parser misses at the end of the text has no place in its messages.
            Error::new(Kind::InvalidSql, text).at(position.or(end))
        }
    }
}

/// The parser ends its messages with ` at Line: 1, Column: 8`.
fn split_position(text: &str) -> (&str, Option<Position>) {
    let parsed = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((message, Position { line: line.parse().ok()?, column: column.parse().ok()? }))
    });
    match parsed {
        Some((message, position)) => (message, Some(position)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(sql: &str) -> Error {
        tokenize(sql).and_then(parse).unwrap_err()
    }

    #[test]
    fn one_statement_with_or_without_an_end() {
        for sql in ["SELECT 1", "SELECT 1;", ";SELECT 1;;", "-- x\nSELECT 1 -- y"] {
            tokenize(sql).and_then(parse).unwrap();
        }
        assert_eq!(fails("SELECT 1; SELECT 2").kind, Kind::MultipleStatements);
        for sql in ["", " \n", ";", "-- nothing", "/* nothing */"] {
            assert_eq!(fails(sql).kind, Kind::EmptySql, "{sql:?}");
        }
    }

    #[test]
    fn syntax_errors_have_a_place() {
        let place = |line, column| Some(Position { line, column });
        let error = fails("SELECT 1\nFROM t WHERE GROUP BY a");
        assert_eq!(error.kind, Kind::InvalidSql);
        assert_eq!(error.position, place(2, 20), "{}", error.detail);
        assert!(!error.detail.contains("Line:"), "{}", error.detail);
        assert_eq!(fails("SELECT 'a").position, place(1, 8));
        assert_eq!(fails("SELECT (1\n ").position, place(1, 10));
        assert_eq!(fails("SELECT *\nFROM").position, place(2, 5));
    }
}
