//! Changes to the tokens of a statement, for what the parser's hooks do not reach.

use sqlparser::tokenizer::TokenWithSpan;

/// Call it between the tokenizer and the parser.
///
/// # Errors
/// A form that cannot be written in another way.
pub fn prepare(tokens: Vec<TokenWithSpan>) -> crate::Result<Vec<TokenWithSpan>> {
    Ok(tokens)
}
