//! Fields of structures and elements of lists.
//!
//! | form | becomes |
//! |---|---|
//! | `s['field']`, `(s).field` | `s.field` |
//! | `s['field'][1:2]` | `s.field[1:2]` |
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
            let mut fields = 0;
            for access in &*access_chain {
                match access {
                    AccessExpr::Dot(Expr::Identifier(name)) => parts.push(name.clone()),
                    AccessExpr::Subscript(Subscript::Index { index }) => match text(index) {
                        Some(field) => parts.push(Ident::with_quote('"', field)),
                        None => break,
                    },
                    _ => break,
                }
                fields += 1;
            }
            if fields == 0 {
                return Ok(());
            }
            let field = Expr::CompoundIdentifier(parts);
            if fields == access_chain.len() {
                *expr = field;
            } else {
                **root = field;
                access_chain.drain(..fields);
            }
            Ok(())
        }
        Expr::Map(_) => Err(Refusal::new("maps are not supported; select their values as columns").at(expr)),
        _ => Ok(()),
    }
}
