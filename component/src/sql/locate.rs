//! Finding in the text what an error speaks of. The planner's errors name things but give no place.

use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::error::{Error, Kind, Position};

/// The names of a query and where they first stand.
pub struct Locate(Vec<(String, Position)>);

impl Locate {
    pub fn new(tokens: &[TokenWithSpan]) -> Self {
        let names = tokens.iter().filter_map(|token| {
            let name = match &token.token {
                Token::Word(word) => &word.value,
                Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => text,
                _ => return None,
            };
            let start = token.span.start;
            Some((name.clone(), Position { line: start.line, column: start.column }))
        });
        Self(names.collect())
    }

    /// Gives `error` the place of the first name that it quotes, or of the first word that it writes as SQL does
    /// (`EXISTS is supported …`), where it has none yet.
    pub fn place(&self, error: Error) -> Error {
        let speaks_of_a_name = matches!(
            error.kind,
            Kind::UnknownColumn
                | Kind::UnknownTable
                | Kind::AmbiguousTable
                | Kind::DuplicateColumn
                | Kind::UnsupportedSql
                | Kind::InvalidSql
                | Kind::TypeError
                | Kind::PathNotAllowed
                | Kind::TableNotAllowed
                | Kind::UnknownFileFormat
        );
        if error.position.is_some() || !speaks_of_a_name {
            return error;
        }
        let position = quoted(&error.detail).find_map(|name| self.find(name));
        let position = position.or_else(|| keywords(&error.detail).find_map(|word| self.find_word(word)));
        error.at(position)
    }

    fn find(&self, name: &str) -> Option<Position> {
        // `t.a` in a message is two names in the text.
        let last = name.rsplit('.').next().unwrap_or(name);
        let exact = self.0.iter().find(|(seen, _)| seen == name);
        let found = exact.or_else(|| self.0.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(last)));
        // `upper('a')`, `FOR UPDATE`
        let start = || name.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        found.map(|(_, position)| *position).or_else(|| self.find_word(start()))
    }

    fn find_word(&self, word: &str) -> Option<Position> {
        self.0.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(word)).map(|(_, position)| *position)
    }
}

/// The words of `text` in capitals, before it says what to write instead.
fn keywords(text: &str) -> impl Iterator<Item = &str> {
    let text = text.split(';').next().unwrap_or(text);
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

/// The parts of `text` between quotes of one kind.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    ['"', '\'', '`']
        .into_iter()
        .flat_map(move |quote| text.split(quote).skip(1).step_by(2))
        .filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse::tokenize;

    #[test]
    fn the_first_quoted_name_is_the_place() {
        let locate = Locate::new(&tokenize("SELECT a,\n  t.nope FROM t").unwrap());
        let place = |detail: &str| locate.place(Error::new(Kind::UnknownColumn, detail)).position;
        assert_eq!(place("there is no column \"nope\""), Some(Position { line: 2, column: 5 }));
        assert_eq!(place("unable to find column \"t.nope\""), Some(Position { line: 2, column: 5 }));
        assert_eq!(place("no name at all"), None);
        let locate = Locate::new(&tokenize("SELECT 1 UNION SELECT upper('a', 'b')").unwrap());
        let place = |detail: &str| locate.place(Error::new(Kind::UnsupportedSql, detail)).position;
        assert_eq!(place("UNION requires equal numbers"), Some(Position { line: 1, column: 10 }));
        assert_eq!(place("no function `upper('c', 'd')`"), Some(Position { line: 1, column: 23 }));
        assert_eq!(place("an aggregate; write UNION"), None);
    }
}
