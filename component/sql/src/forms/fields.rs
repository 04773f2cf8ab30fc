//! Fields of structures and elements of lists.
//!
//! | form | becomes |
//! |---|---|
//! | `s['field']`, `(s).field` | `s.field` |
//!
//! Not covered, for there is no such function in the engine: slices `l[1:3]`, literals `{'a': 1}`,
//! `MAP {…}`, `(a, b)` as a value.

use sqlparser::ast::{AccessExpr, Expr, Ident, Subscript};

use super::{bare, text};
use crate::{Refusal, Result};

pub fn rewrite(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::CompoundFieldAccess { root, access_chain } => {
            let slice = access_chain
                .iter()
                .any(|access| matches!(access, AccessExpr::Subscript(Subscript::Slice { .. })));
            if slice {
                return Err(Refusal::new(
                    "slices, [from:to], are not supported; SUBSTRING(text, from, length) takes a part of a text, \
                     [n] an element of a list",
                )
                .at(&**root));
            }
            let mut parts = match bare(root) {
                Expr::Identifier(name) => vec![name.clone()],
                Expr::CompoundIdentifier(parts) => parts.clone(),
                _ => return Ok(()),
            };
            for access in &*access_chain {
                match access {
                    AccessExpr::Dot(Expr::Identifier(name)) => parts.push(name.clone()),
                    AccessExpr::Subscript(Subscript::Index { index }) => match text(index) {
                        Some(field) => parts.push(Ident::with_quote('"', field)),
                        None => return Ok(()),
                    },
                    _ => return Ok(()),
                }
            }
            *expr = Expr::CompoundIdentifier(parts);
            Ok(())
        }
        Expr::Dictionary(_) => Err(Refusal::new(
            "literals of structures, {'a': 1}, are not supported; select their fields as columns",
        )
        .at(expr)),
        Expr::Map(_) => Err(Refusal::new("maps are not supported; select their values as columns").at(expr)),
        _ => Ok(()),
    }
}
