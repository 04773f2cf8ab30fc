-- Of columns of every kind of number.
SELECT id, i32 / 0 AS a, f64 / 0 AS b, d9 / 0 AS c, i32 / i32 AS d FROM {alltypes} WHERE id > 2
