-- approx
-- formats: parquet
SELECT id, isnan(x) AS a, isinf(x) AS b, isfinite(x) AS c, log(abs(x) + 1) AS d, log(2, abs(x) + 1) AS e, pow(x, 2) AS f FROM {floats}
