//! `PIVOT` and `UNPIVOT` in `FROM`.
//!
//! | form | becomes |
//! |---|---|
//! | `t PIVOT (SUM(b) FOR c IN ('x', 'y'))` | `(SELECT k, SUM(b) FILTER (WHERE c = 'x') AS x, … FROM t GROUP BY k)` |
//! | `t UNPIVOT (value FOR name IN (a, b))` | `(SELECT k, 'a' AS name, a AS value … UNION ALL SELECT k, 'b', b …)` |
//!
//! Both group by, or repeat, the other columns of the table, which must be known. Not covered: values that
//! are not listed (`IN (ANY)`, a subquery), several columns after `FOR`.

use sqlparser::ast::{
    BinaryOperator, Expr, ExprWithAlias, GroupByExpr, NullInclusion, PivotValueSource, SelectItem, SetExpr,
    SetOperator, SetQuantifier, TableAlias, TableFactor, Visit, Visitor,
};

use super::{balanced, bare, binary, nested, string, text};
use crate::catalog::Catalog;
use crate::names::{bare_query, ident, select_from};
use crate::walk::walk;
use crate::{Refusal, Result, size};

/// Each is a plan of its own.
const MAX_UNPIVOT: usize = 50;

pub fn rewrite(factor: &mut TableFactor, catalog: &dyn Catalog) -> Result<()> {
    let inner = match factor {
        TableFactor::Pivot { .. } => pivot(factor, catalog)?,
        TableFactor::Unpivot { .. } => unpivot(factor, catalog)?,
        _ => return Ok(()),
    };
    *factor = inner;
    Ok(())
}

fn derived(body: SetExpr, alias: Option<TableAlias>, name: &str) -> TableFactor {
    let alias = alias.unwrap_or_else(|| TableAlias {
        explicit: true,
        name: ident(name),
        columns: Vec::new(),
        at: None,
    });
    TableFactor::Derived {
        lateral: false,
        subquery: Box::new(bare_query(body)),
        alias: Some(alias),
        sample: None,
    }
}

fn known(table: &TableFactor, catalog: &dyn Catalog, form: &str) -> Result<Vec<String>> {
    let columns = match table {
        TableFactor::Table { .. } => catalog.columns(table),
        TableFactor::Derived { subquery, alias, .. } => {
            let renamed = alias.as_ref().filter(|alias| !alias.columns.is_empty());
            match renamed {
                Some(alias) => Some(alias.columns.iter().map(|column| column.name.value.clone()).collect()),
                None => list(&subquery.body),
            }
        }
        _ => None,
    };
    columns.ok_or_else(|| {
        Refusal::new(format!(
            "{form} takes a table, or a subquery that lists its columns: (SELECT a, b FROM t) {form} (…)"
        ))
    })
}

/// The columns of a select that lists them.
pub(crate) fn list(body: &SetExpr) -> Option<Vec<String>> {
    let SetExpr::Select(select) = body else { return None };
    let names = select.projection.iter().map(|item| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => Some(parts.last()?.value.clone()),
        _ => None,
    });
    names.collect()
}

/// A table in `FROM` of a join needs a name.
fn with_name(mut table: TableFactor) -> TableFactor {
    if let TableFactor::Derived { alias: alias @ None, .. } = &mut table {
        *alias = Some(TableAlias { explicit: true, name: ident("source"), columns: Vec::new(), at: None });
    }
    table
}

/// The names of columns that `part` reads, in lower case.
pub(crate) fn read(part: &impl Visit) -> Vec<String> {
    struct Names(Vec<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> std::ops::ControlFlow<()> {
            match expr {
                Expr::Identifier(name) => self.0.push(name.value.to_lowercase()),
                Expr::CompoundIdentifier(parts) => {
                    self.0.extend(parts.last().map(|name| name.value.to_lowercase()));
                }
                _ => {}
            }
            std::ops::ControlFlow::Continue(())
        }
    }
    let mut names = Names(Vec::new());
    let _ = walk(part, &mut names);
    names.0
}

fn pivot(factor: &TableFactor, catalog: &dyn Catalog) -> Result<TableFactor> {
    let TableFactor::Pivot { table, aggregate_functions, value_column, value_source, default_on_null, alias } =
        factor
    else {
        return Ok(factor.clone());
    };
    let [column] = &value_column[..] else {
        return Err(Refusal::new("PIVOT takes one column after FOR"));
    };
    let PivotValueSource::List(values) = value_source else {
        return Err(Refusal::new("PIVOT takes the values of its columns: FOR c IN ('x', 'y')").at(column));
    };
    if default_on_null.is_some() {
        return Err(Refusal::new(
            "PIVOT … DEFAULT ON NULL is not supported; use COALESCE around the columns",
        ));
    }
    let mut used = read(column);
    for aggregate in aggregate_functions {
        used.extend(read(&aggregate.expr));
    }
    let keys: Vec<Expr> = known(table, catalog, "PIVOT")?
        .iter()
        .filter(|name| !used.contains(&name.to_lowercase()))
        .map(|name| Expr::Identifier(ident(name)))
        .collect();
    let mut projection: Vec<SelectItem> = keys.iter().cloned().map(SelectItem::UnnamedExpr).collect();
    for value in values {
        let name = match &value.alias {
            Some(alias) => alias.value.clone(),
            None => text(&value.expr).map_or_else(|| value.expr.to_string(), str::to_owned),
        };
        for aggregate in aggregate_functions {
            let own = match (&aggregate.alias, aggregate_functions.len()) {
                (Some(alias), _) => format!("{name}_{}", alias.value),
                (None, 1) => name.clone(),
                (None, _) => format!("{name}_{}", crate::names::text_of(&aggregate.expr)),
            };
            let Expr::Function(function) = bare(&aggregate.expr) else {
                return Err(Refusal::new("PIVOT takes aggregates: SUM(b), COUNT(*)").at(&aggregate.expr));
            };
            let mut function = function.clone();
            let wanted = binary(column.clone(), BinaryOperator::Eq, nested(value.expr.clone()));
            function.filter = Some(Box::new(match function.filter.take() {
                None => wanted,
                Some(filter) => binary(nested(*filter), BinaryOperator::And, wanted),
            }));
            projection.push(SelectItem::ExprWithAlias { expr: Expr::Function(function), alias: ident(&own) });
        }
    }
    let mut select = select_from(projection, Some(with_name((**table).clone())));
    select.group_by = GroupByExpr::Expressions(keys, Vec::new());
    Ok(derived(SetExpr::Select(Box::new(select)), alias.clone(), "pivot"))
}

fn unpivot(factor: &TableFactor, catalog: &dyn Catalog) -> Result<TableFactor> {
    let TableFactor::Unpivot { table, value, name, columns, null_inclusion, alias } = factor else {
        return Ok(factor.clone());
    };
    let Expr::Identifier(value) = bare(value) else {
        return Err(
            Refusal::new("UNPIVOT takes one column of values: UNPIVOT (value FOR name IN (a, b))").at(value)
        );
    };
    let mut used = Vec::new();
    for ExprWithAlias { expr, .. } in columns {
        match bare(expr) {
            Expr::Identifier(name) => used.push(name.value.to_lowercase()),
            _ => return Err(Refusal::new("UNPIVOT takes names of columns: IN (a, b)").at(expr)),
        }
    }
    let kept: Vec<String> = known(table, catalog, "UNPIVOT")?
        .into_iter()
        .filter(|name| !used.contains(&name.to_lowercase()))
        .collect();
    if columns.len() > 1 && !size::is_within(&**table, 2_000 / columns.len()) {
        return Err(Refusal::new(
            "the subquery before UNPIVOT is too large; make it a common table expression",
        ));
    }
    if columns.len() > MAX_UNPIVOT {
        return Err(Refusal::new(format!("UNPIVOT takes at most {MAX_UNPIVOT} columns")));
    }
    let mut all = Vec::new();
    for ExprWithAlias { expr, alias } in columns {
        let Expr::Identifier(column) = bare(expr) else { continue };
        let label = alias.as_ref().unwrap_or(column);
        let mut projection: Vec<SelectItem> =
            kept.iter().map(|name| SelectItem::UnnamedExpr(Expr::Identifier(ident(name)))).collect();
        projection.push(SelectItem::ExprWithAlias { expr: string(&label.value), alias: name.clone() });
        projection.push(SelectItem::ExprWithAlias { expr: expr.clone(), alias: value.clone() });
        let mut select = select_from(projection, Some(with_name((**table).clone())));
        if !matches!(null_inclusion, Some(NullInclusion::IncludeNulls)) {
            select.selection = Some(Expr::IsNotNull(Box::new(expr.clone())));
        }
        all.push(SetExpr::Select(Box::new(select)));
    }
    let union = |left, right| SetExpr::SetOperation {
        left: Box::new(left),
        op: SetOperator::Union,
        set_quantifier: SetQuantifier::All,
        right: Box::new(right),
    };
    let Some(all) = balanced(all, union) else {
        return Err(Refusal::new("UNPIVOT takes names of columns: IN (a, b)"));
    };
    Ok(derived(all, alias.clone(), "unpivot"))
}
