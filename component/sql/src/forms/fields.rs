//! Fields of structures and elements of lists.
//!
//! | form | becomes |
//! |---|---|
//! | `s['field']`, `(s).field` | `s.field` |
//!
//! Slices and literals of structures are functions ([`crate::functions`]). Not covered: `MAP {…}`, and rows,
//! `(a, b)`, as values.

use sqlparser::ast::{AccessExpr, Expr, Ident, Subscript};

use super::{bare, text};
use crate::{Refusal, Result};

pub fn rewrite(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::CompoundFieldAccess { root, access_chain } => {
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
        Expr::Map(_) => Err(Refusal::new("maps are not supported; select their values as columns").at(expr)),
        _ => Ok(()),
    }
}
