//! The name of a request in logs, errors and answers.

/// The caller's id if it sent a valid one (1 to 64 letters, digits, `.`, `_` and `-`), else one
/// made of 128 random bits.
pub fn query_id(given: Option<&str>, random: impl FnOnce() -> u128) -> String {
    let is_valid = |id: &&str| {
        (1..=64).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    match given.filter(is_valid) {
        Some(id) => id.to_string(),
        None => format!("{:032x}", random()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_harmless_ids_are_kept() {
        assert_eq!(query_id(Some("a-1_b.C"), || 0), "a-1_b.C");
        let long = "a".repeat(65);
        for given in [None, Some(""), Some("a b"), Some("a\nb"), Some("ä"), Some(long.as_str())] {
            assert_eq!(query_id(given, || 10), "0000000000000000000000000000000a", "{given:?}");
        }
    }
}
