-- ordered
SELECT item, SUM(qty) AS pieces FROM {purchases} GROUP BY 1 ORDER BY 1
