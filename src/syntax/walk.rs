//! Walks sqlparser's trees with any visitor through one instance of its traversal: that is generic over the visitor, so each
//! visitor that is handed to it directly compiles some hundreds of functions anew.

use sqlparser::ast::{
    Expr, GroupByExpr, Ident, ObjectName, OrderBy, OrderByExpr, Query, Select, Statement, TableFactor,
    ValueWithSpan, Visit, VisitMut, Visitor, VisitorMut,
};
use std::ops::ControlFlow;

/// Reads a tree.
pub trait Walk: Visit {
    fn walk(&self, visitor: &mut dyn Visitor<Break = ()>) -> ControlFlow<()> {
        self.visit(&mut Reader(visitor))
    }
}

/// Changes a tree.
pub trait WalkMut: VisitMut {
    fn walk_mut(&mut self, visitor: &mut dyn VisitorMut<Break = ()>) -> ControlFlow<()> {
        self.visit(&mut Writer(visitor))
    }
}

impl<T: Visit> Walk for T {}
impl<T: VisitMut> WalkMut for T {}

struct Reader<'a>(&'a mut dyn Visitor<Break = ()>);
struct Writer<'a>(&'a mut dyn VisitorMut<Break = ()>);

macro_rules! forward {
    ($($before:ident $after:ident $node:ty,)*) => {
        impl Visitor for Reader<'_> {
            type Break = ();
            $(
                fn $before(&mut self, node: &$node) -> ControlFlow<()> {
                    self.0.$before(node)
                }
                fn $after(&mut self, node: &$node) -> ControlFlow<()> {
                    self.0.$after(node)
                }
            )*
        }
        impl VisitorMut for Writer<'_> {
            type Break = ();
            $(
                fn $before(&mut self, node: &mut $node) -> ControlFlow<()> {
                    self.0.$before(node)
                }
                fn $after(&mut self, node: &mut $node) -> ControlFlow<()> {
                    self.0.$after(node)
                }
            )*
        }
    };
}

forward! {
    pre_visit_query post_visit_query Query,
    pre_visit_select post_visit_select Select,
    pre_visit_relation post_visit_relation ObjectName,
    pre_visit_table_factor post_visit_table_factor TableFactor,
    pre_visit_expr post_visit_expr Expr,
    pre_visit_statement post_visit_statement Statement,
    pre_visit_value post_visit_value ValueWithSpan,
    pre_visit_ident post_visit_ident Ident,
    pre_visit_order_by post_visit_order_by OrderBy,
    pre_visit_order_by_expr post_visit_order_by_expr OrderByExpr,
    pre_visit_group_by post_visit_group_by GroupByExpr,
}

/// Looks at every expression, from the outside in.
pub fn expressions(tree: &impl Visit, look: &mut dyn FnMut(&Expr) -> ControlFlow<()>) -> ControlFlow<()> {
    struct Each<'a>(&'a mut dyn FnMut(&Expr) -> ControlFlow<()>);
    impl Visitor for Each<'_> {
        type Break = ();
        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            (self.0)(expr)
        }
    }
    tree.walk(&mut Each(look))
}
