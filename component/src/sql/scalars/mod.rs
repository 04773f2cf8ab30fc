//! Functions of ours that no rewrite can give in terms of others, under the names that the registry
//! of `polaroid-sql` lists as scalars.

use std::sync::Arc;

use polars::prelude::*;
use polars_plan::prelude::udf::UserDefinedFunction;
use polars_sql::function_registry::FunctionRegistry;

/// The registry that `polars-sql` asks for functions which it does not have.
#[derive(Default)]
pub struct Scalars;

impl FunctionRegistry for Scalars {
    fn register(&mut self, name: &str, _: UserDefinedFunction) -> PolarsResult<()> {
        polars_bail!(SQLInterface: "'{name}' cannot be registered")
    }

    fn get_udf(&self, _name: &str) -> PolarsResult<Option<UserDefinedFunction>> {
        Ok(None)
    }

    fn contains(&self, _name: &str) -> bool {
        false
    }
}
