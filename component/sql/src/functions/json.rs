//! JSON in text: scalar functions of ours.

use sqlparser::ast::{BinaryOperator, Expr};

use super::template;

/// `j -> p` → `json_extract(j, p)`; `j ->> p` → `json_extract_string(j, p)`; `#>` and `#>>` likewise.
///
/// The functions take structs and lists, too, for which `polars-sql` has these operators.
pub(super) fn arrow(expr: &mut Expr) -> Option<Expr> {
    let Expr::BinaryOp { left, op, right } = expr else { return None };
    let name = match op {
        BinaryOperator::Arrow | BinaryOperator::HashArrow => "json_extract",
        _ => "json_extract_string",
    };
    // The left side of a lambda, which is rewritten with the call that it is an argument of.
    if matches!(op, BinaryOperator::Arrow) && !super::lists::is_constant(right) {
        return None;
    }
    Some(template::function(name, vec![(**left).clone(), (**right).clone()]))
}
