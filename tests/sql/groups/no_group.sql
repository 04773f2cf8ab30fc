SELECT COUNT(*) AS n, SUM(amount) AS total, AVG(qty) AS mean FROM {purchases} WHERE paid
