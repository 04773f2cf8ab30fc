-- types: any
SELECT id, RANK() OVER (ORDER BY qty) AS r, DENSE_RANK() OVER (ORDER BY qty) AS d FROM {purchases}
