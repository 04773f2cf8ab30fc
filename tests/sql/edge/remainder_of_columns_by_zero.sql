-- Of columns.
-- types: any
SELECT id, i32 % 0 AS a, i32 // 0 AS b, i64 % (i64 - i64) AS c FROM {alltypes}
