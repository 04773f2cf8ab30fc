-- NULLs are last in every direction.
-- formats: parquet
SELECT city, list(age ORDER BY age DESC, id) AS a, list(DISTINCT age ORDER BY age DESC) AS b,
       array_agg(name ORDER BY age DESC NULLS FIRST, id) AS c, list(id ORDER BY id) FILTER (WHERE age > 700) AS d
FROM {people} GROUP BY city
