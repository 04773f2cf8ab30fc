SELECT item, SUM(qty) AS n FROM {purchases} WHERE qty > 100 GROUP BY item
