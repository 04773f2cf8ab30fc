-- The distance is a column.
SELECT id, SUM(qty) OVER (ORDER BY id ROWS BETWEEN qty PRECEDING AND qty % 3 FOLLOWING) AS s FROM {purchases}
