//! TODO

use sqlparser::ast::Statement;

/// The values of a request.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Params;

pub fn bind(_statement: &mut Statement, _params: &Params) -> crate::Result<()> {
    Ok(())
}
