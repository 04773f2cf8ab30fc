-- approx
-- formats: parquet
SELECT city, percentile_cont(0.25) WITHIN GROUP (ORDER BY age) AS a, percentile_cont(0.25) WITHIN GROUP (ORDER BY age DESC) AS b,
       percentile_disc(0.25) WITHIN GROUP (ORDER BY age DESC) AS c,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY name) FILTER (WHERE active) AS d
FROM {people} GROUP BY city
