//! The dialect of the parser: sqlparser's generic one, with the precedences of DuckDB and the
//! operators that the generic dialect does not know.
//!
//! | written | in the tree |
//! |---|---|
//! | `a ** b`, `a ^ b` | [`BinaryOperator::PGExp`], which binds more tightly than `*` |
//! | `a IS DISTINCT FROM 'x' AND b` | `AND` on top; sqlparser takes it into the right side |
//! | `a \|\| b + 1` | `\|\|` below `+`, as in Postgres; sqlparser puts it beside `*` |
//! | `a LIKE 'x' = b` | `LIKE` below `=`; sqlparser takes `= b` into the pattern |
//! | `x IN list` | `= ANY (list)` |
//! | `a GLOB 'x*'` | a call of `__glob` |
//! | `a BETWEEN SYMMETRIC x AND y` | both orders, with `OR` |
//! | `lambda x: x + 1` | [`Expr::Lambda`], as of `x -> x + 1` |
//! | `a ISNULL`, `a NOTNULL` | `a IS NULL`, `a IS NOT NULL` |

use std::any::TypeId;
use std::iter::Peekable;
use std::str::Chars;

use sqlparser::ast::{
    BinaryOperator, Expr, LambdaFunction, LambdaFunctionParameter, LambdaSyntax, OneOrManyWithParens,
    UnaryOperator,
};
use sqlparser::dialect::{Dialect, GenericDialect, Precedence};
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::Token;

use crate::tree::call;

/// See the module.
#[derive(Debug, Default, Clone, Copy)]
pub struct SqlDialect;

/// Between `*` and `::`: powers.
const POWER: u8 = 43;
/// Below powers, above `+`.
const MULTIPLY: u8 = 40;
/// All operators without a rank of their own: `||`, `&`, `|`, `<<`, `>>`, `~`.
const OTHER: u8 = 25;
/// `BETWEEN`, `IN`, `LIKE` and their kin.
const BETWEEN: u8 = 21;

macro_rules! as_generic {
    ($($name:ident)*) => { $(fn $name(&self) -> bool { GenericDialect.$name() })* };
}

impl Dialect for SqlDialect {
    fn dialect(&self) -> TypeId {
        TypeId::of::<GenericDialect>()
    }

    fn is_delimited_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_delimited_identifier_start(ch)
    }

    fn is_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_identifier_start(ch)
    }

    fn is_identifier_part(&self, ch: char) -> bool {
        GenericDialect.is_identifier_part(ch)
    }

    fn is_nested_delimited_identifier_start(&self, ch: char) -> bool {
        GenericDialect.is_nested_delimited_identifier_start(ch)
    }

    fn peek_nested_delimited_identifier_quotes(
        &self,
        chars: Peekable<Chars<'_>>,
    ) -> Option<(char, Option<char>)> {
        GenericDialect.peek_nested_delimited_identifier_quotes(chars)
    }

    as_generic! {
        allow_extract_custom allow_extract_single_quotes support_map_literal_syntax supports_array_join_syntax
        supports_array_typedef_with_brackets supports_asc_desc_in_column_definition
        supports_bitwise_shift_operators supports_comma_separated_set_assignments supports_comma_separated_trim
        supports_comment_on supports_comment_optimizer_hint supports_connect_by
        supports_constraint_keyword_without_name supports_create_index_with_clause
        supports_create_view_comment_syntax supports_cte_without_as supports_data_type_signed_suffix
        supports_detach supports_dictionary_syntax supports_empty_projections
        supports_explain_with_utility_options supports_extract_comma_syntax supports_filter_during_aggregation
        supports_from_first_select supports_group_by_expr supports_group_by_with_modifier supports_install
        supports_interpolate supports_interval_options supports_key_column_option
        supports_left_associative_joins_without_parens supports_limit_by supports_limit_comma
        supports_load_extension supports_match_against supports_match_recognize supports_multiline_comment_hints
        supports_named_fn_args_with_assignment_operator supports_nested_comments supports_optimize_table
        supports_parens_around_table_factor supports_parenthesized_set_variables
        supports_partition_by_after_order_by supports_pipe_operator supports_prewhere
        supports_projection_trailing_commas supports_quote_delimited_string supports_select_format
        supports_select_item_multi_column_alias supports_select_wildcard_except supports_select_wildcard_exclude
        supports_select_wildcard_ilike supports_select_wildcard_rename supports_select_wildcard_replace
        supports_set_names supports_settings supports_start_transaction_modifier supports_string_escape_constant
        supports_struct_literal supports_try_convert supports_unicode_string_literal supports_update_order_by
        supports_user_host_grantee supports_values_as_table_factor supports_window_clause_named_window_reference
        supports_window_function_null_treatment_arg supports_with_fill supports_xml_expressions
    }

    fn supports_numeric_literal_underscores(&self) -> bool {
        true
    }

    fn supports_order_by_all(&self) -> bool {
        true
    }

    fn supports_notnull_operator(&self) -> bool {
        true
    }

    fn prec_value(&self, prec: Precedence) -> u8 {
        match prec {
            Precedence::Between | Precedence::Like => BETWEEN,
            Precedence::MulDivModOp => MULTIPLY,
            Precedence::Caret | Precedence::Ampersand | Precedence::Pipe | Precedence::Xor => OTHER,
            Precedence::AtTz => POWER + 2,
            other => GenericDialect.prec_value(other),
        }
    }

    fn get_next_precedence(&self, parser: &Parser) -> Option<Result<u8, ParserError>> {
        let precedence = match &parser.peek_token_ref().token {
            Token::Mul if is_power(parser) => POWER,
            Token::Caret => POWER,
            Token::StringConcat | Token::ShiftLeft | Token::ShiftRight => OTHER,
            Token::Tilde
            | Token::TildeAsterisk
            | Token::ExclamationMarkTilde
            | Token::ExclamationMarkTildeAsterisk
            | Token::DoubleTilde
            | Token::DoubleTildeAsterisk
            | Token::ExclamationMarkDoubleTilde
            | Token::ExclamationMarkDoubleTildeAsterisk => OTHER,
            token if is_word(token, "GLOB") => BETWEEN,
            token if is_word(token, "ISNULL") => GenericDialect.prec_value(Precedence::Is),
            _ => return None,
        };
        Some(Ok(precedence))
    }

    fn parse_prefix(&self, parser: &mut Parser) -> Option<Result<Expr, ParserError>> {
        if is_word(&parser.peek_token_ref().token, "LAMBDA") && is_lambda(parser) {
            return Some(lambda(parser));
        }
        // A sign binds more tightly than a power: `-2 ** 2` is 4.
        let op = match parser.peek_token_ref().token {
            Token::Minus => UnaryOperator::Minus,
            Token::Plus => UnaryOperator::Plus,
            _ => return None,
        };
        parser.next_token();
        Some(parser.parse_subexpr(POWER + 1).map(|expr| Expr::UnaryOp { op, expr: Box::new(expr) }))
    }

    fn parse_infix(
        &self,
        parser: &mut Parser,
        expr: &Expr,
        _precedence: u8,
    ) -> Option<Result<Expr, ParserError>> {
        let boxed = || Box::new(expr.clone());
        let token = &parser.peek_token_ref().token;
        if matches!(token, Token::Mul) && is_power(parser) {
            parser.next_token();
            parser.next_token();
            return Some(power(parser, expr));
        }
        if matches!(token, Token::Caret) {
            parser.next_token();
            return Some(power(parser, expr));
        }
        if is_word(token, "ISNULL") {
            parser.next_token();
            return Some(Ok(Expr::IsNull(boxed())));
        }
        if is_word(token, "GLOB") {
            parser.next_token();
            return Some(
                parser.parse_subexpr(BETWEEN).map(|pattern| call("__glob", vec![expr.clone(), pattern])),
            );
        }
        if is_word(token, "IS") {
            let negated = is_word(&parser.peek_nth_token_ref(1).token, "NOT");
            let skip = 1 + usize::from(negated);
            let is_distinct = is_word(&parser.peek_nth_token_ref(skip).token, "DISTINCT")
                && is_word(&parser.peek_nth_token_ref(skip + 1).token, "FROM");
            if !is_distinct {
                return None;
            }
            for _ in 0..skip + 2 {
                parser.next_token();
            }
            let right = parser.parse_subexpr(GenericDialect.prec_value(Precedence::Is)).map(Box::new);
            return Some(right.map(|right| match negated {
                true => Expr::IsNotDistinctFrom(boxed(), right),
                false => Expr::IsDistinctFrom(boxed(), right),
            }));
        }
        let negated = is_word(token, "NOT");
        let at = usize::from(negated);
        let word = parser.peek_nth_token_ref(at).token.clone();
        let after = parser.peek_nth_token_ref(at + 1).token.clone();
        let skip = |parser: &mut Parser, n: usize| (0..n).for_each(|_| drop(parser.next_token()));
        if is_word(&word, "IN") && !matches!(after, Token::LParen) && !is_word(&after, "UNNEST") {
            skip(parser, at + 1);
            return Some(parser.parse_subexpr(BETWEEN).map(|list| {
                let any = Expr::AnyOp {
                    left: boxed(),
                    compare_op: BinaryOperator::Eq,
                    right: Box::new(list),
                    is_some: false,
                };
                if negated { not(any) } else { any }
            }));
        }
        if is_word(&word, "BETWEEN") && is_word(&after, "SYMMETRIC") {
            skip(parser, at + 2);
            return Some(between_symmetric(parser, expr, negated));
        }
        if is_word(&word, "BETWEEN") && is_word(&after, "ASYMMETRIC") {
            skip(parser, at + 2);
            return Some(parser.parse_between(expr.clone(), negated));
        }
        None
    }
}

fn is_word(token: &Token, name: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(name))
}

/// `lambda x:`, `lambda x, y:`; else `lambda` is a name.
fn is_lambda(parser: &Parser) -> bool {
    let mut n = 1;
    loop {
        if !matches!(parser.peek_nth_token_ref(n).token, Token::Word(_)) {
            return false;
        }
        match parser.peek_nth_token_ref(n + 1).token {
            Token::Colon => return true,
            Token::Comma => n += 2,
            _ => return false,
        }
    }
}

fn lambda(parser: &mut Parser) -> Result<Expr, ParserError> {
    parser.next_token();
    let mut params = Vec::new();
    loop {
        let name = parser.parse_identifier()?;
        params.push(LambdaFunctionParameter { name, data_type: None });
        if !parser.consume_token(&Token::Comma) {
            break;
        }
    }
    parser.expect_token(&Token::Colon)?;
    let params = OneOrManyWithParens::Many(params);
    let body = Box::new(parser.parse_expr()?);
    Ok(Expr::Lambda(LambdaFunction { params, body, syntax: LambdaSyntax::Arrow }))
}

/// `**` is two tokens, without a gap.
fn is_power(parser: &Parser) -> bool {
    let first = parser.peek_token_ref();
    let second = parser.peek_nth_token_ref(1);
    matches!((&first.token, &second.token), (Token::Mul, Token::Mul)) && first.span.end == second.span.start
}

/// From the left, as in DuckDB: `2 ** 3 ** 2` is 64.
fn power(parser: &mut Parser, base: &Expr) -> Result<Expr, ParserError> {
    let right = parser.parse_subexpr(POWER)?;
    Ok(Expr::BinaryOp { left: Box::new(base.clone()), op: BinaryOperator::PGExp, right: Box::new(right) })
}

fn between_symmetric(parser: &mut Parser, expr: &Expr, negated: bool) -> Result<Expr, ParserError> {
    let Expr::Between { expr, low, high, .. } = parser.parse_between(expr.clone(), false)? else {
        return Err(ParserError::ParserError("BETWEEN SYMMETRIC".to_owned()));
    };
    if ![&expr, &low, &high].iter().all(|part| crate::size::is_within(&***part, crate::size::COPIED)) {
        return Err(ParserError::ParserError(
            "the expressions of BETWEEN SYMMETRIC are too large; compute them in a subquery".to_owned(),
        ));
    }
    let ordered = |low: &Expr, high: &Expr| Expr::Between {
        expr: expr.clone(),
        negated: false,
        low: Box::new(low.clone()),
        high: Box::new(high.clone()),
    };
    let either = Expr::Nested(Box::new(Expr::BinaryOp {
        left: Box::new(ordered(&low, &high)),
        op: BinaryOperator::Or,
        right: Box::new(ordered(&high, &low)),
    }));
    Ok(if negated { not(either) } else { either })
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp { op: UnaryOperator::Not, expr: Box::new(expr) }
}
