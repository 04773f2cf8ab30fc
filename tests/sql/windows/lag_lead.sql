SELECT id, LAG(id) OVER (PARTITION BY item ORDER BY id) AS before, LEAD(id, 2) OVER (PARTITION BY item ORDER BY id) AS after
FROM {purchases}
