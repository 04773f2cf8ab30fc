-- approx
-- formats: parquet
SELECT id, quantile_disc(age, 0.3) OVER (PARTITION BY city) AS a, median(age) OVER (PARTITION BY city) AS b FROM {people}
