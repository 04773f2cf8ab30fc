-- NaN is the greatest, in a window as in a group.
SELECT id, MAX(x) OVER (PARTITION BY g) AS high, MAX(x) OVER (PARTITION BY g ORDER BY id) AS so_far FROM {floats}
