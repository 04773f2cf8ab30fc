//! A call in parts, for the rules.

use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, Ident, ObjectName, ObjectNamePart, OrderByExpr, Value, ValueWithSpan, WindowType,
};
use sqlparser::tokenizer::Span;

use super::registry::Entry;
use crate::tree::text;
use crate::{Refusal, Result};

/// A call whose arguments are already rewritten.
pub(super) struct Call {
    /// As the user wrote it, in lower case.
    pub name: String,
    pub span: Span,
    pub signature: &'static str,
    pub args: Vec<Expr>,
    /// The names of the arguments, where they have some: `f(a := 1)`.
    pub names: Vec<Option<String>>,
    pub wildcard: bool,
    pub distinct: bool,
    pub order_by: Vec<OrderByExpr>,
    pub limit: Option<Expr>,
    pub within_group: Vec<OrderByExpr>,
    pub filter: Option<Box<Expr>>,
    pub over: Option<WindowType>,
}

/// The name of a function in lower case, without the schemas that hold `DuckDB`'s own functions.
pub(super) fn name(function: &Function) -> Result<(String, Span)> {
    let parts: Vec<&Ident> = function.name.0.iter().filter_map(ObjectNamePart::as_ident).collect();
    let own = |part: &&Ident| ["main", "system", "pg_catalog"].contains(&part.value.to_lowercase().as_str());
    match parts.as_slice() {
        [schemas @ .., last] if schemas.iter().all(own) && parts.len() == function.name.0.len() => {
            Ok((last.value.to_lowercase(), last.span))
        }
        _ => Err(Refusal {
            message: format!("there is no function {}: functions are not in a schema here", function.name),
            span: parts.first().map(|part| part.span),
        }),
    }
}

/// Calls `function` by its name in `polars-sql`; the case stays if that is all that differs.
pub(super) fn rename(function: &mut Function, name: &str) {
    if let [ObjectNamePart::Identifier(ident)] = function.name.0.as_slice()
        && ident.value.eq_ignore_ascii_case(name)
    {
        return;
    }
    function.name = ObjectName::from(vec![Ident::new(name)]);
}

pub(super) fn not_an_aggregate(name: &str, span: Span) -> Refusal {
    Refusal {
        message: format!("{name} is not an aggregate: it takes no DISTINCT, ORDER BY, FILTER or OVER"),
        span: Some(span),
    }
}

impl Call {
    pub fn new(function: &mut Function, entry: &Entry, name: String, span: Span) -> Result<Self> {
        let mut call = Self {
            name,
            span,
            signature: entry.signature,
            args: Vec::new(),
            names: Vec::new(),
            wildcard: false,
            distinct: false,
            order_by: Vec::new(),
            limit: None,
            within_group: std::mem::take(&mut function.within_group),
            filter: function.filter.take(),
            over: function.over.take(),
        };
        if !matches!(function.parameters, FunctionArguments::None) {
            return Err(call.refusal("takes its arguments in one pair of parentheses"));
        }
        if function.null_treatment.is_some() {
            return Err(call.refusal("does not take IGNORE NULLS or RESPECT NULLS here"));
        }
        match std::mem::replace(&mut function.args, FunctionArguments::None) {
            FunctionArguments::None => {}
            FunctionArguments::Subquery(query) => call.args.push(Expr::Subquery(query)),
            FunctionArguments::List(list) => {
                call.distinct = list.duplicate_treatment == Some(DuplicateTreatment::Distinct);
                for arg in list.args {
                    let (name, arg) = match arg {
                        FunctionArg::Unnamed(arg) => (None, arg),
                        FunctionArg::Named { name, arg, .. } => (Some(name.value), arg),
                        FunctionArg::ExprNamed { name, arg, .. } => (Some(name.to_string()), arg),
                    };
                    match arg {
                        FunctionArgExpr::Expr(expr) => {
                            call.args.push(expr);
                            call.names.push(name);
                        }
                        _ => call.wildcard = true,
                    }
                }
                for clause in list.clauses {
                    match clause {
                        FunctionArgumentClause::OrderBy(keys) => call.order_by = keys,
                        FunctionArgumentClause::Limit(limit) => call.limit = Some(limit),
                        other => return Err(call.refusal(&format!("does not take {other}"))),
                    }
                }
            }
        }
        if call.names.iter().any(Option::is_some) && !entry.name.starts_with("struct_") {
            return Err(call.refusal("does not take arguments by name"));
        }
        Ok(call)
    }

    /// A refusal that starts with the function's name.
    pub fn refusal(&self, message: &str) -> Refusal {
        Refusal { message: format!("{} {message}", self.name), span: Some(self.span) }
    }

    /// The refusal for a wrong number (or kind) of arguments.
    pub fn wrong_arguments(&self) -> Refusal {
        let found = self.args.len();
        let s = if found == 1 { "" } else { "s" };
        self.refusal(&format!("is called as {}, not with {found} argument{s} like these", self.signature))
    }

    /// A scalar function takes neither DISTINCT nor FILTER nor OVER, and no named arguments.
    pub fn check_is_scalar(&self) -> Result<()> {
        if self.wildcard {
            return Err(self.refusal("does not take *"));
        }
        if self.distinct || self.filter.is_some() || self.over.is_some() || self.has_order() {
            return Err(not_an_aggregate(&self.name, self.span));
        }
        Ok(())
    }

    pub fn check_is_aggregate(&self) -> Result<()> {
        if self.wildcard && self.name != "count" {
            return Err(self.refusal("does not take *"));
        }
        if self.limit.is_some() && !["list", "array_agg"].contains(&self.name.as_str()) {
            return Err(self.refusal("does not take LIMIT"));
        }
        Ok(())
    }

    fn has_order(&self) -> bool {
        !self.order_by.is_empty() || !self.within_group.is_empty() || self.limit.is_some()
    }

    /// For an aggregate whose result does not depend on the order of the rows: ORDER BY goes.
    pub fn drop_order(&mut self) {
        self.order_by.clear();
    }

    pub fn no_distinct(&self) -> Result<()> {
        if self.distinct { Err(self.refusal("with DISTINCT is not supported")) } else { Ok(()) }
    }

    pub fn no_order(&self) -> Result<()> {
        if self.has_order() { Err(self.refusal("with ORDER BY is not supported")) } else { Ok(()) }
    }

    /// Exactly `N` arguments.
    pub fn take<const N: usize>(&mut self) -> Result<[Expr; N]> {
        let args = std::mem::take(&mut self.args);
        args.try_into().map_err(|args| {
            self.args = args;
            self.wrong_arguments()
        })
    }

    pub fn arity(&self, range: std::ops::RangeInclusive<usize>) -> Result<()> {
        if range.contains(&self.args.len()) { Ok(()) } else { Err(self.wrong_arguments()) }
    }
}

/// The value of an integer literal.
pub(super) fn integer(expr: &Expr) -> Option<i64> {
    use sqlparser::ast::UnaryOperator::{Minus, Plus};
    match expr {
        Expr::Value(ValueWithSpan { value: Value::Number(s, _), .. }) => s.parse().ok(),
        Expr::UnaryOp { op: Minus, expr } => integer(expr).map(|n| -n),
        Expr::UnaryOp { op: Plus, expr } | Expr::Nested(expr) => integer(expr),
        _ => None,
    }
}

pub(super) fn is_null(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(ValueWithSpan { value: Value::Null, .. }))
}

/// A word that names something, such as the part of a date: `'day'` or `day`.
pub(super) fn word(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Identifier(ident) if ident.quote_style.is_none() => Some(ident.value.to_lowercase()),
        _ => text(expr).map(str::to_lowercase),
    }
}
