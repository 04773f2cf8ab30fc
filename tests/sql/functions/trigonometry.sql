-- formats: parquet
-- approx
SELECT id, sin(height) AS a, cos(height) AS b, tan(height) AS c, cot(height) AS d, asin(height - 1.5) AS e, acos(height - 1.5) AS f, atan(height) AS g, atan2(height, age) AS h FROM {people}
