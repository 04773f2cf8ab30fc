//! Functions: those that `polars-sql` has pass, those that it lacks are written in terms of those
//! that it has, and for the others the user reads what to write instead.
//!
//! Whether a function is right is measured: a rule gives the answer of `DuckDB` for every input that
//! was tried, or it refuses. `registry` lists every name that is known, with its differences.

mod aggregates;
mod call;
mod dates;
mod formats;
mod implicit;
mod json;
mod lists;
mod math;
mod regexp;
pub mod registry;
mod strings;
mod structs;
mod template;

use std::ops::ControlFlow;

use sqlparser::ast::{AccessExpr, BinaryOperator, Expr, Function, Spanned, Statement, Subscript, VisitorMut};

use crate::tree;
use crate::walk::walk_mut;
use crate::{Refusal, Result, windows};
use call::Call;
use registry::{Kind, Rule};
pub use template::VOLATILE;
pub(crate) use template::is_volatile;
use template::{Context, group};

/// Rewrites the calls in `statement`, from the inside out.
///
/// # Errors
/// A function that is unknown or that nothing stands for, or a call that its rule does not cover.
pub fn rewrite(statement: &mut Statement) -> Result<()> {
    match walk_mut(statement, &mut Rewriter { context: Context::default() }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

/// Turns the arrows of lambdas into lambdas: `list_transform(l, x -> x + 1)`. The parser reads them as operators, and
/// `(x, y)` as a row. For those who look at the tree before [`rewrite`] does, which does so itself.
pub fn mark_lambdas(statement: &mut Statement) {
    let _ = walk_mut(statement, &mut Lambdas);
}

struct Lambdas;

impl VisitorMut for Lambdas {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Function(function) = expr {
            lists::find_lambdas(function);
        }
        ControlFlow::Continue(())
    }
}

struct Rewriter {
    context: Context,
}

impl VisitorMut for Rewriter {
    type Break = Refusal;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        if let Expr::Function(function) = expr {
            lists::find_lambdas(function);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        match self.expr(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(refusal) => ControlFlow::Break(refusal),
        }
    }
}

impl Rewriter {
    /// Rewrites one expression whose parts are already rewritten.
    fn expr(&mut self, expr: &mut Expr) -> Result<()> {
        let context = &mut self.context;
        let new = match expr {
            Expr::Function(function) => match call(function, context)? {
                Some(new) => new,
                None => return Ok(()),
            },
            Expr::BinaryOp {
                op:
                    BinaryOperator::Arrow
                    | BinaryOperator::LongArrow
                    | BinaryOperator::HashArrow
                    | BinaryOperator::HashLongArrow,
                ..
            } => match json::arrow(expr)? {
                Some(new) => new,
                None => return Ok(()),
            },
            Expr::CompoundFieldAccess { access_chain, .. }
                if matches!(access_chain.as_slice(), [AccessExpr::Subscript(Subscript::Slice { .. })]) =>
            {
                lists::subscript_slice(expr)
            }
            Expr::Array(array) if !array.elem.iter().all(lists::is_constant) => {
                tree::call("list_value", std::mem::take(&mut array.elem))
            }
            Expr::Dictionary(fields) => structs::dictionary(fields),
            Expr::BinaryOp { left, op: BinaryOperator::Plus | BinaryOperator::Minus, right } => {
                if let Some((date, context)) = dates::beside_time(left, right).map(|date| (date, context)) {
                    *date = dates::with_time(date.clone(), context)?;
                }
                return Ok(());
            }
            Expr::Cast { .. } | Expr::BinaryOp { op: BinaryOperator::StringConcat, .. } => {
                implicit::rewrite(expr);
                return Ok(());
            }
            Expr::Extract { field, expr: of, .. } => match dates::extract(field, of, context)? {
                Some(new) => new,
                None => return Ok(()),
            },
            Expr::Trim { .. } => match strings::trim(expr, context)? {
                Some(new) => new,
                None => return Ok(()),
            },
            Expr::Substring { .. } => match strings::substring_form(expr, context)? {
                Some(new) => new,
                None => return Ok(()),
            },
            Expr::Position { expr: needle, r#in: text } => {
                strings::position(&[(**text).clone(), (**needle).clone()], "POSITION", context)?
            }
            Expr::Overlay { .. } => {
                return Err(Refusal {
                    message: "OVERLAY is not supported: join what is before and after with ||".into(),
                    span: Some(expr.span()),
                });
            }
            _ => return Ok(()),
        };
        *expr = group(new);
        Ok(())
    }
}

/// Functions of ours that forms are rewritten to, and that have no name of their own.
const INTERNAL: &[&str] = &["__like", "__ilike", "__instant"];

/// What stands for a call, or nothing if it may stay.
fn call(function: &mut Function, context: &mut Context) -> Result<Option<Expr>> {
    let (name, span) = call::name(function)?;
    if INTERNAL.contains(&name.as_str()) {
        return Ok(None);
    }
    let Some(entry) = registry::lookup(&name) else {
        return Err(registry::unknown(&name, span));
    };
    if let Some(new) = windows::window(function, entry.name, span)? {
        return Ok(Some(new));
    }
    match entry.kind {
        Kind::Native => {
            if function.filter.is_some() || function.over.is_some() || !function.within_group.is_empty() {
                return Err(call::not_an_aggregate(&name, span));
            }
            call::rename(function, entry.name);
            Ok(None)
        }
        Kind::NativeAggregate => {
            call::rename(function, entry.name);
            Ok(None)
        }
        Kind::Rewritten(rule) => {
            let mut call = Call::new(function, entry, name, span)?;
            match rule {
                Rule::Scalar(rule) => {
                    call.check_is_scalar()?;
                    rule(call, context).map(Some)
                }
                Rule::Aggregate(rule) => {
                    call.check_is_aggregate()?;
                    aggregates::spread(&mut call)?;
                    let is_window = call.over.is_some();
                    let mut new = rule(call, context)?;
                    if is_window {
                        windows::each(&mut new)?;
                    }
                    Ok(Some(new))
                }
            }
        }
        Kind::Scalar => {
            let call = Call::new(function, entry, name, span)?;
            call.check_is_scalar()?;
            Ok(Some(tree::call(entry.name, call.args)))
        }
        Kind::Refused => {
            Err(Refusal { message: format!("{name} is not supported: {}", entry.note), span: Some(span) })
        }
    }
}

/// Whether `name` is an aggregate, or a function that is only there with OVER.
pub(crate) fn is_aggregate(function: &Function) -> bool {
    call::name(function)
        .is_ok_and(|(name, _)| registry::lookup(&name).is_some_and(registry::Entry::is_aggregate))
}

/// The functions that work, as a table in Markdown: `docs/sql.md` has it, and a test holds it to this.
#[must_use]
pub fn table() -> String {
    let mut rows: Vec<String> = registry::entries()
        .iter()
        .filter(|entry| entry.kind_name() != "refused")
        .map(|entry| {
            let aliases = entry.aliases.join(", ");
            let cell = |text: &str| text.replace('|', "\\|").replace('\n', " ");
            format!("| `{}` | {} | {} |\n", cell(entry.signature), cell(&aliases), cell(entry.note))
        })
        .collect();
    rows.sort_unstable();
    format!("| function | other names | note |\n|---|---|---|\n{}", rows.concat())
}
