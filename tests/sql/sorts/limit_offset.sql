-- ordered
SELECT id, amount FROM {purchases} ORDER BY amount DESC, id LIMIT 10 OFFSET 20
