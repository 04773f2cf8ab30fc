-- approx
SELECT city, var_pop(age) AS a, stddev_pop(age) AS b, sem(age) AS c, var_pop(height) FILTER (WHERE age > 30) AS d FROM {people} GROUP BY city
