//! `WITH RECURSIVE r AS (anchor UNION [ALL] step)`, where `step` reads `r`: the rows of the round before.
//! It ends when a round has no rows, or with `UNION` no new ones.
//!
//! As in DuckDB: `anchor` cannot read `r` (by that name it reads a table), neither may be sorted or cut as a
//! whole, and of expressions that do not read themselves the word `RECURSIVE` says nothing.
//! Not covered: two that read each other, `USING KEY`, `UNION BY NAME`.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Cte, ObjectName, Query, SetExpr, SetOperator, SetQuantifier, TableAlias, TableFactor, Visitor, VisitorMut,
};

use super::{Recursion, tables_of};
use crate::names::{bare_query, ident};
use crate::walk::{walk, walk_mut};
use crate::{Refusal, Result};

/// The parts of a recursive query; none if `cte` is not one.
pub fn split(cte: &Cte, recursive: bool) -> Result<Option<Recursion>> {
    if !recursive {
        return Ok(None);
    }
    let name = &cte.alias.name.value;
    let query = &cte.query;
    let SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right } = &*query.body else {
        return Ok(None);
    };
    let step = Query { with: query.with.clone(), ..bare_query((**right).clone()) };
    if !tables_of(&step).contains(&name.to_lowercase()) {
        return Ok(None);
    }
    let refuse = |message: String| Err(Refusal::new(message).at_span(cte.alias.name.span));
    let distinct = match set_quantifier {
        SetQuantifier::All => false,
        SetQuantifier::None | SetQuantifier::Distinct => true,
        _ => return refuse(format!("\"{name}\" reads itself: its parts are joined by UNION or UNION ALL")),
    };
    if query.order_by.is_some() || query.limit_clause.is_some() || query.fetch.is_some() {
        return refuse(format!(
            "\"{name}\" reads itself: ORDER BY, LIMIT and OFFSET are not allowed in it; put them after the WITH, or a \
             condition into its second part: WHERE n < 100"
        ));
    }
    if gives_name(right, name) {
        return refuse(format!(
            "\"{name}\" reads itself, and a WITH inside it has the same name; give one of them another"
        ));
    }
    let mut anchor = Query { with: query.with.clone(), ..bare_query((**left).clone()) };
    // Those that read the rows are of the step.
    anchor.with = anchor.with.map(|mut with| {
        let mut theirs = vec![name.to_lowercase()];
        with.cte_tables.retain(|own| {
            let reads = tables_of(&*own.query).iter().any(|table| theirs.contains(table));
            if reads {
                theirs.push(own.alias.name.value.to_lowercase());
            }
            !reads
        });
        with
    });
    anchor.with = anchor.with.filter(|with| !with.cte_tables.is_empty());
    let columns = cte.alias.columns.iter().map(|column| column.name.value.clone()).collect();
    Ok(Some(Recursion { name: name.clone(), columns, anchor, step, rows: String::new(), distinct }))
}

/// Whether an expression in `body` has the name of the one around it.
fn gives_name(body: &SetExpr, name: &str) -> bool {
    struct Ctes<'a>(&'a str);
    impl Visitor for Ctes<'_> {
        type Break = ();
        fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
            let mut ctes = query.with.iter().flat_map(|with| &with.cte_tables);
            if ctes.any(|cte| cte.alias.name.value.eq_ignore_ascii_case(self.0)) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
    }
    walk(body, &mut Ctes(name)).is_break()
}

/// Makes the step read the rows of the round before where it reads itself.
pub fn read_rows(recursion: &mut Recursion) {
    struct Rows<'a> {
        name: &'a str,
        rows: &'a str,
    }
    impl VisitorMut for Rows<'_> {
        type Break = ();
        fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
            if let TableFactor::Table { name, alias, args: None, .. } = factor
                && let [part] = &name.0[..]
                && let Some(own) = part.as_ident()
                && own.value.eq_ignore_ascii_case(self.name)
            {
                let own = own.clone();
                alias.get_or_insert_with(|| TableAlias {
                    explicit: true,
                    name: own,
                    columns: Vec::new(),
                    at: None,
                });
                *name = ObjectName::from(vec![ident(self.rows)]);
            }
            ControlFlow::Continue(())
        }
    }
    let mut rows = Rows { name: &recursion.name, rows: &recursion.rows };
    let _ = walk_mut(&mut recursion.step, &mut rows);
}
