//! Changes to the tokens of a statement, for what the hooks of the parser do not reach. Tokens that are
//! put in have the place of the one that they stand before.
//!
//! | written | tokens |
//! |---|---|
//! | `FROM t WHERE …` | `SELECT * FROM t WHERE …` |
//! | `ASOF [LEFT] JOIN q ON …` | `ASOF JOIN q MATCH_CONDITION ('asof left') ON …`, for [`crate::forms`] |
//! | `SUM(a) FILTER (a > 1)` | `SUM(a) FILTER (WHERE a > 1)` |
//! | `t TABLESAMPLE 10%`, `t TABLESAMPLE RESERVOIR (9 ROWS)` | `t TABLESAMPLE (10 PERCENT)`, … |
//! | `FROM t … USING SAMPLE 10 ROWS` | `FROM t TABLESAMPLE (10 ROWS) …`, of one table without `WHERE` |
//! | `TRIM(LEADING FROM a)` | `TRIM(LEADING ' ' FROM a)` |
//! | `(ORDER BY k ROWS 1 PRECEDING EXCLUDE TIES)` | `(PARTITION BY '…' ORDER BY k ROWS 1 PRECEDING)`, for [`crate::windows`] |
//! | `t POSITIONAL JOIN u` | `t ARRAY JOIN u`, for [`crate::forms`] |
//! | `TABLE t` | `SELECT * FROM t` |
//! | `PIVOT t ON …`, `UNPIVOT t ON …`, `SUMMARIZE t` | see [`statements`] |

mod statements;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use crate::forms::{ASOF_INNER, ASOF_LEFT};
use crate::windows::exclude::Exclude;
use crate::{Refusal, Result};

/// Call it between the tokenizer and the parser.
///
/// # Errors
/// A form that cannot be written in another way.
pub fn prepare(tokens: Vec<TokenWithSpan>) -> Result<Vec<TokenWithSpan>> {
    let is_plain = !tokens.iter().any(|token| match &token.token {
        Token::Word(word) => {
            word.quote_style.is_none()
                && matches!(
                    word.value.to_ascii_uppercase().as_str(),
                    "FROM"
                        | "ASOF"
                        | "FILTER"
                        | "TABLESAMPLE"
                        | "SAMPLE"
                        | "TABLE"
                        | "SUMMARIZE"
                        | "PIVOT"
                        | "UNPIVOT"
                        | "PIVOT_WIDER"
                        | "PIVOT_LONGER"
                        | "POSITIONAL"
                        | "ARRAY"
                        | "EXCLUDE"
                )
        }
        _ => false,
    });
    if is_plain {
        return Ok(tokens);
    }
    let mut tokens: Vec<TokenWithSpan> =
        tokens.into_iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
    refuse(&tokens)?;
    statements::rewrite(&mut tokens)?;
    from_first(&mut tokens);
    positional(&mut tokens);
    asof(&mut tokens);
    filter(&mut tokens);
    using_sample(&mut tokens)?;
    table_sample(&mut tokens);
    trim(&mut tokens);
    exclude(&mut tokens);
    Ok(tokens)
}

fn is(token: Option<&TokenWithSpan>, name: &str) -> bool {
    matches!(token.map(|token| &token.token), Some(Token::Word(word))
        if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name))
}

fn is_any(token: Option<&TokenWithSpan>, names: &[&str]) -> bool {
    names.iter().any(|name| is(token, name))
}

fn word(name: &str, keyword: Keyword) -> Token {
    Token::Word(Word { value: name.to_owned(), quote_style: None, keyword })
}

/// Puts `new` before the token at `at`, or at the end of a text that stops before it.
fn insert(tokens: &mut Vec<TokenWithSpan>, at: usize, new: impl IntoIterator<Item = Token>) {
    let at = at.min(tokens.len());
    let span = tokens.get(at).or(tokens.last()).map(|token| token.span);
    let span = span.unwrap_or_else(sqlparser::tokenizer::Span::empty);
    let new: Vec<_> = new.into_iter().map(|token| TokenWithSpan { token, span }).collect();
    tokens.splice(at..at, new);
}

/// What the parser reads as something else.
fn refuse(tokens: &[TokenWithSpan]) -> Result<()> {
    for (n, token) in tokens.iter().enumerate() {
        if is(Some(token), "ARRAY") && is(tokens.get(n + 1), "JOIN") {
            return Err(Refusal::new("ARRAY JOIN is not supported; write CROSS JOIN UNNEST(t.list)")
                .at_span(token.span));
        }
    }
    Ok(())
}

/// What a query can start after.
fn starts_query(tokens: &[TokenWithSpan], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|at| &tokens[at]) else { return true };
    match &before.token {
        Token::SemiColon => true,
        // `(FROM t)`, but not `f(a FROM b)`, which has something before.
        Token::LParen => !is_any(at.checked_sub(2).map(|at| &tokens[at]), &["TRIM"]),
        Token::RParen => is_with(tokens, at - 1),
        _ => {
            is_any(Some(before), &["UNION", "EXCEPT", "INTERSECT", "EXPLAIN", "DESCRIBE", "SUMMARIZE"])
                || (is(Some(before), "ANALYZE") && is(at.checked_sub(2).map(|at| &tokens[at]), "EXPLAIN"))
                || (is_any(Some(before), &["ALL", "DISTINCT"])
                    && is_any(at.checked_sub(2).map(|at| &tokens[at]), &["UNION", "EXCEPT", "INTERSECT"]))
                || (is(Some(before), "NAME") && is(at.checked_sub(2).map(|at| &tokens[at]), "BY"))
        }
    }
}

/// Whether the parenthesis that closes at `at` is that of a common table expression.
fn is_with(tokens: &[TokenWithSpan], at: usize) -> bool {
    let mut depth = 0;
    for n in (0..=at).rev() {
        match tokens[n].token {
            Token::RParen => depth += 1,
            Token::LParen => {
                depth -= 1;
                if depth == 0 {
                    return is_any(n.checked_sub(1).map(|n| &tokens[n]), &["AS", "MATERIALIZED"]);
                }
            }
            _ => {}
        }
    }
    false
}

fn from_first(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        if is(tokens.get(at), "TABLE")
            && starts_query(tokens, at)
            && matches!(tokens.get(at + 1).map(|t| &t.token), Some(Token::Word(_)))
        {
            tokens[at].token = word("FROM", Keyword::FROM);
        }
        if is(tokens.get(at), "FROM") && starts_query(tokens, at) {
            let mut depth = 0;
            let mut has_select = false;
            for token in &tokens[at + 1..] {
                match token.token {
                    Token::LParen => depth += 1,
                    Token::RParen => depth -= 1,
                    _ => {}
                }
                if depth < 0 || (depth == 0 && is_any(Some(token), &["UNION", "EXCEPT", "INTERSECT"])) {
                    break;
                }
                if depth == 0 && is(Some(token), "SELECT") {
                    has_select = true;
                    break;
                }
            }
            if !has_select {
                insert(tokens, at, [word("SELECT", Keyword::SELECT), Token::Mul]);
                at += 2;
            }
        }
        at += 1;
    }
}

fn positional(tokens: &mut [TokenWithSpan]) {
    for at in 1..tokens.len() {
        if is(tokens.get(at), "POSITIONAL") && is(tokens.get(at + 1), "JOIN") {
            tokens[at].token = word("ARRAY", Keyword::ARRAY);
        }
    }
}

fn asof(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        if !is(tokens.get(at), "ASOF") {
            at += 1;
            continue;
        }
        let kind = match (is(tokens.get(at + 1), "JOIN"), is(tokens.get(at + 2), "JOIN")) {
            (true, _) => ASOF_INNER,
            (false, true) if is(tokens.get(at + 1), "LEFT") => ASOF_LEFT,
            (false, true) if is(tokens.get(at + 1), "INNER") => ASOF_INNER,
            _ => {
                at += 1;
                continue;
            }
        };
        if !is(tokens.get(at + 1), "JOIN") {
            tokens.remove(at + 1);
        }
        let mut depth = 0;
        let mut on = None;
        for (n, token) in tokens.iter().enumerate().skip(at + 2) {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            if depth < 0 || (depth == 0 && is_any(Some(token), &["MATCH_CONDITION", "JOIN", "WHERE"])) {
                break;
            }
            if depth == 0 && is_any(Some(token), &["ON", "USING"]) {
                on = Some(n);
                break;
            }
        }
        if let Some(on) = on {
            let condition = [
                word("MATCH_CONDITION", Keyword::MATCH_CONDITION),
                Token::LParen,
                Token::SingleQuotedString(kind.to_owned()),
                Token::RParen,
            ];
            insert(tokens, on, condition);
        }
        at += 2;
    }
}

fn filter(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 1;
    while at + 2 < tokens.len() {
        if is(tokens.get(at), "FILTER")
            && matches!(tokens[at - 1].token, Token::RParen)
            && matches!(tokens[at + 1].token, Token::LParen)
            && !is(tokens.get(at + 2), "WHERE")
        {
            insert(tokens, at + 2, [word("WHERE", Keyword::WHERE)]);
        }
        at += 1;
    }
}

/// `USING SAMPLE` samples what `FROM` and `WHERE` give.
fn using_sample(tokens: &mut Vec<TokenWithSpan>) -> Result<()> {
    let mut at = 0;
    while at + 1 < tokens.len() {
        if !(is(tokens.get(at), "USING") && is(tokens.get(at + 1), "SAMPLE")) {
            at += 1;
            continue;
        }
        // Back to the FROM of this query: one table, and nothing after it.
        let from = tokens[..at].iter().rposition(|token| is(Some(token), "FROM"));
        let between = from.map(|from| &tokens[from + 1..at]);
        let is_one = between.is_some_and(|between| {
            let mut depth = 0;
            between.iter().all(|token| {
                match token.token {
                    Token::LParen => depth += 1,
                    Token::RParen => depth -= 1,
                    _ => {}
                }
                let clause =
                    is_any(Some(token), &["WHERE", "JOIN", "GROUP", "ORDER", "HAVING", "LIMIT", "SELECT"]);
                depth >= 0 && (depth > 0 || !(clause || matches!(token.token, Token::Comma)))
            }) && depth == 0
        });
        if !is_one {
            return Err(Refusal::new(
                "USING SAMPLE takes one table without other clauses; write FROM (SELECT …) AS s TABLESAMPLE (10 PERCENT)",
            )
            .at_span(tokens[at].span));
        }
        tokens.remove(at);
        tokens[at].token = word("TABLESAMPLE", Keyword::TABLESAMPLE);
        at += 1;
    }
    Ok(())
}

/// The forms of a sample as `TABLESAMPLE (10 PERCENT) [REPEATABLE (42)]`.
fn table_sample(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 0;
    while at < tokens.len() {
        if !is(tokens.get(at), "TABLESAMPLE") {
            at += 1;
            continue;
        }
        let mut n = at + 1;
        if is_any(tokens.get(n), &["RESERVOIR", "BERNOULLI", "SYSTEM"]) {
            tokens.remove(n);
        }
        let has_parens = matches!(tokens.get(n).map(|token| &token.token), Some(Token::LParen));
        if !has_parens {
            insert(tokens, n, [Token::LParen]);
        }
        n += 2;
        match tokens.get(n).map(|token| &token.token) {
            Some(Token::Mod) => tokens[n].token = word("PERCENT", Keyword::PERCENT),
            _ if is_any(tokens.get(n), &["PERCENT", "ROWS"]) => {}
            _ => insert(tokens, n, [word("ROWS", Keyword::ROWS)]),
        }
        n += 1;
        if !has_parens {
            insert(tokens, n, [Token::RParen]);
        }
        n += 1;
        // `10% (bernoulli, 42)`
        if matches!(tokens.get(n).map(|token| &token.token), Some(Token::LParen))
            && is_any(tokens.get(n + 1), &["RESERVOIR", "BERNOULLI", "SYSTEM"])
        {
            match (
                tokens.get(n + 2).map(|t| &t.token),
                tokens.get(n + 3).map(|t| &t.token),
                tokens.get(n + 4).map(|t| &t.token),
            ) {
                (Some(Token::RParen), ..) => drop(tokens.drain(n..n + 3)),
                (Some(Token::Comma), Some(Token::Number(..)), Some(Token::RParen)) => {
                    tokens.drain(n + 1..n + 3);
                    insert(tokens, n, [word("REPEATABLE", Keyword::REPEATABLE)]);
                }
                _ => {}
            }
        }
        at = n;
    }
}

fn trim(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 2;
    while at < tokens.len() {
        if is(tokens.get(at), "FROM")
            && is_any(tokens.get(at - 1), &["LEADING", "TRAILING", "BOTH"])
            && matches!(tokens[at - 2].token, Token::LParen)
        {
            insert(tokens, at, [Token::SingleQuotedString(" ".to_owned())]);
            at += 1;
        }
        at += 1;
    }
}

/// What a frame leaves out goes to the front of PARTITION BY.
fn exclude(tokens: &mut Vec<TokenWithSpan>) {
    let mut at = 1;
    while at < tokens.len() {
        // After a frame; `* EXCLUDE …` has no such word before it.
        let is_frame =
            is(tokens.get(at), "EXCLUDE") && is_any(tokens.get(at - 1), &["ROW", "PRECEDING", "FOLLOWING"]);
        let said = |at: usize| tokens.get(at);
        let (what, words) = match () {
            () if is(said(at + 1), "CURRENT") && is(said(at + 2), "ROW") => (Exclude::Current, 3),
            () if is(said(at + 1), "NO") && is(said(at + 2), "OTHERS") => (Exclude::Nothing, 3),
            () if is(said(at + 1), "GROUP") => (Exclude::Group, 2),
            () if is(said(at + 1), "TIES") => (Exclude::Ties, 2),
            () => (Exclude::Nothing, 0),
        };
        let closes = matches!(tokens.get(at + words).map(|token| &token.token), Some(Token::RParen));
        if !is_frame || words == 0 || !closes {
            at += 1;
            continue;
        }
        let mut depth = 0;
        let open = tokens[..at].iter().rposition(|token| {
            match token.token {
                Token::RParen => depth += 1,
                Token::LParen => depth -= 1,
                _ => {}
            }
            depth < 0
        });
        tokens.drain(at..at + words);
        if let Some(open) = open
            && what != Exclude::Nothing
        {
            partition(tokens, open + 1, what.mark());
        }
        at += 1;
    }
}

/// Puts a text first into the PARTITION BY of the window that begins at `start`.
fn partition(tokens: &mut Vec<TokenWithSpan>, start: usize, text: String) {
    let mark = Token::NationalStringLiteral(text);
    let words = ["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS"];
    // The name of another window comes before.
    let start = if is_any(tokens.get(start), &words) { start } else { start + 1 };
    if is(tokens.get(start), "PARTITION") {
        insert(tokens, start + 2, [mark, Token::Comma]);
    } else {
        let by = word("BY", Keyword::BY);
        insert(tokens, start, [word("PARTITION", Keyword::PARTITION), by, mark]);
    }
}
