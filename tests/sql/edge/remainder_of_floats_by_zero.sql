-- Of floats it is NaN.
SELECT 1::DOUBLE % 0 AS a, id::DOUBLE % 0.0::DOUBLE AS b FROM {people}
