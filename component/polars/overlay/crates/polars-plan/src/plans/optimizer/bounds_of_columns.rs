//! Queries that ask for the least and the greatest values of columns, and nothing else.

use polars_core::prelude::{DataType, Schema};
use polars_utils::arena::{Arena, Node};

use crate::dsl::FileScanIR;
use crate::plans::iterator::ArenaLpIter;
use crate::plans::{AExpr, IR, IRAggExpr, into_column};

/// Lets a scan of Parquet give any rows that have the same bounds as those of the files, where nothing else is asked
/// of them. The statistics of the row groups are such rows.
pub(super) fn scan_bounds_only(root: Node, ir_arena: &mut Arena<IR>, expr_arena: &Arena<AExpr>) {
    let bounds_of = |(node, ir): (Node, &IR)| {
        let IR::Select { input, expr, .. } = ir else {
            return None;
        };
        let reads_no_rows = expr
            .iter()
            .all(|e| reads_bounds_only(e.node(), expr_arena));
        let scan = reads_no_rows.then(|| scan_of_bounds(*input, ir_arena))?;
        Some((node, scan?))
    };
    let selects: Vec<_> = ir_arena.iter(root).filter_map(bounds_of).collect();
    for (node, scan) in selects {
        // A scan of its own, should the one in its place have other readers.
        let scan = ir_arena.add(scan);
        let IR::Select { input, .. } = ir_arena.get_mut(node) else {
            unreachable!()
        };
        *input = scan;
    }
}

/// Whether all that the expression reads of its input are least and greatest values of columns.
#[recursive::recursive]
fn reads_bounds_only(expr: Node, expr_arena: &Arena<AExpr>) -> bool {
    match expr_arena.get(expr) {
        AExpr::Agg(
            IRAggExpr::Min {
                input,
                propagate_nulls: false,
                ..
            }
            | IRAggExpr::Max {
                input,
                propagate_nulls: false,
                ..
            },
        ) => into_column(*input, expr_arena).is_some(),
        AExpr::Literal(_) => true,
        AExpr::Cast { expr, .. } => reads_bounds_only(*expr, expr_arena),
        AExpr::BinaryExpr { left, right, .. } => {
            reads_bounds_only(*left, expr_arena) && reads_bounds_only(*right, expr_arena)
        },
        _ => false,
    }
}

/// The scan at `node`, if it gives rows of Parquet files as they are, now for their bounds only.
fn scan_of_bounds(node: Node, ir_arena: &Arena<IR>) -> Option<IR> {
    let mut scan = ir_arena.get(node).clone();
    let schema = scan.schema(ir_arena).into_owned();
    let IR::Scan {
        predicate: None,
        scan_type,
        unified_scan_args,
        ..
    } = &mut scan
    else {
        return None;
    };
    let FileScanIR::Parquet { options, .. } = scan_type.as_mut() else {
        return None;
    };
    if !options.use_statistics
        || unified_scan_args.has_row_index_or_slice()
        || unified_scan_args.deletion_files.is_some()
        || unified_scan_args.include_file_paths.is_some()
        || !has_exact_bounds(&schema)
    {
        return None;
    }
    options.bounds_only = true;
    Some(scan)
}

/// Whether statistics hold the bounds of such values as they are. Those of texts may be cut short, and those of
/// floating point numbers leave NaN aside.
fn has_exact_bounds(schema: &Schema) -> bool {
    schema.iter_values().all(|dtype| {
        dtype.is_integer()
            || matches!(
                dtype,
                DataType::Date | DataType::Datetime(_, _) | DataType::Decimal(_, _)
            )
    })
}
