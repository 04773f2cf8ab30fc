//! Structs: scalar functions of ours build them.

use sqlparser::ast::{BinaryOperator, DictionaryField, Expr};

use super::call::Call;
use super::template::{self, Context};
use crate::Result;
use crate::tree::{self, string};

/// `struct_pack(a := 1, b := 2)` → `struct_pack('a', 1, 'b', 2)`: `polars-sql` drops the names of arguments.
pub(super) fn pack(call: Call, _context: &mut Context) -> Result<Expr> {
    if call.args.is_empty() {
        return Err(call.wrong_arguments());
    }
    let args = named(&call, 0)?;
    Ok(tree::call("struct_pack", args))
}

/// `struct_insert(s, a := 1)` → `struct_insert(s, 'a', 1)`.
pub(super) fn insert(call: Call, _context: &mut Context) -> Result<Expr> {
    if call.args.len() < 2 {
        return Err(call.wrong_arguments());
    }
    let mut args = vec![call.args[0].clone()];
    args.extend(named(&call, 1)?);
    Ok(tree::call("struct_insert", args))
}

/// The names and the values of the arguments from `first` on; a column has its own name.
fn named(call: &Call, first: usize) -> Result<Vec<Expr>> {
    let mut args = Vec::new();
    for (name, arg) in call.names.iter().zip(&call.args).skip(first) {
        let name = match (name, arg) {
            (Some(name), _) => name.clone(),
            (None, Expr::Identifier(column)) => column.value.clone(),
            (None, Expr::CompoundIdentifier(parts)) if !parts.is_empty() => {
                parts[parts.len() - 1].value.clone()
            }
            _ => return Err(call.refusal("needs a name for each value: a := 1")),
        };
        args.push(string(name));
        args.push(arg.clone());
    }
    Ok(args)
}

/// `{'a': 1}` → `struct_pack('a', 1)`.
pub(super) fn dictionary(fields: &mut Vec<DictionaryField>) -> Expr {
    let mut args = Vec::new();
    for field in fields.drain(..) {
        args.push(string(field.key.value));
        args.push(*field.value);
    }
    tree::call("struct_pack", args)
}

/// `struct_extract(s, 'f')` → `s -> 'f'`, which is the access to a field in `polars-sql`.
///
/// The field is named by a text that is written out, without a comma.
pub(super) fn extract(mut call: Call, _context: &mut Context) -> Result<Expr> {
    let [value, field] = call.take()?;
    match tree::text(&field) {
        Some(name) if !name.contains([',', '{', '}']) && name.trim() == name => Ok(Expr::BinaryOp {
            left: Box::new(template::group(value)),
            op: BinaryOperator::Arrow,
            right: Box::new(string(name)),
        }),
        _ => Err(call.refusal("takes the name of a field that is written out")),
    }
}
