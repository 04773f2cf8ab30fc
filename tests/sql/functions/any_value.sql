-- The first value that is not NULL.
-- formats: parquet
SELECT city, any_value(age) AS a, any_value(age) FILTER (WHERE age > 30) AS b, any_value(age ORDER BY name DESC) AS c
FROM {people} GROUP BY city
