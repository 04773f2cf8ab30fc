//! The names of types as SQL writes them, which are those of DuckDB.

use polars::prelude::{DataType, TimeUnit};

/// `BIGINT`, `DECIMAL(15,2)`, `STRUCT(a BIGINT)`, …
pub fn sql_name(dtype: &DataType) -> String {
    let name = match dtype {
        DataType::Boolean => "BOOLEAN",
        DataType::Int8 => "TINYINT",
        DataType::Int16 => "SMALLINT",
        DataType::Int32 => "INTEGER",
        DataType::Int64 => "BIGINT",
        DataType::Int128 => "HUGEINT",
        DataType::UInt8 => "UTINYINT",
        DataType::UInt16 => "USMALLINT",
        DataType::UInt32 => "UINTEGER",
        DataType::UInt64 => "UBIGINT",
        DataType::UInt128 => "UHUGEINT",
        DataType::Float32 => "FLOAT",
        DataType::Float64 => "DOUBLE",
        DataType::String => "VARCHAR",
        DataType::Binary | DataType::BinaryOffset => "BLOB",
        DataType::Date => "DATE",
        DataType::Time => "TIME",
        DataType::Duration(_) => "INTERVAL",
        DataType::Datetime(_, Some(_)) => "TIMESTAMP WITH TIME ZONE",
        DataType::Datetime(TimeUnit::Nanoseconds, None) => "TIMESTAMP_NS",
        DataType::Datetime(TimeUnit::Milliseconds, None) => "TIMESTAMP_MS",
        DataType::Datetime(TimeUnit::Microseconds, None) => "TIMESTAMP",
        DataType::Categorical(..) | DataType::Enum(..) => "ENUM",
        DataType::Null => "NULL",
        DataType::Decimal(precision, scale) => return format!("DECIMAL({precision},{scale})"),
        DataType::List(inner) => return format!("{}[]", sql_name(inner)),
        DataType::Array(inner, width) => return format!("{}[{width}]", sql_name(inner)),
        DataType::Struct(fields) => {
            let fields: Vec<_> =
                fields.iter().map(|field| format!("{} {}", field.name(), sql_name(field.dtype()))).collect();
            return format!("STRUCT({})", fields.join(", "));
        }
        other => return other.to_string().to_uppercase(),
    };
    name.to_string()
}
