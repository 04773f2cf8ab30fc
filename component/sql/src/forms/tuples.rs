//! Rows in comparisons, field by field.
//!
//! | form | becomes |
//! |---|---|
//! | `(a, b) = (1, 2)` | `a IS NOT DISTINCT FROM 1 AND b IS NOT DISTINCT FROM 2` |
//! | `(a, b) < (1, 2)` | `a < 1 OR a = 1 AND b < 2`, with nulls last |
//! | `(a, b) IN ((1, 2), (3, 4))` | `(a, b) = (1, 2) OR (a, b) = (3, 4)` |
//! | `(a, b) IN (SELECT c, d …)` | `EXISTS (SELECT 1 FROM (SELECT c, d …) AS s(…) WHERE …)` |
//! | `(a, b) NOT IN (SELECT …)` | `NOT EXISTS (…) AND (there are no rows OR nothing is NULL)` |
//! | `COUNT(DISTINCT (a, b))` | `COUNT(DISTINCT {'f1': a, 'f2': b})` |
//!
//! What is unknown beside NULLs is FALSE here: the same in conditions, another in a list.
//!
//! Not covered: rows as values.

use sqlparser::ast::{
    BinaryOperator, Expr, Ident, Select, SelectItem, SetExpr, TableAlias, TableAliasColumnDef, TableFactor,
};

use super::{all, any_of, bare, binary, nested, not};
use crate::names::{bare_query, select_from};
use crate::{Refusal, Result, size};

pub fn rewrite(expr: &mut Expr) -> Result<()> {
    match expr {
        Expr::BinaryOp { left, op, right } => {
            let (Some(a), Some(b)) = (fields(left), fields(right)) else {
                return refuse_rows([&**left, &**right]);
            };
            copied(&a)?;
            copied(&b)?;
            if a.len() != b.len() {
                return Err(Refusal::new(format!(
                    "a row of {} and one of {} are compared",
                    a.len(),
                    b.len()
                ))
                .at(&**left));
            }
            let Some(compared) = compare(&a, op, &b) else {
                return Err(Refusal::new(format!("rows cannot be compared with {op}")).at(&**left));
            };
            *expr = Expr::Nested(Box::new(compared));
            Ok(())
        }
        Expr::InList { expr: value, list, negated } => {
            let Some(a) = fields(value) else { return refuse_rows(&*list) };
            copied(&a)?;
            if !size::is_within(&**value, 100_000 / list.len().max(1)) {
                return Err(Refusal::new("the list of rows in IN is too long; join with VALUES").at(&**value));
            }
            let mut any = Vec::with_capacity(list.len());
            for item in &*list {
                let b = fields(item).filter(|b| b.len() == a.len());
                b.iter().try_for_each(|b| copied(b))?;
                let Some(one) = b.and_then(|b| compare(&a, &BinaryOperator::Eq, &b)) else {
                    return Err(
                        Refusal::new(format!("IN compares rows of {} with each other", a.len())).at(item)
                    );
                };
                any.push(one);
            }
            let Some(any) = any_of(any) else { return Ok(()) };
            *expr = if *negated { not(any) } else { Expr::Nested(Box::new(any)) };
            Ok(())
        }
        Expr::InSubquery { expr: value, subquery, negated } => {
            let Some(a) = fields(value) else { return Ok(()) };
            let negated = *negated;
            if a.iter().any(|field| !matches!(bare(field), Expr::CompoundIdentifier(_) | Expr::Value(_))) {
                return Err(Refusal::new(
                    "(a, b) IN (subquery) takes columns with the names of their tables: (t.a, t.b)",
                )
                .at(&**value));
            }
            let names: Vec<Ident> =
                (0..a.len()).map(|n| Ident::with_quote('"', format!("field {n}"))).collect();
            let table = Ident::with_quote('"', "rows of IN");
            let conditions = a.iter().zip(&names).map(|(field, name)| {
                let other = Expr::CompoundIdentifier(vec![table.clone(), name.clone()]);
                binary(other, BinaryOperator::Eq, field.clone())
            });
            let condition = all(conditions.collect());
            let columns =
                names.iter().map(|name| TableAliasColumnDef { name: name.clone(), data_type: None });
            let alias =
                TableAlias { explicit: true, name: table.clone(), columns: columns.collect(), at: None };
            let query = std::mem::replace(
                &mut **subquery,
                bare_query(SetExpr::Values(sqlparser::ast::Values {
                    explicit_row: false,
                    value_keyword: false,
                    rows: Vec::new(),
                })),
            );
            let factor = TableFactor::Derived {
                lateral: false,
                subquery: Box::new(query),
                alias: Some(alias),
                sample: None,
            };
            let mut select = select_from(vec![SelectItem::UnnamedExpr(super::number(1))], Some(factor));
            select.selection = condition;
            let unknown = if negated { Some(none_unknown(&a, &names, select.clone())?) } else { None };
            let exists =
                Expr::Exists { subquery: Box::new(bare_query(SetExpr::Select(Box::new(select)))), negated };
            *expr = match unknown {
                None => exists,
                Some(unknown) => Expr::Nested(Box::new(binary(exists, BinaryOperator::And, unknown))),
            };
            Ok(())
        }
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("count") => {
            use sqlparser::ast::{
                DictionaryField, DuplicateTreatment, FunctionArg, FunctionArgExpr, FunctionArguments,
            };
            if let FunctionArguments::List(list) = &mut function.args
                && list.duplicate_treatment == Some(DuplicateTreatment::Distinct)
                && let [FunctionArg::Unnamed(FunctionArgExpr::Expr(row))] = &mut list.args[..]
                && let Some(values) = fields(row)
            {
                let fields = values.into_iter().enumerate().map(|(n, value)| DictionaryField {
                    key: Ident::with_quote('\'', format!("f{}", n + 1)),
                    value: Box::new(value),
                });
                *row = Expr::Dictionary(fields.collect());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether no comparison of `NOT IN` can be unknown: there are no rows at all, or no NULL on either side.
/// `DuckDB` asks no more than that: one NULL among the rows, and none is surely not in them.
fn none_unknown(a: &[Expr], names: &[Ident], rows: Select) -> Result<Expr> {
    if !size::is_within(&rows, 4 * size::COPIED) {
        return Err(Refusal::new(
            "the subquery of (a, b) NOT IN is too large; put it into WITH and write (a, b) NOT IN (SELECT … FROM it)",
        ));
    }
    let count = |condition: Option<Expr>| {
        let mut rows = rows.clone();
        rows.projection = vec![SelectItem::UnnamedExpr(count_rows())];
        rows.selection = condition;
        let query = Expr::Subquery(Box::new(bare_query(SetExpr::Select(Box::new(rows)))));
        binary(query, BinaryOperator::Eq, super::number(0))
    };
    let nulls = names.iter().map(|name| Expr::IsNull(Box::new(Expr::Identifier(name.clone()))));
    let mut known: Vec<Expr> =
        a.iter().map(|field| Expr::IsNotNull(Box::new(nested(field.clone())))).collect();
    known.push(count(any_of(nulls.collect())));
    let known = all(known).map_or_else(|| count(None), nested);
    Ok(Expr::Nested(Box::new(binary(count(None), BinaryOperator::Or, known))))
}

/// `COUNT(*)`
fn count_rows() -> Expr {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    let mut count = crate::tree::call("COUNT", Vec::new());
    if let Expr::Function(function) = &mut count
        && let FunctionArguments::List(list) = &mut function.args
    {
        list.args.push(FunctionArg::Unnamed(FunctionArgExpr::Wildcard));
    }
    count
}

fn refuse_rows<'a>(exprs: impl IntoIterator<Item = &'a Expr>) -> Result<()> {
    match exprs.into_iter().find(|expr| fields(expr).is_some()) {
        Some(row) => Err(Refusal::new("a row can only be compared with a row").at(row)),
        None => Ok(()),
    }
}

fn copied(row: &[Expr]) -> Result<()> {
    if row.len() > 16 {
        return Err(Refusal::new("a row in a comparison has at most 16 fields"));
    }
    row.iter().try_for_each(|field| size::check(field, "a row"))
}

/// The fields of `(a, b)` or `ROW(a, b)`.
fn fields(expr: &Expr) -> Option<Vec<Expr>> {
    use sqlparser::ast::{FunctionArg, FunctionArgExpr, FunctionArguments};
    match bare(expr) {
        Expr::Tuple(fields) => Some(fields.clone()),
        Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("row") => {
            let FunctionArguments::List(list) = &function.args else { return None };
            list.args
                .iter()
                .map(|arg| match arg {
                    FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
                    _ => None,
                })
                .collect()
        }
        _ => None,
    }
}

/// As DuckDB compares rows: null equals null, and is greater than all others.
fn compare(a: &[Expr], op: &BinaryOperator, b: &[Expr]) -> Option<Expr> {
    let same = |a: &Expr, b: &Expr| {
        Expr::Nested(Box::new(Expr::IsNotDistinctFrom(
            Box::new(nested(a.clone())),
            Box::new(nested(b.clone())),
        )))
    };
    let less = |a: &Expr, b: &Expr| {
        let smaller = binary(nested(a.clone()), BinaryOperator::Lt, nested(b.clone()));
        let before_null = binary(
            Expr::IsNull(Box::new(nested(b.clone()))),
            BinaryOperator::And,
            Expr::IsNotNull(Box::new(nested(a.clone()))),
        );
        let yes = |condition| {
            crate::tree::call("COALESCE", vec![condition, Expr::value(sqlparser::ast::Value::Boolean(false))])
        };
        Expr::Nested(Box::new(binary(yes(smaller), BinaryOperator::Or, Expr::Nested(Box::new(before_null)))))
    };
    match op {
        BinaryOperator::Eq => all(a.iter().zip(b).map(|(a, b)| same(a, b)).collect()),
        BinaryOperator::NotEq => compare(a, &BinaryOperator::Eq, b).map(not),
        BinaryOperator::Gt => compare(b, &BinaryOperator::Lt, a),
        BinaryOperator::GtEq => compare(a, &BinaryOperator::Lt, b).map(not),
        BinaryOperator::LtEq => compare(b, &BinaryOperator::Lt, a).map(not),
        BinaryOperator::Lt => {
            let (first_a, rest_a) = a.split_first()?;
            let (first_b, rest_b) = b.split_first()?;
            if rest_a.is_empty() {
                return Some(less(first_a, first_b));
            }
            let rest = compare(rest_a, op, rest_b)?;
            let tied = binary(same(first_a, first_b), BinaryOperator::And, nested(rest));
            Some(binary(less(first_a, first_b), BinaryOperator::Or, nested(tied)))
        }
        _ => None,
    }
}
