SELECT item, paid, COUNT(*) AS n FROM {purchases} GROUP BY ROLLUP (item, paid)
