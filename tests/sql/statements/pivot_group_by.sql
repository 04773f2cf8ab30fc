PIVOT {purchases} ON item USING sum(qty) AS total, max(amount) GROUP BY paid
