//! Walks over a syntax tree. sqlparser makes a walk of the whole grammar for every type of visitor,
//! some hundred kilobytes of machine code each; through these there is one for each type of break.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, ObjectName, Query, Select, Statement, TableFactor, ValueWithSpan, Visit, VisitMut, Visitor,
    VisitorMut,
};

/// [`Visit::visit`]
pub fn walk<B>(node: &(impl Visit + ?Sized), visitor: &mut dyn Visitor<Break = B>) -> ControlFlow<B> {
    node.visit(&mut Any(visitor))
}

/// [`VisitMut::visit`]
pub fn walk_mut<B>(
    node: &mut (impl VisitMut + ?Sized),
    visitor: &mut dyn VisitorMut<Break = B>,
) -> ControlFlow<B> {
    node.visit(&mut AnyMut(visitor))
}

struct Any<'a, B>(&'a mut dyn Visitor<Break = B>);

struct AnyMut<'a, B>(&'a mut dyn VisitorMut<Break = B>);

macro_rules! pass_on {
    ($($method:ident: $node:ty),*) => {
        $(fn $method(&mut self, node: $node) -> ControlFlow<B> {
            self.0.$method(node)
        })*
    };
}

impl<B> Visitor for Any<'_, B> {
    type Break = B;

    pass_on!(
        pre_visit_query: &Query, post_visit_query: &Query,
        pre_visit_select: &Select, post_visit_select: &Select,
        pre_visit_relation: &ObjectName, post_visit_relation: &ObjectName,
        pre_visit_table_factor: &TableFactor, post_visit_table_factor: &TableFactor,
        pre_visit_expr: &Expr, post_visit_expr: &Expr,
        pre_visit_statement: &Statement, post_visit_statement: &Statement,
        pre_visit_value: &ValueWithSpan, post_visit_value: &ValueWithSpan
    );
}

impl<B> VisitorMut for AnyMut<'_, B> {
    type Break = B;

    pass_on!(
        pre_visit_query: &mut Query, post_visit_query: &mut Query,
        pre_visit_select: &mut Select, post_visit_select: &mut Select,
        pre_visit_relation: &mut ObjectName, post_visit_relation: &mut ObjectName,
        pre_visit_table_factor: &mut TableFactor, post_visit_table_factor: &mut TableFactor,
        pre_visit_expr: &mut Expr, post_visit_expr: &mut Expr,
        pre_visit_statement: &mut Statement, post_visit_statement: &mut Statement,
        pre_visit_value: &mut ValueWithSpan, post_visit_value: &mut ValueWithSpan
    );
}
