-- NaN, the infinities and -0.0 come back as they are.
SELECT id, x, y FROM {floats}
