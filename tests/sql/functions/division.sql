-- approx
-- formats: parquet
SELECT id, fmod(-age, 7) AS a, fdiv(-age, 7) AS b, even(height) AS d, power(2, -age) AS e FROM {people}
