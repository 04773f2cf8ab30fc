-- Powers are doubles.
SELECT 2 ** 63 AS a, 2 ** 0.5 AS b, 2 ** -1 AS c, (-8) ** 3 AS d, 0 ** 0 AS e
