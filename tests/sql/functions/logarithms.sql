-- formats: parquet
-- approx
SELECT id, ln(age) AS a, log10(age) AS b, log2(age) AS c, exp(height) AS d, cbrt(age) AS e, log(3, age) AS f FROM {people}
