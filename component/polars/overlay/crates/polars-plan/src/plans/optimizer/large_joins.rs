//! Joins whose hash table would not fit the memory.
//!
//! The table of a hash join is in memory, whole. A merge join holds the rows of one key, and what sorts its inputs
//! writes to disk what does not fit. It is the slower of the two where the table does fit.

use polars_core::prelude::{DataType, Schema, SortMultipleOptions};
use polars_utils::aliases::{InitHashMaps, PlHashSet};
use polars_utils::arena::{Arena, Node};

use super::join_build_side::side_stats;
use crate::plans::iterator::ArenaLpIter;
use crate::plans::options::JoinOptionsIR;
use crate::plans::stats::StatsCache;
use crate::plans::{AExpr, ExprIR, IR, JoinTypeOptionsIR, into_column};
use crate::prelude::MaintainOrderJoin;

/// What a row takes in a hash table, beside its values, in bytes: its hash and key, their index, and room to grow.
const ROW_OVERHEAD: f64 = 24.0;

/// Sorts both inputs of each join of whose inputs the smaller one, by its estimate, takes more than half of the memory
/// budget. The engine merges inputs that are sorted by the keys.
///
/// A join whose inputs are not both estimated, or whose keys are computed, stays a hash join.
pub(super) fn sort_inputs_of_large_joins(
    root: Node,
    ir_arena: &mut Arena<IR>,
    expr_arena: &Arena<AExpr>,
) {
    let most = polars_config::config().ooc_memory_budget_bytes() as f64 / 2.0;
    let mut stats = StatsCache::default();
    let mut seen = PlHashSet::new();
    let mut large = vec![];
    for (node, ir) in ir_arena.iter(root) {
        let IR::Join {
            input_left,
            input_right,
            options,
            ..
        } = ir
        else {
            continue;
        };
        // One that several nodes read is met once for each.
        if !seen.insert(node) {
            continue;
        }
        let Some(keys) = keys_to_sort_by(options) else {
            continue;
        };
        let mut is_large = |input: Node, on: &[ExprIR]| {
            let schema = ir_arena.get(input).schema(ir_arena);
            on.iter().all(|key| is_sortable(key, &schema, expr_arena))
                && side_stats(input, ir_arena, expr_arena, &mut stats)
                    .is_some_and(|(stats, width)| stats.filtered * (width + ROW_OVERHEAD) > most)
        };
        let (left, right) = (*input_left, *input_right);
        if is_large(left, &keys.0) && is_large(right, &keys.1) {
            large.push((node, left, right, keys));
        }
    }

    for (node, left, right, (left_on, right_on)) in large {
        let left = ir_arena.add(sorted(left, left_on));
        let right = ir_arena.add(sorted(right, right_on));
        let IR::Join {
            input_left,
            input_right,
            ..
        } = ir_arena.get_mut(node)
        else {
            unreachable!()
        };
        (*input_left, *input_right) = (left, right);
    }
}

/// Ascending, nulls first: alike for both sides of a join.
fn sorted(input: Node, by_column: Vec<ExprIR>) -> IR {
    let keys = by_column.len();
    IR::Sort {
        input,
        by_column,
        slice: None,
        sort_options: SortMultipleOptions::default()
            .with_order_descending_multi(vec![false; keys])
            .with_nulls_last_multi(vec![false; keys]),
    }
}

/// The keys of either side, if the join can be made by merging.
fn keys_to_sort_by(options: &JoinOptionsIR) -> Option<(Vec<ExprIR>, Vec<ExprIR>)> {
    let args = &options.args;
    let may_merge = args.how.is_equi()
        && args.maintain_order == MaintainOrderJoin::None
        && !args.validation.needs_checks()
        && matches!(
            options.options,
            JoinTypeOptionsIR::Equi {
                fused_predicate: None,
                ..
            }
        );
    may_merge.then(|| options.options.key_vecs())
}

/// Whether the key is a column, of a type whose values are equal where a sort has them side by side.
fn is_sortable(key: &ExprIR, schema: &Schema, expr_arena: &Arena<AExpr>) -> bool {
    into_column(key.node(), expr_arena)
        .and_then(|name| schema.get(name))
        .is_some_and(|dtype| {
            dtype.is_integer()
                || dtype.is_temporal()
                || dtype.is_decimal()
                || matches!(dtype, DataType::String | DataType::Binary)
        })
}
