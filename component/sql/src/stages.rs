//! Parts of a statement that must be planned, or read, before the rest of it: a recursive query, and forms
//! whose columns are the values of a table. The caller does that ([`Stages`]) and has a table for each part
//! afterwards, which the statement reads in its place. It comes after files have been put in the place of
//! names, and before [`crate::rewrite`].
//!
//! | form | becomes |
//! |---|---|
//! | `WITH RECURSIVE r AS (a UNION ALL b)` | `WITH r AS (SELECT * FROM "recursion 0")`: see [`recursion`] |
//! | `PIVOT t ON c USING SUM(x)` | `SELECT k, SUM(x) FILTER (WHERE …) AS v, … FROM t GROUP BY k`: see [`pivot`] |
//! | `UNPIVOT t ON a, b` | `SELECT * FROM "unpivot 0"`: see [`unpivot`] |
//! | `SUMMARIZE t` | `SELECT * FROM "summary 0"` |
//! | `q PIVOT (…)`, `q UNPIVOT (…)`, where `q` does not list its columns | `(SELECT a, b FROM q) PIVOT (…)`, for [`crate::forms`] |
//!
//! What a part reads of common table expressions around it goes with it: each is made a table of its own.
//! Not covered: parts that read columns of a query around them.

mod pivot;
mod recursion;
mod unpivot;

use std::collections::HashSet;
use std::ops::ControlFlow;

use sqlparser::ast::helpers::attached_token::AttachedToken;
use sqlparser::ast::{
    Cte, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, ObjectName, Query,
    Select, SelectItem, SetExpr, Statement, TableAlias, TableFactor, TableWithJoins, Visit, Visitor,
    VisitorMut, WildcardAdditionalOptions, With,
};

use crate::Refusal;
use crate::names::{bare_query, ident, select_all};
use crate::walk::{walk, walk_mut};

/// What [`crate::tokens`] calls the parts of statements that the parser does not know.
pub(crate) const PIVOT: &str = "__pivot";
pub(crate) const UNPIVOT: &str = "__unpivot";
pub(crate) const SUMMARIZE: &str = "__summarize";
pub(crate) const ALIAS: &str = "__as";

/// A query that reads itself: `anchor UNION ALL step`.
pub struct Recursion {
    pub name: String,
    /// The names that the columns are given; the anchor's for those that are missing.
    pub columns: Vec<String>,
    pub anchor: Query,
    pub step: Query,
    /// The table of the rows of the round before, under which `step` reads them.
    pub rows: String,
    /// `UNION`: a row that was there already is left out.
    pub distinct: bool,
}

/// Columns that become rows.
pub struct Unpivot {
    /// The columns of its query that stay.
    pub kept: Vec<String>,
    /// For each row that a row becomes: what it is called, and the columns of its values.
    pub groups: Vec<(String, Vec<String>)>,
    /// The column of what they are called.
    pub name: String,
    /// The columns of values.
    pub values: Vec<String>,
}

/// What the caller does. A table that it makes is registered under the key that it is given.
pub trait Stages<E> {
    /// A key that no other table has.
    fn key(&mut self, kind: &str) -> String;

    /// The names of the columns of `query`.
    fn columns(&mut self, query: Query) -> Result<Vec<String>, E>;

    /// The values of the one column of `query`, as texts; at most `most`, or an error that says so.
    fn values(&mut self, query: Query, most: usize) -> Result<Vec<String>, E>;

    /// Makes `query` a table, which is computed once however often it is read.
    fn table(&mut self, key: &str, query: Query) -> Result<(), E>;

    fn recursion(&mut self, key: &str, recursion: Recursion) -> Result<(), E>;

    fn unpivot(&mut self, key: &str, query: Query, unpivot: Unpivot) -> Result<(), E>;

    /// Makes the statistics of the columns of `query` a table.
    fn summary(&mut self, key: &str, query: Query) -> Result<(), E>;
}

/// Does the parts of `statement` and puts their tables in their places.
///
/// # Errors
/// What `stages` ends with, or a refusal.
pub fn run<E: From<Refusal>>(statement: &mut Statement, stages: &mut dyn Stages<E>) -> Result<(), E> {
    if walk(&*statement, &mut Needed).is_continue() {
        return Ok(());
    }
    match walk_mut(statement, &mut Walker { stages, visible: Vec::new(), open: Vec::new() }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// Whether there is anything to do.
struct Needed;

impl Visitor for Needed {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        match &query.with {
            Some(with) if with.recursive => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        if carried(select).is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Pivot { .. } | TableFactor::Unpivot { .. } => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    }
}

/// The call that a carrier begins with.
fn carried(select: &Select) -> Option<(&'static str, &Function)> {
    let SelectItem::UnnamedExpr(Expr::Function(function)) = select.projection.first()? else { return None };
    let name = function.name.0.first()?.as_ident()?;
    let kind = [PIVOT, UNPIVOT, SUMMARIZE].into_iter().find(|kind| *kind == name.value)?;
    Some((kind, function))
}

fn args(function: &Function) -> Vec<Expr> {
    let FunctionArguments::List(list) = &function.args else { return Vec::new() };
    let arg = |arg: &FunctionArg| match arg {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().filter_map(arg).collect()
}

/// A common table expression that the current place can read.
struct Common {
    cte: Cte,
    /// The table that it has been made.
    key: Option<String>,
}

struct Walker<'a, E> {
    stages: &'a mut dyn Stages<E>,
    /// The innermost last.
    visible: Vec<Common>,
    /// The queries around the current place: how many were visible before, and its `WITH`, which the walk
    /// leaves out.
    open: Vec<(usize, Option<With>)>,
}

impl<E: From<Refusal>> VisitorMut for Walker<'_, E> {
    type Break = E;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<E> {
        let before = self.visible.len();
        let mut with = query.with.take();
        for cte in with.iter_mut().flat_map(|with| {
            let recursive = std::mem::take(&mut with.recursive);
            with.cte_tables.iter_mut().map(move |cte| (cte, recursive))
        }) {
            let (cte, recursive) = cte;
            let key = match recursion::split(cte, recursive) {
                Ok(None) => {
                    walk_mut(&mut *cte.query, self)?;
                    None
                }
                Ok(Some(recursion)) => match self.recursion(recursion) {
                    Ok(key) => {
                        *cte.query = read(&key);
                        Some(key)
                    }
                    Err(error) => return ControlFlow::Break(error),
                },
                Err(refusal) => return ControlFlow::Break(refusal.into()),
            };
            self.visible.push(Common { cte: cte.clone(), key });
        }
        self.open.push((before, with));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, query: &mut Query) -> ControlFlow<E> {
        if let Some((before, with)) = self.open.pop() {
            self.visible.truncate(before);
            query.with = with;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<E> {
        let (TableFactor::Pivot { table, .. } | TableFactor::Unpivot { table, .. }) = factor else {
            return ControlFlow::Continue(());
        };
        match self.listed(table) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }

    fn post_visit_select(&mut self, select: &mut Select) -> ControlFlow<E> {
        let done = match carried(select).map(|(kind, function)| (kind, args(function))) {
            None => Ok(()),
            Some((PIVOT, on)) => self.pivot(select, on),
            Some((UNPIVOT, names)) => self.unpivot(select, &names),
            Some(_) => self.summary(select),
        };
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

impl<E: From<Refusal>> Walker<'_, E> {
    /// Makes `table` list its columns, if only its plan knows them.
    fn listed(&mut self, table: &mut TableFactor) -> Result<(), E> {
        let alias = match table {
            TableFactor::Table { name, alias, args: None, .. } => {
                let [part] = &name.0[..] else { return Ok(()) };
                let Some(name) = part.as_ident() else { return Ok(()) };
                let is = |common: &Common| common.cte.alias.name.value.eq_ignore_ascii_case(&name.value);
                if !self.visible.iter().any(is) {
                    return Ok(());
                }
                alias.as_ref().map_or_else(|| name.clone(), |alias| alias.name.clone())
            }
            TableFactor::Derived { subquery, alias, .. } => {
                if crate::forms::list(&subquery.body).is_some() {
                    return Ok(());
                }
                alias.as_ref().map_or_else(|| ident("source"), |alias| alias.name.clone())
            }
            _ => return Ok(()),
        };
        let from = vec![TableWithJoins { relation: table.clone(), joins: Vec::new() }];
        let source = self.complete(everything(&from))?;
        let columns = self.stages.columns(source)?;
        let mut listing = everything(&from);
        if let SetExpr::Select(select) = &mut *listing.body {
            let column = |name: &String| SelectItem::UnnamedExpr(Expr::Identifier(ident(name)));
            select.projection = columns.iter().map(column).collect();
        }
        *table = TableFactor::Derived {
            lateral: false,
            subquery: Box::new(listing),
            alias: Some(TableAlias { explicit: true, name: alias, columns: Vec::new(), at: None }),
            sample: None,
        };
        Ok(())
    }

    fn summary(&mut self, select: &mut Select) -> Result<(), E> {
        let source = self.complete(everything(&select.from))?;
        let key = self.stages.key("summary");
        self.stages.summary(&key, source)?;
        replace(select, &key);
        Ok(())
    }

    fn recursion(&mut self, mut recursion: Recursion) -> Result<String, E> {
        recursion.rows = self.stages.key("rows of");
        recursion::read_rows(&mut recursion);
        recursion.anchor = self.complete(recursion.anchor)?;
        recursion.step = self.complete(recursion.step)?;
        let key = self.stages.key("recursion");
        self.stages.recursion(&key, recursion)?;
        Ok(key)
    }

    /// `query` with the common table expressions around it that it reads.
    fn complete(&mut self, query: Query) -> Result<Query, E> {
        let visible = self.visible.len();
        self.complete_within(query, visible)
    }

    /// The same, of the first `visible` ones.
    fn complete_within(&mut self, mut query: Query, visible: usize) -> Result<Query, E> {
        let names = tables_of(&query);
        let mut read_by_it = Vec::new();
        for n in (0..visible).rev() {
            let name = self.visible[n].cte.alias.name.value.to_lowercase();
            if names.contains(&name) && !read_by_it.iter().any(|(other, _)| *other == name) {
                read_by_it.push((name, n));
            }
        }
        let mut ctes = Vec::new();
        for (_, n) in read_by_it.into_iter().rev() {
            let key = self.materialize(n)?;
            let alias = TableAlias { columns: Vec::new(), ..self.visible[n].cte.alias.clone() };
            ctes.push(Cte { alias, query: Box::new(read(&key)), ..self.visible[n].cte.clone() });
        }
        if !ctes.is_empty() {
            let own = query.with.take();
            let recursive = own.as_ref().is_some_and(|with| with.recursive);
            ctes.extend(own.into_iter().flat_map(|with| with.cte_tables));
            query.with = Some(With { with_token: AttachedToken::empty(), recursive, cte_tables: ctes });
        }
        Ok(query)
    }

    /// The table of a common table expression.
    fn materialize(&mut self, n: usize) -> Result<String, E> {
        if let Some(key) = &self.visible[n].key {
            return Ok(key.clone());
        }
        let mut cte = self.visible[n].cte.clone();
        *cte.query = self.complete_within(*cte.query, n)?;
        let mut query = select_all(table(&cte.alias.name.value));
        query.with =
            Some(With { with_token: AttachedToken::empty(), recursive: false, cte_tables: vec![cte] });
        let key = self.stages.key("common");
        self.stages.table(&key, query)?;
        self.visible[n].key = Some(key.clone());
        Ok(key)
    }
}

/// A table by its name.
fn table(name: &str) -> TableFactor {
    TableFactor::Table {
        name: ObjectName::from(vec![ident(name)]),
        alias: None,
        args: None,
        with_hints: Vec::new(),
        version: None,
        with_ordinality: false,
        partitions: Vec::new(),
        json_path: None,
        sample: None,
        index_hints: Vec::new(),
    }
}

/// `SELECT * FROM key`
fn read(key: &str) -> Query {
    select_all(table(key))
}

/// `SELECT * FROM from`
fn everything(from: &[TableWithJoins]) -> Query {
    let mut select =
        crate::names::select_from(vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())], None);
    select.from = from.to_vec();
    bare_query(SetExpr::Select(Box::new(select)))
}

/// Makes `select` read a table, and nothing else.
fn replace(select: &mut Select, key: &str) {
    select.projection = vec![SelectItem::Wildcard(WildcardAdditionalOptions::default())];
    select.from = vec![TableWithJoins { relation: table(key), joins: Vec::new() }];
    select.group_by = GroupByExpr::Expressions(Vec::new(), Vec::new());
}

/// The tables that `part` names, in lower case, also those that it gives their names itself.
fn tables_of(part: &impl Visit) -> HashSet<String> {
    struct Names(HashSet<String>);
    impl Visitor for Names {
        type Break = ();
        fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
            if let TableFactor::Table { name, args: None, .. } = factor
                && let [part] = &name.0[..]
                && let Some(name) = part.as_ident()
            {
                self.0.insert(name.value.to_lowercase());
            }
            ControlFlow::Continue(())
        }
    }
    let mut names = Names(HashSet::new());
    let _ = walk(part, &mut names);
    names.0
}
