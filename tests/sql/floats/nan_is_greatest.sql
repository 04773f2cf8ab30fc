-- NaN is greater than every number.
SELECT id, x FROM {floats} WHERE x > 1e300
