-- One group for NaN, one for both zeroes, one for null.
SELECT x, COUNT(*) AS n FROM {floats} GROUP BY x
