//! Which tables: patterns of names, or of roots and names, with `*` and `?`.
//!
//! A dot parts the root from the name, and no wildcard goes across it: otherwise `s*`, which is meant for
//! names, would also be all tables of a root `secret`.

use glob::Pattern;

/// Tables, by patterns of their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patterns(Vec<TablePattern>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct TablePattern {
    /// None stands for any root.
    root: Option<Pattern>,
    name: Pattern,
}

impl Patterns {
    /// # Errors
    /// What is wrong with the first that is no pattern.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Self, String> {
        texts.iter().map(|text| TablePattern::parse(text.as_ref())).collect::<Result<_, _>>().map(Self)
    }

    /// Whether the table `name` of the root `root` is one of them. Case counts.
    pub fn fit(&self, root: &str, name: &str) -> bool {
        self.0.iter().any(|pattern| pattern.fits(root, name))
    }
}

impl TablePattern {
    fn parse(text: &str) -> Result<Self, String> {
        let refuse = |why: &str| {
            format!(
                "the table pattern '{}' {why}; it takes NAME or ROOT.NAME, with * and ?",
                text.escape_debug()
            )
        };
        let (root, name) = match text.split_once('.') {
            Some((root, name)) => (Some(root), name),
            None => (None, text),
        };
        if name.is_empty() || root == Some("") {
            return Err(refuse("has an empty part"));
        }
        if text.contains('/') {
            return Err(refuse("has a '/', and a folder is one table with all that lies in it"));
        }
        if text.contains("**") {
            return Err(refuse("has '**'"));
        }
        // Sets of characters are not taken: a bracket stands for itself.
        let pattern = |text: &str| Pattern::new(&text.replace('[', "[[]")).map_err(|error| refuse(error.msg));
        Ok(Self { root: root.map(pattern).transpose()?, name: pattern(name)? })
    }

    fn fits(&self, root: &str, name: &str) -> bool {
        self.root.as_ref().is_none_or(|pattern| pattern.matches(root)) && self.name.matches(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_roots_with_names() {
        for (pattern, root, name, fits) in [
            ("sales", "data", "sales", true),
            ("sales", "hr", "sales", true),
            ("sales", "data", "Sales", false),
            ("sales", "data", "sales2", false),
            ("sales", "sales", "x", false),
            ("sales*", "data", "sales2", true),
            ("s?les", "data", "sales", true),
            ("*", "data", "a.b", true),
            ("*", "data", ".hidden", true),
            ("hr.*", "hr", "salaries", true),
            ("hr.*", "hr", "a.b", true),
            ("hr.*", "hr2", "salaries", false),
            ("h?.s*", "hr", "salaries", true),
            // A name with a dot in another root is not the root's.
            ("hr.*", "data", "hr.salaries", false),
            ("*.notes.txt", "data", "notes.txt", true),
            // What is meant for names is not for roots.
            ("s*", "secret", "x", false),
            ("s*", "data", "s.x", true),
            ("a[1]", "data", "a[1]", true),
            ("a[1]", "data", "a1", false),
            ("[!h]*", "data", "sales", false),
            ("\u{e4}?", "data", "\u{e4}\u{fc}", true),
            ("\u{e4}", "data", "a\u{308}", false),
        ] {
            assert_eq!(Patterns::parse(&[pattern]).unwrap().fit(root, name), fits, "{pattern} {root} {name}");
        }
    }

    #[test]
    fn no_patterns_are_no_tables() {
        assert!(!Patterns::parse::<&str>(&[]).unwrap().fit("data", "sales"));
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for text in ["", ".", "hr.", ".x", "a/b", "hr.a/b", "**", "a**", "hr.**"] {
            let error = Patterns::parse(&["sales", text]).unwrap_err();
            assert!(error.contains(&format!("'{text}'")) && error.contains("ROOT.NAME"), "{error}");
        }
    }
}
