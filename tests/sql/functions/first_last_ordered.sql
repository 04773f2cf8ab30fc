-- formats: parquet
SELECT city, first(name ORDER BY id DESC) AS a, last(name ORDER BY id) AS b, first(age ORDER BY age DESC, id) AS c, last(age ORDER BY id) AS d
FROM {people} GROUP BY city
