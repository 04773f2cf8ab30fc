//! JSON in text.
//!
//! A path that begins with `$` is a JSON path (`$.a."b c"[1][#-1]`, `[*]` and `.*` for all); one that begins
//! with `/` is a JSON pointer; any other text is one key, and a number is a place from 0.

use std::fmt::{self, Write as _};

use polars::prelude::*;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use super::args::{Args, Constant, Value1, native, on_text, on_texts};
use super::{Function, function};

pub static FUNCTIONS: &[Function] = &[
    function("json_extract", (2, 2), extract),
    function("json_extract_string", (2, 2), extract_string),
    function("json_value", (2, 2), |args| {
        of_path(args, 1, |json| (!json.is_nested() && !matches!(json, Json::Null)).then(|| json.to_string()))
    }),
    function("json_exists", (2, 2), |args| {
        single(args, 1)?;
        with_path(args, Some(1), |found| Ok(Some(!found.is_empty())), Some(false))
    }),
    function("json_array_length", (1, 2), |args| {
        let length = |json: &Json| match json {
            Json::Array(values) => values.len() as u64,
            _ => 0,
        };
        if args.len() == 2 {
            single(args, 1)?;
        }
        let path = (args.len() == 2).then_some(1);
        with_path(args, path, move |found| Ok(found.first().map(|json| length(json))), None)
    }),
    function("json_keys", (1, 2), |args| {
        let keys = |json: &Json| match json {
            Json::Object(fields) => fields.iter().map(|(key, _)| Some(key.clone())).collect(),
            _ => Vec::new(),
        };
        if args.len() == 2 {
            single(args, 1)?;
        }
        let path = (args.len() == 2).then_some(1);
        with_path(args, path, move |found| Ok(found.first().map(|json| keys(json))), None)
    }),
    function("json_type", (1, 2), |args| {
        if args.len() == 2 {
            single(args, 1)?;
        }
        let path = (args.len() == 2).then_some(1);
        with_path(args, path, |found| Ok(found.first().map(|json| json.type_name().to_string())), None)
    }),
    function("to_json", (1, 1), to_json),
    function("json_valid", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |text| {
            Ok(Some(serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()))
        }))
    }),
    function("json", (1, 1), |args| Ok(on_text(args.text(0)?, |text| Ok(Some(parse(text)?.to_string()))))),
    function("json_pretty", (1, 1), |args| {
        Ok(on_text(args.text(0)?, |text| {
            let mut out = String::new();
            parse(text)?.pretty(&mut out, 0);
            Ok(Some(out))
        }))
    }),
    function("json_contains", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |text, needle| {
            Ok(Some(parse(text)?.contains(&parse(needle)?)))
        }))
    }),
    function("json_merge_patch", (2, 2), |args| {
        Ok(on_texts(args.text(0)?, args.text(1)?, |text, patch| {
            Ok(Some(parse(text)?.patched(parse(patch)?).to_string()))
        }))
    }),
];

/// A JSON value: its keys are in their order, also those that are there twice.
#[derive(Clone, Debug, PartialEq)]
enum Json {
    Null,
    Boolean(bool),
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;

        impl<'de> Visitor<'de> for Values {
            type Value = Json;

            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("JSON")
            }

            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Boolean(value))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(u64::try_from(value).map_or(Json::Signed(value), Json::Unsigned))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Unsigned(value))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Float(value))
            }

            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Text(value.to_string()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Json, A::Error> {
                let mut array = Vec::new();
                while let Some(value) = values.next_element()? {
                    array.push(value);
                }
                Ok(Json::Array(array))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Json, A::Error> {
                let mut object = Vec::new();
                while let Some(field) = fields.next_entry()? {
                    object.push(field);
                }
                Ok(Json::Object(object))
            }
        }

        deserializer.deserialize_any(Values)
    }
}

impl fmt::Display for Json {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Null => formatter.write_str("null"),
            Self::Boolean(value) => write!(formatter, "{value}"),
            Self::Signed(value) => write!(formatter, "{value}"),
            Self::Unsigned(value) => write!(formatter, "{value}"),
            Self::Float(value) => formatter.write_str(&number(*value)),
            Self::Text(text) => formatter.write_str(&quoted(text)),
            Self::Array(values) => {
                formatter.write_char('[')?;
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        formatter.write_char(',')?;
                    }
                    write!(formatter, "{value}")?;
                }
                formatter.write_char(']')
            }
            Self::Object(fields) => {
                formatter.write_char('{')?;
                for (i, (key, value)) in fields.iter().enumerate() {
                    if i > 0 {
                        formatter.write_char(',')?;
                    }
                    write!(formatter, "{}:{value}", quoted(key))?;
                }
                formatter.write_char('}')
            }
        }
    }
}

/// A float as JSON: `1.0`, `0.00001`, `1e-7`, `1e21`.
fn number(value: f64) -> String {
    if value != 0.0 && !(1e-6..1e21).contains(&value.abs()) {
        return format!("{value:e}");
    }
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}

/// A JSON string.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

impl Json {
    fn is_nested(&self) -> bool {
        matches!(self, Self::Array(_) | Self::Object(_))
    }

    /// The text of a string, and JSON of others; None for null.
    fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "NULL",
            Self::Boolean(_) => "BOOLEAN",
            Self::Signed(_) => "BIGINT",
            Self::Unsigned(_) => "UBIGINT",
            Self::Float(_) => "DOUBLE",
            Self::Text(_) => "VARCHAR",
            Self::Array(_) => "ARRAY",
            Self::Object(_) => "OBJECT",
        }
    }

    fn pretty(&self, out: &mut String, depth: usize) {
        let line = |out: &mut String, depth: usize| {
            out.push('\n');
            out.push_str(&"    ".repeat(depth));
        };
        match self {
            Self::Array(values) if !values.is_empty() => {
                out.push('[');
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    value.pretty(out, depth + 1);
                }
                line(out, depth);
                out.push(']');
            }
            Self::Object(fields) if !fields.is_empty() => {
                out.push('{');
                for (i, (key, value)) in fields.iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    line(out, depth + 1);
                    out.push_str(&quoted(key));
                    out.push_str(": ");
                    value.pretty(out, depth + 1);
                }
                line(out, depth);
                out.push('}');
            }
            other => out.push_str(&other.to_string()),
        }
    }

    fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether `needle` is this, a part of it, or in it.
    fn contains(&self, needle: &Self) -> bool {
        let covers = match (self, needle) {
            (Self::Object(_), Self::Object(wanted)) => {
                wanted.iter().all(|(key, value)| self.get(key).is_some_and(|found| found.contains(value)))
            }
            (Self::Array(values), Self::Array(wanted)) => {
                wanted.iter().all(|wanted| values.iter().any(|value| value.contains(wanted)))
            }
            (a, b) => a == b,
        };
        covers
            || match self {
                Self::Array(values) => values.iter().any(|value| value.contains(needle)),
                Self::Object(fields) => fields.iter().any(|(_, value)| value.contains(needle)),
                _ => false,
            }
    }

    /// RFC 7386.
    fn patched(self, patch: Self) -> Self {
        let Self::Object(changes) = patch else { return patch };
        let mut fields = if let Self::Object(fields) = self { fields } else { Vec::new() };
        let mut changed = Vec::new();
        for (key, change) in changes {
            let old = fields.iter().position(|(name, _)| *name == key).map(|place| fields.remove(place).1);
            if change != Self::Null {
                changed.push((key, old.unwrap_or(Self::Null).patched(change)));
            }
        }
        fields.extend(changed);
        Self::Object(fields)
    }
}

fn parse(text: &str) -> PolarsResult<Json> {
    serde_json::from_str(text).map_err(|error| polars_err!(ComputeError: "malformed JSON: {error}"))
}

#[derive(Clone, Debug, PartialEq)]
enum Step {
    Key(String),
    Place(usize),
    FromEnd(usize),
    AllElements,
    AllFields,
}

fn path(text: &str) -> PolarsResult<Vec<Step>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(pointer) = text.strip_prefix('/') {
        return Ok(pointer
            .split('/')
            .map(|part| Step::Key(part.replace("~1", "/").replace("~0", "~")))
            .collect());
    }
    let Some(mut rest) = text.strip_prefix('$') else { return Ok(vec![Step::Key(text.to_string())]) };
    let wrong = || polars_err!(ComputeError: "the JSON path '{text}' is not one");
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            if let Some(after) = after.strip_prefix('*') {
                steps.push(Step::AllFields);
                rest = after;
            } else if let Some(after) = after.strip_prefix('"') {
                let end = after.find('"').ok_or_else(wrong)?;
                steps.push(Step::Key(after[..end].to_string()));
                rest = &after[end + 1..];
            } else {
                let end = after.find(['.', '[']).unwrap_or(after.len());
                if end == 0 || after[..end].contains(['*', '"', ']']) {
                    return Err(wrong());
                }
                steps.push(Step::Key(after[..end].to_string()));
                rest = &after[end..];
            }
        } else if let Some(after) = rest.strip_prefix('[') {
            let end = after.find(']').ok_or_else(wrong)?;
            let inside = &after[..end];
            let number = |text: &str| text.parse::<usize>().map_err(|_| wrong());
            steps.push(if inside == "*" {
                Step::AllElements
            } else if let Some(back) = inside.strip_prefix("#-").or_else(|| inside.strip_prefix('-')) {
                Step::FromEnd(number(back)?)
            } else {
                Step::Place(number(inside)?)
            });
            rest = &after[end + 1..];
        } else {
            return Err(wrong());
        }
    }
    Ok(steps)
}

fn is_wild(steps: &[Step]) -> bool {
    steps.iter().any(|step| matches!(step, Step::AllElements | Step::AllFields))
}

fn element(values: &[Json], place: usize) -> Option<&Json> {
    values.get(place)
}

/// What is at a path.
fn walk<'a>(json: &'a Json, steps: &[Step], pointer: bool, found: &mut Vec<&'a Json>) {
    let Some((step, rest)) = steps.split_first() else {
        found.push(json);
        return;
    };
    let next: Vec<&Json> = match (json, step) {
        (Json::Object(_), Step::Key(key)) => json.get(key).into_iter().collect(),
        (Json::Array(values), Step::Key(key)) if pointer => {
            key.parse().ok().and_then(|place| element(values, place)).into_iter().collect()
        }
        (Json::Array(values), Step::Place(place)) => element(values, *place).into_iter().collect(),
        (Json::Array(values), Step::FromEnd(back)) => {
            let place = values.len().checked_sub(*back);
            place.and_then(|place| element(values, place)).into_iter().collect()
        }
        (Json::Array(values), Step::AllElements) => values.iter().collect(),
        (Json::Object(fields), Step::AllFields) => fields.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    };
    for json in next {
        walk(json, rest, pointer, found);
    }
}

/// The last path, as there is mostly one.
#[derive(Default)]
struct Paths(Option<(String, Vec<Step>)>);

impl Paths {
    fn get(&mut self, text: &str) -> PolarsResult<&[Step]> {
        if self.0.as_ref().is_none_or(|(known, _)| known != text) {
            self.0 = Some((text.to_string(), path(text)?));
        }
        Ok(self.0.as_ref().map(|(_, steps)| steps.as_slice()).unwrap_or_default())
    }
}

/// The path of argument `i`: a text, or a number, which is the place of an element.
fn path_of(args: &Args, i: usize) -> PolarsResult<Expr> {
    match args.dtype(i) {
        dtype if dtype.is_integer() => {
            let place = args.integer(i)?;
            Ok(native(vec![place], DataType::String, |series| {
                String::collect(
                    series[0].i64()?.iter().map(|place| Ok(place.map(|place| format!("$[{place}]")))),
                )
            }))
        }
        _ => args.text(i),
    }
}

/// Refuses a path with `*`, which would give a list.
fn single(args: &Args, i: usize) -> PolarsResult<()> {
    if let Some(Constant::Text(text)) = args.constant(i)
        && is_wild(&path(text)?)
    {
        polars_bail!(ComputeError: "{}: the path '{text}' is one of several values", args.name);
    }
    Ok(())
}

/// A function on what is at a path, or on the whole.
fn with_path<T: Value1>(
    args: &Args,
    place: Option<usize>,
    function: impl Fn(&[&Json]) -> PolarsResult<Option<T>> + Send + Sync + 'static,
    nothing: Option<bool>,
) -> PolarsResult<Expr> {
    let json = args.text(0)?;
    let Some(place) = place else {
        return Ok(on_text(json, move |text| function(&[&parse(text)?])));
    };
    let name = args.name;
    let wild_is_list = T::dtype() == DataType::List(Box::new(DataType::String)) && nothing.is_none();
    let keys = name == "json_keys";
    Ok(native(vec![json, path_of(args, place)?], T::dtype(), move |series| {
        let mut paths = Paths::default();
        T::collect(series[0].str()?.iter().zip(series[1].str()?.iter()).map(|row| {
            let (Some(text), Some(at)) = row else { return Ok(None) };
            let json = parse(text)?;
            let steps = paths.get(at)?;
            if is_wild(steps) && (!wild_is_list || keys) {
                polars_bail!(ComputeError: "{name}: write the path '{at}' out as a constant");
            }
            let mut found = Vec::new();
            walk(&json, steps, at.starts_with('/'), &mut found);
            function(&found)
        }))
    }))
}

/// What is at a path, each as text; a list if the path is one of several values, or if there are several.
fn of_path(
    args: &Args,
    place: usize,
    text: impl Fn(&Json) -> Option<String> + Send + Sync + 'static,
) -> PolarsResult<Expr> {
    match args.known(place) {
        Some(Constant::Texts(all)) => {
            let all = all
                .iter()
                .map(|text| Ok((path(text)?, text.starts_with('/'))))
                .collect::<PolarsResult<Vec<_>>>()?;
            if all.iter().any(|(steps, _)| is_wild(steps)) {
                polars_bail!(ComputeError: "{}: one of several paths is of several values", args.name);
            }
            Ok(on_text(args.text(0)?, move |json| {
                let json = parse(json)?;
                let values = all.iter().map(|(steps, pointer)| {
                    let mut found = Vec::new();
                    walk(&json, steps, *pointer, &mut found);
                    found.first().and_then(|json| text(json))
                });
                Ok(Some(values.collect::<Vec<_>>()))
            }))
        }
        Some(Constant::Text(at)) if is_wild(&path(at)?) => with_path(
            args,
            Some(place),
            move |found| Ok(Some(found.iter().map(|json| text(json)).collect::<Vec<_>>())),
            None,
        ),
        _ => with_path(args, Some(place), move |found| Ok(found.first().and_then(|json| text(json))), None),
    }
}

/// A field of a struct, or an element of a list.
fn of_nested(args: &Args) -> PolarsResult<Option<Expr>> {
    match args.dtype(0) {
        DataType::Struct(fields) => {
            let name = args.known_text(1)?;
            let mut steps = path(name)?;
            let Some(Step::Key(key)) = steps.pop().filter(|_| steps.is_empty()) else {
                polars_bail!(ComputeError: "{}: of a struct, name a field", args.name)
            };
            let Some(field) = fields.iter().find(|field| field.name().as_str() == key) else {
                polars_bail!(ComputeError: "{}: there is no field '{key}'", args.name)
            };
            Ok(Some(args.col(0).struct_().field_by_names([field.name().clone()])))
        }
        DataType::List(_) | DataType::Array(..) => {
            Ok(Some(args.list(0)?.0.list().get(args.integer(1)?, true)))
        }
        _ => Ok(None),
    }
}

/// Whether `to_json` takes values of a type.
fn is_plain(dtype: &DataType) -> bool {
    match dtype {
        DataType::List(inner) => is_plain(inner),
        DataType::Struct(fields) => fields.iter().all(|field| is_plain(field.dtype())),
        DataType::Int128 | DataType::UInt128 => false,
        dtype => {
            dtype.is_integer() || dtype.is_float() || dtype.is_bool() || dtype.is_string() || dtype.is_null()
        }
    }
}

/// A value as JSON. Text is a string, also if it is JSON.
fn to_json(args: &Args) -> PolarsResult<Expr> {
    if !is_plain(args.dtype(0)) {
        return args.wrong(0);
    }
    Ok(native(vec![args.col(0)], DataType::String, |series| {
        let values = &series[0];
        String::collect((0..values.len()).map(|row| match values.get(row)? {
            AnyValue::Null => Ok(None),
            value => Ok(Some(json_of(&value, values.dtype())?.to_string())),
        }))
    }))
}

fn json_of(value: &AnyValue, dtype: &DataType) -> PolarsResult<Json> {
    Ok(match (value, dtype) {
        (AnyValue::Null, _) => Json::Null,
        (AnyValue::Boolean(value), _) => Json::Boolean(*value),
        (AnyValue::String(text), _) => Json::Text((*text).to_string()),
        (AnyValue::StringOwned(text), _) => Json::Text(text.to_string()),
        (AnyValue::UInt64(value), _) => Json::Unsigned(*value),
        (AnyValue::Float32(value), _) => Json::Float(f64::from(*value)),
        (AnyValue::Float64(value), _) => Json::Float(*value),
        (AnyValue::List(values), _) => {
            let elements = (0..values.len()).map(|i| json_of(&values.get(i)?, values.dtype()));
            Json::Array(elements.collect::<PolarsResult<_>>()?)
        }
        (value, DataType::Struct(fields)) => {
            let values: Vec<AnyValue> = value._iter_struct_av().collect();
            let fields = fields.iter().zip(&values);
            let fields =
                fields.map(|(field, value)| Ok((field.name().to_string(), json_of(value, field.dtype())?)));
            Json::Object(fields.collect::<PolarsResult<_>>()?)
        }
        (value, _) => match value.extract::<i64>() {
            Some(number) => Json::Signed(number),
            None => polars_bail!(ComputeError: "to_json: a value of an unknown type"),
        },
    })
}

fn extract(args: &Args) -> PolarsResult<Expr> {
    match of_nested(args)? {
        Some(value) => Ok(value),
        None => of_path(args, 1, |json| Some(json.to_string())),
    }
}

fn extract_string(args: &Args) -> PolarsResult<Expr> {
    match of_nested(args)? {
        Some(value) => Ok(value.cast(DataType::String)),
        None => of_path(args, 1, Json::to_text),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{error, value};

    const J: &str = r#"'{"a": {"b": [1, "x"]}, "c": "y", "d": null, "e": 1e3, "c": 2}'"#;

    #[test]
    fn extracts() {
        for (path, json, text) in [
            ("'$.a.b[1]'", "\"x\"", "x"),
            ("'a'", "{\"b\":[1,\"x\"]}", "{\"b\":[1,\"x\"]}"),
            ("'c'", "\"y\"", "y"),
            ("'$.d'", "null", "null"),
            ("'$.e'", "1000.0", "1000.0"),
            ("'/a/b/0'", "1", "1"),
            ("'$.a.b[#-1]'", "\"x\"", "x"),
            ("'$.\"c\"'", "\"y\"", "y"),
            ("'nope'", "null", "null"),
            ("'/c'", "\"y\"", "y"),
            ("0", "null", "null"),
        ] {
            assert_eq!(value(&format!("json_extract({J}, {path})")), json, "{path}");
            assert_eq!(value(&format!("json_extract_string({J}, {path})")), text, "{path}");
        }
        assert_eq!(value(&format!("len(json_extract({J}, '$.a.b[*]'))")), "2");
        assert_eq!(value(&format!("len(json_extract({J}, ['a', 'c', 'z']))")), "3");
        assert_eq!(value("json_extract('[1, 2]', 1)"), "2");
        assert!(error("json_extract('{', 'a')").contains("malformed"));
        assert!(error("json_extract('{}', '$a')").contains("path"));
        assert_eq!(value("json_extract(struct_pack('x', a), 'x')"), "1");
    }

    #[test]
    fn others() {
        for (sql, expected) in [
            ("json_array_length('[1,2]')", "2"),
            ("json_array_length('5')", "0"),
            ("json_array_length('[1]', '$.x')", "null"),
            ("json_array_length('{\"a\":[1]}', 'a')", "1"),
            ("len(json_keys('{\"a\":1,\"a\":2}'))", "2"),
            ("json_type('-1')", "BIGINT"),
            ("json_type('1')", "UBIGINT"),
            ("json_type('{\"a\":null}', 'a')", "NULL"),
            ("json_valid('{a:1}')", "false"),
            ("json_valid(' 1 ')", "true"),
            ("json('[1e20,1e-5,1.5e-7,1e21]')", "[100000000000000000000.0,0.00001,1.5e-7,1e21]"),
            ("to_json(a)", "1"),
            ("to_json(struct_pack('x', a, 'y', 'b\"'))", "{\"x\":1,\"y\":\"b\\\"\"}"),
            ("to_json([1, NULL])", "[1,null]"),
            ("json_exists('{\"a\":null}', '$.a')", "true"),
            ("json_exists('{\"a\":1}', 'b')", "false"),
            ("json_contains('{\"a\":[1,2,{\"b\":3}]}', '{\"b\":3}')", "true"),
            ("json_contains('[1]', '1.0')", "false"),
            ("json('{ \"a\" : [ 1 ] }')", "{\"a\":[1]}"),
            (
                "json_merge_patch('{\"a\":1,\"b\":{\"c\":1}}', '{\"b\":{\"c\":null,\"d\":2},\"a\":3}')",
                "{\"b\":{\"d\":2},\"a\":3}",
            ),
            ("json_pretty('{\"a\":[1],\"b\":{}}')", "{\n    \"a\": [\n        1\n    ],\n    \"b\": {}\n}"),
        ] {
            assert_eq!(value(sql), expected, "{sql}");
        }
    }
}
