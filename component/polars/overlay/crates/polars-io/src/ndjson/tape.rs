//! Lines read from the tape that simd-json makes of them: its nodes in their order, an object as its keys and values in
//! turn.

use std::borrow::Cow;

use polars_core::prelude::*;
use polars_json::json::ordered::tape_to_default_value;
use simd_json::{BorrowedValue, Buffers, Node, Tape};

use super::buffer::{Buffer, BufferKey};
use super::core::{add_value, json_lines};

/// Appends the lines of `bytes`, a row each.
pub(super) fn parse_lines(
    bytes: &[u8],
    buffers: &mut PlIndexMap<BufferKey, Buffer>,
    ignore_errors: bool,
) -> PolarsResult<()> {
    let mut members = Members::new(buffers);
    let mut json = Vec::new();
    let mut json_buffers = Buffers::default();
    let mut tape = Tape(Vec::new());
    for line in json_lines(bytes) {
        json.clear();
        json.extend_from_slice(line);
        let mut of_line = tape.reset();
        simd_json::fill_tape(&mut json, &mut json_buffers, &mut of_line)
            .map_err(|e| polars_err!(ComputeError: "error parsing line: {}", e))?;
        if members.find(&of_line) {
            members.add(&of_line, buffers)?;
        } else {
            // Nested, or no object.
            add_value(tape_to_default_value(&of_line), buffers, ignore_errors)?;
        }
        tape = of_line.reset();
    }
    Ok(())
}

/// Where a column's value is not in a line.
const MISSING: usize = usize::MAX;

/// Finds the members of lines that are columns.
struct Members {
    columns: PlHashMap<PlSmallStr, usize>,
    /// For each place in a line the key that was there last, and its column.
    places: Vec<(PlSmallStr, Option<usize>)>,
    /// For each column the node of its value in the line.
    values: Vec<usize>,
}

impl Members {
    fn new(buffers: &PlIndexMap<BufferKey, Buffer>) -> Self {
        let names = buffers.keys().map(|key| PlSmallStr::from_str(key.0.key()));
        Self {
            columns: names.zip(0..).collect(),
            places: Vec::new(),
            values: vec![MISSING; buffers.len()],
        }
    }

    /// Finds the value of each column in a line. Gives false where the line is no object, or such a value is nested.
    fn find(&mut self, tape: &Tape) -> bool {
        let Some(Node::Object { len, .. }) = tape.0.first() else {
            return false;
        };
        self.values.fill(MISSING);
        let mut at = 1;
        for place in 0..*len {
            let Node::String(key) = &tape.0[at] else {
                unreachable!("the keys of an object are strings");
            };
            at += 1;
            let column = self.column(place, key);
            let nested = match &tape.0[at] {
                Node::Object { count, .. } | Node::Array { count, .. } => Some(*count),
                Node::String(_) | Node::Static(_) => None,
            };
            if let Some(column) = column {
                if nested.is_some() {
                    return false;
                }
                // Of members with the same key the first counts, as in the tree.
                if self.values[column] == MISSING {
                    self.values[column] = at;
                }
            }
            at += 1 + nested.unwrap_or(0);
        }
        true
    }

    #[inline]
    fn column(&mut self, place: usize, key: &str) -> Option<usize> {
        match self.places.get(place) {
            Some((last, column)) if last == key => *column,
            known => {
                let is_new = known.is_none();
                let column = self.columns.get(key).copied();
                let entry = (PlSmallStr::from_str(key), column);
                if is_new {
                    self.places.push(entry);
                } else {
                    self.places[place] = entry;
                }
                column
            },
        }
    }

    /// Appends what was found.
    fn add(&self, tape: &Tape, buffers: &mut PlIndexMap<BufferKey, Buffer>) -> PolarsResult<()> {
        for (&at, buffer) in self.values.iter().zip(buffers.values_mut()) {
            match tape.0.get(at) {
                None => buffer.add_null(),
                Some(Node::Static(value)) => buffer.add(&BorrowedValue::Static(*value))?,
                Some(Node::String(value)) => {
                    buffer.add(&BorrowedValue::String(Cow::Borrowed(value)))?
                },
                Some(Node::Object { .. } | Node::Array { .. }) => {
                    unreachable!("nested values are read as a tree")
                },
            }
        }
        Ok(())
    }
}
