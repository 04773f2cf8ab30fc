-- types: any
SELECT item, qty, SUM(SUM(amount)) OVER (PARTITION BY item ORDER BY qty ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS near,
       AVG(COUNT(*)) OVER (ORDER BY item, qty ROWS 2 PRECEDING) AS n
FROM {purchases} GROUP BY item, qty
