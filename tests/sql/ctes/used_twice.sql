WITH totals AS (SELECT item, SUM(amount) AS total FROM {purchases} GROUP BY item)
SELECT a.item FROM totals AS a WHERE a.total = (SELECT MAX(total) FROM totals)
