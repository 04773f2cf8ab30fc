-- Rounds, away from zero.
SELECT id, CAST(d9 AS DECIMAL(12, 1)) AS a, CAST(d18 AS DECIMAL(18, 2)) AS b, CAST(-d9 AS DECIMAL(12, 1)) AS c, CAST(d9 AS DECIMAL(20, 5)) AS d FROM {alltypes}
