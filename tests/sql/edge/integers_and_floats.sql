-- A comparison of integers and decimals with floats is one of doubles.
SELECT id, i32 = f64 AS a, i64 < f64 AS b, i64 = d9 AS c, d9 < f64 AS d FROM {alltypes}
