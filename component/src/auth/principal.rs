//! Who asks, with what they may read and how much of it.

use super::Patterns;

/// Who sent a request. The default is anyone, where nothing is configured.
#[derive(Clone, Debug, Default)]
pub struct Principal {
    /// For records; none for anyone.
    pub name: Option<String>,
    /// The tables that are there for it; none stands for all.
    pub tables: Option<Patterns>,
    pub limits: Limits,
}

/// Upper bounds on what a request asks for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    pub max_rows: Option<u64>,
    pub max_bytes: Option<u64>,
    pub timeout_ms: Option<u64>,
}

/// What holds of what was asked for and the most that there may be.
pub fn within(asked: Option<u64>, most: Option<u64>) -> Option<u64> {
    match (asked, most) {
        (Some(asked), Some(most)) => Some(asked.min(most)),
        (asked, most) => asked.or(most),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_can_be_lowered_only() {
        for (asked, most, holds) in [
            (None, None, None),
            (Some(5), None, Some(5)),
            (None, Some(3), Some(3)),
            (Some(5), Some(3), Some(3)),
            (Some(2), Some(3), Some(2)),
            (Some(0), Some(3), Some(0)),
        ] {
            assert_eq!(within(asked, most), holds);
        }
    }
}
