-- A quotient by zero is an infinity or NaN, in DOUBLE.
SELECT 1 / 0 AS a, -1 / 0 AS b, 0 / 0 AS c, 1.5 / 0 AS d, 0::DOUBLE / 0 AS e, 1::FLOAT / 0 AS f
