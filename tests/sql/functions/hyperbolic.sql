-- formats: parquet
-- approx
SELECT id, tanh(height) AS a, cosh(height) AS b, asinh(height) AS c, acosh(height) AS d, atanh(height - 1.5) AS e FROM {people}
