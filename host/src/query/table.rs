//! An Arrow stream as a table for people.
//!
//! Long results are shown by their first and last rows, and only those are kept while the stream
//! runs through, so that a table of any length fits in memory.

mod cells;
mod layout;

use crate::error::Error;
use arrow_array::RecordBatch;
use arrow_ipc::reader::StreamDecoder;
use arrow_schema::ArrowError;
use bytes::Bytes;
use std::collections::VecDeque;

/// Decodes the stream as it comes, and keeps what will be shown.
pub struct Table {
    decoder: StreamDecoder,
    /// Rows to keep from each end, all of them when `None`.
    keep: Option<(usize, usize)>,
    head: Vec<RecordBatch>,
    head_rows: usize,
    tail: VecDeque<RecordBatch>,
    tail_rows: usize,
    rows: usize,
}

impl Table {
    /// Shows `rows` rows, half of them from the end; all of them when `None`.
    pub fn new(rows: Option<usize>) -> Table {
        Table {
            decoder: StreamDecoder::new(),
            keep: rows.map(|rows| (rows.div_ceil(2), rows / 2)),
            head: Vec::new(),
            head_rows: 0,
            tail: VecDeque::new(),
            tail_rows: 0,
            rows: 0,
        }
    }

    /// The next bytes of the stream.
    pub fn push(&mut self, bytes: Bytes) -> Result<(), Error> {
        let mut buffer = bytes.into();
        while let Some(batch) = self.decoder.decode(&mut buffer).map_err(not_arrow)? {
            self.rows += batch.num_rows();
            self.keep(batch);
        }
        Ok(())
    }

    fn keep(&mut self, batch: RecordBatch) {
        let Some((head, tail)) = self.keep else { return self.head.push(batch) };
        let rows = batch.num_rows();
        let first = rows.min(head - self.head_rows);
        if first > 0 {
            self.head.push(batch.slice(0, first));
            self.head_rows += first;
        }
        if first < rows {
            self.tail_rows += rows - first;
            self.tail.push_back(batch.slice(first, rows - first));
        }
        // What lies before the last `tail` rows is not going to be shown.
        while let Some(front) = self.tail.front_mut()
            && self.tail_rows > tail
        {
            let surplus = self.tail_rows - tail;
            if front.num_rows() <= surplus {
                self.tail_rows -= front.num_rows();
                self.tail.pop_front();
            } else {
                *front = front.slice(surplus, front.num_rows() - surplus);
                self.tail_rows -= surplus;
            }
        }
    }

    /// The stream is at its end: the table, its lines no wider than `width` columns where given.
    pub fn draw(mut self, width: Option<usize>) -> Result<String, Error> {
        self.decoder.finish().map_err(not_arrow)?;
        let schema = self.decoder.schema().ok_or_else(|| Error::Cut("no Arrow stream came".into()))?;
        let head: Vec<_> = self.head.iter().collect();
        let tail: Vec<_> = self.tail.iter().collect();
        let shown = head.iter().chain(&tail).map(|batch| batch.num_rows()).sum();
        let columns = cells::columns(&schema, &head, &tail, shown < self.rows).map_err(not_arrow)?;
        Ok(layout::draw(columns, width, self.rows, shown))
    }
}

fn not_arrow(error: ArrowError) -> Error {
    Error::Cut(format!("the component's Arrow stream cannot be read ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_array::{ArrayRef, Int64Array, StringArray};
    use arrow_ipc::writer::StreamWriter;
    use std::sync::Arc;

    /// Rows 0 to `rows`, in batches of three.
    fn stream(rows: i64) -> Vec<u8> {
        let batch = |from: i64, to: i64| {
            let numbers = Int64Array::from_iter_values(from..to);
            let names = StringArray::from_iter((from..to).map(|n| (n != 1).then(|| format!("n{n}"))));
            RecordBatch::try_from_iter([("id", Arc::new(numbers) as ArrayRef), ("name", Arc::new(names))])
                .unwrap()
        };
        let mut writer = StreamWriter::try_new(Vec::new(), &batch(0, 2).schema()).unwrap();
        for from in (0..rows).step_by(3) {
            writer.write(&batch(from, (from + 3).min(rows))).unwrap();
        }
        writer.into_inner().unwrap()
    }

    /// The table drawn from a stream that comes in pieces of `piece` bytes.
    fn drawn(rows: i64, keep: Option<usize>, piece: usize) -> String {
        let mut table = Table::new(keep);
        for piece in stream(rows).chunks(piece) {
            table.push(Bytes::copy_from_slice(piece)).unwrap();
        }
        table.draw(None).unwrap()
    }

    #[test]
    fn every_row_and_null_is_drawn() {
        let expected = "\
┌────────┬─────────┐
│     id │ name    │
│ bigint │ varchar │
├────────┼─────────┤
│      0 │ n0      │
│      1 │ NULL    │
│      2 │ n2      │
│      3 │ n3      │
└────────┴─────────┘
4 rows
";
        for piece in [1, 7, 1 << 20] {
            assert_eq!(drawn(4, Some(40), piece), expected);
            assert_eq!(drawn(4, None, piece), expected);
        }
    }

    #[test]
    fn the_middle_of_a_long_result_is_left_out() {
        let table = drawn(100, Some(5), 1000);
        let ids: Vec<&str> = table
            .lines()
            .filter(|line| line.starts_with('│'))
            .skip(2)
            .map(|line| line.split('│').nth(1).unwrap().trim())
            .collect();
        assert_eq!(ids, ["0", "1", "2", "…", "98", "99"]);
        assert!(table.ends_with("100 rows, 5 shown\n"), "{table}");
    }

    #[test]
    fn an_empty_result_shows_its_columns() {
        let table = drawn(0, Some(40), 1000);
        assert!(table.contains("│ bigint │ varchar │") && table.ends_with("0 rows\n"), "{table}");
    }

    #[test]
    fn half_a_stream_is_an_error() {
        let bytes = stream(9);
        let mut table = Table::new(None);
        table.push(Bytes::copy_from_slice(&bytes[..bytes.len() / 2])).unwrap();
        assert!(matches!(table.draw(None), Err(Error::Cut(_))));
        assert!(matches!(Table::new(None).draw(None), Err(Error::Cut(_))));
    }
}
