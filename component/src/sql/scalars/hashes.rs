//! Hashes.

use polars::prelude::*;
use sha2::Digest;

use super::args::{Args, native, on_bytes};
use super::{Function, MANY, function};

pub static FUNCTIONS: &[Function] = &[
    function("md5", (1, 1), digest::<md5::Md5>),
    function("sha1", (1, 1), digest::<sha1::Sha1>),
    function("sha256", (1, 1), digest::<sha2::Sha256>),
    function("hash", (1, MANY), hash),
];

/// The hash of the bytes, as lower-case hex digits.
fn digest<D: Digest>(args: &Args) -> PolarsResult<Expr> {
    Ok(on_bytes(args.bytes(0)?, |bytes| {
        Ok(Some(D::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>()))
    }))
}

/// Of the rows as they are encoded to compare them: equal values have one hash, NULL has one, too.
///
/// Numbers of any type are hashed as DOUBLE if they are floats, else as HUGEINT, so that a value has one
/// hash in whatever type it is.
fn hash(args: &Args) -> PolarsResult<Expr> {
    let inputs = (0..args.len())
        .map(|i| match args.dtype(i) {
            dtype if dtype.is_integer() => args.col(i).cast(DataType::Int128),
            DataType::Float32 => args.col(i).cast(DataType::Float64),
            _ => args.col(i),
        })
        .collect();
    Ok(native(inputs, DataType::UInt64, |series| {
        let columns: Vec<Column> = series.iter().map(|series| series.clone().into_column()).collect();
        let rows = polars::chunked_array::ops::row_encode::encode_rows_unordered(&columns)?;
        let hashes: Vec<u64> = rows.iter().map(|row| fnv(row.unwrap_or_default())).collect();
        Ok(Series::new("".into(), hashes))
    }))
}

/// FNV-1a, and a last mix of the bits.
fn fnv(bytes: &[u8]) -> u64 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^ (hash >> 33)
}

#[cfg(test)]
mod tests {
    use super::super::testing::value;

    #[test]
    fn digests() {
        for (sql, expected) in [
            ("md5('a')", "0cc175b9c0f1b6a831c399e269772661"),
            ("sha1('')", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("sha256('a')", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
            ("hash(a) = hash(1)", "true"),
            ("hash(a) = hash(2)", "false"),
            ("hash(NULL) = hash(NULL)", "true"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
    }
}
