//! Functions that take a lambda: its body is SQL text over the parameters, which is planned over a
//! table of the elements.

use polaroid_sql::dialect::SqlDialect;
use polars::prelude::*;
use polars_sql::SQLContext;
use sqlparser::ast::Statement;
use sqlparser::parser::Parser;

use super::args::{Args, native};
use super::lists::Parts;
use super::{Function, Scalars, function, prepare};

pub static FUNCTIONS: &[Function] = &[
    function("list_transform", (3, 3), transform),
    function("list_filter", (3, 3), filter),
    function("list_reduce", (4, 5), reduce),
];

/// The table of the parameters.
const TABLE: &str = "elements";

/// The body of a lambda, and its parameters.
#[derive(Clone)]
struct Lambda {
    name: &'static str,
    params: Vec<String>,
    statement: Statement,
}

impl Lambda {
    fn new(args: &Args, params: usize) -> PolarsResult<Self> {
        let body = args.known_text(params + 1)?;
        let params =
            (1..=params).map(|i| args.known_text(i).map(str::to_string)).collect::<PolarsResult<Vec<_>>>()?;
        let text = format!("SELECT {body} AS result FROM {TABLE}");
        let mut statements = Parser::parse_sql(&SqlDialect, &text)
            .map_err(|error| polars_err!(ComputeError: "{}: the body {body}: {error}", args.name))?;
        let Some(mut statement) = statements.pop().filter(|_| statements.is_empty()) else {
            polars_bail!(ComputeError: "{}: the body {body} is no expression", args.name)
        };
        prepare(&mut statement);
        Ok(Self { name: args.name, params, statement })
    }

    fn plan(&self, values: Vec<Series>) -> PolarsResult<LazyFrame> {
        let height = values.first().map_or(0, |values| values.len());
        let columns = values
            .into_iter()
            .zip(&self.params)
            .map(|(values, name)| values.with_name(name.as_str().into()).into_column())
            .collect();
        let frame = DataFrame::new(height, columns)?;
        let mut context = SQLContext::new().with_function_registry(Arc::new(Scalars));
        context.register(TABLE, frame.lazy());
        context.plan(self.statement.clone())
    }

    /// The type of the body for parameters of some types.
    fn dtype(&self, dtypes: &[&DataType]) -> PolarsResult<DataType> {
        let values = dtypes.iter().map(|dtype| Series::new_empty("".into(), dtype)).collect();
        let schema = self.plan(values)?.collect_schema()?;
        match schema.get("result") {
            Some(dtype) => Ok(dtype.clone()),
            None => polars_bail!(ComputeError: "{}: the body has no value", self.name),
        }
    }

    fn apply(&self, values: Vec<Series>) -> PolarsResult<Series> {
        let height = values.first().map_or(0, |values| values.len());
        let frame = self.plan(values)?.collect_with_engine(Engine::InMemory)?.unwrap_single();
        let result = frame.columns()[0].as_materialized_series().clone();
        match result.len() {
            len if len == height => Ok(result),
            _ => {
                polars_bail!(ComputeError: "{}: the body does not have one value for each element", self.name)
            }
        }
    }
}

fn transform(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    let lambda = Lambda::new(args, 1)?;
    let dtype = lambda.dtype(&[&inner])?;
    let result = dtype.clone();
    Ok(native(vec![list], DataType::List(Box::new(dtype)), move |series| {
        let (values, shape) = Parts::of(&series[0])?.reached();
        Ok(shape.of(&lambda.apply(vec![values])?.cast(&result)?))
    }))
}

fn filter(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    let lambda = Lambda::new(args, 1)?;
    let dtype = lambda.dtype(&[&inner])?;
    if !dtype.is_bool() && !dtype.is_null() {
        polars_bail!(ComputeError: "list_filter: the body must be a condition");
    }
    Ok(native(vec![list], DataType::List(Box::new(inner)), move |series| {
        let (values, shape) = Parts::of(&series[0])?.reached();
        let mask = lambda.apply(vec![values.clone()])?.cast(&DataType::Boolean)?;
        Ok(shape.filtered(&values, mask.bool()?))
    }))
}

/// The steps are taken for all lists at once: step `i` has the element `i` of each list that has one.
fn reduce(args: &Args) -> PolarsResult<Expr> {
    let (list, inner) = args.list(0)?;
    let lambda = Lambda::new(args, 2)?;
    let with_start = args.len() == 5;
    let mut dtype = if with_start { args.dtype(4).clone() } else { inner.clone() };
    // The type that it ends with must be one that it can go on with.
    let mut settled = false;
    for _ in 0..4 {
        let next = args.common([&dtype, &lambda.dtype(&[&dtype, &inner])?])?;
        settled = next == dtype;
        dtype = next;
        if settled {
            break;
        }
    }
    if !settled {
        polars_bail!(ComputeError: "list_reduce: the body has no type that it can begin with");
    }
    let mut inputs = vec![list];
    if with_start {
        inputs.push(args.col(4).cast(dtype.clone()));
    }
    let result = dtype.clone();
    Ok(native(inputs, dtype, move |series| {
        let lists = Parts::of(&series[0])?;
        let rows = lists.ranges.len();
        let skipped = usize::from(!with_start);
        let place = |place: usize| IdxSize::try_from(place).ok();
        let mut state = match series.get(1) {
            Some(start) => {
                let kept = lists.ranges.iter().enumerate().map(|(row, range)| range.as_ref().and(place(row)));
                // SAFETY: the places are rows, of which there are as many in each argument.
                unsafe { start.take_unchecked(&IdxCa::from_iter_options("".into(), kept)) }
            }
            None => {
                if lists.ranges.iter().flatten().any(std::ops::Range::is_empty) {
                    polars_bail!(ComputeError: "list_reduce: a list is empty, and there is no start");
                }
                let firsts =
                    lists.ranges.iter().map(|range| range.as_ref().and_then(|range| place(range.start)));
                // SAFETY: the places are those of values of the lists, which are not empty.
                unsafe { lists.values.take_unchecked(&IdxCa::from_iter_options("".into(), firsts)) }
            }
        }
        .cast(&result)?;
        for step in skipped.. {
            let active: Vec<usize> = (0..rows)
                .filter(|&row| lists.ranges[row].as_ref().is_some_and(|range| range.len() > step))
                .collect();
            if active.is_empty() {
                break;
            }
            let rows_of = IdxCa::from_iter_options("".into(), active.iter().map(|&row| place(row)));
            let elements = active
                .iter()
                .map(|&row| lists.ranges[row].as_ref().and_then(|range| place(range.start + step)));
            let elements = IdxCa::from_iter_options("".into(), elements);
            // SAFETY: rows there are, and elements of lists that are long enough.
            let (left, right) =
                unsafe { (state.take_unchecked(&rows_of), lists.values.take_unchecked(&elements)) };
            let new = lambda.apply(vec![left, right])?.cast(&result)?;
            let mut places: Vec<Option<IdxSize>> = (0..rows).map(place).collect();
            for (i, row) in active.into_iter().enumerate() {
                places[row] = place(rows + i);
            }
            state.append(&new)?;
            // SAFETY: the places are rows of the state, or of what is appended to it.
            state = unsafe { state.take_unchecked(&IdxCa::from_iter_options("".into(), places.into_iter())) };
        }
        Ok(state)
    }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};

    #[test]
    fn lambdas() {
        for (sql, expected) in [
            ("list_count(list_transform([1, NULL], 'x', 'x + 1'))", "1"),
            ("list_any_value(list_transform(['a'], 't', 'upper(t) || ''!'''))", "A!"),
            ("list_any_value(list_filter([1, NULL, 3], 'x', 'x > 1 AND x < 8'))", "3"),
            ("list_reduce([1, 2, 3], 'x', 'y', 'x + y')", "6"),
            ("list_reduce([1, 2, 3], 'x', 'y', 'x + y', 10)", "16"),
            ("list_reduce([NULL, 2], 'x', 'y', 'x + y')", "null"),
            ("list_any_value(list_transform(['a'], 't', 'md5(t)'))", "0cc175b9c0f1b6a831c399e269772661"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert!(!error("list_transform([1], 'x', 'x +')").is_empty());
        assert!(error("list_filter([1], 'x', 'x')").contains("condition"));
    }
}
