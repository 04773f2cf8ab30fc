-- approx
-- formats: parquet
SELECT city, var_pop(age) AS a, stddev_pop(age) AS b, sem(age) AS c FROM {people} WHERE id < 8 OR id = 13 GROUP BY city
