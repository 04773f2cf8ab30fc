//! `COLUMNS(*)` in an expression: the expression for each column, called by the column's name.
//!
//! | form | becomes |
//! |---|---|
//! | `MIN(COLUMNS(*))` | `MIN(a) AS a, MIN(b) AS b` |
//! | `COLUMNS(* EXCLUDE (a)) + 1` | `b + 1 AS b` |
//! | `COLUMNS(['a', 'b'])` | `a, b` |
//!
//! Needs the columns of the one table in `FROM`. Not covered: `COLUMNS('regular expression')` inside an
//! expression (alone in the list the engine does it itself), and lambdas.

use std::ops::ControlFlow;

use sqlparser::ast::{
    ExcludeSelectItem, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Select, SelectItem,
    TableFactor, VisitorMut, WildcardAdditionalOptions,
};

use super::text;
use crate::catalog::Catalog;
use crate::names::ident;
use crate::walk::{each_expr, walk_mut};
use crate::{Refusal, Result, size};

pub fn rewrite(select: &mut Select, catalog: &dyn Catalog) -> Result<()> {
    if !select.projection.iter().any(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => find(expr).is_some(),
        _ => false,
    }) {
        return Ok(());
    }
    let known = match &select.from[..] {
        [tables] if tables.joins.is_empty() => known(&tables.relation, catalog),
        _ => None,
    };
    let mut projection = Vec::new();
    for item in select.projection.drain(..) {
        let (expr, alias) = match &item {
            SelectItem::UnnamedExpr(expr) => (expr, None),
            SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias)),
            _ => {
                projection.push(item);
                continue;
            }
        };
        let Some(argument) = find(expr) else {
            projection.push(item);
            continue;
        };
        let alone = is_call(expr).is_some();
        let columns = match (&argument, &known) {
            (Argument::Names(names), _) => names.clone(),
            (Argument::All { except }, Some(known)) => known
                .iter()
                .filter(|name| !except.iter().any(|other| other.eq_ignore_ascii_case(name)))
                .cloned()
                .collect(),
            (Argument::Pattern, _) | (Argument::All { .. }, None) if alone && alias.is_none() => {
                projection.push(item);
                continue;
            }
            (Argument::Pattern, _) => {
                return Err(Refusal::new(
                    "COLUMNS('…') inside an expression is not supported; name the columns: COLUMNS(['a', 'b'])",
                )
                .at(expr));
            }
            (Argument::All { .. }, None) => {
                return Err(Refusal::new(
                    "COLUMNS(*) takes one table whose columns are known; name the columns: COLUMNS(['a', 'b'])",
                )
                .at(expr));
            }
        };
        if !size::is_within(expr, 20_000 / columns.len().max(1)) {
            return Err(Refusal::new("the expression around COLUMNS is too large").at(expr));
        }
        for column in columns {
            let mut one = expr.clone();
            let _ = walk_mut(&mut one, &mut Fill(&column));
            projection.push(SelectItem::ExprWithAlias {
                expr: one,
                alias: alias.cloned().unwrap_or_else(|| ident(&column)),
            });
        }
    }
    select.projection = projection;
    Ok(())
}

fn known(factor: &TableFactor, catalog: &dyn Catalog) -> Option<Vec<String>> {
    match factor {
        TableFactor::Table { .. } => catalog.columns(factor),
        TableFactor::Derived { subquery, .. } => match &*subquery.body {
            sqlparser::ast::SetExpr::Select(select) => select
                .projection
                .iter()
                .map(|item| match item {
                    SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
                    SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
                    SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                        Some(parts.last()?.value.clone())
                    }
                    _ => None,
                })
                .collect(),
            _ => None,
        },
        _ => None,
    }
}

pub(crate) enum Argument {
    All { except: Vec<String> },
    Names(Vec<String>),
    Pattern,
}

/// The argument of the first `COLUMNS(…)` in `expr`.
fn find(expr: &Expr) -> Option<Argument> {
    let mut found = None;
    let _ = each_expr(expr, |expr| match is_call(expr) {
        Some(argument) => {
            found = Some(argument);
            ControlFlow::Break(())
        }
        None => ControlFlow::Continue(()),
    });
    found
}

/// What `COLUMNS(…)` stands for, if `expr` is a call of it.
pub(crate) fn is_call(expr: &Expr) -> Option<Argument> {
    let Expr::Function(function) = expr else { return None };
    if !function.name.to_string().eq_ignore_ascii_case("columns") {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    let [FunctionArg::Unnamed(argument)] = &list.args[..] else { return None };
    Some(match argument {
        FunctionArgExpr::Wildcard => Argument::All { except: Vec::new() },
        FunctionArgExpr::WildcardWithOptions(options) => {
            if options.opt_replace.is_some() || options.opt_rename.is_some() || options.opt_except.is_some() {
                return Some(Argument::Pattern);
            }
            Argument::All { except: excluded(options) }
        }
        FunctionArgExpr::Expr(Expr::Wildcard(_)) => Argument::All { except: Vec::new() },
        FunctionArgExpr::Expr(Expr::Array(array)) => {
            match array.elem.iter().map(|item| text(item).map(str::to_owned)).collect() {
                Some(names) => Argument::Names(names),
                None => Argument::Pattern,
            }
        }
        _ => Argument::Pattern,
    })
}

/// The names after `EXCLUDE`.
pub(crate) fn excluded(options: &WildcardAdditionalOptions) -> Vec<String> {
    let names: Vec<String> = match &options.opt_exclude {
        Some(ExcludeSelectItem::Single(name)) => vec![name.to_string()],
        Some(ExcludeSelectItem::Multiple(names)) => names.iter().map(ToString::to_string).collect(),
        None => Vec::new(),
    };
    names.iter().map(|name| name.trim_matches('"').to_owned()).collect()
}

struct Fill<'a>(&'a str);

impl VisitorMut for Fill<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if is_call(expr).is_some() {
            *expr = Expr::Identifier(ident(self.0));
        }
        ControlFlow::Continue(())
    }
}
