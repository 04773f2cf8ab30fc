SELECT item, paid, COUNT(*) AS n, SUM(amount) AS total FROM {purchases} GROUP BY item, paid
