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

    /// Gives `error` the place of the first name that it quotes, where it has none yet.
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
                | Kind::UnknownFileFormat
        );
        if error.position.is_some() || !speaks_of_a_name {
            return error;
        }
        let position = quoted(&error.detail).find_map(|name| self.find(name));
        error.at(position)
    }

    fn find(&self, name: &str) -> Option<Position> {
        // `t.a` in a message is two names in the text.
        let last = name.rsplit('.').next().unwrap_or(name);
        let exact = self.0.iter().find(|(seen, _)| seen == name);
        let found = exact.or_else(|| self.0.iter().find(|(seen, _)| seen.eq_ignore_ascii_case(last)));
        found.map(|(_, position)| *position)
    }
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
    }
}
