//! Types, random values, structs and maps.

use polars::lazy::dsl::{as_struct, when};
use polars::prelude::*;

use super::args::{Args, Value1, native};
use super::{Function, MANY, function};

pub static FUNCTIONS: &[Function] = &[
    function("typeof", (1, 1), |args| {
        let name = type_name(args.dtype(0));
        Ok(when(args.col(0).is_null()).then(lit(name.clone())).otherwise(lit(name)))
    }),
    function("random", (1, 1), |args| {
        Ok(native(vec![args.col(0)], DataType::Float64, |series| {
            let mut bytes = Bytes::default();
            f64::collect((0..series[0].len()).map(|_| {
                let bits = u64::from_le_bytes(bytes.next()?) >> 11;
                Ok(Some(bits as f64 / (1u64 << 53) as f64))
            }))
        }))
    }),
    function("uuid", (1, 1), |args| {
        Ok(native(vec![args.col(0)], DataType::String, |series| {
            let mut bytes = Bytes::default();
            String::collect((0..series[0].len()).map(|_| Ok(Some(uuid(bytes.next()?)))))
        }))
    }),
    function("struct_pack", (2, MANY), |args| Ok(as_struct(fields(args, 0)?))),
    function("struct_insert", (3, MANY), struct_insert),
    function("row", (1, MANY), |args| {
        Ok(as_struct((0..args.len()).map(|i| args.col(i).alias(format!("f{}", i + 1))).collect()))
    }),
    function("map_keys", (1, 1), |args| part(args, "key")),
    function("map_values", (1, 1), |args| part(args, "value")),
    function("map_entries", (1, 1), |args| entries(args, 0)),
    function("map_contains", (2, 2), map_contains),
    function("map_extract_value", (2, 2), |args| {
        let (values, place) = found(args)?;
        Ok(values.list().get(place - lit(1), true))
    }),
    function("map_extract", (2, 2), |args| {
        let (values, place) = found(args)?;
        let count = when(place.clone().is_null()).then(lit(0)).otherwise(lit(1));
        Ok(values.list().slice(place.fill_null(lit(1)) - lit(1), count))
    }),
];

/// The name of a type in `DuckDB`.
pub fn type_name(dtype: &DataType) -> String {
    match dtype {
        DataType::Boolean => "BOOLEAN".into(),
        DataType::Int8 => "TINYINT".into(),
        DataType::Int16 => "SMALLINT".into(),
        DataType::Int32 => "INTEGER".into(),
        DataType::Int64 => "BIGINT".into(),
        DataType::Int128 => "HUGEINT".into(),
        DataType::UInt8 => "UTINYINT".into(),
        DataType::UInt16 => "USMALLINT".into(),
        DataType::UInt32 => "UINTEGER".into(),
        DataType::UInt64 => "UBIGINT".into(),
        DataType::UInt128 => "UHUGEINT".into(),
        DataType::Float32 => "FLOAT".into(),
        DataType::Float64 => "DOUBLE".into(),
        DataType::Decimal(precision, scale) => format!("DECIMAL({precision},{scale})"),
        DataType::String | DataType::Categorical(..) | DataType::Enum(..) => "VARCHAR".into(),
        DataType::Binary | DataType::BinaryOffset => "BLOB".into(),
        DataType::Date => "DATE".into(),
        DataType::Time => "TIME".into(),
        DataType::Datetime(_, Some(_)) => "TIMESTAMP WITH TIME ZONE".into(),
        DataType::Datetime(TimeUnit::Milliseconds, None) => "TIMESTAMP_MS".into(),
        DataType::Datetime(TimeUnit::Microseconds, None) => "TIMESTAMP".into(),
        DataType::Datetime(TimeUnit::Nanoseconds, None) => "TIMESTAMP_NS".into(),
        DataType::Duration(_) => "INTERVAL".into(),
        DataType::List(inner) => format!("{}[]", type_name(inner)),
        DataType::Array(inner, width) => format!("{}[{width}]", type_name(inner)),
        DataType::Map(key, value) => format!("MAP({}, {})", type_name(key), type_name(value)),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}", quoted(field.name()), type_name(field.dtype())))
                .collect();
            format!("STRUCT({})", fields.join(", "))
        }
        DataType::Null => "\"NULL\"".into(),
        other => other.to_string().to_uppercase(),
    }
}

/// The name of a field, in quotes if it needs them.
fn quoted(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_ascii_alphanumeric() || character == '_')
        && !RESERVED.contains(&name.to_lowercase().as_str());
    if plain { name.into() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

/// The reserved words of `DuckDB`, and those that it puts in quotes besides.
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "default",
    "deferrable",
    "desc",
    "describe",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "key",
    "lambda",
    "lateral",
    "leading",
    "limit",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "pivot",
    "pivot_longer",
    "pivot_wider",
    "placing",
    "primary",
    "qualify",
    "references",
    "returning",
    "select",
    "show",
    "some",
    "summarize",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "unpivot",
    "using",
    "value",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

// Random values.

/// Random bytes, asked for in blocks.
#[derive(Default)]
struct Bytes {
    block: Vec<u8>,
}

impl Bytes {
    fn next<const N: usize>(&mut self) -> PolarsResult<[u8; N]> {
        if self.block.len() < N {
            self.block = vec![0; 4096];
            random_bytes(&mut self.block)?;
        }
        let tail = self.block.split_off(self.block.len() - N);
        tail.try_into().map_err(|_| polars_err!(ComputeError: "no random bytes"))
    }
}

#[cfg(target_os = "wasi")]
fn random_bytes(block: &mut [u8]) -> PolarsResult<()> {
    block.copy_from_slice(&wasip2::random::random::get_random_bytes(block.len() as u64));
    Ok(())
}

#[cfg(not(target_os = "wasi"))]
fn random_bytes(block: &mut [u8]) -> PolarsResult<()> {
    use std::io::Read;
    Ok(std::fs::File::open("/dev/urandom")?.read_exact(block)?)
}

/// A random UUID, of version 4.
fn uuid(mut bytes: [u8; 16]) -> String {
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

// Structs.

/// The fields of `'a', 1, 'b', 2`, from argument `first` on.
fn fields(args: &Args, first: usize) -> PolarsResult<Vec<Expr>> {
    if !(args.len() - first).is_multiple_of(2) {
        polars_bail!(ComputeError: "{}: each value needs a name", args.name);
    }
    let fields = (first..args.len())
        .step_by(2)
        .map(|i| Ok(args.col(i + 1).alias(args.known_text(i)?)))
        .collect::<PolarsResult<Vec<_>>>()?;
    Ok(fields)
}

fn struct_insert(args: &Args) -> PolarsResult<Expr> {
    let DataType::Struct(old) = args.dtype(0) else { return args.wrong(0) };
    let value = args.col(0);
    let mut all: Vec<Expr> = old
        .iter()
        .map(|field| {
            value.clone().struct_().field_by_names([field.name().clone()]).alias(field.name().clone())
        })
        .collect();
    all.extend(fields(args, 1)?);
    Ok(as_struct(all))
}

// Maps.

/// The entries of a map, a list of structs.
pub fn entries(args: &Args, i: usize) -> PolarsResult<Expr> {
    let DataType::Map(key, value) = args.dtype(i) else { return args.wrong(i) };
    let entry = DataType::Struct(vec![
        Field::new("key".into(), (**key).clone()),
        Field::new("value".into(), (**value).clone()),
    ]);
    Ok(args.col(i).cast(DataType::List(Box::new(entry))))
}

fn part(args: &Args, name: &'static str) -> PolarsResult<Expr> {
    Ok(entries(args, 0)?.list().eval(polars::lazy::dsl::element().struct_().field_by_name(name)))
}

/// The values of a map, and the place of a key in it from 1.
fn found(args: &Args) -> PolarsResult<(Expr, Expr)> {
    let DataType::Map(key, _) = args.dtype(0) else { return args.wrong(0) };
    let dtype = args.common([&**key, args.dtype(1)])?;
    let keys = part(args, "key")?.cast(DataType::List(Box::new(dtype.clone())));
    Ok((part(args, "value")?, super::lists::place_of(keys, args.col(1).cast(dtype))))
}

pub fn map_contains(args: &Args) -> PolarsResult<Expr> {
    let DataType::Map(key, _) = args.dtype(0) else { return args.wrong(0) };
    let dtype = args.common([&**key, args.dtype(1)])?;
    let wanted = args.col(1).cast(dtype.clone());
    let keys = part(args, "key")?.cast(DataType::List(Box::new(dtype)));
    let found = keys.list().contains(wanted.clone(), false);
    Ok(when(wanted.is_null()).then(lit(NULL)).otherwise(found))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};

    #[test]
    fn types() {
        for (sql, expected) in [
            ("typeof(a)", "BIGINT"),
            ("typeof(NULL)", "\"NULL\""),
            ("typeof(list_value(a))", "BIGINT[]"),
            ("typeof(struct_pack('b c', a, 'd', 'x'))", "STRUCT(\"b c\" BIGINT, d VARCHAR)"),
            ("typeof(struct_insert(struct_pack('b', a), 'c', 2))", "STRUCT(b BIGINT, c INTEGER)"),
            ("typeof(row(a, 'x'))", "STRUCT(f1 BIGINT, f2 VARCHAR)"),
            ("len(uuid(a))", "36"),
            ("random(a) < 1", "true"),
            ("typeof(list_histogram(list_value(a, 2)))", "MAP(BIGINT, UBIGINT)"),
            ("map_extract_value(list_histogram([1, 1, 2]), 1)", "2"),
            ("map_extract_value(list_histogram([1, 1, 2]), 3)", "null"),
            ("len(map_extract(list_histogram([1, 1, 2]), 3))", "0"),
            ("map_contains(list_histogram([1, 1, 2]), 2)", "true"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
        assert!(error("struct_pack(a, 1)").contains("written out"));
    }
}
