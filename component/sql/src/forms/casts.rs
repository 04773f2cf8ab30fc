//! Types by DuckDB's names: `FLOAT` has 32 bits (64 in polars-sql), `DECIMAL` is `DECIMAL(18, 3)`
//! (38, 9 there), and names that only DuckDB has. Casts of literals that the engine makes otherwise are
//! made here: `'true'::BOOLEAN` is true.
//!
//! Casts of other values to booleans are functions of ours (`functions/implicit.rs`).

use sqlparser::ast::{CastKind, DataType, ExactNumberInfo, Expr, TimezoneInfo, Value};

use super::text;

pub fn rewrite(expr: &mut Expr) {
    let Expr::Cast { data_type, expr: inner, kind, .. } = expr else { return };
    rename(data_type);
    match data_type {
        DataType::Boolean | DataType::Bool => {
            let Some(text) = text(inner) else { return };
            let value = match text.to_ascii_lowercase().as_str() {
                "true" | "t" | "1" | "yes" | "y" => Value::Boolean(true),
                "false" | "f" | "0" | "no" | "n" => Value::Boolean(false),
                _ if matches!(kind, CastKind::TryCast | CastKind::SafeCast) => Value::Null,
                _ => return,
            };
            **inner = Expr::value(value);
        }
        DataType::Blob(_) | DataType::Bytea | DataType::Binary(_) | DataType::Varbinary(_) => {
            if let Some(bytes) = text(inner).and_then(bytes) {
                *expr = Expr::value(Value::HexStringLiteral(bytes));
            }
        }
        _ => {}
    }
}

fn rename(data_type: &mut DataType) {
    match data_type {
        DataType::Float(ExactNumberInfo::None) => *data_type = DataType::Real,
        DataType::Decimal(info) | DataType::Numeric(info) | DataType::Dec(info) => {
            if *info == ExactNumberInfo::None {
                *info = ExactNumberInfo::PrecisionAndScale(18, 3);
            }
        }
        DataType::Array(sqlparser::ast::ArrayElemTypeDef::SquareBracket(inner, _)) => rename(inner),
        DataType::Custom(name, modifiers) if modifiers.is_empty() => {
            let micros = |precision| DataType::Timestamp(Some(precision), TimezoneInfo::None);
            *data_type = match name.to_string().to_ascii_lowercase().as_str() {
                "long" | "oid" => DataType::BigInt(None),
                "short" => DataType::SmallInt(None),
                "signed" => DataType::Integer(None),
                "logical" => DataType::Boolean,
                "timestamp_s" | "timestamp_ms" => micros(3),
                "timestamp_us" => micros(6),
                "timestamp_ns" => micros(9),
                "bpchar" => DataType::Varchar(None),
                _ => return,
            };
        }
        _ => {}
    }
}

/// The bytes of `'\xAA'::BLOB`, in hexadecimal digits.
fn bytes(text: &str) -> Option<String> {
    if !text.is_ascii() {
        return None;
    }
    let mut hex = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if first == '\\' {
            let code = rest.strip_prefix("\\x")?.get(..2)?;
            u8::from_str_radix(code, 16).ok()?;
            hex.push_str(code);
            rest = &rest[4..];
        } else {
            hex.push_str(&format!("{:02x}", u32::from(first)));
            rest = &rest[1..];
        }
    }
    Some(hex)
}
