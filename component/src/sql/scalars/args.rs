//! The arguments of a call, and functions on columns in an expression.

use polars::prelude::*;
use polars_utils::pl_str::PlSmallStr;
use serde::{Deserialize, Serialize};
use sqlparser::ast::{
    Expr as SqlExpr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
};

/// The value of an argument that is the same in all rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Constant {
    Null,
    Boolean(bool),
    Integer(i64),
    Text(String),
    Texts(Vec<String>),
}

impl Constant {
    /// What is written out in a query.
    fn written(expr: &SqlExpr) -> Option<Self> {
        match expr {
            SqlExpr::Value(value) => match &value.value {
                Value::Null => Some(Self::Null),
                Value::Boolean(value) => Some(Self::Boolean(*value)),
                Value::Number(text, _) => text.parse().ok().map(Self::Integer),
                Value::SingleQuotedString(text) => Some(Self::Text(text.clone())),
                _ => None,
            },
            SqlExpr::UnaryOp { op: UnaryOperator::Minus, expr } => match Self::written(expr)? {
                Self::Integer(value) => value.checked_neg().map(Self::Integer),
                _ => None,
            },
            SqlExpr::Nested(expr) => Self::written(expr),
            SqlExpr::Array(array) => array
                .elem
                .iter()
                .map(|value| match Self::written(value)? {
                    Self::Text(text) => Some(text),
                    _ => None,
                })
                .collect::<Option<Vec<_>>>()
                .map(Self::Texts),
            _ => None,
        }
    }

    /// The value of a column of one value.
    pub fn of(value: &AnyValue) -> Option<Self> {
        match value {
            AnyValue::Null => Some(Self::Null),
            AnyValue::Boolean(value) => Some(Self::Boolean(*value)),
            AnyValue::String(text) => Some(Self::Text((*text).to_string())),
            AnyValue::StringOwned(text) => Some(Self::Text(text.to_string())),
            value if value.is_integer() => value.extract::<i64>().map(Self::Integer),
            _ => None,
        }
    }
}

/// The constants among the arguments of a call.
pub fn constants(args: &FunctionArguments) -> Vec<Option<Constant>> {
    let FunctionArguments::List(list) = args else { return Vec::new() };
    list.args
        .iter()
        .map(|arg| match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Constant::written(expr),
            _ => None,
        })
        .collect()
}

/// The name under which an argument is a column.
pub fn column(i: usize) -> PlSmallStr {
    PlSmallStr::from_string(i.to_string())
}

/// The arguments of a call: what is known of them.
pub struct Args<'a> {
    pub name: &'static str,
    pub dtypes: Vec<DataType>,
    /// The constants that are known when a query is planned.
    pub known: &'a [Option<Constant>],
    /// The constants that are known when it is executed; none at all while it is planned.
    pub values: Vec<Option<Constant>>,
}

impl Args<'_> {
    pub fn len(&self) -> usize {
        self.dtypes.len()
    }

    pub fn col(&self, i: usize) -> Expr {
        col(column(i))
    }

    pub fn dtype(&self, i: usize) -> &DataType {
        &self.dtypes[i]
    }

    /// Whether the query is only planned.
    pub fn is_planned(&self) -> bool {
        self.values.is_empty()
    }

    /// A constant on which the type of the result may depend.
    pub fn known(&self, i: usize) -> Option<&Constant> {
        self.known.get(i)?.as_ref()
    }

    /// A constant on which the type of the result may depend: a text.
    pub fn known_text(&self, i: usize) -> PolarsResult<&str> {
        match self.known(i) {
            Some(Constant::Text(text)) => Ok(text),
            _ => {
                polars_bail!(ComputeError: "{}: argument {} must be a text that is written out", self.name, i + 1)
            }
        }
    }

    /// A constant on which the type of the result does not depend. None if it is planned only, or if
    /// it is no constant.
    pub fn constant(&self, i: usize) -> Option<&Constant> {
        self.known(i).or_else(|| self.values.get(i)?.as_ref())
    }

    /// The error for an argument that is of a type which the function does not take.
    pub fn wrong<T>(&self, i: usize) -> PolarsResult<T> {
        polars_bail!(
            ComputeError: "{} does not take {} as argument {}",
            self.name, super::others::type_name(&self.dtypes[i]), i + 1
        )
    }

    pub fn text(&self, i: usize) -> PolarsResult<Expr> {
        match self.dtype(i) {
            DataType::String => Ok(self.col(i)),
            DataType::Null | DataType::Categorical(..) | DataType::Enum(..) => {
                Ok(self.col(i).cast(DataType::String))
            }
            _ => self.wrong(i),
        }
    }

    /// The bytes of text or of a blob.
    pub fn bytes(&self, i: usize) -> PolarsResult<Expr> {
        match self.dtype(i) {
            DataType::Binary => Ok(self.col(i)),
            _ => Ok(self.text(i)?.cast(DataType::Binary)),
        }
    }

    /// An integer, as a BIGINT.
    pub fn integer(&self, i: usize) -> PolarsResult<Expr> {
        match self.dtype(i) {
            DataType::Int64 => Ok(self.col(i)),
            dtype if dtype.is_integer() || dtype.is_null() => Ok(self.col(i).strict_cast(DataType::Int64)),
            _ => self.wrong(i),
        }
    }

    /// A number, as a DOUBLE.
    pub fn double(&self, i: usize) -> PolarsResult<Expr> {
        match self.dtype(i) {
            DataType::Float64 => Ok(self.col(i)),
            dtype if dtype.is_numeric() || dtype.is_decimal() || dtype.is_null() => {
                Ok(self.col(i).cast(DataType::Float64))
            }
            _ => self.wrong(i),
        }
    }

    /// A list, and the type of its elements.
    pub fn list(&self, i: usize) -> PolarsResult<(Expr, DataType)> {
        match self.dtype(i) {
            DataType::List(inner) => Ok((self.col(i), (**inner).clone())),
            DataType::Array(inner, _) => {
                Ok((self.col(i).cast(DataType::List(inner.clone())), (**inner).clone()))
            }
            DataType::Null => {
                Ok((self.col(i).cast(DataType::List(Box::new(DataType::Null))), DataType::Null))
            }
            _ => self.wrong(i),
        }
    }

    /// The type of the values of several types.
    pub fn common<'b>(&self, dtypes: impl IntoIterator<Item = &'b DataType>) -> PolarsResult<DataType> {
        let mut common = DataType::Null;
        for dtype in dtypes {
            if *dtype == common || dtype.is_null() {
                continue;
            }
            if common.is_null() {
                common = dtype.clone();
                continue;
            }
            // What Polars would make text of.
            let is_text = |dtype: &DataType| dtype.is_string() || dtype.is_categorical() || dtype.is_enum();
            let both = if is_text(&common) == is_text(dtype) { supertype(&common, dtype) } else { None };
            let Some(both) = both else {
                polars_bail!(
                    ComputeError: "{}: there is no type for both {} and {}",
                    self.name, super::others::type_name(&common), super::others::type_name(dtype)
                )
            };
            common = both;
        }
        Ok(common)
    }
}

/// The type that a condition has of which the branches are of two types.
fn supertype(a: &DataType, b: &DataType) -> Option<DataType> {
    let columns = vec![Column::full_null("a".into(), 0, a), Column::full_null("b".into(), 0, b)];
    let both = polars::lazy::dsl::when(lit(true)).then(col("a")).otherwise(col("b"));
    let schema = DataFrame::new(0, columns).ok()?.lazy().select([both]).collect_schema().ok()?;
    schema.get_at_index(0).map(|(_, dtype)| dtype.clone())
}

/// A function on whole columns, each as long as the others.
pub fn native(
    inputs: Vec<Expr>,
    dtype: DataType,
    function: impl Fn(&[Series]) -> PolarsResult<Series> + Send + Sync + 'static,
) -> Expr {
    let mut inputs = inputs.into_iter();
    let Some(first) = inputs.next() else { return lit(NULL).cast(dtype) };
    let rest: Vec<Expr> = inputs.collect();
    let call = move |columns: &mut [Column]| {
        let height = columns.iter().map(Column::len).find(|&len| len != 1).unwrap_or(1);
        let series: Vec<Series> = columns
            .iter()
            .map(|column| {
                if column.len() == height {
                    column.as_materialized_series().clone()
                } else {
                    column.new_from_index(0, height).take_materialized_series()
                }
            })
            .collect();
        Ok(function(&series)?.with_name(columns[0].name().clone()).into_column())
    };
    first.map_many(call, &rest, move |_, fields| Ok(Field::new(fields[0].name().clone(), dtype.clone())))
}

/// A function on one text: NULL gives NULL.
pub fn on_text<T: Value1>(
    input: Expr,
    function: impl Fn(&str) -> PolarsResult<Option<T>> + Send + Sync + 'static,
) -> Expr {
    native(vec![input], T::dtype(), move |series| {
        let values = series[0].str()?;
        T::collect(values.iter().map(|value| value.map_or(Ok(None), &function)))
    })
}

/// A function on two texts: NULL gives NULL.
pub fn on_texts<T: Value1>(
    a: Expr,
    b: Expr,
    function: impl Fn(&str, &str) -> PolarsResult<Option<T>> + Send + Sync + 'static,
) -> Expr {
    native(vec![a, b], T::dtype(), move |series| {
        let pairs = series[0].str()?.iter().zip(series[1].str()?.iter());
        T::collect(pairs.map(|pair| match pair {
            (Some(a), Some(b)) => function(a, b),
            _ => Ok(None),
        }))
    })
}

/// A function on the bytes of text or of a blob: NULL gives NULL.
pub fn on_bytes<T: Value1>(
    input: Expr,
    function: impl Fn(&[u8]) -> PolarsResult<Option<T>> + Send + Sync + 'static,
) -> Expr {
    native(vec![input], T::dtype(), move |series| {
        let values = series[0].binary()?;
        T::collect(values.iter().map(|value| value.map_or(Ok(None), &function)))
    })
}

/// A function on an integer: NULL gives NULL.
pub fn on_integer<T: Value1>(
    input: Expr,
    function: impl Fn(i64) -> PolarsResult<Option<T>> + Send + Sync + 'static,
) -> Expr {
    native(vec![input], T::dtype(), move |series| {
        let values = series[0].i64()?;
        T::collect(values.iter().map(|value| value.map_or(Ok(None), &function)))
    })
}

/// A function on a float: NULL gives NULL.
pub fn on_double<T: Value1>(
    input: Expr,
    function: impl Fn(f64) -> PolarsResult<Option<T>> + Send + Sync + 'static,
) -> Expr {
    native(vec![input], T::dtype(), move |series| {
        let values = series[0].f64()?;
        T::collect(values.iter().map(|value| value.map_or(Ok(None), &function)))
    })
}

/// The types of the values that functions on one row give.
pub trait Value1: Sized {
    fn dtype() -> DataType;
    fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series>;
}

impl Value1 for String {
    fn dtype() -> DataType {
        DataType::String
    }

    fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series> {
        let mut builder = StringChunkedBuilder::new(PlSmallStr::EMPTY, values.size_hint().0);
        for value in values {
            builder.append_option(value?);
        }
        Ok(builder.finish().into_series())
    }
}

impl Value1 for Vec<u8> {
    fn dtype() -> DataType {
        DataType::Binary
    }

    fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series> {
        let mut builder = BinaryChunkedBuilder::new(PlSmallStr::EMPTY, values.size_hint().0);
        for value in values {
            builder.append_option(value?);
        }
        Ok(builder.finish().into_series())
    }
}

impl Value1 for bool {
    fn dtype() -> DataType {
        DataType::Boolean
    }

    fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series> {
        let values = values.collect::<PolarsResult<Vec<_>>>()?;
        Ok(Series::new(PlSmallStr::EMPTY, values))
    }
}

macro_rules! numbers {
    ($($native:ty => $dtype:expr),*) => {$(
        impl Value1 for $native {
            fn dtype() -> DataType {
                $dtype
            }

            fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series> {
                let values = values.collect::<PolarsResult<Vec<_>>>()?;
                Ok(Series::new(PlSmallStr::EMPTY, values))
            }
        }
    )*};
}

numbers!(
    i32 => DataType::Int32,
    i64 => DataType::Int64,
    i128 => DataType::Int128,
    u64 => DataType::UInt64,
    f32 => DataType::Float32,
    f64 => DataType::Float64
);

/// Lists of texts.
impl Value1 for Vec<Option<String>> {
    fn dtype() -> DataType {
        DataType::List(Box::new(DataType::String))
    }

    fn collect(values: impl Iterator<Item = PolarsResult<Option<Self>>>) -> PolarsResult<Series> {
        let mut texts = StringChunkedBuilder::new(PlSmallStr::EMPTY, 0);
        let mut lists = super::lists::Shape::default();
        let mut len = 0;
        for value in values {
            match value? {
                None => lists.push_null(),
                Some(value) => {
                    len += value.len();
                    value.into_iter().for_each(|text| texts.append_option(text));
                    lists.push(len);
                }
            }
        }
        Ok(lists.of(&texts.finish().into_series()))
    }
}
