//! Statements of DuckDB that the parser does not know, as selects that carry their parts. What the
//! parts mean is told by [`crate::stages`], which has the columns and values of tables.
//!
//! | written | tokens |
//! |---|---|
//! | `PIVOT t ON a, b IN (1) USING SUM(x) AS s GROUP BY g` | `SELECT __pivot(a, b IN (1)), SUM(x) AS s FROM t GROUP BY g` |
//! | `… IN (1 AS one)` | `… IN (__as(1, 'one'))` |
//! | `UNPIVOT t ON a, (b, c) AS d INTO NAME n VALUE v` | `SELECT __unpivot('n', 'v'), a, (b, c) AS d FROM t` |
//! | `SUMMARIZE t`, `SUMMARIZE SELECT …` | `SELECT __summarize() FROM t`, `SELECT __summarize() FROM (SELECT …)` |
//!
//! They stand wherever a query can: alone, in parentheses, in `WITH`, beside `UNION`. Not covered: a
//! source that is a join with `USING` inside one with `ON`; put it in parentheses.

use std::ops::Range;

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{is, is_any, starts_query, word};
use crate::stages::{ALIAS, PIVOT, SUMMARIZE, UNPIVOT};
use crate::{Refusal, Result};

pub fn rewrite(tokens: &mut Vec<TokenWithSpan>) -> Result<()> {
    // From the last to the first: what stands inside another one comes first.
    for at in (0..tokens.len()).rev() {
        let is_start = is_any(tokens.get(at), &STATEMENTS)
            && tokens.get(at + 1).is_some_and(|next| begins_source(&next.token))
            && starts_query(tokens, at)
            && holds_query(tokens, at);
        if !is_start {
            continue;
        }
        if is(tokens.get(at), "SUMMARIZE") {
            summarize(tokens, at);
        } else if is_any(tokens.get(at), &["PIVOT", "PIVOT_WIDER"]) {
            pivot(tokens, at)?;
        } else {
            unpivot(tokens, at)?;
        }
    }
    Ok(())
}

const STATEMENTS: [&str; 5] = ["SUMMARIZE", "PIVOT", "PIVOT_WIDER", "UNPIVOT", "PIVOT_LONGER"];

/// Whether a query can stand in the parenthesis that opens before `at`: not in that of a call.
fn holds_query(tokens: &[TokenWithSpan], at: usize) -> bool {
    let parenthesis = at.checked_sub(1).filter(|n| matches!(tokens[*n].token, Token::LParen));
    let Some(before) = parenthesis.and_then(|n| n.checked_sub(1)) else { return true };
    const BEFORE: [&str; 16] = [
        "FROM",
        "JOIN",
        "AS",
        "MATERIALIZED",
        "IN",
        "EXISTS",
        "ANY",
        "ALL",
        "UNION",
        "EXCEPT",
        "INTERSECT",
        "EXPLAIN",
        "DESCRIBE",
        "ANALYZE",
        "SELECT",
        "NAME",
    ];
    matches!(tokens[before].token, Token::LParen | Token::Comma | Token::Eq | Token::SemiColon)
        || is_any(tokens.get(before), &BEFORE)
        || is_any(tokens.get(before), &STATEMENTS)
}

fn begins_source(token: &Token) -> bool {
    matches!(
        token,
        Token::Word(_) | Token::LParen | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_)
    )
}

/// Calls `visit` with each token of `range` that stands in no parentheses but those around `range`, until
/// it gives true; the place where it did, or where the parentheses around `range` close.
fn find(tokens: &[TokenWithSpan], range: Range<usize>, mut visit: impl FnMut(usize) -> bool) -> usize {
    let mut depth = 0usize;
    for at in range.clone() {
        match tokens[at].token {
            Token::RParen | Token::RBracket | Token::RBrace if depth == 0 => return at,
            Token::RParen | Token::RBracket | Token::RBrace => depth -= 1,
            Token::SemiColon | Token::EOF if depth == 0 => return at,
            _ if depth == 0 && visit(at) => return at,
            Token::LParen | Token::LBracket | Token::LBrace => depth += 1,
            _ => {}
        }
    }
    range.end
}

fn summarize(tokens: &mut Vec<TokenWithSpan>, at: usize) {
    let span = tokens[at].span;
    let end = find(tokens, at + 1..tokens.len(), |_| false);
    let is_query = is_any(tokens.get(at + 1), &["SELECT", "WITH", "FROM", "VALUES", "TABLE"]);
    let source: Vec<_> = tokens[at + 1..end].to_vec();
    let mut out = Carrier::new(span);
    out.call(SUMMARIZE, Vec::new());
    out.push(word("FROM", Keyword::FROM));
    if is_query {
        out.push(Token::LParen);
        out.0.extend(source);
        out.push(Token::RParen);
    } else {
        out.0.extend(source);
    }
    tokens.splice(at..end, out.0);
}

/// The clauses of a statement from `at`: the source, and the tokens after each of `words`, in order.
fn clauses(tokens: &[TokenWithSpan], at: usize, words: &[&str]) -> Vec<Range<usize>> {
    // A JOIN takes the ON or USING that follows it.
    let mut joins = 0usize;
    let mut starts = Vec::new();
    let end = find(tokens, at + 1..tokens.len(), |n| {
        let token = tokens.get(n);
        if is(token, "JOIN") && !is_any(tokens.get(n - 1), &["CROSS", "NATURAL", "POSITIONAL"]) {
            joins += 1;
        } else if joins > 0 && is_any(token, &["ON", "USING"]) {
            joins -= 1;
        } else if let Some(position) = words.iter().position(|word| is(token, word)) {
            // A clause that comes twice is read as part of the one before it, and refused there.
            if !starts.iter().any(|(other, _)| *other == position) {
                starts.push((position, n));
            }
        } else if is_any(token, &["ORDER", "LIMIT", "OFFSET", "FETCH", "UNION", "EXCEPT", "INTERSECT"]) {
            return true;
        }
        false
    });
    let first = starts.first().map_or(end, |(_, n)| *n);
    let mut ranges = vec![end..end; words.len() + 2];
    ranges[0] = at + 1..first;
    for (n, (position, start)) in starts.iter().enumerate() {
        let stop = starts.get(n + 1).map_or(end, |(_, n)| *n);
        ranges[position + 1] = *start..stop;
    }
    ranges[words.len() + 1] = end..end;
    ranges
}

fn pivot(tokens: &mut Vec<TokenWithSpan>, at: usize) -> Result<()> {
    let span = tokens[at].span;
    let [source, on, using, group, end] = &clauses(tokens, at, &["ON", "USING", "GROUP"])[..] else {
        return Ok(());
    };
    if on.is_empty() && using.is_empty() {
        return Err(Refusal::new(
            "PIVOT takes the column whose values become columns: PIVOT t ON c USING SUM(x) GROUP BY g",
        )
        .at_span(span));
    }
    let part = |range: &Range<usize>| tokens[range.clone()].iter().skip(1).cloned().collect::<Vec<_>>();
    let mut out = Carrier::new(span);
    out.call(PIVOT, with_aliases(part(on)));
    if !using.is_empty() {
        out.push(Token::Comma);
        out.0.extend(part(using));
    }
    out.push(word("FROM", Keyword::FROM));
    out.0.extend(tokens[source.clone()].iter().cloned());
    out.0.extend(tokens[group.clone()].iter().cloned());
    let end = end.end;
    tokens.splice(at..end, out.0);
    Ok(())
}

/// `c IN (1 AS one, 2)`: an alias can stand in no list of expressions.
fn with_aliases(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut out: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        out.push(tokens[at].clone());
        let opens = matches!(tokens[at].token, Token::LParen) && at > 0 && is(tokens.get(at - 1), "IN");
        at += 1;
        if !opens {
            continue;
        }
        let end = find(&tokens, at..tokens.len(), |_| false);
        while at < end {
            let comma = find(&tokens, at..end, |n| matches!(tokens[n].token, Token::Comma));
            let item = &tokens[at..comma];
            match item {
                [value @ .., alias_word, TokenWithSpan { token: Token::Word(alias), span }]
                    if is(Some(alias_word), "AS") && !value.is_empty() =>
                {
                    let mut carrier = Carrier(Vec::new(), *span);
                    let mut args = value.to_vec();
                    let text = Token::SingleQuotedString(alias.value.clone());
                    args.push(TokenWithSpan { token: Token::Comma, span: *span });
                    args.push(TokenWithSpan { token: text, span: *span });
                    carrier.call(ALIAS, args);
                    out.extend(carrier.0);
                }
                item => out.extend(item.iter().cloned()),
            }
            if comma < end {
                out.push(tokens[comma].clone());
            }
            at = comma + usize::from(comma < end);
        }
    }
    out
}

fn unpivot(tokens: &mut Vec<TokenWithSpan>, at: usize) -> Result<()> {
    let span = tokens[at].span;
    let usage = || {
        Refusal::new(
            "UNPIVOT takes columns, and names for the two that they become: UNPIVOT t ON a, b INTO NAME n VALUE v",
        )
        .at_span(span)
    };
    let [source, on, into, end] = &clauses(tokens, at, &["ON", "INTO"])[..] else { return Ok(()) };
    if on.is_empty() {
        return Err(usage());
    }
    let literal = |token: &TokenWithSpan| match &token.token {
        Token::Word(word) => Some(word.value.clone()),
        Token::DoubleQuotedString(text) | Token::SingleQuotedString(text) => Some(text.clone()),
        _ => None,
    };
    let mut names = Vec::new();
    match &tokens[into.clone()] {
        [] => names.extend(["name".to_owned(), "value".to_owned()]),
        [_, name_word, name, value_word, values @ ..]
            if is(Some(name_word), "NAME") && is_any(Some(value_word), &["VALUE", "VALUES"]) =>
        {
            names.push(literal(name).ok_or_else(usage)?);
            for value in values.split(|token| matches!(token.token, Token::Comma)) {
                match value {
                    [value] => names.push(literal(value).ok_or_else(usage)?),
                    _ => return Err(usage()),
                }
            }
        }
        _ => return Err(usage()),
    }
    let mut args = Vec::new();
    for name in names {
        if !args.is_empty() {
            args.push(TokenWithSpan { token: Token::Comma, span });
        }
        args.push(TokenWithSpan { token: Token::SingleQuotedString(name), span });
    }
    let mut out = Carrier::new(span);
    out.call(UNPIVOT, args);
    out.push(Token::Comma);
    out.0.extend(tokens[on.clone()].iter().skip(1).cloned());
    out.push(word("FROM", Keyword::FROM));
    out.0.extend(tokens[source.clone()].iter().cloned());
    let end = end.end;
    tokens.splice(at..end, out.0);
    Ok(())
}

/// The tokens of a select in the place of a statement.
struct Carrier(Vec<TokenWithSpan>, sqlparser::tokenizer::Span);

impl Carrier {
    fn new(span: sqlparser::tokenizer::Span) -> Self {
        let select = TokenWithSpan { token: word("SELECT", Keyword::SELECT), span };
        Self(vec![select], span)
    }

    fn push(&mut self, token: Token) {
        self.0.push(TokenWithSpan { token, span: self.1 });
    }

    fn call(&mut self, name: &str, args: Vec<TokenWithSpan>) {
        self.push(word(name, Keyword::NoKeyword));
        self.push(Token::LParen);
        self.0.extend(args);
        self.push(Token::RParen);
    }
}
