//! Arrow values as the text of cells.

use crate::query::printable::printable;
use arrow_array::RecordBatch;
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{ArrowError, DataType, Schema, TimeUnit};

/// In the place of rows, columns and characters that are left out.
pub const LEFT_OUT: &str = "…";

/// A column's text: its head and its cells.
pub struct Column {
    pub name: String,
    pub kind: String,
    pub cells: Vec<String>,
    /// Numbers end at the same place, so that they compare at a glance.
    pub right: bool,
}

/// The rows of `head`, a row of [`LEFT_OUT`] when `gap`, and the rows of `tail`.
pub fn columns(
    schema: &Schema,
    head: &[&RecordBatch],
    tail: &[&RecordBatch],
    gap: bool,
) -> Result<Vec<Column>, ArrowError> {
    let options = FormatOptions::default().with_null("NULL").with_display_error(true);
    let fields = schema.fields().iter().enumerate();
    fields
        .map(|(at, field)| {
            let mut cells = texts(head, at, &options)?;
            if gap {
                cells.push(LEFT_OUT.into());
            }
            cells.extend(texts(tail, at, &options)?);
            let kind = field.data_type();
            Ok(Column { name: printable(field.name()), kind: kind_name(kind), cells, right: is_number(kind) })
        })
        .collect()
}

/// The column at `at` of all batches.
fn texts(batches: &[&RecordBatch], at: usize, options: &FormatOptions) -> Result<Vec<String>, ArrowError> {
    let mut texts = Vec::new();
    for batch in batches {
        let formatter = ArrayFormatter::try_new(batch.column(at), options)?;
        texts.extend((0..batch.num_rows()).map(|row| printable(&formatter.value(row).to_string())));
    }
    Ok(texts)
}

fn is_number(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => is_number(values),
        kind => kind.is_numeric(),
    }
}

/// SQL's name of a type where it has one, Arrow's otherwise.
fn kind_name(kind: &DataType) -> String {
    match kind {
        DataType::Boolean => "boolean".into(),
        DataType::Int8 => "tinyint".into(),
        DataType::Int16 => "smallint".into(),
        DataType::Int32 => "integer".into(),
        DataType::Int64 => "bigint".into(),
        DataType::UInt8 => "utinyint".into(),
        DataType::UInt16 => "usmallint".into(),
        DataType::UInt32 => "uinteger".into(),
        DataType::UInt64 => "ubigint".into(),
        DataType::Float16 => "half".into(),
        DataType::Float32 => "float".into(),
        DataType::Float64 => "double".into(),
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "varchar".into(),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            "blob".into()
        }
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Time32(_) | DataType::Time64(_) => "time".into(),
        DataType::Timestamp(unit, zone) => {
            let unit = match unit {
                TimeUnit::Second => "s",
                TimeUnit::Millisecond => "ms",
                TimeUnit::Microsecond => "us",
                TimeUnit::Nanosecond => "ns",
            };
            match zone {
                Some(zone) => format!("timestamp({unit}, {zone})"),
                None => format!("timestamp({unit})"),
            }
        }
        DataType::Duration(_) | DataType::Interval(_) => "interval".into(),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item) => {
            format!("{}[]", kind_name(item.data_type()))
        }
        DataType::FixedSizeList(item, length) => format!("{}[{length}]", kind_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|field| format!("{} {}", field.name(), kind_name(field.data_type())))
                .collect();
            format!("struct({})", printable(&fields.join(", ")))
        }
        DataType::Dictionary(_, values) => kind_name(values),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow_schema::Field;
    use std::sync::Arc;

    #[test]
    fn types_have_their_sql_names() {
        let item = |kind| Arc::new(Field::new("item", kind, true));
        let nested = DataType::Struct(vec![Field::new("a", DataType::Utf8View, true)].into());
        assert_eq!(kind_name(&DataType::LargeList(item(nested))), "struct(a varchar)[]");
        assert_eq!(kind_name(&DataType::Decimal128(15, 2)), "decimal(15,2)");
        let categories = DataType::Dictionary(DataType::UInt32.into(), DataType::Utf8.into());
        assert_eq!(kind_name(&categories), "varchar");
    }
}
