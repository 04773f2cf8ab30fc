//! What no rule has changed and the engine does not run: refused here, where there is a place in the text.

use std::ops::ControlFlow;

use sqlparser::ast::{
    ArrayElemTypeDef, BinaryOperator, DataType, ExactNumberInfo, Expr, Query, Statement, Visitor,
};

use crate::walk::walk;
use crate::{Refusal, Result};

pub fn check(statement: &Statement) -> Result<()> {
    super::into_result(walk(statement, &mut LeftOver))
}

struct LeftOver;

impl Visitor for LeftOver {
    type Break = Refusal;

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Refusal> {
        match unsupported(expr) {
            Some(message) => ControlFlow::Break(Refusal::new(message).at(expr)),
            None => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Refusal> {
        let clause = if !query.pipe_operators.is_empty() {
            "|> is not supported; write clauses in the order of SQL"
        } else if !query.locks.is_empty() {
            "FOR UPDATE is not supported, as nothing is written; leave it out"
        } else {
            return ControlFlow::Continue(());
        };
        ControlFlow::Break(Refusal::new(clause).at(&*query.body))
    }
}

fn unsupported(expr: &Expr) -> Option<String> {
    let message = match expr {
        Expr::BinaryOp { op, .. } => return operator(op),
        Expr::Cast { data_type, .. } => return decimal(data_type),
        Expr::Collate { .. } => {
            "COLLATE is not supported: texts are compared by their bytes; compare lower(x) for all cases"
        }
        Expr::Convert { .. } => "CONVERT is not supported; write CAST(x AS type)",
        Expr::IsNormalized { .. } => "IS NORMALIZED is not supported; compare with nfc_normalize(x)",
        Expr::MatchAgainst { .. } => "MATCH … AGAINST is not supported; write x ILIKE '%word%'",
        Expr::Prior(_) => "PRIOR is not supported; write a recursive WITH",
        Expr::OuterJoin(_) => "(+) is not supported; write LEFT JOIN",
        Expr::CompoundFieldAccess { access_chain, .. }
            if access_chain.iter().any(|access| matches!(access, sqlparser::ast::AccessExpr::Dot(_))) =>
        {
            "a field of an expression is not supported; name the expression in a subquery, and take name.field"
        }
        _ => return None,
    };
    Some(message.to_owned())
}

fn operator(op: &BinaryOperator) -> Option<String> {
    let instead = match op {
        BinaryOperator::PGBitwiseShiftLeft => {
            "shift by a number from 0 to 62 that is written out, or multiply"
        }
        BinaryOperator::PGBitwiseShiftRight => {
            "shift by a number from 0 to 62 that is written out, or divide with //"
        }
        BinaryOperator::MyIntegerDivide => "write a // b",
        BinaryOperator::PGOverlap => "write list_has_any(a, b)",
        BinaryOperator::AtArrow => "write list_has_all(a, b)",
        BinaryOperator::ArrowAt => "write list_has_all(b, a)",
        BinaryOperator::Regexp | BinaryOperator::Match => "write regexp_matches(a, b)",
        BinaryOperator::Overlaps => "compare the ends: a.start < b.end AND b.start < a.end",
        BinaryOperator::Assignment => "compare with =",
        BinaryOperator::AtAt
        | BinaryOperator::AtQuestion
        | BinaryOperator::Question
        | BinaryOperator::QuestionAnd
        | BinaryOperator::QuestionPipe
        | BinaryOperator::HashMinus
        | BinaryOperator::Custom(_)
        | BinaryOperator::PGCustomBinaryOperator(_) => "write a function for it",
        _ => return None,
    };
    Some(format!("the operator {op} is not supported here; {instead}"))
}

/// The engine panics on digits that it does not have.
fn decimal(data_type: &DataType) -> Option<String> {
    let info = match data_type {
        DataType::Decimal(info)
        | DataType::Numeric(info)
        | DataType::Dec(info)
        | DataType::BigNumeric(info)
        | DataType::BigDecimal(info) => info,
        DataType::Array(
            ArrayElemTypeDef::SquareBracket(inner, _)
            | ArrayElemTypeDef::AngleBracket(inner)
            | ArrayElemTypeDef::Parenthesis(inner),
        ) => return decimal(inner),
        DataType::Struct(fields, _) => return fields.iter().find_map(|field| decimal(&field.field_type)),
        DataType::Map(key, value) => return decimal(key).or_else(|| decimal(value)),
        _ => return None,
    };
    let (precision, scale) = match info {
        ExactNumberInfo::None => return None,
        ExactNumberInfo::Precision(precision) => (*precision, 0),
        ExactNumberInfo::PrecisionAndScale(precision, scale) => (*precision, *scale),
    };
    let fits = (1..=38).contains(&precision) && u64::try_from(scale).is_ok_and(|scale| scale <= precision);
    if fits {
        return None;
    }
    Some(format!(
        "there is no DECIMAL({precision}, {scale}): it has 1 to 38 digits, and no more of them after the point"
    ))
}
