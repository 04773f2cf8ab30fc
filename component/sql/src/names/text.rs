//! The name that DuckDB gives an expression: the expression, in a normal form.
//!
//! `a+1` is `(a + 1)`, `a::int` is `CAST(a AS INTEGER)`, `COUNT(*)` is `count_star()`.

use std::fmt::Write;

use sqlparser::ast::{
    AccessExpr, BinaryOperator, CastKind, DataType, DateTimeField, Distinct, DuplicateTreatment,
    ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments,
    GroupByExpr, Ident, LambdaSyntax, LimitClause, NamedWindowDefinition, NamedWindowExpr, NullTreatment,
    OneOrManyWithParens, OrderByExpr, OrderByKind, Query, SelectItem, SetExpr, Subscript, TableFactor,
    TimezoneInfo, TrimWhereField, UnaryOperator, Value, WindowFrameBound, WindowFrameUnits, WindowSpec,
    WindowType,
};

use super::keywords::is_keyword;
use crate::windows::exclude::{self, Exclude};

/// The name of the column that `expr` makes; `windows` are the named windows of its select.
pub fn name(expr: &Expr, windows: &[NamedWindowDefinition]) -> String {
    match expr {
        Expr::Identifier(ident) => ident.value.clone(),
        Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.clone()).unwrap_or_default(),
        Expr::Nested(inner) => name(inner, windows),
        expr => Writer { windows }.text(expr),
    }
}

struct Writer<'a> {
    windows: &'a [NamedWindowDefinition],
}

impl Writer<'_> {
    fn text(&self, expr: &Expr) -> String {
        match expr {
            Expr::Identifier(ident) => quoted(ident),
            Expr::CompoundIdentifier(parts) => parts.iter().map(quoted).collect::<Vec<_>>().join("."),
            Expr::Nested(inner) => self.text(inner),
            Expr::Value(value) => literal(&value.value),
            Expr::TypedString(typed) => {
                format!("CAST({} AS {})", literal(&typed.value.value), type_name(&typed.data_type))
            }
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::UnaryOp { op, expr } => self.unary(op, expr),
            Expr::Cast { kind, expr, data_type, .. } => {
                let function = match kind {
                    CastKind::TryCast | CastKind::SafeCast => "TRY_CAST",
                    CastKind::Cast | CastKind::DoubleColon => "CAST",
                };
                format!("{function}({} AS {})", self.text(expr), type_name(data_type))
            }
            Expr::IsNull(expr) | Expr::IsUnknown(expr) => format!("({} IS NULL)", self.text(expr)),
            Expr::IsNotNull(expr) | Expr::IsNotUnknown(expr) => format!("({} IS NOT NULL)", self.text(expr)),
            Expr::IsTrue(expr) => self.is_truth(expr, "IS NOT DISTINCT FROM true"),
            Expr::IsNotTrue(expr) => self.is_truth(expr, "IS DISTINCT FROM true"),
            Expr::IsFalse(expr) => self.is_truth(expr, "IS NOT DISTINCT FROM false"),
            Expr::IsNotFalse(expr) => self.is_truth(expr, "IS DISTINCT FROM false"),
            Expr::IsDistinctFrom(a, b) => format!("({} IS DISTINCT FROM {})", self.text(a), self.text(b)),
            Expr::IsNotDistinctFrom(a, b) => {
                format!("({} IS NOT DISTINCT FROM {})", self.text(a), self.text(b))
            }
            Expr::Between { expr, negated, low, high } => {
                let inner =
                    format!("({} BETWEEN {} AND {})", self.text(expr), self.text(low), self.text(high));
                if *negated { format!("(NOT {inner})") } else { inner }
            }
            Expr::InList { expr, list, negated } => {
                let not = if *negated { "NOT " } else { "" };
                format!("({} {not}IN ({}))", self.text(expr), self.list(list))
            }
            Expr::InSubquery { expr, subquery, negated } => {
                let inner = format!("({} = ANY({}))", self.text(expr), self.query(subquery));
                if *negated { format!("(NOT {inner})") } else { inner }
            }
            Expr::AnyOp { left, compare_op, right, .. } => {
                format!("({} {compare_op} ANY({}))", self.text(left), self.subquery(right))
            }
            Expr::AllOp { left, compare_op, right } => match opposite(compare_op) {
                Some(op) => format!("(NOT ({} {op} ANY({})))", self.text(left), self.subquery(right)),
                None => expr.to_string(),
            },
            Expr::Exists { subquery, negated } => {
                if *negated {
                    format!("(NOT EXISTS({}))", self.query(subquery))
                } else {
                    format!("EXISTS({})", self.query(subquery))
                }
            }
            Expr::Subquery(query) => format!("({})", self.query(query)),
            Expr::Like { negated, expr, pattern, escape_char, .. } => {
                self.like(expr, pattern, escape_char.as_ref().map(|c| &c.value), *negated, false)
            }
            Expr::ILike { negated, expr, pattern, escape_char, .. } => {
                self.like(expr, pattern, escape_char.as_ref().map(|c| &c.value), *negated, true)
            }
            Expr::SimilarTo { negated, expr, pattern, .. } => {
                let inner = format!("regexp_full_match({}, {})", self.text(expr), self.text(pattern));
                if *negated { format!("(NOT {inner})") } else { inner }
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                let mut text = "CASE ".to_owned();
                for when in conditions {
                    let condition = match operand {
                        Some(operand) => format!("({} = {})", self.text(operand), self.text(&when.condition)),
                        None => self.text(&when.condition),
                    };
                    let _ = write!(text, " WHEN ({condition}) THEN ({})", self.text(&when.result));
                }
                let otherwise = else_result.as_ref().map_or("NULL".to_owned(), |expr| self.text(expr));
                text + " ELSE " + &otherwise + " END"
            }
            Expr::Lambda(lambda) => {
                let params: Vec<String> = match &lambda.params {
                    OneOrManyWithParens::One(param) => vec![param.name.value.clone()],
                    OneOrManyWithParens::Many(params) => {
                        params.iter().map(|p| p.name.value.clone()).collect()
                    }
                };
                let body = self.text(&lambda.body);
                match (&lambda.syntax, params.as_slice()) {
                    (LambdaSyntax::LambdaKeyword, params) => {
                        format!("(lambda {}: {body})", params.join(", "))
                    }
                    (_, [param]) => format!("({param} -> {body})"),
                    (_, params) => format!("(main.\"row\"({}) -> {body})", params.join(", ")),
                }
            }
            Expr::Extract { field, expr, .. } => {
                format!("main.date_part('{}', {})", field.to_string().to_lowercase(), self.text(expr))
            }
            Expr::Ceil { expr, .. } => format!("ceil({})", self.text(expr)),
            Expr::Floor { expr, .. } => format!("floor({})", self.text(expr)),
            Expr::Position { expr, r#in } => {
                format!("main.\"position\"({}, {})", self.text(r#in), self.text(expr))
            }
            Expr::Substring { expr, substring_from, substring_for, shorthand, .. } => {
                let function = if *shorthand { "substr" } else { "main.\"substring\"" };
                let from = substring_from.as_ref().map(|e| ", ".to_owned() + &self.text(e));
                let length = substring_for.as_ref().map(|e| ", ".to_owned() + &self.text(e));
                format!(
                    "{function}({}{}{})",
                    self.text(expr),
                    from.unwrap_or_default(),
                    length.unwrap_or_default()
                )
            }
            Expr::Trim { trim_where, trim_what, expr, trim_characters } => {
                let function = match trim_where {
                    Some(TrimWhereField::Leading) => "main.ltrim",
                    Some(TrimWhereField::Trailing) => "main.rtrim",
                    _ => "main.\"trim\"",
                };
                let what = trim_what.iter().map(|e| &**e).chain(trim_characters.iter().flatten());
                let what: String = what.map(|e| ", ".to_owned() + &self.text(e)).collect();
                format!("{function}({}{what})", self.text(expr))
            }
            Expr::Array(array) if array.named => format!("(ARRAY[{}])", self.list(&array.elem)),
            Expr::Array(array) => format!("main.list_value({})", self.list(&array.elem)),
            Expr::Tuple(items) => format!("main.\"row\"({})", self.list(items)),
            Expr::Dictionary(fields) => {
                let fields: Vec<_> = fields
                    .iter()
                    .map(|f| format!("{} := {}", quoted_name(&f.key.value), self.text(&f.value)))
                    .collect();
                format!("main.struct_pack({})", fields.join(", "))
            }
            Expr::Map(map) => {
                let keys: Vec<_> = map.entries.iter().map(|e| self.text(&e.key)).collect();
                let values: Vec<_> = map.entries.iter().map(|e| self.text(&e.value)).collect();
                format!(
                    "main.\"map\"(main.list_value({}), main.list_value({}))",
                    keys.join(", "),
                    values.join(", ")
                )
            }
            Expr::CompoundFieldAccess { root, access_chain } => self.access(root, access_chain),
            Expr::Interval(interval) => self.interval(&interval.value, interval.leading_field.as_ref()),
            Expr::Collate { expr, collation } => format!("{} COLLATE {collation}", self.text(expr)),
            Expr::AtTimeZone { timestamp, time_zone } => {
                format!("main.timezone({}, {})", self.text(time_zone), self.text(timestamp))
            }
            Expr::Function(function) => self.function(function),
            other => other.to_string(),
        }
    }

    fn list(&self, items: &[Expr]) -> String {
        items.iter().map(|item| self.text(item)).collect::<Vec<_>>().join(", ")
    }

    fn subquery(&self, expr: &Expr) -> String {
        match expr {
            Expr::Subquery(query) => self.query(query),
            other => self.text(other),
        }
    }

    /// A select of one table, in the normal form; others as sqlparser writes them.
    fn query(&self, query: &Query) -> String {
        self.simple_query(query).unwrap_or_else(|| query.to_string())
    }

    fn simple_query(&self, query: &Query) -> Option<String> {
        let SetExpr::Select(select) = &*query.body else { return None };
        let one_table = select.from.len() <= 1 && select.from.iter().all(|tables| tables.joins.is_empty());
        let plain = one_table && query.with.is_none() && query.fetch.is_none() && select.qualify.is_none();
        let named =
            matches!(select.distinct, None | Some(Distinct::Distinct)) && select.named_window.is_empty();
        if !plain || !named {
            return None;
        }
        let items = select.projection.iter().map(|item| match item {
            SelectItem::UnnamedExpr(expr) => self.text(expr),
            SelectItem::ExprWithAlias { expr, alias } => format!("{} AS {}", self.text(expr), quoted(alias)),
            item => item.to_string(),
        });
        let mut text = "SELECT ".to_owned();
        if select.distinct.is_some() {
            text.push_str("DISTINCT ");
        }
        text.push_str(&items.collect::<Vec<_>>().join(", "));
        if let Some(tables) = select.from.first() {
            let TableFactor::Table { name, alias, args: None, sample: None, .. } = &tables.relation else {
                return None;
            };
            let _ = write!(text, " FROM {name}");
            if let Some(alias) = alias {
                let _ = write!(text, " AS {}", quoted(&alias.name));
            }
        }
        if let Some(condition) = &select.selection {
            let _ = write!(text, " WHERE {}", self.text(condition));
        }
        match &select.group_by {
            GroupByExpr::Expressions(keys, _) if keys.is_empty() => {}
            GroupByExpr::Expressions(keys, modifiers) if modifiers.is_empty() => {
                let _ = write!(text, " GROUP BY {}", self.list(keys));
            }
            _ => return None,
        }
        if let Some(having) = &select.having {
            let _ = write!(text, " HAVING {}", self.text(having));
        }
        if let Some(order_by) = &query.order_by {
            let OrderByKind::Expressions(keys) = &order_by.kind else { return None };
            let _ = write!(text, " ORDER BY {}", self.keys(keys));
        }
        if let Some(limit) = &query.limit_clause {
            let LimitClause::LimitOffset { limit, offset, .. } = limit else { return None };
            if let Some(limit) = limit {
                let _ = write!(text, " LIMIT {}", self.text(limit));
            }
            if let Some(offset) = offset {
                let _ = write!(text, " OFFSET {}", self.text(&offset.value));
            }
        }
        Some(text)
    }

    fn is_truth(&self, expr: &Expr, what: &str) -> String {
        format!("(CAST({} AS BOOLEAN) {what})", self.text(expr))
    }

    fn binary(&self, left: &Expr, op: &BinaryOperator, right: &Expr) -> String {
        match op {
            // A row of ANDs is one expression.
            BinaryOperator::And | BinaryOperator::Or => {
                let mut parts = Vec::new();
                self.flatten(left, op, &mut parts);
                self.flatten(right, op, &mut parts);
                format!("({})", parts.join(&format!(" {op} ")))
            }
            BinaryOperator::PGRegexMatch | BinaryOperator::PGRegexNotMatch => {
                let inner = format!("regexp_full_match({}, {})", self.text(left), self.text(right));
                if matches!(op, BinaryOperator::PGRegexMatch) { inner } else { format!("(NOT {inner})") }
            }
            BinaryOperator::NotEq => format!("({} != {})", self.text(left), self.text(right)),
            BinaryOperator::PGExp => format!("({} ** {})", self.text(left), self.text(right)),
            op => format!("({} {op} {})", self.text(left), self.text(right)),
        }
    }

    fn flatten(&self, expr: &Expr, op: &BinaryOperator, parts: &mut Vec<String>) {
        match expr {
            Expr::Nested(inner) => self.flatten(inner, op, parts),
            Expr::BinaryOp { left, op: inner, right } if inner == op => {
                self.flatten(left, op, parts);
                self.flatten(right, op, parts);
            }
            other => parts.push(self.text(other)),
        }
    }

    fn unary(&self, op: &UnaryOperator, expr: &Expr) -> String {
        let inner = bare(expr);
        match (op, inner) {
            (UnaryOperator::Minus, Expr::Value(value)) if matches!(value.value, Value::Number(..)) => {
                format!("-{}", literal(&value.value))
            }
            (UnaryOperator::Minus, _) => format!("-({})", self.text(inner)),
            (UnaryOperator::Plus, _) => format!("+({})", self.text(inner)),
            (UnaryOperator::BitwiseNot, _) => format!("~({})", self.text(inner)),
            (UnaryOperator::Not, Expr::BinaryOp { left, op, right }) if opposite(op).is_some() => {
                format!("({} {} {})", self.text(left), opposite(op).unwrap_or_default(), self.text(right))
            }
            (UnaryOperator::Not, Expr::UnaryOp { op: UnaryOperator::Not, expr }) => self.text(expr),
            (UnaryOperator::Not, Expr::InList { expr, list, negated }) => {
                let not = if *negated { "" } else { "NOT " };
                format!("({} {not}IN ({}))", self.text(expr), self.list(list))
            }
            (UnaryOperator::Not, _) => format!("(NOT {})", self.text(inner)),
            (op, _) => format!("{op}({})", self.text(inner)),
        }
    }

    fn like(
        &self,
        expr: &Expr,
        pattern: &Expr,
        escape: Option<&Value>,
        negated: bool,
        ignore_case: bool,
    ) -> String {
        let (expr, pattern) = (self.text(expr), self.text(pattern));
        if let Some(escape) = escape {
            let not = if negated { "not_" } else { "" };
            let i = if ignore_case { "i" } else { "" };
            return format!("main.{not}{i}like_escape({expr}, {pattern}, {})", literal(escape));
        }
        let op = match (negated, ignore_case) {
            (false, false) => "~~",
            (true, false) => "!~~",
            (false, true) => "~~*",
            (true, true) => "!~~*",
        };
        format!("({expr} {op} {pattern})")
    }

    fn access(&self, root: &Expr, chain: &[AccessExpr]) -> String {
        let mut text = match root {
            Expr::Nested(inner) => match &**inner {
                inner @ (Expr::Identifier(_) | Expr::CompoundIdentifier(_)) => {
                    format!("({})", self.text(inner))
                }
                inner => self.text(inner),
            },
            root => self.text(root),
        };
        for access in chain {
            match access {
                AccessExpr::Dot(field) => {
                    let _ = write!(text, ".{}", self.text(field));
                }
                AccessExpr::Subscript(Subscript::Index { index }) => {
                    let _ = write!(text, "[{}]", self.text(index));
                }
                AccessExpr::Subscript(Subscript::Slice { lower_bound, upper_bound, stride }) => {
                    let bound = |b: &Option<Expr>| b.as_ref().map(|b| self.text(b)).unwrap_or_default();
                    let _ = write!(text, "[{}:{}", bound(lower_bound), bound(upper_bound));
                    if stride.is_some() {
                        let _ = write!(text, ":{}", bound(stride));
                    }
                    text.push(']');
                }
            }
        }
        text
    }

    fn interval(&self, value: &Expr, field: Option<&DateTimeField>) -> String {
        let text = self.text(value);
        let Some(field) = field else { return format!("CAST({text} AS INTERVAL)") };
        let field = field.to_string().to_lowercase();
        let field = field.strip_suffix('s').unwrap_or(&field);
        let plural = match field {
            "century" => "centuries".to_owned(),
            "millennium" => "millennia".to_owned(),
            field => format!("{field}s"),
        };
        match field {
            "second" | "millisecond" => format!("to_{plural}(CAST({text} AS DOUBLE))"),
            "minute" | "hour" | "microsecond" => {
                format!("to_{plural}(CAST(trunc(CAST({text} AS DOUBLE)) AS BIGINT))")
            }
            _ => format!("to_{plural}(CAST(trunc(CAST({text} AS DOUBLE)) AS INTEGER))"),
        }
    }

    fn function(&self, function: &Function) -> String {
        let parts: Vec<&str> = function
            .name
            .0
            .iter()
            .filter_map(|part| part.as_ident())
            .map(|ident| ident.value.as_str())
            .collect();
        let mut name = parts.join(".").to_lowercase();
        let (distinct, args, clauses) = match &function.args {
            FunctionArguments::None => return parts.join("."),
            FunctionArguments::Subquery(query) if name == "array" => {
                return format!(
                    "(SELECT CASE  WHEN ((array_agg(#1) IS NULL)) THEN (list_value()) ELSE array_agg(#1) END FROM \
                     ({query}))"
                );
            }
            FunctionArguments::Subquery(query) => return format!("{name}(({query}))"),
            FunctionArguments::List(list) => {
                let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
                (distinct, &list.args[..], &list.clauses[..])
            }
        };
        let texts: Vec<String> = args.iter().map(|arg| self.argument(arg)).collect();
        let stars = matches!(args, [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] | []);
        match (name.as_str(), &texts[..]) {
            ("coalesce" | "ifnull", _) => return format!("COALESCE({})", texts.join(", ")),
            ("if", [condition, yes, no]) => {
                return format!("CASE  WHEN ({condition}) THEN ({yes}) ELSE {no} END");
            }
            ("grouping" | "grouping_id", _) => return format!("GROUPING({})", texts.join(", ")),
            ("row", _) => return format!("main.\"row\"({})", texts.join(", ")),
            ("trim", _) => return format!("main.\"trim\"({})", texts.join(", ")),
            ("substring" | "position" | "overlay", _) => {
                return format!("main.\"{name}\"({})", texts.join(", "));
            }
            ("__glob", [left, right]) => return format!("({left} ~~~ {right})"),
            _ => {}
        }
        let within = &function.within_group;
        if name == "percentile_cont" && !within.is_empty() {
            name = "quantile_cont".to_owned();
        }
        if name == "percentile_disc" && !within.is_empty() {
            name = "quantile_disc".to_owned();
        }
        let mut text = if name == "count" && stars {
            if function.over.is_some() { "count(".to_owned() } else { "count_star(".to_owned() }
        } else {
            let parts: Vec<_> = name.split('.').map(quoted_name).collect();
            parts.join(".") + "("
        };
        if distinct {
            text.push_str("DISTINCT ");
        }
        if !stars {
            text.push_str(&texts.join(", "));
        }
        let mut treatment = function.null_treatment;
        for clause in clauses {
            match clause {
                FunctionArgumentClause::OrderBy(keys) => {
                    let _ = write!(text, " ORDER BY {}", self.keys(keys));
                }
                FunctionArgumentClause::IgnoreOrRespectNulls(nulls) => treatment = Some(*nulls),
                other => {
                    let _ = write!(text, " {other}");
                }
            }
        }
        if !within.is_empty() {
            let _ = write!(text, " ORDER BY {}", self.keys(within));
        }
        if matches!(treatment, Some(NullTreatment::IgnoreNulls)) {
            text.push_str(" IGNORE NULLS");
        }
        text.push(')');
        if let Some(filter) = &function.filter {
            let _ = write!(text, " FILTER (WHERE {})", self.text(filter));
        }
        if let Some(over) = &function.over {
            let _ = write!(text, " OVER ({})", self.over(over));
        }
        text
    }

    fn argument(&self, arg: &FunctionArg) -> String {
        match arg {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => self.text(expr),
            FunctionArg::Named { name, arg: FunctionArgExpr::Expr(expr), .. } => {
                format!("{} := {}", quoted(name), self.text(expr))
            }
            other => other.to_string(),
        }
    }

    fn keys(&self, keys: &[OrderByExpr]) -> String {
        let keys: Vec<_> = keys
            .iter()
            .map(|key| {
                let direction = match key.options.asc {
                    Some(true) => " ASC",
                    Some(false) => " DESC",
                    None => "",
                };
                let nulls = match key.options.nulls_first {
                    Some(true) => " NULLS FIRST",
                    Some(false) => " NULLS LAST",
                    None => "",
                };
                self.text(&key.expr) + direction + nulls
            })
            .collect();
        keys.join(", ")
    }

    fn over(&self, over: &WindowType) -> String {
        match over {
            WindowType::NamedWindow(name) => self.named_window(name),
            WindowType::WindowSpec(spec) => self.window(spec),
        }
    }

    fn named_window(&self, name: &Ident) -> String {
        let found = self.windows.iter().find(|window| window.0.value.eq_ignore_ascii_case(&name.value));
        match found {
            Some(NamedWindowDefinition(_, NamedWindowExpr::WindowSpec(spec))) => self.window(spec),
            Some(NamedWindowDefinition(own, NamedWindowExpr::NamedWindow(other))) if own != other => {
                other.value.clone()
            }
            _ => name.value.clone(),
        }
    }

    fn window(&self, spec: &WindowSpec) -> String {
        let mut parts = Vec::new();
        if let Some(name) = &spec.window_name {
            parts.push(self.named_window(name));
        }
        let mut spec = spec.clone();
        let exclude = exclude::take(&mut spec);
        if !spec.partition_by.is_empty() {
            parts.push(format!("PARTITION BY {}", self.list(&spec.partition_by)));
        }
        if !spec.order_by.is_empty() {
            parts.push(format!("ORDER BY {}", self.keys(&spec.order_by)));
        }
        if let Some(frame) = &spec.window_frame {
            let end = frame.end_bound.as_ref().unwrap_or(&WindowFrameBound::CurrentRow);
            let whole = matches!(frame.start_bound, WindowFrameBound::Preceding(None))
                && matches!(end, WindowFrameBound::Following(None));
            let default = matches!(frame.units, WindowFrameUnits::Range)
                && matches!(frame.start_bound, WindowFrameBound::Preceding(None))
                && matches!(end, WindowFrameBound::CurrentRow);
            let units = if whole { WindowFrameUnits::Rows } else { frame.units };
            if !default || exclude != Exclude::Nothing {
                parts.push(format!(
                    "{units} BETWEEN {} AND {}{}",
                    self.bound(&frame.start_bound),
                    self.bound(end),
                    exclude.sql()
                ));
            }
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    fn bound(&self, bound: &WindowFrameBound) -> String {
        match bound {
            WindowFrameBound::CurrentRow => "CURRENT ROW".to_owned(),
            WindowFrameBound::Preceding(None) => "UNBOUNDED PRECEDING".to_owned(),
            WindowFrameBound::Following(None) => "UNBOUNDED FOLLOWING".to_owned(),
            WindowFrameBound::Preceding(Some(n)) => format!("{} PRECEDING", self.text(n)),
            WindowFrameBound::Following(Some(n)) => format!("{} FOLLOWING", self.text(n)),
        }
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Nested(inner) => bare(inner),
        expr => expr,
    }
}

/// The comparison that is true where `op` is false.
fn opposite(op: &BinaryOperator) -> Option<&'static str> {
    Some(match op {
        BinaryOperator::Eq => "!=",
        BinaryOperator::NotEq => "=",
        BinaryOperator::Lt => ">=",
        BinaryOperator::LtEq => ">",
        BinaryOperator::Gt => "<=",
        BinaryOperator::GtEq => "<",
        _ => return None,
    })
}

fn quoted(ident: &Ident) -> String {
    quoted_name(&ident.value)
}

/// In quotes if DuckDB's grammar needs them.
fn quoted_name(name: &str) -> String {
    let mut chars = name.chars();
    let plain = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii());
    if plain && !is_keyword(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\"\"")) }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Number(text, _) => number(text),
        Value::Boolean(true) => "CAST('t' AS BOOLEAN)".to_owned(),
        Value::Boolean(false) => "CAST('f' AS BOOLEAN)".to_owned(),
        Value::Null => "NULL".to_owned(),
        Value::SingleQuotedString(text) | Value::EscapedStringLiteral(text) => {
            format!("'{}'", text.replace('\'', "''"))
        }
        Value::DollarQuotedString(text) => format!("'{}'", text.value.replace('\'', "''")),
        other => other.to_string(),
    }
}

fn number(text: &str) -> String {
    let digits = text.replace('_', "");
    if digits.contains(['e', 'E']) {
        return digits.parse().map_or(digits, double);
    }
    digits.strip_suffix('.').map_or(digits.clone(), str::to_owned)
}

/// As DuckDB prints a double: `1000.0`, `1e+20`.
fn double(value: f64) -> String {
    let magnitude = value.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{value:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{value:?}")
}

/// As DuckDB prints a type.
fn type_name(data_type: &DataType) -> String {
    use DataType as T;
    let fixed = match data_type {
        T::Int(_) | T::Integer(_) | T::Int4(_) | T::Int32 | T::MediumInt(_) => "INTEGER",
        T::BigInt(_) | T::Int8(_) | T::Int64 => "BIGINT",
        T::SmallInt(_) | T::Int2(_) | T::Int16 => "SMALLINT",
        T::TinyInt(_) => "TINYINT",
        T::HugeInt | T::Int128 => "HUGEINT",
        T::UTinyInt => "UTINYINT",
        T::USmallInt => "USMALLINT",
        T::UBigInt => "UBIGINT",
        T::UHugeInt => "UHUGEINT",
        T::Double(_) | T::DoublePrecision | T::Float8 => "DOUBLE",
        T::Float(_) | T::Float4 | T::Real => "FLOAT",
        T::Boolean | T::Bool => "BOOLEAN",
        T::Varchar(_)
        | T::Char(_)
        | T::Character(_)
        | T::CharacterVarying(_)
        | T::CharVarying(_)
        | T::Text
        | T::String(_)
        | T::Nvarchar(_) => "VARCHAR",
        T::Date => "DATE",
        T::Time(..) => "TIME",
        T::Datetime(_) => "TIMESTAMP",
        T::Timestamp(_, TimezoneInfo::Tz | TimezoneInfo::WithTimeZone) => "TIMESTAMP WITH TIME ZONE",
        T::Timestamp(..) => "TIMESTAMP",
        T::Interval { .. } => "INTERVAL",
        T::Blob(_) | T::Bytea | T::Binary(_) | T::Varbinary(_) | T::Bytes(_) => "BLOB",
        T::Uuid => "UUID",
        T::JSON => "JSON",
        T::Decimal(info) | T::Numeric(info) | T::Dec(info) => {
            return match info {
                ExactNumberInfo::None => "DECIMAL(18,3)".to_owned(),
                ExactNumberInfo::Precision(p) => format!("DECIMAL({p},0)"),
                ExactNumberInfo::PrecisionAndScale(p, s) => format!("DECIMAL({p},{s})"),
            };
        }
        T::Array(def) => {
            use sqlparser::ast::ArrayElemTypeDef as A;
            return match def {
                A::SquareBracket(inner, Some(n)) => format!("{}[{n}]", type_name(inner)),
                A::SquareBracket(inner, None) | A::AngleBracket(inner) | A::Parenthesis(inner) => {
                    format!("{}[]", type_name(inner))
                }
                A::None => "LIST".to_owned(),
            };
        }
        other => return other.to_string().to_uppercase(),
    };
    fixed.to_owned()
}
