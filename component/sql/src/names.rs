//! Names: what an output column is called, and which column or alias a name in the text means.
//!
//! - A column without an alias gets the name that DuckDB gives it ([`text`]): `sum(a)`, `count_star()`.
//! - Of the same names in one list (the case does not count) the later ones get a suffix: `a`, `a_1`.
//! - A name that no column has can mean an alias of the list: in `WHERE`, and in the items after it.
//! - A name is spelled as its column is, whatever its case in the text.
//!
//! The columns of tables come from the [`Catalog`]; those of subqueries and common table expressions
//! follow from their lists. Where the columns of a table are not known, names that may be its columns
//! stay as they were written.
//!
//! | needs to know the columns | without that |
//! |---|---|
//! | aliases in `WHERE` and in later items | only over subqueries of known columns |
//! | the case of names | exact names only |
//! | `*` over a join with the same names, or with `USING` | names like `a:u` |
//! | the column after `FULL JOIN … USING` | as below, it needs none |

mod keywords;
mod text;

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, Cte, Distinct, ExcludeSelectItem, Expr, GroupByExpr, Ident, Join, JoinConstraint,
    JoinOperator, LambdaFunction, NamedWindowDefinition, ObjectName, OneOrManyWithParens, OrderBy,
    OrderByKind, Query, RenameSelectItem, Select, SelectFlavor, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, SetOperator, SetQuantifier, Statement, TableAlias, TableAliasColumnDef, TableFactor,
    TableWithJoins, Value, VisitMut, VisitorMut, WildcardAdditionalOptions,
};

use crate::catalog::Catalog;
use crate::tree::call;
use crate::walk::{each_expr, walk, walk_mut};
use crate::{Refusal, Result, size};

/// Gives the columns of `statement` their names, and finds what its names mean.
///
/// # Errors
/// An alias that stands for a random value and is used a second time.
pub fn label(statement: &mut Statement, catalog: &dyn Catalog) -> Result<()> {
    let query = match statement {
        Statement::Query(query) => query,
        Statement::Explain { statement, .. } => return label(statement, catalog),
        _ => return Ok(()),
    };
    Names { catalog, ctes: Vec::new(), outer: Vec::new(), copied: 0 }.query(query, Labels::Yes).map(drop)
}

/// The columns of a relation, if they are known.
pub(crate) type Columns = Option<Vec<String>>;

/// A name in quotes, as it is.
pub(crate) fn ident(name: &str) -> Ident {
    Ident::with_quote('"', name)
}

/// Whether the columns of a list can be seen by name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Labels {
    Yes,
    /// In `IN (…)`, `EXISTS` and scalar subqueries.
    No,
}

struct Names<'a> {
    catalog: &'a dyn Catalog,
    /// The innermost last.
    ctes: Vec<(String, Columns)>,
    /// The scopes around a subquery, the innermost last.
    outer: Vec<Scope>,
    /// How much aliases have added to the statement.
    copied: usize,
}

/// The parts of expressions that all aliases of a statement may add to it.
const MAX_COPIED: usize = 20_000;

/// What names in a select can mean.
#[derive(Clone, Default)]
struct Scope {
    relations: Vec<Relation>,
    /// The columns of `USING` that stand for both sides, and what they are.
    merged: Vec<(String, Expr)>,
}

#[derive(Clone)]
struct Relation {
    /// The name that qualifies its columns.
    name: Option<Ident>,
    columns: Columns,
    /// Columns that `*` leaves out: those of a `USING`, on the right side.
    hidden: Vec<String>,
}

enum Meaning {
    /// A column, as it is spelled.
    Column(String),
    /// A column that a `USING` has merged.
    Merged(Box<Expr>, String),
    /// No column has that name.
    None,
    /// Perhaps a column.
    Unknown,
}

impl Scope {
    fn find(&self, name: &str) -> Meaning {
        if let Some((spelled, expr)) =
            self.merged.iter().find(|(column, _)| column.eq_ignore_ascii_case(name))
        {
            return Meaning::Merged(Box::new(expr.clone()), spelled.clone());
        }
        let mut unknown = false;
        let mut found = None;
        for relation in &self.relations {
            let Some(columns) = &relation.columns else {
                unknown = true;
                continue;
            };
            if let Some(spelled) = spelled(columns, name) {
                found.get_or_insert_with(|| spelled.to_owned());
            }
        }
        match found {
            Some(spelled) => Meaning::Column(spelled),
            None if unknown => Meaning::Unknown,
            None => Meaning::None,
        }
    }

    fn relation(&self, name: &str) -> Option<&Relation> {
        self.relations
            .iter()
            .find(|relation| relation.name.as_ref().is_some_and(|own| own.value.eq_ignore_ascii_case(name)))
    }

    fn is_known(&self) -> bool {
        self.relations.iter().all(|relation| relation.columns.is_some())
    }
}

/// The spelling of `name` in `columns`: the same, or the only one that differs in case.
fn spelled<'a>(columns: &'a [String], name: &str) -> Option<&'a str> {
    let exact = columns.iter().find(|column| *column == name);
    let found = exact.or_else(|| {
        let mut same = columns.iter().filter(|column| is_same(column, name));
        let first = same.next();
        if same.next().is_some() { None } else { first }
    });
    found.map(String::as_str)
}

/// Whether two names differ at most in case. Every name of a statement meets every column here: most are ASCII.
fn is_same(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        a.eq_ignore_ascii_case(b)
    } else {
        a.to_lowercase() == b.to_lowercase()
    }
}

impl Names<'_> {
    fn query(&mut self, query: &mut Query, labels: Labels) -> Result<Columns> {
        let ctes = self.ctes.len();
        let result = self.query_with_ctes(query, labels);
        self.ctes.truncate(ctes);
        result
    }

    fn query_with_ctes(&mut self, query: &mut Query, labels: Labels) -> Result<Columns> {
        if let Some(with) = &mut query.with {
            for cte in &mut with.cte_tables {
                let columns = self.cte(cte, with.recursive)?;
                self.ctes.push((cte.alias.name.value.clone(), columns));
            }
        }
        if labels != Labels::No {
            name_values(&mut query.body);
        }
        self.body(&mut query.body, query.order_by.as_mut(), labels)
    }

    fn cte(&mut self, cte: &mut Cte, recursive: bool) -> Result<Columns> {
        let ctes = self.ctes.len();
        let mut names = None;
        if recursive && let SetExpr::SetOperation { left, .. } = &mut *cte.query.body {
            // The names of the first part, which the second one reads.
            let mut first = left.clone();
            names = self.body(&mut first, None, Labels::Yes)?;
            let seen = renamed(names.clone(), &cte.alias);
            self.ctes.push((cte.alias.name.value.clone(), seen));
        }
        let outer = std::mem::take(&mut self.outer);
        let columns = self.query(&mut cte.query, Labels::Yes);
        self.outer = outer;
        self.ctes.truncate(ctes);
        let columns = columns?.or(names);
        complete(&mut cte.alias, columns.as_deref());
        Ok(renamed(columns, &cte.alias))
    }

    fn body(
        &mut self,
        body: &mut SetExpr,
        order_by: Option<&mut OrderBy>,
        labels: Labels,
    ) -> Result<Columns> {
        match body {
            SetExpr::Select(select) => self.select(select, order_by, labels),
            SetExpr::Query(query) => {
                let columns = self.query(query, labels)?;
                order_by_output(order_by, columns.as_deref());
                Ok(columns)
            }
            SetExpr::SetOperation { left, op, set_quantifier, right } => {
                let by_name = matches!(
                    set_quantifier,
                    SetQuantifier::ByName | SetQuantifier::AllByName | SetQuantifier::DistinctByName
                );
                if labels == Labels::Yes {
                    name_values(left);
                    name_values(right);
                }
                let first = self.body(left, None, labels)?;
                let second = self.body(right, None, labels)?;
                let columns = match (by_name, op) {
                    (true, SetOperator::Union) => first.zip(second).map(|(mut first, second)| {
                        let new: Vec<_> =
                            second.into_iter().filter(|name| spelled(&first, name).is_none()).collect();
                        first.extend(new);
                        first
                    }),
                    _ => first,
                };
                order_by_output(order_by, columns.as_deref());
                Ok(columns)
            }
            SetExpr::Values(values) => {
                for row in &mut values.rows {
                    for expr in row.content.iter_mut() {
                        self.expr(expr, &Scope::default(), None)?;
                    }
                }
                let width = values.rows.first().map_or(0, |row| row.content.len());
                Ok(Some((0..width).map(|n| format!("col{n}")).collect()))
            }
            _ => Ok(None),
        }
    }

    fn select(
        &mut self,
        select: &mut Select,
        order_by: Option<&mut OrderBy>,
        labels: Labels,
    ) -> Result<Columns> {
        if select.flavor == SelectFlavor::FromFirstNoSelect && select.projection.is_empty() {
            select.projection.push(SelectItem::Wildcard(WildcardAdditionalOptions::default()));
            select.flavor = SelectFlavor::Standard;
        }
        let scope = self.from(&mut select.from)?;
        let names: Vec<Option<String>> =
            select.projection.iter().map(|item| written_name(item, &select.named_window)).collect();
        expand(&mut select.projection, &scope);
        let names = if names.len() == select.projection.len() {
            names
        } else {
            select.projection.iter().map(|item| written_name(item, &select.named_window)).collect()
        };

        let mut aliases = Aliases::default();
        for item in &mut select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => self.expr(expr, &scope, Some(&aliases))?,
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.expr(expr, &scope, Some(&aliases))?;
                    aliases
                        .0
                        .entry(alias.value.to_lowercase())
                        .or_insert_with(|| (alias.clone(), expr.clone()));
                }
                SelectItem::ExprWithAliases { expr, .. } => self.expr(expr, &scope, None)?,
                SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
                    self.wildcard_options(options, &scope)?;
                }
            }
        }
        if let Some(condition) = &mut select.selection {
            self.expr(condition, &scope, Some(&aliases))?;
        }
        if let Some(Distinct::On(keys)) = &mut select.distinct {
            for key in keys {
                self.expr(key, &scope, Some(&aliases))?;
            }
        }
        if let GroupByExpr::Expressions(keys, _) = &mut select.group_by {
            for key in keys {
                self.output_or_column(key, &scope, &aliases)?;
            }
        }
        for clause in [&mut select.having, &mut select.qualify].into_iter().flatten() {
            self.expr(clause, &scope, Some(&aliases))?;
        }
        let mut windows = std::mem::take(&mut select.named_window);
        let visited = self.visit(&mut windows, &scope, Some(&aliases));
        select.named_window = windows;
        visited?;

        let columns = finish(&mut select.projection, names, &scope, labels);
        if let Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }) = order_by {
            for key in keys {
                // A name alone is first one of the output.
                if let Expr::Identifier(name) = &mut key.expr
                    && let Some(own) = columns.as_ref().and_then(|columns| spelled(columns, &name.value))
                {
                    own.clone_into(&mut name.value);
                    continue;
                }
                if let Expr::Identifier(name) = &mut key.expr
                    && let Some((alias, _)) = aliases.0.get(&name.value.to_lowercase())
                {
                    name.value.clone_from(&alias.value);
                    continue;
                }
                self.expr(&mut key.expr, &scope, None)?;
                hidden_column(&key.expr, &aliases, &scope)?;
            }
        }
        Ok(columns)
    }

    /// A key of `GROUP BY`: a column, or else an alias, which polars-sql finds itself.
    fn output_or_column(&mut self, key: &mut Expr, scope: &Scope, aliases: &Aliases) -> Result<()> {
        if let Expr::Identifier(name) = key
            && matches!(scope.find(&name.value), Meaning::None)
            && let Some((alias, _)) = aliases.0.get(&name.value.to_lowercase())
        {
            name.value.clone_from(&alias.value);
            return Ok(());
        }
        self.expr(key, scope, None)
    }

    fn wildcard_options(&mut self, options: &mut WildcardAdditionalOptions, scope: &Scope) -> Result<()> {
        let spell = |name: &mut Ident| {
            if let Meaning::Column(own) = scope.find(&name.value) {
                name.value = own;
            }
        };
        let excluded = match &options.opt_exclude {
            Some(ExcludeSelectItem::Single(name)) => std::slice::from_ref(name),
            Some(ExcludeSelectItem::Multiple(names)) => names,
            None => &[],
        };
        let renamed = match &options.opt_rename {
            Some(RenameSelectItem::Single(item)) => std::slice::from_ref(item),
            Some(RenameSelectItem::Multiple(items)) => items,
            None => &[],
        };
        let excluded = excluded.iter().filter_map(|name| name.0.last()?.as_ident());
        for name in excluded.chain(renamed.iter().map(|item| &item.ident)) {
            if matches!(scope.find(&name.value), Meaning::None) {
                return Err(no_column(name, scope));
            }
        }
        match &mut options.opt_exclude {
            Some(ExcludeSelectItem::Single(name)) => last(name).into_iter().for_each(spell),
            Some(ExcludeSelectItem::Multiple(names)) => names.iter_mut().filter_map(last).for_each(spell),
            None => {}
        }
        if let Some(replace) = &mut options.opt_replace {
            for item in &mut replace.items {
                spell(&mut item.column_name);
                self.expr(&mut item.expr, scope, None)?;
            }
        }
        match &mut options.opt_rename {
            Some(RenameSelectItem::Single(item)) => spell(&mut item.ident),
            Some(RenameSelectItem::Multiple(items)) => {
                items.iter_mut().for_each(|item| spell(&mut item.ident))
            }
            None => {}
        }
        Ok(())
    }

    fn from(&mut self, from: &mut [TableWithJoins]) -> Result<Scope> {
        let mut scope = Scope::default();
        for tables in from {
            self.joins(tables, &mut scope)?;
        }
        Ok(scope)
    }

    fn joins(&mut self, tables: &mut TableWithJoins, scope: &mut Scope) -> Result<()> {
        self.factor(&mut tables.relation, scope)?;
        for join in &mut tables.joins {
            self.join(join, scope)?;
        }
        Ok(())
    }

    fn join(&mut self, join: &mut Join, scope: &mut Scope) -> Result<()> {
        let left = scope.relations.len();
        self.factor(&mut join.relation, scope)?;
        let keep = kept(&join.join_operator);
        if let JoinOperator::AsOf { match_condition, .. } = &mut join.join_operator {
            self.expr(match_condition, &scope.clone(), None)?;
        }
        let right_is_the_value =
            matches!(join.join_operator, JoinOperator::Right(_) | JoinOperator::RightOuter(_));
        let either_is_the_value = matches!(join.join_operator, JoinOperator::FullOuter(_));
        let Some(constraint) = constraint(&mut join.join_operator) else { return Ok(()) };
        if matches!(constraint, JoinConstraint::Natural)
            && scope.is_known()
            && let Some(right) = scope.relations[left..].first().and_then(|relation| relation.columns.clone())
        {
            let shared: Vec<ObjectName> = right
                .iter()
                .filter(|name| {
                    scope.relations[..left].iter().any(|relation| {
                        relation.columns.as_ref().is_some_and(|columns| spelled(columns, name).is_some())
                    })
                })
                .map(|name| ObjectName::from(vec![ident(name)]))
                .collect();
            if shared.is_empty() {
                return Err(Refusal::new("NATURAL JOIN: the tables have no column in common; use ON"));
            }
            *constraint = JoinConstraint::Using(shared);
        }
        match constraint {
            JoinConstraint::On(condition) => self.expr(condition, &scope.clone(), None)?,
            JoinConstraint::Using(columns) => {
                for column in columns {
                    let Some(column) = last(column) else { continue };
                    if let Meaning::Column(own) = scope.find(&column.value) {
                        column.value = own;
                    }
                    let name = column.value.clone();
                    let (before, after) = scope.relations.split_at_mut(left);
                    let has = |relation: &&mut Relation| {
                        relation.columns.as_ref().is_none_or(|columns| spelled(columns, &name).is_some())
                    };
                    let first = before.iter_mut().find(has);
                    let Some(second) = after.iter_mut().find(has) else { continue };
                    second.hidden.push(name.clone());
                    let qualified = |relation: &Relation| {
                        relation.name.clone().map(|table| Expr::CompoundIdentifier(vec![table, ident(&name)]))
                    };
                    let left_value = scope
                        .merged
                        .iter()
                        .find(|(own, _)| own.eq_ignore_ascii_case(&name))
                        .map(|(_, value)| value.clone())
                        .or_else(|| first.and_then(|relation| qualified(relation)));
                    let right_value = qualified(second);
                    let value = match (left_value, right_value) {
                        (Some(left), Some(right)) if either_is_the_value => {
                            call("COALESCE", vec![left, right])
                        }
                        (_, Some(right)) if right_is_the_value => right,
                        (Some(left), _) if keep == (true, true) => left,
                        _ => continue,
                    };
                    scope.merged.retain(|(own, _)| !own.eq_ignore_ascii_case(&name));
                    scope.merged.push((name.clone(), value));
                }
            }
            JoinConstraint::Natural | JoinConstraint::None => {}
        }
        match keep {
            (true, true) => {}
            (true, false) => scope.relations.truncate(left),
            (false, _) => drop(scope.relations.drain(..left)),
        }
        Ok(())
    }

    fn factor(&mut self, factor: &mut TableFactor, scope: &mut Scope) -> Result<()> {
        let relation = match factor {
            TableFactor::Table { name, alias, args, .. } => {
                let own = name.0.last().and_then(|part| part.as_ident()).cloned();
                let cte = match (&args, &name.0[..]) {
                    (None, [part]) => part.as_ident().and_then(|name| self.find_cte(&name.value)),
                    _ => None,
                };
                if let Some((spelled, columns)) = cte {
                    if let Some(part) = name.0.last_mut() {
                        *part = sqlparser::ast::ObjectNamePart::Identifier(match own {
                            Some(own) => Ident { value: spelled.clone(), ..own },
                            None => ident(&spelled),
                        });
                    }
                    let table = alias.as_ref().map_or_else(|| ident(&spelled), |alias| alias.name.clone());
                    self.alias_columns(factor, columns, table)
                } else {
                    let table = alias.as_ref().map(|alias| alias.name.clone()).or(own);
                    let columns = self.catalog.columns(factor);
                    let is_function = matches!(factor, TableFactor::Table { args: Some(_), .. });
                    match table {
                        Some(table) if !is_function => self.alias_columns(factor, columns, table),
                        table => {
                            let columns = match alias_of(factor) {
                                Some(alias) => {
                                    complete(alias, columns.as_deref());
                                    renamed(columns, alias)
                                }
                                None => columns,
                            };
                            Relation { name: table, columns, hidden: Vec::new() }
                        }
                    }
                }
            }
            TableFactor::Derived { subquery, alias, .. } if is_values(subquery) => {
                let columns = self.body(&mut subquery.body, None, Labels::No)?;
                let alias = alias.get_or_insert_with(|| TableAlias {
                    explicit: true,
                    name: ident("valueslist"),
                    columns: Vec::new(),
                    at: None,
                });
                for column in columns.iter().flatten().skip(alias.columns.len()) {
                    alias.columns.push(TableAliasColumnDef { name: ident(column), data_type: None });
                }
                let columns = renamed(columns, alias);
                Relation { name: Some(alias.name.clone()), columns, hidden: Vec::new() }
            }
            TableFactor::Derived { lateral, subquery, alias, .. } => {
                let columns = if *lateral {
                    self.outer.push(scope.clone());
                    let columns = self.query(subquery, Labels::Yes);
                    self.outer.pop();
                    columns?
                } else {
                    let outer = std::mem::take(&mut self.outer);
                    let columns = self.query(subquery, Labels::Yes);
                    self.outer = outer;
                    columns?
                };
                match alias {
                    Some(alias) => {
                        complete(alias, columns.as_deref());
                        let name = Some(alias.name.clone());
                        Relation { name, columns: renamed(columns, alias), hidden: Vec::new() }
                    }
                    None => Relation { name: None, columns, hidden: Vec::new() },
                }
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                let mut inner = Scope::default();
                self.joins(table_with_joins, &mut inner)?;
                match alias {
                    None => {
                        scope.relations.extend(inner.relations);
                        scope.merged.extend(inner.merged);
                        return Ok(());
                    }
                    Some(alias) => {
                        let columns = if inner.is_known() { Some(all_names(&inner)) } else { None };
                        Relation {
                            name: Some(alias.name.clone()),
                            columns: renamed(columns, alias),
                            hidden: vec![],
                        }
                    }
                }
            }
            TableFactor::UNNEST { alias, array_exprs, .. } => {
                for expr in array_exprs {
                    self.expr(expr, &scope.clone(), None)?;
                }
                let columns = alias.as_ref().filter(|alias| !alias.columns.is_empty());
                let columns =
                    columns.map(|alias| alias.columns.iter().map(|c| c.name.value.clone()).collect());
                Relation { name: alias.as_ref().map(|alias| alias.name.clone()), columns, hidden: vec![] }
            }
            other => {
                let name = alias_of(other).map(|alias| alias.name.clone());
                Relation { name, columns: None, hidden: Vec::new() }
            }
        };
        scope.relations.push(relation);
        Ok(())
    }

    /// `u AS v(p, q)`, which polars-sql does not rename, becomes `(SELECT * FROM u) AS v(p, q)`.
    fn alias_columns(&self, factor: &mut TableFactor, columns: Columns, name: Ident) -> Relation {
        let Some(alias) = alias_of(factor) else {
            return Relation { name: Some(name), columns, hidden: vec![] };
        };
        if alias.columns.is_empty() {
            return Relation { name: Some(name), columns, hidden: vec![] };
        }
        let mut alias = alias.clone();
        complete(&mut alias, columns.as_deref());
        let columns = renamed(columns, &alias);
        if let Some(own) = alias_mut(factor) {
            *own = None;
        }
        let inner = std::mem::replace(factor, placeholder_factor());
        *factor = TableFactor::Derived {
            lateral: false,
            subquery: Box::new(select_all(inner)),
            alias: Some(alias),
            sample: None,
        };
        Relation { name: Some(name), columns, hidden: vec![] }
    }

    fn find_cte(&self, name: &str) -> Option<(String, Columns)> {
        self.ctes.iter().rev().find(|(own, _)| own.eq_ignore_ascii_case(name)).cloned()
    }

    fn expr(&mut self, expr: &mut Expr, scope: &Scope, aliases: Option<&Aliases>) -> Result<()> {
        self.visit(expr, scope, aliases)
    }

    fn visit(&mut self, part: &mut impl VisitMut, scope: &Scope, aliases: Option<&Aliases>) -> Result<()> {
        let mut resolver = Resolver { names: self, scope, aliases, depth: 0, lambda: Vec::new() };
        match walk_mut(part, &mut resolver) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(refusal) => Err(refusal),
        }
    }
}

fn no_column(name: &Ident, scope: &Scope) -> Refusal {
    let known = all_names(scope);
    let near = crate::near::names(&name.value, known.iter().map(String::as_str));
    let near: Vec<String> = near.iter().map(|near| format!("\"{near}\"")).collect();
    let there = if near.is_empty() { String::new() } else { format!("; there is {}", near.join(", ")) };
    Refusal::new(format!("{}\"{}\"{there}", crate::NO_COLUMN, name.value)).at_span(name.span)
}

/// The aliases of a list so far, by their names in lower case.
#[derive(Default)]
struct Aliases(HashMap<String, (Ident, Expr)>);

/// Finds what the names in an expression mean.
struct Resolver<'a, 'b> {
    names: &'a mut Names<'b>,
    scope: &'a Scope,
    aliases: Option<&'a Aliases>,
    /// Subqueries around the current place: they resolve their own names.
    depth: usize,
    /// The parameters of lambdas around the current place.
    lambda: Vec<String>,
}

impl VisitorMut for Resolver<'_, '_> {
    type Break = Refusal;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Refusal> {
        if self.depth == 0 {
            self.names.outer.push(self.scope.clone());
            let result = self.names.query(query, Labels::No);
            self.names.outer.pop();
            if let Err(refusal) = result {
                return ControlFlow::Break(refusal);
            }
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &mut Query) -> ControlFlow<Refusal> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        self.lambda.extend(lambda_parameters(expr));
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        let ended = lambda_parameters(expr).len();
        self.lambda.truncate(self.lambda.len() - ended);
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Identifier(name) => {
                if self.lambda.contains(&name.value.to_lowercase()) {
                    return ControlFlow::Continue(());
                }
                if let Some(meaning) = self.identifier(name) {
                    match meaning {
                        Ok(replacement) => *expr = replacement,
                        Err(refusal) => return ControlFlow::Break(refusal),
                    }
                }
            }
            Expr::CompoundIdentifier(parts) => self.compound(parts),
            // Its fields go into a subquery (forms::tuples), where their names need tables.
            Expr::InSubquery { expr: row, .. } => {
                if let Expr::Tuple(fields) = &mut **row {
                    fields.iter_mut().for_each(|field| self.qualify(field));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Resolver<'_, '_> {
    /// Spells `name`; what stands in its place, if it is not a column.
    fn identifier(&mut self, name: &mut Ident) -> Option<Result<Expr>> {
        match self.scope.find(&name.value) {
            Meaning::Column(own) => name.value = own,
            Meaning::Merged(value, own) => {
                // What the engine calls by that name is the left side.
                let is_left = matches!(&*value, Expr::CompoundIdentifier(_));
                let is_right = self.scope.relations.iter().any(|relation| {
                    relation.hidden.iter().any(|hidden| hidden.eq_ignore_ascii_case(&own))
                        && matches!(&*value, Expr::CompoundIdentifier(parts) if parts.first() == relation.name.as_ref())
                });
                name.value = own;
                if !is_left || is_right {
                    return Some(Ok(*value));
                }
            }
            Meaning::Unknown => {}
            Meaning::None => {
                if let Some((alias, value)) =
                    self.aliases.and_then(|aliases| aliases.0.get(&name.value.to_lowercase()))
                {
                    self.names.copied += size::parts(value);
                    if self.names.copied > MAX_COPIED || size::depth(value) > size::ALIAS_DEPTH {
                        return Some(Err(Refusal::new(format!(
                            "\"{}\" stands for an expression that is too large to be used again; name it in a subquery",
                            alias.value
                        ))
                        .at_span(name.span)));
                    }
                    if crate::functions::is_volatile(value) {
                        return Some(Err(Refusal::new(format!(
                            "\"{}\" is an alias of a random value, which a second use would draw again; name it in a \
                             subquery",
                            alias.value
                        ))
                        .at_span(name.span)));
                    }
                    return Some(Ok(Expr::Nested(Box::new(value.clone()))));
                }
                for scope in self.names.outer.iter().rev() {
                    match scope.find(&name.value) {
                        Meaning::Column(own) | Meaning::Merged(_, own) => {
                            name.value = own;
                            break;
                        }
                        Meaning::Unknown => break,
                        Meaning::None => {}
                    }
                }
            }
        }
        None
    }

    /// Puts the name of its table before a column, if only one table has it.
    fn qualify(&self, field: &mut Expr) {
        let Expr::Identifier(name) = field else { return };
        if !self.scope.is_known() {
            return;
        }
        let mut owners = self.scope.relations.iter().filter(|relation| {
            relation.columns.as_ref().is_some_and(|columns| columns.contains(&name.value))
        });
        if let (Some(Relation { name: Some(table), .. }), None) = (owners.next(), owners.next()) {
            *field = Expr::CompoundIdentifier(vec![table.clone(), name.clone()]);
        }
    }

    fn compound(&self, parts: &mut [Ident]) {
        let [first, second, ..] = parts else { return };
        for scope in std::iter::once(self.scope).chain(self.names.outer.iter().rev()) {
            if let Some(relation) = scope.relation(&first.value) {
                if let Some(name) = &relation.name {
                    first.value.clone_from(&name.value);
                }
                if let Some(own) =
                    relation.columns.as_ref().and_then(|columns| spelled(columns, &second.value))
                {
                    own.clone_into(&mut second.value);
                }
                return;
            }
            // A field of a structure.
            if let Meaning::Column(own) = scope.find(&first.value) {
                first.value = own;
                return;
            }
        }
    }
}

fn lambda_parameters(expr: &Expr) -> Vec<String> {
    match expr {
        Expr::Lambda(LambdaFunction { params, .. }) => match params {
            OneOrManyWithParens::One(param) => vec![param.name.value.to_lowercase()],
            OneOrManyWithParens::Many(params) => params.iter().map(|p| p.name.value.to_lowercase()).collect(),
        },
        Expr::BinaryOp { left, op: BinaryOperator::Arrow, .. } => match &**left {
            Expr::Identifier(name) => vec![name.value.to_lowercase()],
            Expr::Tuple(names) => names
                .iter()
                .filter_map(|name| match name {
                    Expr::Identifier(name) => Some(name.value.to_lowercase()),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Inside an expression of `ORDER BY` a name is a column before it is an alias; the engine has it the
/// other way.
fn hidden_column(key: &Expr, aliases: &Aliases, scope: &Scope) -> Result<()> {
    let mut found = None;
    let _ = each_expr(key, |expr| {
        let name = match expr {
            Expr::Identifier(name) => name,
            Expr::CompoundIdentifier(parts) if parts.len() == 2 => &parts[1],
            _ => return ControlFlow::<()>::Continue(()),
        };
        if let Some((alias, value)) = aliases.0.get(&name.value.to_lowercase())
            && matches!(scope.find(&name.value), Meaning::Column(_) | Meaning::Merged(..))
            && !matches!(value, Expr::Identifier(own) if own.value == name.value)
            && !matches!(value, Expr::CompoundIdentifier(parts) if parts.last().is_some_and(|own| own.value == name.value))
        {
            found = Some(Refusal::new(format!(
                "\"{}\" in an expression of ORDER BY is a column here, and an alias hides it; give the alias another \
                 name",
                alias.value
            ))
            .at_span(name.span));
        }
        ControlFlow::Continue(())
    });
    found.map_or(Ok(()), Err)
}

/// The name of an item as it was written; `None` for what stands for many columns.
fn written_name(item: &SelectItem, windows: &[NamedWindowDefinition]) -> Option<String> {
    match item {
        SelectItem::UnnamedExpr(expr) if stands_for_many(expr) => None,
        SelectItem::UnnamedExpr(expr) => Some(text::name(expr, windows)),
        SelectItem::ExprWithAlias { expr, .. } if stands_for_many(expr) => None,
        SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
        _ => None,
    }
}

/// `COLUMNS(…)`, `t.*` and the like.
fn stands_for_many(expr: &Expr) -> bool {
    let mut depth = 0;
    let mut many = Many { depth: &mut depth };
    matches!(walk(expr, &mut many), ControlFlow::Break(()))
}

struct Many<'a> {
    depth: &'a mut usize,
}

impl sqlparser::ast::Visitor for Many<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        *self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        *self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if *self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => ControlFlow::Break(()),
            Expr::Function(function)
                if function
                    .name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .is_some_and(|name| name.value.eq_ignore_ascii_case("columns")) =>
            {
                ControlFlow::Break(())
            }
            _ => ControlFlow::Continue(()),
        }
    }
}

/// Writes out `*` where the engine's names would not be those of SQL: over joins of tables that have
/// a name in common.
fn expand(projection: &mut Vec<SelectItem>, scope: &Scope) {
    if !scope.is_known()
        || !projection
            .iter()
            .any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)))
    {
        return;
    }
    let mut seen: HashMap<String, usize> = HashMap::new();
    for relation in &scope.relations {
        for column in relation.columns.iter().flatten() {
            *seen.entry(column.to_lowercase()).or_default() += 1;
        }
    }
    let mut clashes = !scope.merged.is_empty() || seen.values().any(|n| *n > 1);
    let mut stars = 0;
    for item in &*projection {
        match item {
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => {
                clashes |= seen.contains_key(&name.value.to_lowercase())
            }
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                clashes |= parts.last().is_some_and(|name| seen.contains_key(&name.value.to_lowercase()));
            }
            SelectItem::ExprWithAlias { alias, .. } => {
                clashes |= seen.contains_key(&alias.value.to_lowercase())
            }
            SelectItem::Wildcard(options) | SelectItem::QualifiedWildcard(_, options) => {
                stars += 1;
                // `EXCLUDE (t.a)`, which the engine does not find.
                clashes |= match &options.opt_exclude {
                    Some(ExcludeSelectItem::Single(name)) => name.0.len() > 1,
                    Some(ExcludeSelectItem::Multiple(names)) => names.iter().any(|name| name.0.len() > 1),
                    None => false,
                };
            }
            _ => {}
        }
    }
    if !clashes && stars < 2 {
        return;
    }
    let mut expanded = Vec::new();
    for item in projection.drain(..) {
        match &item {
            SelectItem::Wildcard(options) => match star(scope, None, options) {
                Some(items) => expanded.extend(items),
                None => expanded.push(item),
            },
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                let name = match &name.0[..] {
                    [part] => part.as_ident(),
                    _ => None,
                };
                match name.and_then(|name| star(scope, Some(&name.value), options)) {
                    Some(items) => expanded.extend(items),
                    None => expanded.push(item),
                }
            }
            _ => expanded.push(item),
        }
    }
    *projection = expanded;
}

/// The columns that a `*`, or `relation.*`, stands for.
fn star(scope: &Scope, of: Option<&str>, options: &WildcardAdditionalOptions) -> Option<Vec<SelectItem>> {
    if options.opt_ilike.is_some() || options.opt_except.is_some() || options.opt_alias.is_some() {
        return None;
    }
    let excluded: Vec<String> = match &options.opt_exclude {
        None => Vec::new(),
        Some(ExcludeSelectItem::Single(name)) => vec![name.to_string().to_lowercase()],
        Some(ExcludeSelectItem::Multiple(names)) => {
            names.iter().map(|name| name.to_string().to_lowercase()).collect()
        }
    };
    let excluded: Vec<String> = excluded.iter().map(|name| name.replace('"', "")).collect();
    let relations: Vec<&Relation> = match of {
        Some(name) => vec![scope.relation(name)?],
        None => scope.relations.iter().collect(),
    };
    let mut items = Vec::new();
    for relation in relations {
        for column in relation.columns.as_ref()? {
            let merged = scope.merged.iter().find(|(own, _)| own == column).filter(|_| of.is_none());
            let hidden = of.is_none() && relation.hidden.iter().any(|hidden| hidden == column);
            let low = column.to_lowercase();
            let qualified =
                relation.name.as_ref().map(|table| format!("{}.{low}", table.value.to_lowercase()));
            if hidden || excluded.contains(&low) || qualified.is_some_and(|name| excluded.contains(&name)) {
                continue;
            }
            let replaced = options.opt_replace.iter().flat_map(|replace| &replace.items);
            let replaced =
                replaced.into_iter().find(|item| item.column_name.value.eq_ignore_ascii_case(column));
            let expr = match (replaced, merged, &relation.name) {
                (Some(item), ..) => item.expr.clone(),
                (None, Some((_, value)), _) => value.clone(),
                (None, None, Some(table)) => Expr::CompoundIdentifier(vec![table.clone(), ident(column)]),
                (None, None, None) => Expr::Identifier(ident(column)),
            };
            let renames = match &options.opt_rename {
                None => &[][..],
                Some(RenameSelectItem::Single(item)) => std::slice::from_ref(item),
                Some(RenameSelectItem::Multiple(items)) => items,
            };
            let alias = renames.iter().find(|item| item.ident.value.eq_ignore_ascii_case(column));
            let plain =
                matches!(&expr, Expr::CompoundIdentifier(parts) if parts.len() == 2 && merged.is_none());
            items.push(match alias {
                Some(item) => SelectItem::ExprWithAlias { expr, alias: item.alias.clone() },
                None if plain && replaced.is_none() => SelectItem::UnnamedExpr(expr),
                None => SelectItem::ExprWithAlias { expr, alias: ident(column) },
            });
        }
    }
    Some(items)
}

fn all_names(scope: &Scope) -> Vec<String> {
    let mut names = Vec::new();
    for relation in &scope.relations {
        for column in relation.columns.iter().flatten() {
            if !relation.hidden.contains(column) {
                names.push(column.clone());
            }
        }
    }
    names
}

/// Puts the names on the items, and tells the columns if all are known.
fn finish(
    projection: &mut [SelectItem],
    names: Vec<Option<String>>,
    scope: &Scope,
    labels: Labels,
) -> Columns {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut columns = Some(Vec::new());
    for (item, written) in projection.iter_mut().zip(names) {
        let own = match item {
            // A plain column is called as it is spelled.
            SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
            SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                parts.last().map(|part| part.value.clone())
            }
            _ => written,
        };
        let Some(name) = own else {
            let many = match item {
                SelectItem::Wildcard(options) => plain_star(scope, None, options),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), options) => {
                    plain_star(scope, Some(name), options)
                }
                _ => None,
            };
            for name in many.iter().flatten() {
                *seen.entry(name.to_lowercase()).or_default() += 1;
            }
            columns = columns.zip(many).map(|(mut columns, many)| {
                columns.extend(many);
                columns
            });
            continue;
        };
        let unique = unique(&name, &mut seen);
        if let Some(columns) = &mut columns {
            columns.push(unique.clone());
        }
        match item {
            SelectItem::ExprWithAlias { alias, .. } => {
                if alias.value != unique {
                    *alias = ident(&unique);
                }
            }
            SelectItem::UnnamedExpr(expr) => {
                let plain = match &*expr {
                    Expr::Identifier(name) => name.value == unique,
                    Expr::CompoundIdentifier(parts) => {
                        parts.len() == 2 && parts.last().is_some_and(|name| name.value == unique)
                    }
                    _ => false,
                };
                if !plain && (labels == Labels::Yes || unique != name) {
                    *item = SelectItem::ExprWithAlias { expr: expr.clone(), alias: ident(&unique) };
                }
            }
            _ => {}
        }
    }
    columns
}

/// As `DeduplicateColumns` of DuckDB does it.
fn unique(name: &str, seen: &mut HashMap<String, usize>) -> String {
    let low = name.to_lowercase();
    let Some(count) = seen.get(&low).copied() else {
        seen.insert(low, 1);
        return name.to_owned();
    };
    let mut n = count;
    loop {
        let candidate = format!("{name}_{n}");
        n += 1;
        if !seen.contains_key(&candidate.to_lowercase()) {
            seen.insert(candidate.to_lowercase(), 1);
            seen.insert(low, n);
            return candidate;
        }
    }
}

/// The columns of a `*` that stays.
fn plain_star(scope: &Scope, of: Option<&ObjectName>, options: &WildcardAdditionalOptions) -> Columns {
    if !scope.is_known() {
        return None;
    }
    let of = match of.map(|name| &name.0[..]) {
        None => None,
        Some([part]) => Some(part.as_ident()?.value.as_str()),
        Some(_) => return None,
    };
    let items = star(scope, of, options)?;
    Some(
        items
            .iter()
            .filter_map(|item| match item {
                SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => {
                    parts.last().map(|p| p.value.clone())
                }
                SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(name.value.clone()),
                SelectItem::ExprWithAlias { alias, .. } => Some(alias.value.clone()),
                _ => None,
            })
            .collect(),
    )
}

fn is_values(query: &Query) -> bool {
    query.with.is_none() && query.order_by.is_none() && matches!(*query.body, SetExpr::Values(_))
}

/// `VALUES (1, 2)` where its columns can be seen: they are `col0`, `col1`.
fn name_values(body: &mut SetExpr) {
    let SetExpr::Values(values) = body else { return };
    let width = values.rows.first().map_or(0, |row| row.content.len());
    let columns =
        (0..width).map(|n| TableAliasColumnDef { name: ident(&format!("col{n}")), data_type: None });
    let alias =
        TableAlias { explicit: true, name: ident("valueslist"), columns: columns.collect(), at: None };
    let values = std::mem::replace(
        body,
        SetExpr::Values(sqlparser::ast::Values {
            explicit_row: false,
            value_keyword: false,
            rows: Vec::new(),
        }),
    );
    let inner = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(bare_query(values)),
        alias: Some(alias),
        sample: None,
    };
    *body = *select_all(inner).body;
}

pub(crate) fn bare_query(body: SetExpr) -> Query {
    Query {
        with: None,
        body: Box::new(body),
        order_by: None,
        limit_clause: None,
        fetch: None,
        locks: Vec::new(),
        for_clause: None,
        settings: None,
        format_clause: None,
        pipe_operators: Vec::new(),
    }
}

/// `SELECT projection FROM table`.
pub(crate) fn select_from(projection: Vec<SelectItem>, table: Option<TableFactor>) -> Select {
    Select {
        select_token: sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        optimizer_hints: Vec::new(),
        distinct: None,
        select_modifiers: None,
        top: None,
        top_before_distinct: false,
        projection,
        exclude: None,
        into: None,
        from: table.into_iter().map(|relation| TableWithJoins { relation, joins: Vec::new() }).collect(),
        lateral_views: Vec::new(),
        prewhere: None,
        selection: None,
        connect_by: Vec::new(),
        group_by: GroupByExpr::Expressions(Vec::new(), Vec::new()),
        cluster_by: Vec::new(),
        distribute_by: Vec::new(),
        sort_by: Vec::new(),
        having: None,
        named_window: Vec::new(),
        qualify: None,
        window_before_qualify: false,
        value_table_mode: None,
        flavor: SelectFlavor::Standard,
    }
}

pub(crate) fn select_all(table: TableFactor) -> Query {
    let star = SelectItem::Wildcard(WildcardAdditionalOptions::default());
    bare_query(SetExpr::Select(Box::new(select_from(vec![star], Some(table)))))
}

fn placeholder_factor() -> TableFactor {
    TableFactor::TableFunction { expr: Expr::value(Value::Null), alias: None }
}

/// Adds the columns that an alias leaves out, which keep their names.
fn complete(alias: &mut TableAlias, columns: Option<&[String]>) {
    if alias.columns.is_empty() {
        return;
    }
    for column in columns.unwrap_or_default().iter().skip(alias.columns.len()) {
        alias.columns.push(TableAliasColumnDef { name: ident(column), data_type: None });
    }
}

fn renamed(columns: Columns, alias: &TableAlias) -> Columns {
    if alias.columns.is_empty() {
        return columns;
    }
    Some(alias.columns.iter().map(|column| column.name.value.clone()).collect())
}

fn order_by_output(order_by: Option<&mut OrderBy>, columns: Option<&[String]>) {
    let (Some(OrderBy { kind: OrderByKind::Expressions(keys), .. }), Some(columns)) = (order_by, columns)
    else {
        return;
    };
    for key in keys {
        if let Expr::Identifier(name) = &mut key.expr
            && let Some(own) = spelled(columns, &name.value)
        {
            own.clone_into(&mut name.value);
        }
    }
}

fn last(name: &mut ObjectName) -> Option<&mut Ident> {
    match name.0.last_mut()? {
        sqlparser::ast::ObjectNamePart::Identifier(ident) => Some(ident),
        sqlparser::ast::ObjectNamePart::Function(_) => None,
    }
}

fn alias_mut(factor: &mut TableFactor) -> Option<&mut Option<TableAlias>> {
    match factor {
        TableFactor::Table { alias, .. }
        | TableFactor::Derived { alias, .. }
        | TableFactor::TableFunction { alias, .. }
        | TableFactor::Function { alias, .. }
        | TableFactor::UNNEST { alias, .. }
        | TableFactor::NestedJoin { alias, .. }
        | TableFactor::Pivot { alias, .. }
        | TableFactor::Unpivot { alias, .. } => Some(alias),
        _ => None,
    }
}

fn alias_of(factor: &mut TableFactor) -> Option<&mut TableAlias> {
    alias_mut(factor)?.as_mut()
}

/// Whether a join returns the columns of its left and right side.
fn kept(op: &JoinOperator) -> (bool, bool) {
    match op {
        JoinOperator::Semi(_)
        | JoinOperator::LeftSemi(_)
        | JoinOperator::Anti(_)
        | JoinOperator::LeftAnti(_) => (true, false),
        JoinOperator::RightSemi(_) | JoinOperator::RightAnti(_) => (false, true),
        _ => (true, true),
    }
}

pub(crate) fn constraint(op: &mut JoinOperator) -> Option<&mut JoinConstraint> {
    use JoinOperator as J;
    match op {
        J::Join(c)
        | J::Inner(c)
        | J::Left(c)
        | J::LeftOuter(c)
        | J::Right(c)
        | J::RightOuter(c)
        | J::FullOuter(c)
        | J::CrossJoin(c)
        | J::Semi(c)
        | J::LeftSemi(c)
        | J::RightSemi(c)
        | J::Anti(c)
        | J::LeftAnti(c)
        | J::RightAnti(c)
        | J::StraightJoin(c) => Some(c),
        J::AsOf { constraint, .. } => Some(constraint),
        _ => None,
    }
}

/// The name that DuckDB gives `expr`.
pub(crate) fn text_of(expr: &Expr) -> String {
    text::name(expr, &[])
}
