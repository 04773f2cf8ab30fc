//! The words that texts are made of.

pub const NAMES: &[&str] = &[
    "a", "b", "c", "k", "e", "id", "l", "s", "x", "y", "t", "u", "n", "t.a", "u.k", "n.s", "\"a\"", "\"A b\"", "Mixed",
    "\"order\"", "t.*", "s.f", "l[1]", "s['f']", "missing", "é",
];

pub const LITERALS: &[&str] = &[
    "1", "0", "-1", "1.5", "1e3", "9223372036854775808", "99999999999999999999999999999999999999999", "0.1e-400", "1_000",
    "'x'", "''", "'it''s'", "'2024-01-01'", "'%_'", "E'\\n'", "$$d$$", "X'ff'", "NULL", "TRUE", "FALSE",
    "DATE '2024-01-01'", "TIMESTAMP '2024-01-01 00:00:00'", "INTERVAL 1 DAY", "INTERVAL '1' MONTH", "[1, 2]",
    "{'f': 1}", "MAP {'k': 1}", "(1, 2)", "'[a-z'", "'$.a'", "'%Y-%m-%d'",
];

pub const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "**", "^", "||", "&", "|", "<<", ">>", "=", "<>", "!=", "<", "<=", ">", ">=", "==",
    "AND", "OR", "LIKE", "NOT LIKE", "ILIKE", "GLOB", "SIMILAR TO", "~", "!~", "~~", "->", "->>", "IS DISTINCT FROM",
    "IS NOT DISTINCT FROM", "IN", "NOT IN", "#>", "@>", "&&", "<=>", "XOR", "DIV", "REGEXP", ":=",
];

pub const TYPES: &[&str] = &[
    "INT", "BIGINT", "HUGEINT", "UTINYINT", "DECIMAL(10, 2)", "DECIMAL", "DECIMAL(99, 98)", "DOUBLE", "FLOAT", "VARCHAR",
    "VARCHAR(10)", "TEXT", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ", "INTERVAL", "BOOLEAN", "BLOB", "UUID", "JSON",
    "INT[]", "STRUCT(f INT)", "MAP(VARCHAR, INT)", "ENUM('x')", "nonsense",
];

/// What stands between expressions.
pub const KEYWORDS: &[&str] = &[
    "SELECT", "DISTINCT", "FROM", "WHERE", "GROUP BY", "HAVING", "QUALIFY", "ORDER BY", "LIMIT", "OFFSET", "FETCH FIRST",
    "ROWS ONLY", "WITH", "RECURSIVE", "AS", "ON", "USING", "JOIN", "LEFT JOIN", "FULL JOIN", "CROSS JOIN", "NATURAL JOIN",
    "SEMI JOIN", "ANTI JOIN", "ASOF JOIN", "ASOF LEFT JOIN", "POSITIONAL JOIN", "LATERAL", "UNION", "UNION ALL", "UNION BY NAME",
    "EXCEPT", "INTERSECT", "ALL", "VALUES", "TABLE", "UNNEST", "PIVOT", "UNPIVOT", "FOR", "IN", "TABLESAMPLE", "USING SAMPLE",
    "10 PERCENT", "5 ROWS", "REPEATABLE (42)", "BERNOULLI", "OVER", "PARTITION BY", "ROWS BETWEEN", "RANGE BETWEEN",
    "UNBOUNDED PRECEDING", "CURRENT ROW", "1 FOLLOWING", "WINDOW", "w", "FILTER", "WITHIN GROUP", "IGNORE NULLS", "NULLS FIRST",
    "DESC", "ASC", "CASE", "WHEN", "THEN", "ELSE", "END", "CAST", "TRY_CAST", "::", "EXTRACT", "YEAR", "EXISTS", "NOT",
    "BETWEEN", "BETWEEN SYMMETRIC", "AND", "IS NULL", "IS NOT TRUE", "ISNULL", "NOTNULL", "ESCAPE", "ANY", "SOME", "AT TIME ZONE", "INTERVAL",
    "DATE", "ROLLUP", "CUBE", "GROUPING SETS", "COLUMNS", "EXCLUDE", "REPLACE", "RENAME", "EXPLAIN", "ANALYZE", "DESCRIBE", "SUMMARIZE",
    "SHOW TABLES", "INSERT INTO", "UPDATE", "DELETE", "CREATE TABLE", "DROP", "COPY", "SET", "PRAGMA", "ATTACH", "INTO",
    "lambda x:", "TRIM", "LEADING", "POSITION", "SUBSTRING", "OVERLAY", "PLACING", "COLLATE", "MATCH_CONDITION", "PREWHERE", "FINAL",
    "CONNECT BY", "START WITH", "MATCH_RECOGNIZE", "PATTERN", "FORMAT", "SETTINGS", "TOP 3", "|>", "AT",
];

pub const MARKS: &[&str] = &[
    "(", ")", "(", ")", "[", "]", "{", "}", ",", ",", ";", ".", ":", "*", "?", "$1", "$2", "$x", ":x", "?1", "#1", "@", "\\", "\"",
    "'", "`", "--", "/*", "*/", "$$", "\u{0}", "\u{a0}", "\u{1f600}", "\n", "\t",
];
