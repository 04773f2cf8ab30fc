//! What must be planned or read before the rest of a statement ([`polaroid_sql::stages`]): each part is
//! planned over the same tables, and becomes a table of its own.
//!
//! A part is planned at once, not when its plan is converted: a recursion must know its caches.

use polaroid_sql::Refusal;
use polaroid_sql::stages::{Recursion, Stages, Unpivot};
use polars::prelude::*;
use polars_plan::dsl::functions::by_name;
use polars_plan::dsl::{DslPlan, UnpivotArgsDSL};
use sqlparser::ast::{Query, Statement};

use super::{Planner, recursion, summary};
use crate::encode::sql_name;
use crate::error::{Error, Kind, Result};

/// The parts of one statement: each is a plan, and some of them are run.
const MAX_PARTS: usize = 200;

impl Planner {
    fn part(&self, query: Query) -> Result<LazyFrame> {
        self.plan(Statement::Query(Box::new(query)), true)
    }

    fn register(&self, key: &str, frame: LazyFrame) {
        // However often it is read, it is computed once.
        self.known.add(key, frame.cache());
    }
}

/// Whether a plan reads the rows of a round, which are only there when it runs.
fn reads_a_round(frame: &LazyFrame) -> bool {
    (&frame.logical_plan).into_iter().any(|plan| matches!(plan, DslPlan::WorkingTable { .. }))
}

/// The planner as the front end sees it. What the trait may change is behind cells, as plans of parts are
/// made within plans of parts.
pub struct Parts<'a>(pub &'a Planner);

impl Stages<Error> for Parts<'_> {
    fn key(&mut self, kind: &str) -> String {
        let n = self.0.parts.get();
        self.0.parts.set(n + 1);
        format!("{kind} {n}")
    }

    fn columns(&mut self, query: Query) -> Result<Vec<String>> {
        self.0.count()?;
        let schema = self.0.part(query)?.collect_schema()?;
        Ok(schema.iter_names().map(|name| name.to_string()).collect())
    }

    fn values(&mut self, query: Query, most: usize) -> Result<Vec<String>> {
        self.0.count()?;
        let frame = self.0.part(query)?;
        if reads_a_round(&frame) {
            return Err(Error::new(
                Kind::UnsupportedSql,
                "PIVOT over a query that reads itself has to list its values: PIVOT t ON c IN ('x', 'y')",
            ));
        }
        let values = frame.limit(most as IdxSize + 1).collect_with_engine(Engine::Streaming)?.unwrap_single();
        let column = values.columns().first().map(|column| column.cast(&DataType::String)).transpose()?;
        let mut texts = Vec::new();
        if let Some(column) = &column {
            texts.extend(column.str()?.iter().flatten().map(str::to_string));
        }
        if texts.len() > most {
            return Err(Error::new(
                Kind::UnsupportedSql,
                format!(
                    "PIVOT: there are more than {most} values to make columns of; list those that are wanted: \
                     PIVOT t ON c IN ('x', 'y')"
                ),
            ));
        }
        Ok(texts)
    }

    fn table(&mut self, key: &str, query: Query) -> Result<()> {
        self.0.count()?;
        let frame = self.0.part(query)?;
        self.0.register(key, frame);
        Ok(())
    }

    fn recursion(&mut self, key: &str, recursion: Recursion) -> Result<()> {
        self.0.count()?;
        let frame = recursion::frame(self.0, recursion)?;
        self.0.register(key, frame);
        Ok(())
    }

    fn unpivot(&mut self, key: &str, query: Query, unpivot: Unpivot) -> Result<()> {
        self.0.count()?;
        let frame = self.0.part(query)?;
        let frame = unpivoted(frame, unpivot)?;
        self.0.known.add(key, frame);
        Ok(())
    }

    fn summary(&mut self, key: &str, query: Query) -> Result<()> {
        self.0.count()?;
        let frame = summary::frame(self.0.part(query)?)?;
        self.0.register(key, frame);
        Ok(())
    }
}

impl Planner {
    fn count(&self) -> Result<()> {
        if self.parts.get() > MAX_PARTS {
            return Err(super::front::refused(Refusal {
                message: format!(
                    "a statement may have {MAX_PARTS} recursive queries, PIVOTs, UNPIVOTs and SUMMARIZEs, and \
                     expressions that they read"
                ),
                span: None,
            }));
        }
        self.parts.set(self.parts.get() + 1);
        Ok(())
    }

    /// Plans a query that another part gives.
    pub(super) fn subplan(&self, query: Query) -> Result<LazyFrame> {
        self.part(query)
    }
}

/// A row for each group of columns of a row in which no value is null.
fn unpivoted(mut frame: LazyFrame, unpivot: Unpivot) -> Result<LazyFrame> {
    let Unpivot { kept, groups, name, values } = unpivot;
    let schema = frame.collect_schema()?;
    let mut types = Vec::new();
    for n in 0..values.len() {
        let columns: Vec<&str> = groups.iter().map(|(_, columns)| columns[n].as_str()).collect();
        types.push(common_type(&frame, &schema, &columns)?);
    }
    let kept: Vec<Expr> = kept.iter().map(|name| col(name.as_str())).collect();
    if let ([value], [dtype]) = (&values[..], &types[..]) {
        let columns: Vec<&str> = groups.iter().map(|(_, columns)| columns[0].as_str()).collect();
        let labels: Vec<&str> = groups.iter().map(|(label, _)| label.as_str()).collect();
        let mut all = kept.clone();
        all.extend(columns.iter().map(|column| col(*column).cast(dtype.clone())));
        let long = frame.select(all).unpivot(UnpivotArgsDSL {
            on: Some(by_name(columns.iter().copied(), true, false)),
            index: by_name(kept.iter().filter_map(plain_name), true, false),
            variable_name: Some(name.as_str().into()),
            value_name: Some(value.as_str().into()),
        });
        let label = col(name.as_str()).replace_strict(
            lit(Series::new("".into(), columns)),
            lit(Series::new("".into(), labels)),
            None::<Expr>,
            Some(DataType::String),
        );
        return Ok(long.filter(col(value.as_str()).is_not_null()).with_column(label));
    }
    let mut parts = Vec::new();
    for (label, columns) in groups {
        let mut all = kept.clone();
        all.push(lit(label).alias(name.as_str()));
        let own = columns.iter().zip(&types).zip(&values);
        all.extend(
            own.map(|((column, dtype), value)| {
                col(column.as_str()).cast(dtype.clone()).alias(value.as_str())
            }),
        );
        let whole = values.iter().map(|value| col(value.as_str()).is_not_null()).reduce(Expr::and);
        let part = frame.clone().select(all);
        parts.push(match whole {
            Some(whole) => part.filter(whole),
            None => part,
        });
    }
    Ok(concat(parts, UnionArgs::default())?)
}

fn plain_name(expr: &Expr) -> Option<PlSmallStr> {
    match expr {
        Expr::Column(name) => Some(name.clone()),
        _ => None,
    }
}

/// The type of values of several columns; as in DuckDB, text and other values have none.
fn common_type(frame: &LazyFrame, schema: &Schema, columns: &[&str]) -> Result<DataType> {
    let types: Vec<&DataType> =
        columns.iter().filter_map(|column| schema.get(column)).filter(|dtype| !dtype.is_null()).collect();
    let is_text = |dtype: &DataType| dtype.is_string() || dtype.is_categorical() || dtype.is_enum();
    let refuse = |a: &DataType, b: &DataType| {
        let (a, b) = (sql_name(a), sql_name(b));
        let text = format!(
            "UNPIVOT: columns of the types {a} and {b} do not go into one; cast them: ON a::VARCHAR, b"
        );
        Error::new(Kind::TypeError, text)
    };
    let Some(first) = types.first() else { return Ok(DataType::Null) };
    if let Some(other) = types.iter().find(|dtype| is_text(dtype) != is_text(first)) {
        return Err(refuse(first, other));
    }
    if types.iter().all(|dtype| dtype == first) {
        return Ok((*first).clone());
    }
    let all: Vec<Expr> = columns.iter().map(|column| col(*column)).collect();
    let found = frame.clone().select([coalesce(&all).alias("value")]).collect_schema();
    let other = types.iter().find(|dtype| dtype != &first).unwrap_or(first);
    match found.ok().and_then(|schema| schema.get("value").cloned()) {
        // Text takes any value, which is no answer here.
        Some(common) if is_text(&common) == is_text(first) => Ok(common),
        _ => Err(refuse(first, other)),
    }
}
