-- formats: parquet
SELECT id, arg_max(name, id) OVER (PARTITION BY city) AS a,
       arg_min(age, id) FILTER (WHERE id > 50) OVER (PARTITION BY city) AS b, arg_min_null(age, id) OVER (PARTITION BY city) AS c
FROM {people}
