-- 0.0 and -0.0 are equal, and one group.
SELECT x, count(*) AS n FROM {floats} GROUP BY x
