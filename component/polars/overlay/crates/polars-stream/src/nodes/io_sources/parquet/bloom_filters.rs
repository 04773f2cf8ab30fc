//! Row groups that hold none of the values which a predicate asks for, as the Bloom filters of its columns tell: where
//! the values of a row group lie far apart, and its bounds leave out few.
//!
//! <https://github.com/apache/parquet-format/blob/master/BloomFilter.md>

use std::ops::Range;

use polars_arrow::bitmap::{Bitmap, MutableBitmap};
use polars_core::prelude::*;
use polars_core::scalar::Scalar;
use polars_io::predicates::{ScanIOPredicate, SpecializedColumnPredicate};
use polars_io::prelude::FileMetadata;
use polars_io::utils::byte_source::{ByteSource, DynByteSource};
use polars_parquet::parquet::bloom_filter::{self, hash_byte, hash_native};
use polars_parquet::parquet::schema::types::PhysicalType;
use polars_parquet::read::RowGroupMetadata;

use super::projection::ArrowFieldProjection;

/// How many bytes of filters are read at a time.
const BATCH_BYTES: usize = 1 << 20;

/// A filter is read if it is at most one in so many bytes of what it may spare.
const FILTER_PART: usize = 4;

/// A column, and the hashes of the values of which a row must have one.
struct Wanted {
    leaf: usize,
    hashes: Vec<u64>,
}

/// The filter of a row group, which is the `bit`th of the mask.
struct Filter<'a> {
    bit: usize,
    wanted: &'a Wanted,
    bytes: Range<usize>,
}

/// `skip_mask`, with the row groups set that hold no value that is asked for.
pub(super) async fn skip_by_bloom_filters(
    skip_mask: Option<Bitmap>,
    row_group_slice: Range<usize>,
    predicate: &ScanIOPredicate,
    metadata: &FileMetadata,
    projections: &[ArrowFieldProjection],
    byte_source: &DynByteSource,
) -> PolarsResult<Option<Bitmap>> {
    let wanted = wanted_values(predicate, metadata, projections);
    if wanted.is_empty() {
        return Ok(skip_mask);
    }
    // That of a remote file is not known without a request.
    let file_size = match byte_source {
        DynByteSource::Cloud(_) => usize::MAX,
        local => local.get_size().await?,
    };
    let mut skip = match &skip_mask {
        Some(mask) => mask.clone().make_mut(),
        None => MutableBitmap::from_len_zeroed(row_group_slice.len()),
    };
    let mut filters = vec![];
    let mut filter_bytes = 0;
    for (bit, idx) in row_group_slice.enumerate() {
        if skip.get(bit) {
            continue;
        }
        let row_group = &metadata.row_groups[idx];
        let spared = projected_bytes(row_group, projections);
        for wanted in &wanted {
            if let Some(bytes) = filter_range(row_group, wanted.leaf)
                && bytes.end <= file_size
                && bytes.len() <= spared / FILTER_PART
            {
                filter_bytes += bytes.len();
                filters.push(Filter { bit, wanted, bytes });
            }
        }
        if filter_bytes >= BATCH_BYTES {
            look_up(std::mem::take(&mut filters), byte_source, &mut skip).await?;
            filter_bytes = 0;
        }
    }
    look_up(filters, byte_source, &mut skip).await?;
    Ok(Some(skip.freeze()))
}

/// The columns of which the predicate wants one of few values.
fn wanted_values(
    predicate: &ScanIOPredicate,
    metadata: &FileMetadata,
    projections: &[ArrowFieldProjection],
) -> Vec<Wanted> {
    let (Some(staged), Some(first)) = (&predicate.staged, metadata.row_groups.first()) else {
        return vec![];
    };
    let of_column = |projection: &ArrowFieldProjection| {
        // A value of another type than the file's has another hash.
        let ArrowFieldProjection::Plain(field) = projection else {
            return None;
        };
        let predicate = staged.column_predicates.get(&field.name)?;
        let values = match predicate.specialized.as_ref()? {
            SpecializedColumnPredicate::Equal(value) => std::slice::from_ref(value),
            SpecializedColumnPredicate::EqualOneOf(values) => values,
            _ => return None,
        };
        let &[leaf] = first.columns_idxs_under_root_iter(&field.name)? else {
            return None;
        };
        let column = &first.parquet_columns()[leaf];
        if column.descriptor().descriptor.max_rep_level > 0 {
            return None;
        }
        let dtype = DataType::from_arrow_field(field);
        let hashes = values
            .iter()
            .map(|value| hash(value, &dtype, column.physical_type()));
        Some(Wanted {
            leaf,
            hashes: hashes.collect::<Option<_>>()?,
        })
    };
    projections.iter().filter_map(of_column).collect()
}

/// The hash of the value as the file holds it, of the types that are stored in one way.
fn hash(value: &Scalar, dtype: &DataType, physical: PhysicalType) -> Option<u64> {
    if value.dtype() != dtype {
        return None;
    }
    match (physical, value.value().as_borrowed()) {
        (PhysicalType::Int32, AnyValue::Int8(v)) => Some(hash_native(v as i32)),
        (PhysicalType::Int32, AnyValue::Int16(v)) => Some(hash_native(v as i32)),
        (PhysicalType::Int32, AnyValue::Int32(v)) => Some(hash_native(v)),
        (PhysicalType::Int32, AnyValue::UInt8(v)) => Some(hash_native(v as i32)),
        (PhysicalType::Int32, AnyValue::UInt16(v)) => Some(hash_native(v as i32)),
        (PhysicalType::Int32, AnyValue::UInt32(v)) => Some(hash_native(v as i32)),
        (PhysicalType::Int32, AnyValue::Date(v)) => Some(hash_native(v)),
        (PhysicalType::Int64, AnyValue::Int64(v)) => Some(hash_native(v)),
        (PhysicalType::Int64, AnyValue::UInt64(v)) => Some(hash_native(v as i64)),
        (PhysicalType::ByteArray, AnyValue::String(v)) => Some(hash_byte(v)),
        (PhysicalType::ByteArray, AnyValue::Binary(v)) => Some(hash_byte(v)),
        _ => None,
    }
}

/// Where the column's filter lies in the file, if its writer says so.
fn filter_range(row_group: &RowGroupMetadata, leaf: usize) -> Option<Range<usize>> {
    let column = &row_group.parquet_columns()[leaf];
    let start = usize::try_from(column.bloom_filter_offset().ok()??).ok()?;
    let length = usize::try_from(column.bloom_filter_length().ok()??).ok()?;
    (length > 0).then_some(start..start.checked_add(length)?)
}

/// What is read of the row group, in bytes.
fn projected_bytes(row_group: &RowGroupMetadata, projections: &[ArrowFieldProjection]) -> usize {
    let columns = projections
        .iter()
        .filter_map(|p| row_group.columns_under_root_iter(&p.arrow_field().name))
        .flatten();
    columns
        .filter_map(|column| usize::try_from(column.compressed_size().ok()?).ok())
        .sum()
}

/// Sets the bits of the row groups whose filters have none of the values. A filter that cannot be read as one says
/// nothing.
async fn look_up(
    filters: Vec<Filter<'_>>,
    byte_source: &DynByteSource,
    skip: &mut MutableBitmap,
) -> PolarsResult<()> {
    if filters.is_empty() {
        return Ok(());
    }
    let mut ranges: Vec<_> = filters.iter().map(|filter| filter.bytes.clone()).collect();
    // In a damaged footer two may lie at the same place.
    ranges.sort_unstable_by_key(|range| range.start);
    ranges.dedup_by_key(|range| range.start);
    let fetched = byte_source.get_ranges(&mut ranges).await?;
    for filter in filters {
        let Some(bytes) = fetched.get(&filter.bytes.start) else {
            continue;
        };
        if let Some(bitset) = bloom_filter::bitset(bytes)
            && !filter
                .wanted
                .hashes
                .iter()
                .any(|hash| bloom_filter::is_in_set(bitset, *hash))
        {
            skip.set(filter.bit, true);
        }
    }
    Ok(())
}
