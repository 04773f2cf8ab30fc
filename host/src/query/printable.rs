//! Text of others on its way to the terminal.

/// Data may hold line ends and terminal escapes; neither reaches the terminal.
pub fn printable(text: &str) -> String {
    if !text.chars().any(char::is_control) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| {
            let escaped: Box<dyn Iterator<Item = char>> =
                if c.is_control() { Box::new(c.escape_default()) } else { Box::new(std::iter::once(c)) };
            escaped
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(printable("a\nb\t\u{1b}[31mc\u{9b}"), "a\\nb\\t\\u{1b}[31mc\\u{9b}");
        assert_eq!(printable("Grüße, 世界"), "Grüße, 世界");
    }
}
