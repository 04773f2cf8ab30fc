-- formats: parquet
-- approx
SELECT id, degrees(height) AS a, radians(age) AS b, pi() AS c FROM {people}
