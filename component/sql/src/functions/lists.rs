//! Lists, and the functions that take a lambda.

use std::ops::ControlFlow;

use sqlparser::ast::{
    AccessExpr, BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident,
    LambdaFunction, LambdaFunctionParameter, LambdaSyntax, OneOrManyWithParens, Spanned, Subscript, Visitor,
};

use super::call::{self, Call};
use super::template::{self, Context, scalar};
use crate::tree::{self, string};
use crate::walk::walk;
use crate::{Refusal, Result};

/// Functions of one line: `list_sum(l)` → `ARRAY_SUM(l)`, NULL for a list without values; and so on.
pub(super) fn simple(call: Call, context: &mut Context) -> Result<Expr> {
    let (arity, template) = match call.name.as_str() {
        "list_sum" | "array_sum" => (1, "CASE WHEN ARRAY_UPPER($1) IS NOT NULL THEN ARRAY_SUM($1) END"),
        "list_first" => (1, "ARRAY_GET($1, 1)"),
        "list_last" => (1, "ARRAY_GET($1, -1)"),
        "list_string_agg" => (1, "CASE WHEN ARRAY_UPPER($1) IS NOT NULL THEN ARRAY_TO_STRING($1, ',') END"),
        "array_to_string" => {
            // The values of any type may be NULL only, or none: then there is no text.
            (2, "NULLIF(ARRAY_TO_STRING($1, $2), CASE WHEN ARRAY_UPPER($1) IS NULL THEN '' END)")
        }
        "list_unique" | "array_unique" => (
            1,
            "CAST(ARRAY_LENGTH(ARRAY_UNIQUE($1)) AS BIGINT) - CASE WHEN ARRAY_CONTAINS($1, NULL) THEN 1 ELSE 0 END",
        ),
        "array_length" => {
            if call.args.len() == 2 && call::integer(&call.args[1]) == Some(1) {
                (2, "ARRAY_LENGTH($1)")
            } else {
                (1, "ARRAY_LENGTH($1)")
            }
        }
        _ => unreachable!("not simple: {}", call.name),
    };
    call.arity(arity..=arity)?;
    scalar(template, &call.args, &call, context)
}

/// `list_contains(l, x)` → `ARRAY_CONTAINS(l, x)`; NULL if `x` is, where `polars-sql` looks for it.
pub(super) fn contains(call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    if call::is_null(&call.args[1]) {
        return Ok(template::parse_static("CAST(NULL AS BOOLEAN)"));
    }
    let template = if is_constant(&call.args[1]) {
        "ARRAY_CONTAINS($1, $2)"
    } else {
        "CASE WHEN $2 IS NOT NULL THEN ARRAY_CONTAINS($1, $2) END"
    };
    scalar(template, &call.args, &call, context)
}

/// `list_aggregate(l, 'sum')` → `list_sum(l)`, for every function `list_…`. The name is written out.
pub(super) fn aggregate(mut call: Call, context: &mut Context) -> Result<Expr> {
    call.arity(2..=2)?;
    let Some(name) = tree::text(&call.args[1]).map(|name| format!("list_{}", name.to_lowercase())) else {
        return Err(call.refusal("takes the name of an aggregate that is written out"));
    };
    call.args.truncate(1);
    let Expr::Function(mut function) = tree::call(&name, call.args) else { unreachable!() };
    match super::call(&mut function, context) {
        Ok(Some(new)) => Ok(new),
        Ok(None) => Ok(Expr::Function(function)),
        Err(refusal) => Err(Refusal { span: Some(call.span), ..refusal }),
    }
}

/// `list_value(1, 2)`, `list_pack(1, 2)` → `[1, 2]` if all is constant; else `list_value`, a scalar function of
/// ours, as for `[a, b]`.
pub(super) fn value(call: Call, _context: &mut Context) -> Result<Expr> {
    if call.args.iter().all(is_constant) && !call.args.is_empty() {
        return Ok(Expr::Array(sqlparser::ast::Array { elem: call.args, named: false }));
    }
    Ok(tree::call("list_value", call.args))
}

/// `l[a:b]` → `list_slice(l, a, b)`, a scalar function of ours: of lists and of text, both ends included,
/// negative places from the end; a bound that is left out is the first or the last place there may be.
pub(super) fn subscript_slice(expr: &mut Expr) -> Expr {
    let Expr::CompoundFieldAccess { root, access_chain } = expr else { unreachable!() };
    let Some(AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride })) =
        access_chain.pop()
    else {
        unreachable!()
    };
    let first = lower_bound.unwrap_or_else(|| tree::number(1));
    let last = upper_bound.unwrap_or_else(|| tree::number(i64::MAX));
    let mut args = vec![(**root).clone(), first, last];
    args.extend(stride);
    tree::call("list_slice", args)
}

/// Whether `polars-sql` takes `expr` as an element of a list.
pub(super) fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Value(_) | Expr::TypedString(_) => true,
        Expr::UnaryOp { expr, .. } | Expr::Cast { expr, .. } => is_constant(expr),
        Expr::Array(array) => array.elem.iter().all(is_constant),
        _ => false,
    }
}

/// Where a lambda stands among the arguments of a function that takes one.
const WITH_LAMBDA: &[&str] = &[
    "list_transform",
    "list_apply",
    "array_transform",
    "array_apply",
    "apply",
    "list_filter",
    "array_filter",
    "filter",
    "list_reduce",
    "array_reduce",
    "reduce",
];

/// Turns the arrow in the last arguments of a function that takes a lambda into a lambda. The parser reads
/// `x -> x + 1` as an operator, and of `x -> a AND b` only the part before AND.
pub(super) fn find_lambdas(function: &mut Function) {
    let is_one = function
        .name
        .0
        .last()
        .and_then(|part| part.as_ident())
        .is_some_and(|ident| WITH_LAMBDA.contains(&ident.value.to_lowercase().as_str()));
    let FunctionArguments::List(list) = &mut function.args else { return };
    if !is_one {
        return;
    }
    for arg in list.args.iter_mut().skip(1) {
        if let FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) = arg
            && let Some(params) = take_params(expr)
        {
            let params =
                params.into_iter().map(|name| LambdaFunctionParameter { name, data_type: None }).collect();
            let body = Box::new(expr.clone());
            *expr = Expr::Lambda(LambdaFunction {
                params: OneOrManyWithParens::Many(params),
                body,
                syntax: LambdaSyntax::Arrow,
            });
        }
    }
}

/// Takes `x ->` away from the left end of `expr`, which becomes the body.
fn take_params(expr: &mut Expr) -> Option<Vec<Ident>> {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::Arrow, right } => {
            let params = match &**left {
                Expr::Identifier(name) => vec![name.clone()],
                Expr::Nested(inner) => match &**inner {
                    Expr::Identifier(name) => vec![name.clone()],
                    _ => return take_params(left),
                },
                Expr::Tuple(names) => names
                    .iter()
                    .map(|name| if let Expr::Identifier(name) = name { Some(name.clone()) } else { None })
                    .collect::<Option<Vec<_>>>()?,
                _ => return take_params(left),
            };
            *expr = (**right).clone();
            Some(params)
        }
        Expr::BinaryOp { left, .. } => take_params(left),
        Expr::IsNull(inner)
        | Expr::IsNotNull(inner)
        | Expr::IsTrue(inner)
        | Expr::IsFalse(inner)
        | Expr::IsNotTrue(inner)
        | Expr::IsNotFalse(inner)
        | Expr::Like { expr: inner, .. }
        | Expr::ILike { expr: inner, .. }
        | Expr::Between { expr: inner, .. }
        | Expr::InList { expr: inner, .. } => take_params(inner),
        _ => None,
    }
}

/// `list_transform(l, x -> x + 1)` → `list_transform(l, 'x', 'x + 1')`: a scalar function of ours parses the
/// body, which it evaluates over the elements. `list_filter` and `list_reduce` likewise.
///
/// The body uses its parameters only: no columns, no subqueries, no aggregates; and no second
/// parameter for the place of the element.
pub(super) fn lambda(mut call: Call, _context: &mut Context) -> Result<Expr> {
    let (name, params) = match call.name.as_str() {
        "list_transform" | "list_apply" | "array_transform" | "array_apply" | "apply" => {
            ("list_transform", 1)
        }
        "list_filter" | "array_filter" | "filter" => ("list_filter", 1),
        _ => ("list_reduce", 2),
    };
    call.arity(2..=if params == 2 { 3 } else { 2 })?;
    let Expr::Lambda(lambda) = call.args.remove(1) else {
        return Err(call.refusal("takes a lambda, as in list_transform(l, x -> x + 1)"));
    };
    let names: Vec<String> = match lambda.params {
        OneOrManyWithParens::One(param) => vec![param.name.value],
        OneOrManyWithParens::Many(params) => params.into_iter().map(|param| param.name.value).collect(),
    };
    if names.len() != params {
        return Err(call.refusal(&format!("takes a lambda with {params} parameter(s), without the place")));
    }
    let mut check = Check { names: &names, problem: None };
    let _ = walk(&*lambda.body, &mut check);
    if let Some((problem, span)) = check.problem {
        return Err(Refusal { span: Some(span), ..call.refusal(&problem) });
    }
    let mut args = vec![call.args.remove(0)];
    args.extend(names.into_iter().map(string));
    args.push(string(lambda.body.to_string()));
    args.append(&mut call.args);
    Ok(tree::call(name, args))
}

struct Check<'a> {
    names: &'a [String],
    problem: Option<(String, sqlparser::tokenizer::Span)>,
}

impl Visitor for Check<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let problem = match expr {
            Expr::Identifier(name) if !self.known(name) => {
                format!("cannot use the column {name} in its lambda: only the parameter")
            }
            Expr::CompoundIdentifier(names) if !self.known(&names[0]) => {
                format!("cannot use the column {expr} in its lambda: only the parameter")
            }
            // Such a text does not survive being written out.
            Expr::Value(_) if tree::text(expr).is_some_and(|text| text.contains("''")) => {
                "cannot use a text with two quotes in a row in its lambda".into()
            }
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                "cannot use a subquery in its lambda".into()
            }
            Expr::Function(function) if function.over.is_some() => {
                "cannot use a window function in its lambda".into()
            }
            _ => return ControlFlow::Continue(()),
        };
        self.problem = Some((problem, expr.span()));
        ControlFlow::Break(())
    }
}

impl Check<'_> {
    fn known(&self, name: &Ident) -> bool {
        self.names.iter().any(|param| param.eq_ignore_ascii_case(&name.value))
    }
}
