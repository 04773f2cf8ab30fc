//! JSON in text: scalar functions of ours.

use sqlparser::ast::{BinaryOperator, Expr, Spanned};

use super::lists;
use crate::tree;
use crate::{Refusal, Result};

/// `j -> p` → `json_extract(j, p)`; `j ->> p` → `json_extract_string(j, p)`; `#>` and `#>>` likewise.
///
/// The functions take structs and lists, too, for which `polars-sql` has these operators. The arrow binds
/// less than `=` does, as in `DuckDB`: `j ->> 'a' = 'x'` is refused, as nobody means `j ->> ('a' = 'x')`.
pub(super) fn arrow(expr: &mut Expr) -> Result<Option<Expr>> {
    let Expr::BinaryOp { left, op, right } = expr else { return Ok(None) };
    let name = match op {
        BinaryOperator::Arrow | BinaryOperator::HashArrow => "json_extract",
        _ => "json_extract_string",
    };
    if let Expr::BinaryOp { left: path, op: inner, .. } = &**right
        && lists::is_constant(path)
    {
        return Err(Refusal {
            message: format!("{op} binds less than {inner}: write ({left} {op} {path}) {inner} …"),
            span: Some(right.span()),
        });
    }
    // What is not a path is the body of a lambda, which is rewritten with the call that it is an argument of.
    if matches!(op, BinaryOperator::Arrow) && !lists::is_constant(right) {
        return Ok(None);
    }
    Ok(Some(tree::call(name, vec![(**left).clone(), (**right).clone()])))
}
