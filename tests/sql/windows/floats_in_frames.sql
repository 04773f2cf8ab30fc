-- NaN and the infinities leave with their rows.
SELECT id, SUM(x) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s,
       MAX(x) OVER (ORDER BY id ROWS 1 PRECEDING) AS high, MIN(x) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) AS low
FROM {floats} WHERE x IS NULL OR abs(x) < 1e300 OR x IN ('inf', '-inf') OR isnan(x)
