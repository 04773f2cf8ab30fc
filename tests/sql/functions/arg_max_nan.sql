-- NaN is the greatest.
-- formats: parquet
SELECT g, arg_max(id, x) AS a, arg_min(id, x) AS b, max(x, 2) AS c FROM {floats} WHERE id <> 8 GROUP BY g
