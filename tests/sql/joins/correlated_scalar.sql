SELECT id, amount
FROM {purchases} AS a
WHERE amount > (SELECT AVG(amount) FROM {purchases} AS b WHERE b.item = a.item)
