//! Whether a statement may have another answer over the same files.

use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Words that are, or may be, the time or chance. `age` counts from today where it has one argument.
const WORDS: [&str; 21] = [
    "age",
    "current_date",
    "current_localtime",
    "current_localtimestamp",
    "current_time",
    "current_timestamp",
    "gen_random_uuid",
    "get_current_time",
    "get_current_timestamp",
    "localtime",
    "localtimestamp",
    "now",
    "rand",
    "random",
    "sample",
    "shuffle",
    "tablesample",
    "today",
    "transaction_timestamp",
    "uuid",
    "uuidv4",
];

/// Told by words alone, so that a column of such a name counts too: what is lost then is a cached answer.
pub fn is_volatile(tokens: &[TokenWithSpan]) -> bool {
    tokens.iter().any(|token| match &token.token {
        Token::Word(word) => WORDS.iter().any(|volatile| word.value.eq_ignore_ascii_case(volatile)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse::tokenize;

    #[test]
    fn time_and_chance_are_volatile() {
        let check = |sql| is_volatile(&tokenize(sql).unwrap());
        for sql in [
            "SELECT now()",
            "SELECT Current_Date",
            "SELECT * FROM t ORDER BY RANDOM()",
            "SELECT age(d) FROM t",
        ] {
            assert!(check(sql), "{sql}");
        }
        assert!(!check("SELECT sum(a), 'now' FROM t WHERE d > DATE '2025-01-01' -- now()"));
    }

    /// The registry's functions whose value is chance or the time are known here by their names.
    #[test]
    fn words_are_in_order_and_lower_case() {
        assert!(WORDS.is_sorted());
        assert!(WORDS.iter().all(|word| *word == word.to_lowercase()));
    }
}
