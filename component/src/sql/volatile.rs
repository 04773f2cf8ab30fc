//! Whether a statement may have another answer over the same files.

use polaroid_sql::functions::VOLATILE;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// Functions of the time that need no parentheses; others are names like any other without them.
const WORDS: [&str; 5] = ["current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"];

/// Functions of the time.
const TIME: [&str; 7] = [
    "current_localtime",
    "current_localtimestamp",
    "get_current_time",
    "get_current_timestamp",
    "now",
    "today",
    "transaction_timestamp",
];

/// Told by tokens alone, so that a name that only looks like a call counts too: what is lost then is a kept answer.
pub fn is_volatile(tokens: &[TokenWithSpan]) -> bool {
    let mut tokens =
        tokens.iter().map(|token| &token.token).filter(|token| !matches!(token, Token::Whitespace(_)));
    let mut word = tokens.next();
    while let Some(token) = word {
        let next = tokens.next();
        if let Token::Word(word) = token {
            let is_in = |list: &[&str]| list.iter().any(|name| word.value.eq_ignore_ascii_case(name));
            if is_in(&WORDS) || next == Some(&Token::LParen) && (is_in(&TIME) || is_in(VOLATILE)) {
                return true;
            }
        }
        word = next;
    }
    false
}

#[cfg(test)]
mod tests {
    use polaroid_sql::functions::registry;

    use super::*;
    use crate::sql::parse::tokenize;

    #[test]
    fn time_and_chance_are_volatile() {
        let check = |sql| is_volatile(&tokenize(sql).unwrap());
        for sql in [
            "SELECT now()",
            "SELECT Current_Date",
            "SELECT * FROM t ORDER BY RANDOM ( )",
            "SELECT a, gen_random_uuid() FROM t",
            "SELECT today()",
        ] {
            assert!(check(sql), "{sql}");
        }
        for sql in [
            "SELECT sum(a), 'now' FROM t WHERE d > DATE '2025-01-01' -- now()",
            "SELECT uuid, today FROM t",
            "SELECT * FROM t TABLESAMPLE 10 PERCENT",
        ] {
            assert!(!check(sql), "{sql}");
        }
    }

    /// Functions of the registry that are called after the present are known here.
    #[test]
    fn functions_of_the_time_are_known() {
        let names = registry::entries()
            .iter()
            .filter(|entry| entry.kind_name() != "refused")
            .flat_map(|entry| entry.aliases.iter().chain([&entry.name]));
        let is_of_the_present = |name: &str| {
            name.contains("current_")
                || name.contains("local")
                || name.contains("transaction")
                || name == "now"
                || name == "today"
        };
        let present: Vec<_> = names.filter(|name| is_of_the_present(name)).collect();
        assert!(present.len() > 8, "{present:?}");
        for name in present {
            assert!(WORDS.contains(name) || TIME.contains(name), "{name}");
        }
    }
}
