-- Quotients are doubles.
SELECT id, d9 / 3 AS a, d18 / d9 AS b, 1 / d9 AS c, d38 / 7 AS d FROM {alltypes} WHERE d9 <> 0
