-- Of columns: some values fit and others do not.
SELECT id, TRY_CAST(i64 AS INT) AS a, TRY_CAST(i32 AS UTINYINT) AS b, TRY_CAST(d9 AS DECIMAL(4,2)) AS c, TRY_CAST(s AS INT) AS d FROM {alltypes}
