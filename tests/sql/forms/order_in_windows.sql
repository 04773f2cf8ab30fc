-- Nulls are last in the order of windows.
SELECT id, rank() OVER (ORDER BY age DESC) AS r, row_number() OVER (PARTITION BY city ORDER BY age DESC, id) AS n FROM {people}
