//! Walks over a syntax tree. sqlparser makes a walk of the whole grammar for every type of visitor,
//! a thousand functions each; through these there is one that reads and one that changes.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, ObjectName, Query, Select, Statement, TableFactor, ValueWithSpan, Visit, VisitMut, Visitor,
    VisitorMut,
};

/// [`Visit::visit`]
pub fn walk<B>(node: &(impl Visit + ?Sized), visitor: &mut dyn Visitor<Break = B>) -> ControlFlow<B> {
    let mut keeper = Keeper { visitor, end: None };
    let _ = node.visit(&mut Any(&mut keeper));
    keeper.end.map_or(ControlFlow::Continue(()), ControlFlow::Break)
}

/// [`VisitMut::visit`]
pub fn walk_mut<B>(
    node: &mut (impl VisitMut + ?Sized),
    visitor: &mut dyn VisitorMut<Break = B>,
) -> ControlFlow<B> {
    let mut keeper = Keeper { visitor, end: None };
    let _ = node.visit(&mut AnyMut(&mut keeper));
    keeper.end.map_or(ControlFlow::Continue(()), ControlFlow::Break)
}

/// Calls `call` with every expression in `node`, those around before those within.
pub fn each_expr<B>(
    node: &(impl Visit + ?Sized),
    mut call: impl FnMut(&Expr) -> ControlFlow<B>,
) -> ControlFlow<B> {
    struct Calls<F>(F);

    impl<B, F: FnMut(&Expr) -> ControlFlow<B>> Visitor for Calls<F> {
        type Break = B;

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<B> {
            (self.0)(expr)
        }
    }

    walk(node, &mut Calls(&mut call))
}

/// Keeps what `visitor` ends the walk with, so that walks do not differ in it.
struct Keeper<'a, V: ?Sized, B> {
    visitor: &'a mut V,
    end: Option<B>,
}

/// What the walk that reads is made for.
struct Any<'a>(&'a mut dyn Visitor<Break = ()>);

/// What the walk that changes is made for.
struct AnyMut<'a>(&'a mut dyn VisitorMut<Break = ()>);

macro_rules! keep {
    ($($method:ident: $node:ty),*) => {
        type Break = ();

        $(fn $method(&mut self, node: $node) -> ControlFlow<()> {
            self.visitor.$method(node).map_break(|end| self.end = Some(end))
        })*
    };
}

macro_rules! pass_on {
    ($($method:ident: $node:ty),*) => {
        type Break = ();

        $(fn $method(&mut self, node: $node) -> ControlFlow<()> {
            self.0.$method(node)
        })*
    };
}

/// Expands `$with` with all methods of a visitor and the nodes that they take.
macro_rules! methods {
    ($with:ident, $($mutable:ident)?) => {
        $with!(
            pre_visit_query: &$($mutable)? Query, post_visit_query: &$($mutable)? Query,
            pre_visit_select: &$($mutable)? Select, post_visit_select: &$($mutable)? Select,
            pre_visit_relation: &$($mutable)? ObjectName, post_visit_relation: &$($mutable)? ObjectName,
            pre_visit_table_factor: &$($mutable)? TableFactor, post_visit_table_factor: &$($mutable)? TableFactor,
            pre_visit_expr: &$($mutable)? Expr, post_visit_expr: &$($mutable)? Expr,
            pre_visit_statement: &$($mutable)? Statement, post_visit_statement: &$($mutable)? Statement,
            pre_visit_value: &$($mutable)? ValueWithSpan, post_visit_value: &$($mutable)? ValueWithSpan
        );
    };
}

impl<B> Visitor for Keeper<'_, dyn Visitor<Break = B> + '_, B> {
    methods!(keep,);
}

impl<B> VisitorMut for Keeper<'_, dyn VisitorMut<Break = B> + '_, B> {
    methods!(keep, mut);
}

impl Visitor for Any<'_> {
    methods!(pass_on,);
}

impl VisitorMut for AnyMut<'_> {
    methods!(pass_on, mut);
}
