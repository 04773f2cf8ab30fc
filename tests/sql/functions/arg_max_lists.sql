-- formats: parquet
SELECT city, arg_max(name, id, 3) AS a, arg_min(age, id, 2) AS b, max(age, 3) AS c, min(name, 2) AS d FROM {people} GROUP BY city
