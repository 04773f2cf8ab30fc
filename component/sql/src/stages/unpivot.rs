//! `UNPIVOT t ON a, b INTO NAME n VALUE v`: a row for each of the columns of a row, without NULLs.
//!
//! | `ON` | rows |
//! |---|---|
//! | `a, b`, `a AS x` | `n` is the column's name, or the alias |
//! | `*`, `* EXCLUDE (a)`, `COLUMNS(*)`, `COLUMNS('pattern')`, `COLUMNS(['a', 'b'])` | of all those columns |
//! | `a + 1`, `a::VARCHAR` | of an expression of one column, by the column's name |
//! | `(a, b) AS x, (c, d)` with `VALUE v, w` | several values a row, none of them NULL |
//!
//! The other columns are repeated. Not covered: expressions of several columns without an alias.

use sqlparser::ast::{Expr, Select, SelectItem, SetExpr};

use super::{Unpivot, Walker, everything, replace};
use crate::Refusal;
use crate::forms::{Argument, argument, excluded, read};
use crate::names::ident;
use crate::tree::{bare, text};

/// What a row becomes.
const MAX_ROWS: usize = 1_000;

impl<E: From<Refusal>> Walker<'_, E> {
    pub(super) fn unpivot(&mut self, select: &mut Select, names: &[Expr]) -> Result<(), E> {
        let mut names = names.iter().filter_map(|name| text(name).map(str::to_owned));
        let name = names.next().unwrap_or_default();
        let values: Vec<String> = names.collect();
        let source = self.complete(everything(&select.from))?;
        let columns = self.stages.columns(source.clone())?;
        let mut groups: Vec<(String, Vec<Expr>)> = Vec::new();
        for item in &select.projection[1..] {
            let pattern = match item {
                SelectItem::UnnamedExpr(expr) => matches!(argument(expr), Some(Argument::Pattern)),
                _ => false,
            };
            if pattern {
                // The engine has the regular expressions.
                let mut query = source.clone();
                if let SetExpr::Select(select) = &mut *query.body {
                    select.projection = vec![item.clone()];
                }
                width(1, values.len(), item)?;
                groups.extend(self.stages.columns(query)?.iter().map(|name| alone(name)));
            } else {
                groups.extend(group(item, &columns, values.len())?);
            }
        }
        if groups.len() > MAX_ROWS {
            return Err(Refusal::new(format!("UNPIVOT takes at most {MAX_ROWS} columns")).into());
        }
        let used: Vec<String> = groups.iter().flat_map(|(_, values)| values).flat_map(read).collect();
        let kept: Vec<String> =
            columns.into_iter().filter(|name| !used.contains(&name.to_lowercase())).collect();
        let taken = |new: &String| kept.iter().any(|name| name.eq_ignore_ascii_case(new));
        if let Some(twice) = std::iter::once(&name).chain(&values).find(|new| taken(new)) {
            return Err(Refusal::new(format!(
                "UNPIVOT: there is a column \"{twice}\" already; give the new one another name: INTO NAME n VALUE v"
            ))
            .into());
        }
        // The values get names that no column has; those that stay keep theirs.
        let mut query = source;
        let mut plan = Unpivot { kept: kept.clone(), groups: Vec::new(), name, values };
        let mut projection: Vec<SelectItem> =
            kept.iter().map(|name| SelectItem::UnnamedExpr(Expr::Identifier(ident(name)))).collect();
        for (n, (label, exprs)) in groups.into_iter().enumerate() {
            let mut own = Vec::new();
            for (m, expr) in exprs.into_iter().enumerate() {
                let alias = format!("{UNPIVOTED}{n}:{m}");
                projection.push(SelectItem::ExprWithAlias { expr, alias: ident(&alias) });
                own.push(alias);
            }
            plan.groups.push((label, own));
        }
        if let SetExpr::Select(select) = &mut *query.body {
            select.projection = projection;
        }
        let key = self.stages.key("unpivot");
        self.stages.unpivot(&key, query, plan)?;
        replace(select, &key);
        Ok(())
    }
}

const UNPIVOTED: &str = "unpivoted:";

/// A column that becomes a row by its own name.
fn alone(name: &str) -> (String, Vec<Expr>) {
    (name.to_owned(), vec![Expr::Identifier(ident(name))])
}

/// The rows that an item of `ON` makes.
fn group(item: &SelectItem, columns: &[String], values: usize) -> Result<Vec<(String, Vec<Expr>)>, Refusal> {
    let all = |except: &[String]| -> Vec<(String, Vec<Expr>)> {
        let kept = |name: &&String| !except.iter().any(|other| other.eq_ignore_ascii_case(name));
        columns.iter().filter(kept).map(|name| alone(name)).collect()
    };
    let (expr, alias) = match item {
        SelectItem::Wildcard(options) => {
            width(1, values, item)?;
            return Ok(all(&excluded(options)));
        }
        SelectItem::UnnamedExpr(expr) => (expr, None),
        SelectItem::ExprWithAlias { expr, alias } => (expr, Some(alias.value.clone())),
        item => return Err(Refusal::new("UNPIVOT takes columns: ON a, b").at(item)),
    };
    match argument(expr) {
        Some(Argument::All { except }) => {
            width(1, values, item)?;
            return Ok(all(&except));
        }
        Some(Argument::Names(names)) => {
            width(1, values, item)?;
            return Ok(names.iter().map(|name| alone(name)).collect());
        }
        Some(Argument::Pattern) | None => {}
    }
    let exprs = match bare(expr) {
        Expr::Tuple(exprs) => exprs.clone(),
        expr => vec![expr.clone()],
    };
    width(exprs.len(), values, item)?;
    let label = match alias {
        Some(alias) => alias,
        None => {
            let mut labels = Vec::new();
            for expr in &exprs {
                let mut names = read(expr);
                names.dedup();
                match &names[..] {
                    [name] => labels.push(spelled(columns, name)),
                    _ => {
                        return Err(Refusal::new(
                            "UNPIVOT: an expression of several columns needs a name: ON (a + b) AS c",
                        )
                        .at(expr));
                    }
                }
            }
            labels.join("_")
        }
    };
    Ok(vec![(label, exprs)])
}

fn width(given: usize, values: usize, item: &SelectItem) -> Result<(), Refusal> {
    if given == values {
        return Ok(());
    }
    Err(Refusal::new(format!(
        "UNPIVOT: as many values as names after VALUE, as in ON (a, b), (c, d) INTO NAME n VALUE v, w; here {given} and \
         {values}"
    ))
    .at(item))
}

fn spelled(columns: &[String], name: &str) -> String {
    columns.iter().find(|column| column.to_lowercase() == name).map_or(name, String::as_str).to_owned()
}
