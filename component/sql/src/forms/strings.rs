//! Literals: `E'a\n'` and `$$it's$$` become plain strings, which the parser has read already, and `1_000`
//! is 1000.

use sqlparser::ast::{Expr, Value};

pub fn rewrite(expr: &mut Expr) {
    let Expr::Value(value) = expr else { return };
    let text = match &mut value.value {
        Value::EscapedStringLiteral(text) | Value::UnicodeStringLiteral(text) => std::mem::take(text),
        Value::DollarQuotedString(text) => std::mem::take(&mut text.value),
        Value::Number(digits, _) => {
            digits.retain(|digit| digit != '_');
            return;
        }
        _ => return,
    };
    value.value = Value::SingleQuotedString(text);
}
