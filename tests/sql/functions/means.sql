-- approx
-- formats: parquet
SELECT city, favg(age) AS a, fsum(height) AS b, geomean(age) AS c, weighted_avg(age, height) AS d FROM {people} GROUP BY city
