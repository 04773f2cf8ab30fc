//! Types by DuckDB's names: `FLOAT` has 32 bits (64 in polars-sql), `DECIMAL` is `DECIMAL(18, 3)`
//! (38, 9 there), and names that only DuckDB has. Casts of literals that the engine makes otherwise are
//! made here: `2.5::INT` is 3, and `'true'::BOOLEAN` is true.
//!
//! Not covered: casts of columns of floats to integers, which the engine cuts and DuckDB rounds, and of
//! strings to booleans.

use sqlparser::ast::{CastKind, DataType, ExactNumberInfo, Expr, TimezoneInfo, UnaryOperator, Value};

use super::{bare, number, text};

pub fn rewrite(expr: &mut Expr) {
    let Expr::Cast { data_type, expr: inner, kind, .. } = expr else { return };
    rename(data_type);
    if is_integer(data_type)
        && let Some(rounded) = rounded(inner)
    {
        **inner = rounded;
        return;
    }
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

fn is_integer(data_type: &DataType) -> bool {
    use DataType as T;
    matches!(
        data_type,
        T::Int(_)
            | T::Integer(_)
            | T::Int4(_)
            | T::BigInt(_)
            | T::Int8(_)
            | T::SmallInt(_)
            | T::Int2(_)
            | T::TinyInt(_)
            | T::HugeInt
            | T::UTinyInt
            | T::USmallInt
            | T::UBigInt
            | T::UHugeInt
    )
}

/// A decimal literal, rounded as decimals are: halves away from zero.
fn rounded(expr: &Expr) -> Option<Expr> {
    match bare(expr) {
        Expr::UnaryOp { op: op @ UnaryOperator::Minus, expr } => {
            let inner = rounded(expr)?;
            Some(Expr::Nested(Box::new(Expr::UnaryOp { op: *op, expr: Box::new(inner) })))
        }
        Expr::Value(value) => {
            let Value::Number(text, _) = &value.value else { return None };
            if text.contains(['e', 'E']) {
                return None;
            }
            let (whole, fraction) = text.split_once('.')?;
            let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
            let up = fraction.as_bytes().first().is_some_and(|digit| *digit >= b'5');
            Some(number(whole + i128::from(up)))
        }
        _ => None,
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
