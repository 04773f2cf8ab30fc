-- ordered
SELECT item, qty, id FROM {purchases} ORDER BY item DESC, qty ASC, id DESC
