-- types: any
SELECT COUNT(*) AS n, SUM(a.qty * b.qty) AS s FROM {purchases} AS a JOIN {purchases} AS b ON a.item = b.item
