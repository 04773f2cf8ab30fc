-- ordered
SELECT id, qty, amount FROM {purchases} ORDER BY qty * amount DESC, id
