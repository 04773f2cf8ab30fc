//! The arguments of a table function over files: a path or a list of paths, then options by name.
//!
//! `name = value`, `name => value` and `name := value` are the same. Values are literals: text, numbers,
//! true and false, NULL, lists and structs of them; a bare name is a text, as in DuckDB.

use sqlparser::ast::{
    Array, BinaryOperator, Expr, FunctionArg, FunctionArgExpr, TableFunctionArgs, UnaryOperator,
    Value as Literal,
};

use crate::catalog::options::Value;
use crate::error::{Error, Kind, Result};

type Options = Vec<(String, Value)>;

/// The paths, and the options in their order, with names in lower case.
pub fn split(function: &str, args: &TableFunctionArgs) -> Result<(Vec<String>, Options)> {
    let usage = || {
        Error::new(
            Kind::InvalidSql,
            format!(
                "{function} takes a path or a list of paths first: {function}('dir/*.x') or {function}(['a.x', 'b.x'])"
            ),
        )
    };
    let (first, rest) = args.args.split_first().ok_or_else(usage)?;
    let FunctionArg::Unnamed(FunctionArgExpr::Expr(first)) = first else { return Err(usage()) };
    let paths = match value(first) {
        Some(Value::Text(path)) if !matches!(first, Expr::Identifier(_)) => vec![path],
        Some(Value::List(paths)) if !paths.is_empty() => {
            let text = |path| match path {
                Value::Text(path) => Some(path),
                _ => None,
            };
            paths.into_iter().map(text).collect::<Option<_>>().ok_or_else(usage)?
        }
        _ => return Err(usage()),
    };
    let options = rest.iter().map(|arg| option(function, arg)).collect::<Result<_>>()?;
    Ok((paths, options))
}

/// # Errors
/// There are options.
pub fn none(function: &str, options: &[(String, Value)]) -> Result<()> {
    match options.first() {
        None => Ok(()),
        Some((name, _)) => Err(Error::new(
            Kind::UnsupportedSql,
            format!("{function} has no option {name}; it takes paths only"),
        )),
    }
}

fn option(function: &str, arg: &FunctionArg) -> Result<(String, Value)> {
    let (name, expr) = match arg {
        FunctionArg::Named { name, arg: FunctionArgExpr::Expr(expr), .. } => (&name.value, expr),
        FunctionArg::ExprNamed { name: Expr::Identifier(name), arg: FunctionArgExpr::Expr(expr), .. } => {
            (&name.value, expr)
        }
        // The parser takes `name = value` for a comparison.
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        })) if matches!(**left, Expr::Identifier(_)) => match &**left {
            Expr::Identifier(name) => (&name.value, &**right),
            _ => return Err(not_named(function, arg)),
        },
        _ => return Err(not_named(function, arg)),
    };
    match value(expr) {
        Some(value) => Ok((name.to_lowercase(), value)),
        None => Err(Error::new(
            Kind::InvalidSql,
            format!(
                "the option {name} of {function} takes a text, a number, true, false, NULL, or a list or struct \
                 of them, not {expr}"
            ),
        )),
    }
}

fn not_named(function: &str, arg: &FunctionArg) -> Error {
    Error::new(
        Kind::InvalidSql,
        format!("{function} takes options by name after the first argument, as in header = true, not {arg}"),
    )
}

fn value(expr: &Expr) -> Option<Value> {
    match expr {
        Expr::Value(value) => match &value.value {
            Literal::SingleQuotedString(text)
            | Literal::EscapedStringLiteral(text)
            | Literal::UnicodeStringLiteral(text) => Some(Value::Text(text.clone())),
            Literal::DollarQuotedString(text) => Some(Value::Text(text.value.clone())),
            Literal::Number(digits, _) => Some(Value::Number(digits.clone())),
            Literal::Boolean(value) => Some(Value::Bool(*value)),
            Literal::Null => Some(Value::Null),
            _ => None,
        },
        Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match value(expr)? {
            Value::Number(digits) if !digits.starts_with('-') => Some(Value::Number(format!("-{digits}"))),
            _ => None,
        },
        Expr::Identifier(name) => Some(Value::Text(name.value.clone())),
        Expr::Nested(inner) => value(inner),
        Expr::Array(Array { elem, .. }) => elem.iter().map(value).collect::<Option<_>>().map(Value::List),
        Expr::Dictionary(fields) => fields
            .iter()
            .map(|field| Some((field.key.value.clone(), value(&field.value)?)))
            .collect::<Option<_>>()
            .map(Value::Map),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::parse::{parse, tokenize};
    use sqlparser::ast::{SetExpr, Statement, TableFactor};

    fn arguments(call: &str) -> Result<(Vec<String>, Options)> {
        let statement = tokenize(&format!("SELECT * FROM {call}")).and_then(parse).unwrap();
        let Statement::Query(query) = statement else { panic!() };
        let SetExpr::Select(select) = *query.body else { panic!() };
        let TableFactor::Table { args: Some(args), .. } = &select.from[0].relation else { panic!() };
        split("f", args)
    }

    #[test]
    fn three_ways_to_name_an_option() {
        let text = |text: &str| Value::Text(text.into());
        for call in ["f('x', a = 'b')", "f('x', a => 'b')", "f('x', A := 'b')"] {
            assert_eq!(arguments(call).unwrap(), (vec!["x".into()], vec![("a".into(), text("b"))]), "{call}");
        }
        let (paths, options) = arguments(
            "f(['x', 'y'], columns={'a': 'INTEGER', b: 'DATE'}, n=-1, l=['p'], t=true, z=NULL, names=id)",
        )
        .unwrap();
        assert_eq!(paths, ["x", "y"]);
        let columns = Value::Map(vec![("a".into(), text("INTEGER")), ("b".into(), text("DATE"))]);
        let expected = [
            ("columns", columns),
            ("n", Value::Number("-1".into())),
            ("l", Value::List(vec![text("p")])),
            ("t", Value::Bool(true)),
            ("z", Value::Null),
            ("names", text("id")),
        ];
        assert_eq!(options, expected.map(|(name, value)| (name.to_string(), value)));
    }

    #[test]
    fn what_is_no_argument_is_refused() {
        for call in [
            "f()",
            "f(1)",
            "f([])",
            "f(x)",
            "f(a = 'b')",
            "f('x', 1)",
            "f('x', a = 1 + 1)",
            "f('x', a = f(1))",
        ] {
            assert!(arguments(call).is_err(), "{call}");
        }
    }
}
