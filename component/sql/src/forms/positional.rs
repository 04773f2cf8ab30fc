//! `t POSITIONAL JOIN u`: the first row of one table beside the first of the other, and so on; the shorter one
//! ends in NULLs. [`crate::tokens`] makes `ARRAY JOIN` of it, which the parser knows and no one else here uses.
//!
//! | form | becomes |
//! |---|---|
//! | `FROM t POSITIONAL JOIN u` | `FROM (SELECT *, ROW_NUMBER() OVER () AS "row 0" FROM t) AS t FULL JOIN (SELECT *, … AS "row 1" FROM u) AS u ON t."row 0" = u."row 1"` |
//!
//! Not covered: more than two tables, and tables without a name.

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, JoinConstraint, JoinOperator, Select, SelectItem, SetExpr, TableAlias,
    TableFactor, WildcardAdditionalOptions, WindowSpec, WindowType,
};

use super::lateral_rows::{hide, name_of};
use super::{binary, number};
use crate::names::{bare_query, select_from};
use crate::tree::call;
use crate::{Refusal, Result};

pub fn rewrite(select: &mut Select) -> Result<()> {
    let is_positional = |operator: &JoinOperator| matches!(operator, JoinOperator::ArrayJoin);
    if !select.from.iter().flat_map(|tables| &tables.joins).any(|join| is_positional(&join.join_operator)) {
        return Ok(());
    }
    let refuse = || {
        Refusal::new(
            "POSITIONAL JOIN takes two tables with names and no other join; put others into a subquery",
        )
    };
    let [tables] = &mut select.from[..] else { return Err(refuse()) };
    let [join] = &mut tables.joins[..] else { return Err(refuse()) };
    let (Some(left), Some(right)) = (name_of(&tables.relation), name_of(&join.relation)) else {
        return Err(refuse());
    };
    let rows = [0, 1].map(|side| Ident::with_quote('"', format!("row {side}")));
    number_rows(&mut tables.relation, &left, &rows[0]);
    number_rows(&mut join.relation, &right, &rows[1]);
    let row = |table: &Ident, row: &Ident| Expr::CompoundIdentifier(vec![table.clone(), row.clone()]);
    let on = binary(row(&left, &rows[0]), BinaryOperator::Eq, row(&right, &rows[1]));
    join.join_operator = JoinOperator::FullOuter(JoinConstraint::On(on));
    let [first, second] = rows;
    hide(&mut select.projection, &[(left, first), (right, second)]);
    Ok(())
}

/// Gives a table a column of the numbers of its rows.
fn number_rows(factor: &mut TableFactor, name: &Ident, row: &Ident) {
    let mut numbers = call("ROW_NUMBER", Vec::new());
    if let Expr::Function(function) = &mut numbers {
        function.over = Some(WindowType::WindowSpec(WindowSpec {
            window_name: None,
            partition_by: Vec::new(),
            order_by: Vec::new(),
            window_frame: None,
        }));
    }
    let projection = vec![
        SelectItem::Wildcard(WildcardAdditionalOptions::default()),
        SelectItem::ExprWithAlias { expr: numbers, alias: row.clone() },
    ];
    let inner = std::mem::replace(factor, TableFactor::TableFunction { expr: number(0), alias: None });
    let select = select_from(projection, Some(inner));
    *factor = TableFactor::Derived {
        lateral: false,
        subquery: Box::new(bare_query(SetExpr::Select(Box::new(select)))),
        alias: Some(TableAlias { explicit: true, name: name.clone(), columns: Vec::new(), at: None }),
        sample: None,
    };
}
