SELECT item, COUNT(*) FILTER (WHERE paid) AS paid, SUM(amount) FILTER (WHERE qty > 5) AS large
FROM {purchases}
GROUP BY item
