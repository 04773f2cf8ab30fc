//! Bind parameters: values that a request sends beside its statement, put into the tree as literals.
//!
//! `$1` and `?` take an array, `$name` and `:name` an object. A statement uses one of the four, and
//! each value at least once. A value is `null`, a boolean, a number, a string, or, for what JSON has
//! no word for, `{"type": "date", "value": "2025-01-01"}`.
//!
//! | type | value | in the tree |
//! |---|---|---|
//! | none | `12`, `1.50`, `1e3` | the number as it was sent, to the last digit |
//! | `bigint`, `integer`, … `hugeint`, unsigned ones | a number or a string of digits | a number; a `CAST` where the type is not 64 bits |
//! | `decimal` | a number or string | `CAST('1.50' AS DECIMAL(3,2))` |
//! | `double`, `float` | a number, `"NaN"`, `"Infinity"`, `"-Infinity"` | `CAST('1.5' AS DOUBLE)` |
//! | `varchar`, `boolean` | a string, a boolean | a literal |
//! | `date`, `time`, `timestamp`, `timestamptz` | ISO 8601 | `CAST('2025-01-01' AS DATE)` |
//! | `interval` | `"3 days 2 hours"` | `INTERVAL '…'` |
//! | `blob` | base64 | `X'…'` |
//!
//! A value is never text of the statement: whatever a string holds, it stays one literal.

pub mod declared;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::ControlFlow;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor as SerdeVisitor};
use serde_json::value::RawValue;
use sqlparser::ast::{
    CastKind, DataType, ExactNumberInfo, Expr, Interval, Statement, TimezoneInfo, UnaryOperator, Value,
    ValueWithSpan, VisitorMut,
};
use sqlparser::tokenizer::{Location, Span};

use crate::walk::walk_mut;
use crate::{Refusal, Result};

/// The values of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Params {
    #[default]
    None,
    Positional(Vec<Param>),
    Named(BTreeMap<String, Param>),
}

/// A value that passed the checks of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param(Literal);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Literal {
    Null,
    Boolean(bool),
    /// Digits, as JSON writes numbers.
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    Interval(String),
    /// A literal that needs a type.
    Cast(Value, DataType),
}

/// Puts `params` in the place of the placeholders of `statement`.
///
/// # Errors
/// A placeholder without a value, a value without a placeholder, or two styles of placeholders.
pub fn bind(statement: &mut Statement, params: &Params) -> Result<()> {
    let mut found = Found::default();
    let _ = walk_mut(statement, &mut found);
    let style = found.style()?;
    match (style, params) {
        (None, Params::None) => return Ok(()),
        (None, Params::Positional(values)) if values.is_empty() => return Ok(()),
        (None, Params::Named(values)) if values.is_empty() => return Ok(()),
        (None, _) => {
            return Err(Refusal::new("the request has parameters, and the statement has no placeholder"));
        }
        (Some(_), _) => {}
    }
    let places: Vec<(Span, String)> = found.places.into_iter().collect();
    let mut values: BTreeMap<Span2, Expr> = BTreeMap::new();
    let mut used = BTreeSet::new();
    for (n, (span, text)) in places.iter().enumerate() {
        let missing = |message: String| Refusal::new(message).at_span(*span);
        let value = match (style, params) {
            (Some(Style::Mark | Style::Number), Params::Named(_)) => {
                return Err(missing(format!(
                    "{text} takes an array of parameters, and the request has an object"
                )));
            }
            (Some(Style::Dollar | Style::Colon), Params::Positional(_)) => {
                return Err(missing(format!(
                    "{text} takes an object of parameters, and the request has an array"
                )));
            }
            (Some(Style::Mark | Style::Number), params) => {
                let index = if style == Some(Style::Mark) { Some(n) } else { index(text) };
                let values = match params {
                    Params::Positional(values) => &values[..],
                    _ => &[],
                };
                let value = index.and_then(|index| Some((index, values.get(index)?)));
                let Some((index, value)) = value else {
                    let which =
                        if style == Some(Style::Mark) { format!("? number {}", n + 1) } else { text.clone() };
                    return Err(missing(format!(
                        "no value for {which}: the request has {}",
                        count(values.len())
                    )));
                };
                used.insert(index.to_string());
                value
            }
            (_, params) => {
                let name = &text[1..];
                let value = match params {
                    Params::Named(values) => values.get(name),
                    _ => None,
                };
                used.insert(name.to_owned());
                value.ok_or_else(|| missing(format!("no value for {text}")))?
            }
        };
        values.insert(order(*span), value.expr());
    }
    let superfluous = match params {
        Params::None => None,
        Params::Positional(values) => {
            (0..values.len()).find(|n| !used.contains(&n.to_string())).map(|n| (n + 1).to_string())
        }
        Params::Named(values) => {
            values.keys().find(|name| !used.contains(*name)).map(|name| format!("\"{name}\""))
        }
    };
    if let Some(name) = superfluous {
        return Err(Refusal::new(format!("parameter {name} is not used in the statement")));
    }
    match walk_mut(statement, &mut Fill { values }) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(refusal) => Err(refusal),
    }
}

fn count(n: usize) -> String {
    match n {
        0 => "no parameters".to_owned(),
        1 => "1 parameter".to_owned(),
        n => format!("{n} parameters"),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// `?`
    Mark,
    /// `$1`, `?1`
    Number,
    /// `$name`
    Dollar,
    /// `:name`
    Colon,
}

fn style_of(text: &str) -> Option<Style> {
    let rest = text.get(1..)?;
    match (text.as_bytes().first()?, rest) {
        (b'?', "") => Some(Style::Mark),
        (b'?', _) => index(text).map(|_| Style::Number),
        (b'$', rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => index(text).map(|_| Style::Number),
        (b'$', "") | (b':', "") => None,
        (b'$', _) => Some(Style::Dollar),
        (b':', _) => Some(Style::Colon),
        _ => None,
    }
}

/// `$1` is the first.
fn index(text: &str) -> Option<usize> {
    text.get(1..)?.parse::<usize>().ok()?.checked_sub(1)
}

type Span2 = (u64, u64, u64, u64);

/// Spans have no order of their own.
fn order(span: Span) -> Span2 {
    let Span { start: Location { line, column }, end } = span;
    (line, column, end.line, end.column)
}

/// The placeholders, by their places: `BETWEEN SYMMETRIC` has made two of one.
#[derive(Default)]
struct Found {
    places: Places,
}

#[derive(Default)]
struct Places(BTreeMap<Span2, (Span, String)>);

impl IntoIterator for Places {
    type Item = (Span, String);
    type IntoIter = std::collections::btree_map::IntoValues<Span2, (Span, String)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_values()
    }
}

impl VisitorMut for Found {
    type Break = ();

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<()> {
        if let Value::Placeholder(text) = &value.value {
            self.places.0.insert(order(value.span), (value.span, text.clone()));
        }
        ControlFlow::Continue(())
    }
}

impl Found {
    fn style(&self) -> Result<Option<Style>> {
        let mut style = None;
        for (span, text) in self.places.0.values() {
            let refuse = |message: String| Refusal::new(message).at_span(*span);
            let own = style_of(text)
                .ok_or_else(|| refuse(format!("{text} is not a parameter; write $1, ?, $name or :name")))?;
            match style {
                None => style = Some((own, text)),
                Some((first, _)) if first == own => {}
                Some((_, other)) => {
                    return Err(refuse(format!(
                        "{other} and {text} do not go together; use one style of parameters"
                    )));
                }
            }
        }
        Ok(style.map(|(style, _)| style))
    }
}

struct Fill {
    values: BTreeMap<Span2, Expr>,
}

impl VisitorMut for Fill {
    type Break = Refusal;

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Refusal> {
        if let Expr::Value(ValueWithSpan { value: Value::Placeholder(_), span }) = expr
            && let Some(value) = self.values.get(&order(*span))
        {
            *expr = value.clone();
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_value(&mut self, value: &mut ValueWithSpan) -> ControlFlow<Refusal> {
        match &value.value {
            Value::Placeholder(text) => ControlFlow::Break(
                Refusal::new(format!("{text}: a parameter cannot stand here; write the value"))
                    .at_span(value.span),
            ),
            _ => ControlFlow::Continue(()),
        }
    }
}

impl Param {
    fn expr(&self) -> Expr {
        match &self.0 {
            Literal::Null => Expr::value(Value::Null),
            Literal::Boolean(value) => Expr::value(Value::Boolean(*value)),
            Literal::Number(text) => number(text),
            Literal::Text(text) => Expr::value(Value::SingleQuotedString(text.clone())),
            Literal::Bytes(bytes) => {
                Expr::value(Value::HexStringLiteral(bytes.iter().map(|byte| format!("{byte:02x}")).collect()))
            }
            Literal::Interval(text) => Expr::Interval(Interval {
                value: Box::new(Expr::value(Value::SingleQuotedString(text.clone()))),
                leading_field: None,
                leading_precision: None,
                last_field: None,
                fractional_seconds_precision: None,
            }),
            Literal::Cast(value, data_type) => Expr::Cast {
                kind: CastKind::Cast,
                expr: Box::new(match value {
                    Value::Number(text, _) => number(text),
                    value => Expr::value(value.clone()),
                }),
                data_type: data_type.clone(),
                array: false,
                format: None,
            },
        }
    }
}

/// The parser has no negative literals; the parentheses keep the sign by its number.
fn number(text: &str) -> Expr {
    match text.strip_prefix('-') {
        None => Expr::value(Value::Number(text.to_owned(), false)),
        Some(text) => Expr::Nested(Box::new(Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: Box::new(Expr::value(Value::Number(text.to_owned(), false))),
        })),
    }
}

impl<'de> Deserialize<'de> for Params {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        parse(raw.get()).map_err(D::Error::custom)
    }
}

fn parse(json: &str) -> std::result::Result<Params, String> {
    match json.as_bytes().first() {
        Some(b'[') => {
            let values: Vec<&RawValue> = serde_json::from_str(json).map_err(|error| error.to_string())?;
            let values = values.iter().enumerate();
            let values = values
                .map(|(n, raw)| param(raw.get()).map_err(|error| format!("parameter {}: {error}", n + 1)));
            Ok(Params::Positional(values.collect::<std::result::Result<_, _>>()?))
        }
        Some(b'{') => {
            let Members(values) = serde_json::from_str(json).map_err(|error| error.to_string())?;
            let values = values.into_iter().map(|(name, raw)| {
                let value = param(raw.get()).map_err(|error| format!("parameter \"{name}\": {error}"))?;
                Ok::<_, String>((name, value))
            });
            Ok(Params::Named(values.collect::<std::result::Result<_, _>>()?))
        }
        Some(b'n') => Ok(Params::None),
        _ => Err("parameters are an array, for $1 and ?, or an object, for $name and :name".to_owned()),
    }
}

/// An object, with each name once.
struct Members(BTreeMap<String, Box<RawValue>>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Each;
        impl<'de> SerdeVisitor<'de> for Each {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Members, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((name, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    if members.insert(name.clone(), value).is_some() {
                        return Err(A::Error::custom(format!("\"{name}\" is there twice")));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Each)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Typed {
    #[serde(rename = "type")]
    kind: String,
    value: Box<RawValue>,
}

/// A value inside `{"type": …}`, or one without.
enum Json {
    Null,
    Boolean(bool),
    Number(String),
    Text(String),
}

fn json(raw: &str) -> Option<Json> {
    Some(match raw.as_bytes().first()? {
        b'n' => Json::Null,
        b't' => Json::Boolean(true),
        b'f' => Json::Boolean(false),
        b'"' => Json::Text(serde_json::from_str(raw).ok()?),
        b'-' | b'0'..=b'9' => Json::Number(raw.to_owned()),
        _ => return None,
    })
}

fn param(raw: &str) -> std::result::Result<Param, String> {
    let literal = match json(raw) {
        Some(Json::Null) => Literal::Null,
        Some(Json::Boolean(value)) => Literal::Boolean(value),
        Some(Json::Number(text)) => plain_number(&text)?,
        Some(Json::Text(text)) => Literal::Text(text),
        None if raw.starts_with('{') => {
            let typed: Typed = serde_json::from_str(raw).map_err(|error| error.to_string())?;
            let kind = typed.kind.to_ascii_lowercase();
            let value =
                json(typed.value.get()).ok_or("the value of a type is a string, a number or a boolean")?;
            typed_literal(&kind, value).map_err(|error| format!("{}: {error}", typed.kind))?
        }
        None => return Err("lists are not taken; send one parameter for each element: [$1, $2]".to_owned()),
    };
    Ok(Param(literal))
}

fn plain_number(text: &str) -> std::result::Result<Literal, String> {
    if !text.contains(['e', 'E']) {
        let digits = text.trim_start_matches('-').replace('.', "");
        if digits.trim_start_matches('0').len() > 38 {
            return Err(format!(
                "{text} has more than 38 digits; send {{\"type\": \"double\"}} for an approximate value"
            ));
        }
    }
    Ok(Literal::Number(text.to_owned()))
}

fn typed_literal(kind: &str, value: Json) -> std::result::Result<Literal, String> {
    let data_type = match kind {
        "boolean" | "bool" => DataType::Boolean,
        "varchar" | "text" | "string" => DataType::Varchar(None),
        "tinyint" => DataType::TinyInt(None),
        "smallint" => DataType::SmallInt(None),
        "integer" | "int" => DataType::Integer(None),
        "bigint" => DataType::BigInt(None),
        "hugeint" => DataType::HugeInt,
        "utinyint" => DataType::UTinyInt,
        "usmallint" => DataType::USmallInt,
        "uinteger" => DataType::UnsignedInteger,
        "ubigint" => DataType::UBigInt,
        "double" => DataType::Double(ExactNumberInfo::None),
        "float" | "real" => DataType::Real,
        "decimal" | "numeric" => DataType::Decimal(ExactNumberInfo::None),
        "date" => DataType::Date,
        "time" => DataType::Time(None, TimezoneInfo::None),
        "timestamp" => DataType::Timestamp(None, TimezoneInfo::None),
        "timestamptz" => DataType::Timestamp(None, TimezoneInfo::WithTimeZone),
        "interval" => DataType::Interval { fields: None, precision: None },
        "blob" => DataType::Blob(None),
        _ => {
            return Err(
                "there is no such type; the types are boolean, varchar, tinyint, smallint, integer, bigint, \
                        hugeint, utinyint, usmallint, uinteger, ubigint, double, float, decimal, date, time, \
                        timestamp, timestamptz, interval and blob"
                    .to_owned(),
            );
        }
    };
    if matches!(value, Json::Null) {
        return Ok(Literal::Cast(Value::Null, data_type));
    }
    match &data_type {
        DataType::Boolean => match value {
            Json::Boolean(value) => Ok(Literal::Boolean(value)),
            _ => Err("expected true or false".to_owned()),
        },
        DataType::Varchar(_) => match value {
            Json::Text(text) => Ok(Literal::Text(text)),
            _ => Err("expected a string".to_owned()),
        },
        DataType::Double(_) | DataType::Real => {
            let text = match value {
                Json::Number(text) => text,
                Json::Text(text) if matches!(&*text, "NaN" | "Infinity" | "-Infinity") => text,
                _ => return Err("expected a number, \"NaN\", \"Infinity\" or \"-Infinity\"".to_owned()),
            };
            Ok(Literal::Cast(Value::SingleQuotedString(text), data_type))
        }
        DataType::Decimal(_) => decimal(digits_of(value)?),
        DataType::Date
        | DataType::Time(..)
        | DataType::Timestamp(..)
        | DataType::Interval { .. }
        | DataType::Blob(_) => {
            let Json::Text(text) = value else { return Err("expected a string".to_owned()) };
            match &data_type {
                DataType::Interval { .. } => interval(text),
                DataType::Blob(_) => base64(&text).map(Literal::Bytes).ok_or("expected base64".to_owned()),
                _ => temporal(text, data_type),
            }
        }
        _ => integer(&digits_of(value)?, data_type),
    }
}

fn digits_of(value: Json) -> std::result::Result<String, String> {
    match value {
        Json::Number(text) | Json::Text(text) => Ok(text),
        _ => Err("expected a number, or a string of digits".to_owned()),
    }
}

fn integer(text: &str, data_type: DataType) -> std::result::Result<Literal, String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("expected a whole number, found {text:?}"));
    }
    let number: i128 = text.parse().map_err(|_| format!("{text} is out of range"))?;
    let (low, high) = match data_type {
        DataType::TinyInt(_) => (i8::MIN.into(), i8::MAX.into()),
        DataType::SmallInt(_) => (i16::MIN.into(), i16::MAX.into()),
        DataType::Integer(_) => (i32::MIN.into(), i32::MAX.into()),
        DataType::BigInt(_) => (i64::MIN.into(), i64::MAX.into()),
        DataType::UTinyInt => (0, u8::MAX.into()),
        DataType::USmallInt => (0, u16::MAX.into()),
        DataType::UnsignedInteger => (0, u32::MAX.into()),
        DataType::UBigInt => (0, u64::MAX.into()),
        _ => (i128::MIN, i128::MAX),
    };
    if !(low..=high).contains(&number) {
        return Err(format!("{number} is out of range: {low} to {high}"));
    }
    let text = number.to_string();
    Ok(match data_type {
        DataType::BigInt(_) if number != i128::from(i64::MIN) => Literal::Number(text),
        // From a string: a literal of the engine has 64 bits.
        data_type => Literal::Cast(Value::SingleQuotedString(text), data_type),
    })
}

fn decimal(text: String) -> std::result::Result<Literal, String> {
    let digits = text.strip_prefix('-').unwrap_or(&text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_decimal = !(whole.is_empty() && fraction.is_empty())
        && whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !is_decimal {
        return Err(format!("expected digits, with a point perhaps, found {text:?}"));
    }
    let precision = (whole.trim_start_matches('0').len() + fraction.len()).max(1);
    if precision > 38 {
        return Err(format!("{text} has more than 38 digits"));
    }
    let info = ExactNumberInfo::PrecisionAndScale(precision as u64, fraction.len() as i64);
    Ok(Literal::Cast(Value::SingleQuotedString(text), DataType::Decimal(info)))
}

/// Digits where the pattern has `0`, and the same elsewhere.
fn is_like(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, like)| match like {
            b'0' => byte.is_ascii_digit(),
            b' ' => byte == b' ' || byte == b'T',
            like => byte == like,
        })
}

fn temporal(text: String, data_type: DataType) -> std::result::Result<Literal, String> {
    let zone_at = |text: &str| text.rfind(['+', 'Z']).or_else(|| text.rfind('-').filter(|at| *at > 10));
    let (expected, fits) = match &data_type {
        DataType::Date => ("2025-12-31", is_like(&text, "0000-00-00")),
        DataType::Time(..) => ("23:59:59.999999", is_time(&text)),
        DataType::Timestamp(_, TimezoneInfo::None) => ("2025-12-31 23:59:59.999999", is_timestamp(&text)),
        _ => {
            let fits = zone_at(&text).is_some_and(|at| {
                let (stamp, zone) = text.split_at(at);
                let zone_fits = zone == "Z"
                    || zone
                        .strip_prefix(['+', '-'])
                        .is_some_and(|zone| is_like(zone, "00:00") || is_like(zone, "00"));
                is_timestamp(stamp) && zone_fits
            });
            ("2025-12-31T23:59:59.999999+01:00", fits)
        }
    };
    if !fits {
        return Err(format!("expected the likes of {expected:?}, found {text:?}"));
    }
    Ok(Literal::Cast(Value::SingleQuotedString(text), data_type))
}

fn is_time(text: &str) -> bool {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    is_like(seconds, "00:00:00")
        && (1..=9).contains(&fraction.len())
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_timestamp(text: &str) -> bool {
    match text.get(..11).zip(text.get(11..)) {
        Some((date, time)) => is_like(date, "0000-00-00 ") && is_time(time),
        None => is_like(text, "0000-00-00"),
    }
}

fn interval(text: String) -> std::result::Result<Literal, String> {
    const UNITS: [&str; 9] =
        ["year", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let fits = !words.is_empty()
        && words.len().is_multiple_of(2)
        && words.chunks(2).all(|pair| {
            let number = pair[0].strip_prefix('-').unwrap_or(pair[0]);
            let unit = pair[1].to_ascii_lowercase();
            !number.is_empty()
                && number.len() <= 18
                && number.bytes().all(|byte| byte.is_ascii_digit())
                && UNITS.contains(&unit.strip_suffix('s').unwrap_or(&unit))
        });
    match fits {
        true => Ok(Literal::Interval(text)),
        false => Err(format!("expected the likes of \"3 days 2 hours\", found {text:?}")),
    }
}

fn base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (chunks, rest) = text.as_bytes().as_chunks::<4>();
    if !rest.is_empty() {
        return None;
    }
    let last = chunks.len();
    for (n, chunk) in chunks.iter().enumerate() {
        let padding = chunk.iter().rev().take_while(|byte| **byte == b'=').count();
        if padding > 2 || (padding > 0 && n + 1 != last) {
            return None;
        }
        let mut bits = 0_u32;
        for byte in &chunk[..4 - padding] {
            bits = bits << 6 | u32::try_from(ALPHABET.iter().position(|c| c == byte)?).ok()?;
        }
        bits <<= 6 * padding;
        let [_, a, b, c] = bits.to_be_bytes();
        bytes.extend_from_slice(&[a, b, c][..3 - padding]);
    }
    Some(bytes)
}
