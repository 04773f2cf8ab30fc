//! The texts of Polars in the words of SQL: types by their SQL names, what to write instead, and nothing that is
//! printed for Rust's eyes.

use regex::{Captures, Regex};

/// Messages of Polars, by pattern, and what users read in their place. `$1` is what the pattern has found; types
/// among it are named as in SQL.
const MESSAGES: [(&str, &str); 42] = [
    // Values.
    (
        r"^(?:conversion|strict conversion) from `(.+?)` to `(.+?)` failed in column .*? values?: \[(.*?)\](?s:.*)$",
        "$3 of the type $1 cannot be cast to $2; TRY_CAST gives NULL in its place",
    ),
    (
        r"^could not find an appropriate format to parse (date|time)s.*$",
        "a text is not a $1: write dates as 2024-12-31, timestamps as 2024-12-31 23:59:59 and times as 23:59:59, read \
         others with strptime(text, format), or use TRY_CAST for a NULL in its place",
    ),
    (
        r"^casting from Utf8View to Boolean not supported$",
        "a text that is not true or false cannot be a BOOLEAN; compare it with another text, or use TRY_CAST for a NULL",
    ),
    (r"^cannot cast List type \(inner: '(.+?)', to: '(.+?)'\)$", "a list of $1 cannot be cast to $2"),
    (
        r"^division by zero Decimal$",
        "a remainder of a division of decimals by zero; NULLIF(x, 0) gives NULL in its place",
    ),
    (
        r"^overflow in decimal (addition|subtraction|multiplication|division).*$",
        "the result of a decimal $1 has more than 38 digits; cast to DOUBLE, or to decimals with fewer digits",
    ),
    (
        r"^numeric value out of range: multiplication result scale (\d+) exceeds 38$",
        "the product has $1 digits after the point, and at most 38 fit; cast to decimals with fewer digits, or to DOUBLE",
    ),
    (
        r"^datetime '(.+?)' is non-existent in time zone '(.+?)'.*$",
        "'$1' does not exist in the time zone '$2': clocks skip it",
    ),
    (
        r"^unable to parse time zone: '(.+?)'.*$",
        "there is no time zone '$1'; names are those of the IANA database, as Europe/Paris",
    ),
    // Types.
    (
        r"^cannot compare string with numeric type \((.+?)\)$",
        "a text and a number of the type $1 cannot be compared; write the number without quotes, or CAST one of them",
    ),
    (
        r"^cannot compare 'date/datetime/time' to a string value.*$",
        "a date or time cannot be compared with a text that is not one; write it as '2024-12-31' or '2024-12-31 23:59:59', \
         or CAST one of them",
    ),
    (
        r"^'is_in' cannot check for (.+?) values in List\((.+)\) data$",
        "IN: the list holds $2, and what is looked for is $1; CAST one of them",
    ),
    (
        r"^is_in operation not supported for dtypes `(.+?)` and `list\[(.+)\]`.*$",
        "IN: the list holds $2, and what is looked for is $1; CAST one of them",
    ),
    (
        r"^could not evaluate (?:'.+?' )?comparison between series .*? of dtype: (.+) and series .*? of dtype: (.+)$",
        "$1 and $2 cannot be compared; CAST one of them, or bring both to one time zone",
    ),
    (
        r"^arithmetic on dtypes (.+) and (.+) is not allowed.*$",
        "arithmetic does not take $1 and $2; CAST one of them",
    ),
    (r"^([-+*/%]) not allowed on (.+) and (.+)$", "$1 does not take $2 and $3; CAST one of them"),
    (
        r"^`?(\w+)`? operation not supported for dtypes `(.+?)` and `(.+?)`.*$",
        "$1 does not take $2 and $3; CAST one of them",
    ),
    (r"^rounding .*? operation not supported for dtype `(.+?)`.*$", "ROUND does not take $1; CAST it"),
    (r"^`bit(and|or|xor)` operation not supported for dtype `(.+?)`.*$", "$1 does not take $2; CAST it"),
    (r"^`(\w+)` operation not supported for dtype `(.+?)`.*$", "`$1` does not take $2; CAST it"),
    (
        r"^invalid series dtype: expected `(.+?)`, got `(.+?)`.*$",
        "a value of the type $2 stands where $1 is expected; CAST it",
    ),
    (
        r"^filter predicate must be of type `Boolean`, got `(.+?)`.*$",
        "a condition is a BOOLEAN, and this one a $1; compare it with something",
    ),
    (
        r"^the condition of a join must be a BOOLEAN, and is (.+)$",
        "a condition of ON is a BOOLEAN, and this one a $1; compare it with something",
    ),
    (
        r"^datatypes of join keys don't match - `(.+?)`: (.+?) on left does not match `(.+?)`: (.+?) on right.*$",
        "\"$1\" is $2 and \"$3\" is $4, which cannot be compared; CAST one of them",
    ),
    (
        r"^failed to determine supertype of (.+) and (.+)$",
        "$1 and $2 have no type in common; CAST one of them",
    ),
    (
        r"^expected List(?: or Array|) (?:data )?type.*?, got(?: dtype)?: (.+)$",
        "a list is expected, and this is $1",
    ),
    (r"^`end` must be numeric for `int_ranges`, got (.+)$", "range takes numbers or dates, not $1"),
    // Names.
    (
        r"^'(.+)' should participate in the GROUP BY clause or an aggregate function$",
        "\"$1\" is neither in GROUP BY nor in an aggregate function; write any_value($1) if any of its values will do",
    ),
    (
        r"^no table or struct column named '(.+)' found$",
        "there is no table or struct \"$1\" in FROM; a subquery may use columns of the query around it only in its WHERE, \
         in comparisons of two columns that are joined by AND",
    ),
    (
        r"^(GROUP|ORDER) BY ordinal value must refer to a valid column; found (.+)$",
        "$1 BY $2: there is no column of that number",
    ),
    (
        r"^named window '(.+)' was not found$",
        "there is no window \"$1\"; declare it: WINDOW $1 AS (PARTITION BY …)",
    ),
    // Forms.
    (
        r"^aggregation 'item' expected no or a single value, got (.+) values$",
        "a subquery in the place of a value gave $1 rows; add LIMIT 1, an aggregate or a condition",
    ),
    (
        r"^SQL subquery returns more than one column$",
        "a subquery in the place of a value, or after IN, has one column",
    ),
    (
        r"^EXISTS subquery is not currently supported in this position(?s:.*)$",
        "this EXISTS is not supported: a subquery may use columns of the query around it only in its WHERE, in \
         comparisons of two columns that are joined by AND",
    ),
    (
        r"^DATE_TRUNC cannot determine the type(?s:.*)$",
        "date_trunc cannot tell whether its argument is a date; select the argument in a subquery in FROM",
    ),
    (r"^offset must be an integer.*$", "the offset of LAG and LEAD is a number that is written out"),
    (
        r"^invalid interval(?s:.*)$",
        "this is not an INTERVAL; write INTERVAL 3 DAY or INTERVAL '3 days 2 hours'",
    ),
    (r"^join type '(\w+)(?s:.*)$", "a join of the kind $1 is not supported"),
    (
        r"^(?:expression|array element|value|unary operator|unary op|operator) (?s:.*)(?:not (?:currently )?supported|not a supported literal type)(?s:.*)$",
        "an expression of this form is not supported",
    ),
    (r"^cannot parse (literal|boolean):? (?s:.*)$", "a $1 is expected"),
    (
        r"^(dot-notation|complex) field access(?s:.*)$",
        "a field of this expression cannot be taken; name the expression in a subquery",
    ),
    (r"^'Expr: .*' not allowed in this context/location$", "* cannot stand here"),
];

/// `text` in words for users.
pub fn reworded(text: &str) -> String {
    for (pattern, words) in MESSAGES {
        let pattern = Regex::new(pattern).expect("a pattern of ours");
        if let Some(found) = pattern.captures(text) {
            return filled(words, &found);
        }
    }
    text.to_string()
}

fn filled(words: &str, found: &Captures) -> String {
    let mut filled = words.to_string();
    for (n, group) in found.iter().enumerate().skip(1) {
        let value = group.map_or("", |group| group.as_str());
        filled = filled.replace(&format!("${n}"), &sql_type(value));
    }
    filled
}

/// The name in SQL of a type as Polars prints it, in one of its four ways; another text as it is.
fn sql_type(text: &str) -> String {
    let name = match text {
        "i8" | "Int8" => "TINYINT",
        "i16" | "Int16" => "SMALLINT",
        "i32" | "Int32" => "INTEGER",
        "i64" | "Int64" => "BIGINT",
        "i128" | "Int128" => "HUGEINT",
        "u8" | "UInt8" => "UTINYINT",
        "u16" | "UInt16" => "USMALLINT",
        "u32" | "UInt32" => "UINTEGER",
        "u64" | "UInt64" => "UBIGINT",
        "f32" | "Float32" => "FLOAT",
        "f64" | "Float64" => "DOUBLE",
        "str" | "String" | "Utf8View" => "VARCHAR",
        "bool" | "Boolean" => "BOOLEAN",
        "binary" | "Binary" => "BLOB",
        "date" | "Date" => "DATE",
        "time" | "Time" => "TIME",
        "null" | "Null" => "NULL",
        "dyn int" | "Unknown(Int)" => "a whole number",
        "dyn float" | "Unknown(Float)" => "a number",
        text if text.starts_with("Unknown(Int") => "a whole number",
        text => {
            let low = text.to_ascii_lowercase();
            let inside = |open: char, close: char| {
                let (_, rest) = text.split_once(open)?;
                rest.strip_suffix(close)
            };
            if low.starts_with("decimal") {
                let digits = inside('[', ']').or_else(|| inside('(', ')')).unwrap_or("38,0");
                return format!("DECIMAL({})", digits.replace(' ', ""));
            }
            if low.starts_with("list[") || low.starts_with("list(") {
                let element = inside('[', ']').or_else(|| inside('(', ')')).unwrap_or_default();
                return format!("{}[]", sql_type(element));
            }
            if low.starts_with("datetime") {
                let has_zone = text.contains(',') && !text.ends_with("None)");
                return if has_zone { "TIMESTAMP WITH TIME ZONE" } else { "TIMESTAMP" }.to_string();
            }
            if low.starts_with("duration") {
                return "INTERVAL".to_string();
            }
            if low.starts_with("struct[") || low.starts_with("struct(") {
                return "STRUCT".to_string();
            }
            return text.to_string();
        }
    };
    name.to_string()
}

/// A column that is not there, with the names that are like it: of `unable to find column "nam"; valid columns:
/// ["id", "name"]`, and of `no column named 'nam' found in table 'people'`.
pub fn missing_column(text: &str) -> Option<String> {
    if let Some(rest) = text.strip_prefix("unable to find column \"") {
        let (name, rest) = rest.split_once('"')?;
        let known = rest.split_once('[').map_or("", |(_, known)| known.trim_end_matches([']', '"']));
        let known: Vec<&str> =
            known.trim_start_matches('"').split("\", \"").filter(|name| !name.is_empty()).collect();
        return Some(no_column(name, &known));
    }
    let rest = text.strip_prefix("no column named '")?;
    let (name, table) = rest.split_once("' found in table ")?;
    Some(format!("there is no column \"{name}\" in {}", table.replace('\'', "\"")))
}

const MOST_NAMES: usize = 20;

fn no_column(name: &str, known: &[&str]) -> String {
    // The field behind a table's name is what is misspelled.
    let last = name.rsplit('.').next().unwrap_or(name);
    let near = polaroid_sql::near::names(last, known.iter().copied());
    let names: Vec<String> = near.iter().map(|name| format!("\"{name}\"")).collect();
    if !names.is_empty() {
        return format!("there is no column \"{name}\"; there is {}", names.join(", "));
    }
    match known {
        [] => format!("there is no column \"{name}\", as there is nothing in FROM"),
        known => {
            let more = known.len().saturating_sub(MOST_NAMES);
            let names = known.iter().take(MOST_NAMES).map(|name| format!("\"{name}\"")).collect::<Vec<_>>();
            let more = if more > 0 { format!(", and {more} more") } else { String::new() };
            format!("there is no column \"{name}\"; there are {}{more}", names.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_those_of_sql() {
        for (text, words) in [
            (
                "conversion from `str` to `i32` failed in column 'scalar' for 1 out of 1 values: [\"x\"]",
                "\"x\" of the type VARCHAR cannot be cast to INTEGER; TRY_CAST gives NULL in its place",
            ),
            (
                "conversion from `decimal[6,3]` to `decimal[4,2]` failed in column 'a' for 2 out of 9 values: [123.456]\n\nDid not show all",
                "123.456 of the type DECIMAL(6,3) cannot be cast to DECIMAL(4,2); TRY_CAST gives NULL in its place",
            ),
            (
                "arithmetic on dtypes dyn int and str is not allowed (lhs: expression `dyn int: 0`, rhs: column 'name'); try",
                "arithmetic does not take a whole number and VARCHAR; CAST one of them",
            ),
            (
                "'is_in' cannot check for Int64 values in List(String) data",
                "IN: the list holds VARCHAR, and what is looked for is BIGINT; CAST one of them",
            ),
            (
                "could not evaluate '>' comparison between series 'a' of dtype: Datetime('μs', 'UTC') and series 'b' of dtype: Datetime('μs')",
                "TIMESTAMP WITH TIME ZONE and TIMESTAMP cannot be compared; CAST one of them, or bring both to one time zone",
            ),
            ("`abs` operation not supported for dtype `list[str]`", "`abs` does not take VARCHAR[]; CAST it"),
            (
                "expression Collate { expr: \"is not supported\" } is not currently supported",
                "an expression of this form is not supported",
            ),
            ("something else", "something else"),
        ] {
            assert_eq!(reworded(text), words);
        }
    }

    #[test]
    fn near_columns_are_named() {
        for (text, words) in [
            (
                "unable to find column \"nam\"; valid columns: [\"id\", \"name\"]",
                "there is no column \"nam\"; there is \"name\"",
            ),
            (
                "unable to find column \"nope\"; valid columns: [\"id\", \"city\"]",
                "there is no column \"nope\"; there are \"id\", \"city\"",
            ),
            (
                "unable to find column \"a\"; valid columns: []",
                "there is no column \"a\", as there is nothing in FROM",
            ),
            ("no column named 'nam' found in table 'p'", "there is no column \"nam\" in \"p\""),
        ] {
            assert_eq!(missing_column(text).as_deref(), Some(words));
        }
    }
}
