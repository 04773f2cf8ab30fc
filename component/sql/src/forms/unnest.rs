//! `UNNEST` of a column drops the rows whose list is empty or null; the engine makes them a row of null.
//!
//! | form | becomes |
//! |---|---|
//! | `SELECT id, UNNEST(l) FROM n` | `… WHERE ARRAY_LENGTH(l) > 0` |
//! | `FROM n, UNNEST(n.l) AS q(x)`, also with `LATERAL` | `FROM (SELECT *, n.l AS x FROM n WHERE ARRAY_LENGTH(n.l) > 0) AS n CROSS JOIN UNNEST(x) AS q(x)` |
//! | `q.x` | `x` |
//! | `SELECT k, UNNEST(LIST(x)) AS y FROM t GROUP BY k` | `SELECT k, UNNEST(y) AS y FROM (SELECT k, LIST(x) AS y … GROUP BY k) AS t …` |
//! | `FROM UNNEST([1, 2])` | `FROM UNNEST([1, 2]) AS unnest(unnest)` |
//!
//! Aggregates and windows come before `UNNEST`, so that it is of a subquery that has them.
//!
//! Not covered: several `UNNEST` in one list beside each other (DuckDB fills the shorter ones with nulls),
//! `UNNEST` within an expression or `*` beside windows or aggregates, and of structures.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, Join,
    JoinConstraint, JoinOperator, Select, SelectItem, TableAlias, TableAliasColumnDef, TableFactor,
    TableWithJoins, Visitor, VisitorMut, WildcardAdditionalOptions,
};

use super::{bare, binary, nested, number};
use crate::functions::is_aggregate;
use crate::names::{bare_query, ident, select_from};
use crate::tree::call;
use crate::walk::{walk, walk_mut};
use crate::{Refusal, Result};

pub fn rewrite(select: &mut Select) -> Result<()> {
    in_from(select)?;
    in_list(select)
}

fn in_list(select: &mut Select) -> Result<()> {
    let mut found = Found::default();
    let _ = walk(&select.projection, &mut found);
    if found.lists.is_empty() {
        return Ok(());
    }
    found.lists.dedup();
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(keys, _) if keys.is_empty());
    let refuse =
        |what: &str| Refusal::new(format!("UNNEST beside {what} is not supported; UNNEST in a subquery"));
    if found.windows || found.aggregates || grouped || select.having.is_some() || select.qualify.is_some() {
        let list = wrap_list(select)?;
        add_filter(select, Expr::Identifier(list));
        return Ok(());
    }
    if select.distinct.is_some() && found.lists.len() > 1 {
        return Err(refuse("DISTINCT"));
    }
    let [list] = &found.lists[..] else {
        return Err(refuse("another UNNEST"));
    };
    if !matches!(bare(list), Expr::Array(array) if !array.elem.is_empty()) {
        add_filter(select, list.clone());
    }
    Ok(())
}

fn add_filter(select: &mut Select, list: Expr) {
    let filter = binary(call("ARRAY_LENGTH", vec![list]), BinaryOperator::Gt, number(0));
    select.selection = Some(match select.selection.take() {
        None => filter,
        Some(condition) => binary(nested(condition), BinaryOperator::And, filter),
    });
}

#[derive(Default)]
struct Found {
    lists: Vec<Expr>,
    windows: bool,
    aggregates: bool,
    depth: usize,
}

impl Visitor for Found {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &sqlparser::ast::Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &sqlparser::ast::Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && self.depth == 0
        {
            self.windows |= function.over.is_some();
            self.aggregates |= is_aggregate(function);
            if function.name.to_string().eq_ignore_ascii_case("unnest")
                && let FunctionArguments::List(list) = &function.args
                && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] = &list.args[..]
            {
                self.lists.push(list.clone());
            }
        }
        ControlFlow::Continue(())
    }
}

/// Puts all but `UNNEST` and `DISTINCT` into a subquery, and gives the column of the list.
fn wrap_list(select: &mut Select) -> Result<Ident> {
    let refuse = |what: &str| {
        Refusal::new(format!(
            "UNNEST beside a window, an aggregate or GROUP BY is not supported {what}; UNNEST in a subquery"
        ))
    };
    let mut unnested = None;
    let mut outer = Vec::new();
    let mut inner = Vec::new();
    for item in std::mem::take(&mut select.projection) {
        let (name, expr) = match item {
            SelectItem::ExprWithAlias { expr, alias } => (alias, expr),
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => (name.clone(), Expr::Identifier(name)),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) if !parts.is_empty() => {
                (parts[parts.len() - 1].clone(), Expr::CompoundIdentifier(parts))
            }
            _ => return Err(refuse("with * or without names")),
        };
        let list = match bare(&expr) {
            Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("unnest") => {
                match &function.args {
                    FunctionArguments::List(list) => match &list.args[..] {
                        [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] => Some(list.clone()),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        };
        let column = Expr::Identifier(name.clone());
        let Some(list) = list else {
            let mut found = Found::default();
            let _ = walk(&expr, &mut found);
            if !found.lists.is_empty() {
                return Err(refuse("within an expression"));
            }
            inner.push(SelectItem::ExprWithAlias { expr, alias: name.clone() });
            outer.push(SelectItem::UnnamedExpr(column));
            continue;
        };
        if unnested.replace(name.clone()).is_some() {
            return Err(refuse("beside another UNNEST"));
        }
        inner.push(SelectItem::ExprWithAlias { expr: list, alias: name.clone() });
        let unnest = call("UNNEST", vec![column]);
        outer.push(SelectItem::ExprWithAlias { expr: unnest, alias: name });
    }
    let Some(list) = unnested else { return Err(refuse("within an expression")) };
    // ORDER BY may name the table.
    let factors = select.from.iter().map(|tables| (&tables.relation, tables.joins.is_empty()));
    let alias = match &factors.collect::<Vec<_>>()[..] {
        [(factor, true)] => table_name(factor),
        _ => None,
    };
    let distinct = select.distinct.take();
    let mut within = std::mem::replace(select, select_from(outer, None));
    within.projection = inner;
    select.distinct = distinct;
    select.from = vec![TableWithJoins {
        relation: TableFactor::Derived {
            lateral: false,
            subquery: Box::new(bare_query(sqlparser::ast::SetExpr::Select(Box::new(within)))),
            alias: Some(TableAlias {
                explicit: true,
                name: alias.unwrap_or_else(|| ident("before unnest")),
                columns: Vec::new(),
                at: None,
            }),
            sample: None,
        },
        joins: Vec::new(),
    }];
    Ok(list)
}

/// `unnest(…)` in `FROM`, as the parser has it: of its own, or as a function after `LATERAL`.
fn call_of(factor: &TableFactor) -> Option<(Vec<Expr>, Option<TableAlias>)> {
    match factor {
        TableFactor::UNNEST { array_exprs, alias, with_offset: false, with_ordinality: false, .. } => {
            Some((array_exprs.clone(), alias.clone()))
        }
        TableFactor::Function { name, args, alias, with_ordinality: false, .. }
            if name.to_string().eq_ignore_ascii_case("unnest") =>
        {
            let args = args.iter().map(|arg| match arg {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
                _ => None,
            });
            Some((args.collect::<Option<_>>()?, alias.clone()))
        }
        _ => None,
    }
}

fn in_from(select: &mut Select) -> Result<()> {
    // `FROM n, UNNEST(l)` is a join.
    let mut at = 1;
    while at < select.from.len() {
        let is_lateral = call_of(&select.from[at].relation)
            .is_some_and(|(lists, _)| lists.iter().any(|list| !matches!(bare(list), Expr::Array(_))));
        if is_lateral {
            let tables = select.from.remove(at);
            let before = &mut select.from[at - 1].joins;
            before.push(Join {
                relation: tables.relation,
                global: false,
                join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
            });
            before.extend(tables.joins);
        } else {
            at += 1;
        }
    }
    let mut renamed = Vec::new();
    for tables in &mut select.from {
        if let TableFactor::UNNEST { alias, array_exprs, .. } = &mut tables.relation {
            name_columns(alias, array_exprs.len());
        }
        let sole = tables.joins.iter().filter(|join| call_of(&join.relation).is_none()).count() == 0;
        for n in 0..tables.joins.len() {
            let Some((lists, alias)) = call_of(&tables.joins[n].relation) else { continue };
            let mut alias = alias;
            name_columns(&mut alias, lists.len());
            let Some(alias) = alias else { continue };
            if lists.iter().all(|list| matches!(bare(list), Expr::Array(_))) {
                if let TableFactor::UNNEST { alias: own, .. } = &mut tables.joins[n].relation {
                    *own = Some(alias);
                }
                continue;
            }
            match &tables.joins[n].join_operator {
                JoinOperator::CrossJoin(_) => {}
                JoinOperator::Join(JoinConstraint::On(on)) | JoinOperator::Inner(JoinConstraint::On(on))
                    if is_true(on) => {}
                _ => {
                    return Err(Refusal::new(
                        "an outer join with UNNEST is not supported; SELECT UNNEST(COALESCE(list, [NULL])) in a subquery",
                    ));
                }
            }
            let [list] = &lists[..] else {
                return Err(Refusal::new(
                    "UNNEST of several columns in FROM is not supported; use one UNNEST",
                ));
            };
            let table = match bare(list) {
                Expr::CompoundIdentifier(parts) => parts.first().cloned(),
                _ => None,
            };
            let host = std::iter::once(&tables.relation)
                .chain(tables.joins[..n].iter().map(|join| &join.relation))
                .position(|factor| match (&table, table_name(factor)) {
                    (Some(table), Some(name)) => name.value.eq_ignore_ascii_case(&table.value),
                    (None, Some(_)) => sole,
                    _ => false,
                });
            let Some(host) = host else {
                return Err(Refusal::new(
                    "UNNEST in FROM takes a column with the name of its table: UNNEST(t.list)",
                )
                .at(list));
            };
            let host = if host == 0 { &mut tables.relation } else { &mut tables.joins[host - 1].relation };
            let column = alias.columns[0].name.clone();
            wrap(host, list, &column);
            tables.joins[n] = Join {
                relation: TableFactor::UNNEST {
                    alias: Some(alias.clone()),
                    array_exprs: vec![Expr::Identifier(column.clone())],
                    with_offset: false,
                    with_offset_alias: None,
                    with_ordinality: false,
                },
                global: false,
                join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
            };
            renamed.push((alias.name.value.clone(), column));
        }
    }
    if !renamed.is_empty() {
        let _ = walk_mut(select, &mut Unqualify(&renamed));
    }
    Ok(())
}

fn is_true(expr: &Expr) -> bool {
    matches!(bare(expr), Expr::Value(value) if value.value == sqlparser::ast::Value::Boolean(true))
}

/// DuckDB calls the column `unnest`.
fn name_columns(alias: &mut Option<TableAlias>, columns: usize) {
    let alias = alias.get_or_insert_with(|| TableAlias {
        explicit: true,
        name: ident("unnest"),
        columns: Vec::new(),
        at: None,
    });
    if alias.columns.is_empty() && columns == 1 {
        alias.columns.push(TableAliasColumnDef { name: ident("unnest"), data_type: None });
    }
}

fn table_name(factor: &TableFactor) -> Option<Ident> {
    match factor {
        TableFactor::Table { name, alias, .. } => {
            alias.as_ref().map(|alias| alias.name.clone()).or_else(|| name.0.last()?.as_ident().cloned())
        }
        TableFactor::Derived { alias, .. } => alias.as_ref().map(|alias| alias.name.clone()),
        _ => None,
    }
}

/// Gives `host` a second column of the list, without the rows that have none.
fn wrap(host: &mut TableFactor, list: &Expr, column: &Ident) {
    let Some(name) = table_name(host) else { return };
    let inner = std::mem::replace(
        host,
        TableFactor::TableFunction { expr: Expr::value(sqlparser::ast::Value::Null), alias: None },
    );
    let projection = vec![
        SelectItem::Wildcard(WildcardAdditionalOptions::default()),
        SelectItem::ExprWithAlias { expr: list.clone(), alias: column.clone() },
    ];
    let mut select = select_from(projection, Some(inner));
    add_filter(&mut select, list.clone());
    *host = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(bare_query(sqlparser::ast::SetExpr::Select(Box::new(select)))),
        alias: Some(TableAlias { explicit: true, name, columns: Vec::new(), at: None }),
        sample: None,
    };
}

struct Unqualify<'a>(&'a [(String, Ident)]);

impl VisitorMut for Unqualify<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::CompoundIdentifier(parts) = expr
            && let [table, column, rest @ ..] = &parts[..]
            && let Some((_, own)) = self.0.iter().find(|(name, own)| {
                name.eq_ignore_ascii_case(&table.value) && own.value.eq_ignore_ascii_case(&column.value)
            })
        {
            *expr = if rest.is_empty() {
                Expr::Identifier(own.clone())
            } else {
                Expr::CompoundIdentifier(std::iter::once(own.clone()).chain(rest.iter().cloned()).collect())
            };
        }
        ControlFlow::Continue(())
    }
}
