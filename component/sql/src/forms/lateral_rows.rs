//! `LATERAL` subqueries of several rows for each row before them become joins.
//!
//! | form | becomes |
//! |---|---|
//! | `FROM t, LATERAL (SELECT x FROM u WHERE u.k = t.k AND p) v` | `FROM t, (SELECT x, u.k AS key FROM u WHERE p) v WHERE v.key = t.k` |
//! | `… LEFT JOIN LATERAL (…) v ON true` | `… LEFT JOIN (…) v ON v.key = t.k` |
//! | `(… WHERE u.k = t.k ORDER BY o LIMIT 3)` | `(… QUALIFY ROW_NUMBER() OVER (PARTITION BY u.k ORDER BY o) <= 3)` |
//! | `(SELECT g, SUM(x) AS s FROM u WHERE u.k = t.k GROUP BY g)` | `(… GROUP BY g, u.k)` |
//! | `LATERAL (SELECT UNNEST(t.l) AS x) v` | `UNNEST(t.l) AS v(x)` |
//!
//! A comparison with a column of a table before it is one condition of `WHERE`: an equality, or without
//! LIMIT and GROUP BY also `<`, `>` and their like.
//!
//! Not covered: such a column anywhere else in the subquery, set operations, and LIMIT beside GROUP BY or
//! DISTINCT.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, ExcludeSelectItem, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    GroupByExpr, Ident, LimitClause, ObjectName, OrderByExpr, OrderByKind, Query, Select, SelectItem,
    SetExpr, TableAlias, TableAliasColumnDef, TableFactor, Value, Visitor, VisitorMut, WindowSpec,
    WindowType,
};

use super::{all, bare, binary, conjuncts, nested, number};
use crate::catalog::Catalog;
use crate::functions::is_aggregate;
use crate::tree::call;
use crate::walk::{walk, walk_mut};
use crate::{Refusal, Result};

/// The tables before a `LATERAL` subquery: their names, and their columns where these are known.
pub struct Outer(Vec<(Ident, Option<Vec<String>>)>);

impl Outer {
    pub fn of<'a>(factors: impl IntoIterator<Item = &'a TableFactor>, catalog: &dyn Catalog) -> Self {
        let named =
            factors.into_iter().filter_map(|factor| Some((name_of(factor)?, catalog.columns(factor))));
        Self(named.collect())
    }

    fn has(&self, name: &Ident) -> bool {
        self.0.iter().any(|(own, _)| own.value.eq_ignore_ascii_case(&name.value))
    }
}

/// A subquery that no longer needs the tables before it, and the conditions that join it to them.
pub struct Joined {
    pub factor: TableFactor,
    pub conditions: Vec<Expr>,
    /// The columns of the subquery that are for the conditions only.
    pub keys: Vec<Ident>,
}

/// `keys` columns have their names already.
pub fn join(factor: TableFactor, outer: &Outer, keys: usize, catalog: &dyn Catalog) -> Result<Joined> {
    let TableFactor::Derived { mut subquery, alias: Some(mut alias), sample: None, .. } = factor else {
        return Err(refusal());
    };
    if let Some((list, column)) = unnest(&subquery) {
        let column = alias.columns.first().map_or(column, |column| column.name.clone());
        alias.columns = vec![TableAliasColumnDef { name: column, data_type: None }];
        let factor = TableFactor::UNNEST {
            alias: Some(alias),
            array_exprs: vec![list],
            with_offset: false,
            with_offset_alias: None,
            with_ordinality: false,
        };
        return Ok(Joined { factor, conditions: Vec::new(), keys: Vec::new() });
    }
    if subquery.with.is_some() || subquery.fetch.is_some() || !subquery.locks.is_empty() {
        return Err(refusal());
    }
    let limit = limit(&mut subquery)?;
    let order_by = order_by(&mut subquery)?;
    let SetExpr::Select(inner) = &mut *subquery.body else { return Err(refusal()) };
    if inner.from.is_empty() || inner.qualify.is_some() || inner.top.is_some() {
        return Err(refusal());
    }
    let (group_by, grouped) = match &mut inner.group_by {
        GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => {
            let grouped = !keys.is_empty();
            (keys, grouped)
        }
        _ => return Err(refusal()),
    };
    if limit.is_some() && (grouped || inner.distinct.is_some()) {
        return Err(Refusal::new(
            "LIMIT beside GROUP BY or DISTINCT in a LATERAL subquery is not supported; number the rows with ROW_NUMBER() and filter them outside",
        ));
    }

    let found = Calls::of(&inner.projection);
    if found.windows || (found.aggregates || inner.having.is_some()) && !grouped {
        return Err(refusal());
    }
    let scope = Scope::new(&inner.from, outer, catalog);
    let mut kept = Vec::new();
    let mut joined = Joined {
        factor: TableFactor::TableFunction { expr: number(0), alias: None },
        conditions: Vec::new(),
        keys: Vec::new(),
    };
    let mut partition = Vec::new();
    let mut parts = Vec::new();
    if let Some(condition) = inner.selection.take() {
        conjuncts(condition, &mut parts);
    }
    for part in parts {
        if scope.side(&part) != Side::Inner {
            let (own, op, other) = scope.comparison(&part)?;
            if op != BinaryOperator::Eq && (limit.is_some() || grouped || inner.distinct.is_some()) {
                return Err(Refusal::new(
                    "a LATERAL subquery with LIMIT, GROUP BY or DISTINCT takes equalities with the tables before it: WHERE u.k = t.k",
                )
                .at(&part));
            }
            let name = Ident::with_quote('"', format!("lateral key {}", keys + joined.keys.len()));
            inner.projection.push(SelectItem::ExprWithAlias { expr: own.clone(), alias: name.clone() });
            if grouped && !group_by.contains(&own) {
                group_by.push(own.clone());
            }
            partition.push(own);
            let key = Expr::CompoundIdentifier(vec![alias.name.clone(), name.clone()]);
            joined.conditions.push(binary(key, op, nested(other)));
            joined.keys.push(name);
        } else {
            kept.push(part);
        }
    }
    inner.selection = all(kept);
    scope.check(inner, &order_by)?;
    if !alias.columns.is_empty() {
        alias.columns.extend(
            joined.keys.iter().map(|name| TableAliasColumnDef { name: name.clone(), data_type: None }),
        );
    }
    if let Some((skip, most)) = limit {
        let number_of_row = row_number(partition, order_by);
        let mut conditions = Vec::new();
        if skip > 0 {
            conditions.push(binary(number_of_row.clone(), BinaryOperator::Gt, number(skip)));
        }
        if let Some(most) = most {
            conditions.push(binary(number_of_row, BinaryOperator::LtEq, number(skip.saturating_add(most))));
        }
        inner.qualify = all(conditions);
    }
    joined.factor = TableFactor::Derived { lateral: false, subquery, alias: Some(alias), sample: None };
    Ok(joined)
}

/// `*` in the list does not show the columns for the conditions.
pub fn hide(projection: &mut [SelectItem], keys: &[(Ident, Ident)]) {
    for item in projection {
        let (options, table) = match item {
            SelectItem::Wildcard(options) => (options, None),
            SelectItem::QualifiedWildcard(kind, options) => (options, Some(kind.to_string())),
            _ => continue,
        };
        let hidden = keys.iter().filter(|(own, _)| {
            table.as_ref().is_none_or(|table| {
                table.trim_end_matches(".*").trim_matches('"').eq_ignore_ascii_case(&own.value)
            })
        });
        let mut names: Vec<ObjectName> = match options.opt_exclude.take() {
            None => Vec::new(),
            Some(ExcludeSelectItem::Single(name)) => vec![name],
            Some(ExcludeSelectItem::Multiple(names)) => names,
        };
        names.extend(hidden.map(|(_, name)| ObjectName::from(vec![name.clone()])));
        if !names.is_empty() {
            options.opt_exclude = Some(ExcludeSelectItem::Multiple(names));
        }
    }
}

fn refusal() -> Refusal {
    Refusal::new(
        "this LATERAL subquery is not supported: it is one SELECT … FROM … with equalities between its columns and those of \
         the tables before it in WHERE, and may have GROUP BY, or ORDER BY and LIMIT; write a join for others",
    )
}

/// `SELECT UNNEST(l) AS x`
fn unnest(query: &Query) -> Option<(Expr, Ident)> {
    let SetExpr::Select(select) = &*query.body else { return None };
    let plain = query.with.is_none()
        && query.limit_clause.is_none()
        && query.order_by.is_none()
        && select.from.is_empty()
        && select.selection.is_none()
        && select.distinct.is_none();
    let [item] = &select.projection[..] else { return None };
    let (expr, name) = match item {
        SelectItem::ExprWithAlias { expr, alias } => (expr, alias.clone()),
        SelectItem::UnnamedExpr(expr) => (expr, Ident::new("unnest")),
        _ => return None,
    };
    let Expr::Function(Function { name: function, args: FunctionArguments::List(list), .. }) = expr else {
        return None;
    };
    let [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] = &list.args[..] else { return None };
    (plain && function.to_string().eq_ignore_ascii_case("unnest")).then(|| (list.clone(), name))
}

/// How many rows are skipped, and how many are taken.
fn limit(query: &mut Query) -> Result<Option<(u64, Option<u64>)>> {
    let literal = |expr: &Expr| match bare(expr) {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    };
    let Some(clause) = query.limit_clause.take() else { return Ok(None) };
    let refuse = || Refusal::new("LIMIT and OFFSET in a LATERAL subquery are numbers that are written out");
    match clause {
        LimitClause::LimitOffset { limit, offset, limit_by } if limit_by.is_empty() => {
            let most = limit.as_ref().map(|limit| literal(limit).ok_or_else(refuse)).transpose()?;
            let skip = offset.as_ref().map(|offset| literal(&offset.value).ok_or_else(refuse)).transpose()?;
            Ok(Some((skip.unwrap_or(0), most)))
        }
        _ => Err(refuse()),
    }
}

/// The keys of ORDER BY; a number or an alias is the item that it means.
fn order_by(query: &mut Query) -> Result<Vec<OrderByExpr>> {
    let Some(order_by) = query.order_by.take() else { return Ok(Vec::new()) };
    let OrderByKind::Expressions(mut keys) = order_by.kind else { return Err(refusal()) };
    let SetExpr::Select(select) = &*query.body else { return Err(refusal()) };
    for key in &mut keys {
        let item = match bare(&key.expr) {
            Expr::Identifier(name) => select.projection.iter().find_map(|item| match item {
                SelectItem::ExprWithAlias { expr, alias }
                    if alias.value.eq_ignore_ascii_case(&name.value) =>
                {
                    Some(expr)
                }
                _ => None,
            }),
            Expr::Value(value) => {
                let place =
                    value.value.to_string().parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                match place.and_then(|place| select.projection.get(place)) {
                    Some(SelectItem::ExprWithAlias { expr, .. } | SelectItem::UnnamedExpr(expr)) => {
                        Some(expr)
                    }
                    _ => return Err(refusal()),
                }
            }
            _ => None,
        };
        if let Some(expr) = item {
            key.expr = expr.clone();
        }
    }
    Ok(keys)
}

fn row_number(partition_by: Vec<Expr>, order_by: Vec<OrderByExpr>) -> Expr {
    let mut expr = call("ROW_NUMBER", Vec::new());
    if let Expr::Function(function) = &mut expr {
        let spec = WindowSpec { window_name: None, partition_by, order_by, window_frame: None };
        function.over = Some(WindowType::WindowSpec(spec));
    }
    expr
}

pub fn name_of(factor: &TableFactor) -> Option<Ident> {
    let alias_of = |alias: &Option<TableAlias>| alias.as_ref().map(|alias| alias.name.clone());
    match factor {
        TableFactor::Table { name, alias, .. } => {
            alias_of(alias).or_else(|| name.0.last()?.as_ident().cloned())
        }
        TableFactor::Derived { alias, .. } | TableFactor::UNNEST { alias, .. } => alias_of(alias),
        TableFactor::Function { alias, .. } => alias_of(alias),
        _ => None,
    }
}

/// Which functions of many rows a list calls: over the rows of all keys they are others.
#[derive(Default)]
struct Calls {
    windows: bool,
    aggregates: bool,
    depth: usize,
}

impl Calls {
    fn of(projection: &Vec<SelectItem>) -> Self {
        let mut calls = Self::default();
        let _ = walk(projection, &mut calls);
        calls
    }
}

impl Visitor for Calls {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr
            && self.depth == 0
        {
            self.windows |= function.over.is_some();
            self.aggregates |= function.over.is_none() && is_aggregate(function);
        }
        ControlFlow::Continue(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Inner,
    Outer,
    Both,
}

/// What names mean in the subquery.
struct Scope<'a> {
    inner: Outer,
    outer: &'a Outer,
}

impl<'a> Scope<'a> {
    fn new(from: &[sqlparser::ast::TableWithJoins], outer: &'a Outer, catalog: &dyn Catalog) -> Self {
        let factors = from.iter().flat_map(|tables| {
            std::iter::once(&tables.relation).chain(tables.joins.iter().map(|join| &join.relation))
        });
        let mut inner = Outer::of(factors.clone(), catalog);
        // A table without a name may have any column.
        if inner.0.len() < factors.count() {
            inner.0.push((Ident::new(""), None));
        }
        Self { inner, outer }
    }

    fn is_outer(&self, parts: &[Ident]) -> bool {
        match parts {
            [column] => {
                let has =
                    |columns: &[String]| columns.iter().any(|own| own.eq_ignore_ascii_case(&column.value));
                let not_inner = self
                    .inner
                    .0
                    .iter()
                    .all(|(_, columns)| columns.as_ref().is_some_and(|columns| !has(columns)));
                not_inner
                    && self
                        .outer
                        .0
                        .iter()
                        .any(|(_, columns)| columns.as_ref().is_some_and(|columns| has(columns)))
            }
            [table, ..] => self.outer.has(table) && !self.inner.has(table),
            [] => false,
        }
    }

    /// Which tables the columns of an expression are of.
    fn side(&self, expr: &impl sqlparser::ast::Visit) -> Side {
        struct Sides<'a, 'b> {
            scope: &'a Scope<'b>,
            inner: bool,
            outer: bool,
        }

        impl Visitor for Sides<'_, '_> {
            type Break = ();

            fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
                let is_outer = match expr {
                    Expr::Identifier(name) => self.scope.is_outer(std::slice::from_ref(name)),
                    Expr::CompoundIdentifier(parts) => self.scope.is_outer(parts),
                    _ => return ControlFlow::Continue(()),
                };
                self.outer |= is_outer;
                self.inner |= !is_outer;
                ControlFlow::Continue(())
            }
        }

        let mut sides = Sides { scope: self, inner: false, outer: false };
        let _ = walk(expr, &mut sides);
        match (sides.inner, sides.outer) {
            (_, false) => Side::Inner,
            (false, true) => Side::Outer,
            (true, true) => Side::Both,
        }
    }

    /// `own op other`, with its own columns before those of the tables before it.
    fn comparison(&self, condition: &Expr) -> Result<(Expr, BinaryOperator, Expr)> {
        use BinaryOperator::{Eq, Gt, GtEq, Lt, LtEq};
        let refuse = || refusal().at(condition);
        let Expr::BinaryOp { left, op, right } = bare(condition) else { return Err(refuse()) };
        let turned = match op {
            Eq => Eq,
            Lt => Gt,
            LtEq => GtEq,
            Gt => Lt,
            GtEq => LtEq,
            _ => return Err(refuse()),
        };
        let (own, op, mut other) = match (self.side(&**left), self.side(&**right)) {
            (Side::Inner, Side::Outer) => ((**left).clone(), op.clone(), (**right).clone()),
            (Side::Outer, Side::Inner) => ((**right).clone(), turned, (**left).clone()),
            _ => return Err(refuse()),
        };
        let _ = walk_mut(&mut other, &mut Qualify(self.outer));
        Ok((own, op, other))
    }

    /// What is left of the subquery is of its own columns.
    fn check(&self, inner: &Select, order_by: &[OrderByExpr]) -> Result<()> {
        let mut keys = order_by.iter().map(|key| &key.expr);
        if self.side(inner) == Side::Inner && keys.all(|key| self.side(key) == Side::Inner) {
            return Ok(());
        }
        Err(Refusal::new(
            "a LATERAL subquery of several rows takes columns of the tables before it in conditions of its WHERE only: u.k = t.k; \
             compute with them outside of it",
        ))
    }
}

/// Columns without their table get it: in the join there are more tables.
struct Qualify<'a>(&'a Outer);

impl VisitorMut for Qualify<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(column) = expr {
            let has = |columns: &Option<Vec<String>>| {
                columns
                    .as_ref()
                    .is_some_and(|columns| columns.iter().any(|own| own.eq_ignore_ascii_case(&column.value)))
            };
            if let Some((table, _)) = self.0.0.iter().find(|(_, columns)| has(columns)) {
                *expr = Expr::CompoundIdentifier(vec![table.clone(), column.clone()]);
            }
        }
        ControlFlow::Continue(())
    }
}
