//! From text to one statement, with the dialect of ours and the options that `polars-sql` uses itself.

use sqlparser::ast::Statement;
use sqlparser::parser::{Parser, ParserError, ParserOptions};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::dialect::SqlDialect;
use crate::rejection::{Reason, Rejection};
use crate::{depth, tokens};

type Result<T> = std::result::Result<T, Rejection>;

/// # Errors
/// [`Reason::Empty`], or [`Reason::Syntax`] for a text that has no end to a quote or a comment.
pub fn tokenize(sql: &str) -> Result<Vec<TokenWithSpan>> {
    let tokens = Tokenizer::new(&SqlDialect, sql)
        .tokenize_with_location()
        .map_err(|error| Rejection::new(Reason::Syntax, error.message).at(error.location))?;
    let is_empty = tokens
        .iter()
        .all(|token| matches!(token.token, Token::Whitespace(_) | Token::SemiColon | Token::EOF));
    if is_empty {
        return Err(Rejection::new(Reason::Empty, "send a query, such as SELECT 1"));
    }
    Ok(tokens)
}

/// # Errors
/// [`Reason::ManyStatements`], [`Reason::TooDeep`] or [`Reason::Syntax`].
pub fn parse(tokens: Vec<TokenWithSpan>) -> Result<Statement> {
    let end = end_of_text(&tokens);
    let tokens = tokens::prepare(tokens)?;
    // What was prepared has queries that were not written: of `FROM t`, `TABLE t`, PIVOT.
    depth::check(&tokens)?;
    let mut parser = Parser::new(&SqlDialect)
        .with_options(ParserOptions { trailing_commas: true, ..Default::default() })
        .with_recursion_limit(depth::PARSER_RECURSION)
        .with_tokens_with_locations(tokens);
    while parser.consume_token(&Token::SemiColon) {}
    let statement = match parser.parse_statement() {
        Ok(statement) => statement,
        Err(error) => return Err(translate(error, end, parser.get_current_token())),
    };
    let mut ended = parser.peek_token().token == Token::EOF;
    while parser.consume_token(&Token::SemiColon) {
        ended = parser.peek_token().token == Token::EOF;
        if !ended && parser.peek_token().token != Token::SemiColon {
            return Err(Rejection::new(
                Reason::ManyStatements,
                "a request is one statement; send the second one in a request of its own",
            )
            .at(parser.peek_token().span.start));
        }
    }
    if !ended {
        let next = parser.peek_token();
        return Err(Rejection::new(
            Reason::Syntax,
            format!("expected the end of the statement, found {}", next.token),
        )
        .at(next.span.start));
    }
    Ok(statement)
}

/// The place after the last token that says something.
fn end_of_text(tokens: &[TokenWithSpan]) -> Option<Location> {
    let last = tokens.iter().rfind(|token| !matches!(token.token, Token::Whitespace(_) | Token::EOF))?;
    Some(last.span.end)
}

/// `last` is the token that was read last.
fn translate(error: ParserError, end: Option<Location>, last: &TokenWithSpan) -> Rejection {
    match error {
        ParserError::RecursionLimitExceeded => depth::too_deep(),
        ParserError::TokenizerError(text) | ParserError::ParserError(text) => {
            let (text, position) = split_position(&text);
            if text.starts_with("No infix parser") {
                // An operator of another dialect, printed for Rust's eyes.
                let text = format!("{} is not an operator here", last.token);
                return Rejection { at: position.or(end), ..Rejection::new(Reason::Syntax, text) };
            }
            // What the parser misses at the end of the text has no place in its messages.
            Rejection { at: position.or(end), ..Rejection::new(Reason::Syntax, text) }
        }
    }
}

/// The parser ends its messages with ` at Line: 1, Column: 8`.
fn split_position(text: &str) -> (&str, Option<Location>) {
    let parsed = text.rsplit_once(" at Line: ").and_then(|(message, place)| {
        let (line, column) = place.split_once(", Column: ")?;
        Some((message, Location { line: line.parse().ok()?, column: column.parse().ok()? }))
    });
    match parsed {
        Some((message, position)) => (message, Some(position)),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(sql: &str) -> Rejection {
        tokenize(sql).and_then(parse).unwrap_err()
    }

    #[test]
    fn one_statement_with_or_without_an_end() {
        for sql in ["SELECT 1", "SELECT 1;", ";SELECT 1;;", "-- x\nSELECT 1 -- y"] {
            tokenize(sql).and_then(parse).unwrap();
        }
        assert_eq!(fails("SELECT 1; SELECT 2").reason, Reason::ManyStatements);
        for sql in ["", " \n", ";", "-- nothing", "/* nothing */"] {
            assert_eq!(fails(sql).reason, Reason::Empty, "{sql:?}");
        }
    }

    /// A query that begins with FROM is a query as any other.
    #[test]
    fn queries_that_are_not_written_count() {
        let chain = |n: usize| {
            let tables: Vec<_> = (1..n).map(|n| format!("a{n} AS (FROM a{})", n - 1)).collect();
            format!("WITH a0 AS (FROM t), {} FROM a{}", tables.join(", "), n - 1)
        };
        tokenize(&chain(20)).and_then(parse).unwrap();
        assert_eq!(fails(&chain(300)).reason, Reason::TooDeep);
    }

    #[test]
    fn syntax_errors_have_a_place() {
        let place = |line, column| Some(Location { line, column });
        let error = fails("SELECT 1\nFROM t WHERE GROUP BY a");
        assert_eq!(error.reason, Reason::Syntax);
        assert_eq!(error.at, place(2, 20), "{}", error.message);
        assert!(!error.message.contains("Line:"), "{}", error.message);
        assert_eq!(fails("SELECT 'a").at, place(1, 8));
        assert_eq!(fails("SELECT (1\n ").at, place(1, 10));
        assert_eq!(fails("SELECT *\nFROM").at, place(2, 5));
    }
}
