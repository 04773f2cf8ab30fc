-- formats: parquet
SELECT id, trunc(x) AS a, floor(x) AS b, ceil(x) AS c, signbit(x) AS d FROM {floats}
