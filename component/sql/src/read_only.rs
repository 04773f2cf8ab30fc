//! Exactly one read-only statement. `polars-sql` would also run `CREATE TABLE AS`, `DROP`,
//! `DELETE` and `TRUNCATE` on its own tables; they are refused before planning.

use std::ops::ControlFlow;

use sqlparser::ast::{Query, Select, SetExpr, Statement, Visitor};

use crate::rejection::{Reason, Rejection};
use crate::walk::walk;

/// # Errors
/// [`Reason::NotReadOnly`] for every statement, and every part of one, that is not a query.
pub fn check(statement: &Statement) -> Result<(), Rejection> {
    let is_query = match statement {
        Statement::Query(_) | Statement::ShowTables { .. } | Statement::ExplainTable { .. } => true,
        // `SHOW t`
        Statement::ShowVariable { variable } => variable.len() == 1,
        Statement::Explain { statement, .. } => matches!(**statement, Statement::Query(_)),
        _ => false,
    };
    if !is_query {
        return Err(refusal(&first_word(statement)));
    }
    match walk(statement, &mut Writes) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(what) => Err(refusal(what)),
    }
}

fn refusal(what: &str) -> Rejection {
    Rejection::new(
        Reason::NotReadOnly,
        format!(
            "{what} is not a query; only SELECT, WITH, FROM, VALUES, PIVOT, UNPIVOT, SUMMARIZE, EXPLAIN, DESCRIBE and SHOW TABLES are accepted"
        ),
    )
}

fn first_word(statement: &Statement) -> String {
    let text = statement.to_string();
    text.split_whitespace().next().unwrap_or("the statement").to_uppercase()
}

/// Finds writes inside a query.
struct Writes;

impl Visitor for Writes {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        writes(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        match select.into {
            Some(_) => ControlFlow::Break("SELECT INTO"),
            None => ControlFlow::Continue(()),
        }
    }
}

fn writes(body: &SetExpr) -> ControlFlow<&'static str> {
    match body {
        SetExpr::Insert(_) => ControlFlow::Break("INSERT"),
        SetExpr::Update(_) => ControlFlow::Break("UPDATE"),
        SetExpr::Delete(_) => ControlFlow::Break("DELETE"),
        SetExpr::Merge(_) => ControlFlow::Break("MERGE"),
        SetExpr::SetOperation { left, right, .. } => {
            writes(left)?;
            writes(right)
        }
        SetExpr::Select(_) | SetExpr::Query(_) | SetExpr::Values(_) | SetExpr::Table(_) => {
            ControlFlow::Continue(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{parse, tokenize};

    fn outcome(sql: &str) -> Option<Reason> {
        let statement = tokenize(sql).and_then(parse).unwrap_or_else(|error| panic!("{sql}: {error:?}"));
        check(&statement).err().map(|error| error.reason)
    }

    #[test]
    fn queries_pass() {
        for sql in [
            "SELECT 1",
            "WITH a AS (SELECT 1) SELECT * FROM a",
            "VALUES (1), (2)",
            "(SELECT 1) UNION ALL (SELECT 2)",
            "EXPLAIN SELECT 1",
            "SHOW TABLES",
            "SHOW t",
            "SUMMARIZE t",
            "PIVOT t ON a",
            "EXPLAIN ANALYZE SELECT 1",
            "DESCRIBE t",
            "DESCRIBE SELECT 1",
            "FROM t",
        ] {
            assert_eq!(outcome(sql), None, "{sql}");
        }
    }

    #[test]
    fn everything_else_does_not() {
        for sql in [
            "INSERT INTO t VALUES (1)",
            "UPDATE t SET a = 1",
            "DELETE FROM t",
            "TRUNCATE TABLE t",
            "CREATE TABLE t AS SELECT 1",
            "CREATE VIEW v AS SELECT 1",
            "DROP TABLE t",
            "ALTER TABLE t ADD COLUMN a INT",
            "COPY t TO 'f'",
            "SET a = 1",
            "EXPLAIN DELETE FROM t",
            "SELECT 1 INTO t",
            "WITH a AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM a",
            "GRANT SELECT ON t TO u",
            "SHOW ALL TABLES",
            "EXPLAIN ANALYZE DELETE FROM t",
            "BEGIN",
        ] {
            assert_eq!(outcome(sql), Some(Reason::NotReadOnly), "{sql}");
        }
    }
}
