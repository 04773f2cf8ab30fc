//! Nulls sort last, whatever the direction: DuckDB's default, where polars-sql has that of Postgres
//! (first for `DESC`).
//!
//! `ORDER BY a DESC` becomes `ORDER BY a DESC NULLS LAST`: of a query, a window, an aggregate, and of
//! `ORDER BY ALL`. What was said in the text stays. `ORDER BY #1` is `ORDER BY 1`.

use sqlparser::ast::{
    Expr, FunctionArgumentClause, FunctionArguments, OrderBy, OrderByExpr, OrderByKind, OrderByOptions,
    Query, WindowType,
};

pub fn query(query: &mut Query) {
    if let Some(OrderBy { kind, .. }) = &mut query.order_by {
        match kind {
            OrderByKind::All(options) => last(options),
            OrderByKind::Expressions(keys) => {
                each(keys);
                for key in keys {
                    if let Expr::Identifier(name) = &key.expr
                        && name.quote_style.is_none()
                        && let Some(digits) = name.value.strip_prefix('#')
                        && digits.parse::<u32>().is_ok()
                    {
                        key.expr = super::number(digits);
                    }
                }
            }
        }
    }
    if let sqlparser::ast::SetExpr::Select(select) = &mut *query.body {
        for window in &mut select.named_window {
            if let sqlparser::ast::NamedWindowExpr::WindowSpec(spec) = &mut window.1 {
                each(&mut spec.order_by);
            }
        }
    }
}

pub fn expr(expr: &mut Expr) {
    let Expr::Function(function) = expr else { return };
    if let Some(WindowType::WindowSpec(spec)) = &mut function.over {
        each(&mut spec.order_by);
    }
    each(&mut function.within_group);
    if let FunctionArguments::List(list) = &mut function.args {
        for clause in &mut list.clauses {
            if let FunctionArgumentClause::OrderBy(keys) = clause {
                each(keys);
            }
        }
    }
}

fn each(keys: &mut [OrderByExpr]) {
    keys.iter_mut().for_each(|key| last(&mut key.options));
}

fn last(options: &mut OrderByOptions) {
    // For ascending keys it is the engine's default, too.
    if options.asc == Some(false) {
        options.nulls_first.get_or_insert(false);
    }
}
