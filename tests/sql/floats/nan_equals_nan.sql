-- NaN equals NaN, and 0.0 equals -0.0.
SELECT id FROM {floats} WHERE x = CAST('NaN' AS DOUBLE) OR x = 0.0
