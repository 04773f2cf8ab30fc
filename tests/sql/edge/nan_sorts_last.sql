-- NaN comes after the infinity, and before nulls.
-- ordered
SELECT x FROM {floats} WHERE x <> 0 OR x IS NULL ORDER BY x
