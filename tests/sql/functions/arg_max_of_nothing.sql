-- formats: parquet
SELECT arg_max(name, id) AS a, arg_min(age, id, 2) AS b, any_value(age) AS c, max(age, 2) AS d FROM {people} WHERE id < 0
