-- The sum of a BIGINT and a UBIGINT is a HUGEINT.
SELECT id, u64 + i64 AS a FROM {alltypes}
