//! How deep a query may nest. The parser, the planner and the engine walk its tree by recursion,
//! and hosts give a guest as little as 512 KiB of stack: a query that could exhaust it is refused
//! before the tree is built.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::rejection::{Reason, Rejection};

/// Parentheses, subqueries, CASE and prefix operators within each other.
pub const MAX_NESTING: usize = 40;

/// The parser's own limit. Past it the parser tries other readings at every level.
pub const PARSER_RECURSION: usize = 256;

/// `CAST(`, `FLOOR(` and their like within each other. What the parser cannot read after such a word
/// it reads a second time, with the word for a function's name: the time doubles with every level.
const MAX_SPECIAL: usize = 10;

/// The words that the parser tries twice, of those that can stand before a parenthesis
/// (`Parser::parse_expr_prefix_by_reserved_word` in sqlparser).
fn is_special(keyword: Keyword) -> bool {
    matches!(
        keyword,
        Keyword::CASE
            | Keyword::CAST
            | Keyword::CEIL
            | Keyword::CONVERT
            | Keyword::EXTRACT
            | Keyword::FLOOR
            | Keyword::MATCH
            | Keyword::NOT
            | Keyword::OVERLAY
            | Keyword::POSITION
            | Keyword::PRIOR
            | Keyword::SAFE_CAST
            | Keyword::SUBSTR
            | Keyword::SUBSTRING
            | Keyword::TRY_CAST
            | Keyword::TRY_CONVERT
            | Keyword::ARRAY
            | Keyword::MAP
            | Keyword::LAMBDA
    )
}

/// The kinds of operators that bind looser than one another: so many can stand above a parenthesis
/// that follows them.
const PRECEDENCES: usize = 12;

/// Operators on the way from the top of an expression to its bottom: `a + b + c` is a tree as deep
/// as it has operators, and what stands in parentheses hangs below those that follow it.
pub const MAX_CHAIN: usize = 200;

/// What a set operation or a join in a row weighs against [`MAX_CHAIN`]: each is a plan on top of
/// the one before it, and planning takes that much more stack than an operator does.
const PLAN_WEIGHT: usize = 4;

#[must_use]
pub fn too_deep() -> Rejection {
    Rejection::new(
        Reason::TooDeep,
        format!(
            "parentheses, subqueries and CASE may nest {MAX_NESTING} deep, CAST and other special forms \
             {MAX_SPECIAL} deep, {MAX_CHAIN} operators or \
             {} joins or set operations may follow one another, and a statement may have \
             {MAX_SELECTS} SELECTs; use IN (…) or a join for long lists of conditions",
            MAX_CHAIN / PLAN_WEIGHT
        ),
    )
}

/// The subqueries, expressions `WITH` and parts of unions in one statement. Each is a plan that the
/// planner visits from the next one.
pub const MAX_SELECTS: usize = 100;

/// What stands between two parentheses, or between `CASE` and `END`.
#[derive(Default)]
struct Level {
    /// Height of the operand that is read: `a + b` in `x = 1 AND a + b`.
    operand: usize,
    /// The greatest height of the operands of `AND` and `OR` before it.
    operands: usize,
    /// `AND` and `OR` in a row. They bind least, so they stand above all of their operands.
    logical: usize,
    /// The greatest height of the expressions before the last comma or clause.
    highest: usize,
    /// What adds up over commas and clauses: joins, branches.
    lasting: usize,
    in_from: bool,
    /// Prefix operators (`NOT`, signs) before the value that comes next.
    prefix: usize,
    /// Whether it stands in the parentheses of a word that [`is_special`].
    is_special: bool,
}

impl Level {
    fn expression(&self) -> usize {
        self.logical + self.operands.max(self.operand)
    }

    fn height(&self) -> usize {
        self.highest.max(self.expression()).max(self.lasting)
    }

    fn end_operand(&mut self) {
        self.operands = self.operands.max(self.operand);
        self.operand = 0;
    }

    fn end_expression(&mut self) {
        self.highest = self.highest.max(self.expression());
        (self.operand, self.operands, self.logical) = (0, 0, 0);
    }
}

/// Refuses a query with a longer chain of operators than the tree may be deep.
///
/// # Errors
/// [`Reason::TooDeep`], at the token that was one too many.
pub fn check(tokens: &[TokenWithSpan]) -> Result<(), Rejection> {
    let mut levels = vec![Level::default()];
    let mut selects = 0;
    let mut after_period = false;
    let mut after_special = false;
    for token in tokens {
        let Some(level) = levels.last_mut() else { break };
        match &token.token {
            Token::LParen | Token::LBracket | Token::LBrace => {
                levels.push(Level { is_special: after_special, ..Level::default() });
            }
            Token::RParen | Token::RBracket | Token::RBrace => close(&mut levels),
            Token::Comma if level.in_from => level.lasting += PLAN_WEIGHT,
            Token::Comma | Token::SemiColon => level.end_expression(),
            // After a period a keyword is a name.
            Token::Word(word) if !after_period && word.quote_style.is_none() => match word.keyword {
                Keyword::CASE => levels.push(Level::default()),
                Keyword::END => close(&mut levels),
                Keyword::WHEN => {
                    level.end_expression();
                    level.lasting += 1;
                }
                Keyword::SELECT => {
                    selects += 1;
                    level.end_expression();
                    (level.in_from, level.prefix) = (false, 0);
                }
                Keyword::FROM => {
                    level.end_expression();
                    level.in_from = true;
                }
                Keyword::WHERE | Keyword::GROUP | Keyword::HAVING | Keyword::ORDER => {
                    level.end_expression();
                    level.in_from = false;
                }
                Keyword::THEN | Keyword::ELSE | Keyword::ON => level.end_expression(),
                Keyword::AND | Keyword::OR | Keyword::XOR => {
                    level.end_operand();
                    level.logical += 1;
                }
                Keyword::NOT
                | Keyword::IS
                | Keyword::IN
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::COLLATE
                | Keyword::AT => level.operand += 1,
                Keyword::JOIN
                | Keyword::UNION
                | Keyword::EXCEPT
                | Keyword::INTERSECT
                | Keyword::PIVOT
                | Keyword::UNPIVOT => level.lasting += PLAN_WEIGHT,
                _ => {}
            },
            Token::Word(_)
            | Token::Number(..)
            | Token::Whitespace(_)
            | Token::SingleQuotedString(_)
            | Token::DoubleQuotedString(_)
            | Token::Period
            | Token::EOF => {}
            _ => level.operand += 1,
        }
        if let Some(level) = levels.last_mut() {
            match &token.token {
                Token::Word(word) if word.keyword == Keyword::NOT => level.prefix += 1,
                Token::Minus | Token::Plus | Token::Tilde => level.prefix += 1,
                Token::Whitespace(_) | Token::LParen | Token::LBracket | Token::LBrace => {}
                // `CASE` opened a level of its own, before which the operators stay.
                _ => level.prefix = 0,
            }
        }
        // The first level is the statement itself.
        let nesting = levels.len() - 1 + levels.iter().map(|level| level.prefix).sum::<usize>();
        after_special = match &token.token {
            Token::Word(word) => !after_period && word.quote_style.is_none() && is_special(word.keyword),
            Token::Whitespace(_) => after_special,
            _ => false,
        };
        after_period = match token.token {
            Token::Period => true,
            Token::Whitespace(_) => after_period,
            _ => false,
        };
        let deepest = levels.last().map_or(0, Level::height);
        let special = levels.iter().filter(|level| level.is_special).count();
        let is_deep = deepest > MAX_CHAIN || nesting > MAX_NESTING || special > MAX_SPECIAL;
        if is_deep || selects > MAX_SELECTS {
            return Err(too_deep().at(token.span.start));
        }
    }
    Ok(())
}

/// Ends a level. What follows it can go on the chain that it stood in: `a[1][1]`, `f(x)(y)`.
fn close(levels: &mut Vec<Level>) {
    let ended = if levels.len() > 1 { levels.pop() } else { None };
    if let Some(level) = levels.last_mut() {
        let below = ended.map_or(0, |ended| ended.height());
        // Operators that bind looser stand above it: `1 = 1 | 1 + (…)`.
        let above = level.operand.min(PRECEDENCES);
        level.operand = level.operand.max(below + above) + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{parse, tokenize};

    fn outcome(sql: &str) -> Option<Reason> {
        let tokens = tokenize(sql).unwrap();
        check(&tokens).and_then(|()| parse(tokens).map(drop)).err().map(|error| error.reason)
    }

    #[test]
    fn long_lists_are_not_deep() {
        let values = vec!["1"; 10_000].join(", ");
        assert_eq!(outcome(&format!("SELECT 1 WHERE 1 IN ({values})")), None);
        let conditions = vec!["a + 1 = 2"; 150].join(" OR ");
        assert_eq!(outcome(&format!("SELECT 1 WHERE {conditions}")), None);
        let columns = vec!["a + 1"; 5_000].join(", ");
        assert_eq!(outcome(&format!("SELECT {columns}")), None);
    }

    #[test]
    fn a_mistake_deep_inside_is_found_at_once() {
        for word in ["CAST", "FLOOR", "EXTRACT", "SUBSTRING", "POSITION", "OVERLAY", "CONVERT", "NOT", "CASE"]
        {
            for n in [MAX_SPECIAL, MAX_NESTING] {
                let sql = format!("SELECT {}1 1{}", format!("{word} (").repeat(n), ")".repeat(n));
                let reason = outcome(&sql);
                assert!(matches!(reason, Some(Reason::TooDeep | Reason::Syntax)), "{reason:?}: {word}");
            }
        }
        let levels = "1 = 1 | 1 & 1 + 1 * (".repeat(MAX_NESTING - 1);
        assert_eq!(
            outcome(&format!("SELECT {levels}1{}", ")".repeat(MAX_NESTING - 1))),
            Some(Reason::TooDeep)
        );
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
            format!("SELECT {}", vec!["CASE WHEN true THEN 1 END"; n].join(" + ")),
            format!("SELECT CASE {} END", "WHEN a = 1 THEN 1 ".repeat(n)),
            format!("SELECT {} FROM t AS p", vec!["p.order"; n].join(" + ")),
            format!("SELECT 1 FROM {}", vec!["t"; n].join(", ")),
            format!("WITH {} SELECT 1", vec!["a AS (SELECT 1)"; n].join(", ")),
            format!("SELECT {}", vec!["(SELECT 1)"; n].join(", ")),
            format!("SELECT {}1{}", "(".repeat(30), format!("{})", " + 1".repeat(150)).repeat(30)),
        ] {
            let reason = outcome(&sql);
            assert!(matches!(reason, Some(Reason::TooDeep | Reason::Syntax)), "{reason:?}: {}", &sql[..40]);
        }
    }
}
