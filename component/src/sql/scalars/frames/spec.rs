//! What a call says of its window function and frame, as one text that `polaroid-sql` writes
//! (`windows` there): `function|units|start|end|exclude|roles|options`.
//!
//! | part | |
//! |---|---|
//! | units | `rows`, `range`, `groups` |
//! | start, end | `unbounded preceding`, `preceding`, `current`, `following`, `unbounded following` |
//! | exclude | `no`, `current`, `group`, `ties` |
//! | roles | a letter for each argument before this text, see [`Role`] |
//! | options | words with a comma between: `desc`, `distinct`, `ignore`, `limit:N`, `q:0.5`, `hours` |

use polars::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Units {
    Rows,
    Range,
    Groups,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    UnboundedPreceding,
    Preceding,
    Current,
    Following,
    UnboundedFollowing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exclude {
    Nothing,
    Current,
    Group,
    Ties,
}

/// What an argument is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// `a`: a column as long as the partition.
    Anchor,
    /// `v`: an argument of the window function.
    Value,
    /// `f`: the condition of FILTER.
    Filter,
    /// `k`: a key of the window's ORDER BY.
    Key,
    /// `s`, `e`: the n of the start and of the end.
    StartOffset,
    EndOffset,
    /// `S`, `E`: the key at which a RANGE starts and ends.
    StartKey,
    EndKey,
    /// `1` to `4`: a key of an ORDER BY in the call: ascending or (3, 4) descending, NULLs last or (2, 4) first.
    Order {
        descending: bool,
        nulls_last: bool,
    },
}

#[derive(Clone, Debug)]
pub struct Spec {
    pub function: String,
    pub units: Units,
    pub start: Edge,
    pub end: Edge,
    pub exclude: Exclude,
    pub roles: Vec<Role>,
    /// The key of a RANGE descends.
    pub descending: bool,
    pub distinct: bool,
    /// IGNORE NULLS
    pub ignore_nulls: bool,
    /// The distance of a RANGE is of less than days.
    pub hours: bool,
    /// At most so many values of each list.
    pub limit: Option<usize>,
    /// The fraction of a quantile, as it was written.
    pub fraction: Option<String>,
}

impl Spec {
    pub fn parse(text: &str) -> PolarsResult<Self> {
        Self::read(text).ok_or_else(|| polars_err!(ComputeError: "not a window frame: {text}"))
    }

    fn read(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split('|').collect();
        let [function, units, start, end, exclude, roles, options] = parts[..] else { return None };
        let edge = |text| {
            Some(match text {
                "unbounded preceding" => Edge::UnboundedPreceding,
                "preceding" => Edge::Preceding,
                "current" => Edge::Current,
                "following" => Edge::Following,
                "unbounded following" => Edge::UnboundedFollowing,
                _ => return None,
            })
        };
        let role = |letter| {
            Some(match letter {
                'a' => Role::Anchor,
                'v' => Role::Value,
                'f' => Role::Filter,
                'k' => Role::Key,
                's' => Role::StartOffset,
                'e' => Role::EndOffset,
                'S' => Role::StartKey,
                'E' => Role::EndKey,
                '1'..='4' => Role::Order {
                    descending: matches!(letter, '3' | '4'),
                    nulls_last: matches!(letter, '1' | '3'),
                },
                _ => return None,
            })
        };
        let mut spec = Self {
            function: function.to_owned(),
            units: match units {
                "rows" => Units::Rows,
                "range" => Units::Range,
                "groups" => Units::Groups,
                _ => return None,
            },
            start: edge(start)?,
            end: edge(end)?,
            exclude: match exclude {
                "no" => Exclude::Nothing,
                "current" => Exclude::Current,
                "group" => Exclude::Group,
                "ties" => Exclude::Ties,
                _ => return None,
            },
            roles: roles.chars().map(role).collect::<Option<_>>()?,
            descending: false,
            distinct: false,
            ignore_nulls: false,
            hours: false,
            limit: None,
            fraction: None,
        };
        for option in options.split(',').filter(|option| !option.is_empty()) {
            match option.split_once(':').unwrap_or((option, "")) {
                ("desc", _) => spec.descending = true,
                ("distinct", _) => spec.distinct = true,
                ("ignore", _) => spec.ignore_nulls = true,
                ("hours", _) => spec.hours = true,
                ("limit", n) => spec.limit = Some(n.parse().ok()?),
                ("q", q) => spec.fraction = Some(q.to_owned()),
                _ => return None,
            }
        }
        Some(spec)
    }
}
