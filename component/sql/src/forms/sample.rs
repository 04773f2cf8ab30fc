//! `TABLESAMPLE` and `USING SAMPLE` ([`crate::tokens`] moves it to its table): the rows whose number, mixed
//! with the seed, is small. The same seed takes the same rows of the same file; without a seed it is 0.
//!
//! | form | becomes |
//! |---|---|
//! | `t TABLESAMPLE (10 PERCENT) REPEATABLE (42)` | `(SELECT * FROM t QUALIFY mixed(ROW_NUMBER() OVER (), 42) < 0.1)` |
//! | `t TABLESAMPLE (100 ROWS)` | `(SELECT * FROM t ORDER BY mixed(…) LIMIT 100)` |
//!
//! Not covered: `SYSTEM` sampling by blocks, which is done by rows, and `BUCKET`.

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, LimitClause, OrderBy, OrderByExpr, OrderByKind, OrderByOptions, TableAlias,
    TableFactor, TableSampleKind, TableSampleUnit, Value, WindowSpec, WindowType,
};

use super::{bare, binary, nested, number};
use crate::names::select_all;
use crate::tree::call;
use crate::{Refusal, Result};

const PRIME: i64 = 2_147_483_647;

pub fn rewrite(factor: &mut TableFactor) -> Result<()> {
    let (sample, alias) = match factor {
        TableFactor::Table { sample: sample @ Some(_), alias, name, .. } => {
            let own = name.0.last().and_then(|part| part.as_ident()).cloned();
            let alias = alias.take().or_else(|| {
                own.map(|name| TableAlias { explicit: true, name, columns: Vec::new(), at: None })
            });
            (sample.take(), alias)
        }
        TableFactor::Derived { sample: sample @ Some(_), alias, .. } => (sample.take(), alias.take()),
        _ => return Ok(()),
    };
    let Some(TableSampleKind::BeforeTableAlias(sample) | TableSampleKind::AfterTableAlias(sample)) = sample
    else {
        return Ok(());
    };
    let refuse = || {
        Refusal::new(
            "a sample is a percentage or a number of rows: TABLESAMPLE (10 PERCENT), TABLESAMPLE (100 ROWS)",
        )
    };
    let quantity = sample.quantity.as_ref().filter(|_| sample.bucket.is_none() && sample.offset.is_none());
    let Some(quantity) = quantity else { return Err(refuse()) };
    let Expr::Value(value) = bare(&quantity.value) else { return Err(refuse()) };
    let Value::Number(text, _) = &value.value else { return Err(refuse()) };
    let amount: f64 = text.parse().map_err(|_| refuse())?;
    let seed: i64 = match &sample.seed {
        None => 0,
        Some(seed) => match &seed.value.value {
            Value::Number(text, _) => text.parse::<i64>().map_err(|_| refuse())?.rem_euclid(PRIME),
            _ => return Err(refuse()),
        },
    };
    let mut inner = select_all(std::mem::replace(
        factor,
        TableFactor::TableFunction { expr: Expr::value(Value::Null), alias: None },
    ));
    let select = match &mut *inner.body {
        sqlparser::ast::SetExpr::Select(select) => select,
        _ => return Err(refuse()),
    };
    // A number of rows is what a quantity without a unit is.
    match quantity.unit {
        Some(TableSampleUnit::Percent) => {
            if !(0.0..=100.0).contains(&amount) {
                return Err(Refusal::new(format!("a sample of {text} percent: expected 0 to 100")));
            }
            let bound = (amount / 100.0 * PRIME as f64).round();
            select.qualify = Some(binary(mixed(seed), BinaryOperator::Lt, number(bound)));
        }
        Some(TableSampleUnit::Rows) | None => {
            if amount.fract() != 0.0 {
                return Err(refuse());
            }
            inner.order_by = Some(OrderBy {
                kind: OrderByKind::Expressions(vec![OrderByExpr {
                    expr: mixed(seed),
                    options: OrderByOptions { asc: None, nulls_first: None },
                    with_fill: None,
                }]),
                interpolate: None,
            });
            inner.limit_clause = Some(LimitClause::LimitOffset {
                limit: Some(number(text)),
                offset: None,
                limit_by: Vec::new(),
            });
        }
    }
    let alias = alias.or_else(|| {
        Some(TableAlias {
            explicit: true,
            name: Ident::with_quote('"', "sample"),
            columns: Vec::new(),
            at: None,
        })
    });
    *factor = TableFactor::Derived { lateral: false, subquery: Box::new(inner), alias, sample: None };
    Ok(())
}

/// A number from 0 to a prime for each row, without order: its number times a factor, plus the seed,
/// squared, and times another.
fn mixed(seed: i64) -> Expr {
    let mut row = call("ROW_NUMBER", Vec::new());
    if let Expr::Function(function) = &mut row {
        function.over = Some(WindowType::WindowSpec(WindowSpec {
            window_name: None,
            partition_by: Vec::new(),
            order_by: Vec::new(),
            window_frame: None,
        }));
    }
    let row = super::cast(row, sqlparser::ast::DataType::BigInt(None));
    let step = |value: Expr, factor: i64, add: i64| {
        let product = binary(value, BinaryOperator::Multiply, number(factor));
        let sum = nested(binary(product, BinaryOperator::Plus, number(add)));
        nested(binary(sum, BinaryOperator::Modulo, number(PRIME)))
    };
    let first = step(row, 48_271, 1 + seed);
    let square = binary(first.clone(), BinaryOperator::Multiply, first);
    let second = nested(binary(nested(square), BinaryOperator::Modulo, number(PRIME)));
    step(second, 69_621, 12_345 + seed)
}
