SELECT item, COUNT(*) AS n, SUM(qty) AS pieces, SUM(amount) AS total, MIN(amount) AS low, MAX(amount) AS high
FROM {purchases}
GROUP BY item
