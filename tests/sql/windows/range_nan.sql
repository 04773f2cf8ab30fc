-- NaN is the greatest key, the infinities are near themselves only.
SELECT id, COUNT(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS near FROM {floats}
