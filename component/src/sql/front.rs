//! What the SQL front end (`polaroid-sql`) needs of the component, and what it says.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use polaroid_sql::Refusal;
use polaroid_sql::catalog::Catalog;
use polars::prelude::LazyFrame;
use polars_sql::SQLContext;
use polars_utils::unique_id::UniqueId;
use sqlparser::ast::TableFactor;

use crate::error::{Error, Kind, Position};

/// The tables of one statement, by the names under which they are registered.
#[derive(Default)]
pub struct Tables(RefCell<HashMap<String, LazyFrame>>);

impl Tables {
    pub fn add(&self, key: &str, frame: LazyFrame) {
        self.0.borrow_mut().insert(key.to_string(), frame);
    }

    pub fn remove(&self, key: &str) {
        self.0.borrow_mut().remove(key);
    }

    /// A context that has the tables. Every plan needs one of its own: a plan names the arena that it was made
    /// in, and the arenas of a context and its clone have the same name.
    pub fn context(&self) -> SQLContext {
        let context = SQLContext::new();
        for (key, frame) in &*self.0.borrow() {
            context.register(key, frame.clone());
        }
        context
    }

    /// The caches of all tables.
    pub fn caches(&self) -> HashSet<UniqueId> {
        self.0.borrow().values().flat_map(super::recursion::caches).collect()
    }
}

impl Catalog for Tables {
    /// A file is opened for this; the plan that follows has its schema from here. Where it cannot be
    /// read the plan says why.
    fn columns(&self, table: &TableFactor) -> Option<Vec<String>> {
        let TableFactor::Table { name, args: None, .. } = table else { return None };
        let [part] = name.0.as_slice() else { return None };
        let mut frame = self.0.borrow().get(&part.as_ident()?.value)?.clone();
        let schema = frame.collect_schema().ok()?;
        Some(schema.iter_names().map(|name| name.to_string()).collect())
    }
}

pub fn refused(refusal: Refusal) -> Error {
    let position = refusal.span.map(|span| Position { line: span.start.line, column: span.start.column });
    let kind = match refusal.message.starts_with(polaroid_sql::NO_COLUMN) {
        true => Kind::UnknownColumn,
        false => Kind::UnsupportedSql,
    };
    Error::new(kind, refusal.message).at(position)
}

pub fn refused_parameter(refusal: Refusal) -> Error {
    Error { kind: Kind::InvalidParameter, ..refused(refusal) }
}
