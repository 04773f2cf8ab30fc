-- types: any
SELECT item, SUM(amount) AS total, RANK() OVER (ORDER BY SUM(amount) DESC) AS place FROM {purchases} GROUP BY item
