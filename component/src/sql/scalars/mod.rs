//! Functions of ours that no rewrite can give in terms of others, under the names that the registry
//! of `polaroid-sql` lists as scalars.
//!
//! A function is an expression over its arguments, which stand in it as the columns `0`, `1`, and so
//! on. `polars-sql` can call nothing but a function on columns, so the expression is evaluated by one;
//! its type is known when the query is planned, as that of the expression over an empty table.
//!
//! A type may depend on the value of an argument: the names of `struct_pack`, the body of a lambda.
//! `polars-sql` does not say what that is when it plans, so [`prepare`] writes the arguments that are
//! constant into the name of the function.

mod args;
mod dates;
mod display;
mod format;
mod frames;
mod hashes;
mod json;
mod lambdas;
mod lists;
mod numbers;
mod others;
mod search;
mod text;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use polars::lazy::dsl::udf::UserDefinedFunction;
use polars::lazy::dsl::{AnonymousColumnsUdf, ColumnsUdf, OpaqueColumnUdf, new_column_udf};
use polars::prelude::*;
use polars_sql::function_registry::{FunctionOptions, FunctionRegistry};
use sqlparser::ast::{Expr as SqlExpr, ObjectNamePart, Statement, VisitorMut};

use self::args::{Args, Constant, column};
pub use self::dates::days;
pub use self::format::parsed as parse_time;

/// A function of ours.
#[derive(Debug)]
struct Function {
    name: &'static str,
    /// The least and the greatest number of arguments.
    arity: (usize, usize),
    build: fn(&Args) -> PolarsResult<Expr>,
}

/// Any number of arguments.
const MANY: usize = usize::MAX;

const fn function(
    name: &'static str,
    arity: (usize, usize),
    build: fn(&Args) -> PolarsResult<Expr>,
) -> Function {
    Function { name, arity, build }
}

static FUNCTIONS: &[&[Function]] = &[
    text::FUNCTIONS,
    format::FUNCTIONS,
    hashes::FUNCTIONS,
    lists::FUNCTIONS,
    lambdas::FUNCTIONS,
    json::FUNCTIONS,
    dates::FUNCTIONS,
    numbers::FUNCTIONS,
    others::FUNCTIONS,
    display::FUNCTIONS,
    search::FUNCTIONS,
];

fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter().copied().flatten()
}

fn lookup(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

/// The names of all functions here, in lower case.
#[cfg(test)]
fn names() -> impl Iterator<Item = &'static str> {
    all().map(|function| function.name)
}

/// Whether there is a function of this name, which is in lower case.
fn contains(name: &str) -> bool {
    lookup(name).is_some()
}

/// What separates the name of a function from its constants.
const CONSTANTS: char = '#';

/// Writes the arguments that are constant into the names of the calls of functions of ours, and says
/// whether there is such a call.
pub fn prepare(statement: &mut Statement) -> bool {
    struct Prepare(bool);

    impl VisitorMut for Prepare {
        type Break = ();

        fn post_visit_expr(&mut self, expr: &mut SqlExpr) -> ControlFlow<()> {
            let SqlExpr::Function(function) = expr else { return ControlFlow::Continue(()) };
            let [ObjectNamePart::Identifier(name)] = function.name.0.as_mut_slice() else {
                return ControlFlow::Continue(());
            };
            let lower = name.value.to_lowercase();
            if !contains(&lower) && lower != frames::NAME {
                return ControlFlow::Continue(());
            }
            self.0 = true;
            let constants = args::constants(&function.args);
            if constants.iter().any(Option::is_some) {
                let text = serde_json::to_string(&constants).unwrap_or_default();
                let code: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
                name.value = format!("{lower}{CONSTANTS}{code}");
            }
            ControlFlow::Continue(())
        }
    }

    let mut prepare = Prepare(false);
    let _ = polaroid_sql::walk::walk_mut(statement, &mut prepare);
    prepare.0
}

/// A name that [`prepare`] may have written, and the constants in it.
fn parse(name: &str) -> Option<(&str, Vec<Option<Constant>>)> {
    let Some((name, code)) = name.split_once(CONSTANTS) else {
        return Some((name, Vec::new()));
    };
    let bytes = code
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect::<Option<Vec<u8>>>()?;
    Some((name, serde_json::from_slice(&bytes).ok()?))
}

/// Functions of which no two calls are the same.
const RANDOM: &[&str] = &["random", "uuid"];

/// The calls by their names. Polars takes two calls for the same only if they are one in memory, and
/// `SELECT md5(a) … GROUP BY md5(a)` needs that.
static CALLS: Mutex<BTreeMap<String, OpaqueColumnUdf>> = Mutex::new(BTreeMap::new());

/// How many calls are kept.
const MOST_CALLS: usize = 1000;

/// The registry that `polars-sql` asks for functions which it does not have.
#[derive(Default)]
pub struct Scalars;

impl FunctionRegistry for Scalars {
    fn register(&mut self, name: &str, _: UserDefinedFunction) -> PolarsResult<()> {
        polars_bail!(SQLInterface: "'{name}' cannot be registered")
    }

    fn get_udf(&self, name: &str) -> PolarsResult<Option<UserDefinedFunction>> {
        let Some((base, constants)) = parse(name) else { return Ok(None) };
        let (udf, options) = if base == frames::NAME {
            // It is called once for each partition.
            (new_column_udf(frames::Call::new(&constants)?), FunctionOptions::length_preserving())
        } else if let Some(function) = lookup(base) {
            (new_column_udf(Call { function, constants }), FunctionOptions::elementwise())
        } else {
            return Ok(None);
        };
        let fun = if RANDOM.contains(&base) {
            udf
        } else {
            let mut calls = CALLS.lock().unwrap_or_else(PoisonError::into_inner);
            if calls.len() >= MOST_CALLS {
                calls.clear();
            }
            calls.entry(name.to_string()).or_insert(udf).clone()
        };
        Ok(Some(UserDefinedFunction { name: base.into(), fun, options }))
    }

    fn contains(&self, name: &str) -> bool {
        parse(name).is_some_and(|(base, _)| contains(base) || base == frames::NAME)
    }
}

/// One call of a function in a query.
struct Call {
    function: &'static Function,
    constants: Vec<Option<Constant>>,
}

impl Call {
    fn frame(&self, columns: Vec<Column>, values: Vec<Option<Constant>>) -> PolarsResult<LazyFrame> {
        let name = self.function.name;
        let (least, most) = self.function.arity;
        if !(least..=most).contains(&columns.len()) {
            polars_bail!(ComputeError: "{name} does not take {} argument(s)", columns.len());
        }
        let args = Args {
            name,
            dtypes: columns.iter().map(|column| column.dtype().clone()).collect(),
            known: &self.constants,
            values,
        };
        let expr = (self.function.build)(&args)?;
        let height = columns.first().map_or(1, Column::len);
        Ok(DataFrame::new(height, columns)?.lazy().select([expr.alias("result")]))
    }
}

impl ColumnsUdf for Call {
    fn call_udf(&self, columns: &mut [Column]) -> PolarsResult<Column> {
        let height = columns.iter().map(Column::len).find(|&len| len != 1).unwrap_or(1);
        let name = columns.first().map(|column| column.name().clone()).unwrap_or_default();
        let values = columns
            .iter()
            .map(|column| match column {
                Column::Scalar(scalar) => Constant::of(scalar.scalar().value()),
                column if column.len() == 1 => Constant::of(&column.get(0).ok()?),
                _ => None,
            })
            .collect();
        let columns = columns
            .iter()
            .enumerate()
            .map(|(i, column)| {
                if column.len() != height && column.len() != 1 {
                    polars_bail!(ComputeError: "{}: arguments of {} and {height} rows", self.function.name, column.len());
                }
                let column =
                    if column.len() == height { column.clone() } else { column.new_from_index(0, height) };
                Ok(column.with_name(self::column(i)))
            })
            .collect::<PolarsResult<Vec<_>>>()?;
        let mut frame = self.frame(columns, values)?;
        let planned = frame.collect_schema()?.get("result").cloned();
        let frame = frame.collect_with_engine(Engine::InMemory)?.unwrap_single();
        let result = &frame.columns()[0];
        let result = match planned {
            Some(dtype) if result.dtype() != &dtype => result.cast(&dtype)?,
            _ => result.clone(),
        };
        let result = match result.len() {
            len if len == height => result,
            1 => result.new_from_index(0, height),
            len => polars_bail!(ComputeError: "{} gave {len} values for {height} rows", self.function.name),
        };
        Ok(result.with_name(name))
    }
}

impl AnonymousColumnsUdf for Call {
    fn as_column_udf(self: Arc<Self>) -> Arc<dyn ColumnsUdf> {
        self
    }

    fn deep_clone(self: Arc<Self>) -> Arc<dyn AnonymousColumnsUdf> {
        self
    }

    fn get_field(&self, _: &Schema, fields: &[Field]) -> PolarsResult<Field> {
        let columns = fields
            .iter()
            .enumerate()
            .map(|(i, field)| {
                let dtype = field.dtype().clone().materialize_unknown(true)?;
                Ok(Column::full_null(column(i), 0, &dtype))
            })
            .collect::<PolarsResult<Vec<_>>>()?;
        let mut frame = self.frame(columns, Vec::new())?;
        let dtype = frame.collect_schema()?.get("result").cloned();
        let name = fields.first().map(|field| field.name().clone()).unwrap_or_default();
        let Some(dtype) = dtype.filter(DataType::is_known) else {
            polars_bail!(ComputeError: "{}: the type of the result is not known", self.function.name)
        };
        Ok(Field::new(name, dtype))
    }
}

/// Evaluates calls in tests.
#[cfg(test)]
mod testing {
    use polars::prelude::*;
    use polars_sql::SQLContext;

    use super::{Scalars, prepare};
    use crate::sql::parse;

    /// `SELECT sql FROM t`, with the table `t`.
    pub fn select(sql: &str, table: DataFrame) -> PolarsResult<Column> {
        let tokens = parse::tokenize(&format!("SELECT {sql} AS result FROM t")).unwrap();
        let mut statement = parse::parse(tokens).unwrap();
        assert!(prepare(&mut statement), "no function of ours");
        let mut context = SQLContext::new().with_function_registry(std::sync::Arc::new(Scalars));
        context.register("t", table.lazy());
        let mut frame = context.plan(statement)?;
        let planned = frame.collect_schema()?.get("result").cloned().unwrap();
        let frame = frame.collect()?;
        assert_eq!(frame.columns()[0].dtype(), &planned);
        Ok(frame.columns()[0].clone())
    }

    /// The one value of `sql`, as text; of another type, its debug form.
    pub fn value(sql: &str) -> String {
        let table = df!("a" => [1i64]).unwrap();
        let column = select(sql, table).unwrap_or_else(|error| panic!("{sql}: {error}"));
        match column.get(0).unwrap() {
            AnyValue::String(text) => text.to_string(),
            AnyValue::StringOwned(text) => text.to_string(),
            value => value.to_string(),
        }
    }

    /// The message of the error of `sql`.
    pub fn error(sql: &str) -> String {
        let table = df!("a" => [1i64]).unwrap();
        select(sql, table).unwrap_err().to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique() {
        let mut seen = HashSet::new();
        for name in names() {
            assert_eq!(name, name.to_lowercase());
            assert!(seen.insert(name), "{name} is there twice");
        }
    }

    #[test]
    fn what_the_front_end_lists_is_there() {
        for entry in polaroid_sql::functions::registry::entries() {
            assert!(entry.kind_name() != "scalar" || contains(entry.name), "{}", entry.name);
        }
    }

    #[test]
    fn equal_calls_are_one() {
        let get = |name| Scalars.get_udf(name).unwrap().unwrap().fun;
        assert!(get("md5") == get("md5"));
        assert!(get("md5") != get("sha1"));
        assert!(get("random") != get("random"));
    }

    #[test]
    fn constants_are_in_the_name() {
        let constants = vec![None, Some(Constant::Text("x'é".into())), Some(Constant::Integer(-1))];
        let text = serde_json::to_string(&constants).unwrap();
        let code: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let name = format!("list_transform#{code}");
        assert_eq!(parse(&name).unwrap(), ("list_transform", constants));
        assert!(parse("list_transform#zz").is_none());
        assert!(Scalars.get_udf("nope").unwrap().is_none());
    }
}
