//! Rewrites are written as SQL: `$1` is the first argument.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, ObjectNamePart, Value, ValueWithSpan, Visitor, VisitorMut};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

use super::call::Call;
use crate::walk::{each_expr, walk, walk_mut};
use crate::{Refusal, Result};

/// Expressions that copies of arguments may add to a statement: more is a refusal. Without a limit,
/// calls within calls would double the statement with every level.
const MAX_COPIED: usize = 20_000;

/// What the rewrites of one statement share.
#[derive(Default)]
pub(super) struct Context {
    copied: usize,
}

/// Functions that give another value each time that they are evaluated.
pub const VOLATILE: &[&str] = &["random", "rand", "uuid", "gen_random_uuid", "uuidv4", "uuidv7"];

/// The aggregates that templates use.
const AGGREGATES: &[&str] = &[
    "sum",
    "count",
    "min",
    "max",
    "avg",
    "array_agg",
    "string_agg",
    "first",
    "last",
    "median",
    "covar_pop",
    "quantile_cont",
];

/// `template` with `$1`, `$2` … replaced. An argument that occurs twice in it must not be volatile.
pub(super) fn scalar(template: &str, args: &[Expr], call: &Call, context: &mut Context) -> Result<Expr> {
    let expr = parse(template);
    fill(expr, args, &|message| call.refusal(message), context)
}

/// As `scalar`, outside of a call.
pub(super) fn form(template: &str, args: &[Expr], name: &str, context: &mut Context) -> Result<Expr> {
    let expr = parse(template);
    let refusal = |message: &str| Refusal { message: format!("{name} {message}"), span: None };
    fill(expr, args, &refusal, context)
}

/// As `scalar`, and the aggregates in `template` get the FILTER and the OVER of `call`.
pub(super) fn aggregate(template: &str, args: &[Expr], call: &Call, context: &mut Context) -> Result<Expr> {
    let mut expr = parse(template);
    let mut attach = Attach { call, count: 0 };
    let _ = walk_mut(&mut expr, &mut attach);
    assert!(attach.count > 0, "template {template} has no aggregate");
    if attach.count > 1
        && let Some(filter) = &call.filter
    {
        copy(filter, attach.count - 1, &|message| call.refusal(message), context)?;
    }
    fill(expr, args, &|message| call.refusal(message), context)
}

struct Attach<'a> {
    call: &'a Call,
    count: usize,
}

impl VisitorMut for Attach<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let Expr::Function(function) = expr else { return ControlFlow::Continue(()) };
        let name = function.name.to_string().to_lowercase();
        if !AGGREGATES.contains(&name.as_str()) {
            return ControlFlow::Continue(());
        }
        self.count += 1;
        if let Some(condition) = &self.call.filter {
            let condition = group(condition.as_ref().clone());
            function.filter = Some(Box::new(match function.filter.take() {
                None => condition,
                Some(own) => Expr::BinaryOp {
                    left: Box::new(condition),
                    op: BinaryOperator::And,
                    right: Box::new(group(*own)),
                },
            }));
        }
        if let Some(over) = &self.call.over {
            function.over = Some(over.clone());
        }
        ControlFlow::Continue(())
    }
}

/// A template without arguments.
pub(super) fn parse_static(template: &str) -> Expr {
    parse(template)
}

fn parse(template: &str) -> Expr {
    Parser::new(&GenericDialect {})
        .try_with_sql(template)
        .and_then(|mut parser| parser.parse_expr())
        .unwrap_or_else(|error| panic!("template {template}: {error}"))
}

type Refuse<'a> = &'a dyn Fn(&str) -> Refusal;

fn fill(mut expr: Expr, args: &[Expr], refuse: Refuse, context: &mut Context) -> Result<Expr> {
    let mut fill = Fill { args, uses: vec![0; args.len()] };
    let _ = walk_mut(&mut expr, &mut fill);
    for (arg, uses) in args.iter().zip(fill.uses) {
        if uses > 1 {
            copy(arg, uses - 1, refuse, context)?;
        }
    }
    Ok(expr)
}

/// Accounts for `times` copies of `expr`.
fn copy(expr: &Expr, times: usize, refuse: Refuse, context: &mut Context) -> Result<()> {
    let mut look = Look { size: 0, volatile: false };
    let _ = walk(expr, &mut look);
    if look.volatile {
        return Err(refuse(
            "cannot take a random argument here: compute the random value in a subquery and use its column",
        ));
    }
    context.copied += look.size * times;
    if context.copied > MAX_COPIED {
        return Err(refuse(
            "is nested too deeply in other calls: compute the inner part in a subquery and use its column",
        ));
    }
    Ok(())
}

struct Fill<'a> {
    args: &'a [Expr],
    uses: Vec<usize>,
}

impl VisitorMut for Fill<'_> {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Value(ValueWithSpan { value: Value::Placeholder(name), .. }) = expr
            && let Some(place) = name.strip_prefix('$').and_then(|digits| digits.parse::<usize>().ok())
        {
            self.uses[place - 1] += 1;
            *expr = group(self.args[place - 1].clone());
        }
        ControlFlow::Continue(())
    }
}

struct Look {
    size: usize,
    volatile: bool,
}

impl Visitor for Look {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.size += 1;
        self.volatile |= is_volatile_call(expr);
        ControlFlow::Continue(())
    }
}

fn is_volatile_call(expr: &Expr) -> bool {
    let Expr::Function(function) = expr else { return false };
    let name = function.name.0.last().and_then(ObjectNamePart::as_ident);
    name.is_some_and(|name| VOLATILE.iter().any(|volatile| name.value.eq_ignore_ascii_case(volatile)))
}

/// Whether `expr` gives another value each time that it is evaluated: it must not be copied.
pub(crate) fn is_volatile(expr: &Expr) -> bool {
    let call = |expr: &Expr| match is_volatile_call(expr) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    each_expr(expr, call).is_break()
}

/// `expr` in parentheses, where it needs them within another expression.
pub(super) fn group(expr: Expr) -> Expr {
    match expr {
        Expr::BinaryOp { .. }
        | Expr::UnaryOp { .. }
        | Expr::Between { .. }
        | Expr::InList { .. }
        | Expr::InSubquery { .. }
        | Expr::Like { .. }
        | Expr::ILike { .. }
        | Expr::RLike { .. }
        | Expr::SimilarTo { .. }
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::IsTrue(_)
        | Expr::IsNotTrue(_)
        | Expr::IsFalse(_)
        | Expr::IsNotFalse(_)
        | Expr::IsDistinctFrom(..)
        | Expr::IsNotDistinctFrom(..)
        | Expr::AnyOp { .. }
        | Expr::AllOp { .. }
        | Expr::Exists { .. }
        | Expr::AtTimeZone { .. }
        | Expr::Interval(_)
        | Expr::Lambda(_) => Expr::Nested(Box::new(expr)),
        _ => expr,
    }
}
