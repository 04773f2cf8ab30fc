//! How large a part of a tree is. A rewrite that copies a part multiplies with those around and inside it:
//! what is copied must be small.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Query, Visit, Visitor};

use crate::walk::walk;
use crate::{Refusal, Result};

/// Parts of an expression that is copied a few times.
pub const COPIED: usize = 64;

/// Levels of an expression that an alias stands for: every use adds them to those around it.
pub const ALIAS_DEPTH: usize = 40;

struct Count {
    parts: usize,
    depth: usize,
    deepest: usize,
    most: usize,
}

impl Visitor for Count {
    type Break = ();

    fn pre_visit_expr(&mut self, _expr: &Expr) -> ControlFlow<()> {
        self.parts += 1;
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        if self.parts > self.most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    fn post_visit_expr(&mut self, _expr: &Expr) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    // A query has a plan of its own.
    fn pre_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.parts += 8;
        ControlFlow::Continue(())
    }
}

fn count(part: &impl Visit, most: usize) -> Count {
    let mut count = Count { parts: 0, depth: 0, deepest: 0, most };
    let _ = walk(part, &mut count);
    count
}

pub fn is_within(part: &impl Visit, most: usize) -> bool {
    count(part, most).parts <= most
}

pub fn parts(part: &impl Visit) -> usize {
    count(part, usize::MAX).parts
}

pub fn depth(part: &impl Visit) -> usize {
    count(part, usize::MAX).deepest
}

/// # Errors
/// If `part`, which `form` is about to copy, is large.
pub fn check(part: &impl Visit, form: &str) -> Result<()> {
    if is_within(part, COPIED) {
        return Ok(());
    }
    Err(Refusal::new(format!("the expression in {form} is too large; compute it in a subquery")))
}
