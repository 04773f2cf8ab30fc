//! Types by their SQL names, as in `columns={'a': 'DECIMAL(9,2)', 'b': 'INTEGER[]'}`.

use polars::prelude::{DataType, Field, TimeUnit, TimeZone};

/// The deepest that types may nest: `INTEGER[][]…`.
const MAX_DEPTH: usize = 16;

/// # Errors
/// What is wrong with the text.
pub fn parse(text: &str) -> Result<DataType, String> {
    let mut rest = text;
    let dtype = whole(&mut rest, 0)?;
    match rest.trim() {
        "" => Ok(dtype),
        more => Err(format!("'{more}' is too much")),
    }
}

/// A type with what follows it: `[]`.
fn whole(rest: &mut &str, depth: usize) -> Result<DataType, String> {
    if depth > MAX_DEPTH {
        return Err("it nests too deeply".into());
    }
    let mut dtype = plain(rest, depth)?;
    let mut lists = 0;
    while let Some(after) = rest.trim_start().strip_prefix('[') {
        let Some(after) = after.trim_start().strip_prefix(']') else {
            return Err("lists are written TYPE[]".into());
        };
        *rest = after;
        dtype = DataType::List(Box::new(dtype));
        lists += 1;
        if depth + lists > MAX_DEPTH {
            return Err("it nests too deeply".into());
        }
    }
    Ok(dtype)
}

fn plain(rest: &mut &str, depth: usize) -> Result<DataType, String> {
    let name = word(rest).to_uppercase();
    let dtype = match name.as_str() {
        "BOOLEAN" | "BOOL" | "LOGICAL" => DataType::Boolean,
        "TINYINT" | "INT1" => DataType::Int8,
        "SMALLINT" | "INT2" | "SHORT" | "INT16" => DataType::Int16,
        "INTEGER" | "INT" | "INT4" | "SIGNED" | "INT32" => DataType::Int32,
        "BIGINT" | "INT8" | "LONG" | "INT64" => DataType::Int64,
        "HUGEINT" | "INT128" => DataType::Int128,
        "UTINYINT" | "UINT8" => DataType::UInt8,
        "USMALLINT" | "UINT16" => DataType::UInt16,
        "UINTEGER" | "UINT32" => DataType::UInt32,
        "UBIGINT" | "UINT64" => DataType::UInt64,
        "FLOAT" | "REAL" | "FLOAT4" => {
            skip_length(rest)?;
            DataType::Float32
        }
        "DOUBLE" | "FLOAT8" => {
            if let Some(after) = after_word(rest, "PRECISION") {
                *rest = after;
            }
            DataType::Float64
        }
        "DECIMAL" | "NUMERIC" | "DEC" => decimal(rest)?,
        "VARCHAR" | "TEXT" | "STRING" | "CHAR" | "BPCHAR" => {
            // In DuckDB, too, the length says nothing.
            skip_length(rest)?;
            DataType::String
        }
        "DATE" => DataType::Date,
        "TIME" => DataType::Time,
        "TIMESTAMPTZ" => zoned(),
        "TIMESTAMP" | "DATETIME" => match after_word(rest, "WITH") {
            Some(after) => {
                *rest = ["TIME", "ZONE"]
                    .into_iter()
                    .try_fold(after, after_word)
                    .ok_or("TIMESTAMP WITH TIME ZONE is meant?")?;
                zoned()
            }
            None => DataType::Datetime(TimeUnit::Microseconds, None),
        },
        "TIMESTAMP_US" => DataType::Datetime(TimeUnit::Microseconds, None),
        "TIMESTAMP_S" | "TIMESTAMP_MS" => DataType::Datetime(TimeUnit::Milliseconds, None),
        "TIMESTAMP_NS" => DataType::Datetime(TimeUnit::Nanoseconds, None),
        "STRUCT" | "ROW" => structure(rest, depth)?,
        "" => return Err("there is no name".into()),
        "BLOB" | "BYTEA" | "INTERVAL" | "UUID" | "JSON" | "MAP" | "UNION" | "ENUM" | "BIT" | "UHUGEINT"
        | "TIMETZ" => {
            return Err(format!(
                "{name} cannot be read from text; read VARCHAR, and convert it in the query"
            ));
        }
        _ => return Err("there is no such type".into()),
    };
    Ok(dtype)
}

fn zoned() -> DataType {
    DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))
}

fn decimal(rest: &mut &str) -> Result<DataType, String> {
    let (precision, scale) = match numbers(rest)?.as_slice() {
        [] => (18, 3),
        [precision] => (*precision, 0),
        [precision, scale] => (*precision, *scale),
        _ => return Err("DECIMAL takes a precision and a scale".into()),
    };
    if !(1..=38).contains(&precision) || scale > precision {
        return Err("a DECIMAL has 1 to 38 digits, of which the scale are behind the point".into());
    }
    Ok(DataType::Decimal(precision, scale))
}

fn structure(rest: &mut &str, depth: usize) -> Result<DataType, String> {
    let usage = "a struct is written STRUCT(a INTEGER, b VARCHAR)";
    *rest = rest.trim_start().strip_prefix('(').ok_or(usage)?;
    let mut fields = Vec::new();
    loop {
        let name = match rest.trim_start().strip_prefix('"') {
            Some(quoted) => {
                let (name, after) = quoted.split_once('"').ok_or(usage)?;
                *rest = after;
                name
            }
            None => word(rest),
        };
        if name.is_empty() {
            return Err(usage.into());
        }
        fields.push(Field::new(name.into(), whole(rest, depth + 1)?));
        let after = rest.trim_start();
        if let Some(after) = after.strip_prefix(',') {
            *rest = after;
            continue;
        }
        *rest = after.strip_prefix(')').ok_or(usage)?;
        return Ok(DataType::Struct(fields));
    }
}

fn skip_length(rest: &mut &str) -> Result<(), String> {
    numbers(rest).map(drop)
}

/// `(1, 2)`, if it is there.
fn numbers(rest: &mut &str) -> Result<Vec<usize>, String> {
    let Some(inside) = rest.trim_start().strip_prefix('(') else { return Ok(Vec::new()) };
    let (inside, after) = inside.split_once(')').ok_or("a parenthesis is not closed")?;
    *rest = after;
    let number = |text: &str| text.trim().parse().map_err(|_| format!("'{text}' is no number"));
    inside.split(',').map(number).collect()
}

fn word<'a>(rest: &mut &'a str) -> &'a str {
    let text = rest.trim_start();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    *rest = after;
    word
}

fn after_word<'a>(text: &'a str, expected: &str) -> Option<&'a str> {
    let mut rest = text;
    word(&mut rest).eq_ignore_ascii_case(expected).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::sql_name;

    #[test]
    fn names_of_types() {
        for (text, expected) in [
            ("int", "INTEGER"),
            (" BIGINT ", "BIGINT"),
            ("INT8", "BIGINT"),
            ("double precision", "DOUBLE"),
            ("decimal(9, 2)", "DECIMAL(9,2)"),
            ("NUMERIC", "DECIMAL(18,3)"),
            ("VARCHAR(10)", "VARCHAR"),
            ("timestamp with time zone", "TIMESTAMP WITH TIME ZONE"),
            ("INTEGER[][]", "INTEGER[][]"),
            ("STRUCT(a INT, \"b c\" VARCHAR[])[]", "STRUCT(a INTEGER, b c VARCHAR[])[]"),
        ] {
            assert_eq!(parse(text).map(|dtype| sql_name(&dtype)), Ok(expected.to_string()), "{text}");
        }
        for text in ["", "NUMBER", "INT INT", "DECIMAL(40,2)", "DECIMAL(2", "INTERVAL", "STRUCT(", "INT[3]"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&format!("INT{}", "[]".repeat(100))).is_err());
        assert!(parse(&"STRUCT(a ".repeat(100)).is_err());
    }
}
