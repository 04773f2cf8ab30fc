//! How deep a query may nest. The parser, the planner and the engine walk its tree by recursion,
//! and hosts give a guest as little as 512 KiB of stack: a query that could exhaust it is refused
//! before the tree is built.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::error::{Error, Kind, Position, Result};

/// Parentheses, subqueries, CASE, unary operators within each other, as the parser counts them.
pub const MAX_NESTING: usize = 64;

/// Operators in a row: `a + b + c` is a tree as deep as it has operators.
pub const MAX_CHAIN: usize = 400;

/// What a set operation or a join in a row weighs against [`MAX_CHAIN`]: each is a plan on top of
/// the one before it, and planning takes that much more stack than an operator does.
const PLAN_WEIGHT: usize = 8;

pub fn too_deep() -> Error {
    Error::new(
        Kind::QueryTooDeep,
        format!(
            "parentheses, subqueries and CASE may nest about {MAX_NESTING} deep, and {MAX_CHAIN} \
             operators or {} joins or set operations may follow one another; use IN (…) or a join \
             for long lists of conditions",
            MAX_CHAIN / PLAN_WEIGHT
        ),
    )
}

/// Refuses a query with a longer chain of operators than the tree may be deep.
pub fn check(tokens: &[TokenWithSpan]) -> Result<()> {
    // For each open parenthesis, the operators since the last comma or clause, and the weight of
    // the plans, which only a parenthesis ends.
    let mut levels = vec![(0_usize, 0_usize)];
    for token in tokens {
        let (level, plans) = levels.last_mut().expect("the outermost level stays");
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                // Brackets within brackets are the parser's to count; it stops at the limit.
                levels.push((0, 0));
                continue;
            }
            Token::RParen | Token::RBracket | Token::RBrace => {
                if levels.len() > 1 {
                    levels.pop();
                }
                // `a[1][1]` and `f(x)(y)` are chains as well.
                levels.last_mut().expect("the outermost level stays").0 += 1;
                continue;
            }
            Token::Comma | Token::SemiColon => *level = 0,
            Token::Word(word) => match word.keyword {
                Keyword::SELECT
                | Keyword::FROM
                | Keyword::WHERE
                | Keyword::GROUP
                | Keyword::HAVING
                | Keyword::ORDER
                | Keyword::WHEN
                | Keyword::THEN
                | Keyword::ELSE => *level = 0,
                Keyword::AND
                | Keyword::OR
                | Keyword::XOR
                | Keyword::NOT
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::AT => *level += 1,
                Keyword::JOIN | Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => {
                    *plans += PLAN_WEIGHT;
                }
                _ => {}
            },
            Token::Number(..)
            | Token::Whitespace(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::Period
            | Token::EOF => {}
            _ => *level += 1,
        }
        let (level, plans) = *levels.last().expect("the outermost level stays");
        if level.max(plans) > MAX_CHAIN {
            let start = token.span.start;
            return Err(too_deep().at(Some(Position { line: start.line, column: start.column })));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse::{parse, tokenize};

    fn outcome(sql: &str) -> Option<Kind> {
        let tokens = tokenize(sql).unwrap();
        check(&tokens).and_then(|()| parse(tokens).map(drop)).err().map(|error| error.kind)
    }

    #[test]
    fn long_lists_are_not_deep() {
        let values = vec!["1"; 10_000].join(", ");
        assert_eq!(outcome(&format!("SELECT 1 WHERE 1 IN ({values})")), None);
        let columns = vec!["a + 1"; 5_000].join(", ");
        assert_eq!(outcome(&format!("SELECT {columns}")), None);
    }

    #[test]
    fn ten_thousand_of_anything_is_refused() {
        let n = 10_000;
        for sql in [
            format!("SELECT {}1{}", "(".repeat(n), ")".repeat(n)),
            format!("SELECT {}1", "- ".repeat(n)),
            format!("SELECT {}true", "NOT ".repeat(n)),
            format!("SELECT {}", vec!["1"; n].join(" + ")),
            format!("SELECT {}", vec!["true"; n].join(" OR ")),
            format!("SELECT {}1{}", "CASE WHEN true THEN ".repeat(n), " END".repeat(n)),
            format!("SELECT a{}", "[1]".repeat(n)),
            format!("SELECT a{}", "::INT".repeat(n)),
            format!("SELECT {}1{}", "f(".repeat(n), ")".repeat(n)),
            format!("SELECT {}", "(SELECT ".repeat(n)),
            vec!["SELECT 1"; n].join(" UNION ALL "),
            format!("SELECT 1 WHERE a {}", "IS NULL ".repeat(n)),
            "[".repeat(n),
        ] {
            let kind = outcome(&sql);
            assert!(matches!(kind, Some(Kind::QueryTooDeep | Kind::InvalidSql)), "{kind:?}: {}", &sql[..40]);
        }
    }
}
