-- NaN is the greatest.
SELECT id, greatest(x, 1.0::DOUBLE) AS a, least(x, 1.0::DOUBLE) AS b, greatest(x, y) AS c FROM {floats}
