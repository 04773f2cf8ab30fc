//! `EXCLUDE CURRENT ROW | GROUP | TIES | NO OTHERS` at the end of a frame, which the parser does not know:
//! [`crate::tokens`] moves it to the front of PARTITION BY, as a national text, which no parameter becomes.

use sqlparser::ast::{Expr, Value, WindowSpec};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclude {
    Nothing,
    Current,
    Group,
    Ties,
}

/// What the text in PARTITION BY begins with.
const MARK: &str = "\u{1}exclude ";

impl Exclude {
    /// For the function on columns.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "no",
            Self::Current => "current",
            Self::Group => "group",
            Self::Ties => "ties",
        }
    }

    /// As it is written in a frame, with a space before it.
    pub fn sql(self) -> &'static str {
        match self {
            Self::Nothing => "",
            Self::Current => " EXCLUDE CURRENT ROW",
            Self::Group => " EXCLUDE GROUP",
            Self::Ties => " EXCLUDE TIES",
        }
    }

    /// The text in PARTITION BY.
    pub fn mark(self) -> String {
        format!("{MARK}{}", self.word())
    }
}

/// What is said, if `expr` is the text.
pub fn of(expr: &Expr) -> Option<Exclude> {
    let Expr::Value(value) = expr else { return None };
    let Value::NationalStringLiteral(text) = &value.value else { return None };
    Some(match text.strip_prefix(MARK)? {
        "current" => Exclude::Current,
        "group" => Exclude::Group,
        "ties" => Exclude::Ties,
        _ => Exclude::Nothing,
    })
}

/// Takes it out of the window.
pub fn take(spec: &mut WindowSpec) -> Exclude {
    let found = spec.partition_by.iter().find_map(of).unwrap_or(Exclude::Nothing);
    spec.partition_by.retain(|expr| of(expr).is_none());
    found
}

/// Puts it back.
pub fn put(spec: &mut WindowSpec, exclude: Exclude) {
    if exclude != Exclude::Nothing {
        spec.partition_by.insert(0, Expr::value(Value::NationalStringLiteral(exclude.mark())));
    }
}
